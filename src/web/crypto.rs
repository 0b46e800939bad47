//! WebCrypto, as far as RS256 needs it.

use super::{global_member, member, object};
use crate::{
    engine::Signature,
    protocol::{jwks::PublicKey, jwt::Jwt, secret::Secret},
};
use js_sys::{Array, Object, Reflect, Uint8Array};
use std::{cell::RefCell, collections::BTreeMap, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch)]
    fn atob(base64: &str) -> Result<String, JsValue>;
}

/// More keys than a realm has at a time. Keys that are fetched again get new numbers, so old ones pile up.
const MAX_KEYS: usize = 16;

// It is missing on plain http, and if the page has hidden it.
fn subtle() -> Option<SubtleCrypto> {
    object(&global_member("crypto")?, "subtle")
}

pub(super) fn exists() -> bool {
    subtle().is_some()
}

/// The imported keys, by number.
#[derive(Clone, Default)]
pub(super) struct Keys(Rc<RefCell<BTreeMap<u32, CryptoKey>>>);

impl Keys {
    /// Verifies a signature. Each key is imported only once.
    pub(super) async fn verify(&self, number: u32, key: &PublicKey, token: &Secret) -> Signature {
        let Some(subtle) = subtle() else { return Signature::Unavailable };
        let known = self.0.borrow().get(&number).cloned();
        let key = match known {
            Some(key) => key,
            None => match import(&subtle, key).await {
                Some(key) => {
                    let mut keys = self.0.borrow_mut();
                    if keys.len() >= MAX_KEYS {
                        keys.clear();
                    }
                    keys.insert(number, key.clone());
                    key
                }
                None => return Signature::UnreadableKey,
            },
        };
        let Some(key_bits) = modulus_bits(&key) else { return Signature::UnreadableKey };
        // The engine has parsed the token before, so this does not fail.
        let Some(jwt) = Jwt::parse(token.expose()) else { return Signature::Bad { key_bits } };
        let signature = Uint8Array::from(jwt.signature.expose());
        let signed = Uint8Array::from(jwt.signed.as_bytes());
        let verifying =
            subtle.verify_with_str_and_js_u8_array_and_js_u8_array(NAME, &key, &signature, &signed);
        let is_good = match verifying {
            Ok(verifying) => JsFuture::from(verifying).await == Ok(JsValue::TRUE),
            Err(_) => false,
        };
        if is_good { Signature::Good { key_bits } } else { Signature::Bad { key_bits } }
    }
}

const NAME: &str = "RSASSA-PKCS1-v1_5";

async fn import(subtle: &SubtleCrypto, key: &PublicKey) -> Option<CryptoKey> {
    let data = Object::new();
    let (format, data) = match key {
        PublicKey::Components { n, e } => {
            for (name, value) in [("kty", "RSA"), ("n", n), ("e", e)] {
                Reflect::set(&data, &name.into(), &value.into()).ok()?;
            }
            ("jwk", data)
        }
        PublicKey::Spki(base64) => {
            let letters = atob(base64).ok()?;
            let bytes = letters.chars().map(|letter| u8::try_from(u32::from(letter)));
            ("spki", Uint8Array::from(&*bytes.collect::<Result<Vec<_>, _>>().ok()?).into())
        }
    };
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &NAME.into()).ok()?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into()).ok()?;
    let uses = Array::of1(&"verify".into());
    let importing = subtle.import_key_with_object(format, &data, &algorithm, false, &uses).ok()?;
    Some(JsFuture::from(importing).await.ok()?.unchecked_into())
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is no such length saturates"
)]
fn modulus_bits(key: &CryptoKey) -> Option<u32> {
    Some(member(&member(key, "algorithm")?, "modulusLength")?.as_f64()? as u32)
}
