//! Verifies tokens in a program outside a browser, such as the back end that the tokens are for.
//!
//! The rules are the same as in the browser, those of [`crate::protocol::verify`]. Only the signature is checked by another
//! library. The program itself fetches the realm's keys: they are at `connect/jwks` below the LoginRocket URL, and change
//! when the realm rotates them.

use crate::{
    Error,
    protocol::{
        claims::Claims,
        json::Json,
        jwks::{self, Keys, PublicKey, are_sound},
        jwt::Jwt,
        model,
        secret::Secret,
        verify::{self, Rules},
    },
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use pkcs1::{RsaPublicKey, UintRef};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde::de::DeserializeOwned;
use spki::SubjectPublicKeyInfoRef;
use std::rc::Rc;

/// The keys of a realm.
#[derive(Clone, Debug)]
pub struct KeySet(Keys<RsaKey>);

/// The content of a token that was verified.
#[derive(Clone, Debug)]
pub struct Verified {
    /// The person, the times and the current account.
    pub claims: Rc<Claims>,
    /// The session id (`kss_…`), which is a secret. None if the token belongs to no session.
    pub session: Option<Secret>,
    /// All claims, as a JSON object.
    pub payload: Secret,
}

impl Verified {
    /// Reads the payload as a type of your own. None if it does not fit.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        model::read(&self.payload)
    }
}

impl KeySet {
    /// Reads a JWKS (RFC 7517 §5) as the realm serves it.
    ///
    /// Errors: `keys_unavailable` if the text is no JWKS. A single key that cannot be used gives an error only when a token
    /// needs it.
    pub fn from_json(jwks: &str) -> Result<Self, Error> {
        let keys = Json::object(jwks).and_then(jwks::read).ok_or(Error::KeysUnavailable)?;
        let import = |key: Result<PublicKey, Error>| RsaKey::import(&key?);
        Ok(Self(keys.into_iter().map(|(id, key)| (id, import(key))).collect()))
    }

    /// Verifies a token; `now` is in epoch seconds.
    ///
    /// Errors: all codes of tokens except `keys_unavailable` and `crypto_unavailable`. After `unknown_key` the realm may have
    /// rotated its keys, so fetch them again. Limit how often: anyone can send tokens with invented key ids.
    pub fn verify(&self, jwt: &str, rules: &Rules, now: u64) -> Result<Verified, Error> {
        let jwt = Jwt::parse(jwt).ok_or(Error::MalformedToken)?;
        let (payload, key_id) = verify::read(&jwt)?;
        let key = self.0.iter().find(|(known, _)| *known == key_id).ok_or(Error::UnknownKey)?;
        if !key.1.as_ref().map_err(|error| *error)?.verifies(jwt.signed, jwt.signature.expose()) {
            return Err(Error::InvalidSignature);
        }
        payload.check(rules, now)?;
        let payload = payload.json();
        let claims = Claims::read(payload).ok_or(Error::InvalidClaim)?;
        Ok(Verified { claims, session: payload.text_of("sid"), payload: jwt.payload.as_str().into() })
    }
}

/// An RSA key of 2048 to 8192 bits.
#[derive(Clone, Debug)]
pub struct RsaKey {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl RsaKey {
    /// Reads a key.
    ///
    /// Errors: `unusable_key`.
    pub fn import(key: &PublicKey) -> Result<Self, Error> {
        let key = match key {
            PublicKey::Components { n, e } => Self::of_components(n, e),
            PublicKey::Spki(text) => Self::of_spki(text),
        };
        key.filter(|key| are_sound(&key.modulus, &key.exponent)).ok_or(Error::UnusableKey)
    }

    fn of_components(n: &str, e: &str) -> Option<Self> {
        let number = |text| URL_SAFE_NO_PAD.decode(text).ok();
        Some(Self { modulus: number(n)?, exponent: number(e)? })
    }

    fn of_spki(text: &str) -> Option<Self> {
        let der = STANDARD.decode(text).ok()?;
        let info = SubjectPublicKeyInfoRef::try_from(der.as_slice()).ok()?;
        let key = RsaPublicKey::try_from(info.subject_public_key.as_bytes()?).ok()?;
        let number = |number: UintRef<'_>| number.as_bytes().to_owned();
        Some(Self { modulus: number(key.modulus), exponent: number(key.public_exponent) })
    }

    /// Whether a signature belongs to a text (RFC 7518 §3.3).
    pub fn verifies(&self, signed: &str, signature: &[u8]) -> bool {
        let key = RsaPublicKeyComponents { n: &self.modulus, e: &self.exponent };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), signature).is_ok()
    }
}
