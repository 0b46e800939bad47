//! WebCrypto.

use crate::{Error, core::jwks::PublicKey};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/browser/crypto.js")]
extern "C" {
    // None of these throws; with `catch` they are reached through the glue, whose names are shortened.
    #[wasm_bindgen(catch, js_name = canVerify)]
    fn can_verify_here() -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_name = importKey)]
    fn import_key(n: &str, e: &str, spki: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(catch, js_name = verify)]
    fn verify_signature(key: &JsValue, signed: &str, signature: &[u8]) -> Result<Promise, JsValue>;
}

pub(super) fn can_verify() -> bool {
    can_verify_here().unwrap_or_default()
}

pub(super) async fn import(key: &PublicKey) -> Result<JsValue, Error> {
    let key = match key {
        PublicKey::Components { n, e } => import_key(n, e, ""),
        PublicKey::Spki(spki) => import_key("", "", spki),
    };
    let key = settled(key).await;
    if key.is_undefined() { Err(Error::UnusableKey) } else { Ok(key) }
}

pub(super) async fn verify(key: &JsValue, signed: &str, signature: &[u8]) -> bool {
    settled(verify_signature(key, signed, signature)).await == true
}

async fn settled(promise: Result<Promise, JsValue>) -> JsValue {
    match promise {
        Ok(promise) => JsFuture::from(promise).await.unwrap_or_default(),
        Err(_) => JsValue::UNDEFINED,
    }
}
