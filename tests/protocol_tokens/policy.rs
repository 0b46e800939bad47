//! Which of the session's own tokens are given out, by the policy of the app and what is known of the signature.

use crate::realm::{GOOD, Realm, reply, setup, token};
use loginrocket_wasm::{
    Error,
    engine::{
        Answer, CallOptions, Input, Setup,
        Signature::{self, Bad, Good, Unavailable, UnreadableKey},
        TokenPolicy::{self, Lazy, Off, Strict},
        session::Want,
    },
    protocol::{endpoint::Endpoint, request::Params},
};
use serde_json::json;

/// Somebody who signs in with a token, and then wants it.
fn signed_in(policy: TokenPolicy, token: &str) -> Realm {
    let mut realm = Realm::with(Setup { policy, ..setup() });
    sign_in(&mut realm, token);
    realm
}

fn sign_in(realm: &mut Realm, token: &str) {
    let (endpoint, params) = (Endpoint::Login, Params("{}".into()));
    realm.input(Input::Call { id: 50, endpoint, params, options: CallOptions::default() });
    let body = json!({ "session": "kss_sample123456", "account": "org_sample2", "token": token });
    realm.input(Input::Replied { id: 50, reply: reply(200, &body.to_string()) });
}

/// Whether a token was given out, and as what; or the code of the failure.
fn given(realm: &mut Realm, id: u32) -> &'static str {
    let want = Want::Token { min_validity_seconds: 0 };
    realm.input(Input::Want { id, want, options: CallOptions::default() });
    match realm.answer(id) {
        Some(Answer::Granted { granted }) if granted.is_verified => "verified",
        Some(Answer::Granted { .. }) => "unverified",
        Some(Answer::Failed { failure }) => failure.error.code(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_policy_says_which_tokens_are_given_out() {
    let key_bits = 2048;
    let table: [(Signature, [&str; 3]); 5] = [
        (Good { key_bits }, ["unverified", "verified", "verified"]),
        (Bad { key_bits }, ["unverified", "invalid_signature", "invalid_signature"]),
        (Good { key_bits: 1024 }, ["unverified", "unusable_key", "unusable_key"]),
        (UnreadableKey, ["unverified", "unusable_key", "unusable_key"]),
        (Unavailable, ["unverified", "unverified", "crypto_unavailable"]),
    ];
    for (signature, expected) in table {
        for (policy, expected) in [Off, Lazy, Strict].into_iter().zip(expected) {
            let mut realm = signed_in(policy, token(GOOD));
            realm.signature = Some(signature);
            assert_eq!(given(&mut realm, 1), expected, "{policy:?} {signature:?}");
        }
    }
}

#[test]
fn where_keys_cannot_be_had_a_lazy_policy_gives_the_token_out() {
    let unknown = token("the key id \"constructor\", which the realm has not");
    for (token, status, code) in [(token(GOOD), 500, "keys_unavailable"), (unknown, 200, "unknown_key")] {
        for (policy, expected) in [(Off, "unverified"), (Lazy, "unverified"), (Strict, code)] {
            let mut realm = signed_in(policy, token);
            if status != 200 {
                realm.keys = Some(reply(status, ""));
            }
            assert_eq!(given(&mut realm, 1), expected, "{policy:?} {code}");
            assert_eq!(realm.requests, usize::from(policy != Off));
        }
    }
}

#[test]
fn a_token_that_was_verified_is_not_verified_again() {
    let mut realm = signed_in(Strict, token(GOOD));
    assert_eq!([given(&mut realm, 1), given(&mut realm, 2)], ["verified"; 2]);
    assert_eq!((realm.used.len(), realm.requests), (1, 1));
}

#[test]
fn how_old_a_token_is_the_session_knows_better_than_the_clock() {
    let mut realm = Realm::with(Setup { policy: Strict, ..setup() });
    realm.wall_ahead = 30_000;
    sign_in(&mut realm, token(GOOD));
    assert_eq!(given(&mut realm, 9), "verified");
}

#[test]
fn a_wrong_clock_expires_a_token_until_an_answer_tells_the_time() {
    let mut realm = Realm::with(setup());
    realm.wall_ahead = 30_000;
    assert_eq!(realm.verdict(token(GOOD)), "token_expired");
    sign_in(&mut realm, token(GOOD));
    assert_eq!(realm.verdict(token(GOOD)), "okay");
    realm.pass(30_000_000);
    assert_eq!(realm.verdict(token(GOOD)), "token_expired");
}

#[test]
fn a_verdict_that_does_not_come_leaves_a_token_unverified() {
    for (policy, is_given) in [(Lazy, true), (Strict, false)] {
        let mut realm = signed_in(policy, token("of another session"));
        realm.verdict(token(GOOD));
        // The host does not say what became of the signature.
        let want = Want::Token { min_validity_seconds: 0 };
        let input = Input::Want { id: 9, want, options: CallOptions::default() };
        realm.engine.handle(realm.now(), input);
        realm.pass(14_999);
        assert!(realm.answer(9).is_none());
        realm.pass(1);
        match realm.answer(9) {
            Some(Answer::Granted { granted }) => assert!(is_given && !granted.is_verified),
            Some(Answer::Failed { failure }) => assert!(!is_given && failure.error == Error::Timeout),
            other => panic!("{other:?}"),
        }
    }
}
