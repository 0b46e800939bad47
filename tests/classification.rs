//! What each answer of the service, or of whatever stands in its place, is taken for.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use loginrocket_wasm::{
    Error,
    core::{
        request::Endpoint,
        response::{Failure, Next, Outcome, classify},
    },
};
use serde_json::{Value, json};
use support::{JsonRecord, reply, told};

fn login(status: u16, body: &str) -> Outcome<JsonRecord> {
    classify(Endpoint::Login, reply(status, body))
}

#[test]
fn documented_answers_pass_through_and_say_what_comes_next() {
    let answers: Value = serde_json::from_str(include_str!("fixtures/answers.json")).unwrap();
    let samples = answers.as_object().unwrap().iter().filter(|(_, sample)| sample.is_object());
    let mut seen = 0;
    for (name, sample) in samples {
        let status = u16::try_from(sample["status"].as_u64().unwrap()).unwrap();
        let endpoint = if name == "okay" { Endpoint::ForgotPassword } else { Endpoint::Login };
        let (body, next) = match classify(endpoint, reply(status, &sample["body"].to_string())) {
            Outcome::Success(body, next) => (body, next.map(Next::as_str)),
            Outcome::Refused(body, facts) => {
                assert_eq!((facts.code, facts.status), ("validation_failed", Some(422)));
                (body, None)
            }
            other => panic!("{name} was taken for {}", told(&other)),
        };
        assert_eq!(body.0, sample["body"], "{name}");
        assert_eq!(next, sample["next"].as_str(), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 6);
}

#[test]
fn the_next_step_is_read_from_the_structure_not_from_the_result() {
    let cases = [
        (json!({ "result": "brand_new", "session": "kss_1", "token": "a.b.c" }), "done"),
        (json!({ "result": "brand_new", "token": "kli_1" }), "verify"),
        (json!({ "result": "brand_new", "session": "kss_1", "conditions": ["must_dance"] }), "other"),
        (
            json!({ "session": "kss_1", "conditions": ["must_dance", "must_complete_profile"] }),
            "complete_profile",
        ),
        (json!({ "session": "kss_1", "token": null, "conditions": "no_account_selected" }), "other"),
        (json!({ "conditions": ["no_account_selected"] }), "other"),
        (json!({ "token": "a.b.c" }), "other"),
        (json!({ "session": "kss_1", "token": "" }), "other"),
        (json!({ "session": 7, "token": 8 }), "other"),
        (json!({}), "other"),
    ];
    for (body, next) in cases {
        assert_eq!(told(&login(200, &body.to_string())), next, "{body}");
    }
    assert_eq!(
        told(&classify(Endpoint::VerifyEmail, reply(200, r#"{"session":"kss_1","token":"x"}"#))),
        "success"
    );
}

#[test]
fn any_2xx_is_a_success_and_204_may_be_empty_where_nothing_is_told() {
    for status in [200, 201, 202, 299] {
        assert_eq!(told(&classify(Endpoint::Logout, reply(status, r#"{"result":"okay"}"#))), "success");
    }
    assert!(matches!(classify(Endpoint::Logout, reply(204, "")), Outcome::Done));
    assert_eq!(told(&login(204, "")), "empty_reply");
    assert_eq!(told(&classify(Endpoint::Logout, reply(200, ""))), "empty_reply");
}

#[test]
fn bodies_that_are_no_json_object_are_told_apart_from_empty_ones() {
    for status in [200, 409, 422] {
        for body in ["", " \n"] {
            assert_eq!(told(&login(status, body)), "empty_reply", "{status} {body:?}");
        }
        for body in ["<html>", "{\"result\":", "[]", "null", "\"okay\"", "7"] {
            assert_eq!(told(&login(status, body)), "not_json", "{status} {body}");
        }
    }
}

#[test]
fn every_status_has_the_official_source_and_its_own_code() {
    let table = [
        (403, "access_denied", "AccessDenied", "Session expired or access denied.", false),
        (429, "rate_limited", "RateLimited", "Rate limited; wait before trying again.", true),
        (404, "not_found", "RecordNotFound", GENERIC, false),
        (400, "client_error", "LoginRocketError", GENERIC, false),
        (401, "client_error", "LoginRocketError", GENERIC, false),
        (418, "client_error", "LoginRocketError", GENERIC, false),
        (500, "server_error", "LoginRocketError", GENERIC, true),
        (503, "server_error", "LoginRocketError", GENERIC, true),
        (304, "unexpected_status", "LoginRocketError", GENERIC, true),
        (600, "unexpected_status", "LoginRocketError", GENERIC, true),
    ];
    for (status, code, source, text, retryable) in table {
        for body in [r#"{"result":"error","error":"x"}"#, "<html>", ""] {
            let Outcome::Failed(failure) = login(status, body) else { panic!("{status} is no failure") };
            let message = failure.message;
            assert_eq!(
                serde_json::to_value(&failure).unwrap(),
                json!({
                    "result": "error", "error": text, "errors": [text], "source": source, "message": message,
                    "code": code, "retryable": retryable, "status": status,
                }),
            );
        }
    }
}

const GENERIC: &str = "An unexpected error occurred; please wait a minute and try again.";

#[test]
fn a_refusal_in_a_2xx_is_a_refusal_too() {
    let outcome =
        login(200, r#"{"result":"error","error":"No","errors":["No"],"session":"kss_1","token":"a.b.c"}"#);
    let Outcome::Refused(_, facts) = outcome else { panic!("not refused") };
    assert_eq!((facts.code, facts.status), ("validation_failed", Some(200)));
    assert_eq!(told(&login(409, r#"{"result":"error","error":"Taken","errors":["Taken"]}"#)), "conflict");
}

#[test]
fn headers_that_the_browser_may_read_become_facts() {
    let mut answer = reply(429, "");
    answer.request_id = Some("rq_sample123456".to_owned());
    answer.retry_after = Some(" 30 ".to_owned());
    let Outcome::Failed(failure) = classify(Endpoint::Login, answer) else { panic!("no failure") };
    assert_eq!(failure.facts.request_id.as_deref(), Some("rq_sample123456"));
    assert_eq!(failure.facts.retry_after_seconds, Some(30));

    let mut answer = reply(503, "");
    answer.retry_after = Some("soon".to_owned());
    let Outcome::Failed(failure) = classify(Endpoint::Login, answer) else { panic!("no failure") };
    assert_eq!(failure.facts.retry_after_seconds, None);
}

#[test]
fn misuse_explains_itself_to_whoever_reads_the_error() {
    let failure = Failure::new(Error::MissingUrl);
    assert_eq!(failure.error, failure.message);
    assert!(failure.message.starts_with("no url is set: pass new LoginRocket({ url:"));
    assert_eq!(
        (failure.source.name(), failure.facts.code, failure.facts.retryable),
        ("LoginRocketError", "missing_url", false)
    );
}
