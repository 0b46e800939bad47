//! Touching values that may be anything: each access gives an exception back as a value.
//!
//! An exception that passes through Rust leaves borrows taken and the stack where it was, until the memory of every
//! client in the page is spoiled. So no import that can throw is used without `catch`, here or in `bindings`.

use js_sys::{Array, Function, JsString, Promise, Reflect, Symbol};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// The text that JavaScript makes of a value.
    #[wasm_bindgen(catch, js_name = String)]
    pub fn text_of(value: &JsValue) -> Result<JsString, JsValue>;
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

/// A global, or undefined where there is none, or none that may be touched.
pub fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name).unwrap_or_default()
}

/// Calls a method with one argument or none.
pub fn call(object: &JsValue, method: &str, argument: Option<&JsValue>) -> Result<JsValue, JsValue> {
    let arguments = Array::new();
    if let Some(argument) = argument {
        arguments.push(argument);
    }
    apply(object, method, &arguments)
}

/// Calls a method with these arguments.
pub fn apply(object: &JsValue, method: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    let method: Function = get(object, method)?.dyn_into()?;
    method.apply(object, arguments)
}

/// Makes an object of a global class.
pub fn construct(class: &str, arguments: &Array) -> Result<JsValue, JsValue> {
    Reflect::construct(&global(class).dyn_into::<Function>()?, arguments)
}

/// What a value is, or what the promise that it is resolves with. Through a promise of our own, which alone is sure to
/// have no `then` that throws.
pub async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    let promise = Promise::new(&mut |resolve, _| {
        // Resolving never throws: what the value does to it, rejects the promise.
        let _ = resolve.call1(&JsValue::UNDEFINED, &value);
    });
    JsFuture::from(promise).await
}

/// A listener that stays with what it listens to until it is dropped.
pub struct Listener {
    target: JsValue,
    event: &'static str,
    heard: Closure<dyn Fn(JsValue)>,
}

impl Listener {
    /// Listens; to nothing where there is nothing that can be listened to.
    pub fn new(target: JsValue, event: &'static str, heard: Box<dyn Fn(JsValue)>) -> Self {
        let this = Self { target, event, heard: Closure::wrap(heard) };
        this.change("addEventListener");
        this
    }

    fn change(&self, method: &str) {
        let arguments = Array::of2(&self.event.into(), self.heard.as_ref());
        // Whatever cannot be listened to says nothing, and nothing depends on its word alone.
        let _ = apply(&self.target, method, &arguments);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.change("removeEventListener");
    }
}
