//! Touching values that may be anything: each access gives an exception back as a value.
//!
//! An exception that passes through Rust leaves borrows taken and the stack where it was, until the memory of every
//! client in the page is spoiled. So no import that can throw is used without `catch`, here or in `bindings`.

use js_sys::{Array, Function, Reflect, Symbol};
use wasm_bindgen::{JsCast, JsValue};

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

/// Calls a method with one argument or none.
pub fn call(object: &JsValue, method: &str, argument: Option<&JsValue>) -> Result<JsValue, JsValue> {
    let method: Function = get(object, method)?.dyn_into()?;
    let arguments = Array::new();
    if let Some(argument) = argument {
        arguments.push(argument);
    }
    method.apply(object, &arguments)
}
