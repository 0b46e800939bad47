//! Touching values that may be anything: each access gives an exception back as a value.
//!
//! An exception that passes through Rust leaves borrows taken and the stack where it was, until the memory of every
//! client in the page is spoiled. So the scripts of this folder never throw, and no other import that can is used without
//! `catch`.

use js_sys::Reflect;
use wasm_bindgen::prelude::*;

/// A member, whatever its getter does. A primitive has none.
pub fn get(object: &JsValue, member: &str) -> Result<JsValue, JsValue> {
    if object.is_object() || object.is_function() {
        Reflect::get(object, &member.into())
    } else {
        Ok(JsValue::UNDEFINED)
    }
}
