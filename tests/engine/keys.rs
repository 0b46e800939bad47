//! Which tokens are trusted, and how an engine comes by the realm's keys.

use crate::host::{
    Answer, Browser, Tab,
    app::AppFetch,
    realm::{REALM, browser, signed_in},
    tokens::{all, token},
};
use loginrocket_wasm::engine::{StorageScope, TokenPolicy, session::snapshot::State};
use serde_json::{Value as Json, json};
use std::{cell::RefCell, rc::Rc};

const KEYS: &str = "GET connect/jwks";

/// A browser with a realm whose keys are whatever the test says, and which signs in with a token that it signed.
fn realm(keys: &Rc<RefCell<Answer>>) -> Browser {
    let (browser, keys) = (browser(), Rc::clone(keys));
    let token = token("as the service makes it");
    browser.serve(move |sent| match sent.path() {
        "connect/jwks" => keys.borrow().clone(),
        _ => Answer::Json(
            200,
            json!({ "result": "full_login", "session": "kss_sample123456", "account": "org_sample2", "token": token }),
        ),
    });
    browser
}

fn good_keys() -> Answer {
    Answer::Json(200, all().jwks.clone())
}

fn keys_of(ids: &[&str]) -> Answer {
    let mut jwks = all().jwks.clone();
    let is_one = |key: &Json| key["kid"].as_str().is_some_and(|id| ids.contains(&id));
    jwks["keys"].as_array_mut().unwrap().retain(is_one);
    Answer::Json(200, jwks)
}

/// A tab of a realm, and the realm's keys.
fn tab_of(keys: Answer) -> (Tab, Rc<RefCell<Answer>>) {
    let keys = Rc::new(RefCell::new(keys));
    (Tab::open(&realm(&keys), StorageScope::Shared), keys)
}

/// The same, of an engine with a policy, where signatures can be verified or not.
fn tab_with(keys: Answer, policy: TokenPolicy, has_crypto: bool) -> (Tab, Rc<RefCell<Answer>>) {
    let keys = Rc::new(RefCell::new(keys));
    let browser = realm(&keys);
    let page = browser.page();
    page.has_no_crypto.set(!has_crypto);
    let mut setup = page.setup(StorageScope::Shared, REALM);
    setup.policy = policy;
    (Tab::start(&browser, page, setup), keys)
}

impl Tab {
    /// What a token comes to.
    fn verdict(&self, name: &str) -> &'static str {
        self.verify(&token(name)).code().unwrap()
    }

    /// How often the realm was asked for its keys.
    fn asked(&self) -> usize {
        self.sent().iter().filter(|sent| *sent == KEYS).count()
    }
}

#[test]
fn the_keys_are_asked_for_once_and_without_a_header_of_our_own() {
    let (tab, _) = tab_of(Answer::After(50, Box::new(good_keys())));
    let good = token("as the service makes it");
    let verified: Vec<_> = (0..50).map(|_| tab.verify(&good)).collect();
    tab.browser.pass(50);
    assert!(verified.iter().all(|verified| verified.code() == Some("okay")));
    assert_eq!(tab.verdict("by a key that is only x5c"), "okay");
    assert_eq!(tab.sent(), [KEYS]);
    let sent = tab.browser.sent().remove(0);
    assert_eq!(sent.url, "https://sample.e2.loginrocket.com/connect/jwks");
    assert_eq!(sent.headers, [("accept", "application/json".to_owned())]);
}

#[test]
fn what_is_refused_by_its_header_asks_for_no_key() {
    let (tab, _) = tab_of(good_keys());
    for (name, code) in [
        ("a word", "malformed_token"),
        ("a v1 token", "v1_token"),
        ("the public key as an HMAC secret", "unsupported_algorithm"),
        ("an embedded key", "unsupported_header"),
        ("no key id", "missing_key_id"),
    ] {
        assert_eq!(tab.verdict(name), code, "{name}");
    }
    assert_eq!(tab.asked(), 0);
}

#[test]
fn made_up_key_ids_cause_two_requests_a_minute_at_most() {
    let (tab, _) = tab_of(good_keys());
    assert_eq!(tab.verdict("as the service makes it"), "okay");
    for _ in 0..59 {
        tab.browser.pass(1_000);
        for _ in 0..20 {
            let name = "the key id \"jky_sample0gone\", which the realm has not";
            assert_eq!(tab.verdict(name), "unknown_key");
        }
        assert_eq!(tab.verdict("as the service makes it"), "okay");
    }
    assert_eq!(tab.asked(), 1);
    tab.browser.pass(1_000);
    for _ in 0..20 {
        tab.verdict("the key id \"constructor\", which the realm has not");
    }
    assert_eq!(tab.asked(), 2);
}

