//! What each answer of the service, or of whatever stands in its place, is taken for.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, reason = "a panic here is a failed test")]

mod support;

use loginrocket_wasm::{
    Error,
    core::{
        request::Endpoint,
        response::{Body, Failure, Next, Outcome, Reply, classify},
    },
};
use serde_json::{Value, json};
use support::{JsonRecord, reply, told};

/// 2026-01-01T00:00:00Z
const NOW: u64 = 1_767_225_600;

fn at(endpoint: Endpoint, status: u16, body: &str) -> Outcome<JsonRecord> {
    classify(endpoint, reply(status, body), NOW)
}

fn login(status: u16, body: &str) -> Outcome<JsonRecord> {
    at(Endpoint::Login, status, body)
}

#[test]
fn documented_answers_pass_through_and_say_what_comes_next() {
    let answers: Value = serde_json::from_str(include_str!("fixtures/answers.json")).unwrap();
    let samples = answers.as_object().unwrap().iter().filter(|(_, sample)| sample.is_object());
    let mut seen = 0;
    for (name, sample) in samples {
        let status = u16::try_from(sample["status"].as_u64().unwrap()).unwrap();
        let endpoint = if name == "okay" { Endpoint::ForgotPassword } else { Endpoint::Login };
        let (body, next) = match at(endpoint, status, &sample["body"].to_string()) {
            Outcome::Success(body, next) => (body, next.map(Next::as_str)),
            Outcome::Refused(body, refusal) => {
                assert_eq!(refusal.errors, ["Login failed"]);
                assert_eq!((refusal.facts.code, refusal.facts.status), ("validation_failed", Some(422)));
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
        (json!({ "session": "", "token": "a.b.c" }), "other"),
        (json!({ "session": "", "token": "tmf:1" }), "verify"),
        (json!({ "session": "kss_1", "token": "tmf:1" }), "other"),
        (
            json!({ "session": "kss_1", "token": "kli_1", "conditions": ["must_complete_profile"] }),
            "complete_profile",
        ),
        (json!({ "session": "kss_1", "token": "" }), "other"),
        (json!({ "session": 7, "token": 8 }), "other"),
        (json!({}), "other"),
    ];
    for (body, next) in cases {
        assert_eq!(told(&login(200, &body.to_string())), next, "{body}");
    }
    assert_eq!(told(&at(Endpoint::VerifyEmail, 200, r#"{"session":"kss_1","token":"x"}"#)), "success");
}

#[test]
fn any_2xx_is_a_success_and_204_may_be_empty_where_nothing_is_told() {
    for status in [200, 201, 202, 299] {
        assert_eq!(told(&at(Endpoint::Logout, status, r#"{"result":"okay"}"#)), "success");
    }
    assert!(matches!(at(Endpoint::Logout, 204, ""), Outcome::Done));
    assert_eq!(told(&login(204, "")), "empty_reply");
    assert_eq!(told(&at(Endpoint::Logout, 200, "")), "empty_reply");
}

#[test]
fn bodies_that_are_no_json_object_say_what_they_are_instead() {
    let mut json = reply(200, "{\"result\":");
    json.headers.content_type = Some("application/json; charset=utf-8".to_owned());
    assert_eq!(told(&classify(Endpoint::Login, json, NOW)), "malformed_json");
    for status in [200, 409, 422] {
        for (body, code) in [
            ("", "empty_reply"),
            (" \n", "empty_reply"),
            ("<html>", "not_json"),
            ("{\"result\":", "not_json"),
            ("[]", "not_an_object"),
            ("null", "not_an_object"),
            ("\"okay\"", "not_an_object"),
        ] {
            assert_eq!(told(&login(status, body)), code, "{status} {body:?}");
        }
        for (body, code) in [(Body::NotUtf8, "invalid_encoding"), (Body::TooLarge, "reply_too_large")] {
            let reply = Reply { body, ..reply(status, "") };
            assert_eq!(told(&classify(Endpoint::Login, reply, NOW)), code);
        }
    }
}

#[test]
fn an_answer_that_was_cut_leaves_open_whether_the_call_was_done() {
    for endpoint in Endpoint::ALL {
        let cut = |status| Reply { body: Body::Cut, ..reply(status, "") };
        let unknown = if endpoint.is_repeatable() { "network_error" } else { "outcome_unknown" };
        assert_eq!(told(&classify(endpoint, cut(200), NOW)), unknown, "{endpoint:?}");
        assert_eq!(told(&classify(endpoint, cut(422), NOW)), "network_error", "a refusal was no deed");
        assert_eq!(told(&classify(endpoint, cut(403), NOW)), "access_denied", "the status says enough");
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
        (302, "redirected", "LoginRocketError", GENERIC, false),
        (307, "redirected", "LoginRocketError", GENERIC, false),
        (304, "unexpected_status", "LoginRocketError", GENERIC, true),
        (600, "unexpected_status", "LoginRocketError", GENERIC, true),
    ];
    for (status, code, source, text, retryable) in table {
        let expected = |service_errors: Option<Value>| {
            let mut failure = json!({
                "result": "error", "error": text, "errors": [text], "source": source,
                "code": code, "retryable": retryable, "status": status,
            });
            if let Some(texts) = service_errors.filter(|_| (400..600).contains(&status)) {
                failure["serviceErrors"] = texts;
            }
            failure
        };
        for (body, texts) in [
            (r#"{"result":"error","error":"Nope","errors":["Nope"]}"#, Some(json!(["Nope"]))),
            (r#"{"error":"forbidden by proxy","errors":["x"]}"#, None),
            ("<html>", None),
            ("", None),
        ] {
            let Outcome::Failed(failure) = login(status, body) else { panic!("{status} is no failure") };
            let mut failure = serde_json::to_value(&failure).unwrap();
            assert!(failure["message"].take().as_str().is_some_and(|message| message.len() > 15));
            failure.as_object_mut().unwrap().remove("message");
            assert_eq!(failure, expected(texts), "{status} {body}");
        }
    }
}

const GENERIC: &str = "An unexpected error occurred; please wait a minute and try again.";

#[test]
fn an_answer_without_a_status_is_a_redirect_if_the_browser_says_so_and_none_otherwise() {
    for (is_hidden_redirect, code) in [(true, "redirected"), (false, "network_error")] {
        let answer = Reply { is_hidden_redirect, ..reply(0, "") };
        let Outcome::Failed(failure) = classify(Endpoint::Login, answer, NOW) else { panic!("no failure") };
        assert_eq!((failure.facts.code, failure.facts.status), (code, None));
    }
    assert_eq!(told(&at(Endpoint::Signup, 0, "")), "outcome_unknown");
}

#[test]
fn what_may_have_been_done_is_tried_again_only_where_that_does_no_harm() {
    for endpoint in Endpoint::ALL {
        let is_retryable = |status, body: &str| match at(endpoint, status, body) {
            Outcome::Failed(failure) => failure.facts.retryable,
            _ => panic!("no failure"),
        };
        let harmless = endpoint.is_repeatable();
        for (status, body) in
            [(500, ""), (502, "<html>"), (504, ""), (200, "<html>"), (201, ""), (204, "[]"), (304, "")]
        {
            let expected = harmless && status != 204;
            assert_eq!(is_retryable(status, body), expected, "{endpoint:?} {status}");
        }
        // These say that nothing was done.
        for status in [429, 503] {
            assert!(is_retryable(status, ""), "{endpoint:?} {status}");
        }
    }
}

#[test]
fn a_refusal_has_a_text_for_the_person_whatever_the_service_left_out() {
    for (body, errors) in [
        (r#"{"errors":["Taken","Short"]}"#, vec!["Taken", "Short"]),
        (r#"{"error":"Taken"}"#, vec!["Taken"]),
        (r#"{"error":"Taken","errors":[]}"#, vec!["Taken"]),
        (r#"{"result":"conflict"}"#, vec![GENERIC]),
        ("{}", vec![GENERIC]),
    ] {
        let Outcome::Refused(_, refusal) = login(409, body) else { panic!("not refused") };
        assert_eq!(refusal.errors, errors, "{body}");
    }
    let Outcome::Failed(failure) = login(403, r#"{"result":"error","error":"Ended"}"#) else {
        panic!("no failure")
    };
    assert_eq!(failure.service_errors, ["Ended"]);
}

#[test]
fn a_refusal_in_a_2xx_is_a_refusal_too() {
    let outcome =
        login(200, r#"{"result":"error","error":"No","errors":["No"],"session":"kss_1","token":"a.b.c"}"#);
    let Outcome::Refused(_, refusal) = outcome else { panic!("not refused") };
    assert_eq!((refusal.facts.code, refusal.facts.status), ("validation_failed", Some(200)));
    assert_eq!(told(&login(409, r#"{"result":"error","error":"Taken","errors":["Taken"]}"#)), "conflict");
}

fn waiting(status: u16, retry_after: Option<&str>, ratelimit_reset: Option<&str>) -> Option<u32> {
    let mut answer = reply(status, "");
    answer.headers.retry_after = retry_after.map(str::to_owned);
    answer.headers.ratelimit_reset = ratelimit_reset.map(str::to_owned);
    let Outcome::Failed(failure) = classify(Endpoint::Login, answer, NOW) else { panic!("no failure") };
    failure.facts.retry_after_seconds
}

#[test]
fn how_long_to_wait_is_read_from_a_number_or_a_date() {
    let later = Some("Thu, 01 Jan 2026 00:01:30 GMT");
    assert_eq!(waiting(429, Some(" 30 "), None), Some(30));
    assert_eq!(waiting(503, Some("30"), None), Some(30));
    assert_eq!(waiting(429, later, None), Some(90));
    assert_eq!(waiting(429, None, later), Some(90));
    assert_eq!(waiting(429, Some("5"), later), Some(5), "the direct word wins");
    assert_eq!(waiting(429, None, Some("Wed, 31 Dec 2025 23:59:59 GMT")), Some(0), "it is over already");
    assert_eq!(waiting(503, None, later), None, "no limit was hit");
    assert_eq!(waiting(429, Some("99999999999999999999999"), None), Some(u32::MAX), "for ever");
    for nonsense in ["soon", "-1", "+1", "1.5", ""] {
        assert_eq!(waiting(429, Some(nonsense), None), None, "{nonsense}");
    }
}

#[test]
fn the_id_of_a_request_is_kept_for_whoever_asks_the_service() {
    for status in [422, 500] {
        let mut answer = reply(status, r#"{"result":"error"}"#);
        answer.headers.request_id = Some("rq_sample123456".to_owned());
        let facts = match classify(Endpoint::Login, answer, NOW) {
            Outcome::Failed(failure) => failure.facts,
            Outcome::Refused(_, refusal) => refusal.facts,
            _ => panic!("no failure"),
        };
        assert_eq!(facts.request_id.as_deref(), Some("rq_sample123456"));
    }
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
