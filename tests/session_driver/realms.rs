//! A client that is pointed at another realm, and one that serves everyone who comes to a server: nothing of one realm
//! reaches the other.

use crate::{
    support::{Answer, Fake, Params, browser::Live, config, tabs::Manner},
    tab::{KEY, LIFETIME, Pending, REALM, SIGNED_OUT, Tab, browser, signed_in},
};
use loginrocket_wasm::{
    client::{
        CallOptions, Client,
        session::{Kept, Session, TokenOrigins},
    },
    core::{
        config::Config,
        request::Endpoint,
        response::Failure,
        session::{Granted, State, Want},
    },
};
use serde_json::json;
use std::{
    cell::{Cell, RefCell},
    future::pending,
    rc::Rc,
};

const OTHER_REALM: &str = "https://other.e2.loginrocket.com/";
const OTHER_KEY: &str = "loginrocket:https://other.e2.loginrocket.com/v2/";

fn point(tab: &Tab, url: &str) {
    tab.session.client().configure(|now| now.url = config(url).url);
    tab.browser.does(|| tab.session.follow_url());
}

/// What the other realm has been sent.
fn sent_there(tab: &Tab) -> Vec<String> {
    let sent = tab.browser.sent().into_iter().filter(|sent| sent.url.starts_with(OTHER_REALM));
    sent.map(|sent| format!("{} {} {:?}", sent.method, sent.url, sent.body)).collect()
}

#[test]
fn a_session_does_not_go_along_to_another_realm_and_is_found_again_on_the_way_back() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    point(&tab, OTHER_REALM);
    assert_eq!((tab.state(), tab.token(5).told()), (State::SignedOut, Some("not_signed_in")));
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
fn a_session_of_the_page_is_gone_with_its_realm() {
    let tab = Tab::signed_in(&browser(), Kept::Page);
    point(&tab, OTHER_REALM);
    assert_eq!(tab.state(), State::SignedOut);
    point(&tab, REALM);
    assert_eq!(tab.state(), State::SignedOut);
    tab.sign_in();
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn the_same_url_again_changes_nothing() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let version = tab.session.version();
    point(&tab, REALM);
    assert_eq!((tab.state(), tab.session.version()), (State::SignedIn, version));
}

#[test]
fn listeners_go_along_and_hear_of_the_new_realm_only() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let states: Rc<RefCell<Vec<State>>> = Rc::default();
    let heard = Rc::clone(&states);
    tab.session.subscribe(move |snapshot| heard.borrow_mut().push(snapshot.state));
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
        for kept in [Kept::Page, Kept::Shared] {
            let tab = Tab::signed_in(&browser(), kept);
            tab.browser.script([Answer::Held]);
            let late = tab.call(endpoint, json!({ "session": "kss_sample1" }));
            point(&tab, OTHER_REALM);
            tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
            assert_eq!(late.told(), Some("done"));
            assert_eq!(tab.state(), State::SignedOut, "{endpoint:?} {kept:?}");
            assert!(!tab.browser.shelf.entries.borrow().contains_key(OTHER_KEY));
            assert_eq!(sent_there(&tab).len(), 0);
        }
    }
}

#[test]
fn a_late_refusal_of_the_old_realm_casts_no_doubt_on_the_new_one() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let late = tab.call(Endpoint::UpdatePassword, json!({}));
    point(&tab, OTHER_REALM);
    tab.sign_in();
    let before = sent_there(&tab).len();
    tab.browser.answer(Answer::Status(403, ""));
    assert_eq!((late.told(), tab.state()), (Some("access_denied"), State::SignedIn));
    assert_eq!(sent_there(&tab).len(), before);
}

#[test]
fn a_refresh_of_the_old_realm_is_aborted_and_its_callers_are_told() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang]);
    let waiting = [tab.token(5), tab.refresh()];
    assert_eq!(tab.live().requests, 1);
    point(&tab, OTHER_REALM);
    assert!(waiting.iter().all(Pending::is_over), "who waited is answered");
    tab.rest();
    assert_eq!((tab.live().requests, tab.live().locks), (0, 0));
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_logout_that_has_begun_signs_nobody_out_of_the_new_realm() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let logout = tab.session.call(Endpoint::Logout, &Params(json!({})), &CallOptions::default(), pending());
    point(&tab, OTHER_REALM);
    tab.sign_in();
    assert!(tab.begin(logout).is_over());
    assert_eq!(tab.state(), State::SignedIn);
    let ended = tab.browser.sent().last().unwrap().clone();
    assert!(ended.method == "DELETE" && ended.url.starts_with(REALM), "{ended:?}");
}