#[test]
fn an_unknown_key_says_when_it_is_looked_for_again() {
    let (tab, _) = tab_of(good_keys());
    let name = "the key id \"jky_sample0gone\", which the realm has not";
    tab.verdict(name);
    tab.browser.pass(45_500);
    let failure = tab.verify(&token(name)).failure().unwrap();
    assert_eq!((failure.retryable, failure.retry_after), (true, Some(15)));
}

#[test]
fn a_new_key_works_without_a_reload_and_an_old_one_no_more() {
    let (tab, keys) = tab_of(keys_of(&["jky_sample0bare"]));
    assert_eq!(tab.verdict("by a key that says nothing about itself"), "okay");
    keys.replace(keys_of(&["jky_sample0x5c"]));
    assert_eq!(tab.verdict("by a key that is only x5c"), "unknown_key");
    tab.browser.pass(60_000);
    assert_eq!(tab.verdict("by a key that is only x5c"), "okay");
    assert_eq!(tab.verdict("by a key that says nothing about itself"), "unknown_key");
    assert_eq!(tab.asked(), 2);
}

#[test]
fn keys_outlast_an_outage_but_are_asked_for_again() {
    let (tab, keys) = tab_of(good_keys());
    tab.verdict("as the service makes it");
    keys.replace(Answer::Status(503, ""));
    tab.browser.pass(601_000);
    for _ in 0..20 {
        assert_eq!(tab.verdict("as the service makes it"), "okay");
    }
    assert_eq!(tab.asked(), 2);
    keys.replace(keys_of(&["jky_sample0bare"]));
    tab.browser.pass(10_000);
    assert_eq!(tab.verdict("as the service makes it"), "unknown_key");
}

#[test]
fn keys_that_cannot_be_had_are_a_typed_failure_and_no_storm() {
    for answer in [
        Answer::Status(503, ""),
        Answer::Status(404, "<html>"),
        Answer::Status(200, ""),
        Answer::Status(200, "<html>"),
        Answer::Json(200, json!({})),
        Answer::Json(200, json!({ "keys": [] })),
        Answer::Json(200, json!({ "keys": 7 })),
        Answer::Json(500, all().jwks.clone()),
        Answer::Fault,
    ] {
        let (tab, keys) = tab_of(answer);
        for _ in 0..20 {
            let failure = tab.verify(&token("as the service makes it")).failure().unwrap();
            let seen = (failure.error.code(), failure.retryable, failure.retry_after);
            assert_eq!(seen, ("keys_unavailable", true, Some(10)));
        }
        assert_eq!(tab.asked(), 1);
        keys.replace(good_keys());
        tab.browser.pass(10_000);
        assert_eq!(tab.verdict("as the service makes it"), "okay");
    }
}

#[test]
fn the_realm_is_left_alone_for_as_long_as_it_asks() {
    let (tab, keys) = tab_of(Answer::Limited(90));
    let failure = tab.verify(&token("as the service makes it")).failure().unwrap();
    assert_eq!(failure.retry_after, Some(90));
    keys.replace(good_keys());
    tab.browser.pass(89_000);
    assert_eq!(tab.verdict("as the service makes it"), "keys_unavailable");
    tab.browser.pass(1_000);
    assert_eq!(tab.verdict("as the service makes it"), "okay");
}

#[test]
fn keys_that_never_come_are_waited_for_as_long_as_a_call() {
    let (tab, _) = tab_of(Answer::Hang);
    let verified = tab.verify(&token("as the service makes it"));
    tab.browser.pass(9_999);
    assert!(!verified.is_over());
    tab.browser.pass(1);
    assert_eq!(verified.code(), Some("keys_unavailable"));
    assert_eq!(tab.live().requests, 0);
}

#[test]
fn the_keys_of_one_realm_are_nothing_to_another_whenever_they_come() {
    let (tab, keys) = tab_of(Answer::Held);
    let here = tab.verify(&token("as the service makes it"));
    tab.set_url(Some("https://other.e2.loginrocket.com/"));
    let there = tab.verify(&token("as the service makes it"));
    assert_eq!((here.code(), there.is_over()), (Some("aborted"), false));
    tab.browser.answer(good_keys());
    assert!(!there.is_over());
    tab.browser.answer(keys_of(&["jky_sample0x5c"]));
    assert_eq!(there.code(), Some("unknown_key"));
    keys.replace(good_keys());
    tab.set_url(Some(REALM));
    assert_eq!(tab.verdict("as the service makes it"), "okay");
    assert_eq!(tab.asked(), 3);
}

