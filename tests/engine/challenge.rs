//! The second factor that is due: its token goes along by itself, and outlives a reload where the app wants that.

use crate::host::{
    Answer, Browser, Tab,
    page::Page,
    realm::{KEY, browser, signed_in},
};
use loginrocket_wasm::{
    Error,
    engine::{
        CallOptions, StorageScope,
        session::snapshot::{SignOutReason, State},
    },
    protocol::endpoint::Endpoint,
};
use serde_json::json;
use std::rc::Rc;

fn due(token: &str) -> Answer {
    Answer::Json(200, json!({ "result": "totp_required", "token": token }))
}

fn meet(tab: &Tab, token: &str) {
    tab.browser.script([due(token)]);
    assert_eq!(tab.call(Endpoint::Login, json!({})).code(), Some("verify"));
}

/// The token that the last call went with.
fn sent_token(browser: &Browser) -> Option<String> {
    browser.sent().last().unwrap().parameter("token")
}

fn keeping(browser: &Browser) -> Rc<Page> {
    let page = browser.page();
    page.keeps_challenge.set(true);
    page
}

#[test]
fn a_code_alone_goes_with_the_token_of_the_last_challenge() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    meet(&tab, "tmf:sample1");
    meet(&tab, "tmf:sample2");
    assert_eq!(tab.call(Endpoint::VerifyLogin, json!({ "code": "123456" })).code(), Some("done"));
    assert_eq!((sent_token(&tab.browser).as_deref(), tab.state()), (Some("tmf:sample2"), State::SignedIn));
}

#[test]
fn a_token_of_the_apps_own_is_not_replaced() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    meet(&tab, "tmf:sample1");
    tab.call(Endpoint::VerifyLogin, json!({ "code": "123456", "token": "tmf:sample9" }));
    assert_eq!(sent_token(&tab.browser).as_deref(), Some("tmf:sample9"));
}

#[test]
fn a_code_without_a_challenge_is_misuse_and_sends_nothing() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    let call = tab.call(Endpoint::VerifyLogin, json!({ "code": "123456" }));
    assert_eq!((call.code(), tab.sent().len()), (Some("invalid_params"), 0));
    assert!(call.failure().unwrap().error.message().contains("call login() first"));
    // Null is what a form that found none would say.
    let call = tab.call(Endpoint::VerifyLogin, json!({ "code": "123456", "token": null }));
    assert_eq!(call.code(), Some("invalid_params"));
}

#[test]
fn a_wrong_code_leaves_the_challenge_for_another_try() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    meet(&tab, "tmf:sample1");
    tab.browser.script([Answer::Status(422, r#"{"result":"error","errors":["Invalid code"]}"#)]);
    assert_eq!(tab.call(Endpoint::VerifyLogin, json!({ "code": "1" })).code(), Some("validation_failed"));
    assert_eq!(tab.call(Endpoint::VerifyLogin, json!({ "code": "2" })).code(), Some("done"));
    assert_eq!(sent_token(&tab.browser).as_deref(), Some("tmf:sample1"));
}

#[test]
fn a_challenge_ends_with_its_use_a_sign_in_and_a_sign_out() {
    for name in ["use", "sign-in", "sign-out", "another realm"] {
        let browser = browser();
        let tab = Tab::of(&browser, StorageScope::Memory, keeping(&browser));
        meet(&tab, "tmf:sample1");
        match name {
            "use" => drop(tab.call(Endpoint::VerifyLogin, json!({ "code": "123456" }))),
            "sign-in" => tab.sign_in(),
            "sign-out" => drop(tab.sign_out()),
            _ => drop(tab.set_url(Some("https://other.e2.loginrocket.com/"))),
        }
        let sent = tab.sent().len();
        assert_eq!(
            tab.call(Endpoint::VerifyLogin, json!({ "code": "1" })).code(),
            Some("invalid_params"),
            "{name}"
        );
        assert_eq!(tab.sent().len(), sent, "{name}");
        if name != "another realm" {
            assert!(tab.page.tab_entries.borrow().is_empty(), "{name}");
        }
    }
}

#[test]
fn of_two_challenges_that_of_the_later_call_is_meant() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    tab.browser.script([Answer::Held, due("tmf:sample2")]);
    let first = tab.call(Endpoint::Login, json!({}));
    tab.call(Endpoint::Login, json!({}));
    tab.browser.answer(due("tmf:sample1"));
    assert_eq!(first.code(), Some("verify"));
    tab.call(Endpoint::VerifyLogin, json!({ "code": "123456" }));
    assert_eq!(sent_token(&tab.browser).as_deref(), Some("tmf:sample2"));
}

#[test]
fn an_answer_from_before_a_sign_out_is_no_challenge() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    tab.browser.script([Answer::Held]);
    let login = tab.call(Endpoint::Login, json!({}));
    tab.sign_out();
    tab.browser.answer(due("tmf:sample1"));
    assert_eq!((login.code(), tab.state()), (Some("verify"), State::SignedOut));
    assert_eq!(tab.call(Endpoint::VerifyLogin, json!({ "code": "1" })).code(), Some("invalid_params"));
}

