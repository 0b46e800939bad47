//! What is left of an engine that is disposed of: nothing that waits, nothing that is under way, nothing that goes on.

use crate::host::{
    Answer, Live, Pending, Tab,
    app::AppFetch,
    page::{Behaviour, Locking},
    realm::{KEY, LIFETIME, SIGNED_OUT, browser, siblings},
    tokens::token,
};
use loginrocket_wasm::{
    engine::{
        CallOptions, Id, Input, OWN_IDS, Signature, StorageScope,
        session::snapshot::{Freshness, Snapshot, State},
    },
    protocol::endpoint::Endpoint,
};
use serde_json::json;
use std::{cell::RefCell, rc::Rc};

/// Brings a tab into some state, disposes of it, and looks at what is left.
fn dispose_when(what: &str, prepare: impl FnOnce(&Tab)) {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.subscribe(|_| {});
    prepare(&tab);
    let (sent, log) = (tab.sent().len(), browser.store.log.borrow().len());
    tab.dispose();
    // A lock may be held for a moment, so that the news reach others first.
    browser.pass(100);
    assert_eq!(browser.live(), Live::default(), "{what}");
    assert_eq!((tab.listeners(), tab.explain().waiting), (0, 0), "{what}");
    tab.show(true);
    tab.connect(true);
    browser.put(KEY, None);
    browser.say(KEY, r#"{"v":"1","session":"kss_sample1","expired":"false"}"#);
    browser.pass(LIFETIME * 2_000);
    assert_eq!(
        (tab.sent().len(), browser.store.log.borrow().len()),
        (sent, log),
        "{what}: it does nothing more"
    );
    tab.dispose();
    assert_eq!(browser.live(), Live::default(), "{what}: once more");
}

#[test]
fn nothing_is_left_of_a_session_that_is_disposed_of() {
    dispose_when("idle", |_| {});
    dispose_when("attached again", Tab::attach);
    dispose_when("hidden", Tab::expire);
    dispose_when("signed out", |tab| {
        tab.sign_out();
    });
    dispose_when("waiting for a lock", |tab| {
        tab.expire();
        tab.page.locking.set(Locking::Silent);
        tab.token(5);
        assert_eq!(tab.refreshes(), 0);
    });
    dispose_when("waiting for an answer", |tab| {
        tab.expire();
        tab.browser.script([Answer::Hang]);
        tab.token(5);
        assert_eq!(tab.live().requests, 1);
    });
    dispose_when("just refreshed", |tab| {
        tab.refresh();
        assert_eq!(tab.live().locks, 1);
    });
    dispose_when("asked to wait", |tab| {
        tab.browser.script([Answer::Limited(60)]);
        tab.refresh();
    });
    dispose_when("notified of a change of the store", |tab| tab.storage_changed(Some(KEY)));
    dispose_when("revalidating", |tab| {
        tab.browser.script([Answer::Status(403, ""), Answer::Hang]);
        tab.call(Endpoint::UpdatePassword, json!({}));
        assert_eq!(tab.live().requests, 1);
    });
}

#[test]
fn a_store_that_is_slow_is_let_go_of_in_time() {
    let browser = browser();
    let page = browser.page();
    page.reading.set(Behaviour::Never);
    page.writing.set(Behaviour::Never);
    page.removing.set(Behaviour::Never);
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    tab.sign_in();
    let waiting = tab.call(Endpoint::UpdatePassword, json!({}));
    tab.dispose();
    assert_eq!((waiting.code(), tab.sent().len()), (Some("disposed"), 1));
    browser.pass(10_000);
    assert_eq!(browser.live(), Live::default());
}

#[test]
fn what_was_wanted_of_the_store_before_the_end_is_still_done() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::After(100));
    tab.sign_out();
    tab.dispose();
    browser.pass(1_000);
    assert_eq!(browser.store.entry().as_deref(), Some(SIGNED_OUT), "a reload must not sign in again");
    assert_eq!(browser.live(), Live::default());
}

