//! Those who want to know: in order, the newest only, and free to call anything.

use crate::{
    support::Answer,
    tab::{Tab, browser, siblings},
};
use loginrocket_wasm::{
    client::session::{Kept, Subscription},
    core::session::{Snapshot, State},
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// What listeners were told, in order: who, and the state.
#[derive(Clone, Default)]
struct Heard(Rc<RefCell<Vec<(&'static str, State)>>>);

impl Heard {
    fn by(&self, name: &'static str) -> impl Fn(&Snapshot) + 'static {
        let heard = self.clone();
        move |snapshot| heard.0.borrow_mut().push((name, snapshot.state))
    }

    fn take(&self) -> Vec<(&'static str, State)> {
        self.0.take()
    }
}

#[test]
fn a_listener_is_told_at_once_and_then_of_every_change_in_the_order_of_subscribing() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let heard = Heard::default();
    tab.session.subscribe(heard.by("a"));
    assert_eq!(heard.take(), [("a", State::SignedOut)]);
    tab.session.subscribe(heard.by("b"));
    assert_eq!(heard.take(), [("b", State::SignedOut)]);
    tab.sign_in();
    assert_eq!(heard.take(), [("a", State::SignedIn), ("b", State::SignedIn)]);
    tab.sign_out();
    assert_eq!(heard.take(), [("a", State::SignedOut), ("b", State::SignedOut)]);
}

#[test]
fn where_nothing_changes_nobody_is_told() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let heard = Heard::default();
    tab.session.subscribe(heard.by("a"));
    heard.take();
    let version = tab.session.version();
    tab.browser.does(|| tab.platform.show(false));
    tab.browser.does(|| tab.platform.show(true));
    tab.browser.does(|| tab.platform.connect(true));
    tab.token(5);
    tab.sign_in();
    tab.sign_out();
    tab.sign_out();
    assert_eq!(heard.take(), [("a", State::SignedOut)]);
    assert_eq!(tab.session.version(), version + 1);
}

#[test]
fn what_a_listener_hears_is_how_it_stands_everywhere() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Shared);
    let (session, shelf, told) = (tab.session.clone(), Rc::clone(&browser.shelf), Rc::new(Cell::new(0)));
    let count = Rc::clone(&told);
    tab.session.subscribe(move |snapshot| {
        count.set(count.get() + 1);
        assert_eq!(*snapshot, session.snapshot());
        assert_eq!(*snapshot, session.explain().snapshot);
        let entry = shelf.entry().unwrap_or_default();
        assert_eq!(entry.contains("kss_"), snapshot.state == State::SignedIn, "the store is written before");
    });
    tab.sign_in();
    tab.sign_out();
    assert_eq!(told.get(), 3);
}

#[test]
fn a_listener_may_sign_out_and_the_others_hear_the_newest_only() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let heard = Heard::default();
    let (session, first) = (tab.session.clone(), heard.by("a"));
    tab.session.subscribe(move |snapshot| {
        first(snapshot);
        if snapshot.state == State::SignedIn {
            drop(session.sign_out());
        }
    });
    tab.session.subscribe(heard.by("b"));
    heard.take();
    tab.sign_in();
    assert_eq!(
        heard.take(),
        [("a", State::SignedIn), ("a", State::SignedOut), ("b", State::SignedOut)],
        "the second one never hears of what was over when its turn came"
    );
}

#[test]
fn a_listener_may_subscribe_another_one_who_is_told_once() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let heard = Heard::default();
    let (session, second, is_done) = (tab.session.clone(), heard.clone(), Cell::new(false));
    tab.session.subscribe(move |snapshot| {
        if snapshot.state == State::SignedIn && !is_done.replace(true) {
            session.subscribe(second.by("b"));
        }
    });
    tab.sign_in();
    assert_eq!(heard.take(), [("b", State::SignedIn)]);
    tab.sign_out();
    assert_eq!(heard.take(), [("b", State::SignedOut)]);
}

