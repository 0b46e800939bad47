//! Those who ask for a token: each is answered once, and in time.

use crate::host::{
    Answer, Pending, Tab,
    page::Locking,
    realm::{LIFETIME, REALM, browser, config, signed_in},
};
use loginrocket_wasm::{
    engine::{
        CallOptions, Effect, Engine, Input, Platform, Setup, StorageScope,
        session::{
            Want,
            snapshot::{Freshness, State},
        },
    },
    protocol::{
        config::{Config, Timeout},
        endpoint::Endpoint,
        request::Params,
        time::Moment,
    },
};
use serde_json::json;
use std::{cell::RefCell, rc::Rc};

/// A tab whose next caller needs a refresh.
fn expired() -> Tab {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
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
    let tokens: Vec<_> = callers.iter().map(Pending::token).collect();
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
        (Answer::Fault, "network_error"),
        (Answer::Limited(30), "rate_limited"),
        (Answer::Status(200, r#"{"result":"totp_required","token":"tmf:sample"}"#), "no_token"),
    ] {
        let tab = expired();
        tab.browser.script([Answer::After(100, Box::new(answer))]);
        let callers: Vec<_> = (0..50).map(|_| tab.token(5)).collect();
        tab.browser.pass(100);
        assert!(callers.iter().all(|caller| caller.code() == Some(code)), "{:?}", callers[0].code());
        assert_eq!((tab.refreshes(), tab.look()), (1, (State::SignedIn, Freshness::Stale)), "{code}");
        let error = tab.explain().last_refresh.and_then(|(_, error, _)| error);
        assert_eq!(error.map(loginrocket_wasm::Error::code), Some(code), "as it is explained");
    }
}

// ------------------------------------------------------------------------------------------ coalesced waiters

#[test]
fn callers_who_want_the_same_are_answered_together() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let callers: Vec<_> = (0..50).map(|_| tab.token(5)).collect();
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    let ids: Vec<_> = callers.iter().map(|caller| caller.id).collect();
    assert!(tab.settled().contains(&ids), "{:?}", tab.settled());
    assert_eq!((tab.explain().waiting, tab.refreshes()), (0, 1));
    assert_eq!((tab.token(5).code(), tab.refreshes()), (Some("okay"), 1), "the next one needs no request");
}

#[test]
fn who_wants_something_else_or_comes_much_later_waits_alone() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let first = tab.token(5);
    tab.browser.pass(1_000);
    let second = tab.token(5);
    tab.browser.pass(1);
    let others =
        [tab.token(5), tab.token(6), tab.refresh(), tab.switch("org_sample2"), tab.token_within(500)];
    assert_eq!(tab.explain().waiting, 2 + others.len());
    tab.dispose();
    let mut all: Vec<_> = vec![vec![first.id, second.id]];
    all.extend(others.iter().map(|other| vec![other.id]));
    assert!(tab.settled().ends_with(&all), "{:?}", tab.settled());
    assert!([&first, &second].into_iter().chain(&others).all(|caller| caller.code() == Some("disposed")));
}

#[test]
fn who_asks_when_the_answer_has_come_asks_anew() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let first = tab.refresh();
    let again: Rc<RefCell<Option<(bool, Pending)>>> = Rc::default();
    let (myself, asked, earlier) = (tab.clone(), Rc::clone(&again), first.clone());
    tab.subscribe(move |snapshot| {
        if snapshot.freshness == Freshness::Fresh && asked.borrow().is_none() {
            let was_answered = earlier.is_over();
            asked.replace(Some((was_answered, myself.refresh())));
        }
    });
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    let (was_answered, second) = again.take().unwrap();
    assert!(was_answered, "whoever is notified of a change finds those answered who waited for it");
    tab.rest();
    assert_eq!((first.code(), second.code(), tab.refreshes()), (Some("okay"), Some("okay"), 2));
}

