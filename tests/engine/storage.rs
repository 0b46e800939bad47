//! The entry of the store: what is written, when, and what happens where the store does not do its part.

use crate::host::{
    Answer, Tab,
    page::Behaviour,
    realm::{KEY, LIFETIME, SIGNED_OUT, browser, signed_in},
};
use loginrocket_wasm::{
    engine::{
        StorageScope, StoreFault,
        session::snapshot::{Freshness, SignOutReason, State},
    },
    protocol::endpoint::Endpoint,
};
use serde_json::{Value as Json, json};
use std::rc::Rc;

fn entry(tab: &Tab) -> Json {
    serde_json::from_str(&tab.browser.store.entry().unwrap()).unwrap()
}

const FIRST: &str = r#"{"v":"1","session":"kss_sample1","account":"org_sample1"}"#;
const OTHER: &str = r#"{"v":"1","session":"kss_other","account":"org_other"}"#;

#[test]
fn what_is_written_is_the_session_id_and_the_account_and_nothing_else() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let stored = json!({ "v": "1", "session": "kss_sample1", "account": "org_sample1" });
    assert_eq!(entry(&tab), stored);
    assert_eq!(tab.refresh().code(), Some("okay"));
    assert_eq!(entry(&tab), stored);
    tab.rest();
    assert_eq!(tab.switch("org_sample2").code(), Some("okay"));
    assert_eq!(entry(&tab), json!({ "v": "1", "session": "kss_sample1", "account": "org_sample2" }));
    tab.sign_out();
    assert_eq!(entry(&tab), json!({ "v": "1", "signed_out": "true" }), "a sign-out is stored as such");
}

#[test]
fn a_page_takes_up_the_stored_session_with_its_account() {
    let browser = browser();
    let before = Tab::signed_in(&browser, StorageScope::Shared);
    before.switch("org_sample2");
    before.rest();
    before.die();
    let tab = Tab::open(&browser, StorageScope::Shared);
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
    assert_eq!(tab.account().as_deref(), Some("org_sample2"));
    assert_eq!(tab.sent(), ["GET session"]);
}

#[test]
fn a_session_in_memory_touches_no_store_and_one_of_a_tab_its_own_only() {
    let browser = browser();
    let page = Tab::signed_in(&browser, StorageScope::Memory);
    assert_eq!(page.state(), State::SignedIn);
    assert!(browser.store.log.borrow().is_empty());

    let page = browser.page();
    page.store.replace(Rc::default());
    let tab = Tab::of(&browser, StorageScope::Tab, page.clone());
    tab.attach();
    tab.sign_in();
    assert!(page.store.borrow().entry().unwrap().contains("kss_sample2"));
    assert!(browser.store.log.borrow().is_empty());
    let reloaded = Tab::of(&browser, StorageScope::Tab, page);
    assert_eq!(reloaded.state(), State::SignedIn);
    assert_eq!(Tab::open(&browser, StorageScope::Tab).state(), State::SignedOut);
}

#[test]
fn a_session_of_the_tab_does_not_follow_what_others_write_into_its_store() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Tab);
    browser.put(KEY, Some(SIGNED_OUT));
    browser.put(KEY, Some(OTHER));
    assert_eq!(tab.state(), State::SignedIn);
    assert_eq!(tab.refresh().code(), Some("okay"));
    let asked = browser.sent().last().unwrap().parameter("session");
    assert_eq!(asked.as_deref(), Some("kss_sample1"));
}

#[test]
fn a_store_that_never_answers_holds_nobody_up() {
    let browser = browser();
    let page = browser.page();
    for behaviour in [&page.reading, &page.writing, &page.removing] {
        behaviour.set(Behaviour::Never);
    }
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    assert_eq!(tab.state(), State::Loading);
    tab.sign_in();
    assert_eq!((tab.state(), tab.token(5).code()), (State::SignedIn, Some("okay")));
    browser.pass(2_000);
    assert_eq!((tab.state(), tab.problem()), (State::SignedIn, Some("slow")));
    // The writing gives up, and so does the removing of what it would have replaced.
    browser.pass(4_000);
    tab.sign_out();
    assert_eq!(tab.state(), State::SignedOut);
    browser.pass(4_000);
    assert_eq!(tab.problem(), Some("slow"));
    assert_eq!(tab.sent(), ["POST login", "DELETE session"]);
}

