//! Those who ask for a token: each is answered once, and in time.

use crate::{
    support::{Answer, Params, tabs::Locking},
    tab::{LIFETIME, Pending, Tab, browser, signed_in},
};
use futures::channel::oneshot;
use loginrocket_wasm::{
    client::{
        CallOptions, Client,
        session::{Crowd, Kept, Session, TokenOrigins},
    },
    core::{
        config::{Config, Timeout},
        request::Endpoint,
        response::Failure,
        session::{Freshness, Granted, State, Want},
    },
};
use serde_json::json;
use std::{
    cell::RefCell,
    future::{pending, ready},
    rc::Rc,
};

/// A tab whose next caller needs a refresh.
fn expired() -> Tab {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.expire();
    tab
}

#[test]
fn fifty_callers_are_one_request_and_each_has_the_token() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let callers: Vec<_> = (0..50).map(|_| tab.token(5)).collect();
    assert_eq!((tab.refreshes(), tab.explain().waiting), (1, 50));
    assert!(callers.iter().all(|caller| !caller.is_over()));
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    let tokens: Vec<_> = callers.iter().map(crate::tab::Pending::token).collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    assert_eq!((tab.refreshes(), tab.explain().waiting), (1, 0));
}

#[test]
fn fifty_callers_share_a_failure_and_the_session_stays() {
    for (answer, code) in [
        (Answer::Status(503, ""), "server_error"),
        (Answer::Status(200, "<html>"), "not_json"),
        (Answer::Status(204, ""), "empty_reply"),
        (Answer::Status(200, r#"{"result":"okay"}"#), "unexpected_status"),
        (Answer::Fault(loginrocket_wasm::Error::Network), "network_error"),
        (Answer::Limited(30), "rate_limited"),
        (Answer::Status(200, r#"{"result":"totp_required","token":"tmf:sample"}"#), "no_token"),
    ] {
        let tab = expired();
        tab.browser.script([Answer::After(100, Box::new(answer))]);
        let callers: Vec<_> = (0..50).map(|_| tab.token(5)).collect();
        tab.browser.pass(100);
        assert!(callers.iter().all(|caller| caller.told() == Some(code)), "{:?}", callers[0].told());
        assert_eq!((tab.refreshes(), tab.look()), (1, (State::SignedIn, Freshness::Stale)), "{code}");
    }
}

type Shared = Rc<Pending<Result<Granted, Failure>>>;

/// One more who wants something.
fn join(tab: &Tab, crowd: &Crowd<Shared>, want: Want) -> Shared {
    tab.session.want_together(want, crowd, |wait| Rc::new(tab.begin(wait)))
}

fn wanted(min_validity_seconds: u32) -> Want {
    Want::Token { min_validity_seconds }
}

#[test]
fn a_crowd_waits_as_one_until_it_has_its_answer() {
    let (tab, crowd) = (expired(), Crowd::default());
    tab.browser.script([Answer::Held]);
    let first = join(&tab, &crowd, wanted(5));
    let crowds: Vec<_> = (1..50).map(|_| join(&tab, &crowd, wanted(5))).collect();
    assert!(crowds.iter().all(|shared| Rc::ptr_eq(shared, &first)));
    assert_eq!((tab.refreshes(), tab.explain().waiting, crowd.joined()), (1, 1, 49));
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_eq!((first.told(), tab.explain().waiting, crowd.joined()), (Some("okay"), 0, 0));
    let next = join(&tab, &crowd, wanted(5));
    assert!(!Rc::ptr_eq(&first, &next));
    assert_eq!((next.told(), tab.refreshes()), (Some("okay"), 1));
}

#[test]
fn who_wants_something_else_or_comes_much_later_waits_by_himself() {
    let (tab, crowd) = (expired(), Crowd::default());
    tab.browser.script([Answer::Held]);
    let first = join(&tab, &crowd, wanted(5));
    tab.browser.pass(1_000);
    assert!(Rc::ptr_eq(&first, &join(&tab, &crowd, wanted(5))));
    tab.browser.pass(1);
    let late = join(&tab, &crowd, wanted(5));
    let others = [wanted(6), Want::Refresh, Want::Account("org_sample2".to_owned())];
    let others = others.map(|want| join(&tab, &crowd, want));
    let all = [&first, &late, &others[0], &others[1], &others[2]];
    assert_eq!(tab.explain().waiting, all.len());
    tab.browser.does(|| tab.session.dispose());
    assert!(all.iter().all(|shared| shared.told() == Some("disposed")));
}

#[test]
fn who_asks_when_the_answer_has_come_asks_anew() {
    let (tab, crowd) = (expired(), Rc::new(Crowd::default()));
    tab.browser.script([Answer::Held]);
    let first = join(&tab, &crowd, Want::Refresh);
    let again = Rc::new(RefCell::new(None));
    let (session, all, seen) = (tab.session.clone(), Rc::clone(&crowd), Rc::clone(&again));
    let told = Rc::clone(&first);
    tab.session.subscribe(move |snapshot| {
        // The machine has settled this, though nobody has run yet who waits for it.
        if snapshot.freshness == Freshness::Fresh && seen.borrow().is_none() {
            let is_told = told.told();
            let mut is_new = false;
            session.want_together(Want::Refresh, &all, |_| {
                is_new = true;
                Rc::clone(&told)
            });
            seen.replace(Some((is_told, is_new)));
        }
    });
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_eq!((*again.borrow(), first.told()), (Some((None, true)), Some("okay")));
}

#[test]
fn a_caller_who_gives_up_is_told_so_and_the_others_wait_on() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let (leave, given_up) = oneshot::channel();
    let (first, second) = (tab.token_until(given_up), tab.token(5));
    tab.browser.does(|| leave.send(()).unwrap());
    assert_eq!((first.told(), second.told()), (Some("aborted"), None));
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_eq!((second.told(), tab.explain().waiting), (Some("okay"), 0));
}

#[test]
fn a_caller_who_has_given_up_before_asks_for_nothing() {
    let tab = expired();
    let asked = tab.begin(tab.session.want(Want::Refresh, None, ready(())));
    assert_eq!((asked.told(), tab.refreshes(), tab.explain().waiting), (Some("aborted"), 0, 0));
}

#[test]
fn a_caller_who_is_gone_leaves_nothing_behind() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let mut asking = Box::pin(tab.session.want(Want::Refresh, None, pending()));
    assert!(futures::FutureExt::now_or_never(&mut asking).is_none());
    drop(asking);
    tab.browser.run();
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_eq!(tab.explain().waiting, 0);
}

#[test]
fn every_caller_has_an_answer_by_its_own_deadline() {
    let tab = expired();
    tab.browser.script([Answer::Hang]);
    let (short, usual) = (tab.token_within(50), tab.token(5));
    tab.browser.pass(49);
    assert_eq!(short.told(), None);
    tab.browser.pass(1);
    assert_eq!((short.told(), usual.told()), (Some("timeout"), None));
    // The request ends by the client's own timeout.
    tab.browser.pass(9_950);
    assert_eq!(usual.told(), Some("timeout"));
    assert_eq!((tab.live().requests, tab.look()), (0, (State::SignedIn, Freshness::Stale)));
}

#[test]
fn a_caller_waits_for_a_lock_and_a_call_but_not_for_longer() {
    let tab = expired();
    tab.session.client().configure(|config| config.timeout = Timeout::from_ms(60_000.0).unwrap());
    tab.platform.tab.locking.set(Locking::Silent);
    tab.browser.script([Answer::Hang]);
    let asked = tab.token(5);
    tab.browser.pass(29_999);
    assert_eq!((asked.told(), tab.live().requests), (None, 1));
    tab.browser.pass(1);
    assert_eq!((asked.told(), tab.live().requests), (Some("timeout"), 0), "a refresh has 30 seconds in all");
}

#[test]
fn who_waits_when_the_session_is_disposed_of_is_told_so() {
    let tab = expired();
    tab.browser.script([Answer::Hang]);
    let waiting = [tab.token(5), tab.refresh(), tab.want(Want::Account("org_sample2".to_owned()))];
    tab.browser.does(|| tab.session.dispose());
    assert!(waiting.iter().all(|caller| caller.told() == Some("disposed")));
    assert_eq!(tab.live().requests, 0, "the request is aborted");
    assert_eq!(tab.token(0).told(), Some("disposed"));
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn a_machine_that_slept_past_the_time_of_a_refresh_makes_it_soon_after() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.sleep(LIFETIME * 900);
    assert_eq!(tab.refreshes(), 0, "no timer of a browser goes on in sleep");
    tab.browser.pass(60_000);
    assert_eq!((tab.refreshes(), tab.look()), (1, (State::SignedIn, Freshness::Fresh)));
}

#[test]
fn a_listener_may_ask_for_a_token() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Shared);
    let asked = Rc::new(RefCell::new(Vec::new()));
    let (session, platform, answers) = (tab.session.clone(), tab.platform.clone(), Rc::clone(&asked));
    tab.session.subscribe(move |snapshot| {
        if snapshot.state == State::SignedIn {
            let (want, answers) = (session.want(Want::Refresh, None, pending()), Rc::clone(&answers));
            loginrocket_wasm::client::ports::Spawn::spawn(&platform, async move {
                let answer = want.await.map_or_else(|failure| failure.facts.code, |_| "okay");
                answers.borrow_mut().push(answer);
            });
        }
    });
    tab.sign_in();
    assert!(!asked.borrow().is_empty() && asked.borrow().iter().all(|answer| *answer == "okay"));
}

