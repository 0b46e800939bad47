//! `/connect/jwks`: the public keys (protocol.md#keys).

use http::header::CACHE_CONTROL;
use rand_core::CryptoRng;
use serde::Serialize;

use crate::keys::{Jwk, KeyPool};
use crate::settings::JwtAlgorithm;
use crate::state::Realm;
use crate::wire::Answer;

#[derive(Serialize)]
struct KeySet {
    keys: Vec<Jwk>,
}

/// All keys of the realm: after a rotation the older ones too, until tokens signed with them are over.
pub(crate) fn show(realm: &mut Realm, pool: &mut KeyPool, rng: &mut dyn CryptoRng) -> Answer {
    // A realm that signs with a shared secret has no public key to show.
    if realm.settings.jwt_algo == JwtAlgorithm::Rs256 {
        let _ = realm.signing_key(pool, rng);
    }
    let assumptions = &realm.settings.assumptions;
    let keys = realm.keys.iter().rev().filter_map(|key| key.jwk(assumptions.jwks_components)).collect();
    let max_age = format!("public, max-age={}", assumptions.jwks_max_age_seconds);
    Answer::json(&KeySet { keys }).with_header(CACHE_CONTROL, max_age)
}