#[test]
fn a_store_that_cannot_be_read_in_two_seconds_holds_nobodys_session() {
    let browser = browser();
    let page = browser.page();
    page.reading.set(Behaviour::Never);
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    let waiting = tab.token(5);
    browser.pass(1_999);
    assert_eq!((tab.state(), waiting.code()), (State::Loading, None));
    browser.pass(1);
    assert_eq!((tab.state(), waiting.code()), (State::SignedOut, Some("not_signed_in")));
    assert_eq!(tab.problem(), Some("slow"));
}

#[test]
fn a_store_may_take_its_time_within_the_two_seconds() {
    let browser = browser();
    browser.put(KEY, Some(FIRST));
    let page = browser.page();
    page.reading.set(Behaviour::After(1_900));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    browser.pass(1_899);
    assert_eq!(tab.state(), State::Loading);
    browser.pass(1);
    assert_eq!((tab.state(), tab.problem()), (State::SignedIn, None));
}

#[test]
fn after_a_failed_write_memory_counts_and_the_old_entry_is_gone() {
    for (fault, problem) in
        [(StoreFault::Full, "full"), (StoreFault::Blocked, "blocked"), (StoreFault::Failed, "failed")]
    {
        let browser = browser();
        let tab = Tab::signed_in(&browser, StorageScope::Shared);
        tab.page.writing.set(Behaviour::Fails(fault));
        tab.sign_in();
        assert_eq!((tab.state(), tab.problem()), (State::SignedIn, Some(problem)));
        assert_eq!(browser.store.entry(), None, "a reload must not bring back the session before");

        // Whoever clears the store changes nothing, and says so.
        browser.put(KEY, None);
        assert_eq!((tab.state(), tab.problem()), (State::SignedIn, Some(problem)));
        assert_eq!(tab.refresh().code(), Some("okay"));
        let asked = browser.sent().last().unwrap().parameter("session");
        assert_eq!(asked.as_deref(), Some("kss_sample2"));

        tab.page.writing.set(Behaviour::AtOnce);
        tab.rest();
        tab.switch("org_sample2");
        assert_eq!(tab.problem(), None);
        assert!(browser.store.entry().unwrap().contains("org_sample2"));
    }
}

#[test]
fn a_sign_out_that_cannot_be_written_removes_the_entry() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::Fails(StoreFault::Full));
    tab.sign_out();
    assert_eq!(browser.store.entry(), None);
    assert_eq!(Tab::open(&browser, StorageScope::Shared).state(), State::SignedOut);
}

#[test]
fn a_tab_whose_write_failed_still_follows_the_others() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::Fails(StoreFault::Full));
    tab.sign_in();
    browser.put(KEY, Some(OTHER));
    let asked = browser.sent().last().unwrap().parameter("session");
    assert_eq!(asked.as_deref(), Some("kss_other"), "it was written later than what failed");
    browser.put(KEY, Some(SIGNED_OUT));
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Elsewhere)));
}

#[test]
fn a_store_that_cannot_be_read_says_nothing_about_the_person() {
    let browser = browser();
    browser.put(KEY, Some(OTHER));
    let page = browser.page();
    page.reading.set(Behaviour::Fails(StoreFault::Blocked));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::NeverSignedIn)));
    assert_eq!(tab.problem(), Some("blocked"));
    tab.sign_in();
    browser.put(KEY, None);
    assert_eq!((tab.state(), tab.problem()), (State::SignedIn, Some("blocked")));
    tab.page.reading.set(Behaviour::AtOnce);
    browser.put(KEY, Some(FIRST));
    assert_eq!((tab.state(), tab.problem()), (State::SignedIn, None));
}