#[test]
fn a_store_that_hangs_at_the_end_is_still_written_when_it_is_given_up() {
    let browser = browser();
    let page = browser.page();
    page.reading.set(Behaviour::Never);
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    tab.sign_in();
    tab.dispose();
    browser.pass(1_999);
    assert_eq!(browser.store.entry(), None);
    browser.pass(1);
    assert!(browser.store.entry().unwrap().contains("kss_sample1"));
    assert_eq!(browser.live(), Live::default());
}

/// Everything that can wait, in an engine whose store says nothing and whose service says nothing.
fn waiting(tab: &Tab) -> Vec<Pending> {
    let url = format!("https://app.example.com/?token={}", token("as the service makes it"));
    vec![
        tab.call(Endpoint::Login, json!({})),
        tab.call(Endpoint::UpdateProfile, json!({})),
        tab.token(5),
        tab.token_within(60_000),
        tab.refresh(),
        tab.switch("org_sample2"),
        tab.authorize(&AppFetch::home([])),
        tab.adopt(Some(&url), false, false),
        tab.verify(&token("as the service makes it")),
    ]
}

#[test]
fn whoever_waits_at_the_end_is_answered_once_and_nothing_goes_on() {
    for is_restoring in [true, false] {
        let browser = browser();
        let page = browser.page();
        if is_restoring {
            page.reading.set(Behaviour::Never);
        }
        let tab = Tab::of(&browser, StorageScope::Shared, page);
        if !is_restoring {
            tab.sign_in();
            tab.expire();
        }
        browser.script((0..20).map(|_| Answer::Hang));
        let mut waiting = waiting(&tab);
        if is_restoring {
            waiting.push(tab.open_hosted("profile"));
        }
        assert!(waiting.iter().all(|one| !one.is_over()));
        let (before, version) = (tab.snapshot(), tab.version());
        tab.dispose();
        let codes: Vec<_> = waiting.iter().map(Pending::code).collect();
        assert!(codes.iter().all(|code| *code == Some("disposed")), "{codes:?}");
        assert_eq!(tab.explain().waiting, 0);
        browser.pass(LIFETIME * 1_000);
        assert_eq!((browser.live(), tab.visited().len()), (Live::default(), 0));
        // Who it was is for a host to remember: the engine has nothing of a token any more.
        let left = Snapshot { profile: None, ..before };
        assert_eq!((tab.snapshot(), tab.version()), (left, version), "it stays as it was");
    }
}

#[test]
fn what_is_reported_after_the_end_changes_nothing() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.expire();
    browser.script((0..20).map(|_| Answer::Hang));
    waiting(&tab);
    tab.dispose();
    browser.pass(10_000);
    let (before, version, settled) = (tab.snapshot(), tab.version(), tab.settled().len());
    let (sent, log) = (browser.sent().len(), browser.store.log.borrow().len());
    let ids = (1..30).chain(OWN_IDS..OWN_IDS + 60);
    for id in ids {
        for input in late(id) {
            tab.handle(input);
        }
    }
    assert_eq!((tab.snapshot(), tab.version(), tab.settled().len()), (before, version, settled));
    assert_eq!((browser.sent().len(), browser.store.log.borrow().len()), (sent, log));
    assert_eq!(browser.live(), Live::default());
}

