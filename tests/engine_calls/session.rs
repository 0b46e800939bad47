//! What calls and the session are to each other.

use crate::host::{Host, OKAY, SESSION, at, least, stored, timeout};
use loginrocket_wasm::{
    engine::{CallOptions, Input, Platform, Setup, StorageScope, session::Want},
    protocol::{endpoint::Endpoint, hosted::Visit, url::BaseUrl},
};
use serde_json::json;

#[test]
fn a_call_about_a_session_names_the_tracked_one_where_it_names_none() {
    let get = "GET session?session=kss_sample123456";
    let other = "GET session?session=kss_other";
    for (endpoint, params, line, body) in [
        (Endpoint::GetSession, json!({}), &*format!("{get}&account=org_sample1"), None),
        (
            Endpoint::GetSession,
            json!({ "account": "org_2" }),
            "GET session?account=org_2&session=kss_sample123456",
            None,
        ),
        (Endpoint::GetSession, json!({ "account": null }), get, None),
        (Endpoint::GetSession, json!({ "session": "kss_sample123456" }), get, None),
        (Endpoint::GetSession, json!({ "session": "kss_other" }), other, None),
        (Endpoint::GetSession, json!({ "session": null }), "GET session", None),
        (Endpoint::Logout, json!({}), "DELETE session?session=kss_sample123456", None),
        (
            Endpoint::Logout,
            json!({ "session": "kss_sample123456" }),
            "DELETE session?session=kss_sample123456",
            None,
        ),
        (Endpoint::Logout, json!({ "session": "kss_other" }), "DELETE session?session=kss_other", None),
        (
            Endpoint::UpdateProfile,
            json!({ "locale": "es" }),
            "PUT profile",
            Some(json!({ "session": "kss_sample123456", "account": "org_sample1", "locale": "es" })),
        ),
        (
            Endpoint::UpdateProfile,
            json!({ "account": "" }),
            "PUT profile",
            Some(json!({ "session": "kss_sample123456", "account": "" })),
        ),
        (
            Endpoint::UpdatePassword,
            json!({}),
            "POST profile/password",
            Some(json!({ "session": "kss_sample123456" })),
        ),
        (Endpoint::Login, json!({ "a": "b" }), "POST login", Some(json!({ "a": "b" }))),
        (Endpoint::VerifyEmail, json!({}), "POST email/verify", Some(json!({}))),
    ] {
        let mut host = Host::signed_in();
        host.call(endpoint, params.clone());
        assert_eq!(host.lines(), [line], "{params}");
        assert_eq!(host.sent[0].body, body, "{params}");
        // Only the tracked session ends with a sign-out.
        let is_over = endpoint == Endpoint::Logout && params["session"] != "kss_other";
        assert_eq!(host.engine.session().tracked().is_none(), is_over, "{endpoint:?} {params}");
    }
}

#[test]
fn calls_about_a_session_wait_for_the_store_and_others_do_not() {
    for endpoint in Endpoint::ALL {
        let mut host = Host::open(stored(), Some(SESSION), true);
        host.input(Input::Visible { is_visible: false });
        let named = host.call(endpoint, json!({ "session": "kss_other", "token": "tmf:sample" }));
        assert_eq!(host.sent.len(), 1, "{endpoint:?}");
        let id = host.call(endpoint, least(endpoint));
        if endpoint == Endpoint::Logout {
            assert_eq!((host.seen(id), host.sent.len()), ("done", 1));
            host.finish_reads();
            assert_eq!(host.lines()[1], "DELETE session?session=kss_sample123456");
            assert!(host.engine.session().tracked().is_none());
            continue;
        }
        let waits = endpoint.is_about_a_session();
        assert_eq!(host.sent.len(), if waits { 1 } else { 2 }, "{endpoint:?}");
        host.finish_reads();
        assert_eq!(host.sent.len(), 2, "{endpoint:?}");
        let is_tracked = host.sent[1].url().contains("kss_sample123456")
            || host.sent[1].body.as_ref().is_some_and(|body| body["session"] == "kss_sample123456");
        assert_eq!(is_tracked, waits, "{endpoint:?}");
        host.reply(id, 422, "{}");
        host.reply(named, 422, "{}");
        assert_eq!([host.seen(id), host.seen(named)], ["validation_failed"; 2]);
    }
}

#[test]
fn a_call_that_waits_for_the_store_can_be_given_up() {
    let mut host = Host::open(stored(), Some(SESSION), true);
    host.input(Input::Visible { is_visible: false });
    let aborted = CallOptions { is_aborted: true, ..CallOptions::default() };
    let early = host.call_with(Endpoint::GetSession, json!({}), aborted);
    assert_eq!(host.seen(early), "aborted");
    let late = host.call(Endpoint::GetSession, json!({}));
    assert_eq!(host.seen(late), "nothing");
    host.input(Input::Cancel { id: late });
    assert_eq!(host.seen(late), "aborted");
    host.finish_reads();
    assert!(host.sent.is_empty());
}

