//! Rules 1 to 3: one request for all who wait, how a session ends, and when the service may be asked again.

use crate::engine_tab::{
    LIFETIME, Outcome, Tab, denied, hold_message, limited, limited_until, page, signed_in, signed_in_at,
    unavailable,
};
use crate::engine_tokens::reply;
use crate::expired;
use loginrocket_wasm::{
    engine::session::{
        Want,
        message::{Message, Stored},
        snapshot::{Freshness, SignOutReason, State},
    },
    protocol::response::{Body, Reply},
};

// ---------------------------------------------------------------------------------------------- 1: one request

#[test]
fn fifty_callers_share_one_request() {
    let mut tab = expired();
    let callers = tab.ask_for_tokens(50);
    assert_eq!(tab.requests(), 1);
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert!(callers.iter().all(|caller| tab.answer_to(*caller) == Some("okay")));
    assert_eq!(tab.requests(), 1);
}

#[test]
fn fifty_callers_share_one_failure_and_the_session_stays() {
    let outcomes: [(&str, Outcome); 5] = [
        ("server_error", unavailable().into()),
        ("network_error", Outcome::Cut),
        ("timeout", Outcome::Silence),
        ("not_json", page().into()),
        ("client_error", reply(400, "{}").into()),
    ];
    for (code, outcome) in outcomes {
        let mut tab = expired();
        let callers = tab.ask_for_tokens(50);
        tab.answer(outcome);
        assert!(callers.iter().all(|caller| tab.answer_to(*caller) == Some(code)), "{code}");
        assert_eq!(tab.requests(), 1, "{code}");
        assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale), "{code}");
    }
}

#[test]
fn fifty_callers_keep_retry_after_and_the_session() {
    let mut tab = expired();
    let callers = tab.ask_for_tokens(50);
    tab.answer(limited(90));
    assert!(callers.iter().all(|caller| tab.answer_to(*caller) == Some("rate_limited")));
    tab.wait_ms(89_000);
    let late = tab.ask_for_tokens(50);
    assert!(late.iter().all(|caller| tab.answer_to(*caller) == Some("rate_limited")));
    assert_eq!(tab.requests(), 1);
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
    tab.wait_ms(1_000);
    tab.ask_for_tokens(50);
    assert_eq!(tab.requests(), 2);
}

#[test]
fn a_service_that_never_answers_holds_fifty_callers_for_one_timeout() {
    let mut tab = expired();
    let callers = tab.ask_for_tokens(50);
    tab.wait_ms(9_999);
    assert!(callers.iter().all(|caller| tab.answer_to(*caller).is_none()));
    tab.wait_ms(1);
    assert!(callers.iter().all(|caller| tab.answer_to(*caller) == Some("timeout")));
    tab.wait_ms(20_000);
    assert_eq!((tab.requests(), tab.aborted), (1, 1));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
}

// ---------------------------------------------------------------------------------------------- 2: how a session ends

#[test]
fn a_refused_account_is_no_refused_session() {
    let mut tab = expired();
    let caller = tab.ask_for_token(0);
    assert_eq!(tab.asked_account().as_deref(), Some("org_0"));
    tab.answer(denied());
    assert_eq!((tab.requests(), tab.asked_account()), (2, None));
    tab.answer(signed_in_at("kss_1", "org_1", tab.service_time()));
    assert_eq!(tab.answer_to(caller), Some("okay"));
    assert_eq!(tab.account().as_deref(), Some("org_1"));
}

#[test]
fn a_session_refused_without_an_account_is_over() {
    let mut tab = expired();
    let caller = tab.ask_for_token(0);
    tab.answer(denied());
    tab.answer(denied());
    assert_eq!(tab.answer_to(caller), Some("access_denied"));
    assert_eq!(tab.reason(), Some(SignOutReason::Expired));
    assert!(matches!(tab.entry(), Some(Stored::SignedOut)), "nor does a reload ask about it again");
    assert!(matches!(tab.broadcast.last(), Some(Message::SignedOut { expired: true, .. })));
}

#[test]
fn a_switch_to_an_account_without_membership_leaves_the_session() {
    let mut tab = Tab::signed_in("kss_1");
    let caller = tab.want(Want::Account("org_9".into()));
    tab.answer(denied());
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.answer_to(caller), Some("account_unavailable"));
    assert_eq!(tab.account().as_deref(), Some("org_0"));
}

// ---------------------------------------------------------------------------------------------- 3: back-off

