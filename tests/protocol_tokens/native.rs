//! The same tokens in a program that is in no browser.

use crate::realm::{GOOD, TOKENS, token};
use loginrocket_wasm::{Error, native::KeySet, protocol::verify::Rules};
use serde::Deserialize;

fn keys() -> KeySet {
    KeySet::from_json(&TOKENS.jwks.to_string()).unwrap()
}

#[test]
fn every_token_comes_to_what_its_row_says_natively_too() {
    let keys = keys();
    let wrong: Vec<_> = TOKENS
        .rows
        .iter()
        .map(|row| (row, keys.verify(&row.token, &row.rules(), TOKENS.now)))
        .map(|(row, verdict)| (row, verdict.map_or_else(Error::code, |_| "okay")))
        .filter(|(row, code)| row.code != *code)
        .map(|(row, code)| format!("{}: {code}, not {}", row.name, row.code))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_verified_token_says_who_it_is_for() {
    #[derive(Deserialize)]
    struct Payload {
        exp: u64,
    }
    let verified = keys().verify(token(GOOD), &Rules::default(), TOKENS.now).unwrap();
    assert_eq!(verified.claims.subject, "usr_sample123456");
    assert_eq!(verified.claims.account.as_deref(), Some("org_sample2"));
    assert!(verified.session.as_ref().is_some_and(|session| session.is(&"kss_sample123456".into())));
    assert_eq!(verified.read::<Payload>().unwrap().exp, verified.claims.expires_at);
    assert!(!format!("{verified:?}").contains("kss_"));
}

#[test]
fn what_is_no_key_set_is_said_to_be_none_natively_too() {
    for jwks in ["", "null", "[]", "{}", "<html>", r#"{"keys":null}"#, r#"{"keys":7}"#, r#"{"keys":[1,{}]}"#]
    {
        assert_eq!(KeySet::from_json(jwks).unwrap_err(), Error::KeysUnavailable, "{jwks}");
    }
}

#[test]
fn a_key_with_which_anybody_can_sign_is_unusable_natively_too() {
    let mut jwks = TOKENS.jwks.clone();
    for key in jwks["keys"].as_array_mut().unwrap() {
        if key.get("e").is_some() {
            key["e"] = "AQ".into();
        }
    }
    let keys = KeySet::from_json(&jwks.to_string()).unwrap();
    let verdict = keys.verify(token(GOOD), &Rules::default(), TOKENS.now);
    assert_eq!(verdict.map(|_| ()).unwrap_err(), Error::UnusableKey);
}
