//! The realm's keys: when they are asked for, which of them are used, and what becomes of those who wait for them.

use crate::realm::{GOOD, Realm, TOKENS, reply, setup, token};
use loginrocket_wasm::{
    Error,
    engine::{Effect, Input, OWN_IDS, Platform, Setup, Signature},
    protocol::{
        config::Config,
        json::Json,
        jwks,
        response::{Headers, Reply},
        url::BaseUrl,
        verify::Rules,
    },
};

/// How long a call may take where nothing is said, and how much longer a token waits for its verdict.
const TIMEOUT_MS: u64 = 10_000;
const VERDICT_MS: u64 = 15_000;

#[test]
fn what_is_refused_by_its_header_asks_for_no_key() {
    let mut realm = Realm::new();
    for (name, code) in [
        ("a word", "malformed_token"),
        ("a v1 token", "v1_token"),
        ("the public key as an HMAC secret", "unsupported_algorithm"),
        ("an embedded key", "unsupported_header"),
        ("no key id", "missing_key_id"),
    ] {
        assert_eq!(realm.verdict(token(name)), code, "{name}");
    }
    assert_eq!(realm.requests, 0);
}

#[test]
fn no_signature_is_verified_with_a_key_of_less_than_2048_bits() {
    for (signature, code) in [
        (Signature::Good { key_bits: 2047 }, "unusable_key"),
        (Signature::Bad { key_bits: 2047 }, "unusable_key"),
        (Signature::Good { key_bits: 2048 }, "okay"),
        (Signature::Bad { key_bits: 2048 }, "invalid_signature"),
        (Signature::Good { key_bits: 8192 }, "okay"),
        (Signature::UnreadableKey, "unusable_key"),
        (Signature::Unavailable, "crypto_unavailable"),
    ] {
        let mut realm = Realm::new();
        realm.signature = Some(signature);
        assert_eq!(realm.verdict(token(GOOD)), code, "{signature:?}");
    }
}

#[test]
fn a_key_has_one_number_until_the_realm_is_asked_again() {
    let mut realm = Realm::new();
    for name in [GOOD, "of another session", "by a key that is only x5c", GOOD] {
        assert_eq!(realm.verdict(token(name)), "okay");
    }
    let [first, same, other, again] = realm.used[..] else { panic!("{:?}", realm.used) };
    assert_eq!((first, first), (same, again));
    assert_ne!(first, other);
    realm.pass(600_000);
    // As old as the keys are, the token has expired meanwhile; its signature is verified all the same.
    assert_eq!(realm.verdict(token("expires never")), "okay");
    assert_eq!(realm.requests, 2);
    assert!(!realm.used[..4].contains(&realm.used[4]), "{:?}", realm.used);
}

#[test]
fn tokens_wait_together_for_one_answer_of_the_realm() {
    let mut realm = Realm::new();
    let keys = realm.keys.take().unwrap();
    let waiting: Vec<_> = (0..50).map(|_| realm.verify(token(GOOD), Rules::default())).collect();
    let unknown =
        realm.verify(token("the key id \"constructor\", which the realm has not"), Rules::default());
    assert!(waiting.iter().all(|id| realm.answer(*id).is_none()));
    let [id] = realm.unanswered[..] else { panic!("not one request") };
    realm.pass(50);
    realm.input(Input::Replied { id, reply: keys });
    assert!(waiting.iter().all(|id| realm.code(*id) == Some("okay")));
    assert_eq!(realm.code(unknown), Some("unknown_key"));
    assert_eq!(realm.requests, 1);
}

