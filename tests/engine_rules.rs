//! The rules of `docs/sessions.md`, one example each: what a tab does, named after it.

#![cfg(not(target_arch = "wasm32"))]

mod engine_tab;
mod engine_tokens;

use engine_tab::{
    LIFETIME, Outcome, Tab, conditional, denied, hold_message, limited, message_of, page, sign_out_message,
    signed_in, signed_in_at, token_message, unavailable,
};
use engine_tokens::reply;
use loginrocket_wasm::{
    engine::{
        Input,
        session::{
            Want,
            message::{Message, Stored},
            snapshot::{Freshness, SignOutReason, State},
        },
    },
    protocol::endpoint::Endpoint,
};

/// A tab whose token has expired.
fn expired() -> Tab {
    let mut tab = Tab::signed_in("kss_1");
    tab.hide();
    tab.wait_ms((LIFETIME + 1) * 1000);
    tab
}

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
    let caller = tab.want(Want::Account("org_9".to_owned()));
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

// ---------------------------------------------------------------------------------------------- 4: late answers

#[test]
fn a_late_answer_does_not_undo_a_sign_out() {
    let mut tab = Tab::signed_in("kss_1");
    let call = tab.call(Endpoint::Login);
    tab.want(Want::Refresh);
    tab.sign_out();
    tab.answer(signed_in("kss_1", tab.service_time()));
    tab.answer_call(call, signed_in("kss_2", tab.service_time()));
    assert_eq!(tab.answer_to(call), Some("okay"), "the app is told what the service said");
    assert_eq!((tab.reason(), tab.snapshot().state), (Some(SignOutReason::Here), State::SignedOut));
}

#[test]
fn a_token_that_is_older_does_not_replace_a_newer_one() {
    let mut tab = Tab::signed_in("kss_1");
    let calls = [(); 2].map(|()| tab.call(Endpoint::GetSession));
    let early = tab.service_time();
    tab.wait_ms(5_000);
    tab.want(Want::Refresh);
    tab.answer(signed_in("kss_1", tab.service_time()));
    let expires_at = tab.snapshot().expires_at;
    tab.answer_call(calls[0], signed_in("kss_1", early + 1));
    tab.answer_call(calls[1], signed_in_at("kss_1", "org_1", early + 1));
    assert_eq!((tab.snapshot().expires_at, tab.account().as_deref()), (expires_at, Some("org_0")));
}

#[test]
fn a_condition_that_was_cleared_meanwhile_leaves_the_token() {
    let mut tab = Tab::signed_in("kss_1");
    let call = tab.call(Endpoint::GetSession);
    tab.wait_ms(5_000);
    tab.want(Want::Refresh);
    tab.answer(signed_in("kss_1", tab.service_time()));
    tab.answer_call(call, conditional("kss_1", "org_0"));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
}

#[test]
fn an_answer_about_a_session_that_was_replaced_changes_nothing() {
    let mut tab = Tab::signed_in("kss_1");
    let call = tab.call(Endpoint::GetSession);
    tab.sign_in("kss_2");
    tab.answer_call(call, signed_in("kss_1", tab.service_time() + 1));
    assert_eq!(tab.session().as_deref(), Some("kss_2"));
}

#[test]
fn of_two_sign_ins_in_one_tab_the_one_that_began_later_stays() {
    let mut tab = Tab::new();
    tab.restore();
    let [earliest, early, late] = [(); 3].map(|()| tab.call(Endpoint::Login));
    tab.answer_call(late, signed_in("kss_2", tab.service_time()));
    tab.answer_call(early, signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.session().as_deref(), Some("kss_2"));
    tab.write_elsewhere(Some(Stored::SignedOut.to_text()));
    tab.answer_call(earliest, signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.session().as_deref(), Some("kss_1"), "with nothing to lose it is good enough");
}

// ---------------------------------------------------------------------------------------------- 5: time

#[test]
fn a_token_is_replaced_in_the_last_third_of_its_time() {
    let mut tab = Tab::signed_in("kss_1");
    tab.wait_ms(LIFETIME * 690);
    assert_eq!(tab.requests(), 0);
    tab.wait_ms(LIFETIME * 160);
    assert_eq!(tab.requests(), 1);
}

