//! Messages between tabs: taken over, ignored, or lost.

use crate::host::{
    Answer, Tab,
    app::AppFetch,
    page::{Behaviour, Channels},
    realm::{KEY, LIFETIME, SIGNED_OUT, browser, expire, jwt, siblings},
};
use loginrocket_wasm::engine::{
    StorageScope,
    session::snapshot::{Freshness, SignOutReason, State},
};
use serde_json::json;
use std::{cell::Cell, rc::Rc};

#[test]
fn a_sign_in_reaches_the_other_tabs_without_a_request() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    assert_eq!(first.snapshot(), second.snapshot());
    assert_eq!(first.token(5).token(), second.token(5).token());
    assert_eq!(second.sent().len(), 0);
}

#[test]
fn a_new_token_and_a_new_account_are_taken_over_without_a_request() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    browser.pass(10_000);
    let newer = first.refresh().token();
    assert_eq!(second.token(5).token(), newer);
    browser.pass(10_000);
    let switched = first.switch("org_sample2").token();
    assert_eq!(second.token(5).token(), switched);
    assert_eq!(second.account().as_deref(), Some("org_sample2"));
    assert_eq!(second.sent().len(), 0);
}

#[test]
fn where_a_stores_events_come_first_the_tabs_agree_all_the_same() {
    let browser = browser();
    let tabs = [Tab::open(&browser, StorageScope::Shared), Tab::open(&browser, StorageScope::Shared)];
    browser.put_events_first();
    tabs[0].sign_in();
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(Tab::look), [(State::SignedIn, Freshness::Fresh); 2]);
    assert_eq!(tabs[0].token(5).token(), tabs[1].token(5).token());
    tabs[1].switch("org_sample2");
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(|tab| tab.account().unwrap()), ["org_sample2", "org_sample2"]);
    tabs[0].sign_out();
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedOut; 2]);
}

#[test]
fn where_a_stores_events_come_first_nobody_asks_for_what_is_on_its_way() {
    let browser = browser();
    let tabs = [Tab::open(&browser, StorageScope::Shared), Tab::open(&browser, StorageScope::Shared)];
    browser.put_events_first();
    tabs[0].sign_in();
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(Tab::refreshes), [0, 0]);
}

#[test]
fn a_slow_store_is_written_before_a_message_makes_others_look_there() {
    let browser = browser();
    let pages = [browser.page(), browser.page()];
    for page in &pages {
        page.reading.set(Behaviour::After(20));
        page.writing.set(Behaviour::After(200));
    }
    // A store of the app's own notifies nobody of a change.
    browser.keep_changes_quiet();
    let tabs = pages.map(|page| Tab::of(&browser, StorageScope::Shared, page));
    browser.pass(1_000);
    tabs[0].sign_in();
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedIn; 2]);
    tabs[0].switch("org_sample2");
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(|tab| tab.account().unwrap()), ["org_sample2", "org_sample2"]);
    assert_eq!(tabs[1].refreshes(), 0);
    tabs[1].sign_out();
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedOut; 2]);
}

#[test]
fn a_sign_out_reaches_the_other_tabs_and_the_service_once() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    expire([&first, &second]);
    browser.script([Answer::Hang]);
    let waiting = second.token(5);
    first.sign_out();
    assert_eq!((first.state(), first.reason()), (State::SignedOut, Some(SignOutReason::Here)));
    assert_eq!((second.state(), second.reason()), (State::SignedOut, Some(SignOutReason::Elsewhere)));
    assert_eq!(waiting.code(), Some("not_signed_in"), "its request is of no use any more");
    browser.pass(60_000);
    assert_eq!(browser.sent().iter().filter(|sent| sent.method == "DELETE").count(), 1);
    assert_eq!(browser.live().requests, 0);
}

#[test]
fn a_session_that_the_service_refuses_ends_in_every_tab() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    assert_eq!(first.refresh().code(), Some("access_denied"));
    assert_eq!([first.reason(), second.reason()], [Some(SignOutReason::Expired); 2]);
    assert!(second.sent().is_empty());
}

