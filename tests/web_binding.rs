//! The engine as a script gets it: lists in JSON in, lists in JSON out, and nothing that a script says breaks it.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "clippy does not know these functions for tests; an unwrap here is a failed one"
)]

use loginrocket_wasm::ScriptEngine;
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn list(text: &str) -> Vec<Value> {
    serde_json::from_str(text).unwrap()
}

/// Options of a client that has nothing but a URL.
fn options(url: &str) -> String {
    json!([
        true,
        [],
        url,
        true,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        false,
        false,
        false,
        false,
        7
    ])
    .to_string()
}

#[wasm_bindgen_test]
fn options_open_an_engine_and_bad_ones_say_what_is_wrong() {
    let mut engine = ScriptEngine::new();
    let first = list(&engine.handle(0.0, 1.0, &options("https://sample.e2.loginrocket.com"), None));
    assert!(first.iter().all(|effect| effect[0].is_u64()), "{first:?}");
    let misuse = list(&ScriptEngine::new().handle(0.0, 1.0, &options("nonsense"), None));
    assert_eq!(misuse.len(), 1, "{misuse:?}");
}

#[wasm_bindgen_test]
fn what_is_no_input_changes_nothing_and_the_next_one_is_answered() {
    let mut engine = ScriptEngine::new();
    engine.handle(0.0, 1.0, &options("https://sample.e2.loginrocket.com"), None);
    for garbage in ["", "null", "[]", "[999]", "[-1]", "{", "[0,", "\u{0}"] {
        assert_eq!(engine.handle(f64::NAN, -1.0, garbage, None), "[]", "{garbage}");
    }
    let known = (0_u32..40).any(|number| engine.handle(1.0, 1.0, &format!("[{number},1]"), None).len() > 2);
    assert!(known, "no input of one item is answered");
}

#[wasm_bindgen_test]
fn what_is_no_options_opens_no_engine() {
    let mut engine = ScriptEngine::default();
    for garbage in ["", "{}", "7"] {
        let misuse = list(&engine.handle(0.0, 0.0, garbage, Some("x".to_owned())));
        assert_eq!((misuse.len(), &misuse[0][1]), (1, &json!([0])), "{garbage}");
    }
    let first = list(&engine.handle(0.0, 1.0, &options("https://sample.e2.loginrocket.com"), None));
    assert!(first.iter().all(|effect| effect[1] != json!([0])), "{first:?}");
}
