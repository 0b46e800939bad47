//! The rules of `docs/sessions.md`, one example each: what a tab does, named after it.

#![cfg(not(target_arch = "wasm32"))]

mod session_tab;

use loginrocket_wasm::{
    Error,
    core::{
        response::Next,
        session::{Freshness, Input, Message, SignOutReason, Standing, State, Stored, Want},
    },
};
use session_tab::{LIFETIME, Tab, claims, failure, limited, session, signed_in};

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
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    assert!(callers.iter().all(|caller| tab.told(*caller) == Some("okay")));
    assert_eq!(tab.requests(), 1);
}

#[test]
fn fifty_callers_share_one_failure_and_the_session_stays() {
    for code in [Error::ServerError, Error::Network, Error::Timeout, Error::NotJson, Error::ClientError] {
        let mut tab = expired();
        let callers = tab.ask_for_tokens(50);
        tab.answer(Err(failure(code)));
        assert!(callers.iter().all(|caller| tab.told(*caller) == Some(code.code())));
        assert_eq!(tab.requests(), 1, "{code:?}");
        assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale), "{code:?}");
    }
}

#[test]
fn fifty_callers_keep_retry_after_and_the_session() {
    let mut tab = expired();
    let callers = tab.ask_for_tokens(50);
    tab.answer(Err(limited(90)));
    assert!(callers.iter().all(|caller| tab.told(*caller) == Some("rate_limited")));
    tab.wait_ms(89_000);
    let late = tab.ask_for_tokens(50);
    assert!(late.iter().all(|caller| tab.told(*caller) == Some("rate_limited")));
    assert_eq!(tab.requests(), 1);
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
    tab.wait_ms(1_000);
    tab.ask_for_tokens(50);
    assert_eq!(tab.requests(), 2);
}

#[test]
fn fifty_callers_of_a_service_that_never_answers_wait_for_no_longer_than_they_said() {
    let mut tab = expired();
    let callers = tab.ask_for_tokens(50);
    tab.wait_ms(15_000);
    assert!(callers.iter().all(|caller| tab.told(*caller) == Some("timeout")));
    tab.wait_ms(15_000);
    assert_eq!((tab.requests(), tab.aborted), (1, 1));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
}

// ---------------------------------------------------------------------------------------------- 2: how a session ends

#[test]
fn a_refused_account_is_no_refused_session() {
    let mut tab = expired();
    let caller = tab.ask_for_token(0);
    assert_eq!(tab.asked_account().as_deref(), Some("org_0"));
    tab.answer(Err(failure(Error::AccessDenied)));
    assert_eq!((tab.requests(), tab.asked_account()), (2, None));
    tab.answer(Ok(session_tab::signed_in_at("kss_1", "org_1", tab.service_time())));
    assert_eq!(tab.told(caller), Some("okay"));
    assert_eq!(tab.account().as_deref(), Some("org_1"));
}

#[test]
fn a_session_refused_without_an_account_is_over() {
    let mut tab = expired();
    let caller = tab.ask_for_token(0);
    tab.answer(Err(failure(Error::AccessDenied)));
    tab.answer(Err(failure(Error::AccessDenied)));
    assert_eq!(tab.told(caller), Some("access_denied"));
    assert_eq!(tab.machine.snapshot().reason, Some(SignOutReason::Expired));
    assert!(matches!(tab.stored, Some(Stored::SignedOut)), "nor does a reload ask about it again");
    assert!(matches!(tab.broadcast.last(), Some(Message::SignedOut { expired: true, .. })));
}

#[test]
fn a_switch_to_an_account_without_a_place_leaves_the_session_where_it_is() {
    let mut tab = Tab::signed_in("kss_1");
    let caller = tab.want(Want::Account("org_9".to_owned()));
    tab.answer(Err(failure(Error::AccessDenied)));
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    assert_eq!(tab.told(caller), Some("account_unavailable"));
    assert_eq!(tab.account().as_deref(), Some("org_0"));
}

