//! What is left when a session is disposed of, or nobody holds it any more: nothing.

use crate::{
    support::{
        Answer,
        browser::Live,
        tabs::{Locking, Manner},
    },
    tab::{KEY, LIFETIME, SIGNED_OUT, Tab, browser, siblings},
};
use loginrocket_wasm::{
    client::{
        Client,
        session::{Kept, Session, TokenOrigins},
    },
    core::{
        request::Endpoint,
        session::{Freshness, State},
    },
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Brings a tab into some state, disposes of it, and looks at what is left.
fn dispose_when(what: &str, prepare: impl FnOnce(&Tab)) {
    let browser = browser();
    let tab = Tab::signed_in(&browser, Kept::Shared);
    tab.session.subscribe(|_| {});
    prepare(&tab);
    let (sent, log) = (tab.sent().len(), browser.shelf.log.borrow().len());
    browser.does(|| tab.session.dispose());
    // A lock may be kept for a moment, so that others hear of the news first.
    browser.pass(100);
    assert_eq!(browser.live(), Live::default(), "{what}");
    assert_eq!((tab.explain().listeners, tab.explain().waiting), (0, 0), "{what}");
    browser.does(|| tab.platform.show(true));
    browser.does(|| tab.platform.connect(true));
    browser.put(KEY, None);
    browser.say(KEY, r#"{"v":"1","session":"kss_sample1","expired":"false"}"#);
    browser.pass(LIFETIME * 2_000);
    assert_eq!(
        (tab.sent().len(), browser.shelf.log.borrow().len()),
        (sent, log),
        "{what}: it does nothing more"
    );
    browser.does(|| tab.session.dispose());
    assert_eq!(browser.live(), Live::default(), "{what}: once more");
}

#[test]
fn nothing_is_left_of_a_session_that_is_disposed_of() {
    dispose_when("idle", |_| {});
    dispose_when("attached again", |tab| tab.session.attach());
    dispose_when("hidden", Tab::expire);
    dispose_when("signed out", |tab| {
        tab.sign_out();
    });
    dispose_when("waiting for a lock", |tab| {
        tab.expire();
        tab.platform.tab.locking.set(Locking::Silent);
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
    dispose_when("told of a change", |tab| tab.platform.hear_of_store(Some(KEY)));
    dispose_when("in doubt", |tab| {
        tab.browser.script([Answer::Status(403, ""), Answer::Hang]);
        tab.call(Endpoint::UpdatePassword, json!({}));
        assert_eq!(tab.live().requests, 1);
    });
}

#[test]
fn a_store_that_is_slow_is_let_go_of_in_time() {
    let browser = browser();
    let platform = browser.platform();
    platform.tab.reading.set(Manner::Never);
    platform.tab.writing.set(Manner::Never);
    platform.tab.removing.set(Manner::Never);
    let tab = Tab::of(&browser, Kept::Shared, platform);
    tab.sign_in();
    let waiting = tab.call(Endpoint::UpdatePassword, json!({}));
    browser.does(|| tab.session.dispose());
    assert_eq!((waiting.told(), tab.sent().len()), (Some("disposed"), 1));
    browser.pass(10_000);
    assert_eq!(browser.live(), Live::default());
}

#[test]
fn what_was_wanted_of_the_store_before_the_end_is_still_done() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, Kept::Shared);
    tab.platform.tab.writing.set(Manner::After(100));
    tab.sign_out();
    browser.does(|| tab.session.dispose());
    browser.pass(1_000);
    assert_eq!(browser.shelf.entry().as_deref(), Some(SIGNED_OUT), "a reload must not sign in again");
    assert_eq!(browser.live(), Live::default());
}

#[test]
fn a_session_that_nobody_holds_and_nobody_listens_to_goes_away() {
    for kept in [Kept::Page, Kept::Tab, Kept::Shared] {
        let browser = browser();
        let Tab { session, platform, .. } = Tab::signed_in(&browser, kept);
        assert_ne!(browser.live(), Live::default());
        browser.does(|| drop(session));
        assert_eq!(browser.live(), Live::default(), "{kept:?}");
        browser.does(|| platform.show(true));
        browser.pass(LIFETIME * 2_000);
        assert_eq!(browser.sent().len(), 1);
    }
}

#[test]
fn it_goes_away_after_its_last_refresh_too() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, Kept::Shared);
    browser.script([Answer::After(300, Box::new(Answer::Status(503, "")))]);
    drop(tab.refresh());
    let Tab { session, .. } = tab;
    drop(session);
    browser.pass(1_000);
    assert_eq!(browser.live(), Live::default());
}