#[test]
fn ten_thousand_callers_cost_one_step_each_that_touches_no_other() {
    let scope = StorageScope::Memory;
    let setup = Setup {
        config: config(REALM),
        platform: Platform { scope, ..Platform::default() },
        ..Setup::default()
    };
    let now = Moment { mono_ms: 1_000, wall: 1_790_000_001 };
    let (mut engine, _) = Engine::new(now, setup);
    let fetched = |effects: &[Effect]| {
        effects.iter().find_map(|effect| match effect {
            Effect::Fetch { id, .. } => Some(*id),
            _ => None,
        })
    };
    let replied = |id, now: Moment| {
        let Answer::Json(status, body) = signed_in("kss_sample1", "org_sample1", now.wall) else { panic!() };
        Input::Replied { id, reply: crate::host::service::reply(status, &body.to_string()) }
    };
    let options = CallOptions::default();
    let (endpoint, params) = (Endpoint::Login, Params("{}".into()));
    engine.handle(now, Input::Call { id: 1, endpoint, params, options: options.clone() });
    engine.handle(now, replied(1, now));

    let want = |id| Input::Want { id, want: Want::Refresh, options: options.clone() };
    let request = fetched(&engine.handle(now, want(2))).unwrap();
    for id in 3..10_002 {
        let effects = engine.handle(now, want(id));
        assert!(effects.is_empty(), "{id}: {effects:?}");
    }
    // One of them gives up, and nobody else is answered.
    let effects = engine.handle(now, Input::Cancel { id: 5_000 });
    assert!(matches!(&effects[..], [Effect::Settle { ids, .. }] if ids == &[5_000]), "{effects:?}");

    let later = Moment { mono_ms: 3_000, wall: 1_790_000_003 };
    let effects = engine.handle(later, replied(request, later));
    let mut settled: Vec<_> = effects
        .into_iter()
        .filter_map(|effect| match effect {
            Effect::Settle { ids, .. } => Some(ids),
            _ => None,
        })
        .collect();
    assert_eq!(settled.len(), 1);
    settled[0].sort_unstable();
    assert!(settled[0].iter().copied().eq((2..10_002).filter(|id| *id != 5_000)));
}

#[test]
fn a_caller_who_gives_up_is_answered_so_and_the_others_wait_on() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let (first, second) = (tab.token(5), tab.token(5));
    tab.cancel(&first);
    assert_eq!((first.code(), second.code()), (Some("aborted"), None));
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    assert_eq!((second.code(), tab.explain().waiting), (Some("okay"), 0));
}

#[test]
fn a_caller_who_has_given_up_before_asks_for_nothing() {
    let tab = expired();
    let asked = tab.want_with(Want::Refresh, CallOptions { is_aborted: true, ..CallOptions::default() });
    assert_eq!((asked.code(), tab.refreshes(), tab.explain().waiting), (Some("aborted"), 0, 0));
}

#[test]
fn a_caller_who_is_gone_leaves_nothing_behind() {
    let tab = expired();
    tab.browser.script([Answer::Held]);
    let gone = tab.refresh();
    tab.cancel(&gone);
    // To give up twice, or after the end, changes nothing either.
    tab.cancel(&gone);
    assert_eq!(tab.explain().waiting, 0);
    tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
    tab.cancel(&gone);
    tab.rest();
    assert_eq!((gone.code(), tab.explain().waiting), (Some("aborted"), 0));
    assert_eq!((tab.token(5).code(), tab.refreshes()), (Some("okay"), 1), "what it had asked for is there");
}

#[test]
fn every_caller_has_an_answer_by_its_own_deadline() {
    let tab = expired();
    tab.browser.script([Answer::Hang]);
    let (short, usual) = (tab.token_within(50), tab.token(5));
    tab.browser.pass(49);
    assert_eq!(short.code(), None);
    tab.browser.pass(1);
    assert_eq!((short.code(), usual.code()), (Some("timeout"), None));
    // The request ends by the client's own timeout.
    tab.browser.pass(9_950);
    assert_eq!(usual.code(), Some("timeout"));
    assert_eq!((tab.live().requests, tab.look()), (0, (State::SignedIn, Freshness::Stale)));
}

