//! `JSON.parse`, and reading members of what it made.

use crate::core::{
    response::{Body, Record},
    secret::Secret,
};
use js_sys::{Array, JsString, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // js-sys takes a `&str`, which would copy the whole answer into the module's memory and back.
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    pub(crate) fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;
}

/// A JSON object that the service sent. It stays on the JavaScript side; only members that are asked for are copied.
pub struct JsRecord(Object);

impl JsRecord {
    /// Parses a body.
    pub(super) fn parse(text: &JsString) -> Body<Self> {
        if text.trim().length() == 0 {
            return Body::Empty;
        }
        match parse_json(text) {
            Ok(value) if value.is_object() && !Array::is_array(&value) => {
                Body::Object(Self(value.unchecked_into()))
            }
            Ok(_) => Body::OtherJson,
            Err(_) => Body::NotJson,
        }
    }

    /// Parses what came another way than in an answer; none if it is no object.
    pub(super) fn from_json(json: &str) -> Option<Self> {
        match Self::parse(&json.into()) {
            Body::Object(record) => Some(record),
            _ => None,
        }
    }

    /// The object itself.
    pub fn into_object(self) -> Object {
        self.0
    }

    fn member(&self, name: &str) -> JsValue {
        Reflect::get(&self.0, &name.into()).unwrap_or_default()
    }
}

impl Record for JsRecord {
    fn has(&self, member: &str) -> bool {
        !self.member(member).is_undefined()
    }

    fn text(&self, member: &str) -> Option<Secret> {
        self.member(member).as_string().map(Secret::new)
    }

    fn texts(&self, member: &str) -> Vec<String> {
        let member = self.member(member);
        if !Array::is_array(&member) {
            return Vec::new();
        }
        member.unchecked_into::<Array>().iter().filter_map(|item| item.as_string()).collect()
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and in range, see above"
    )]
    fn number(&self, member: &str) -> Option<u64> {
        const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;
        let number = self.member(member).as_f64()?;
        ((0.0..=MAX_SAFE_INTEGER).contains(&number) && number % 1.0 == 0.0).then_some(number as u64)
    }

    fn flag(&self, member: &str) -> bool {
        self.member(member).as_bool() == Some(true)
    }

    fn records(&self, member: &str) -> Vec<Self> {
        let member = self.member(member);
        if !Array::is_array(&member) {
            return Vec::new();
        }
        let items = member.unchecked_into::<Array>();
        items.iter().filter(JsValue::is_object).map(|item| Self(item.unchecked_into())).collect()
    }
}