#[test]
fn a_sibling_that_was_told_to_wait_speaks_for_all() {
    let mut tab = expired();
    tab.receive(&hold_message(60_000));
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.answer_to(caller), tab.requests()), (Some("rate_limited"), 0));
}

#[test]
fn no_caller_makes_a_tab_ask_more_than_six_times_a_minute() {
    let mut tab = Tab::signed_in("kss_1");
    for second in 0..60 {
        let caller = tab.want(Want::Refresh);
        if tab.answer_to(caller).is_none() {
            tab.answer(signed_in("kss_1", tab.service_time()));
        }
        tab.wait_ms(999);
        assert!(tab.requests() <= 5, "after {second} s: with an account the sixth is for a second try");
    }
    tab.wait_ms(1_000);
    let caller = tab.want(Want::Refresh);
    assert_eq!(tab.answer_to(caller), None, "a minute later it may ask again");
}

#[test]
fn a_service_that_repeats_its_token_is_not_asked_for_ever() {
    let mut tab = Tab::signed_in("kss_1");
    let issued_at = tab.service_time();
    while !tab.is_asked() {
        tab.wait_ms(1_000);
    }
    tab.answer(signed_in("kss_1", issued_at));
    tab.wait_ms(LIFETIME * 10_000);
    assert_eq!(tab.requests(), 1);
    tab.ask_for_token(0);
    assert_eq!(tab.requests(), 2, "but whoever needs one asks");
}

#[test]
fn with_the_network_back_nobody_waits_for_the_back_off() {
    let mut tab = expired();
    tab.ask_for_token(0);
    tab.answer(Outcome::Cut);
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.answer_to(caller), tab.requests()), (Some("network_error"), 1));
    tab.set_online(false);
    tab.set_online(true);
    tab.ask_for_token(0);
    assert_eq!(tab.requests(), 2);
}

#[test]
fn a_failed_refresh_is_tried_again_though_the_token_is_good() {
    let mut tab = Tab::signed_in("kss_1");
    tab.want(Want::Refresh);
    tab.answer(unavailable());
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
    for _ in 0..300 {
        if !tab.is_asked() {
            tab.wait_ms(1000);
        }
    }
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
}

#[test]
fn a_service_whose_clock_was_set_back_is_not_asked_for_ever() {
    let mut tab = Tab::signed_in("kss_1");
    while !tab.is_asked() {
        tab.wait_ms(1_000);
    }
    tab.skew = -3_600;
    let expires_at = tab.snapshot().expires_at;
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.snapshot().expires_at, expires_at, "the one that there is lasts its time");
    while !tab.is_asked() {
        tab.wait_ms(1_000);
    }
    assert_eq!((tab.requests(), tab.snapshot().freshness), (2, Freshness::Stale));
    let expires_at = tab.service_time() + LIFETIME;
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!((tab.snapshot().expires_at, tab.snapshot().freshness), (Some(expires_at), Freshness::Fresh));
    // From then on all is as ever.
    for _ in 0..LIFETIME * 10 {
        tab.wait_ms(1_000);
        if tab.is_asked() {
            tab.answer(signed_in("kss_1", tab.service_time()));
        }
        assert_eq!(tab.snapshot().freshness, Freshness::Fresh);
    }
    assert!((12..=18).contains(&tab.requests()), "{} requests", tab.requests());
}

#[test]
fn a_caller_has_a_good_token_soon_after_the_services_clock_was_set_back() {
    let mut tab = Tab::signed_in("kss_1");
    tab.hide();
    tab.skew = -3_600;
    tab.wait_ms((LIFETIME + 1) * 1000);
    for _ in 0..3 {
        let caller = tab.ask_for_token(300);
        if tab.is_asked() {
            tab.answer(signed_in("kss_1", tab.service_time()));
        }
        assert_eq!((tab.answer_to(caller), tab.requests()), (Some("okay"), 1));
    }
}

#[test]
fn an_answer_with_a_session_that_ended_here_is_a_failure_and_slows_down() {
    let mut tab = Tab::signed_in("kss_1");
    tab.sign_out();
    tab.sign_in("kss_2");
    let caller = tab.want(Want::Refresh);
    tab.answer(signed_in("kss_1", tab.service_time() + 1));
    assert_eq!(tab.answer_to(caller), Some("no_token"));
    assert_eq!(tab.session().as_deref(), Some("kss_2"));
    let again = tab.want(Want::Refresh);
    assert_eq!((tab.answer_to(again), tab.requests()), (Some("no_token"), 1));
}

// ---------------------------------------------------------------------------------------------- what is not the service's