#[test]
fn what_could_neither_be_written_over_nor_removed_does_not_come_back() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::Fails(StoreFault::Full));
    tab.page.removing.set(Behaviour::Fails(StoreFault::Failed));
    for sign_in in 2..4 {
        tab.sign_in();
        assert_eq!(browser.store.entry().as_deref(), Some(FIRST));
        browser.put(KEY, Some(FIRST));
        tab.call(Endpoint::UpdatePassword, json!({}));
        let session = browser.sent().last().unwrap().parameter("session").unwrap();
        assert_eq!(session, format!("kss_sample{sign_in}"));
    }
}

#[test]
fn once_it_could_be_written_again_the_store_counts_again() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::Fails(StoreFault::Full));
    tab.sign_in();
    tab.page.writing.set(Behaviour::AtOnce);
    tab.sign_in();
    // Another tab goes back to the first session.
    browser.put(KEY, Some(FIRST));
    tab.call(Endpoint::UpdatePassword, json!({}));
    assert_eq!(browser.sent().last().unwrap().parameter("session").as_deref(), Some("kss_sample1"));
}

#[test]
fn what_is_no_entry_of_ours_reads_as_none_and_is_said() {
    let broken = [
        "",
        "{",
        "null",
        "[]",
        "\"kss_sample1\"",
        "{}",
        r#"{"session":"kss_sample1"}"#,
        r#"{"v":"2","session":"kss_sample1","account":"org_sample1"}"#,
        r#"{"v":1,"session":"kss_sample1"}"#,
    ];
    for text in broken {
        let browser = browser();
        browser.put(KEY, Some(text));
        let tab = Tab::open(&browser, StorageScope::Shared);
        assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::NeverSignedIn)));
        assert_eq!(tab.problem(), Some("unreadable"), "{text}");
        assert_eq!(tab.token(5).code(), Some("not_signed_in"), "{text}");
        assert!(tab.sent().is_empty(), "{text}");
        tab.sign_in();
        assert_eq!(browser.store.entry().as_deref(), Some(FIRST), "{text}");
        assert_eq!(tab.problem(), None, "{text}");
    }
}

#[test]
fn members_of_the_wrong_kind_in_an_entry_are_as_good_as_none() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":7}"#));
    assert_eq!(Tab::open(&browser, StorageScope::Shared).state(), State::SignedOut);
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample1","account":7,"more":[]}"#));
    let tab = Tab::open(&browser, StorageScope::Shared);
    assert_eq!(tab.state(), State::SignedIn);
    assert_eq!(browser.sent()[0].parameter("account"), None);
}

#[test]
fn a_broken_entry_is_written_again_and_one_of_another_version_is_not() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    browser.put(KEY, Some("{"));
    assert_eq!((tab.state(), browser.store.entry().as_deref()), (State::SignedIn, Some(FIRST)));
    // A tab of that version would do the same with ours, and so on for ever.
    let text = r#"{"v":"2","session":"kss_other"}"#;
    browser.put(KEY, Some(text));
    assert_eq!((tab.state(), tab.problem()), (State::SignedIn, Some("unreadable")));
    assert_eq!(browser.store.entry().as_deref(), Some(text));
}

#[test]
fn a_store_is_asked_for_one_thing_at_a_time_and_in_order() {
    let browser = browser();
    let page = browser.page();
    page.reading.set(Behaviour::After(50));
    page.writing.set(Behaviour::After(30));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    tab.sign_in();
    tab.sign_out();
    tab.sign_in();
    assert_eq!(browser.store.entry(), None, "nothing is written yet");
    assert_eq!(tab.state(), State::SignedIn);
    browser.pass(1_000);
    let log = browser.store.log.borrow();
    assert!(log.chunks(2).all(|each| each[0] != "done" && each[1] == "done"), "{log:?}");
    assert_eq!(log.iter().filter(|begun| *begun == "write").count(), 3);
    assert!(browser.store.entry().unwrap().contains("kss_sample2"));
}

