//! What a call resolves with: the service's own object, or a failure in the official client's shape.

use crate::{
    Error,
    browser::{JsRecord, interop},
    core::response::{Failure, Outcome, Refusal},
};
use js_sys::{Array, Object, Reflect};
use serde::{Serialize, Serializer};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/errors.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn unwrap(answer: &JsValue) -> Result<JsValue, JsValue>;
}

/// Maps an outcome; additions go into the object that `JSON.parse` made, which nobody else holds yet.
pub(super) fn to_js(outcome: Outcome<JsRecord>) -> JsValue {
    match outcome {
        Outcome::Success(record, next) => {
            let object = record.into_object();
            if let Some(next) = next {
                set(&object, "next", &next.as_str().into());
            }
            object.into()
        }
        Outcome::Done => plain(&Okay),
        Outcome::Refused(record, refusal) => refused(&record.into_object(), &refusal),
        Outcome::Failed(failure) => plain(&failure),
    }
}

/// A failure where the only way to tell of it is an exception; of what a signal ended, the signal's own reason.
pub(super) fn thrown(failure: &Failure, signal: &JsValue) -> JsValue {
    let reason = interop::get(signal, "reason").unwrap_or_default();
    if failure.facts.code == Error::Aborted.code() {
        // Older browsers name no reason, and where the session is another one nobody gave a signal.
        let name = Array::of2(&"the session or the signal ended it".into(), &"AbortError".into());
        let reason = Some(reason).filter(|reason| !reason.is_undefined());
        return reason.or_else(|| interop::construct("DOMException", &name).ok()).unwrap_or_default();
    }
    unwrap(&plain(failure)).err().unwrap_or_default()
}

/// A refusal always has the four members of the service's error shape, whatever the service left out.
fn refused(object: &Object, refusal: &Refusal) -> JsValue {
    let set_if_missing = |member: &str, value: &JsValue| {
        if Reflect::get(object, &member.into()).is_ok_and(|present| present.is_undefined()) {
            set(object, member, value);
        }
    };
    let errors: Array = refusal.errors.iter().map(JsValue::from).collect();
    set_if_missing("result", &"error".into());
    set_if_missing("error", &errors.join(" ").into());
    set_if_missing("errors", &errors);
    Object::assign(object, &plain(&refusal.facts).into()).into()
}

pub(super) fn set(object: &Object, member: &str, value: &JsValue) {
    // Setting a member of a plain object cannot fail.
    let _ = Reflect::set(object, &member.into(), value);
}

/// What the service says where it has nothing to tell.
struct Okay;

impl Serialize for Okay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("result", "okay")])
    }
}

pub(super) fn plain(value: &impl Serialize) -> JsValue {
    // Strings, numbers and booleans always serialise.
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}
