//! Rules 3, 4 and 6: messages that no sibling sent. Anything that runs in the page can write to the channel.

use crate::engine_tab::{
    LIFETIME, Tab, conditional, denied, message_of, sign_out_message, signed_in, token_message,
};
use crate::engine_tokens::payload;
use loginrocket_wasm::{
    engine::{
        Input,
        session::{
            Want,
            message::Message,
            snapshot::{Freshness, SignOutReason, State},
        },
    },
    protocol::endpoint::Endpoint,
};

/// The largest number that a claim may hold.
const HUGE: u64 = (1 << 53) - 1;

fn token(tab: &Tab) -> Option<String> {
    tab.engine.session().token().map(|token| token.expose().to_owned())
}

fn said(tab: &mut Tab, text: &str) {
    tab.step(Input::Message { text: text.into() });
}

#[test]
fn a_token_of_the_future_is_not_newer_and_keeps_no_real_one_out() {
    for ahead in [6, 60, 3_600, 86_400, HUGE / 2] {
        let mut tab = Tab::signed_in("kss_1");
        let (own, notified) = (token(&tab), tab.notified);
        tab.receive(&token_message("kss_1", tab.service_time() + ahead, tab.now.wall));
        assert_eq!((token(&tab), tab.notified), (own.clone(), notified), "{ahead}");
        tab.wait_ms(10_000);
        tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
        assert_ne!(token(&tab), own, "{ahead}: a sibling's newer token is taken over");
    }
}

#[test]
fn a_sibling_may_be_ahead_by_the_leeway() {
    let mut tab = Tab::signed_in("kss_1");
    let own = token(&tab);
    tab.receive(&token_message("kss_1", tab.service_time() + 5, tab.now.wall));
    assert_ne!(token(&tab), own);
}

#[test]
fn a_token_of_the_future_that_came_first_gives_way_to_a_siblings() {
    let mut tab = Tab::opened(true);
    tab.receive(&token_message("kss_1", tab.service_time() + 3_600, tab.now.wall));
    tab.wait_ms(10_000);
    let expires_at = tab.service_time() + LIFETIME;
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!(tab.snapshot().expires_at, Some(expires_at));
    // Where the device's clock is behind, real tokens look like that: they are shared all the same.
    let mut tab = Tab::opened(true);
    tab.skew = 86_400;
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!((tab.look(), tab.requests()), ((State::SignedIn, Freshness::Fresh), 0));
    tab.wait_ms(10_000);
    let expires_at = tab.service_time() + LIFETIME;
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!(tab.snapshot().expires_at, Some(expires_at));
}

#[test]
fn ones_own_later_answer_wins_over_a_siblings_word() {
    let mut tab = Tab::signed_in("kss_1");
    tab.wait_ms(10_000);
    tab.receive(&token_message("kss_1", tab.service_time() + 5, tab.now.wall));
    tab.wait_ms(1_000);
    let caller = tab.want(Want::Refresh);
    let expires_at = tab.service_time() + LIFETIME;
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!((tab.answer_to(caller), tab.snapshot().expires_at), (Some("okay"), Some(expires_at)));
    // So does that of a call of the app's.
    tab.receive(&token_message("kss_1", tab.service_time() + 5, tab.now.wall));
    tab.wait_ms(1_000);
    let call = tab.call(Endpoint::GetSession);
    let expires_at = tab.service_time() + LIFETIME;
    tab.answer_call(call, signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.snapshot().expires_at, Some(expires_at));
}

#[test]
fn an_answer_that_was_asked_for_before_does_not_undo_a_siblings_newer_one() {
    let mut tab = Tab::signed_in("kss_1");
    let early = tab.service_time();
    tab.wait_ms(5_000);
    tab.want(Want::Refresh);
    tab.wait_ms(2_000);
    let expires_at = tab.service_time() + LIFETIME;
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    tab.answer(signed_in("kss_1", early + 5));
    assert_eq!(tab.snapshot().expires_at, Some(expires_at));
}

