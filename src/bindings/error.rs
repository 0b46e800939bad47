//! What is thrown: the classes of `errors.js`.

use crate::Error;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/errors.js")]
extern "C" {
    #[wasm_bindgen(js_name = LoginRocketError)]
    type LoginRocketError;

    #[wasm_bindgen(constructor, js_class = "LoginRocketError")]
    fn new(message: &str, code: &str) -> LoginRocketError;
}

/// The error as a JavaScript exception. Only misuse is thrown, so one class is enough.
pub(super) fn throwable(error: Error) -> JsValue {
    LoginRocketError::new(error.message(), error.code()).into()
}
