//! The login token (protocol.md#the-login-token).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loginrocket_emulator::settings::{ClaimGroup, JwtAlgorithm};
use serde_json::{Value, json};

use crate::support::{ADA, Emulator, fits_components, fits_secret};

fn part(token: &str, index: usize) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token.split('.').nth(index).unwrap()).unwrap()).unwrap()
}

/// Names of the members in the order in which they are written.
fn order(json: &str) -> Vec<String> {
    let members: serde_json::Map<String, Value> = serde_json::from_str(json).unwrap();
    let mut names: Vec<String> = members.keys().cloned().collect();
    names.sort_by_key(|name| json.find(&format!("\"{name}\":")));
    names
}

#[test]
fn the_header_is_kid_and_alg_without_typ() {
    let header = part(&Emulator::new().log_in().token(), 0);
    assert!(header.starts_with(r#"{"kid":"jky_"#) && header.ends_with(r#","alg":"RS256"}"#), "{header}");
}

#[test]
fn the_claims_come_in_the_services_order() {
    let payload = part(&Emulator::new().sign_up("bob@example.com").token(), 1);
    assert_eq!(order(&payload), ["exp", "iat", "iss", "rid", "sid", "sub", "name", "email", "orgs"]);
}

#[test]
fn the_claims_say_who_where_and_how_long() {
    let mut emulator = Emulator::new();
    let answer = emulator.log_in();
    let claims = answer.claims();
    assert_eq!(claims["iss"], "https://authrocket.com");
    assert_eq!(claims["rid"], json!(emulator.realm().id));
    assert_eq!((&claims["sid"], &claims["sub"]), (&json!(answer.session()), &json!(emulator.user_id(ADA))));
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 6 * 60 * 60);
    assert_eq!((&claims["email_verified"], &claims["name"]), (&json!(true), &json!("Ada Lovelace")));
    assert!(claims["orgs"][0]["mid"].as_str().unwrap().starts_with("mb_"));
}

#[test]
fn what_is_not_set_is_absent_rather_than_null() {
    let claims = Emulator::new().sign_up("bob@example.com").claims();
    for name in [
        "email_verified",
        "given_name",
        "family_name",
        "preferred_username",
        "locale",
        "ref",
        "cs",
        "aud",
        "jti",
        "nbf",
    ] {
        assert!(claims.get(name).is_none(), "{name}");
    }
}

#[test]
fn references_and_custom_attributes_are_in_it_if_set() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    let user = &mut emulator.realm().users[&id];
    user.reference = Some("4711".into());
    user.custom.insert("plan".into(), json!("gold"));
    let claims = emulator.log_in().claims();
    assert_eq!((&claims["ref"], &claims["cs"]), (&json!("4711"), &json!({ "plan": "gold" })));
}

#[test]
fn a_realm_can_leave_groups_of_claims_out() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.token_claims = vec![ClaimGroup::Orgs]);
    let claims = emulator.log_in().claims();
    assert!(claims.get("email").is_none() && claims.get("given_name").is_none());
    assert!(claims.get("orgs").is_some() && claims.get("name").is_some());
}

#[test]
fn the_signature_fits_the_published_key() {
    let mut emulator = Emulator::new();
    let token = emulator.log_in().token();
    let key = emulator.get("/connect/jwks").body["keys"][0].clone();
    let (modulus, exponent) = (key["n"].as_str().unwrap(), key["e"].as_str().unwrap());
    assert!(fits_components(&token, modulus, exponent));
    let forged = token.replace(&token[token.len() - 8..], "AAAAAAAA");
    assert!(!fits_components(&forged, modulus, exponent));
    let (header, _) = token.split_once('.').unwrap();
    assert!(!fits_components(&token.replace(header, "e30"), modulus, exponent));
}

#[test]
fn a_shared_secret_signs_with_the_whole_string() {
    let mut emulator = Emulator::with(|settings| settings.jwt_algo = JwtAlgorithm::Hs256);
    let token = emulator.log_in().token();
    assert_eq!(part(&token, 0), r#"{"alg":"HS256"}"#);
    let secret = emulator.realm().shared_secret.clone();
    assert!(secret.reveal().starts_with("jsk_"));
    assert!(fits_secret(&token, secret.reveal()));
    assert!(!fits_secret(&token, "jsk_sample123456"));
    emulator.settings().assumptions.hs256_kid = true;
    assert!(part(&emulator.log_in().token(), 0).contains("kid"));
}
