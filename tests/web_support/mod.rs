//! What the tests in the browser share: the emulator's address, and small pieces of JavaScript.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and no test uses all of it"
)]

use js_sys::{Function, Promise, Reflect};
use loginrocket_wasm::LoginRocket;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Calls a JavaScript function written as text.
pub fn evaluate(function: &str, argument: &JsValue) -> JsValue {
    let function: Function = js_sys::eval(&format!("({function})")).unwrap().unchecked_into();
    function.call1(&JsValue::UNDEFINED, argument).unwrap()
}

/// Calls a JavaScript function that needs no argument.
pub fn run(function: &str) -> JsValue {
    evaluate(function, &JsValue::UNDEFINED)
}

/// What a promise resolves with; the client's promises never reject.
pub async fn settle(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap_or_else(|reason| panic!("the promise was rejected: {reason:?}"))
}

pub fn get(object: &JsValue, member: &str) -> JsValue {
    Reflect::get(object, &member.into()).unwrap()
}

pub fn text(object: &JsValue, member: &str) -> String {
    get(object, member).as_string().unwrap_or_else(|| panic!("no text in {member}"))
}

/// The emulator's ready line.
pub async fn emulator() -> JsValue {
    let load = "async () => (await fetch('/target/test/emulator.json', { cache: 'no-store' })).json()";
    settle(evaluate(load, &JsValue::UNDEFINED).into()).await
}

/// A client of a service at that URL.
pub fn client_of(url: &str) -> LoginRocket {
    LoginRocket::new(&evaluate("(url) => ({ url })", &url.into())).unwrap()
}

/// A client of the emulator.
pub async fn client() -> LoginRocket {
    client_of(&text(&emulator().await, "loginrocket"))
}

/// Parameters of somebody whom the emulator does not know yet.
pub fn new_person() -> JsValue {
    evaluate(
        "() => ({ email: crypto.randomUUID() + '@example.com', password: 'a good password' })",
        &JsValue::UNDEFINED,
    )
}
