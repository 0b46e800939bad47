//! Calls from start to end on fakes: what is sent, what a caller is told, and what is left behind.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use futures::channel::oneshot;
use loginrocket_wasm::{
    Error,
    client::{CallOptions, Client},
    core::{
        config::{Agent, Config, Locale, Timeout},
        request::Endpoint,
        response::Outcome,
    },
};
use serde_json::json;
use support::{Answer, Fake, Running, config, told};

const OKAY: Answer = Answer::Status(200, r#"{"result":"okay"}"#);

#[test]
fn every_endpoint_sends_its_parameters_where_the_api_reads_them() {
    let expected = [
        (Endpoint::Login, "POST", "login"),
        (Endpoint::VerifyLogin, "POST", "login/verify"),
        (Endpoint::GetSession, "GET", "session"),
        (Endpoint::Logout, "DELETE", "session"),
        (Endpoint::ForgotPassword, "POST", "password/forgot"),
        (Endpoint::ResetPassword, "POST", "password/reset"),
        (Endpoint::UpdatePassword, "POST", "profile/password"),
        (Endpoint::UpdateProfile, "PUT", "profile"),
        (Endpoint::Signup, "POST", "signup"),
        (Endpoint::RequestInvitation, "POST", "signup/request"),
        (Endpoint::VerifyEmail, "POST", "email/verify"),
    ];
    assert_eq!(expected.map(|(endpoint, ..)| endpoint), Endpoint::ALL);
    for (endpoint, method, path) in expected {
        let fake = Fake::answering([OKAY]);
        let client = Client::new(config("https://sample.e2.loginrocket.com"), fake.clone());
        let params = json!({ "session": "kss_sample123456", "anything": "a b", "nothing": null });
        assert!(Running::start(&client, endpoint, params.clone()).outcome().is_some());

        let [sent] = &fake.sent()[..] else { panic!("{endpoint:?} sent more or less than one request") };
        assert_eq!(sent.method, method);
        let url = format!("https://sample.e2.loginrocket.com/v2/{path}");
        if matches!(method, "GET" | "DELETE") {
            let (there, query) = sent.url.split_once('?').unwrap();
            assert_eq!(there, url);
            let mut pairs: Vec<_> = query.split('&').collect();
            pairs.sort_unstable();
            assert_eq!(pairs, ["anything=a+b", "session=kss_sample123456"]);
            assert_eq!((&sent.body, sent.header("content-type")), (&None, None));
        } else {
            assert_eq!(sent.url, url);
            assert_eq!(
                (sent.body.as_ref(), sent.header("content-type")),
                (Some(&params), Some("application/json"))
            );
        }
        assert_eq!(sent.header("accept"), Some("application/json"));
        assert!(sent.header("lr-agent").unwrap().starts_with("loginrocket-wasm/"));
        assert_eq!(sent.header("accept-language"), None);
    }
}

#[test]
fn a_locale_of_the_call_wins_over_the_one_of_the_client() {
    let fake = Fake::answering([OKAY, OKAY]);
    let locale = |tag| Some(Locale::parse(tag).unwrap());
    let config = Config { locale: locale("es"), ..config("https://a") };
    let client = Client::new(config, fake.clone());
    Running::start(&client, Endpoint::Login, json!({}));
    let options = CallOptions { locale: locale("ja"), ..CallOptions::default() };
    Running::start_with(&client, Endpoint::Login, json!({}), &options, std::future::pending());
    let languages: Vec<_> =
        fake.sent().iter().map(|sent| sent.header("accept-language").unwrap().to_owned()).collect();
    assert_eq!(languages, ["es", "ja"]);
}

#[test]
fn what_changes_after_a_call_was_made_does_not_reach_it() {
    let fake = Fake::answering([OKAY]);
    let client = Client::new(config("https://a"), fake.clone());
    let call = client.call(
        Endpoint::Login,
        &support::Params(json!({})),
        &CallOptions::default(),
        std::future::pending(),
    );
    client.configure(|now| {
        now.url = config("https://b").url;
        now.locale = Some(Locale::parse("es").unwrap());
    });
    futures::executor::block_on(call);
    assert_eq!(fake.sent()[0].url, "https://a/v2/login");
    assert_eq!(fake.sent()[0].header("accept-language"), None);
}

#[test]
fn without_a_usable_url_nothing_is_sent() {
    let fake = Fake::default();
    let mut unset = Running::start(&Client::new(Config::default(), fake.clone()), Endpoint::Login, json!({}));
    assert_eq!(told(&unset.outcome().unwrap()), "missing_url");
    let mut insecure =
        Running::start(&Client::new(config("http://example.com"), fake.clone()), Endpoint::Login, json!({}));
    assert_eq!(told(&insecure.outcome().unwrap()), "insecure_url");
    assert!(fake.sent().is_empty());

    let fake = Fake::answering([OKAY]);
    let config = Config { dangerously_allow_insecure_url: true, ..config("http://example.com") };
    let mut allowed = Running::start(&Client::new(config, fake.clone()), Endpoint::Logout, json!({}));
    assert_eq!(told(&allowed.outcome().unwrap()), "success");
}

#[test]
fn a_server_that_never_answers_ends_in_a_timeout_and_an_aborted_request() {
    let fake = Fake::answering([Answer::Hang]);
    let client = Client::new(config("https://a"), fake.clone());
    let mut call = Running::start(&client, Endpoint::Login, json!({}));
    fake.advance(9_999);
    assert!(call.outcome().is_none());
    assert_eq!(fake.in_flight(), 1);
    fake.advance(1);
    let Some(Outcome::Failed(failure)) = call.outcome() else { panic!("the call did not end in a failure") };
    assert_eq!((failure.facts.code, failure.facts.retryable, failure.facts.status), ("timeout", true, None));
    assert_eq!(failure.source.name(), "LoginRocketError");
    assert_eq!(failure.error, "An unexpected error occurred; please wait a minute and try again.");
    assert_eq!(fake.in_flight(), 0, "the request is aborted");
}

#[test]
fn a_timeout_says_whether_the_call_may_be_repeated() {
    for endpoint in Endpoint::ALL {
        let fake = Fake::answering([Answer::Hang]);
        let mut call = Running::start(&Client::new(config("https://a"), fake.clone()), endpoint, json!({}));
        fake.advance(10_000);
        let Some(Outcome::Failed(failure)) = call.outcome() else { panic!("no failure") };
        let harmless = matches!(
            endpoint,
            Endpoint::Login
                | Endpoint::GetSession
                | Endpoint::Logout
                | Endpoint::ForgotPassword
                | Endpoint::UpdateProfile
        );
        let code = if harmless { "timeout" } else { "outcome_unknown" };
        assert_eq!((failure.facts.code, failure.facts.retryable), (code, harmless), "{endpoint:?}");
    }
}

#[test]
fn the_agent_can_be_renamed_or_left_out() {
    for (agent, header) in
        [(Agent::custom("my-app/1.0").unwrap(), Some("my-app/1.0")), (Agent::Omitted, None)]
    {
        let fake = Fake::answering([OKAY]);
        let config = Config { agent, ..config("https://a") };
        Running::start(&Client::new(config, fake.clone()), Endpoint::Logout, json!({}));
        assert_eq!(fake.sent()[0].header("lr-agent"), header);
    }
}

#[test]
fn the_timeout_of_a_call_wins_over_the_one_of_the_client() {
    let fake = Fake::answering([Answer::Hang]);
    let client = Client::new(config("https://a"), fake.clone());
    let options = CallOptions { timeout: Some(Timeout::from_ms(50.0).unwrap()), ..CallOptions::default() };
    let mut call = Running::start_with(&client, Endpoint::Login, json!({}), &options, std::future::pending());
    fake.advance(50);
    assert_eq!(told(&call.outcome().unwrap()), "timeout");
}

#[test]
fn a_signal_ends_a_call_and_a_late_one_changes_nothing() {
    let fake = Fake::answering([Answer::Hang, OKAY]);
    let client = Client::new(config("https://a"), fake.clone());
    let start = |cancelled: oneshot::Receiver<()>| {
        let cancelled = async { cancelled.await.unwrap_or_default() };
        Running::start_with(&client, Endpoint::Login, json!({}), &CallOptions::default(), cancelled)
    };

    let (abort, cancelled) = oneshot::channel();
    let mut call = start(cancelled);
    assert!(call.outcome().is_none());
    abort.send(()).unwrap();
    assert_eq!(told(&call.outcome().unwrap()), "aborted");
    assert_eq!((fake.in_flight(), fake.live_timers()), (0, 0));

    let (abort, cancelled) = oneshot::channel();
    let mut call = start(cancelled);
    assert_eq!(told(&call.outcome().unwrap()), "other");
    assert!(abort.send(()).is_err(), "nobody listens any more");
}

#[test]
fn a_signal_that_is_aborted_already_sends_nothing() {
    let fake = Fake::default();
    let client = Client::new(config("https://a"), fake.clone());
    let mut call = Running::start_with(
        &client,
        Endpoint::Login,
        json!({}),
        &CallOptions::default(),
        std::future::ready(()),
    );
    assert_eq!(told(&call.outcome().unwrap()), "aborted");
    assert!(fake.sent().is_empty());
}

#[test]
fn an_answer_leaves_no_timer_behind() {
    let fake = Fake::answering([OKAY]);
    let client = Client::new(config("https://a"), fake.clone());
    assert!(Running::start(&client, Endpoint::Logout, json!({})).outcome().is_some());
    assert_eq!((fake.in_flight(), fake.live_timers()), (0, 0));
}

#[test]
fn a_fault_of_the_transport_says_whether_the_call_may_have_been_done() {
    let client = Client::new(config("https://a"), Fake::answering([Answer::Fault(Error::Network)]));
    assert_eq!(
        told(&Running::start(&client, Endpoint::Login, json!({})).outcome().unwrap()),
        "network_error"
    );
}

#[test]
fn a_request_shows_no_secret_when_printed() {
    let params = support::Params(json!({ "session": "kss_sample123456" }));
    let config = config("https://a");
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile] {
        let request = loginrocket_wasm::core::request::build(&config, None, endpoint, &params).unwrap();
        let printed = format!("{request:?}");
        assert!(!printed.contains("kss_") && printed.contains("[secret]"), "{printed}");
    }
}
