//! JSON objects as the browser parsed them; see the section record of `web.js`.

use crate::core::{response::Record, secret::Secret};
use js_sys::{Array, Object};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = record)]
    fn parse(text: &str) -> Option<Object>;
    #[wasm_bindgen(js_namespace = record)]
    fn has(object: &Object, name: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = record)]
    fn text(object: &Object, name: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_namespace = record)]
    fn head(object: &Object, name: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_namespace = record)]
    fn texts(object: &Object, name: &JsValue) -> Array;
    #[wasm_bindgen(js_namespace = record)]
    fn number(object: &Object, name: &JsValue) -> Option<f64>;
    #[wasm_bindgen(js_namespace = record)]
    fn flag(object: &Object, name: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = record)]
    fn records(object: &Object, name: &JsValue) -> Array;
}

/// A JSON object that the service sent. It stays on the JavaScript side; only members that are asked for are copied.
pub struct JsRecord(Object);

impl JsRecord {
    /// What `JSON.parse` made of an object.
    pub(super) fn of(object: JsValue) -> Self {
        Self(object.unchecked_into())
    }

    /// Parses what came another way than in an answer; none if it is no object.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        parse(json).map(Self)
    }

    /// The object itself.
    pub fn into_object(self) -> Object {
        self.0
    }
}

thread_local! {
    /// The names of members, of which there are a few dozen, as the scripts have them: each goes over to them once.
    static NAMES: RefCell<Vec<(String, JsValue)>> = const { RefCell::new(Vec::new()) };
}

fn named(name: &str) -> JsValue {
    NAMES.with_borrow_mut(|names| {
        if let Some((_, known)) = names.iter().find(|(known, _)| known == name) {
            return known.clone();
        }
        let fresh = JsValue::from(name);
        names.push((name.to_owned(), fresh.clone()));
        fresh
    })
}

impl Record for JsRecord {
    fn has(&self, member: &str) -> bool {
        has(&self.0, &named(member))
    }

    fn text(&self, member: &str) -> Option<Secret> {
        text(&self.0, &named(member)).map(Secret::new)
    }

    fn head(&self, member: &str) -> Option<Secret> {
        head(&self.0, &named(member)).map(Secret::new)
    }

    fn texts(&self, member: &str) -> Vec<String> {
        texts(&self.0, &named(member)).iter().filter_map(|text| text.as_string()).collect()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
    fn number(&self, member: &str) -> Option<u64> {
        number(&self.0, &named(member)).map(|number| number as u64)
    }

    fn flag(&self, member: &str) -> bool {
        flag(&self.0, &named(member))
    }

    fn records(&self, member: &str) -> Vec<Self> {
        records(&self.0, &named(member)).iter().map(Self::of).collect()
    }
}
