//! What a caller gets, and when.

use crate::host::{Host, OKAY, at, is_harmless, least, timeout};
use loginrocket_wasm::{
    Error,
    engine::{Answer, CallOptions, Input},
    protocol::{config::Timeout, endpoint::Endpoint},
};
use serde_json::json;

#[test]
fn an_answer_comes_with_its_facts() {
    for (status, body, seen) in [
        (200, r#"{"session":"kss_1","token":"a.b.c"}"#, "done"),
        (200, r#"{"token":"tmf:1"}"#, "verify"),
        (200, r#"{"session":"kss_1","conditions":["no_account_selected"]}"#, "select_account"),
        (200, OKAY, "other"),
        (422, r#"{"errors":["Short"]}"#, "validation_failed"),
        (500, "", "server_error"),
    ] {
        let mut host = Host::new();
        let id = host.call(Endpoint::Login, json!({}));
        host.reply(id, status, body);
        assert_eq!(host.seen(id), seen, "{body}");
        let is_refused = matches!(host.answer(id), Some(Answer::Refused { .. }));
        assert_eq!(is_refused, status == 422);
        if status > 299 {
            assert_eq!(host.failure(id).status, Some(status));
        }
    }
    let mut host = Host::new();
    let id = host.call(Endpoint::ForgotPassword, json!({}));
    host.reply(id, 204, "");
    assert!(matches!(host.answer(id), Some(Answer::Done)));
}

#[test]
fn a_server_that_never_answers_ends_in_a_timeout_and_an_abort() {
    let mut host = Host::new();
    let id = host.call(Endpoint::Login, json!({}));
    host.pass(9_999);
    assert_eq!((host.seen(id), &host.aborted[..]), ("nothing", &[][..]));
    host.pass(1);
    let failure = host.failure(id);
    assert_eq!((failure.error, failure.retryable, failure.status), (Error::Timeout, true, None));
    assert_eq!((failure.error.source_name().name(), failure.retry_after), ("LoginRocketError", None));
    assert_eq!((&host.aborted[..], host.wake_at), (&[id][..], None));
}

#[test]
fn a_timeout_or_a_fault_says_whether_the_call_may_be_repeated() {
    for endpoint in Endpoint::ALL {
        let mut host = Host::new();
        let late = host.call(endpoint, least(endpoint));
        host.pass(10_000);
        let lost = host.call(endpoint, least(endpoint));
        host.input(Input::Unanswered { id: lost, is_misuse: false });
        let harmless = is_harmless(endpoint);
        let codes = if harmless { ["timeout", "network_error"] } else { ["outcome_unknown"; 2] };
        for (id, code) in [late, lost].into_iter().zip(codes) {
            let failure = host.failure(id);
            assert_eq!((failure.error.code(), failure.retryable), (code, harmless), "{endpoint:?}");
        }
    }
}

#[test]
fn what_stands_in_for_fetch_and_gives_no_answer_is_misuse() {
    let mut host = Host::new();
    let id = host.call(Endpoint::Signup, json!({}));
    host.input(Input::Unanswered { id, is_misuse: true });
    assert_eq!((host.seen(id), host.failure(id).retryable), ("invalid_option", false));
}

#[test]
fn the_timeout_of_a_call_wins_over_the_one_of_the_client() {
    let mut setup = at("https://a");
    setup.config.timeout = Timeout::from_ms(700.0).unwrap();
    let mut host = Host::with(setup);
    let [short, own, long] = [timeout(50), CallOptions::default(), timeout(600_000)]
        .map(|options| host.call_with(Endpoint::Login, json!({}), options));
    let seen = |host: &Host| [short, own, long].map(|id| host.seen(id));
    host.pass(49);
    assert_eq!(seen(&host), ["nothing"; 3]);
    host.pass(1);
    assert_eq!(seen(&host), ["timeout", "nothing", "nothing"]);
    host.pass(650);
    assert_eq!(seen(&host), ["timeout", "timeout", "nothing"]);
    host.pass(599_299);
    assert_eq!(host.seen(long), "nothing");
    host.pass(1);
    assert_eq!(host.seen(long), "timeout");
    assert_eq!(host.aborted, [short, own, long]);
}

#[test]
fn a_timer_is_set_for_a_minute_at_most_and_seldom_set_anew() {
    let mut host = Host::new();
    host.call_with(Endpoint::Login, json!({}), timeout(600_000));
    assert_eq!((host.wake_at, host.timers), (Some(60_000), 1));
    host.now_ms = 1_000;
    let short = host.call(Endpoint::Login, json!({}));
    assert_eq!((host.wake_at, host.timers), (Some(11_000), 2));
    host.reply(short, 200, OKAY);
    host.now_ms = 5_000;
    let later = host.call(Endpoint::Login, json!({}));
    assert_eq!((host.wake_at, host.timers), (Some(11_000), 2), "what comes too early does no harm");
    host.pass(6_000);
    assert_eq!((host.seen(later), host.wake_at), ("nothing", Some(15_000)));
    host.pass(4_000);
    assert_eq!((host.seen(later), host.wake_at), ("timeout", Some(75_000)));
}

#[test]
fn an_engine_that_is_woken_late_or_not_at_all_catches_up() {
    let mut host = Host::new();
    let [first, second] = [50, 90].map(|ms| host.call_with(Endpoint::Login, json!({}), timeout(ms)));
    host.now_ms = 60;
    let third = host.call(Endpoint::Login, json!({}));
    assert_eq!([first, second, third].map(|id| host.seen(id)), ["timeout", "nothing", "nothing"]);
    host.now_ms = 1_000_000;
    host.input(Input::Woke);
    assert_eq!([second, third].map(|id| host.seen(id)), ["timeout"; 2]);
    assert_eq!(host.aborted, [first, second, third]);
}

#[test]
fn an_answer_leaves_no_timer_behind() {
    let mut host = Host::new();
    let id = host.call(Endpoint::Logout, json!({}));
    assert_eq!(host.wake_at, Some(10_000));
    host.reply(id, 200, OKAY);
    assert_eq!((host.seen(id), host.wake_at), ("success", None));
    host.pass(20_000);
    assert!(host.aborted.is_empty());
}
