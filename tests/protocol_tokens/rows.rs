//! What each token of the fixtures comes to.

use crate::realm::{GOOD, Realm, Row, TOKENS, token};
use loginrocket_wasm::{
    Error, Family,
    engine::{Answer, Input},
    protocol::{claims::Claims, json::Json, jwt::Jwt, verify::Rules},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[test]
fn every_token_comes_to_what_its_row_says() {
    let mut realm = Realm::new();
    let mut wrong = Vec::new();
    for row @ Row { name, token, code, .. } in &TOKENS.rows {
        let id = realm.verify(token, row.rules());
        let came_to = realm.code(id).unwrap_or("nothing");
        if came_to != code {
            wrong.push(format!("{name}: {came_to}, not {code}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(realm.requests, 1, "one request serves all");
}

#[test]
fn the_rows_cover_every_code_that_is_about_a_token() {
    assert!(TOKENS.rows.len() >= 180);
    let covered: BTreeSet<_> = TOKENS.rows.iter().map(|row| row.code.as_str()).collect();
    // These are about the realm and the platform.
    let others = [Error::KeysUnavailable, Error::CryptoUnavailable];
    let codes = Error::ALL.iter().filter(|error| error.family() == Family::Token && !others.contains(error));
    let expected: BTreeSet<_> = codes.map(|error| error.code()).chain(["okay"]).collect();
    assert_eq!(covered, expected);
}

#[test]
fn a_token_alone_in_a_fresh_engine_comes_to_the_same() {
    for row @ Row { name, token, code, .. } in TOKENS.rows.iter().step_by(7) {
        let mut realm = Realm::new();
        let id = realm.verify(token, row.rules());
        assert_eq!(realm.code(id), Some(code.as_str()), "{name}");
    }
}

#[test]
fn a_verified_token_gives_its_whole_payload() {
    let mut realm = Realm::new();
    let id = realm.verify(token(GOOD), Rules::default());
    let Some(Answer::Claims { payload, is_trusted: true }) = realm.answer(id) else { panic!("not trusted") };
    assert_eq!(payload.expose(), Jwt::parse(token(GOOD)).unwrap().payload.as_str());
    let claims = Claims::read(Json::object(payload.expose()).unwrap()).unwrap();
    assert_eq!((&*claims.subject, claims.account.as_deref()), ("usr_sample123456", Some("org_sample2")));
    let payload: Value = serde_json::from_str(payload.expose()).unwrap();
    assert_eq!(
        (&payload["sid"], payload["exp"].as_u64()),
        (&json!("kss_sample123456"), Some(claims.expires_at))
    );
    assert!(!claims.profile.contains("kss_"));
}

#[test]
fn a_token_that_is_decoded_is_not_trusted_and_asks_for_nothing() {
    let mut realm = Realm::new();
    for Row { name, token, code, .. } in &TOKENS.rows {
        realm.last += 1;
        let id = realm.last;
        realm.input(Input::DecodeToken { id, token: token.as_str().into() });
        match realm.answer(id) {
            Some(Answer::Claims { payload, is_trusted }) => {
                assert!(!is_trusted && code != "malformed_token", "{name}");
                assert_eq!(payload.expose(), Jwt::parse(token).unwrap().payload.as_str(), "{name}");
            }
            Some(Answer::Failed { failure }) => {
                assert_eq!(
                    (failure.error.code(), code.as_str()),
                    ("malformed_token", "malformed_token"),
                    "{name}"
                );
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    assert_eq!((realm.requests, realm.used.len()), (0, 0));
}