#[test]
fn what_is_no_key_set_is_said_to_be_none() {
    for jwks in ["", "null", "[]", "{}", "<html>", r#"{"keys":null}"#, r#"{"keys":7}"#, r#"{"keys":[1,{}]}"#]
    {
        let mut realm = Realm::new();
        realm.keys = Some(reply(200, jwks));
        assert_eq!(realm.verdict(token(GOOD)), "keys_unavailable", "{jwks}");
        assert!(Json::object(jwks).and_then(jwks::read).is_none(), "{jwks}");
    }
    let jwks = TOKENS.jwks.to_string();
    for (status, code) in
        [(200, "okay"), (201, "keys_unavailable"), (403, "keys_unavailable"), (500, "keys_unavailable")]
    {
        let mut realm = Realm::new();
        realm.keys = Some(reply(status, &jwks));
        assert_eq!(realm.verdict(token(GOOD)), code, "{status}");
    }
}

#[test]
fn keys_that_cannot_be_had_say_when_to_try_again() {
    let mut realm = Realm::new();
    let headers = Headers { retry_after: Some("30".into()), ..Headers::default() };
    realm.keys = Some(Reply { headers, ..reply(503, "") });
    let id = realm.verify(token(GOOD), Rules::default());
    let failure = realm.failure(id).unwrap();
    assert_eq!(
        (failure.error, failure.retryable, failure.retry_after),
        (Error::KeysUnavailable, true, Some(30))
    );
    realm.pass(29_001);
    let id = realm.verify(token(GOOD), Rules::default());
    assert_eq!(realm.failure(id).unwrap().retry_after, Some(1));
    assert_eq!(realm.requests, 1);
    realm.keys = Some(reply(200, &TOKENS.jwks.to_string()));
    realm.pass(999);
    assert_eq!(realm.verdict(token(GOOD)), "okay");

    let id = realm.verify(token("the key id \"__proto__\", which the realm has not"), Rules::default());
    let failure = realm.failure(id).unwrap();
    assert_eq!((failure.error, failure.retryable, failure.retry_after), (Error::UnknownKey, true, Some(60)));
}

#[test]
fn a_realm_that_does_not_answer_leaves_the_keys_unavailable() {
    let mut realm = Realm::new();
    realm.keys = None;
    let waiting = realm.verify(token(GOOD), Rules::default());
    let id = realm.unanswered.remove(0);
    realm.input(Input::Unanswered { id, is_misuse: false });
    assert_eq!(realm.failure(waiting).unwrap().retry_after, Some(10));

    realm.pass(10_000);
    let waiting = realm.verify(token(GOOD), Rules::default());
    let id = realm.unanswered.remove(0);
    realm.pass(TIMEOUT_MS - 1);
    assert!(realm.answer(waiting).is_none());
    realm.pass(1);
    assert_eq!(realm.aborted, [id]);
    assert_eq!(realm.code(waiting), Some("keys_unavailable"));
    realm.input(Input::Replied { id, reply: reply(200, &TOKENS.jwks.to_string()) });
    assert_eq!(realm.verdict(token(GOOD)), "keys_unavailable", "a late answer changes nothing");
}

#[test]
fn a_signature_that_is_never_verified_ends_in_a_timeout() {
    let mut realm = Realm::new();
    realm.verdict(token(GOOD));
    let token = token("of another session").into();
    // The host does not say what became of this one.
    let effects =
        realm.engine.handle(realm.now(), Input::VerifyToken { id: 70, token, rules: Rules::default() });
    let asked = effects.iter().find_map(|effect| match effect {
        Effect::VerifySignature { id, .. } => Some(*id),
        _ => None,
    });
    realm.pass(VERDICT_MS - 1);
    assert!(realm.answer(70).is_none());
    realm.pass(1);
    assert_eq!(realm.code(70), Some("timeout"));
    realm.input(Input::Verified { id: asked.unwrap(), signature: Signature::Good { key_bits: 2048 } });
    assert_eq!(realm.code(70), Some("timeout"));
}

#[test]
fn without_a_url_or_crypto_a_token_is_not_judged() {
    let url = |text: &str| BaseUrl::parse(text).ok();
    for (setup, code) in [
        (Setup { config: Config::default(), ..setup() }, "missing_url"),
        (
            Setup { config: Config { url: url("http://example.com"), ..Config::default() }, ..setup() },
            "insecure_url",
        ),
        (Setup { platform: Platform::default(), ..setup() }, "crypto_unavailable"),
    ] {
        let mut realm = Realm::with(setup);
        assert_eq!(realm.verdict("a word"), "malformed_token");
        assert_eq!(realm.verdict(token(GOOD)), code);
        assert_eq!(realm.requests, 0);
    }
}

#[test]
fn a_verdict_leaves_no_timer_behind() {
    let mut realm = Realm::new();
    for name in [GOOD, "a word", "a flipped bit"] {
        realm.verdict(token(name));
        assert_eq!(realm.wake_at, None, "{name}");
    }
}

#[test]
fn nothing_makes_a_token_good_before_its_key_is_there() {
    let mut realm = Realm::new();
    let keys = realm.keys.take().unwrap();
    let forged = realm.verify(token("signed by somebody with their own key"), Rules::default());
    for id in (0..9).chain(OWN_IDS..OWN_IDS + 99) {
        realm.input(Input::Verified { id, signature: Signature::Good { key_bits: 2048 } });
    }
    assert_eq!(realm.code(forged), None);
    let id = realm.unanswered.remove(0);
    realm.input(Input::Replied { id, reply: keys });
    assert_eq!(realm.code(forged), Some("invalid_signature"));
}

#[test]
fn a_token_is_judged_by_the_realm_that_was_asked_or_not_at_all() {
    let realms = ["https://sample.e2.loginrocket.com/other/v2", "https://sample.e2.loginrocket.com"];
    let [there, back] = realms.map(|url| BaseUrl::parse(url).ok());
    let mut realm = Realm::new();
    let keys = realm.keys.take().unwrap();
    let waiting = realm.verify(token(GOOD), Rules::default());
    let id = realm.unanswered.remove(0);
    realm.input(Input::SetUrl { id: 90, url: back.clone() });
    assert_eq!((realm.code(waiting), realm.aborted.len()), (None, 0), "it is the same realm");
    realm.input(Input::SetUrl { id: 91, url: there });
    assert_eq!((realm.code(waiting), &realm.aborted[..]), (Some("aborted"), &[id][..]));

    // What one realm said is nothing to another, and that it was asked is no reason to wait.
    realm.input(Input::Replied { id, reply: keys.clone() });
    realm.input(Input::SetUrl { id: 92, url: back });
    realm.keys = Some(keys);
    assert_eq!((realm.verdict(token(GOOD)), realm.requests), ("okay", 2));
}

#[test]
fn disposal_ends_what_waits_and_lets_go_of_the_keys() {
    let mut realm = Realm::new();
    realm.keys = None;
    let waiting = realm.verify(token(GOOD), Rules::default());
    realm.input(Input::Dispose);
    assert_eq!((realm.code(waiting), &realm.aborted), (Some("disposed"), &realm.unanswered));
    assert_eq!((realm.verdict(token(GOOD)), realm.wake_at), ("disposed", None));
}
