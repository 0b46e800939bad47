//! Which tokens are trusted: every kind of good and forged one, as another library made them, and what holds for all.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::string_slice,
    reason = "a panic here is a failed test, and tokens are ASCII"
)]

mod support;

use loginrocket_wasm::{
    Error, Family,
    core::{
        hosted,
        jwt::{Jwt, is_jwt},
        response::Record as _,
        verify::{LEEWAY_SECONDS, Rules},
    },
    native::KeySet,
};
use proptest::{collection::vec, prelude::*};
use std::collections::BTreeSet;
use support::tokens::{Row, Tokens, all, token};

fn keys(tokens: &Tokens) -> KeySet {
    KeySet::from_json(&tokens.jwks.to_string()).unwrap()
}

fn rules(row: &Row) -> Rules {
    Rules { leeway_seconds: row.leeway_seconds.unwrap_or(LEEWAY_SECONDS), account: row.account.clone() }
}

#[test]
fn every_token_comes_to_what_its_row_says() {
    let tokens = all();
    let keys = keys(tokens);
    let wrong: Vec<_> = tokens
        .rows
        .iter()
        .map(|row| (row, keys.verify(&row.token, &rules(row), tokens.now)))
        .map(|(row, verdict)| (row, verdict.map_or_else(Error::code, |_| "okay")))
        .filter(|(row, code)| row.code != *code)
        .map(|(row, code)| format!("{}: {code}, not {}", row.name, row.code))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_rows_cover_every_code_that_is_about_a_token() {
    let rows = &all().rows;
    assert!(rows.len() >= 60);
    let covered: BTreeSet<_> = rows.iter().map(|row| row.code.as_str()).collect();
    // These are about the realm and the platform.
    let others = [Error::KeysUnavailable, Error::CryptoUnavailable];
    let codes = Error::ALL.iter().filter(|error| error.family() == Family::Token && !others.contains(error));
    let expected: BTreeSet<_> = codes.map(|error| error.code()).chain(["okay"]).collect();
    assert_eq!(covered, expected);
}

#[test]
fn a_verified_token_says_who_it_is_for() {
    let tokens = all();
    let token = token("as the service makes it");
    let verified = keys(tokens).verify(&token, &Rules::default(), tokens.now).unwrap();
    let membership = verified.claims.membership.unwrap();
    assert_eq!(
        (verified.claims.user.id.as_str(), membership.account_id.as_str()),
        ("usr_sample123456", "org_sample2")
    );
    assert!(verified.session.is_some_and(|session| session.is(&"kss_sample123456".into())));
    assert_eq!(verified.payload.number("exp"), Some(verified.claims.expires_at));
}

#[test]
fn what_is_no_key_set_is_said_to_be_none() {
    for jwks in ["", "null", "[]", "{}", "<html>", r#"{"keys":null}"#, r#"{"keys":7}"#, r#"{"keys":[1,{}]}"#]
    {
        assert_eq!(KeySet::from_json(jwks).unwrap_err(), Error::KeysUnavailable, "{jwks}");
    }
}

/// One character that may be part of a token.
fn symbol() -> impl Strategy<Value = char> {
    prop_oneof![prop::char::range('A', 'Z'), prop::char::range('0', '9'), Just('.'), Just('-'), any::<char>()]
}

proptest! {
    #[test]
    fn whatever_is_changed_in_a_token_it_is_refused(at in 0_usize..900, symbol in symbol(), inserts: bool) {
        let tokens = all();
        let good = token("as the service makes it");
        let at = at % good.len();
        let rest = if inserts { &good[at..] } else { &good[at + 1..] };
        let changed = format!("{}{symbol}{rest}", &good[..at]);
        prop_assume!(changed != good);
        prop_assert!(keys(tokens).verify(&changed, &Rules::default(), tokens.now).is_err(), "{at} {symbol:?}");
    }

    #[test]
    fn no_text_is_too_odd_to_be_taken_apart(text in ".{0,200}") {
        if let Some(jwt) = Jwt::parse(&text) {
            prop_assert_eq!(text.matches('.').count(), 2);
            prop_assert!(text.starts_with(jwt.signed));
        }
        let _ = hosted::landing(&text);
    }

    #[test]
    fn a_token_has_one_spelling(parts in vec("[A-Za-z0-9_-]{1,9}", 3)) {
        let text = parts.join(".");
        prop_assert!(is_jwt(&text));
        if let Some(jwt) = Jwt::parse(&text) {
            // Three bytes are four letters; what is left has as many letters as it needs and no other ones.
            let letters = jwt.signature.expose().len() * 8;
            prop_assert_eq!(letters.div_ceil(6), parts[2].len());
        }
    }

    #[test]
    fn an_app_keeps_all_of_its_url_but_what_came_with_the_token(
        path in "(https://app\\.example\\.com)?/[a-z/]{0,9}",
        mut before in vec("[a-z%+]{0,5}(=[^&#]{0,9})?", 0..4),
        after in vec("[A-Z%+]{0,5}(=[^&#]{0,9})?", 0..4),
        fragment in prop::option::of(".{0,20}"),
    ) {
        before.retain(|pair| !matches!(pair.split('=').next(), Some("token" | "account" | "session")));
        let end = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        let of = |pairs: &[String]| if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        let kept = [before.clone(), after.clone()].concat();
        let taken = ["account=org_sample1".to_owned(), "token=e30.e30.c2ln".to_owned(), "session=kss".to_owned()];
        let url = format!("{path}{}{end}", of(&[before, taken.to_vec(), after].concat()));
        let landing = hosted::landing(&url).unwrap();
        prop_assert_eq!(landing.rest, format!("{path}{}{end}", of(&kept)));
        prop_assert!(landing.token.is(&"e30.e30.c2ln".into()));
    }
}

#[test]
fn a_key_with_which_anybody_could_sign_is_unusable() {
    let tokens = all();
    let good = tokens.rows.iter().find(|row| row.code == "okay").unwrap();
    let rules = rules(good);
    // 1, also with zeros before it, 2, 65536, and one of as many bytes as a modulus has.
    let long = format!("{}w", "_".repeat(341));
    for exponent in ["AQ", "AAAB", "Ag", "AQAA", &long] {
        let mut jwks = tokens.jwks.clone();
        for key in jwks["keys"].as_array_mut().unwrap() {
            if key.get("e").is_some() {
                key["e"] = exponent.into();
            }
        }
        let keys = KeySet::from_json(&jwks.to_string()).unwrap();
        let verdict = keys.verify(&good.token, &rules, tokens.now).map_err(Error::code);
        assert_eq!(verdict.map(|_| ()), Err("unusable_key"), "{exponent}");
    }
}
