//! The app's own requests with the session's token: to whom it goes, and what a 401 leads to.

use crate::host::{
    Answer, Tab,
    app::AppFetch,
    page::{Behaviour, Locking},
    realm::{KEY, browser, conditional, signed_in},
};
use loginrocket_wasm::{
    engine::{StorageScope, session::snapshot::State},
    protocol::endpoint::Endpoint,
};
use serde_json::json;
use std::{cell::RefCell, rc::Rc};

#[test]
fn the_token_goes_home_and_to_the_listed_origins_and_nowhere_else() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let token = tab.token(5).token();
    for request in [AppFetch::home([]), AppFetch::to(Some("https://api.example.com"))] {
        assert_eq!(tab.authorize(&request).status(), Some(Ok(200)));
        assert_eq!(*request.tokens.borrow(), [Some(token.clone())]);
    }
    for origin in [
        None,
        Some("https://evil.example.com"),
        Some("http://api.example.com"),
        Some("https://api.example.com:8443"),
        Some("https://api.example.com.evil.example"),
        Some("null"),
    ] {
        let request = AppFetch::to(origin);
        assert_eq!(tab.authorize(&request).status(), Some(Ok(200)));
        assert_eq!(request.sent(), (1, 0), "{origin:?}");
    }
    let own = AppFetch { is_authorized: true, ..AppFetch::home([401]) };
    assert_eq!(tab.authorize(&own).status(), Some(Ok(401)));
    assert_eq!((own.sent(), tab.refreshes()), ((1, 0), 0), "it says itself who asks");
}

#[test]
fn a_request_to_elsewhere_neither_waits_nor_refreshes() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.expire();
    tab.page.locking.set(Locking::Silent);
    let request = AppFetch { statuses: Rc::new(RefCell::new([401].into())), ..AppFetch::to(None) };
    assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes()), ((1, 0), 0));
}

#[test]
fn an_expired_token_is_replaced_before_the_request_is_sent() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let old = tab.token(5).token();
    tab.expire();
    let requests = [AppFetch::home([]), AppFetch::home([]), AppFetch::home([])];
    let sending = requests.each_ref().map(|request| tab.authorize(request));
    assert!(sending.iter().all(|sending| sending.status() == Some(Ok(200))));
    assert!(
        requests.iter().all(|request| request.tokens.borrow()[0].as_ref().is_some_and(|token| *token != old))
    );
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn a_401_leads_to_one_refresh_and_one_more_try() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.pass(2_000);
    let request = AppFetch::home([401, 200]);
    assert_eq!(tab.authorize(&request).status(), Some(Ok(200)));
    let tokens = request.tokens.borrow();
    assert!(tokens.len() == 2 && tokens[0] != tokens[1]);
    assert_eq!((tab.refreshes(), request.open.get()), (1, 1), "the first answer is let go of");
}

#[test]
fn a_second_401_is_the_answer() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.pass(2_000);
    let request = AppFetch::home([401, 401]);
    assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes(), tab.state()), ((2, 2), 1, State::SignedIn));
}

#[test]
fn a_refresh_that_brings_the_same_token_is_no_reason_to_try_again() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([signed_in("kss_sample1", "org_sample1", tab.now())]);
    let request = AppFetch::home([401]);
    assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes(), request.open.get()), ((1, 1), 1, 1));
}

#[test]
fn a_refresh_that_fails_leaves_the_401_as_it_is() {
    for answer in [Answer::Status(503, ""), Answer::Limited(60), Answer::Fault] {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([answer]);
        let request = AppFetch::home([401]);
        assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
        assert_eq!((request.sent(), tab.state()), ((1, 1), State::SignedIn));
    }
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    assert_eq!(tab.authorize(&AppFetch::home([401])).status(), Some(Ok(401)));
    assert_eq!(tab.state(), State::SignedOut, "the service says that the session is over");
}

#[test]
fn a_request_that_cannot_be_sent_twice_has_its_401_and_helps_the_next() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let old = tab.token(5).token();
    tab.browser.pass(2_000);
    tab.browser.script([Answer::Held]);
    let request = AppFetch { is_repeatable: false, ..AppFetch::home([401]) };
    assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes()), ((1, 1), 1));
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_ne!(tab.token(5).token(), old);
}

#[test]
fn whoever_comes_back_with_a_401_to_a_newer_token_asks_for_no_other() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.pass(2_000);
    let (late, early) = (AppFetch::home([401, 200]), AppFetch::home([401, 200]));
    late.is_held.set(true);
    let waiting = tab.authorize(&late);
    assert_eq!(tab.authorize(&early).status(), Some(Ok(200)));
    tab.browser.answer_app();
    assert_eq!((waiting.status(), late.sent()), (Some(Ok(200)), (2, 2)));
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn an_api_that_always_says_401_costs_one_refresh() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    for _ in 0..50 {
        tab.browser.pass(500);
        let request = AppFetch::home([401, 401]);
        assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
    }
    assert_eq!((tab.refreshes(), tab.state()), (1, State::SignedIn));
}

#[test]
fn a_request_is_never_sent_again_as_somebody_else() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let request = AppFetch::home([401, 200]);
    request.is_held.set(true);
    let waiting = tab.authorize(&request);
    tab.sign_out();
    tab.browser.script([Answer::Held]);
    let login = tab.call(Endpoint::Login, json!({}));
    tab.browser.answer(signed_in("kss_other", "org_other", tab.now()));
    assert!(login.is_over());
    tab.browser.answer_app();
    assert_eq!((waiting.status(), request.sent()), (Some(Ok(401)), (1, 1)));
}