#[test]
fn a_challenge_of_somebody_else_leaves_the_session_until_it_is_met() {
    let tab = Tab::signed_in(&browser(), StorageScope::Memory);
    meet(&tab, "tmf:sample1");
    assert_eq!(tab.state(), State::SignedIn);
    tab.browser.script([signed_in("kss_sample9", "org_sample9", tab.now())]);
    assert_eq!(tab.call(Endpoint::VerifyLogin, json!({ "code": "123456" })).code(), Some("done"));
    assert_eq!(tab.account().as_deref(), Some("org_sample9"));
}

// ---------------------------------------------------------------------------------------------- over a reload

#[test]
fn a_challenge_outlives_a_reload_only_where_that_is_wanted() {
    for scope in [StorageScope::Memory, StorageScope::Tab, StorageScope::Shared] {
        for keeps in [false, true] {
            let browser = browser();
            let page = browser.page();
            page.keeps_challenge.set(keeps);
            meet(&Tab::of(&browser, scope, Rc::clone(&page)), "tmf:sample1");
            assert_eq!(page.tab_entries.borrow().len(), usize::from(keeps), "{scope:?}");
            let again = Tab::of(&browser, scope, Rc::clone(&page));
            again.attach();
            if keeps {
                assert_eq!(again.state(), State::Verify, "{scope:?}");
                assert_eq!(
                    again.call(Endpoint::VerifyLogin, json!({ "code": "123456" })).code(),
                    Some("done")
                );
                assert_eq!(sent_token(&browser).as_deref(), Some("tmf:sample1"));
                assert!(page.tab_entries.borrow().is_empty(), "{scope:?}");
            } else {
                assert_eq!(again.reason(), Some(SignOutReason::NeverSignedIn), "{scope:?}");
            }
        }
    }
}

#[test]
fn a_session_of_another_tab_comes_before_a_kept_challenge() {
    let browser = browser();
    let page = keeping(&browser);
    let tab = Tab::of(&browser, StorageScope::Shared, Rc::clone(&page));
    meet(&tab, "tmf:sample1");
    tab.die();
    Tab::signed_in(&browser, StorageScope::Shared);
    let again = Tab::of(&browser, StorageScope::Shared, page);
    again.attach();
    browser.run();
    assert_eq!(again.state(), State::SignedIn);
}

#[test]
fn a_kept_challenge_expires_and_a_clock_set_back_keeps_it_no_longer() {
    let browser = browser();
    for (seconds, is_kept) in [(599, true), (601, false)] {
        let page = keeping(&browser);
        let tab = Tab::of(&browser, StorageScope::Memory, Rc::clone(&page));
        meet(&tab, "tmf:sample1");
        tab.die();
        browser.sleep(seconds * 1000);
        assert_eq!(
            Tab::of(&browser, StorageScope::Memory, Rc::clone(&page)).state() == State::Verify,
            is_kept
        );
        assert_eq!(page.tab_entries.borrow().len(), usize::from(is_kept), "{seconds}");
    }
    let page = keeping(&browser);
    meet(&Tab::of(&browser, StorageScope::Memory, Rc::clone(&page)), "tmf:sample1");
    browser.set_clock(-3_600);
    assert_eq!(Tab::of(&browser, StorageScope::Memory, page).state(), State::SignedOut);
}

#[test]
fn what_is_no_challenge_of_ours_is_removed_and_nothing_follows() {
    let browser = browser();
    let now = browser.now();
    for kept in [
        String::new(),
        "null".into(),
        "{}".into(),
        r#"{"token":"tmf:sample1"}"#.into(),
        r#"{"token":"tmf:sample1","until":"x"}"#.into(),
        format!(r#"{{"token":7,"until":"{}"}}"#, now + 60),
        format!(r#"{{"until":"{}"}}"#, now + 60),
        format!(r#"{{"token":"tmf:sample1","until":"{}"}}"#, now + 86_400),
        format!(r#"{{"token":"tmf:sample1","until":"{}"}}"#, u64::MAX),
    ] {
        let page = keeping(&browser);
        let name = format!("{KEY}#challenge");
        page.tab_entries.borrow_mut().insert(name, kept.as_str().into());
        let tab = Tab::of(&browser, StorageScope::Memory, Rc::clone(&page));
        assert_eq!(tab.state(), State::SignedOut, "{kept}");
        assert!(page.tab_entries.borrow().is_empty(), "{kept}");
    }
}

#[test]
fn a_call_that_was_given_up_already_takes_no_challenge() {
    let tab = Tab::open(&browser(), StorageScope::Memory);
    meet(&tab, "tmf:sample1");
    let options = CallOptions { is_aborted: true, ..CallOptions::default() };
    let call = tab.call_with(Endpoint::VerifyLogin, json!({ "code": "1" }), options);
    assert_eq!(call.failure().map(|failure| failure.error), Some(Error::Aborted));
    assert_eq!(tab.call(Endpoint::VerifyLogin, json!({ "code": "2" })).code(), Some("done"));
}