#[test]
fn who_signs_out_before_the_store_answers_is_signed_out_of_what_it_held() {
    let browser = browser();
    browser.put(KEY, Some(FIRST));
    let page = browser.page();
    page.reading.set(Behaviour::After(100));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    assert_eq!(tab.sign_out().code(), Some("success"));
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Here)));
    browser.pass(100);
    assert_eq!(tab.sent(), ["DELETE session"]);
    assert_eq!(browser.sent()[0].parameter("session").as_deref(), Some("kss_sample1"));
    assert_eq!(browser.store.entry().as_deref(), Some(SIGNED_OUT));
}

#[test]
fn a_page_reads_its_entry_before_anything_else_and_signs_nobody_in_twice() {
    let browser = browser();
    browser.put(KEY, Some(FIRST));
    let page = browser.page();
    page.reading.set(Behaviour::After(100));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    let waiting = tab.token(5);
    browser.pass(100);
    assert_eq!((waiting.code(), tab.refreshes()), (Some("okay"), 1));
    browser.pass(1_000);
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn a_store_that_is_wiped_is_written_again() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    browser.put(KEY, None);
    assert_eq!(browser.store.entry().as_deref(), Some(FIRST));
    assert_eq!((tab.state(), tab.sent().len()), (State::SignedIn, 1));
}

#[test]
fn what_someone_wrote_into_a_wiped_store_first_is_not_written_over() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.page.reading.set(Behaviour::After(50));
    browser.put(KEY, None);
    // The tab has read that the entry is gone, and looks once more before it writes.
    browser.pass(40);
    browser.store.put(KEY, Some(SIGNED_OUT));
    browser.pass(1_000);
    assert_eq!(browser.store.entry().as_deref(), Some(SIGNED_OUT));
}

#[test]
fn another_session_in_the_store_is_followed_and_an_ended_one_is_not() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    browser.put(KEY, Some(OTHER));
    assert_eq!(tab.state(), State::SignedIn);
    let asked = browser.sent().last().unwrap().clone();
    assert_eq!(asked.parameter("session").as_deref(), Some("kss_other"));
    assert_eq!(asked.parameter("account").as_deref(), Some("org_other"));
    tab.sign_out();
    browser.put(KEY, Some(OTHER));
    assert_eq!(tab.state(), State::SignedOut);
    assert_eq!(browser.store.entry().as_deref(), Some(SIGNED_OUT), "the sign-out is written once more");
}

#[test]
fn another_entry_is_none_of_its_business_and_a_wiped_store_is() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    browser.store.log.take();
    browser.put("loginrocket:https://other.e2.loginrocket.com/v2/", None);
    browser.put("theme", Some("dark"));
    assert!(browser.store.log.borrow().is_empty());
    browser.put("theme", None);
    browser.store.put(KEY, None);
    tab.storage_changed(None);
    tab.rest();
    assert_eq!(browser.store.entry().as_deref(), Some(FIRST));
}

#[test]
fn a_failed_refresh_leaves_the_entry_alone() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.expire();
    browser.script([Answer::Status(503, "")]);
    assert_eq!(tab.token(5).code(), Some("server_error"));
    assert_eq!(browser.store.entry().as_deref(), Some(FIRST));
    browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    browser.pass(30_000);
    assert_eq!(tab.token(5).code(), Some("access_denied"));
    assert_eq!(browser.store.entry().as_deref(), Some(SIGNED_OUT));
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Expired)));
}

#[test]
fn a_session_that_expired_here_does_not_take_another_ones_entry_away() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.expire();
    browser.script([Answer::Held]);
    let waiting = tab.token(5);
    // A sibling signs in meanwhile, and no news of it have reached this tab yet.
    browser.store.put(KEY, Some(OTHER));
    browser.script([Answer::Status(403, "")]);
    browser.answer(Answer::Status(403, ""));
    assert_eq!(waiting.code(), Some("access_denied"));
    assert_eq!(browser.store.entry().as_deref(), Some(OTHER));
}

#[test]
fn a_token_is_nowhere_but_in_memory() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    for _ in 0..5 {
        browser.pass(LIFETIME * 900);
    }
    browser.script([signed_in("kss_sample1", "org_sample1", tab.now())]);
    tab.refresh();
    assert!(!browser.store.entry().unwrap().contains("e30."));
}