#[test]
fn a_wrong_clock_neither_expires_a_token_nor_refreshes_without_end() {
    for skew in [-86_400, -400, -60, 60, 400, 595, 86_400] {
        let mut tab = Tab::new();
        tab.now.wall = tab.now.wall.saturating_add_signed(skew);
        tab.skew = -skew;
        tab.restore();
        tab.sign_in("kss_1");
        for _ in 0..LIFETIME * 10 {
            tab.wait_ms(1_000);
            if tab.is_asked() {
                tab.answer(signed_in("kss_1", tab.service_time()));
            }
            let expires_at = tab.snapshot().expires_at.unwrap();
            assert!(expires_at > tab.service_time(), "expired with a clock {skew} s ahead");
        }
        assert!((10..=20).contains(&tab.requests()), "{} requests with {skew} s", tab.requests());
    }
}

#[test]
fn a_token_that_expired_in_sleep_is_not_given_to_anyone() {
    let mut tab = Tab::signed_in("kss_1");
    tab.now.wall += LIFETIME;
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.answer_to(caller), tab.requests()), (None, 1));
}

#[test]
fn a_token_is_not_given_in_its_last_moments() {
    let mut tab = Tab::new();
    tab.restore();
    // Clocks are cut to seconds: four tenths into its second, and nine into the service's, of the first second of the
    // token a tenth is left.
    tab.wait_ms(400);
    tab.sign_in("kss_1");
    tab.hide();
    tab.wait_ms(LIFETIME * 1000 - 700);
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.answer_to(caller), tab.requests()), (None, 1), "it expired a fifth of a second ago");
}

#[test]
fn a_token_lasts_as_long_as_asked_for_or_is_refused() {
    let mut tab = Tab::signed_in("kss_1");
    let (enough, never) = (tab.ask_for_token(300), tab.ask_for_token(100_000));
    assert_eq!((tab.answer_to(enough), tab.answer_to(never)), (Some("okay"), Some("no_fresh_token")));
    tab.wait_ms(310_000);
    let caller = tab.ask_for_token(300);
    assert_eq!((tab.answer_to(caller), tab.requests()), (None, 1));
}

#[test]
fn a_hidden_tab_asks_for_nothing_until_it_is_seen_or_needed() {
    let mut tab = expired();
    assert_eq!((tab.requests(), tab.snapshot().freshness), (0, Freshness::Stale));
    tab.show(true);
    assert_eq!(tab.requests(), 1);
}

#[test]
fn a_tab_waits_for_the_network_but_believes_a_caller_more() {
    let mut tab = Tab::signed_in("kss_1");
    tab.set_online(false);
    tab.wait_ms((LIFETIME + 1) * 1000);
    assert_eq!((tab.requests(), tab.look()), (0, (State::SignedIn, Freshness::Offline)));
    let caller = tab.ask_for_token(0);
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!((tab.answer_to(caller), tab.look()), (Some("okay"), (State::SignedIn, Freshness::Fresh)));
}

// ---------------------------------------------------------------------------------------------- 6: tabs

#[test]
fn a_siblings_token_spares_the_request() {
    let mut tab = Tab::signed_in("kss_1");
    tab.grants_locks = false;
    while !tab.is_refreshing() {
        tab.wait_ms(1_000);
    }
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!((tab.requests(), tab.is_refreshing()), (0, false));
    let caller = tab.ask_for_token(300);
    assert_eq!(tab.answer_to(caller), Some("okay"));
}

#[test]
fn a_lock_that_is_never_granted_is_gone_without_after_three_seconds() {
    let mut tab = expired();
    tab.grants_locks = false;
    tab.ask_for_token(0);
    tab.wait_ms(2_999);
    assert_eq!(tab.requests(), 0);
    tab.wait_ms(1);
    assert_eq!(tab.requests(), 1);
}

#[test]
fn a_sign_out_and_an_account_switch_reach_the_siblings() {
    let mut tab = Tab::signed_in("kss_1");
    let switched = Stored::Session { session: "kss_1".into(), account: Some("org_1".to_owned()) };
    tab.write_elsewhere(Some(switched.to_text()));
    assert_eq!((tab.account().as_deref(), tab.asked_account().as_deref()), (Some("org_1"), Some("org_1")));
    tab.receive(&sign_out_message("kss_1"));
    assert_eq!(tab.reason(), Some(SignOutReason::Elsewhere));
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.snapshot().state, State::SignedOut);
}

