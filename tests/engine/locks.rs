//! The lock that lets one tab at a time refresh: asked for, waited for, gone without, given back.

use crate::host::{
    Answer, Browser, Pending, Tab,
    page::Locking,
    realm::{KEY, browser, expire, siblings, signed_in},
};
use loginrocket_wasm::engine::{StorageScope, session::snapshot::State};

/// A tab whose next caller needs a refresh.
fn expired(browser: &Browser, locking: Locking) -> Tab {
    let page = browser.page();
    page.locking.set(locking);
    let tab = Tab::of(browser, StorageScope::Shared, page);
    tab.sign_in();
    tab.expire();
    tab
}

#[test]
fn without_locks_a_refresh_is_sent_at_once() {
    for locking in [Locking::Missing, Locking::Refused] {
        let tab = expired(&browser(), locking);
        assert_eq!((tab.token(5).code(), tab.refreshes()), (Some("okay"), 1));
        assert_eq!(tab.explain().has_locks, locking != Locking::Missing);
    }
}

#[test]
fn a_lock_that_never_comes_is_waited_for_three_seconds() {
    let tab = expired(&browser(), Locking::Silent);
    let waiting = tab.token(5);
    assert_eq!((tab.explain().refreshing, tab.refreshes()), (Some(false), 0));
    tab.browser.pass(2_999);
    assert_eq!((waiting.code(), tab.refreshes()), (None, 0));
    tab.browser.pass(1);
    assert_eq!((waiting.code(), tab.refreshes()), (Some("okay"), 1));
}

#[test]
fn a_lock_that_is_granted_late_starts_the_refresh_then() {
    let browser = browser();
    let tab = expired(&browser, Locking::Fair);
    browser.hold_lock(KEY);
    let waiting = tab.token(5);
    browser.pass(1_000);
    assert_eq!((waiting.code(), tab.refreshes()), (None, 0));
    browser.release_lock(KEY);
    assert_eq!((waiting.code(), tab.refreshes()), (Some("okay"), 1));
}

#[test]
fn a_lock_is_kept_until_the_answer_and_given_back_a_moment_later() {
    let browser = browser();
    let tab = expired(&browser, Locking::Fair);
    browser.script([Answer::Held]);
    let waiting = tab.token(5);
    browser.pass(5_000);
    assert_eq!(tab.live().locks, 1);
    browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_eq!(waiting.code(), Some("okay"));
    browser.pass(100);
    assert_eq!(tab.live().locks, 0);
}

#[test]
fn a_lock_is_given_back_after_a_failure_too() {
    for answer in [Answer::Status(503, ""), Answer::Status(200, "<html>"), Answer::Limited(60)] {
        let browser = browser();
        let tab = expired(&browser, Locking::Fair);
        browser.script([answer]);
        assert!(tab.token(5).is_over());
        browser.pass(100);
        assert_eq!(tab.live().locks, 0);
    }
}

#[test]
fn who_is_disposed_of_waits_for_no_lock_and_holds_none() {
    let browser = browser();
    let [holder, waiter] = siblings(&browser);
    expire([&holder, &waiter]);
    browser.script([Answer::Hang]);
    holder.token(5);
    waiter.token(5);
    assert_eq!(browser.live().locks, 2);
    waiter.dispose();
    assert_eq!(browser.live().locks, 1);
    holder.dispose();
    browser.pass(100);
    assert_eq!((browser.live().locks, browser.live().requests), (0, 0));
}

#[test]
fn two_tabs_that_need_a_token_send_one_request() {
    let browser = browser();
    let tabs = siblings(&browser);
    expire(&tabs);
    browser.script([Answer::Held]);
    let waiting = tabs.each_ref().map(|tab| tab.token(5));
    browser.pass(500);
    browser.answer(signed_in("kss_sample1", "org_sample1", tabs[0].now()));
    let tokens = waiting.map(|waiting| waiting.token());
    assert_eq!(tokens[0], tokens[1]);
    browser.pass(1_000);
    assert_eq!(tabs.each_ref().map(Tab::refreshes), [1, 0]);
}

#[test]
fn of_two_tabs_that_ask_without_a_lock_both_have_the_newest_token() {
    let browser = browser();
    let tabs = siblings(&browser);
    expire(&tabs);
    for tab in &tabs {
        tab.page.locking.set(Locking::Missing);
    }
    browser.script([Answer::Held, Answer::Held]);
    let waiting = tabs.each_ref().map(|tab| tab.token(5));
    assert_eq!(tabs.each_ref().map(Tab::refreshes), [1, 1]);
    browser.answer(signed_in("kss_sample1", "org_sample1", tabs[0].now()));
    assert_eq!(waiting.each_ref().map(Pending::is_over), [true, true]);
    browser.answer(signed_in("kss_sample1", "org_sample1", tabs[0].now() - 1));
    let tokens = tabs.each_ref().map(|tab| tab.token(5).token());
    assert_eq!(tokens[0], tokens[1], "the older one, which came later, is not taken over");
}

#[test]
fn a_tab_that_dies_while_it_holds_the_lock_holds_up_nobody() {
    let browser = browser();
    let [dying, tab] = siblings(&browser);
    expire([&dying, &tab]);
    browser.script([Answer::Hang]);
    dying.token(5);
    let waiting = tab.token(5);
    browser.pass(100);
    assert_eq!((waiting.code(), tab.refreshes()), (None, 0));
    dying.die();
    assert_eq!((waiting.code(), tab.refreshes()), (Some("okay"), 1));
}

#[test]
fn a_tab_that_freezes_with_the_lock_delays_others_by_three_seconds() {
    let browser = browser();
    let [frozen, tab] = siblings(&browser);
    expire([&frozen, &tab]);
    browser.script([Answer::Hang]);
    frozen.token(5);
    let waiting = tab.token(5);
    browser.pass(3_000);
    assert_eq!((waiting.code(), tab.refreshes()), (Some("okay"), 1));
    assert_eq!(browser.live().locks, 1, "it is not taken away from the other one");
}

#[test]
fn a_session_in_memory_needs_no_lock_and_one_of_a_tab_has_one() {
    for (scope, refreshes) in [(StorageScope::Memory, 1), (StorageScope::Tab, 0)] {
        let browser = browser();
        let tab = Tab::signed_in(&browser, scope);
        tab.expire();
        browser.hold_lock(KEY);
        tab.token(5);
        assert_eq!(tab.refreshes(), refreshes, "{scope:?}");
    }
}

#[test]
fn a_sign_out_while_a_refresh_waits_for_the_lock_ends_the_waiting() {
    let browser = browser();
    let tab = expired(&browser, Locking::Fair);
    browser.hold_lock(KEY);
    let waiting = tab.token(5);
    tab.sign_out();
    assert_eq!((waiting.code(), tab.state()), (Some("not_signed_in"), State::SignedOut));
    assert_eq!(browser.live().locks, 1);
    browser.pass(4_000);
    assert_eq!(tab.refreshes(), 0);
}