#[test]
fn nothing_that_is_over_holds_itself() {
    let ways: [fn(&Tab); 5] = [
        |_| {},
        |tab| tab.session.dispose(),
        |tab| {
            tab.session.subscribe(|_| {});
            tab.session.dispose();
        },
        |tab| tab.session.unsubscribe(tab.session.subscribe(|_| {})),
        |tab| {
            tab.expire();
            tab.browser.script([Answer::Hang]);
            tab.token(5);
            tab.session.dispose();
        },
    ];
    for (number, way) in ways.iter().enumerate() {
        let browser = browser();
        let tab = Tab::signed_in(&browser, Kept::Shared);
        way(&tab);
        drop(tab);
        browser.pass(100);
        assert_eq!(browser.platforms(), 0, "way {number}");
    }
}

#[test]
fn a_session_with_a_listener_stays_until_the_listener_goes() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    let states: Rc<RefCell<Vec<State>>> = Rc::default();
    let heard = Rc::clone(&states);
    let subscription = second.session.subscribe(move |snapshot| heard.borrow_mut().push(snapshot.state));
    let Tab { session, .. } = second;
    // As the function that ends a subscription holds it in JavaScript.
    let held = Rc::new(Cell::new(Some(session.clone())));
    drop(session);
    browser.pass(LIFETIME * 3_000);
    assert!(browser.live().watches == 2 && states.borrow().iter().all(|state| *state == State::SignedIn));
    held.take().unwrap().unsubscribe(subscription);
    browser.pass(100);
    assert_eq!(browser.live().watches, 1);
    first.sign_out();
    assert_eq!(states.borrow().last(), Some(&State::SignedIn));
}

#[test]
fn a_listener_keeps_a_session_alive_that_nobody_else_holds() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    let states: Rc<RefCell<Vec<State>>> = Rc::default();
    let heard = Rc::clone(&states);
    second.session.subscribe(move |snapshot| heard.borrow_mut().push(snapshot.state));
    drop(second);
    first.sign_out();
    assert_eq!(*states.borrow(), [State::SignedIn, State::SignedOut]);
}

#[test]
fn a_listener_is_let_go_of_with_what_it_holds() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Shared);
    let thing = Rc::new(());
    let held = Rc::clone(&thing);
    let subscription = tab.session.subscribe(move |_| drop(Rc::clone(&held)));
    tab.session.unsubscribe(subscription);
    assert_eq!(Rc::strong_count(&thing), 1);
    let held = Rc::clone(&thing);
    tab.session.subscribe(move |_| drop(Rc::clone(&held)));
    tab.session.dispose();
    assert_eq!(Rc::strong_count(&thing), 1);
}

#[test]
fn an_app_that_never_looks_at_the_session_causes_nothing_by_itself() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Page);
    tab.sign_in();
    assert_eq!(browser.live(), Live::default());
    browser.pass(LIFETIME * 2_000);
    assert_eq!((tab.sent().len(), browser.live()), (1, Live::default()));
}

#[test]
fn who_looks_later_is_told_when_the_token_expires() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Page);
    tab.platform.show(false);
    tab.sign_in();
    let freshness: Rc<RefCell<Vec<Freshness>>> = Rc::default();
    let heard = Rc::clone(&freshness);
    tab.session.subscribe(move |snapshot| heard.borrow_mut().push(snapshot.freshness));
    browser.pass(LIFETIME * 1_000);
    assert_eq!(*freshness.borrow(), [Freshness::Fresh, Freshness::Stale]);
}

#[test]
fn timers_and_tasks_do_not_pile_up() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, Kept::Shared);
    for _ in 0..200 {
        browser.does(|| tab.platform.show(false));
        browser.does(|| tab.platform.show(true));
        let subscription = tab.session.subscribe(|_| {});
        tab.token(5);
        tab.session.unsubscribe(subscription);
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
    let platform = browser.platform();
    let make = || {
        let client = Client::new(crate::support::config(crate::tab::REALM), platform.clone());
        Session::new(client, Kept::Shared, TokenOrigins::default())
    };
    let first = make();
    first.subscribe(|_| {});
    browser.run();
    first.dispose();
    let second = make();
    second.subscribe(|_| {});
    browser.pass(100);
    assert_eq!(browser.live(), Live { channels: 1, watches: 1, ..Live::default() });
    browser.does(|| second.dispose());
    assert_eq!(browser.live(), Live::default());
}