#[test]
fn what_the_service_asks_to_wait_is_kept_by_every_tab() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    expire([&first, &second]);
    browser.script([Answer::Limited(90)]);
    assert_eq!(first.token(5).code(), Some("rate_limited"));
    browser.pass(1_000);
    let refused = second.token(5).failure().unwrap();
    assert_eq!(refused.error.code(), "rate_limited");
    assert_eq!(refused.retry_after, Some(89));
    assert_eq!(second.look(), (State::SignedIn, Freshness::Stale));
    browser.pass(89_000);
    assert_eq!((second.token(5).code(), second.refreshes()), (Some("okay"), 1));
}

#[test]
fn what_is_no_message_of_ours_changes_nothing() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    let changes = Rc::new(Cell::new(0));
    let count = Rc::clone(&changes);
    tab.subscribe(move |_| count.set(count.get() + 1));
    let (before, entry, count_before) = (tab.snapshot(), browser.store.entry(), changes.get());
    let token = jwt("kss_sample1", "org_sample1", tab.now() + 60);
    let now = tab.now().to_string();
    let strange = [
        json!("hello"),
        json!({}),
        json!([]),
        json!(null),
        json!({ "v": "1" }),
        json!({ "v": "1", "session": "kss_sample1" }),
        json!({ "v": "1", "session": 7, "expired": "false" }),
        json!({ "v": "2", "session": "kss_sample1", "expired": "false" }),
        json!({ "v": 1, "session": "kss_sample1", "expired": "false" }),
        json!({ "session": "kss_sample1", "expired": "true" }),
        json!({ "v": "1", "session": "kss_sample1", "account": "org_sample1", "token": token }),
        json!({ "v": "1", "session": "kss_sample1", "account": "org_sample1", "token": token, "asked_at": "soon" }),
        json!({ "v": "1", "session": "kss_sample1", "account": "org_sample1", "token": token, "asked_at": now, "v": "0" }),
        json!({ "v": "1", "session": "kss_sample1", "account": "org_sample1", "token": "tmf:sample", "asked_at": now }),
        json!({ "v": "1", "hold_ms": "soon", "code": "rate_limited" }),
        json!({ "v": "1", "hold_ms": "60000", "code": "lunch" }),
        json!({ "v": "1", "hold_ms": "-1", "code": "rate_limited" }),
    ];
    for text in strange.iter().map(ToString::to_string).chain([String::new(), "{".to_owned()]) {
        browser.say(KEY, &text);
        assert_eq!(tab.snapshot(), before, "{text}");
        assert_eq!((changes.get(), browser.store.entry()), (count_before, entry.clone()), "{text}");
        assert_eq!((tab.sent().len(), tab.token(5).code()), (1, Some("okay")), "{text}");
    }
}

#[test]
fn no_message_makes_a_tab_wait_for_longer_than_five_minutes_or_past_a_sign_in() {
    for hold_ms in [99_999_999_999, u64::MAX] {
        for signs_in in [false, true] {
            let browser = browser();
            let tab = Tab::signed_in(&browser, StorageScope::Shared);
            tab.expire();
            let hold = json!({ "v": "1", "hold_ms": hold_ms.to_string(), "code": "rate_limited" });
            browser.say(KEY, &hold.to_string());
            assert_eq!(tab.token(5).code(), Some("rate_limited"));
            browser.pass(299_000);
            assert_eq!(tab.token(5).code(), Some("rate_limited"));
            if signs_in {
                tab.sign_in();
                assert_eq!(tab.refresh().code(), Some("okay"));
            } else {
                browser.pass(1_000);
                assert_eq!(tab.token(5).code(), Some("okay"));
            }
        }
    }
}

#[test]
fn no_message_makes_a_request_go_out_without_its_token() {
    for code in ["not_signed_in", "no_token", "access_denied", "aborted", "", "rate_limited"] {
        let browser = browser();
        let tab = Tab::signed_in(&browser, StorageScope::Shared);
        tab.expire();
        browser.say(KEY, &json!({ "v": "1", "hold_ms": "60000", "code": code }).to_string());
        let request = AppFetch::home([]);
        let status = tab.authorize(&request).status();
        if code == "rate_limited" {
            assert_eq!((request.sent(), status), ((0, 0), Some(Err("rate_limited"))));
        } else {
            assert_eq!((request.sent(), status), ((1, 1), Some(Ok(200))), "{code}");
        }
    }
}