#[test]
fn a_sign_out_that_is_aborted_reaches_the_service_all_the_same() {
    let mut host = Host::signed_in();
    let aborted = CallOptions { is_aborted: true, ..CallOptions::default() };
    let id = host.call_with(Endpoint::Logout, json!({}), aborted);
    assert_eq!(host.seen(id), "aborted");
    assert_eq!(host.lines(), ["DELETE session?session=kss_sample123456"]);
    assert!(host.engine.session().tracked().is_none());

    let mut host = Host::signed_in();
    let id = host.call(Endpoint::Logout, json!({}));
    host.input(Input::Cancel { id });
    // The request goes on for nobody.
    assert_eq!((host.seen(id), host.aborted.len()), ("aborted", 0));
    assert_eq!(host.lines(), ["DELETE session?session=kss_sample123456"]);
    host.reply(id, 200, OKAY);
    assert_eq!((host.answers.len(), host.wake_at), (1, None));
}

#[test]
fn a_sign_out_under_way_outlives_the_client_and_its_url() {
    let mut host = Host::signed_in();
    let id = host.call(Endpoint::Logout, json!({}));
    host.input(Input::Dispose);
    assert_eq!((host.seen(id), host.aborted.len()), ("disposed", 0));
    host.pass(10_000);
    assert_eq!(host.aborted, [id], "within its bound");

    let mut host = Host::signed_in();
    let id = host.call_with(Endpoint::Logout, json!({}), timeout(600_000));
    host.input(Input::Dispose);
    host.pass(5_000);
    assert_eq!(host.aborted, [id], "within that of a sign-out that nobody waits for");

    let mut host = Host::signed_in();
    let id = host.call(Endpoint::Logout, json!({}));
    host.input(Input::SetUrl { id: 99, url: Some(BaseUrl::parse("https://b").unwrap()) });
    host.input(Input::Cancel { id });
    assert_eq!((host.seen(id), host.aborted.len()), ("aborted", 0));
}

#[test]
fn waiting_for_the_store_is_part_of_a_calls_time() {
    let mut host = Host::open(stored(), Some(SESSION), true);
    host.input(Input::Visible { is_visible: false });
    let short = host.call_with(Endpoint::GetSession, json!({}), timeout(500));
    let long = host.call_with(Endpoint::GetSession, json!({}), timeout(1_500));
    host.pass(500);
    assert_eq!([short, long].map(|id| host.seen(id)), ["timeout", "nothing"]);
    host.pass(500);
    host.finish_reads();
    assert_eq!(host.lines().len(), 1);
    host.pass(499);
    assert_eq!(host.seen(long), "nothing");
    host.pass(1);
    assert_eq!((host.seen(long), &host.aborted[..]), ("timeout", &[long][..]));
}

#[test]
fn a_call_whose_time_was_over_before_the_store_answered_is_not_sent() {
    let mut host = Host::open(stored(), Some(SESSION), true);
    host.input(Input::Visible { is_visible: false });
    let id = host.call_with(Endpoint::UpdatePassword, json!({}), timeout(500));
    // The page was busy, and its timer is late.
    host.now_ms += 600;
    host.finish_reads();
    assert_eq!((host.seen(id), host.sent.len()), ("timeout", 0));
}

#[test]
fn who_leaves_can_still_stay_while_the_store_is_read() {
    let mut host = Host::open(stored(), Some(SESSION), true);
    host.input(Input::OpenHosted { id: 9, visit: Visit { page: "login".into(), ..Visit::default() } });
    host.input(Input::Cancel { id: 9 });
    assert_eq!(host.seen(9), "aborted");
    host.finish_reads();
    assert_eq!(host.answers.len(), 1);
}

#[test]
fn a_session_that_is_denied_to_a_call_is_asked_for_once() {
    for (session, requests) in [(None, 2), (Some("kss_sample123456"), 2), (Some("kss_other"), 1)] {
        let params = session.map_or_else(|| json!({}), |session| json!({ "session": session }));
        let mut host = Host::signed_in();
        let id = host.call(Endpoint::UpdateProfile, params);
        host.reply(id, 403, "");
        assert_eq!(host.seen(id), "access_denied");
        assert_eq!(host.sent.len(), requests);
        assert!(host.sent[1..].iter().all(|sent| sent.line().starts_with("GET session?")));
        assert!(host.engine.session().tracked().is_some());
    }
}