#[test]
fn a_client_that_is_disposed_of_asks_no_more_and_answers_who_waits() {
    let (tab, _) = tab_of(Answer::Hang);
    let verified = tab.verify(&token("as the service makes it"));
    assert_eq!(tab.live().requests, 1);
    tab.dispose();
    assert_eq!(verified.code(), Some("disposed"));
    assert_eq!(tab.verdict("as the service makes it"), "disposed");
    assert_eq!((tab.live().requests, tab.live().timers, tab.asked()), (0, 0, 1));
}

#[test]
fn without_crypto_nothing_is_asked_and_signing_in_works() {
    let (tab, _) = tab_with(good_keys(), TokenPolicy::Off, false);
    assert_eq!(tab.verdict("as the service makes it"), "crypto_unavailable");
    assert_eq!(tab.asked(), 0);
    tab.sign_in();
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn without_a_url_there_is_no_realm_to_ask() {
    let (tab, _) = tab_of(good_keys());
    tab.set_url(None);
    assert_eq!(tab.verdict("as the service makes it"), "missing_url");
    tab.set_url(Some("http://sample.example.com/"));
    assert_eq!(tab.verdict("as the service makes it"), "insecure_url");
    assert_eq!(tab.asked(), 0);
}

// ------------------------------------------------------------------------------------------ what the session gives out

/// What `token()` comes to, and whether that was verified.
fn given(tab: &Tab) -> (&'static str, bool) {
    let asked = tab.token(5);
    (asked.code().unwrap(), asked.granted().is_some_and(|granted| granted.is_verified))
}

#[test]
fn nothing_is_verified_unless_that_is_wanted() {
    let (tab, _) = tab_of(good_keys());
    tab.sign_in();
    assert_eq!((given(&tab), tab.asked()), (("okay", false), 0));
}

#[test]
fn a_token_is_verified_once_before_it_is_given_out() {
    for policy in [TokenPolicy::Lazy, TokenPolicy::Strict] {
        let (tab, _) = tab_with(good_keys(), policy, true);
        tab.sign_in();
        assert_eq!(tab.asked(), 0, "signing in does not wait for keys");
        assert_eq!(given(&tab), ("okay", true), "{policy:?}");
        tab.browser.pass(700_000);
        assert_eq!(given(&tab), ("okay", true), "{policy:?}");
        assert_eq!(tab.asked(), 1);
    }
}

#[test]
fn a_forged_token_is_never_given_out_and_signs_nobody_out() {
    for policy in [TokenPolicy::Lazy, TokenPolicy::Strict] {
        let (tab, _) = tab_with(good_keys(), policy, true);
        let forged = token("signed by somebody with their own key");
        tab.browser.script([Answer::Json(
            200,
            json!({ "result": "full_login", "session": "kss_sample123456", "account": "org_sample2", "token": forged }),
        )]);
        tab.sign_in();
        assert_eq!(given(&tab), ("invalid_signature", false), "{policy:?}");
        assert_eq!(tab.state(), State::SignedIn);
    }
}

#[test]
fn what_cannot_be_verified_is_given_out_lazily_and_withheld_strictly() {
    for (keys, has_crypto, code) in [
        (Answer::Status(503, ""), true, "keys_unavailable"),
        (keys_of(&["jky_sample0x5c"]), true, "unknown_key"),
        (good_keys(), false, "crypto_unavailable"),
    ] {
        for policy in [TokenPolicy::Lazy, TokenPolicy::Strict] {
            let (tab, _) = tab_with(keys.clone(), policy, has_crypto);
            tab.sign_in();
            let expected = if policy == TokenPolicy::Lazy { "okay" } else { code };
            assert_eq!(given(&tab), (expected, false), "{policy:?} {code}");
        }
    }
}

#[test]
fn how_old_a_token_is_the_session_judges_and_not_the_clock() {
    let (tab, _) = tab_with(good_keys(), TokenPolicy::Strict, true);
    // The service mints the same token again and again, and this device's clock is years off by its word.
    tab.browser.sleep(400 * 24 * 3_600_000);
    assert_eq!(tab.verdict("as the service makes it"), "token_expired");
    tab.sign_in();
    assert_eq!(given(&tab), ("okay", true));
}

#[test]
fn a_token_that_nobody_signed_is_refused() {
    let (tab, _) = tab_with(good_keys(), TokenPolicy::Lazy, true);
    tab.browser.script([signed_in("kss_sample1", "org_sample1", all().now)]);
    tab.sign_in();
    assert_eq!(given(&tab), ("unsupported_algorithm", false));
}

#[test]
fn a_signature_that_is_never_verified_is_waited_for_as_long_as_a_token() {
    for (policy, code) in [(TokenPolicy::Lazy, "okay"), (TokenPolicy::Strict, "timeout")] {
        let (tab, _) = tab_with(good_keys(), policy, true);
        tab.page.has_silent_crypto.set(true);
        tab.sign_in();
        let (asked, verified) = (tab.token(5), tab.verify(&token("as the service makes it")));
        tab.browser.pass(14_999);
        assert_eq!((asked.code(), verified.code()), (None, None));
        tab.browser.pass(1);
        assert_eq!((asked.code(), verified.code()), (Some(code), Some("timeout")), "{policy:?}");
        assert!(!asked.granted().is_some_and(|granted| granted.is_verified));
    }
}

#[test]
fn who_gives_up_while_a_token_is_verified_leaves_the_others_waiting() {
    let (tab, _) = tab_with(Answer::Held, TokenPolicy::Strict, true);
    tab.browser.script([Answer::Json(
        200,
        json!({ "result": "full_login", "session": "kss_sample123456", "account": "org_sample2",
            "token": token("as the service makes it") }),
    )]);
    tab.sign_in();
    let (first, second) = (tab.token(5), tab.token(5));
    tab.cancel(&first);
    assert_eq!((first.code(), second.code()), (Some("aborted"), None));
    tab.browser.answer(good_keys());
    assert_eq!(second.code(), Some("okay"));
}

#[test]
fn a_token_that_is_judged_is_not_given_out_after_its_session() {
    for (policy, keys) in
        [(TokenPolicy::Strict, good_keys()), (TokenPolicy::Lazy, Answer::Json(503, json!({})))]
    {
        let (tab, _) = tab_with(Answer::Held, policy, true);
        tab.sign_in();
        let token = tab.token(5);
        assert!(!token.is_over());
        tab.sign_out();
        tab.browser.answer(keys);
        assert_eq!(token.code(), Some("not_signed_in"), "{policy:?}");
    }
}

#[test]
fn a_verdict_can_be_given_up() {
    let (tab, _) = tab_of(Answer::Held);
    let verdict = tab.verify(&token("as the service makes it"));
    tab.cancel(&verdict);
    assert_eq!(verdict.code(), Some("aborted"));
    tab.browser.answer(good_keys());
    assert_eq!(tab.verdict("as the service makes it"), "okay");
}

#[test]
fn an_answer_that_the_app_has_is_not_lost_while_a_newer_token_is_judged() {
    let (tab, _) = tab_with(keys_of(&["jky_sample0x5c"]), TokenPolicy::Strict, true);
    let session = |session: &str, name: &str| {
        Answer::Json(
            200,
            json!({ "result": "full_login", "session": session, "account": "org_sample2", "token": token(name) }),
        )
    };
    tab.browser.script([session("kss_sample123456", "by a key that is only x5c")]);
    tab.sign_in();
    let request = AppFetch::home([401]);
    request.is_held.set(true);
    let sending = tab.authorize(&request);
    // Its key is one that is not known yet.
    tab.browser.pass(60_000);
    tab.browser.script([session("kss_sample123456", "as the service makes it"), Answer::Held]);
    tab.browser.answer_app();
    assert_eq!((sending.status(), tab.refreshes()), (None, 1));
    tab.browser.script([session("kss_sample654321", "of another session")]);
    tab.sign_in();
    tab.browser.answer(good_keys());
    assert_eq!((sending.status(), request.sent()), (Some(Ok(401)), (1, 1)));
}

#[test]
fn a_signature_that_is_looked_at_ends_with_its_realm() {
    let (tab, _) = tab_of(good_keys());
    assert_eq!(tab.verdict("as the service makes it"), "okay");
    tab.browser.at_once(|| {
        let verified = tab.verify(&token("as the service makes it"));
        assert!(!verified.is_over());
        tab.set_url(Some("https://other.e2.loginrocket.com/"));
        assert_eq!(verified.code(), Some("aborted"), "whatever the browser says later");
    });
}