#[test]
fn a_caller_waits_for_a_lock_and_a_call_but_not_for_longer() {
    let browser = browser();
    let page = browser.page();
    let mut setup = page.setup(StorageScope::Shared, REALM);
    setup.config.timeout = Timeout::from_ms(60_000.0).unwrap();
    let tab = Tab::start(&browser, page, setup);
    tab.sign_in();
    tab.expire();
    tab.page.locking.set(Locking::Silent);
    tab.browser.script([Answer::Hang]);
    let asked = tab.token(5);
    tab.browser.pass(29_999);
    assert_eq!((asked.code(), tab.live().requests), (None, 1));
    tab.browser.pass(1);
    assert_eq!((asked.code(), tab.live().requests), (Some("timeout"), 0), "a refresh has 30 seconds in all");
}

#[test]
fn who_waits_when_the_client_is_disposed_of_is_answered_so() {
    let tab = expired();
    tab.browser.script([Answer::Hang]);
    let waiting = [tab.token(5), tab.refresh(), tab.switch("org_sample2")];
    tab.dispose();
    assert!(waiting.iter().all(|caller| caller.code() == Some("disposed")));
    assert_eq!(tab.live().requests, 0, "the request is aborted");
    assert_eq!(tab.token(0).code(), Some("disposed"));
    assert_eq!(tab.refreshes(), 1);
}

#[test]
fn a_machine_that_slept_past_the_time_of_a_refresh_makes_it_soon_after() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    // Nothing but the next refresh is waited for.
    tab.browser.pass(20_000);
    tab.browser.sleep(LIFETIME * 900);
    assert_eq!(tab.refreshes(), 0, "no timer of a browser goes on in sleep");
    tab.browser.pass(60_000);
    assert_eq!((tab.refreshes(), tab.look()), (1, (State::SignedIn, Freshness::Fresh)));
}

#[test]
fn a_listener_may_ask_for_a_token() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    let asked: Rc<RefCell<Vec<Pending>>> = Rc::default();
    let (myself, answers) = (tab.clone(), Rc::clone(&asked));
    tab.subscribe(move |snapshot| {
        if snapshot.state == State::SignedIn {
            let pending = myself.refresh();
            answers.borrow_mut().push(pending);
        }
    });
    tab.sign_in();
    let asked = asked.borrow();
    assert!(!asked.is_empty() && asked.iter().all(|answer| answer.code() == Some("okay")));
}

#[test]
fn a_token_that_lasts_longer_than_any_cannot_be_had() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    for seconds in [u32::try_from(LIFETIME).unwrap(), 86_400, u32::MAX] {
        assert_eq!(tab.token(seconds).code(), Some("no_fresh_token"));
    }
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
    assert_eq!(tab.refreshes(), 0, "a young token is the best that there is");
}

#[test]
fn a_token_that_is_there_needs_no_request_and_no_lock() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.page.locking.set(Locking::Silent);
    assert_eq!((tab.token(5).code(), tab.refreshes()), (Some("okay"), 0));
}

#[test]
fn without_a_session_or_a_usable_url_the_answer_is_immediate() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    for want in [Want::Token { min_validity_seconds: 0 }, Want::Refresh, Want::Account("org_sample1".into())]
    {
        assert_eq!(tab.want(want).code(), Some("not_signed_in"));
    }
    tab.call(Endpoint::Login, json!({}));
    tab.browser.script([Answer::Status(
        200,
        r#"{"result":"conditional_login","session":"kss_x","conditions":["other"]}"#,
    )]);
    tab.call(Endpoint::GetSession, json!({}));
    assert_eq!((tab.state(), tab.token(5).code()), (State::Conditional, Some("no_token")));

    let codes = [Config::default(), config("http://example.com")].map(|config| {
        let page = browser.page();
        let setup = Setup { config, ..page.setup(StorageScope::Shared, REALM) };
        Tab::start(&browser, page, setup).refresh().code()
    });
    assert_eq!(codes, [Some("missing_url"), Some("insecure_url")]);
}

#[test]
fn a_call_of_the_app_answers_those_who_wait_for_a_token() {
    let tab = expired();
    tab.browser.script([Answer::Hang]);
    let waiting = tab.token(5);
    assert!(tab.call(Endpoint::GetSession, json!({})).is_over());
    assert_eq!(waiting.code(), Some("okay"));
}
