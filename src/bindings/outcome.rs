//! What a call resolves with: the service's own object, or a failure in the official client's shape.

use crate::{browser::JsRecord, core::response::Outcome};
use js_sys::{Object, Reflect};
use serde::{Serialize, Serializer};
use wasm_bindgen::JsValue;

/// Maps an outcome; additions go into the object that `JSON.parse` made, which nobody else holds yet.
pub(super) fn to_js(outcome: Outcome<JsRecord>) -> JsValue {
    match outcome {
        Outcome::Success(record, next) => {
            let object = record.into_object();
            if let Some(next) = next {
                // Setting a member of a plain object cannot fail.
                let _ = Reflect::set(&object, &"next".into(), &next.as_str().into());
            }
            object.into()
        }
        Outcome::Done => plain(&Okay),
        Outcome::Refused(record, facts) => {
            Object::assign(&record.into_object(), &plain(&facts).into()).into()
        }
        Outcome::Failed(failure) => plain(&failure),
    }
}

/// What the service says where it has nothing to tell.
struct Okay;

impl Serialize for Okay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("result", "okay")])
    }
}

fn plain(value: &impl Serialize) -> JsValue {
    // Strings, numbers and booleans always serialise.
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}
