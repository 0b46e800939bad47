//! Signing keys and the key set (protocol.md#header, #keys).
//!
//! Making an RSA key takes the better part of a second in a debug build, too long for a request: a [`KeyPool`] holds
//! keys that the host makes beforehand. Keys live in memory only.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rand_core::CryptoRng;
use rsa::pkcs1v15;
use rsa::pkcs8::{DecodePrivateKey, EncodePublicKey, LineEnding};
use rsa::signature::{Keypair, RandomizedSigner, SignatureEncoding};
use rsa::traits::PublicKeyParts;
use serde::Serialize;
use sha2::Sha256;

use crate::id;

const BITS: usize = 2048;

/// Most keys a pool holds.
const MOST: usize = 32;

/// An RSA key with its id.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    key: pkcs1v15::SigningKey<Sha256>,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl SigningKey {
    /// Makes a key. Slow: see the module's comment.
    pub fn generate(rng: &mut dyn CryptoRng) -> Option<Self> {
        let key = pkcs1v15::SigningKey::random(rng, BITS).ok()?;
        Some(Self { kid: id::fresh("jky", rng), key })
    }

    /// Takes over a key that something faster made, as PKCS #8 in DER. `None` if it is none of the right length.
    pub fn from_pkcs8(der: &[u8], rng: &mut dyn CryptoRng) -> Option<Self> {
        let key = rsa::PrivateKey::from_pkcs8_der(der).ok()?;
        (key.size() * 8 == BITS)
            .then(|| Self { kid: id::fresh("jky", rng), key: pkcs1v15::SigningKey::new(key) })
    }

    /// `jky_…`
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Signs by RS256. The randomness blinds the computation and leaves no trace in the signature.
    pub fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Option<Vec<u8>> {
        Some(self.key.try_sign_with_rng(rng, message).ok()?.to_vec())
    }

    /// The public key as PEM.
    pub fn public_pem(&self) -> Option<String> {
        self.key.verifying_key().as_ref().to_public_key_pem(LineEnding::LF).ok()
    }

    /// The public key as it is published.
    pub fn jwk(&self, with_components: bool) -> Option<Jwk> {
        let verifying = self.key.verifying_key();
        let public: &rsa::PublicKey = verifying.as_ref();
        let der = public.to_public_key_der().ok()?;
        let component = |bytes: &[u8]| with_components.then(|| URL_SAFE_NO_PAD.encode(bytes));
        Some(Jwk {
            kid: self.kid.clone(),
            alg: "RS256",
            x5c: [STANDARD.encode(der.as_bytes())],
            kty: with_components.then_some("RSA"),
            r#use: with_components.then_some("sig"),
            n: component(&public.n_bytes()),
            e: component(&public.e_bytes()),
        })
    }
}

/// One member of the key set. `x5c` holds a bare public key, not a certificate, because that is what the service's own
/// server libraries read (protocol.md#keys).
#[derive(Debug, Serialize)]
pub struct Jwk {
    kid: String,
    alg: &'static str,
    x5c: [String; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    kty: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    r#use: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    e: Option<String>,
}

/// Keys made beforehand.
#[derive(Debug, Default)]
pub struct KeyPool {
    spare: Vec<SigningKey>,
    improvised: u32,
}

impl KeyPool {
    /// Adds a key.
    pub fn offer(&mut self, key: SigningKey) {
        self.spare.push(key);
    }

    /// How many are left.
    pub fn len(&self) -> usize {
        self.spare.len()
    }

    /// Whether none is left.
    pub fn is_empty(&self) -> bool {
        self.spare.is_empty()
    }

    /// How many had to be made on the spot. A host that makes keys beforehand expects none.
    pub fn improvised(&self) -> u32 {
        self.improvised
    }

    /// Takes the keys of a realm that is gone, for others under new ids: no token of the old realm fits another, because a
    /// token names realm and key.
    pub(crate) fn take_back(&mut self, keys: Vec<SigningKey>, rng: &mut dyn CryptoRng) {
        let room = MOST.saturating_sub(self.spare.len());
        self.spare
            .extend(keys.into_iter().take(room).map(|key| SigningKey { kid: id::fresh("jky", rng), ..key }));
    }

    /// Hands a key out; makes one on the spot when none is left.
    pub fn take(&mut self, rng: &mut dyn CryptoRng) -> Option<SigningKey> {
        if self.spare.is_empty() {
            self.improvised += 1;
            return SigningKey::generate(rng);
        }
        Some(self.spare.remove(0))
    }
}
