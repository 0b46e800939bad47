//! What stands in the way of a token, or is said of the person, and changes elsewhere: in a mail, on another page.

use crate::host::{
    Answer, Tab,
    realm::{browser, conditional, signed_in, verified},
};
use loginrocket_wasm::{
    engine::{StorageScope, session::snapshot::State},
    protocol::{endpoint::Endpoint, response::Next},
};
use serde_json::json;

fn waiting_for_a_mail() -> Tab {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    tab.attach();
    tab.browser.script([conditional("kss_sample1", None, "must_verify_email")]);
    assert_eq!(tab.call(Endpoint::Signup, json!({})).code(), Some("verify_email"));
    tab
}

#[test]
fn a_session_that_waits_for_its_address_says_so() {
    let tab = waiting_for_a_mail();
    let snapshot = tab.snapshot();
    assert_eq!((snapshot.state, snapshot.next), (State::Conditional, Some(Next::VerifyEmail)));
    assert_eq!(snapshot.conditions, ["must_verify_email"]);
}

#[test]
fn the_first_condition_that_is_known_says_what_comes_next() {
    for (conditions, next) in [
        (vec!["unheard_of", "must_verify_email", "no_account_selected"], "verify_email"),
        (vec!["no_account_selected", "must_verify_email"], "select_account"),
        (vec!["unheard_of"], "other"),
        (vec![], "other"),
    ] {
        let tab = Tab::open(&browser(), StorageScope::Memory);
        tab.browser.script([Answer::Json(
            200,
            json!({ "result": "conditional_login", "session": "kss_1", "conditions": conditions }),
        )]);
        assert_eq!(tab.call(Endpoint::Login, json!({})).code(), Some(next), "{conditions:?}");
    }
}

#[test]
fn a_sign_up_without_a_session_waits_for_a_mail_and_no_other_call_does() {
    for endpoint in Endpoint::ALL.into_iter().filter(|endpoint| endpoint.is_login_like()) {
        let tab = Tab::open(&browser(), StorageScope::Memory);
        tab.browser.script([Answer::Json(200, json!({ "result": "okay" }))]);
        let expected = if endpoint == Endpoint::Signup { "verify_email" } else { "other" };
        let call = tab.call(endpoint, json!({ "session": "kss_1", "token": "tmf:sample1" }));
        assert_eq!((call.code(), tab.state()), (Some(expected), State::SignedOut), "{endpoint:?}");
    }
}

#[test]
fn an_address_that_is_verified_brings_the_token() {
    let tab = waiting_for_a_mail();
    assert!(tab.call(Endpoint::VerifyEmail, json!({ "token": "tve:sample1" })).is_over());
    assert_eq!((tab.state(), tab.refreshes()), (State::SignedIn, 1));
}

#[test]
fn an_address_that_is_verified_is_seen_of_a_session_that_has_a_token() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.pass(2_000);
    tab.browser.script([Answer::Json(200, json!({ "result": "okay" })), verified("kss_sample1", tab.now())]);
    tab.call(Endpoint::VerifyEmail, json!({ "token": "tve:sample1" }));
    assert_eq!((tab.profile()["email_verified"].as_bool(), tab.refreshes()), (Some(true), 1));
}

#[test]
fn an_address_that_is_verified_with_no_content_counts_as_well() {
    let tab = waiting_for_a_mail();
    tab.browser.script([Answer::Status(204, "")]);
    tab.call(Endpoint::VerifyEmail, json!({ "token": "tve:sample1" }));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_refused_link_and_an_address_of_nobodys_session_ask_for_nothing() {
    let tab = waiting_for_a_mail();
    tab.browser.script([Answer::Status(422, r#"{"result":"error","errors":["Invalid token"]}"#)]);
    tab.call(Endpoint::VerifyEmail, json!({ "token": "tve:sample1" }));
    assert_eq!(tab.refreshes(), 0);
    let nobodys = Tab::open(&browser(), StorageScope::Memory);
    nobodys.call(Endpoint::VerifyEmail, json!({ "token": "tve:sample1" }));
    assert_eq!(nobodys.sent(), ["POST email/verify"]);
}

// ---------------------------------------------------------------------------------------------- another look

fn look_again(tab: &Tab) {
    tab.show(false);
    tab.show(true);
}

#[test]
fn a_conditional_session_is_looked_at_again_when_the_page_is_shown() {
    let tab = waiting_for_a_mail();
    tab.browser.script([conditional("kss_sample1", None, "must_verify_email")]);
    look_again(&tab);
    assert_eq!((tab.state(), tab.refreshes()), (State::Conditional, 1));
    tab.browser.pass(1_000);
    tab.browser.script([signed_in("kss_sample1", "org_sample1", tab.now())]);
    look_again(&tab);
    assert_eq!((tab.state(), tab.refreshes()), (State::SignedIn, 2));
}

#[test]
fn however_often_the_page_is_shown_the_person_keeps_requests_of_their_own() {
    let tab = waiting_for_a_mail();
    tab.browser.serve(|_| conditional("kss_sample1", None, "must_verify_email"));
    for _ in 0..20 {
        look_again(&tab);
        tab.browser.pass(200);
    }
    assert_eq!(tab.refreshes(), 3);
    assert_eq!(tab.refresh().code(), Some("no_token"), "and not refresh_limited");
    tab.browser.pass(60_000);
    look_again(&tab);
    assert_eq!(tab.refreshes(), 5);
}

#[test]
fn an_unverified_address_is_looked_at_again_after_a_minute() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.pass(59_000);
    look_again(&tab);
    assert_eq!(tab.refreshes(), 0);
    tab.browser.pass(1_000);
    tab.browser.script([verified("kss_sample1", tab.now())]);
    look_again(&tab);
    assert_eq!((tab.profile()["email_verified"].as_bool(), tab.refreshes()), (Some(true), 1));
    tab.browser.pass(61_000);
    look_again(&tab);
    assert_eq!(tab.refreshes(), 1, "a verified one is what it is");
}

#[test]
fn a_page_that_is_hidden_or_has_nobody_signed_in_looks_at_nothing() {
    let tab = waiting_for_a_mail();
    tab.show(false);
    assert_eq!(tab.refreshes(), 0);
    tab.sign_out();
    look_again(&tab);
    assert_eq!(tab.refreshes(), 0);
}
