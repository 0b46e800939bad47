//! A client that is pointed at another realm, and one that serves everyone who comes to a server: nothing of one realm
//! reaches the other.

use crate::host::{
    Answer, Live, Pending, Tab,
    page::Behaviour,
    realm::{KEY, LIFETIME, REALM, SIGNED_OUT, browser, siblings, signed_in},
};
use loginrocket_wasm::{
    engine::{Setup, StorageScope, session::snapshot::State},
    protocol::{config::Config, endpoint::Endpoint},
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

const OTHER_REALM: &str = "https://other.e2.loginrocket.com/";
const OTHER_KEY: &str = "loginrocket:https://other.e2.loginrocket.com/v2/";

fn point(tab: &Tab, url: &str) {
    assert_eq!(tab.set_url(Some(url)).code(), Some("success"));
}

/// What the other realm has been sent.
fn sent_there(tab: &Tab) -> Vec<String> {
    let sent = tab.browser.sent().into_iter().filter(|sent| sent.url.starts_with(OTHER_REALM));
    sent.map(|sent| format!("{} {} {:?}", sent.method, sent.url, sent.body)).collect()
}

#[test]
fn a_session_stays_with_its_realm_and_is_found_again_on_the_way_back() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    point(&tab, OTHER_REALM);
    assert_eq!((tab.state(), tab.token(5).code()), (State::SignedOut, Some("not_signed_in")));
    for endpoint in
        [Endpoint::UpdateProfile, Endpoint::UpdatePassword, Endpoint::GetSession, Endpoint::Logout]
    {
        tab.browser.script([Answer::Status(403, "")]);
        tab.call(endpoint, json!({}));
    }
    assert!(sent_there(&tab).iter().all(|sent| !sent.contains("kss_")), "{:?}", sent_there(&tab));
    point(&tab, REALM);
    tab.rest();
    assert_eq!((tab.state(), tab.refreshes()), (State::SignedIn, 2));
}

#[test]
fn a_session_in_memory_is_gone_with_its_realm() {
    let tab = Tab::signed_in(&browser(), StorageScope::Memory);
    point(&tab, OTHER_REALM);
    assert_eq!(tab.state(), State::SignedOut);
    point(&tab, REALM);
    assert_eq!(tab.state(), State::SignedOut);
    tab.sign_in();
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn the_same_url_again_changes_nothing() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let version = tab.version();
    point(&tab, REALM);
    assert_eq!((tab.state(), tab.version()), (State::SignedIn, version));
}

#[test]
fn listeners_go_along_and_are_notified_of_the_new_realm_only() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let states: Rc<RefCell<Vec<State>>> = Rc::default();
    let notified = Rc::clone(&states);
    tab.subscribe(move |snapshot| notified.borrow_mut().push(snapshot.state));
    states.take();
    point(&tab, OTHER_REALM);
    assert_eq!(states.take().last(), Some(&State::SignedOut));
    tab.browser.put(KEY, Some(SIGNED_OUT));
    assert_eq!(states.take(), []);
    tab.sign_in();
    assert_eq!(states.take(), [State::SignedIn]);
}

#[test]
fn a_late_answer_of_the_old_realm_is_not_taken_in() {
    for endpoint in [Endpoint::Login, Endpoint::Signup, Endpoint::GetSession, Endpoint::UpdateProfile] {
        for scope in [StorageScope::Memory, StorageScope::Shared] {
            let tab = Tab::signed_in(&browser(), scope);
            tab.browser.script([Answer::Held]);
            let late = tab.call(endpoint, json!({ "session": "kss_sample1" }));
            point(&tab, OTHER_REALM);
            tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
            assert_eq!(late.code(), Some("done"));
            assert_eq!(tab.state(), State::SignedOut, "{endpoint:?} {scope:?}");
            assert!(!tab.browser.store.entries.borrow().contains_key(OTHER_KEY));
            assert_eq!(sent_there(&tab).len(), 0);
        }
    }
}

#[test]
fn a_late_refusal_of_the_old_realm_revalidates_nothing_in_the_new_one() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let late = tab.call(Endpoint::UpdatePassword, json!({}));
    point(&tab, OTHER_REALM);
    tab.sign_in();
    let before = sent_there(&tab).len();
    tab.browser.answer(Answer::Status(403, ""));
    assert_eq!((late.code(), tab.state()), (Some("access_denied"), State::SignedIn));
    assert_eq!(sent_there(&tab).len(), before);
}