#[test]
fn a_message_about_another_session_counts_only_if_the_store_agrees() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    let before = tab.snapshot();
    let other = jwt("kss_other", "org_other", tab.now() + 60);
    let token = json!({ "v": "1", "session": "kss_other", "account": "org_other", "token": other,
        "asked_at": tab.now().to_string() });
    let ended = json!({ "v": "1", "session": "kss_other", "expired": "false" });
    for message in [token, ended] {
        browser.say(KEY, &message.to_string());
        assert_eq!(tab.snapshot(), before);
        assert!(browser.store.entry().unwrap().contains("kss_sample1"));
        assert_ne!(tab.token(5).token(), other);
    }
    assert_eq!(tab.sent().len(), 1);
}

#[test]
fn a_token_of_another_account_counts_only_if_the_store_agrees() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    let token = jwt("kss_sample1", "org_sample2", tab.now() + 60);
    let message = json!({ "v": "1", "session": "kss_sample1", "account": "org_sample2", "token": token,
        "asked_at": tab.now().to_string() });
    browser.say(KEY, &message.to_string());
    assert_eq!(tab.account().as_deref(), Some("org_sample1"));
}

#[test]
fn a_message_that_waited_for_a_frozen_tab_brings_no_expired_token() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    let (asked_at, token) = (tab.now() + 60, jwt("kss_sample1", "org_sample1", tab.now() + 60));
    tab.expire();
    browser.pass(LIFETIME * 1000);
    let message = json!({ "v": "1", "session": "kss_sample1", "account": "org_sample1", "token": token,
        "asked_at": asked_at.to_string() });
    browser.say(KEY, &message.to_string());
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
    assert_ne!(tab.token(5).token(), token);
}

#[test]
fn without_channels_tabs_still_agree_with_more_requests() {
    for channels in [Channels::Missing, Channels::Failing] {
        let browser = browser();
        let pages = [browser.page(), browser.page()];
        for page in &pages {
            page.channels.set(channels);
        }
        let tabs = pages.map(|page| Tab::of(&browser, StorageScope::Shared, page));
        tabs[0].sign_in();
        browser.pass(1_000);
        assert_eq!(tabs.each_ref().map(Tab::look), [(State::SignedIn, Freshness::Fresh); 2]);
        assert!(!tabs[0].explain().has_channel);
        expire(&tabs);
        let before = tabs.each_ref().map(Tab::refreshes);
        let waiting = tabs.each_ref().map(|tab| tab.token(5));
        browser.pass(1_000);
        assert!(waiting.iter().all(|waiting| waiting.code() == Some("okay")));
        let after = tabs.each_ref().map(Tab::refreshes);
        assert_eq!([after[0] - before[0], after[1] - before[1]], [1, 1], "{channels:?}");
        tabs[0].sign_out();
        assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedOut; 2]);
    }
}

#[test]
fn a_session_in_memory_speaks_to_nobody() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Memory);
    assert_eq!((browser.live().channels, tab.explain().has_channel), (0, false));
}

#[test]
fn sessions_of_two_tabs_do_not_mix_though_messages_reach_both() {
    let browser = browser();
    let tabs = [0, 1].map(|_| {
        let page = browser.page();
        page.store.replace(Rc::default());
        Tab::of(&browser, StorageScope::Tab, page)
    });
    tabs.iter().for_each(Tab::sign_in);
    let tokens = tabs.each_ref().map(|tab| tab.token(5).token());
    assert_ne!(tokens[0], tokens[1]);
    tabs[0].sign_out();
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedOut, State::SignedIn]);
}

#[test]
fn a_tab_that_comes_back_into_sight_learns_what_it_missed() {
    let browser = browser();
    let page = browser.page();
    // As in the back-forward cache: no message and no event reaches it.
    page.channels.set(Channels::Missing);
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    tab.attach();
    tab.sign_in();
    tab.show(false);
    browser.store.put(KEY, Some(SIGNED_OUT));
    assert_eq!(tab.state(), State::SignedIn);
    tab.show(true);
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Elsewhere)));
}