// ---------------------------------------------------------------------------------------------- 3: pace

#[test]
fn a_sibling_that_was_told_to_wait_speaks_for_all() {
    let mut tab = expired();
    tab.step(Input::Heard(Message::Hold { ms: 60_000, failure: limited(60) }));
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.told(caller), tab.requests()), (Some("rate_limited"), 0));
}

#[test]
fn no_caller_makes_a_tab_ask_more_than_six_times_a_minute() {
    let mut tab = Tab::signed_in("kss_1");
    for second in 0..60 {
        let caller = tab.want(Want::Refresh);
        if tab.told(caller).is_none() {
            tab.answer(Ok(signed_in("kss_1", tab.service_time())));
        }
        tab.wait_ms(999);
        assert!(tab.requests() <= 5, "after {second} s: with an account the sixth is for a second try");
    }
    tab.wait_ms(1_000);
    let caller = tab.want(Want::Refresh);
    assert_eq!(tab.told(caller), None, "a minute later it may ask again");
}

#[test]
fn a_service_that_gives_the_same_token_again_is_not_asked_for_ever() {
    let mut tab = Tab::signed_in("kss_1");
    let issued_at = tab.service_time();
    while !tab.is_asked() {
        tab.wait_ms(1_000);
    }
    tab.answer(Ok(signed_in("kss_1", issued_at)));
    tab.wait_ms(LIFETIME * 10_000);
    assert_eq!(tab.requests(), 1);
    tab.ask_for_token(0);
    assert_eq!(tab.requests(), 2, "but whoever needs one asks");
}

#[test]
fn with_the_network_back_nobody_waits_for_the_back_off() {
    let mut tab = expired();
    tab.ask_for_token(0);
    tab.answer(Err(failure(Error::Network)));
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.told(caller), tab.requests()), (Some(Error::Network.code()), 1));
    tab.step(Input::Online(false));
    tab.step(Input::Online(true));
    tab.ask_for_token(0);
    assert_eq!(tab.requests(), 2);
}

// ---------------------------------------------------------------------------------------------- 4: late answers

#[test]
fn a_late_answer_does_not_undo_a_sign_out() {
    let mut tab = Tab::signed_in("kss_1");
    let begun = tab.machine.begin(tab.now, true);
    tab.want(Want::Refresh);
    tab.step(Input::SignOut);
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    tab.step(Input::Answered { begun, standing: signed_in("kss_2", tab.service_time()) });
    assert_eq!(tab.machine.snapshot().reason, Some(SignOutReason::Here));
    assert_eq!(tab.machine.snapshot().state, State::SignedOut);
}

#[test]
fn a_token_that_is_older_does_not_replace_a_newer_one() {
    let mut tab = Tab::signed_in("kss_1");
    let begun = tab.machine.begin(tab.now, false);
    let early = tab.service_time();
    tab.wait_ms(5_000);
    tab.want(Want::Refresh);
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    let expires_at = tab.machine.snapshot().expires_at;
    tab.step(Input::Answered { begun, standing: signed_in("kss_1", early + 1) });
    tab.step(Input::Answered { begun, standing: session_tab::signed_in_at("kss_1", "org_1", early + 1) });
    assert_eq!((tab.machine.snapshot().expires_at, tab.account().as_deref()), (expires_at, Some("org_0")));
}

#[test]
fn a_condition_that_was_cleared_meanwhile_does_not_take_the_token() {
    let mut tab = Tab::signed_in("kss_1");
    let begun = tab.machine.begin(tab.now, false);
    tab.wait_ms(5_000);
    tab.want(Want::Refresh);
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    let standing = Standing::Conditional {
        session: session("kss_1"),
        account: Some("org_0".to_owned()),
        conditions: vec!["no_account_selected".to_owned()],
        next: Next::SelectAccount,
    };
    tab.step(Input::Answered { begun, standing });
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
}