#[test]
fn a_refresh_of_the_old_realm_is_aborted_and_its_callers_are_answered() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang]);
    let waiting = [tab.token(5), tab.refresh()];
    assert_eq!(tab.live().requests, 1);
    point(&tab, OTHER_REALM);
    assert!(waiting.iter().all(Pending::is_over), "who waited is answered");
    assert_eq!(tab.live().locks, 0, "nobody of the old realm waits for news of this tab");
    tab.rest();
    assert_eq!((tab.live().requests, tab.live().locks), (0, 0));
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_logout_that_has_begun_signs_nobody_out_of_the_new_realm() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let logout = tab.call(Endpoint::Logout, json!({}));
    point(&tab, OTHER_REALM);
    tab.sign_in();
    tab.browser.answer(Answer::Status(200, r#"{"result":"okay"}"#));
    assert!(logout.is_over());
    assert_eq!(tab.state(), State::SignedIn);
    let ended: Vec<_> = tab.browser.sent().into_iter().filter(|sent| sent.method == "DELETE").collect();
    assert!(ended.len() == 1 && ended[0].url.starts_with(REALM), "{ended:?}");
}

#[test]
fn a_call_that_waits_for_the_store_does_not_end_up_at_another_realm() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_stored"}"#));
    browser.put(OTHER_KEY, Some(r#"{"v":"1","session":"kss_there"}"#));
    let page = browser.page();
    page.reading.set(Behaviour::After(300));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    tab.show(false);
    let calls = [
        tab.call(Endpoint::UpdatePassword, json!({ "current_password": "engine", "password": "other" })),
        tab.call(Endpoint::Logout, json!({})),
    ];
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    assert!(calls.iter().all(Pending::is_over));
    assert_eq!(sent_there(&tab), Vec::<String>::new());
    assert_eq!(tab.token(5).code(), Some("okay"), "nobody is signed out there");
}

#[test]
fn a_call_that_waits_for_the_store_ends_where_there_is_no_realm_any_more() {
    let browser = browser();
    let page = browser.page();
    page.reading.set(Behaviour::After(300));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    let call = tab.call(Endpoint::UpdatePassword, json!({}));
    tab.set_url(None);
    browser.pass(2_000);
    assert!(call.is_over());
}

#[test]
fn what_is_still_to_be_broadcast_does_not_reach_another_realm() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::After(100));
    tab.sign_in();
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    assert!(browser.said().iter().all(|(channel, _)| channel != OTHER_KEY), "{:?}", browser.said());
}

#[test]
fn what_is_still_to_be_written_is_written_where_it_belongs() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    tab.page.writing.set(Behaviour::After(100));
    tab.sign_in();
    tab.sign_out();
    tab.sign_in();
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    let entries = browser.store.entries.borrow();
    assert_eq!(entries.keys().collect::<Vec<_>>(), [KEY]);
    assert!(entries[KEY].contains("kss_sample2"), "{entries:?}");
}

#[test]
fn a_slow_store_of_the_old_realm_says_nothing_about_the_new_one() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample1"}"#));
    let page = browser.page();
    page.reading.set(Behaviour::After(500));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    assert_eq!((tab.state(), tab.sent().len()), (State::SignedOut, 0));
}

#[test]
fn a_tab_gets_the_messages_of_its_present_realm_alone() {
    let browser = browser();
    let [first, second] = siblings(&browser);
    point(&second, OTHER_REALM);
    second.sign_in();
    first.sign_out();
    assert_eq!(second.state(), State::SignedIn);
    point(&first, OTHER_REALM);
    first.rest();
    assert_eq!(first.state(), State::SignedIn);
    second.sign_out();
    assert_eq!(first.state(), State::SignedOut);
    assert_eq!(browser.live().channels, 2);
}

#[test]
fn a_client_without_a_url_has_nobody_signed_in_until_it_has_one() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample1"}"#));
    let page = browser.page();
    let setup = Setup { config: Config::default(), ..page.setup(StorageScope::Shared, REALM) };
    let tab = Tab::start(&browser, page, setup);
    tab.subscribe(|_| {});
    browser.pass(60_000);
    assert_eq!((tab.state(), tab.live().channels, tab.sent().len()), (State::SignedOut, 0, 0));
    point(&tab, REALM);
    assert_eq!((tab.state(), tab.live().channels), (State::SignedIn, 1));
    tab.set_url(None);
    tab.rest();
    assert_eq!((tab.state(), tab.live().channels, tab.live().requests), (State::SignedOut, 0, 0));
}