#[test]
fn a_403_that_is_not_the_services_own_ends_no_session() {
    let text = |text: &str| Body::Text(text.into());
    for (body, code) in [
        (text("<html><title>Sign in to the hotel's network</title>"), "not_json"),
        (text("Forbidden"), "not_json"),
        (text("[]"), "not_json"),
        (text("null"), "not_json"),
        (text("\"denied\""), "not_json"),
        (text("{\"result\":"), "not_json"),
        (Body::NotUtf8, "not_json"),
        (Body::TooLarge, "not_json"),
        (Body::Cut, "not_json"),
    ] {
        // To the first request, which asks for an account, and to the second.
        for denies_first in [false, true] {
            let mut tab = expired();
            tab.broadcast.clear();
            let caller = tab.ask_for_token(0);
            if denies_first {
                tab.answer(denied());
            }
            tab.answer(Reply { status: 403, body: body.clone(), ..Reply::default() });
            assert_eq!(tab.answer_to(caller), Some(code), "{body:?}");
            assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale), "{body:?}");
            assert!(tab.broadcast.is_empty() && matches!(tab.entry(), Some(Stored::Session { .. })));
            assert_eq!(tab.requests(), 1 + usize::from(denies_first));
        }
    }
    for body in ["", " \r\n", "{}", r#"{"result":"error"}"#, r#" {"message":"Forbidden"} "#] {
        let mut tab = expired();
        tab.ask_for_token(0);
        tab.answer(reply(403, body));
        tab.answer(reply(403, body));
        assert_eq!(tab.reason(), Some(SignOutReason::Expired), "{body}");
    }
}

// ---------------------------------------------------------------------------------------------- limits and clocks

/// How long a tab has to wait, and how long it says that others have to.
fn waits(tab: &Tab) -> (u64, Vec<u64>) {
    let told = tab.broadcast.iter().filter_map(|message| match message {
        Message::Hold { ms, .. } => Some(*ms),
        _ => None,
    });
    (tab.engine.session().backoff().wait_ms(tab.now, 1), told.collect())
}

const CLOCKS: [i64; 7] = [0, -30, -3_600, -86_400, 30, 3_600, 86_400];

#[test]
fn a_date_is_read_by_the_clock_that_an_answer_has_told() {
    for name in ["retry-after", "ratelimit-reset"] {
        for ahead in CLOCKS {
            let mut tab = Tab::opened_with(false, ahead, true);
            tab.answer(signed_in("kss_1", tab.service_time()));
            tab.want(Want::Refresh);
            tab.answer(limited_until(name, tab.service_time() + 5, None));
            // A clock that is ahead by less than a token's time cannot be told from one that is right.
            let expected = if ahead == 30 { (0..=2_000, 0) } else { (5_000..=5_000, 1) };
            let (wait_ms, told) = waits(&tab);
            assert!(expected.0.contains(&wait_ms), "{name} {ahead}: {wait_ms}");
            assert_eq!(told, vec![5_000; expected.1], "{name} {ahead}");
        }
    }
}

#[test]
fn a_date_is_read_by_that_of_its_answer_if_it_has_one() {
    for ahead in CLOCKS {
        let mut tab = Tab::opened_with(false, ahead, true);
        let now = tab.service_time();
        tab.answer(limited_until("ratelimit-reset", now + 5, Some(now)));
        assert_eq!(waits(&tab), (5_000, vec![5_000]), "{ahead}");
    }
}

#[test]
fn a_wrong_clock_that_nobody_has_told_costs_no_one_a_day() {
    for name in ["retry-after", "ratelimit-reset"] {
        for (ahead, longest_ms) in [(-86_400, 2_000), (86_400, 2_000), (-3_600, 2_000), (-600, 605_000)] {
            let mut tab = Tab::opened_with(false, ahead, true);
            tab.answer(limited_until(name, tab.service_time() + 5, None));
            let (wait_ms, told) = waits(&tab);
            assert!(wait_ms <= longest_ms, "{name} {ahead}: {wait_ms}");
            assert!(told.iter().all(|ms| *ms <= longest_ms), "{name} {ahead}: {told:?}");
        }
    }
}

#[test]
fn a_date_makes_nobody_wait_for_longer_than_any_limit() {
    let mut tab = Tab::opened_with(false, 0, true);
    let now = tab.service_time();
    tab.answer(limited_until("ratelimit-reset", now + 25 * 86_400, Some(now)));
    assert_eq!(waits(&tab).0, 900_000);
}