#[test]
fn a_token_that_does_not_fit_the_session_is_not_taken_over() {
    for opens in [false, true] {
        let tab = || if opens { Tab::opened(true) } else { Tab::signed_in("kss_1") };
        let now = tab().service_time();
        let of = |session: &str, account: &str, issued_at: u64, expires_at: u64| {
            payload(session, Some(account), issued_at, expires_at)
        };
        let fitting = of("kss_1", "org_0", now + 1, now + 601);
        let mut unfit = vec![
            ("of another session", of("kss_2", "org_0", now + 1, now + 601)),
            ("for another account", of("kss_1", "org_1", now + 1, now + 601)),
            ("of no session", fitting.replace(r#""sid":"kss_1","#, "")),
            ("of a session that is no text", fitting.replace(r#""sid":"kss_1""#, r#""sid":7"#)),
            ("of nobody", fitting.replace(r#""sub":"usr_sample123456","#, "")),
            ("without a lifetime", of("kss_1", "org_0", now + 1, now + 1)),
            ("with less than none", of("kss_1", "org_0", now + 2, now)),
            ("for ever", of("kss_1", "org_0", now + 1, HUGE)),
            ("for two days", of("kss_1", "org_0", now + 1, now + 2 * 86_400)),
            ("of a time before time", fitting.replace(&format!(r#""iat":{}"#, now + 1), r#""iat":-1"#)),
            ("of a text for a time", fitting.replace(&format!("{}", now + 1), r#""NaN""#)),
            ("of a time beyond all", fitting.replace(&format!("{}", now + 1), "1e400")),
            ("no object", "[]".to_owned()),
        ];
        if !opens {
            unfit.push(("of another person", fitting.replace("usr_sample123456", "usr_sample654321")));
        }
        for (what, payload) in unfit {
            let mut tab = tab();
            let (before, notified, look) = (token(&tab), tab.notified, tab.look());
            tab.receive(&message_of("kss_1", &payload, tab.now.wall));
            assert_eq!((token(&tab), tab.notified, tab.look()), (before, notified, look), "{what}");
        }
        let mut tab = tab();
        let before = token(&tab);
        tab.receive(&message_of("kss_1", &fitting, tab.now.wall));
        assert_ne!(token(&tab), before);
    }
}

#[test]
fn a_token_that_is_over_or_was_said_before_serves_nobody() {
    let mut tab = Tab::signed_in("kss_1");
    let old = token_message("kss_1", tab.service_time(), tab.now.wall);
    tab.wait_ms(60_000);
    tab.grants_locks = false;
    let caller = tab.want(Want::Refresh);
    for _ in 0..3 {
        tab.receive(&old);
    }
    let (issued_at, now) = (tab.service_time() + 1, tab.now.wall);
    tab.receive(&token_message("kss_1", issued_at, 0));
    tab.receive(&token_message("kss_1", issued_at, now - LIFETIME));
    assert_eq!(tab.answer_to(caller), None);
    // When it was asked for cannot be to come: then it counts as of now.
    tab.receive(&token_message("kss_1", issued_at, u64::MAX));
    assert_eq!(tab.answer_to(caller), Some("okay"));
    tab.wait_ms((LIFETIME + 1) * 1000);
    let caller = tab.ask_for_token(5);
    assert_ne!(tab.answer_to(caller), Some("okay"), "and is over when its time is");
}

#[test]
fn what_no_sibling_says_changes_nothing() {
    let mut tab = Tab::signed_in("kss_1");
    let (before, notified) = (token(&tab), tab.notified);
    let message = token_message("kss_1", tab.service_time() + 1, tab.now.wall).to_text();
    let asked_at = format!(r#""asked_at":"{}""#, tab.now.wall);
    let holds = ["NaN", "Infinity", "-1", "1e3", "0x10", "", " 7", "7 ", "99999999999999999999", "1.5"];
    let holds = holds.map(|ms| format!(r#"{{"v":"1","hold_ms":"{ms}","code":"rate_limited"}}"#));
    let tokens = ["NaN", "-1", "1e9", "", "99999999999999999999"]
        .map(|at| message.expose().replace(&asked_at, &format!(r#""asked_at":"{at}""#)));
    let others = [
        r#"{"v":"1","hold_ms":"60000","code":"not_signed_in"}"#,
        r#"{"v":"1","hold_ms":"60000","code":"network_error"}"#,
        r#"{"v":"1","hold_ms":"60000","code":null}"#,
        r#"{"v":"1","hold_ms":60000,"code":"rate_limited"}"#,
        r#"{"v":"1","hold_ms":["60000"],"code":"rate_limited"}"#,
        r#"{"v":"1","session":"kss_2","expired":"true"}"#,
        r#"{"v":"1","session":"","expired":"true"}"#,
        r#"{"v":"1","session":["kss_1"],"expired":"true"}"#,
        r#"{"v":"1","session":{"0":"kss_1"},"ask":"true"}"#,
        r#"{"v":"1","__proto__":{"session":"kss_1"},"expired":"true"}"#,
    ];
    tab.broadcast.clear();
    for text in holds.iter().chain(&tokens).map(String::as_str).chain(others) {
        said(&mut tab, text);
        assert_eq!((token(&tab), tab.notified), (before.clone(), notified), "{text}");
        let wait_ms = tab.engine.session().backoff().wait_ms(tab.now, 1);
        assert_eq!((wait_ms, tab.broadcast.len()), (0, 0), "{text}");
    }
    let caller = tab.want(Want::Refresh);
    tab.answer(signed_in("kss_1", tab.service_time()));
    assert_eq!(tab.answer_to(caller), Some("okay"));
}

#[test]
fn the_ends_of_strangers_do_not_bring_back_a_session_that_ended_here() {
    let mut tab = Tab::signed_in("kss_1");
    let call = tab.call(Endpoint::Login);
    tab.sign_out();
    for number in 0..100 {
        tab.receive(&sign_out_message(&format!("kss_stranger{number}")));
    }
    tab.answer_call(call, signed_in("kss_1", tab.service_time()));
    let again = tab.call(Endpoint::Login);
    tab.answer_call(again, signed_in("kss_1", tab.service_time()));
    assert_eq!((tab.reason(), tab.snapshot().state), (Some(SignOutReason::Here), State::SignedOut));
}

#[test]
fn a_siblings_wait_ends_with_the_next_session_and_the_services_does_not() {
    for is_own in [false, true] {
        let mut tab = Tab::signed_in("kss_1");
        if is_own {
            tab.want(Want::Refresh);
            tab.answer(crate::engine_tab::limited(60));
        } else {
            tab.receive(&crate::engine_tab::hold_message(60_000));
        }
        tab.sign_in("kss_2");
        let caller = tab.want(Want::Refresh);
        assert_eq!(tab.answer_to(caller), is_own.then_some("rate_limited"));
    }
}

#[test]
fn a_message_about_a_session_with_conditions_brings_its_token_and_no_others() {
    let mut tab = Tab::new();
    tab.restore();
    let call = tab.call(Endpoint::Login);
    tab.answer_call(call, conditional("kss_1", "org_0"));
    tab.receive(&token_message("kss_2", tab.service_time(), tab.now.wall));
    assert_eq!(tab.snapshot().state, State::Conditional);
    tab.receive(&token_message("kss_1", tab.service_time(), tab.now.wall));
    assert_eq!(tab.snapshot().state, State::SignedIn);
}

#[test]
fn a_pending_token_of_a_session_that_never_comes_is_let_go_of() {
    let mut tab = Tab::signed_in("kss_1");
    tab.receive(&token_message("kss_2", tab.service_time(), tab.now.wall));
    tab.wait_ms(5_000);
    let stored = loginrocket_wasm::engine::session::message::Stored::Session {
        session: "kss_2".into(),
        account: Some("org_0".into()),
        profile: None,
    };
    tab.write_elsewhere(Some(stored.to_text()));
    assert_eq!((tab.session().as_deref(), tab.requests()), (Some("kss_2"), 1));
}

#[test]
fn a_session_that_the_service_denies_ends_however_new_a_siblings_token_is() {
    let mut tab = Tab::signed_in("kss_1");
    tab.receive(&token_message("kss_1", tab.service_time() + 5, tab.now.wall));
    tab.want(Want::Refresh);
    tab.answer(denied());
    tab.answer(denied());
    assert_eq!(tab.reason(), Some(SignOutReason::Expired));
    assert!(matches!(tab.broadcast.last(), Some(Message::SignedOut { expired: true, .. })));
}
