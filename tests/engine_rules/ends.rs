//! Rules 7 to 10: stores, listeners, signing out and the end.

use crate::engine_tab::{LIFETIME, Tab, message_of, signed_in_at};
use crate::expired;
use loginrocket_wasm::engine::{
    Input,
    session::{
        Want,
        message::{Message, Stored},
        snapshot::{Freshness, State},
    },
};

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
    tab.want(Want::Account("org_1".into()));
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
