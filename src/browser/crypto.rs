//! WebCrypto.

use super::task::Task;
use crate::{Error, client::ports::Verdict, core::jwks::PublicKey};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = signatures, js_name = canVerify)]
    pub(super) fn can_verify() -> bool;
    #[wasm_bindgen(js_namespace = signatures, js_name = importKey)]
    fn import_key(n: &str, e: &str, spki: &str) -> Promise;
    #[wasm_bindgen(js_namespace = signatures, js_name = verify)]
    fn verify_signature(key: &JsValue, signed: &[u8], signature: &[u8]) -> Promise;
}

pub(super) async fn import(key: &PublicKey) -> Result<JsValue, Error> {
    let key = match key {
        PublicKey::Components { n, e } => import_key(n, e, ""),
        PublicKey::Spki(spki) => import_key("", "", spki),
    };
    let key = Task::new(key).await;
    if key.is_undefined() { Err(Error::UnusableKey) } else { Ok(key) }
}

pub(super) fn verify(key: &JsValue, signed: &str, signature: &[u8]) -> Verdict {
    let verified = Task::new(verify_signature(key, signed.as_bytes(), signature));
    Box::pin(async { verified.await == true })
}
