//! Touching values that may be anything: each access gives an exception back as a value.
//!
//! An exception that passes through Rust leaves borrows taken and the stack where it was, until the memory of every
//! client in the page is spoiled. So the scripts of this folder never throw, and no other import that can is used without
//! `catch`.

use js_sys::{Function, JsString, Reflect, Symbol};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The text that JavaScript makes of a value.
    #[wasm_bindgen(catch, js_name = String)]
    pub fn text_of(value: &JsValue) -> Result<JsString, JsValue>;

    // js-sys takes a `&str`, which would copy a text with secrets into the module's memory and back.
    #[wasm_bindgen(catch, js_namespace = JSON, js_name = parse)]
    pub(crate) fn parse_json(text: &JsString) -> Result<JsValue, JsValue>;
}

/// A member, whatever its getter does. A primitive has none.
pub fn get(object: &JsValue, member: &str) -> Result<JsValue, JsValue> {
    if object.is_object() || object.is_function() {
        Reflect::get(object, &member.into())
    } else {
        Ok(JsValue::UNDEFINED)
    }
}

/// The same for a member whose name is a symbol.
pub fn get_symbol(object: &JsValue, member: &Symbol) -> Result<JsValue, JsValue> {
    Reflect::get(object, member)
}

/// Makes an object of a global class.
pub fn construct(class: &str, arguments: &js_sys::Array) -> Result<JsValue, JsValue> {
    let class = get(&js_sys::global(), class)?;
    Reflect::construct(&class.dyn_into::<Function>()?, arguments)
}