#[test]
fn who_unsubscribes_hears_nothing_more_not_even_of_the_same_change() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let heard = Heard::default();
    let last: Rc<Cell<Option<Subscription>>> = Rc::default();
    let (session, other) = (tab.session.clone(), Rc::clone(&last));
    let own: Rc<Cell<Option<Subscription>>> = Rc::default();
    let (myself, first) = (Rc::clone(&own), heard.by("a"));
    own.set(Some(tab.session.subscribe(move |snapshot| {
        first(snapshot);
        for subscription in [myself.take(), other.take()].into_iter().flatten() {
            session.unsubscribe(subscription);
        }
    })));
    last.set(Some(tab.session.subscribe(heard.by("b"))));
    heard.take();
    tab.sign_in();
    assert_eq!(heard.take(), [("a", State::SignedIn)]);
    tab.sign_out();
    assert_eq!((heard.take(), tab.explain().listeners), (vec![], 0));
}

#[test]
fn unsubscribing_twice_or_something_that_never_was_harms_nobody() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let heard = Heard::default();
    let (first, second) = (tab.session.subscribe(heard.by("a")), tab.session.subscribe(heard.by("b")));
    heard.take();
    for subscription in [first, first, Subscription(99)] {
        tab.session.unsubscribe(subscription);
    }
    tab.sign_in();
    assert_eq!(heard.take(), [("b", State::SignedIn)]);
    tab.session.unsubscribe(second);
}

#[test]
fn a_listener_may_dispose_of_everything() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let heard = Heard::default();
    let session = tab.session.clone();
    tab.session.subscribe(move |snapshot| {
        if snapshot.state == State::SignedIn {
            session.dispose();
        }
    });
    tab.session.subscribe(heard.by("b"));
    heard.take();
    tab.sign_in();
    assert_eq!((heard.take(), tab.explain().listeners), (vec![], 0));
    assert!(tab.explain().is_disposed);
}

#[test]
fn a_listener_may_dispose_of_everything_when_it_is_told_for_the_first_time() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let session = tab.session.clone();
    tab.session.subscribe(move |_| session.dispose());
    tab.rest();
    assert_eq!((tab.explain().listeners, tab.live()), (0, crate::support::browser::Live::default()));
}

#[test]
fn after_the_end_a_listener_is_told_how_it_stood_and_kept_no_more() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.session.dispose();
    let heard = Heard::default();
    tab.session.subscribe(heard.by("a"));
    assert_eq!((heard.take().len(), tab.explain().listeners), (1, 0));
}

#[test]
fn a_listener_in_another_tab_may_answer_a_sign_out_with_a_sign_in() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    let (session, platform, is_done) = (second.session.clone(), second.platform.clone(), Cell::new(false));
    second.session.subscribe(move |snapshot| {
        if snapshot.state == State::SignedOut && !is_done.replace(true) {
            let login = session.call(
                loginrocket_wasm::core::request::Endpoint::Login,
                &crate::support::Params(serde_json::json!({})),
                &loginrocket_wasm::client::CallOptions::default(),
                std::future::pending(),
            );
            loginrocket_wasm::client::ports::Spawn::spawn(&platform, async {
                login.await;
            });
        }
    });
    first.sign_out();
    browser.pass(1_000);
    assert_eq!([first.state(), second.state()], [State::SignedIn; 2]);
    assert!(browser.shelf.entry().unwrap().contains("kss_sample2"));
}

#[test]
fn a_refresh_that_begins_and_ends_is_no_change_if_it_brings_nothing_new() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, Kept::Shared);
    let heard = Heard::default();
    tab.session.subscribe(heard.by("a"));
    heard.take();
    browser.script([crate::tab::signed_in("kss_sample1", "org_sample1", tab.now())]);
    tab.refresh();
    assert_eq!(heard.take(), []);
    browser.script([Answer::Status(503, "")]);
    tab.rest();
    tab.refresh();
    assert_eq!(heard.take(), [("a", State::SignedIn)], "it is stale now");
}