/// Reports that come too late.
fn late(id: Id) -> Vec<Input> {
    let reply = |body| crate::host::service::reply(200, body);
    let message = json!({ "v": "1", "session": "kss_sample1", "expired": "true" }).to_string();
    vec![
        Input::Replied {
            id,
            reply: reply(r#"{"result":"full_login","session":"kss_late","token":"e30.e30.c2ln"}"#),
        },
        Input::Unanswered { id, is_misuse: false },
        Input::Stored { id, result: Ok(Some(SIGNED_OUT.into())) },
        Input::LockSettled { id, is_granted: true },
        Input::SiblingsFound { id, are_there: true },
        Input::Verified { id, signature: Signature::Good { key_bits: 2048 } },
        Input::Cancel { id },
        Input::Message { text: message.into() },
        Input::ChannelClosed,
        Input::StorageChanged { key: Some(KEY.into()) },
        Input::Visible { is_visible: true },
        Input::Online { is_online: true },
        Input::Attach,
        Input::Woke,
    ]
}

#[test]
fn whoever_comes_after_the_end_is_refused_and_asks_for_nothing() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.dispose();
    let sent = browser.sent().len();
    let mut late = waiting(&tab);
    late.push(tab.sign_out());
    let aborted = CallOptions { is_aborted: true, ..CallOptions::default() };
    late.push(tab.call_with(Endpoint::Logout, json!({}), aborted));
    let codes: Vec<_> = late.iter().map(Pending::code).collect();
    assert!(codes.iter().all(|code| *code == Some("disposed")), "{codes:?}");
    assert_eq!((browser.sent().len(), browser.live()), (sent, Live::default()));
}

#[test]
fn an_engine_that_was_disposed_of_has_no_secret_left_to_send() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    assert!(first.is_announced() && second.is_announced());
    first.dispose();
    assert!(!first.is_announced() && second.is_announced());
    let said = browser.said().len();
    browser.say(KEY, r#"{"v":"1","session":"kss_sample1","ask":"true"}"#);
    assert_eq!(browser.said().len(), said + 2, "only the other one answers");
}

#[test]
fn a_listener_is_let_go_of_with_what_it_holds() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    let thing = Rc::new(());
    let held = Rc::clone(&thing);
    let subscription = tab.subscribe(move |_| drop(Rc::clone(&held)));
    tab.unsubscribe(subscription);
    assert_eq!(Rc::strong_count(&thing), 1);
    let held = Rc::clone(&thing);
    tab.subscribe(move |_| drop(Rc::clone(&held)));
    tab.dispose();
    assert_eq!(Rc::strong_count(&thing), 1);
}

#[test]
fn an_app_that_never_looks_at_the_session_causes_nothing_by_itself() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Memory);
    tab.sign_in();
    assert_eq!(browser.live(), Live::default());
    browser.pass(LIFETIME * 2_000);
    assert_eq!((tab.sent().len(), browser.live()), (1, Live::default()));
}

#[test]
fn who_subscribes_later_is_notified_when_the_token_expires() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Memory);
    tab.show(false);
    tab.sign_in();
    let freshness: Rc<RefCell<Vec<Freshness>>> = Rc::default();
    let notified = Rc::clone(&freshness);
    tab.subscribe(move |snapshot| notified.borrow_mut().push(snapshot.freshness));
    browser.pass(LIFETIME * 1_000);
    assert_eq!(*freshness.borrow(), [Freshness::Fresh, Freshness::Stale]);
}

#[test]
fn timers_and_tasks_do_not_pile_up() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    for _ in 0..200 {
        tab.show(false);
        tab.show(true);
        let subscription = tab.subscribe(|_| {});
        tab.token(5);
        tab.unsubscribe(subscription);
        browser.pass(LIFETIME * 100);
    }
    tab.rest();
    let live = browser.live();
    assert!(live.timers <= 1, "{live:?}");
    assert_eq!(Live { timers: 0, ..live }, Live { channels: 1, watches: 1, ..Live::default() });
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn what_is_made_and_disposed_of_twice_leaves_one() {
    // As React's StrictMode does it.
    let browser = browser();
    let page = browser.page();
    let make = || Tab::of(&browser, StorageScope::Shared, Rc::clone(&page));
    let first = make();
    first.subscribe(|_| {});
    first.dispose();
    let second = make();
    second.subscribe(|_| {});
    browser.pass(100);
    assert_eq!(browser.live(), Live { channels: 1, watches: 1, ..Live::default() });
    second.dispose();
    assert_eq!(browser.live(), Live::default());
}