#[test]
fn what_a_call_brings_is_the_session_unless_nobody_can_have_one() {
    let body = r#"{"session":"kss_1","account":"org_1","token":"a.b.c"}"#;
    for (is_server, expected) in [(false, Some(("kss_1", Some("org_1")))), (true, None)] {
        let platform = Platform { is_server, ..Platform::default() };
        let mut host = Host::with(Setup { platform, ..at("https://a") });
        let id = host.call(Endpoint::Login, json!({}));
        host.reply(id, 200, body);
        assert_eq!(host.seen(id), "done");
        let tracked = host
            .engine
            .session()
            .tracked()
            .map(|tracked| (tracked.session.expose(), tracked.account.as_deref()));
        assert_eq!(tracked, expected);
    }
}

/// The service says that the session is over, however it is asked.
fn expire(host: &mut Host) {
    let first = host.sent.len();
    let id = host.call(Endpoint::UpdatePassword, json!({}));
    host.reply(id, 403, "");
    for at in [first + 1, first + 2] {
        let id = host.sent[at].id;
        host.reply(id, 403, "");
    }
    assert!(host.engine.session().tracked().is_none());
}

#[test]
fn a_call_about_another_session_outlasts_the_one_there_is() {
    for (params, brings) in [(json!({ "session": "kss_other" }), true), (json!({}), false)] {
        let mut host = Host::signed_in();
        let id = host.call(Endpoint::GetSession, params);
        expire(&mut host);
        host.reply(id, 200, r#"{"session":"kss_other","token":"a.b.c"}"#);
        assert_eq!(host.seen(id), "done");
        assert_eq!(host.engine.session().tracked().is_some(), brings);
    }
}

#[test]
fn the_service_has_five_seconds_to_take_note_of_a_sign_out() {
    for (status, code) in [(200, "success"), (403, "done"), (422, "validation_failed"), (500, "server_error")]
    {
        let mut host = Host::signed_in();
        host.input(Input::SignOut { id: 9 });
        assert_eq!((host.seen(9), host.lines().len()), ("nothing", 1));
        let id = host.sent[0].id;
        host.reply(id, status, "{}");
        assert_eq!(host.seen(9), code);
    }
    let mut host = Host::signed_in();
    host.input(Input::SignOut { id: 9 });
    host.pass(4_999);
    assert_eq!(host.seen(9), "nothing");
    host.pass(1);
    assert_eq!((host.seen(9), &host.aborted[..]), ("timeout", &[host.sent[0].id][..]));
    host.input(Input::SignOut { id: 10 });
    assert_eq!((host.seen(10), host.sent.len()), ("done", 1), "there is nobody to sign out");
}

#[test]
fn the_same_url_once_more_changes_nothing() {
    let mut host = Host::signed_in();
    let id = host.call(Endpoint::GetSession, json!({}));
    host.input(Input::SetUrl { id: 90, url: at("https://a").config.url });
    assert!(host.engine.session().tracked().is_some());
    host.reply(id, 200, r#"{"session":"kss_sample123456","account":"org_2","token":"a.b.c"}"#);
    let account = host.engine.session().tracked().and_then(|tracked| tracked.account.as_deref());
    assert_eq!(account, Some("org_2"));
    host.input(Input::SetUrl { id: 91, url: None });
    assert!(host.engine.session().tracked().is_none());
}

#[test]
fn a_refresh_that_is_not_answered_may_be_tried_again() {
    for (is_late, code) in [(false, "network_error"), (true, "timeout")] {
        let mut host = Host::signed_in();
        host.input(Input::Want { id: 9, want: Want::Refresh, options: CallOptions::default() });
        let id = host.sent[0].id;
        if is_late {
            host.pass(10_000);
        } else {
            host.input(Input::Unanswered { id, is_misuse: false });
        }
        assert_eq!((host.seen(9), host.failure(9).retryable), (code, true));
        assert_eq!(host.aborted, if is_late { vec![id] } else { Vec::new() });
    }
}

#[test]
fn a_store_that_changes_a_hundred_times_meanwhile_is_read_once_more() {
    let platform = Platform { scope: StorageScope::Shared, ..Platform::default() };
    let mut host = Host::open(Setup { platform, ..at("https://a") }, Some(SESSION), true);
    host.input(Input::Attach);
    for _ in 0..100 {
        host.input(Input::StorageChanged { key: None });
    }
    for reads in [1, 2] {
        assert_eq!(host.reads.as_ref().unwrap().len(), reads);
        let id = host.reads.as_ref().unwrap()[reads - 1];
        host.input(Input::Stored { id, result: Ok(Some(SESSION.into())) });
    }
    assert_eq!(host.reads.as_ref().unwrap().len(), 2);
}
