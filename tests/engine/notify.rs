//! Those who want to know: in order, the newest only, and free to call anything.

use crate::host::{
    Answer, Live, Tab,
    realm::{browser, siblings, signed_in},
    tab::Subscription,
};
use loginrocket_wasm::{
    engine::{
        StorageScope,
        session::snapshot::{Snapshot, State},
    },
    protocol::endpoint::Endpoint,
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Notifications in their order: who got one, and the state.
#[derive(Clone, Default)]
struct Notified(Rc<RefCell<Vec<(&'static str, State)>>>);

impl Notified {
    fn by(&self, name: &'static str) -> impl Fn(&Snapshot) + 'static {
        let notified = self.clone();
        move |snapshot| notified.0.borrow_mut().push((name, snapshot.state))
    }

    fn take(&self) -> Vec<(&'static str, State)> {
        self.0.take()
    }
}

#[test]
fn listeners_are_notified_at_once_and_of_every_change_in_their_order() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    tab.subscribe(notified.by("a"));
    assert_eq!(notified.take(), [("a", State::SignedOut)]);
    tab.subscribe(notified.by("b"));
    assert_eq!(notified.take(), [("b", State::SignedOut)]);
    tab.sign_in();
    assert_eq!(notified.take(), [("a", State::SignedIn), ("b", State::SignedIn)]);
    tab.sign_out();
    assert_eq!(notified.take(), [("a", State::SignedOut), ("b", State::SignedOut)]);
}

#[test]
fn where_nothing_changes_nobody_is_notified() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    tab.subscribe(notified.by("a"));
    notified.take();
    let version = tab.version();
    tab.show(false);
    tab.show(true);
    tab.connect(true);
    tab.token(5);
    tab.sign_in();
    tab.sign_out();
    tab.sign_out();
    assert_eq!(notified.take(), [("a", State::SignedOut)]);
    assert_eq!(tab.version(), version + 1);
}

#[test]
fn what_a_listener_gets_is_how_it_stands_everywhere() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    let (myself, store, calls) = (tab.clone(), Rc::clone(&browser.store), Rc::new(Cell::new(0)));
    let count = Rc::clone(&calls);
    tab.subscribe(move |snapshot| {
        count.set(count.get() + 1);
        assert_eq!(*snapshot, myself.snapshot());
        assert_eq!(*snapshot, *myself.explain().snapshot);
        let entry = store.entry().unwrap_or_default();
        assert_eq!(entry.contains("kss_"), snapshot.state == State::SignedIn, "the store is written before");
    });
    tab.sign_in();
    tab.sign_out();
    assert_eq!(calls.get(), 3);
}

#[test]
fn a_listener_may_sign_out_and_the_others_get_the_newest_only() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    let (myself, first) = (tab.clone(), notified.by("a"));
    tab.subscribe(move |snapshot| {
        first(snapshot);
        if snapshot.state == State::SignedIn {
            drop(myself.sign_out());
        }
    });
    tab.subscribe(notified.by("b"));
    notified.take();
    tab.sign_in();
    assert_eq!(
        notified.take(),
        [("a", State::SignedIn), ("a", State::SignedOut), ("b", State::SignedOut)],
        "the second one is not notified of what was over when its turn came"
    );
}

#[test]
fn a_listener_may_subscribe_another_one_who_is_notified_once() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    let (myself, second, is_done) = (tab.clone(), notified.clone(), Cell::new(false));
    tab.subscribe(move |snapshot| {
        if snapshot.state == State::SignedIn && !is_done.replace(true) {
            myself.subscribe(second.by("b"));
        }
    });
    tab.sign_in();
    assert_eq!(notified.take(), [("b", State::SignedIn)]);
    tab.sign_out();
    assert_eq!(notified.take(), [("b", State::SignedOut)]);
}

#[test]
fn who_unsubscribes_is_not_notified_even_of_the_same_change() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    let last: Rc<Cell<Option<Subscription>>> = Rc::default();
    let (myself, other) = (tab.clone(), Rc::clone(&last));
    let own: Rc<Cell<Option<Subscription>>> = Rc::default();
    let (own_subscription, first) = (Rc::clone(&own), notified.by("a"));
    own.set(Some(tab.subscribe(move |snapshot| {
        first(snapshot);
        for subscription in [own_subscription.take(), other.take()].into_iter().flatten() {
            myself.unsubscribe(subscription);
        }
    })));
    last.set(Some(tab.subscribe(notified.by("b"))));
    notified.take();
    tab.sign_in();
    assert_eq!(notified.take(), [("a", State::SignedIn)]);
    tab.sign_out();
    assert_eq!((notified.take(), tab.listeners()), (vec![], 0));
}

#[test]
fn unsubscribing_twice_or_something_that_never_was_harms_nobody() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    let (first, second) = (tab.subscribe(notified.by("a")), tab.subscribe(notified.by("b")));
    notified.take();
    for subscription in [first, first, Subscription(99)] {
        tab.unsubscribe(subscription);
    }
    tab.sign_in();
    assert_eq!(notified.take(), [("b", State::SignedIn)]);
    tab.unsubscribe(second);
}

#[test]
fn a_listener_may_dispose_of_everything() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    let myself = tab.clone();
    tab.subscribe(move |snapshot| {
        if snapshot.state == State::SignedIn {
            myself.dispose();
        }
    });
    tab.subscribe(notified.by("b"));
    notified.take();
    tab.sign_in();
    assert_eq!((notified.take(), tab.listeners()), (vec![], 0));
    assert!(tab.explain().is_disposed);
}

#[test]
fn a_listener_may_dispose_of_everything_when_it_is_first_notified() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let myself = tab.clone();
    tab.subscribe(move |_| myself.dispose());
    tab.rest();
    assert_eq!((tab.listeners(), tab.live()), (0, Live::default()));
}

#[test]
fn after_the_end_a_listener_is_notified_once_and_not_held() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.dispose();
    let notified = Notified::default();
    tab.subscribe(notified.by("a"));
    assert_eq!((notified.take().len(), tab.listeners()), (1, 0));
}

#[test]
fn a_listener_in_another_tab_may_answer_a_sign_out_with_a_sign_in() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    let (myself, is_done) = (second.clone(), Cell::new(false));
    second.subscribe(move |snapshot| {
        if snapshot.state == State::SignedOut && !is_done.replace(true) {
            myself.call(Endpoint::Login, json!({}));
        }
    });
    first.sign_out();
    browser.pass(1_000);
    assert_eq!([first.state(), second.state()], [State::SignedIn; 2]);
    assert!(browser.store.entry().unwrap().contains("kss_sample2"));
}

#[test]
fn a_refresh_that_begins_and_ends_is_no_change_if_it_brings_nothing_new() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    let notified = Notified::default();
    tab.subscribe(notified.by("a"));
    notified.take();
    browser.script([signed_in("kss_sample1", "org_sample1", tab.now())]);
    tab.refresh();
    assert_eq!(notified.take(), []);
    browser.script([Answer::Status(503, "")]);
    tab.rest();
    tab.refresh();
    assert_eq!(notified.take(), [("a", State::SignedIn)], "it is stale now");
}

#[test]
fn changes_of_one_step_are_one_notification_of_the_newest() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let notified = Notified::default();
    tab.subscribe(notified.by("a"));
    notified.take();
    // Another realm: the session of the one before goes, and that there is none is found in the store.
    tab.set_url(Some("https://other.e2.loginrocket.com/"));
    assert_eq!(notified.take(), [("a", State::SignedOut)]);
}
