//! What holds for every text that is taken for a token or for keys, tried with many.

use crate::realm::{GOOD, Realm, reply, token};
use loginrocket_wasm::{
    Error, Family,
    engine::{Answer, Input},
    protocol::{
        hosted,
        jwt::{Jwt, is_jwt},
    },
};
use proptest::{collection::vec, prelude::*};

/// One character that may be part of a token.
fn symbol() -> impl Strategy<Value = char> {
    prop_oneof![prop::char::range('A', 'Z'), prop::char::range('0', '9'), Just('.'), Just('-'), any::<char>()]
}

proptest! {
    #[test]
    fn whatever_is_changed_in_a_token_it_is_refused(at in 0_usize..900, symbol in symbol(), inserts: bool) {
        let good = token(GOOD);
        let at = at % good.len();
        let rest = if inserts { &good[at..] } else { &good[at + 1..] };
        let changed = format!("{}{symbol}{rest}", &good[..at]);
        prop_assume!(changed != good);
        let code = Realm::new().verdict(&changed);
        let error = Error::ALL.into_iter().find(|error| error.code() == code);
        prop_assert_eq!(error.map(Error::family), Some(Family::Token), "{} {:?}", at, symbol);
    }

    #[test]
    fn any_text_is_judged_and_decoded_to_a_stable_code(text in ".{0,200}|[a-zA-Z0-9_-]{0,9}([.][a-zA-Z0-9_-]{0,9}){0,3}") {
        let mut realm = Realm::new();
        let code = realm.verdict(&text);
        prop_assert!(Error::ALL.iter().any(|error| error.code() == code && error.family() == Family::Token));
        realm.input(Input::DecodeToken { id: 9, token: text.as_str().into() });
        match realm.answer(9) {
            Some(Answer::Claims { is_trusted, .. }) => prop_assert!(!is_trusted && code != "malformed_token"),
            Some(Answer::Failed { failure }) => prop_assert_eq!((failure.error.code(), code), ("malformed_token", "malformed_token")),
            other => prop_assert!(false, "{:?}", other),
        }
    }

    #[test]
    fn any_answer_for_the_keys_gives_a_stable_code(status in 0_u16..700, body in ".{0,40}|[{]\"keys\":[\\[][{]\"kid\":\"[a-z]\"[}]?[\\]]?[}]?") {
        let mut realm = Realm::new();
        realm.keys = Some(reply(status, &body));
        prop_assert!(matches!(realm.verdict(token(GOOD)), "keys_unavailable" | "unknown_key"));
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
}