#[test]
fn of_two_tabs_that_sign_in_at_once_the_store_says_which_counts() {
    let (mut one, mut two) = (Tab::signed_in("kss_1"), Tab::signed_in("kss_2"));
    let sent: Vec<_> = two.broadcast.drain(..).collect();
    assert!(!sent.is_empty());
    for message in sent {
        one.receive(&message);
    }
    assert_eq!(one.session().as_deref(), Some("kss_1"), "a message alone moves nobody");
    let stored = two.stored.clone();
    one.write_elsewhere(stored.clone());
    two.write_elsewhere(stored);
    assert_eq!((one.session(), two.session()), (Some("kss_2".to_owned()), Some("kss_2".to_owned())));
    assert_eq!(one.requests(), 0, "the token came with the message");
}

#[test]
fn a_page_that_is_shown_again_reads_what_it_missed() {
    let mut tab = Tab::signed_in("kss_1");
    let reads = tab.reads;
    tab.stored = Some(Stored::SignedOut.to_text());
    // From the back/forward cache it comes back without having been hidden.
    tab.show(true);
    assert_eq!((tab.reads, tab.reason()), (reads + 1, Some(SignOutReason::Elsewhere)));
    tab.hide();
    assert_eq!(tab.reads, reads + 1);

    let mut tab = Tab::alone();
    let reads = tab.reads;
    tab.show(true);
    assert_eq!(tab.reads, reads, "nobody else writes to that store");
}

#[test]
fn a_page_that_has_not_read_the_store_yet_does_not_read_it_again() {
    let mut tab = Tab::new();
    tab.show(true);
    tab.restore();
    assert_eq!(tab.reads, 1);
}

#[test]
fn a_sign_out_that_was_not_stored_is_stored_by_whoever_receives_it() {
    let mut tab = Tab::signed_in("kss_1");
    let reads = tab.reads;
    tab.answers_store = false;
    tab.receive(&sign_out_message("kss_1"));
    assert!(matches!(tab.entry(), Some(Stored::Session { .. })));
    tab.restore();
    assert!(tab.reads > reads && matches!(tab.entry(), Some(Stored::SignedOut)));
}

// ---------------------------------------------------------------------------------------------- 6: tabs that open

#[test]
fn a_tab_that_opens_asks_its_siblings_before_the_service() {
    let mut tab = Tab::opened(true);
    assert!(matches!(tab.broadcast.as_slice(), [Message::Ask { .. }]));
    tab.wait_ms(99);
    assert_eq!((tab.requests(), tab.is_refreshing()), (0, false));
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
    tab.wait_ms(60_000);
    assert_eq!(tab.requests(), 0);
}

#[test]
fn a_silent_sibling_holds_a_tab_that_opens_for_a_tenth_of_a_second() {
    let mut tab = Tab::opened(true);
    let caller = tab.ask_for_token(0);
    tab.wait_ms(99);
    assert_eq!(tab.requests(), 0);
    tab.wait_ms(1);
    assert_eq!(tab.requests(), 1);
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.answer_to(caller), Some("okay"));
}

#[test]
fn a_tab_that_opens_without_siblings_asks_the_service_at_once() {
    let tab = Tab::opened(false);
    assert_eq!((tab.requests(), tab.broadcast.len()), (1, 0));
}

#[test]
fn a_tab_answers_who_asks_for_the_token_of_its_session_alone() {
    let mut tab = Tab::signed_in("kss_1");
    tab.broadcast.clear();
    tab.receive(&Message::Ask { session: "kss_2".into() });
    assert_eq!(tab.broadcast.len(), 0);
    tab.receive(&Message::Ask { session: "kss_1".into() });
    assert!(matches!(tab.broadcast.as_slice(), [Message::Token { .. }]));
    tab.hide();
    tab.wait_ms((LIFETIME + 1) * 1000);
    tab.receive(&Message::Ask { session: "kss_1".into() });
    assert_eq!(tab.broadcast.len(), 1, "an expired one helps nobody");
}

