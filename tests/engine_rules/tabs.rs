//! Rule 6: tabs that share a session.

use crate::engine_tab::{LIFETIME, MESSAGE_MS, Tab, sign_out_message, signed_in, token_message};
use crate::expired;
use loginrocket_wasm::engine::{
    Input,
    session::{
        message::{Message, Stored},
        snapshot::{Freshness, SignOutReason, State},
    },
};

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
fn a_lock_is_given_back_when_the_token_has_reached_the_siblings() {
    let mut tab = expired();
    tab.broadcast.clear();
    tab.ask_for_token(0);
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert!(matches!(tab.broadcast.as_slice(), [Message::Token { .. }]));
    tab.wait_ms(MESSAGE_MS - 1);
    assert_eq!(tab.unlocked, 0);
    tab.wait_ms(1);
    assert_eq!(tab.unlocked, 1);
}

#[test]
fn a_sign_out_and_an_account_switch_reach_the_siblings() {
    let mut tab = Tab::signed_in("kss_1");
    let switched = Stored::Session { session: "kss_1".into(), account: Some("org_1".into()), profile: None };
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
    assert_eq!(one.session().as_deref(), Some("kss_1"), "a message alone switches nobody");
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
