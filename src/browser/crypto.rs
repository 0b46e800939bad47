//! WebCrypto.

use super::task::Task;
use crate::{Error, core::jwks::PublicKey};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = signatures, js_name = canVerify)]
    pub(super) fn can_verify() -> bool;
    #[wasm_bindgen(js_namespace = signatures, js_name = importKey)]
    fn import_key(n: &str, e: &str, spki: &str) -> Promise;
    #[wasm_bindgen(js_namespace = signatures, js_name = verify)]
    fn verify_signature(key: &JsValue, signed: &str, signature: &[u8]) -> Promise;
}

pub(super) async fn import(key: &PublicKey) -> Result<JsValue, Error> {
    let key = match key {
        PublicKey::Components { n, e } => import_key(n, e, ""),
        PublicKey::Spki(spki) => import_key("", "", spki),
    };
    let key = Task::new(key).await;
    if key.is_undefined() { Err(Error::UnusableKey) } else { Ok(key) }
}

pub(super) async fn verify(key: &JsValue, signed: &str, signature: &[u8]) -> bool {
    Task::new(verify_signature(key, signed, signature)).await == true
}