#[test]
fn news_of_a_session_that_was_left_for_another_one_change_nothing() {
    let mut tab = Tab::signed_in("kss_1");
    let begun = tab.machine.begin(tab.now, false);
    tab.sign_in("kss_2");
    tab.step(Input::Answered { begun, standing: signed_in("kss_1", tab.service_time() + 1) });
    assert_eq!(tab.session().as_deref(), Some("kss_2"));
}

#[test]
fn of_two_sign_ins_in_one_tab_the_one_that_began_later_is_kept() {
    let mut tab = Tab::new();
    tab.step(Input::Restored(None));
    let (early, late) = (tab.machine.begin(tab.now, true), tab.machine.begin(tab.now, true));
    tab.step(Input::Answered { begun: late, standing: signed_in("kss_2", tab.service_time()) });
    tab.step(Input::Answered { begun: early, standing: signed_in("kss_1", tab.service_time()) });
    assert_eq!(tab.session().as_deref(), Some("kss_2"));
    tab.step(Input::StoreChanged(Some(Stored::SignedOut)));
    tab.step(Input::Answered { begun: early, standing: signed_in("kss_1", tab.service_time()) });
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
fn a_wrong_clock_neither_lets_a_token_expire_nor_refreshes_without_end() {
    for skew in [-86_400, -400, -60, 60, 400, 595, 86_400] {
        let mut tab = Tab::new();
        tab.now.wall = tab.now.wall.saturating_add_signed(skew);
        tab.skew = -skew;
        tab.step(Input::Restored(None));
        tab.sign_in("kss_1");
        for _ in 0..LIFETIME * 10 {
            tab.wait_ms(1_000);
            if tab.is_asked() {
                tab.answer(Ok(signed_in("kss_1", tab.service_time())));
            }
            let expires_at = tab.machine.snapshot().expires_at.unwrap();
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
    assert_eq!((tab.told(caller), tab.requests()), (None, 1));
}

#[test]
fn a_token_is_not_given_in_its_last_moments_since_clocks_are_cut_to_seconds() {
    let mut tab = Tab::new();
    tab.step(Input::Restored(None));
    // Four tenths into its second, and nine into the service's: of the first second of the token a tenth is left.
    tab.wait_ms(400);
    tab.sign_in("kss_1");
    tab.hide();
    tab.wait_ms(LIFETIME * 1000 - 700);
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.told(caller), tab.requests()), (None, 1), "it expired a fifth of a second ago");
}

#[test]
fn a_token_lasts_as_long_as_asked_for_or_is_refused() {
    let mut tab = Tab::signed_in("kss_1");
    let (enough, never) = (tab.ask_for_token(300), tab.ask_for_token(100_000));
    assert_eq!((tab.told(enough), tab.told(never)), (Some("okay"), Some("no_fresh_token")));
    tab.wait_ms(310_000);
    let caller = tab.ask_for_token(300);
    assert_eq!((tab.told(caller), tab.requests()), (None, 1));
}

#[test]
fn a_hidden_tab_asks_for_nothing_until_it_is_seen_or_needed() {
    let mut tab = expired();
    assert_eq!((tab.requests(), tab.machine.snapshot().freshness), (0, Freshness::Stale));
    tab.step(Input::Visible(true));
    assert_eq!(tab.requests(), 1);
}

#[test]
fn a_tab_waits_for_the_network_but_believes_a_caller_more_than_the_browser() {
    let mut tab = Tab::signed_in("kss_1");
    tab.step(Input::Online(false));
    tab.wait_ms((LIFETIME + 1) * 1000);
    assert_eq!((tab.requests(), tab.look()), (0, (State::SignedIn, Freshness::Offline)));
    let caller = tab.ask_for_token(0);
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    assert_eq!((tab.told(caller), tab.look()), (Some("okay"), (State::SignedIn, Freshness::Fresh)));
}

// ---------------------------------------------------------------------------------------------- 6: tabs

#[test]
fn a_siblings_token_spares_the_request() {
    let mut tab = Tab::signed_in("kss_1");
    tab.grants_locks = false;
    while tab.machine.is_refreshing().is_none() {
        tab.wait_ms(1_000);
    }
    let asked_at = tab.now.wall;
    tab.step(Input::Heard(Message::Token {
        session: session("kss_1"),
        account: Some("org_0".to_owned()),
        token: "sibling".into(),
        claims: Some(claims(tab.service_time())),
        asked_at,
    }));
    assert_eq!((tab.requests(), tab.machine.is_refreshing()), (0, None));
    let caller = tab.ask_for_token(300);
    assert_eq!(tab.told(caller), Some("okay"));
}

#[test]
fn a_sign_out_and_an_account_switch_reach_the_siblings() {
    let mut tab = Tab::signed_in("kss_1");
    let moved = Stored::Session { session: session("kss_1"), account: Some("org_1".to_owned()) };
    tab.step(Input::StoreChanged(Some(moved)));
    assert_eq!((tab.account().as_deref(), tab.asked_account().as_deref()), (Some("org_1"), Some("org_1")));
    tab.step(Input::Heard(Message::SignedOut { session: session("kss_1"), expired: false }));
    assert_eq!(tab.machine.snapshot().reason, Some(SignOutReason::Elsewhere));
    tab.answer(Ok(signed_in("kss_1", tab.service_time())));
    assert_eq!(tab.machine.snapshot().state, State::SignedOut);
}

#[test]
fn of_two_tabs_that_sign_in_at_once_the_store_knows_whose_session_it_is() {
    let (mut one, mut two) = (Tab::signed_in("kss_1"), Tab::signed_in("kss_2"));
    let told: Vec<_> = two.broadcast.drain(..).collect();
    for message in told {
        one.step(Input::Heard(message));
    }
    assert_eq!(one.session().as_deref(), Some("kss_1"), "a message alone moves nobody");
    let stored = two.stored.clone();
    one.step(Input::StoreChanged(stored.clone()));
    two.step(Input::StoreChanged(stored));
    assert_eq!((one.session(), two.session()), (Some("kss_2".to_owned()), Some("kss_2".to_owned())));
    assert_eq!(one.requests(), 0, "the token came with the message");
}

#[test]
fn a_page_that_is_shown_again_reads_what_it_missed() {
    let mut tab = Tab::signed_in("kss_1");
    // From the back/forward cache it comes back without having been hidden.
    tab.step(Input::Visible(true));
    assert_eq!(tab.reads, 1);
    tab.step(Input::StoreChanged(Some(Stored::SignedOut)));
    assert_eq!(tab.machine.snapshot().reason, Some(SignOutReason::Elsewhere));
    tab.hide();
    assert_eq!(tab.reads, 1);

    let mut tab = Tab::alone();
    tab.step(Input::Visible(true));
    assert_eq!(tab.reads, 0, "nobody else writes to that store");
}

#[test]
fn a_page_that_has_not_read_the_store_yet_does_not_read_it_again() {
    let mut tab = Tab::new();
    tab.step(Input::Visible(true));
    assert_eq!(tab.reads, 0);
}

#[test]
fn a_sign_out_that_could_not_be_stored_is_stored_by_whoever_hears_of_it() {
    let mut tab = Tab::signed_in("kss_1");
    tab.step(Input::Heard(Message::SignedOut { session: session("kss_1"), expired: false }));
    assert_eq!(tab.reads, 1);
    let stored = tab.stored.clone();
    assert!(matches!(stored, Some(Stored::Session { .. })));
    tab.step(Input::StoreChanged(stored));
    assert!(matches!(tab.stored, Some(Stored::SignedOut)));
}

// ---------------------------------------------------------------------------------------------- 7–10

#[test]
fn a_wiped_store_ends_nothing_and_is_written_again() {
    let mut tab = Tab::signed_in("kss_1");
    tab.stored = None;
    tab.step(Input::StoreChanged(None));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
    assert!(matches!(tab.stored, Some(Stored::Session { .. })));
}

#[test]
fn an_account_switch_is_stored_where_the_store_was_wiped() {
    let mut tab = Tab::signed_in("kss_1");
    tab.stored = None;
    tab.want(Want::Account("org_1".to_owned()));
    tab.answer(Ok(session_tab::signed_in_at("kss_1", "org_1", tab.service_time())));
    assert!(
        matches!(&tab.stored, Some(Stored::Session { account: Some(account), .. }) if account == "org_1")
    );
}

#[test]
fn what_happens_for_nothing_is_told_to_nobody() {
    let mut tab = Tab::signed_in("kss_1");
    let told = tab.notified;
    for input in
        [Input::Woke, Input::Visible(true), Input::Online(true), Input::Visible(false), Input::Visible(true)]
    {
        tab.step(input);
    }
    assert_eq!((tab.notified, tab.requests()), (told, 0));
}

#[test]
fn a_sign_out_does_not_wait_for_the_service() {
    let mut tab = Tab::signed_in("kss_1");
    let caller = tab.want(Want::Refresh);
    tab.step(Input::SignOut);
    assert_eq!(tab.machine.snapshot().state, State::SignedOut);
    assert_eq!((tab.told(caller), tab.aborted), (Some("not_signed_in"), 1));
    assert!(matches!(tab.stored, Some(Stored::SignedOut)));
    assert!(matches!(tab.broadcast.last(), Some(Message::SignedOut { expired: false, .. })));
    assert_eq!(tab.ended, ["kss_1"]);
}

#[test]
fn what_is_disposed_of_answers_everyone_and_does_nothing_more() {
    let mut tab = expired();
    let caller = tab.ask_for_token(0);
    tab.step(Input::Disposed);
    assert_eq!((tab.told(caller), tab.aborted), (Some("disposed"), 1));
    let late = tab.ask_for_token(0);
    assert_eq!(tab.told(late), Some("disposed"));
    tab.wait_ms(LIFETIME * 10_000);
    assert_eq!((tab.requests(), tab.machine.wake_at()), (1, None));
}

#[test]
fn before_anything_is_known_reads_work_and_waits_end() {
    let mut tab = Tab::new();
    let caller = tab.ask_for_token(0);
    assert_eq!((tab.machine.snapshot().state, tab.told(caller)), (State::Loading, None));
    tab.wait_ms(15_000);
    assert_eq!((tab.told(caller), tab.requests()), (Some("timeout"), 0));
}

#[test]
fn what_could_not_be_had_when_it_was_asked_for_is_tried_again_though_the_token_is_good() {
    let mut tab = Tab::signed_in("kss_a");
    tab.want(Want::Refresh);
    tab.answer(Err(failure(Error::ServerError)));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
    for _ in 0..300 {
        if !tab.is_asked() {
            tab.wait_ms(1000);
        }
    }
    tab.answer(Ok(signed_in("kss_a", tab.service_time())));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
}

#[test]
fn a_token_of_the_same_second_with_a_changed_profile_in_it_is_taken_from_a_sibling() {
    let mut tab = Tab::signed_in("kss_a");
    let issued_at = tab.service_time();
    let mut claims = claims(issued_at);
    claims.user.name = Some("Ada".to_owned());
    tab.step(Input::Heard(Message::Token {
        session: session("kss_a"),
        account: Some("org_0".to_owned()),
        token: "another text".into(),
        claims: Some(claims),
        asked_at: tab.now.wall,
    }));
    assert_eq!(tab.machine.snapshot().user.as_ref().unwrap().name.as_deref(), Some("Ada"));
}

#[test]
fn what_is_disposed_of_shows_what_it_showed_and_keeps_no_secret() {
    let mut tab = Tab::signed_in("kss_a");
    let caller = tab.want(Want::Refresh);
    let (look, notified) = (tab.look(), tab.notified);
    tab.step(Input::Disposed);
    assert_eq!((tab.told(caller), tab.aborted), (Some("disposed"), 1));
    assert_eq!((tab.look(), tab.notified), (look, notified));
    assert!(tab.machine.tracked().is_none() && tab.machine.token().is_none());
}