#[test]
fn a_token_that_lasts_longer_than_any_cannot_be_had_and_the_session_stays() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    for seconds in [u32::try_from(LIFETIME).unwrap(), 86_400, u32::MAX] {
        assert_eq!(tab.token(seconds).told(), Some("no_fresh_token"));
    }
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
    assert_eq!(tab.refreshes(), 0, "a young token is the best that there is");
}

#[test]
fn a_token_that_is_there_needs_no_request_and_no_lock() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.platform.tab.locking.set(Locking::Silent);
    assert_eq!((tab.token(5).told(), tab.refreshes()), (Some("okay"), 0));
}

#[test]
fn without_a_session_or_a_usable_url_the_answer_is_immediate() {
    let browser = browser();
    let tab = Tab::open(&browser, Kept::Shared);
    for want in
        [Want::Token { min_validity_seconds: 0 }, Want::Refresh, Want::Account("org_sample1".to_owned())]
    {
        assert_eq!(tab.want(want).told(), Some("not_signed_in"));
    }
    tab.call(Endpoint::Login, json!({}));
    tab.browser.script([Answer::Status(
        200,
        r#"{"result":"conditional_login","session":"kss_x","conditions":["other"]}"#,
    )]);
    tab.call(Endpoint::GetSession, json!({}));
    assert_eq!((tab.state(), tab.token(5).told()), (State::Conditional, Some("no_token")));

    let sessions = [Config::default(), crate::support::config("http://example.com")];
    let codes = sessions.map(|config| {
        let client = Client::new(config, browser.platform());
        let session = Session::new(client, Kept::Shared, TokenOrigins::default());
        tab.begin(session.want(Want::Refresh, None, pending())).told()
    });
    assert_eq!(codes, [Some("missing_url"), Some("insecure_url")]);
}

#[test]
fn a_call_of_the_app_answers_those_who_wait_for_a_token() {
    let tab = expired();
    tab.browser.script([Answer::Hang]);
    let waiting = tab.token(5);
    let call = tab.session.call(Endpoint::GetSession, &Params(json!({})), &CallOptions::default(), pending());
    assert!(tab.begin(call).is_over());
    assert_eq!(waiting.told(), Some("okay"));
}
