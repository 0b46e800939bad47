//! The ways in which the transport fails, over real HTTP: the emulator answers as it is told to. Bodies that it does not
//! make, such as one that is not UTF-8, are in `web_client`.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy does not know these functions for tests; an unwrap here is a failed one"
)]

mod web_support;

use js_sys::Array;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_support::{client, emulator, evaluate, get, new_person, run, settle, text};

wasm_bindgen_test_configure!(run_in_browser);

/// Has the emulator answer this person's next sign-in by a rule, and gives what the caller is told.
async fn sign_in_meeting(rule: &str, options: &JsValue) -> JsValue {
    let lr = client().await;
    let person = new_person();
    settle(lr.signup(&person, &JsValue::UNDEFINED)).await;
    script(&person, "/v2/login", rule).await;
    settle(lr.login(&person, options)).await
}

/// Adds a rule to the emulator's script, for one request of this person; gives what takes it back.
async fn script(person: &JsValue, path: &str, rule: &str) -> JsValue {
    let add = "async ([inbox, { email }, path, rule]) => {
        const body = JSON.stringify({ path, user: email, count: 1, ...rule })
        const answer = await fetch(inbox + 'script', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })
        if (!answer.ok) throw new Error(await answer.text())
        const { id } = await answer.json()
        return () => fetch(inbox + 'script?id=' + id, { method: 'DELETE' })
    }";
    let inbox = get(&emulator().await, "inbox");
    let arguments = Array::of4(&inbox, person, &path.into(), &run(&format!("() => ({rule})")));
    settle(evaluate(add, &arguments).into()).await
}

#[wasm_bindgen_test]
async fn every_fault_has_its_own_code_and_the_next_call_works_again() {
    let json = "headers: { 'Content-Type': 'application/json' }";
    let cases = [
        // Twice: on a connection that it used before, a browser tries again by itself.
        ("{ cut: true, count: 2 }".to_owned(), "network_error"),
        ("{ without_cors: true }".to_owned(), "network_error"),
        ("{ truncate: 10 }".to_owned(), "network_error"),
        ("{ html: true, status: 200 }".to_owned(), "not_json"),
        ("{ html: true, status: 502 }".to_owned(), "server_error"),
        (format!("{{ body: '', {json} }}"), "empty_reply"),
        (format!("{{ body: '{{\"result\":', {json} }}"), "malformed_json"),
        (format!("{{ body: [1], {json} }}"), "not_an_object"),
        ("{ status: 302, headers: { Location: '/v2/login' } }".to_owned(), "redirected"),
        ("{ status: 307, headers: { Location: 'http://127.0.0.1:9/' } }".to_owned(), "redirected"),
        ("{ status: 400 }".to_owned(), "client_error"),
        ("{ status: 403 }".to_owned(), "access_denied"),
        ("{ status: 404 }".to_owned(), "not_found"),
        (
            "{ status: 409, body: { result: 'error', error: 'Taken', errors: ['Taken'] } }".to_owned(),
            "conflict",
        ),
        ("{ status: 429 }".to_owned(), "rate_limited"),
        ("{ status: 500 }".to_owned(), "server_error"),
        ("{ status: 503 }".to_owned(), "server_error"),
    ];
    let lr = client().await;
    let person = new_person();
    settle(lr.signup(&person, &JsValue::UNDEFINED)).await;
    for (rule, code) in cases {
        let take_back = script(&person, "/v2/login", &rule).await;
        let failed = settle(lr.login(&person, &JsValue::UNDEFINED)).await;
        settle(evaluate("(takeBack) => takeBack()", &take_back).into()).await;
        assert_eq!(get(&failed, "code"), JsValue::from(code), "{rule}");
    }
    assert_eq!(text(&settle(lr.login(&person, &JsValue::UNDEFINED)).await, "next"), "done");
}

#[wasm_bindgen_test]
async fn a_slow_answer_within_the_time_is_an_answer_and_a_hung_one_a_timeout() {
    let slow = sign_in_meeting("{ delay_ms: 50 }", &JsValue::UNDEFINED).await;
    assert_eq!(text(&slow, "next"), "done");
    let hung = sign_in_meeting("{ hang: true }", &run("() => ({ timeoutMs: 100 })")).await;
    assert_eq!(text(&hung, "code"), "timeout");
}

#[wasm_bindgen_test]
async fn a_signup_whose_answer_is_lost_is_done_all_the_same_and_says_that_nobody_knows() {
    for (rule, timeout) in [
        ("{ process: true, hang: true }", 200),
        ("{ process: true, truncate: 10 }", 10_000),
        ("{ process: true, without_cors: true }", 10_000),
    ] {
        let lr = client().await;
        let person = new_person();
        script(&person, "/v2/signup", rule).await;
        let options = run(&format!("() => ({{ timeoutMs: {timeout} }})"));
        let lost = settle(lr.signup(&person, &options)).await;
        assert_eq!(
            (text(&lost, "code"), get(&lost, "retryable")),
            ("outcome_unknown".to_owned(), JsValue::FALSE),
            "{rule}"
        );
        let found_out = settle(lr.login(&person, &JsValue::UNDEFINED)).await;
        assert_eq!(text(&found_out, "next"), "done", "{rule}");
    }
}

#[wasm_bindgen_test]
async fn how_long_to_wait_is_known_where_the_service_lets_the_browser_read_it() {
    let exposed = "'X-Request-ID': 'rq_sample123456', 'Access-Control-Expose-Headers': 'Retry-After, Ratelimit-Reset, X-Request-ID'";
    for header in ["'Retry-After': '7'", "'Ratelimit-Reset': new Date(Date.now() + 7000).toUTCString()"] {
        let rule = format!("{{ status: 429, headers: {{ {exposed}, {header} }} }}");
        let limited = sign_in_meeting(&rule, &JsValue::UNDEFINED).await;
        let seconds = get(&limited, "retryAfterSeconds").as_f64().unwrap();
        assert!((5.0..=7.0).contains(&seconds), "{header}: {seconds}");
        assert_eq!(text(&limited, "requestId"), "rq_sample123456");
    }
    let hidden =
        sign_in_meeting("{ status: 429, headers: { 'Retry-After': '7' } }", &JsValue::UNDEFINED).await;
    assert!(get(&hidden, "retryAfterSeconds").is_undefined());
}