#[test]
fn nor_in_another_account() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let request = AppFetch::home([401, 200]);
    request.is_held.set(true);
    let waiting = tab.authorize(&request);
    tab.browser.pass(2_000);
    assert_eq!(tab.switch("org_sample2").code(), Some("okay"));
    tab.browser.answer_app();
    assert_eq!((waiting.status(), request.sent()), (Some(Ok(401)), (1, 1)));
}

#[test]
fn a_request_that_waits_is_not_sent_as_who_signs_in_meanwhile() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang, Answer::Held]);
    let request = AppFetch::home([200]);
    let waiting = tab.authorize(&request);
    let login = tab.call(Endpoint::Login, json!({}));
    tab.browser.answer(signed_in("kss_other", "org_other", tab.now()));
    assert!(login.is_over());
    assert_eq!((waiting.status(), request.sent()), (Some(Err("aborted")), (0, 0)));
}

#[test]
fn who_is_not_signed_in_sends_as_is() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let request = AppFetch::home([401]);
    assert_eq!(tab.authorize(&request).status(), Some(Ok(401)));
    assert_eq!((request.sent(), tab.refreshes()), ((1, 0), 0));

    tab.browser.script([conditional("kss_sample1", None, "must_complete_profile")]);
    tab.call(Endpoint::Login, json!({}));
    let request = AppFetch::home([]);
    assert_eq!(tab.authorize(&request).status(), Some(Ok(200)));
    assert_eq!(request.sent(), (1, 0));
}

#[test]
fn where_no_token_can_be_had_nothing_is_sent() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.expire();
    tab.browser.script([Answer::Status(503, "")]);
    let request = AppFetch::home([]);
    assert_eq!(tab.authorize(&request).status(), Some(Err("server_error")));
    tab.dispose();
    assert_eq!(tab.authorize(&request).status(), Some(Err("disposed")));
    assert_eq!(request.sent(), (0, 0));
}

#[test]
fn who_gives_up_while_a_token_is_fetched_is_answered_so() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang]);
    let request = AppFetch::home([]);
    let sending = tab.authorize(&request);
    assert!(!sending.is_over());
    tab.cancel(&sending);
    assert_eq!((sending.status(), request.sent()), (Some(Err("aborted")), (0, 0)));
}

#[test]
fn who_gives_up_after_a_401_does_not_wait_for_the_refresh() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Hang]);
    let request = AppFetch::home([401]);
    let sending = tab.authorize(&request);
    assert!(!sending.is_over());
    tab.cancel(&sending);
    assert_eq!((sending.status(), request.sent()), (Some(Err("aborted")), (1, 1)));
    assert_eq!(request.open.get(), 0, "the answer is let go of");
}

#[test]
fn a_token_of_the_next_account_is_used_for_the_next_request() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let switched = tab.switch("org_sample2").token();
    let request = AppFetch::home([]);
    tab.authorize(&request);
    assert_eq!(*request.tokens.borrow(), [Some(switched)]);
}

#[test]
fn who_has_given_up_before_sends_nothing_that_would_carry_a_token() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let request = AppFetch::home([]);
    assert_eq!(tab.authorize_with(&request, true).status(), Some(Err("aborted")));
    assert_eq!(request.sent(), (0, 0));
    // What carries none is the app's own affair, with its own signal.
    let elsewhere = AppFetch::to(Some("https://elsewhere.example.com"));
    assert_eq!(tab.authorize_with(&elsewhere, true).status(), Some(Ok(200)));
    assert_eq!(elsewhere.sent(), (1, 0));
}

#[test]
fn a_request_right_after_loading_waits_for_the_store_and_a_token() {
    let open = |entry: Option<&str>| {
        let browser = browser();
        browser.put(KEY, entry);
        let page = browser.page();
        page.reading.set(Behaviour::After(300));
        Tab::of(&browser, StorageScope::Shared, page)
    };
    let stored = r#"{"v":"1","session":"kss_stored","account":"org_stored"}"#;
    for (entry, sent) in [(Some(stored), (1, 1)), (None, (1, 0))] {
        let tab = open(entry);
        let request = AppFetch::home([]);
        let sending = tab.authorize(&request);
        assert_eq!((sending.is_over(), request.sent()), (false, (0, 0)));
        tab.browser.pass(300);
        assert_eq!((sending.status(), request.sent()), (Some(Ok(200)), sent), "{entry:?}");
    }
    let tab = open(Some(stored));
    let request = AppFetch::home([]);
    let sending = tab.authorize(&request);
    tab.cancel(&sending);
    tab.browser.pass(300);
    assert_eq!((sending.status(), request.sent()), (Some(Err("aborted")), (0, 0)));
}

#[test]
fn an_answer_that_comes_after_the_end_is_the_answer() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let request = AppFetch::home([401]);
    request.is_held.set(true);
    let sending = tab.authorize(&request);
    tab.dispose();
    tab.browser.answer_app();
    assert_eq!((sending.status(), request.sent(), tab.refreshes()), (Some(Ok(401)), (1, 1), 0));
}
