//! What a call resolves with; see the section outcome of `values.js`.

use crate::{
    browser::JsRecord,
    core::{
        json,
        members::Member,
        response::{Failure, Next, Outcome, Refusal},
        secret::Secret,
    },
};
use js_sys::Object;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/values.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = outcomes, js_name = plain)]
    fn parse(json: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = outcomes)]
    fn success(record: &Object, next: Option<&str>) -> JsValue;
    #[wasm_bindgen(js_namespace = outcomes)]
    fn refusal(record: &Object, json: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = outcomes, js_name = thrown)]
    fn exception(json: &str, signal: &JsValue) -> JsValue;
}

/// Maps an outcome.
pub(super) fn to_js(outcome: Outcome<JsRecord>) -> JsValue {
    match outcome {
        Outcome::Success(record, next) => success(&record.into_object(), next.map(Next::as_str)),
        // What the service says where it has nothing to tell.
        Outcome::Done => object(&[("result", Member::Text("okay"))]),
        Outcome::Refused(record, Refusal { errors, facts }) => {
            let [code, retryable, status, request_id, retry_after] = facts.members();
            let members =
                [("texts", Member::Texts(&errors)), code, retryable, status, request_id, retry_after];
            refusal(&record.into_object(), json::object(&members).expose())
        }
        Outcome::Failed(failure) => self::failure(&failure),
    }
}

/// A failure as the value that a call resolves with.
pub(super) fn failure(failure: &Failure) -> JsValue {
    failure_with(failure, &[])
}

/// The same as JSON.
pub(super) fn text(failure: &Failure) -> Secret {
    json::object(&failure.members())
}

/// The same, with members that belong to one call only.
pub(super) fn failure_with(failure: &Failure, more: &[(&str, Member<'_>)]) -> JsValue {
    object(&[&failure.members(), more].concat())
}

/// A failure as an exception.
pub(super) fn thrown(failure: &Failure, signal: &JsValue) -> JsValue {
    exception(text(failure).expose(), signal)
}

/// An object of these members.
pub(super) fn object(members: &[(&str, Member<'_>)]) -> JsValue {
    parse(json::object(members).expose())
}