#[test]
fn a_call_that_waits_for_the_store_does_not_end_up_at_another_realm() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_stored"}"#));
    browser.put(OTHER_KEY, Some(r#"{"v":"1","session":"kss_there"}"#));
    let platform = browser.platform();
    platform.tab.reading.set(Manner::After(300));
    let tab = Tab::of(&browser, Kept::Shared, platform);
    tab.browser.does(|| tab.platform.show(false));
    let calls = [
        tab.call(Endpoint::UpdatePassword, json!({ "current_password": "engine", "password": "other" })),
        tab.call(Endpoint::Logout, json!({})),
    ];
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    assert!(calls.iter().all(Pending::is_over));
    assert_eq!(sent_there(&tab), Vec::<String>::new());
    assert_eq!(tab.token(5).told(), Some("okay"), "nobody is signed out there");
}

#[test]
fn a_call_that_waits_for_the_store_ends_where_there_is_no_realm_any_more() {
    let browser = browser();
    let platform = browser.platform();
    platform.tab.reading.set(Manner::After(300));
    let tab = Tab::of(&browser, Kept::Shared, platform);
    let call = tab.call(Endpoint::UpdatePassword, json!({}));
    tab.session.client().configure(|now| now.url = None);
    tab.browser.does(|| tab.session.follow_url());
    browser.pass(2_000);
    assert!(call.is_over());
}

#[test]
fn what_is_still_to_be_told_is_not_told_to_another_realm() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Shared);
    tab.platform.tab.writing.set(Manner::After(100));
    tab.sign_in();
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    assert!(browser.said().iter().all(|(channel, _)| channel != OTHER_KEY), "{:?}", browser.said());
}

#[test]
fn what_is_still_to_be_written_is_written_where_it_belongs() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Shared);
    tab.platform.tab.writing.set(Manner::After(100));
    tab.sign_in();
    tab.sign_out();
    tab.sign_in();
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    let entries = browser.shelf.entries.borrow();
    assert_eq!(entries.keys().collect::<Vec<_>>(), [KEY]);
    assert!(entries[KEY].contains("kss_sample2"), "{entries:?}");
}

#[test]
fn a_slow_store_of_the_old_realm_says_nothing_about_the_new_one() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample1"}"#));
    let platform = browser.platform();
    platform.tab.reading.set(Manner::After(500));
    let tab = Tab::of(&browser, Kept::Shared, platform);
    point(&tab, OTHER_REALM);
    browser.pass(2_000);
    assert_eq!((tab.state(), tab.sent().len()), (State::SignedOut, 0));
}

#[test]
fn a_tab_hears_the_realm_that_it_is_pointed_at_and_no_other() {
    let browser = browser();
    let [first, second] = crate::tab::siblings(&browser);
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
    let platform = browser.platform();
    let client = Client::new(Config::default(), platform.clone());
    let session = Session::new(client, Kept::Shared, TokenOrigins::default());
    let tab = Tab { browser: browser.clone(), platform, session };
    tab.session.subscribe(|_| {});
    browser.pass(60_000);
    assert_eq!((tab.state(), tab.live().channels, tab.sent().len()), (State::SignedOut, 0, 0));
    point(&tab, REALM);
    assert_eq!((tab.state(), tab.live().channels), (State::SignedIn, 1));
    tab.session.client().configure(|now| now.url = None);
    tab.browser.does(|| tab.session.follow_url());
    tab.rest();
    assert_eq!((tab.state(), tab.live().channels, tab.live().requests), (State::SignedOut, 0, 0));
}

/// Runs something in the middle of a write that a sign-in leads to, as an adapter of the app's own can.
fn meddle(act: fn(&Session<Fake>)) -> (Tab, [Pending<Result<Granted, Failure>>; 2]) {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab.browser.script([Answer::Hang]);
    let waiting = [tab.token(5), tab.refresh()];
    let session = tab.session.clone();
    tab.platform.tab.meddling.replace(Some(Box::new(move || act(&session))));
    tab.sign_in();
    tab.rest();
    (tab, waiting)
}

