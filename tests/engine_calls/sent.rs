//! Which request each call is.

use crate::host::{Host, OKAY, at, locale};
use loginrocket_wasm::{
    engine::{Answer, CallOptions, Input, Setup},
    protocol::{config::Agent, endpoint::Endpoint, request::Params},
};
use serde_json::json;

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
        let mut host = Host::with(at("https://sample.e2.loginrocket.com"));
        let params = json!({ "session": "kss_sample123456", "token": "tmf:sample", "anything": "a b", "nothing": null });
        let id = host.call(endpoint, params.clone());
        host.reply(id, 200, OKAY);
        assert!(matches!(host.answer(id), Some(Answer::Success { .. })));

        let [sent] = &host.sent[..] else { panic!("{endpoint:?} sent more or less than one request") };
        assert_eq!((sent.id, sent.request.method.as_str()), (id, method));
        let url = format!("https://sample.e2.loginrocket.com/v2/{path}");
        if matches!(method, "GET" | "DELETE") {
            let (there, query) = sent.url().split_once('?').unwrap();
            assert_eq!(there, url);
            let mut pairs: Vec<_> = query.split('&').collect();
            pairs.sort_unstable();
            assert_eq!(pairs, ["anything=a+b", "session=kss_sample123456", "token=tmf:sample"]);
            assert_eq!((&sent.body, sent.header("content-type")), (&None, None));
        } else {
            assert_eq!(sent.url(), url);
            assert_eq!(
                (sent.body.as_ref(), sent.header("content-type")),
                (Some(&params), Some("application/json"))
            );
        }
        assert_eq!(sent.header("accept"), Some("application/json"));
        assert!(sent.header("lr-agent").unwrap().starts_with("loginrocket-wasm/"));
        assert_eq!(sent.header("accept-language"), None);
        assert_eq!(sent.request.outlives_page, endpoint == Endpoint::Logout);
    }
}

#[test]
fn what_nests_in_a_query_is_flattened_and_what_cannot_be_is_refused() {
    let mut host = Host::new();
    let query =
        json!({ "session": "kss&1", "list": ["1", 2, null], "deep": { "a": [{ "b": "é" }] }, "c": "" });
    host.call(Endpoint::GetSession, query);
    let mut pairs: Vec<_> = host.sent[0].url().split_once('?').unwrap().1.split('&').collect();
    pairs.sort_unstable();
    assert_eq!(pairs, ["c=", "deep[a][0][b]=%C3%A9", "list[]=1", "list[]=2", "session=kss%261"]);

    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100), "]".repeat(100));
    for (number, text) in [deep.as_str(), "[]", "", r#"{"a":"\ud800"}"#].into_iter().enumerate() {
        let id = 100 + u32::try_from(number).unwrap();
        let params = Params(text.into());
        host.input(Input::Call { id, endpoint: Endpoint::Logout, params, options: CallOptions::default() });
        assert_eq!(host.seen(id), "invalid_params", "{text}");
    }
    assert_eq!(host.sent.len(), 1);
}

#[test]
fn a_locale_of_the_call_wins_over_the_one_of_the_client() {
    let mut setup = at("https://a");
    setup.config.locale = Some(locale("es"));
    let mut host = Host::with(setup);
    host.call(Endpoint::Login, json!({}));
    host.call_with(
        Endpoint::Login,
        json!({}),
        CallOptions { locale: Some(locale("ja")), ..CallOptions::default() },
    );
    let languages: Vec<_> = host.sent.iter().map(|sent| sent.header("accept-language").unwrap()).collect();
    assert_eq!(languages, ["es", "ja"]);
}

#[test]
fn what_changes_after_a_call_was_made_reaches_only_later_calls() {
    let mut host = Host::new();
    let first = host.call(Endpoint::Login, json!({}));
    host.input(Input::SetLocale { id: 90, locale: Some(locale("es")) });
    host.input(Input::SetUrl { id: 91, url: at("https://b").config.url });
    let second = host.call(Endpoint::Login, json!({}));
    host.input(Input::SetLocale { id: 92, locale: None });
    host.call(Endpoint::Login, json!({}));
    let sent: Vec<_> = host.sent.iter().map(|sent| (sent.url(), sent.header("accept-language"))).collect();
    assert_eq!(
        sent,
        [("https://a/v2/login", None), ("https://b/v2/login", Some("es")), ("https://b/v2/login", None)]
    );
    // A call goes on where it began, but signs nobody in at another realm.
    let body = r#"{"session":"kss_1","token":"a.b.c"}"#;
    host.reply(first, 200, body);
    assert_eq!(host.seen(first), "done");
    assert!(host.engine.session().tracked().is_none());
    host.reply(second, 200, body);
    assert!(host.engine.session().tracked().is_some());
}

#[test]
fn the_agent_can_be_renamed_or_left_out() {
    for (agent, header) in
        [(Agent::custom("my-app/1.0").unwrap(), Some("my-app/1.0")), (Agent::Omitted, None)]
    {
        let mut setup = at("https://a");
        setup.config.agent = agent;
        let mut host = Host::with(setup);
        host.call(Endpoint::Logout, json!({}));
        assert_eq!(host.sent[0].header("lr-agent"), header);
    }
}

#[test]
fn without_a_usable_url_nothing_is_sent() {
    for (setup, code) in [(Setup::default(), "missing_url"), (at("http://example.com"), "insecure_url")] {
        let mut host = Host::with(setup);
        for endpoint in Endpoint::ALL {
            let id = host.call(endpoint, json!({}));
            assert_eq!(host.seen(id), code, "{endpoint:?}");
        }
        assert_eq!((host.sent.len(), host.wake_at), (0, None));
    }
    let mut setup = at("http://example.com");
    setup.config.dangerously_allow_insecure_url = true;
    let mut host = Host::with(setup);
    let id = host.call(Endpoint::Logout, json!({}));
    host.reply(id, 200, OKAY);
    assert_eq!(host.seen(id), "success");
}

#[test]
fn a_request_shows_no_secret_when_printed() {
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile] {
        let mut host = Host::signed_in();
        host.call(endpoint, json!({}));
        let printed = format!("{:?} {:?}", host.sent[0].request, host.engine);
        assert!(!printed.contains("kss_") && printed.contains("[secret]"), "{printed}");
    }
}
