//! Parameters from JavaScript, unfiltered: as `JSON.stringify` writes them, for a body as for a query string.
//!
//! The official client reads objects member by member for a query string (contract §6.1). Going through JSON gives the
//! same for all that it documents, and no getter, proxy or cycle is met on the way.

use crate::{
    Error,
    browser::{interop, parse_json},
    core::{query::Value, request::Parameters, secret::Secret},
};
use js_sys::{Array, JSON, JsString, Object, Reflect, Symbol};
use wasm_bindgen::prelude::*;

/// How deep parameters may nest in a query string; the module's stack is not endless.
const MAX_DEPTH: u8 = 64;

/// The first argument of a call, read once: a form's entries can be, and a getter is the app's own code.
pub(super) struct JsParams(Result<JsString, Error>);

const NO_OBJECT: Error = Error::InvalidParams("pass the parameters as an object: { email, password }");
const UNSENDABLE: Error = Error::InvalidParams(
    "the parameters cannot be sent as JSON: look for a BigInt, a cycle, or a toJSON that throws",
);

impl JsParams {
    /// Reads parameters.
    pub(super) fn new(value: &JsValue) -> Self {
        Self(json(value))
    }

    fn json(&self) -> Result<&JsString, Error> {
        self.0.as_ref().map_err(|error| *error)
    }
}

/// The parameters as JSON; an empty object if there are none.
fn json(value: &JsValue) -> Result<JsString, Error> {
    if value.is_undefined() || value.is_null() {
        return Ok(JsString::from("{}"));
    }
    if !value.is_object() {
        return Err(NO_OBJECT);
    }
    // What is iterable holds its entries elsewhere than in members: a form's data, search parameters, a map. Asked
    // before anything else, since here a revoked proxy is an error and in `Array.isArray` an exception.
    let iterator = interop::get_symbol(value, &Symbol::iterator()).map_err(|_| UNSENDABLE)?;
    if Array::is_array(value) {
        return Err(NO_OBJECT);
    }
    let json = if iterator.is_function() {
        Object::from_entries(value).and_then(|entries| JSON::stringify(&entries))
    } else {
        JSON::stringify(value)
    };
    // A `toJSON` may make anything of it, even nothing.
    let json = JsValue::from(json.map_err(|_| UNSENDABLE)?);
    json.dyn_into::<JsString>().ok().filter(|json| json.starts_with("{", 0)).ok_or(NO_OBJECT)
}

impl Parameters for JsParams {
    fn to_json(&self) -> Result<Secret, Error> {
        Ok(Secret::new(self.json()?.into()))
    }

    fn to_members(&self) -> Result<Vec<(String, Value)>, Error> {
        members(&parse_json(self.json()?).map_err(|_| UNSENDABLE)?, MAX_DEPTH)
    }
}

/// Members of what `JSON.parse` made: plain all the way down.
fn members(object: &JsValue, depth: u8) -> Result<Vec<(String, Value)>, Error> {
    let entry = |key: JsValue| {
        let member = Reflect::get(object, &key).map_err(|_| UNSENDABLE)?;
        Ok((key.as_string().unwrap_or_default(), value(&member, depth)?))
    };
    Reflect::own_keys(object).map_err(|_| UNSENDABLE)?.iter().map(entry).collect()
}

fn value(value: &JsValue, depth: u8) -> Result<Value, Error> {
    if value.is_null() {
        return Ok(Value::Nothing);
    }
    let below = depth
        .checked_sub(1)
        .ok_or(Error::InvalidParams("the parameters nest too deep for a query string"))?;
    if Array::is_array(value) {
        let items = value.unchecked_ref::<Array>().iter();
        return Ok(Value::List(items.map(|item| self::value(&item, below)).collect::<Result<_, _>>()?));
    }
    if value.is_object() {
        return Ok(Value::Map(members(value, below)?));
    }
    Ok(Value::Scalar(Secret::new(interop::text_of(value).map_err(|_| UNSENDABLE)?.into())))
}