#[test]
fn a_url_that_is_set_in_the_middle_of_a_step_cuts_the_rest_of_it_off() {
    let (tab, waiting) = meddle(|session| {
        session.client().configure(|now| now.url = config(OTHER_REALM).url);
        session.follow_url();
    });
    assert!(waiting.iter().all(Pending::is_over));
    assert_eq!((tab.state(), sent_there(&tab)), (State::SignedOut, vec![]));
    assert!(tab.browser.said().iter().all(|(channel, _)| channel != OTHER_KEY));
    assert_eq!((tab.live().requests, tab.live().locks), (0, 0));
    tab.sign_in();
    assert_eq!((tab.state(), tab.token(5).told()), (State::SignedIn, Some("okay")));
}

#[test]
fn a_sign_out_or_an_end_in_the_middle_of_a_step_is_one() {
    let (tab, waiting) = meddle(|session| drop(session.sign_out()));
    assert!(waiting.iter().all(Pending::is_over));
    assert_eq!((tab.state(), tab.browser.shelf.entry().as_deref()), (State::SignedOut, Some(SIGNED_OUT)));

    let (tab, waiting) = meddle(Session::dispose);
    assert!(waiting.iter().all(Pending::is_over));
    assert_eq!((tab.live(), tab.token(5).told()), (Live::default(), Some("disposed")));
}

#[test]
fn what_is_shown_is_of_the_new_realm_at_once() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.platform.tab.reading.set(Manner::After(500));
    let states: Rc<RefCell<Vec<State>>> = Rc::default();
    let heard = Rc::clone(&states);
    tab.session.subscribe(move |snapshot| heard.borrow_mut().push(snapshot.state));
    let version = tab.session.version();
    point(&tab, OTHER_REALM);
    assert_eq!((tab.state(), tab.session.version()), (State::Loading, version + 1));
    tab.browser.pass(1_000);
    assert_eq!(*states.borrow(), [State::SignedIn, State::Loading, State::SignedOut]);
}

#[test]
fn who_looks_at_the_page_is_known_in_the_new_realm_too() {
    for (kept, is_visible) in
        [(Kept::Page, true), (Kept::Page, false), (Kept::Shared, true), (Kept::Shared, false)]
    {
        let tab = Tab::signed_in(&browser(), kept);
        tab.browser.does(|| tab.platform.show(is_visible));
        point(&tab, OTHER_REALM);
        tab.sign_in();
        tab.browser.pass(LIFETIME * 1_000);
        assert_eq!(tab.refreshes(), usize::from(is_visible), "{kept:?}");
    }
}

// ---------------------------------------------------------------------------------------------- on a server

#[test]
fn on_a_server_a_session_stays_as_it_is_whatever_is_called() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample1"}"#));
    for kept in [Kept::Page, Kept::Tab, Kept::Shared] {
        let platform = browser.platform();
        platform.tab.is_server.set(true);
        let log = browser.shelf.log.borrow().len();
        let tab = Tab::of(&browser, kept, platform);
        let told = Rc::new(Cell::new(0));
        let count = Rc::clone(&told);
        tab.session.subscribe(move |_| count.set(count.get() + 1));
        tab.session.attach();
        assert_eq!(tab.token(5).told(), Some("not_signed_in"));
        assert_eq!(tab.refresh().told(), Some("not_signed_in"));
        assert_eq!(tab.want(Want::Account("org_sample1".to_owned())).told(), Some("not_signed_in"));
        assert_eq!(tab.sign_out().told(), Some("success"));
        assert_eq!(tab.sent().len(), 0);
        // The calls themselves work.
        assert_eq!(tab.call(Endpoint::Login, json!({})).told(), Some("done"));
        assert_eq!(tab.call(Endpoint::Logout, json!({ "session": "kss_sample1" })).told(), Some("success"));
        point(&tab, OTHER_REALM);
        browser.pass(60_000);
        assert_eq!((tab.state(), told.get(), tab.session.version()), (State::Loading, 1, 0), "{kept:?}");
        assert_eq!((tab.explain().listeners, tab.live()), (0, Live::default()), "{kept:?}");
        assert_eq!(browser.shelf.log.borrow().len(), log);
        tab.session.dispose();
        assert_eq!(tab.token(5).told(), Some("disposed"));
    }
}