/// Runs something in the middle of a write that a sign-in leads to, as an adapter of the app's own can.
fn interrupt(act: fn(&Tab)) -> (Tab, [Pending; 2]) {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang]);
    let waiting = [tab.token(5), tab.refresh()];
    let myself = tab.clone();
    tab.page.interrupting.replace(Some(Box::new(move || act(&myself))));
    tab.sign_in();
    tab.rest();
    (tab, waiting)
}

#[test]
fn a_url_that_is_set_in_the_middle_of_a_step_cuts_the_rest_of_it_off() {
    let (tab, waiting) = interrupt(|tab| {
        tab.set_url(Some(OTHER_REALM));
    });
    assert!(waiting.iter().all(Pending::is_over));
    assert_eq!((tab.state(), sent_there(&tab)), (State::SignedOut, vec![]));
    assert!(tab.browser.said().iter().all(|(channel, _)| channel != OTHER_KEY));
    assert_eq!((tab.live().requests, tab.live().locks), (0, 0));
    tab.sign_in();
    assert_eq!((tab.state(), tab.token(5).code()), (State::SignedIn, Some("okay")));
}

#[test]
fn a_sign_out_or_an_end_in_the_middle_of_a_step_is_one() {
    let (tab, waiting) = interrupt(|tab| drop(tab.sign_out()));
    assert!(waiting.iter().all(Pending::is_over));
    assert_eq!((tab.state(), tab.browser.store.entry().as_deref()), (State::SignedOut, Some(SIGNED_OUT)));

    let (tab, waiting) = interrupt(Tab::dispose);
    assert!(waiting.iter().all(Pending::is_over));
    assert_eq!((tab.live(), tab.token(5).code()), (Live::default(), Some("disposed")));
}

#[test]
fn what_is_shown_is_of_the_new_realm_at_once() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.page.reading.set(Behaviour::After(500));
    let states: Rc<RefCell<Vec<State>>> = Rc::default();
    let notified = Rc::clone(&states);
    tab.subscribe(move |snapshot| notified.borrow_mut().push(snapshot.state));
    let version = tab.version();
    point(&tab, OTHER_REALM);
    assert_eq!((tab.state(), tab.version()), (State::Loading, version + 1));
    tab.browser.pass(1_000);
    assert_eq!(*states.borrow(), [State::SignedIn, State::Loading, State::SignedOut]);
}

#[test]
fn who_looks_at_the_page_is_known_in_the_new_realm_too() {
    for (scope, is_visible) in [
        (StorageScope::Memory, true),
        (StorageScope::Memory, false),
        (StorageScope::Shared, true),
        (StorageScope::Shared, false),
    ] {
        let tab = Tab::signed_in(&browser(), scope);
        tab.show(is_visible);
        point(&tab, OTHER_REALM);
        tab.sign_in();
        tab.browser.pass(LIFETIME * 1_000);
        assert_eq!(tab.refreshes(), usize::from(is_visible), "{scope:?}");
    }
}

// ---------------------------------------------------------------------------------------------- on a server

#[test]
fn on_a_server_a_session_stays_as_it_is_whatever_is_called() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample1"}"#));
    for scope in [StorageScope::Memory, StorageScope::Tab, StorageScope::Shared] {
        let page = browser.page();
        page.is_server.set(true);
        let log = browser.store.log.borrow().len();
        let tab = Tab::of(&browser, scope, page);
        let notified = Rc::new(Cell::new(0));
        let count = Rc::clone(&notified);
        tab.subscribe(move |_| count.set(count.get() + 1));
        tab.attach();
        assert_eq!(tab.token(5).code(), Some("not_signed_in"));
        assert_eq!(tab.refresh().code(), Some("not_signed_in"));
        assert_eq!(tab.switch("org_sample1").code(), Some("not_signed_in"));
        assert_eq!(tab.sign_out().code(), Some("success"));
        assert_eq!(tab.sent().len(), 0);
        // The calls themselves work.
        assert_eq!(tab.call(Endpoint::Login, json!({})).code(), Some("done"));
        assert_eq!(tab.call(Endpoint::Logout, json!({ "session": "kss_sample1" })).code(), Some("success"));
        point(&tab, OTHER_REALM);
        browser.pass(60_000);
        assert_eq!((tab.state(), notified.get(), tab.version()), (State::Loading, 1, 0), "{scope:?}");
        assert_eq!((tab.listeners(), tab.live()), (0, Live::default()), "{scope:?}");
        assert_eq!(browser.store.log.borrow().len(), log);
        tab.dispose();
        assert_eq!(tab.token(5).code(), Some("disposed"));
    }
}
