//! Rules 4 and 5: answers that come late, and time.

use crate::engine_tab::{LIFETIME, Outcome, Tab, conditional, signed_in, signed_in_at, token_message};
use crate::expired;
use loginrocket_wasm::{
    engine::session::{
        Want,
        message::Stored,
        snapshot::{Freshness, SignOutReason, State},
    },
    protocol::endpoint::Endpoint,
};

// ---------------------------------------------------------------------------------------------- 4: late answers

#[test]
fn a_late_answer_does_not_undo_a_sign_out() {
    let mut tab = Tab::signed_in("kss_1");
    let call = tab.call(Endpoint::Login);
    tab.want(Want::Refresh);
    tab.sign_out();
    tab.answer(signed_in("kss_1", tab.service_time()));
    tab.answer_call(call, signed_in("kss_2", tab.service_time()));
    assert_eq!(tab.answer_to(call), Some("okay"), "the app gets what the service said");
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

#[test]
fn an_expired_token_outranks_no_answer_that_was_asked_for_later() {
    for by_call in [false, true] {
        let mut tab = Tab::signed_in("kss_1");
        tab.hide();
        tab.skew = -3_600;
        tab.wait_ms((LIFETIME + 1) * 1000);
        let expires_at = tab.service_time() + LIFETIME;
        if by_call {
            let call = tab.call(Endpoint::GetSession);
            tab.answer_call(call, signed_in("kss_1", tab.service_time()));
        } else {
            tab.want(Want::Refresh);
            tab.answer(signed_in("kss_1", tab.service_time()));
        }
        assert_eq!(tab.snapshot().expires_at, Some(expires_at), "{by_call}");
    }
    // By a sibling's word likewise.
    let mut tab = Tab::signed_in("kss_1");
    tab.hide();
    tab.skew = -3_600;
    tab.wait_ms((LIFETIME + 1) * 1000);
    let expires_at = tab.service_time() + LIFETIME;
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!(tab.snapshot().expires_at, Some(expires_at));
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
fn a_token_that_comes_again_does_not_set_the_time_back() {
    let mut tab = Tab::signed_in("kss_1");
    tab.wait_ms(LIFETIME * 300);
    tab.want(Want::Refresh);
    let issued_at = tab.service_time();
    tab.answer(signed_in("kss_1", issued_at));
    tab.wait_ms(LIFETIME * 300);
    tab.want(Want::Refresh);
    tab.answer(signed_in("kss_1", issued_at));
    assert_eq!(tab.requests(), 2);
    assert_eq!(tab.engine.session().service_time(tab.now), tab.service_time());
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
fn a_token_that_expired_in_sleep_is_replaced_within_a_minute() {
    let mut tab = Tab::signed_in("kss_1");
    tab.now.wall += LIFETIME;
    tab.wait_ms(60_000);
    assert_eq!(tab.requests(), 1);
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
fn a_browser_that_says_offline_is_believed_less_than_a_caller() {
    let mut tab = Tab::signed_in("kss_1");
    tab.set_online(false);
    tab.wait_ms(LIFETIME * 690);
    assert_eq!((tab.requests(), tab.look()), (0, (State::SignedIn, Freshness::Offline)));
    tab.now.wall += LIFETIME;
    let caller = tab.ask_for_token(0);
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!((tab.answer_to(caller), tab.look()), (Some("okay"), (State::SignedIn, Freshness::Fresh)));
}

#[test]
fn a_browser_that_says_offline_is_tried_when_it_opens_and_every_five_minutes() {
    let mut tab = Tab::opened_with(false, 0, false);
    assert_eq!((tab.requests(), tab.is_asked()), (1, true), "it opened");
    tab.answer(Outcome::Cut);
    let mut asked_ms = vec![];
    for second in 0..3_600 {
        tab.wait_ms(1_000);
        if tab.is_asked() {
            asked_ms.push(second);
            tab.answer(Outcome::Cut);
        }
    }
    assert!((6..=12).contains(&asked_ms.len()), "{asked_ms:?}");
    assert!(asked_ms.windows(2).all(|pair| pair[1] - pair[0] >= 299), "{asked_ms:?}");
    // It was wrong.
    while !tab.is_asked() {
        tab.wait_ms(1_000);
    }
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
}

#[test]
fn a_sign_in_shows_that_there_is_a_network() {
    let mut tab = Tab::new();
    tab.restore();
    tab.set_online(false);
    tab.sign_in("kss_1");
    assert_eq!(tab.look(), (State::SignedIn, Freshness::Fresh));
}