#[test]
fn a_tab_announces_itself_as_long_as_it_has_a_token() {
    let mut tab = Tab::new();
    tab.restore();
    assert_eq!(tab.announced, None);
    tab.sign_in("kss_1");
    assert!(tab.announced.is_some());
    tab.sign_out();
    assert_eq!(tab.announced, None);
    tab.sign_in("kss_2");
    tab.step(Input::Dispose);
    assert_eq!(tab.announced, None);
}

// ---------------------------------------------------------------------------------------------- 7–10

#[test]
fn a_wiped_store_ends_nothing_and_is_written_again() {
    let mut tab = Tab::signed_in("kss_1");
    tab.write_elsewhere(None);
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
    assert!(matches!(tab.entry(), Some(Stored::Session { .. })));
}

#[test]
fn an_account_switch_is_stored_where_the_store_was_wiped() {
    let mut tab = Tab::signed_in("kss_1");
    tab.stored = None;
    tab.want(Want::Account("org_1".to_owned()));
    tab.answer(signed_in_at("kss_1", "org_1", tab.service_time()));
    assert!(
        matches!(tab.entry(), Some(Stored::Session { account: Some(account), .. }) if account == "org_1")
    );
}

#[test]
fn what_happens_for_nothing_notifies_nobody() {
    let mut tab = Tab::signed_in("kss_1");
    let notified = tab.notified;
    tab.step(Input::Woke);
    tab.show(true);
    tab.set_online(true);
    tab.show(false);
    tab.show(true);
    assert_eq!((tab.notified, tab.requests()), (notified, 0));
}

#[test]
fn a_sign_out_does_not_wait_for_the_service() {
    let mut tab = Tab::signed_in("kss_1");
    let caller = tab.want(Want::Refresh);
    let sign_out = tab.sign_out();
    assert_eq!(tab.snapshot().state, State::SignedOut);
    assert_eq!((tab.answer_to(caller), tab.aborted), (Some("not_signed_in"), 1));
    assert!(matches!(tab.entry(), Some(Stored::SignedOut)));
    assert!(matches!(tab.broadcast.last(), Some(Message::SignedOut { expired: false, .. })));
    assert_eq!((tab.ended.as_slice(), tab.answer_to(sign_out)), (["kss_1".to_owned()].as_slice(), None));
}

#[test]
fn what_is_disposed_of_answers_everyone_and_does_nothing_more() {
    let mut tab = expired();
    let caller = tab.ask_for_token(0);
    tab.step(Input::Dispose);
    assert_eq!((tab.answer_to(caller), tab.aborted), (Some("disposed"), 1));
    let late = tab.ask_for_token(0);
    assert_eq!(tab.answer_to(late), Some("disposed"));
    tab.wait_ms(LIFETIME * 10_000);
    assert_eq!((tab.requests(), tab.engine.session().wake_at(), tab.wake_at()), (1, None, None));
}

#[test]
fn before_anything_is_known_reads_work_and_waits_end() {
    let mut tab = Tab::new();
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.snapshot().state, tab.answer_to(caller)), (State::Loading, None));
    tab.wait_ms(2_000);
    assert_eq!((tab.answer_to(caller), tab.requests()), (Some("not_signed_in"), 0));
}

#[test]
fn a_siblings_token_of_the_same_second_brings_a_changed_profile() {
    let mut tab = Tab::signed_in("kss_1");
    let (issued_at, expires_at) = (tab.service_time(), tab.service_time() + LIFETIME);
    let payload = format!(
        r#"{{"iat":{issued_at},"exp":{expires_at},"sid":"kss_1","sub":"usr_sample123456","name":"Ada"}}"#
    );
    tab.receive(&message_of("kss_1", &payload, tab.now.wall));
    assert!(tab.snapshot().profile.as_ref().unwrap().contains(r#""name":"Ada""#));
}

#[test]
fn what_is_disposed_of_shows_what_it_showed_and_has_no_secret() {
    let mut tab = Tab::signed_in("kss_1");
    let caller = tab.want(Want::Refresh);
    let (look, notified) = (tab.look(), tab.notified);
    tab.step(Input::Dispose);
    assert_eq!((tab.answer_to(caller), tab.aborted), (Some("disposed"), 1));
    assert_eq!((tab.look(), tab.notified), (look, notified));
    assert!(tab.engine.session().tracked().is_none() && tab.engine.session().token().is_none());
}
