//! `/connect/jwks` (protocol.md#keys).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use loginrocket_emulator::settings::JwtAlgorithm;
use rsa::pkcs8::DecodePublicKey as _;

use crate::support::Emulator;

#[test]
fn keys_carry_what_every_library_looks_for() {
    let mut emulator = Emulator::new();
    let answer = emulator.get("/connect/jwks");
    let key = &answer.body["keys"][0];
    assert_eq!(
        (key["alg"].as_str(), key["kty"].as_str(), key["use"].as_str()),
        (Some("RS256"), Some("RSA"), Some("sig"))
    );
    assert_eq!(key["e"], "AQAB");
    assert!(key["kid"].as_str().unwrap().starts_with("jky_"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
}

#[test]
fn the_first_of_x5c_is_a_bare_public_key() {
    let key = Emulator::new().get("/connect/jwks").body["keys"][0]["x5c"][0].as_str().unwrap().to_owned();
    rsa::PublicKey::from_public_key_der(&STANDARD.decode(key).unwrap()).unwrap();
}

#[test]
fn a_realm_can_publish_as_little_as_is_known() {
    let mut emulator = Emulator::with(|settings| {
        settings.assumptions.jwks_components = false;
        settings.assumptions.jwks_max_age_seconds = 1;
    });
    let answer = emulator.get("/connect/jwks");
    assert_eq!(answer.body["keys"][0].as_object().unwrap().len(), 3);
    assert_eq!(answer.header("cache-control"), Some("public, max-age=1"));
}

#[test]
fn a_shared_secret_is_not_published() {
    let mut emulator = Emulator::with(|settings| settings.jwt_algo = JwtAlgorithm::Hs256);
    assert_eq!(emulator.get("/connect/jwks").body["keys"].as_array().unwrap().len(), 0);
}

#[test]
fn other_origins_may_read_keys_unless_the_realm_says_no() {
    let mut emulator = Emulator::new();
    let request =
        || Request::get("/connect/jwks").header("origin", "http://localhost:3000").body(Vec::new()).unwrap();
    assert!(emulator.send(&request()).header("access-control-allow-origin").is_some());
    emulator.settings().assumptions.jwks_cors = false;
    assert!(emulator.send(&request()).header("access-control-allow-origin").is_none());
}
