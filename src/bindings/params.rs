//! Parameters from JavaScript, unfiltered: as `JSON.stringify` writes them for a body, and member by member for a
//! query string (contract §6.1).

use crate::{
    Error,
    core::{query::Value, request::Parameters, secret::Secret},
};
use js_sys::{Array, Date, JSON, Object, Reflect, Symbol};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The text of a number, boolean or `BigInt`; js-sys would need a case for each.
    #[wasm_bindgen(js_name = String)]
    fn text_of(primitive: &JsValue) -> String;
}

/// How deep parameters may nest in a query string. A cycle would otherwise never end.
const MAX_DEPTH: u8 = 16;

/// The first argument of a call.
pub(super) struct JsParams(pub(super) JsValue);

impl JsParams {
    /// The object to send, if there is one; nothing was passed otherwise.
    fn object(&self) -> Result<Option<&Object>, Error> {
        if self.0.is_undefined() || self.0.is_null() {
            return Ok(None);
        }
        // Arrays, `FormData`, `URLSearchParams` and `Map` are iterable, and would lose what they hold.
        let is_iterable = Reflect::has(&self.0, &Symbol::iterator()).unwrap_or(true);
        if is_iterable || self.0.is_function() {
            return Err(Error::InvalidParams(
                "pass the parameters as a plain object; for a form: Object.fromEntries(new FormData(form))",
            ));
        }
        self.0.dyn_ref().map(Some).ok_or(UNSENDABLE)
    }
}

const UNSENDABLE: Error = Error::InvalidParams(
    "the parameters cannot be sent as JSON: look for a BigInt, a cycle, or a toJSON that throws",
);

impl Parameters for JsParams {
    fn to_json(&self) -> Result<Secret, Error> {
        let Some(object) = self.object()? else {
            return Ok(Secret::new("{}".to_owned()));
        };
        let json = JSON::stringify(object).map_err(|_| UNSENDABLE)?;
        json.as_string().filter(|json| json.starts_with('{')).map(Secret::new).ok_or(UNSENDABLE)
    }

    fn to_members(&self) -> Result<Vec<(String, Value)>, Error> {
        self.object()?.map_or_else(|| Ok(Vec::new()), |object| members(object, MAX_DEPTH))
    }
}

fn members(object: &Object, depth: u8) -> Result<Vec<(String, Value)>, Error> {
    let entry = |key: JsValue| {
        let member = Reflect::get(object, &key).map_err(|_| UNSENDABLE)?;
        Ok((key.as_string().unwrap_or_default(), value(&member, depth)?))
    };
    Object::keys(object).iter().map(entry).collect()
}

fn value(value: &JsValue, depth: u8) -> Result<Value, Error> {
    if value.is_undefined() || value.is_null() || value.is_function() || value.is_symbol() {
        return Ok(Value::Nothing);
    }
    let below = depth.checked_sub(1).ok_or(UNSENDABLE)?;
    if let Some(date) = value.dyn_ref::<Date>() {
        // An invalid date is dropped, as JSON drops it; writing it would throw.
        let time = date.get_time();
        return Ok(if time.is_nan() { Value::Nothing } else { scalar(date.to_iso_string().into()) });
    }
    if let Some(list) = value.dyn_ref::<Array>() {
        return Ok(Value::List(list.iter().map(|item| self::value(&item, below)).collect::<Result<_, _>>()?));
    }
    match value.dyn_ref::<Object>() {
        Some(object) => Ok(Value::Map(members(object, below)?)),
        None => Ok(scalar(text_of(value))),
    }
}

fn scalar(text: String) -> Value {
    Value::Scalar(Secret::new(text))
}
