//! What each answer of the service, or of whatever stands in its place, is taken for.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::panic, reason = "a panic here is a failed test")]

use loginrocket_wasm::{
    Error,
    protocol::{
        endpoint::Endpoint,
        failure::Failure,
        response::{self, Body, Headers, Next, Outcome, Reply, SignIn, classify},
    },
};
use serde_json::{Value, json};

/// 2026-01-01T00:00:00Z
const NOW: u64 = 1_767_225_600;

fn reply(status: u16, body: &str) -> Reply {
    Reply { status, body: Body::Text(body.into()), ..Reply::default() }
}

fn at(endpoint: Endpoint, status: u16, body: &str) -> Outcome {
    classify(endpoint, &reply(status, body), NOW)
}

fn login(status: u16, body: &str) -> Outcome {
    at(Endpoint::Login, status, body)
}

fn failed(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) => failure,
        other => panic!("no failure: {other:?}"),
    }
}

fn refused(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Refused(failure) => failure,
        other => panic!("not refused: {other:?}"),
    }
}

fn sign_in(body: &Value) -> SignIn {
    match login(200, &body.to_string()) {
        Outcome::Success(Some(sign_in)) => sign_in,
        other => panic!("no success: {other:?}"),
    }
}

/// What a caller would see: the code of a failure, the step after a success.
fn seen(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Success(sign_in) => sign_in.as_ref().map_or("success", |sign_in| sign_in.next().as_str()),
        Outcome::Done => "success",
        Outcome::Refused(failure) | Outcome::Failed(failure) => failure.error.code(),
    }
}

#[test]
fn documented_answers_say_what_comes_next() {
    let answers: Value = serde_json::from_str(include_str!("fixtures/answers.json")).unwrap();
    let samples = answers.as_object().unwrap().iter().filter(|(_, sample)| sample.is_object());
    let mut count = 0;
    for (name, sample) in samples {
        let status = u16::try_from(sample["status"].as_u64().unwrap()).unwrap();
        let endpoint = if name == "okay" { Endpoint::ForgotPassword } else { Endpoint::Login };
        let next = match at(endpoint, status, &sample["body"].to_string()) {
            Outcome::Success(sign_in) => sign_in.map(|sign_in| sign_in.next().as_str()),
            Outcome::Refused(failure) => {
                assert_eq!(failure.service_errors, ["Login failed"]);
                assert_eq!((failure.error.code(), failure.status), ("validation_failed", Some(422)));
                None
            }
            other => panic!("{name} was taken for {other:?}"),
        };
        assert_eq!(next, sample["next"].as_str(), "{name}");
        count += 1;
    }
    assert_eq!(count, 6);
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
        (json!({ "session": "kss_1", "conditions": ["no_account_selected"] }), "select_account"),
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
        assert_eq!(sign_in(&body).next().as_str(), next, "{body}");
    }
    assert_eq!(seen(&at(Endpoint::VerifyEmail, 200, r#"{"session":"kss_1","token":"x"}"#)), "success");
}

#[test]
fn a_sign_in_keeps_its_session_account_token_and_claims() {
    // {"iat":1,"exp":2,"sub":"usr_sample123456"}
    let jwt = "e30.eyJpYXQiOjEsImV4cCI6Miwic3ViIjoidXNyX3NhbXBsZTEyMzQ1NiJ9.c2ln";
    for (token, subject) in [(jwt, Some("usr_sample123456")), ("a.b.c", None)] {
        let body = json!({ "session": "kss_1", "account": "org_1", "token": token, "conditions": ["x"] });
        let SignIn::SignedIn { session, account, token: own, claims } = sign_in(&body) else {
            panic!("not signed in")
        };
        assert_eq!((session.expose(), account.as_deref(), own.expose()), ("kss_1", Some("org_1"), token));
        assert_eq!(claims.as_ref().map(|claims| &*claims.subject), subject);
    }
    for (account, expected) in [(json!("org_1"), Some("org_1")), (Value::Null, None), (json!(7), None)] {
        let body = json!({ "session": "kss_1", "account": account, "conditions": ["a", 7, "b"] });
        let SignIn::Conditional { session, account, conditions, next } = sign_in(&body) else {
            panic!("not conditional")
        };
        assert_eq!((session.expose(), account.as_deref()), ("kss_1", expected));
        assert_eq!((conditions, next), (vec!["a".into(), "b".into()], Next::Other));
    }
}

#[test]
fn any_2xx_is_a_success_and_204_may_be_empty_where_nothing_is_said() {
    for status in [200, 201, 202, 299] {
        assert!(matches!(at(Endpoint::Logout, status, r#"{"result":"okay"}"#), Outcome::Success(None)));
    }
    assert!(matches!(at(Endpoint::Logout, 204, ""), Outcome::Done));
    assert!(matches!(at(Endpoint::Logout, 204, " \r\n"), Outcome::Done));
    assert_eq!(seen(&login(204, "")), "empty_reply");
    assert_eq!(seen(&at(Endpoint::Logout, 200, "")), "empty_reply");
}

#[test]
fn bodies_that_are_no_json_object_say_what_they_are_instead() {
    for (content_type, code) in [
        ("application/json; charset=utf-8", "malformed_json"),
        ("Application/JSON", "malformed_json"),
        ("application/problem+json ;x", "malformed_json"),
        ("text/html; a=application/json", "not_json"),
        ("", "not_json"),
    ] {
        let mut json = reply(200, "{\"result\":");
        json.headers.content_type = Some(content_type.into());
        assert_eq!(seen(&classify(Endpoint::Login, &json, NOW)), code, "{content_type}");
    }
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
            assert_eq!(seen(&login(status, body)), code, "{status} {body:?}");
        }
        for (body, code) in [(Body::NotUtf8, "invalid_encoding"), (Body::TooLarge, "reply_too_large")] {
            let reply = Reply { status, body, ..Reply::default() };
            assert_eq!(seen(&classify(Endpoint::Login, &reply, NOW)), code);
        }
    }
}

#[test]
fn an_answer_that_was_cut_leaves_open_whether_the_call_was_done() {
    for endpoint in Endpoint::ALL {
        let cut = |status| Reply { status, body: Body::Cut, ..Reply::default() };
        let unknown = if endpoint.is_repeatable() { "network_error" } else { "outcome_unknown" };
        assert_eq!(seen(&classify(endpoint, &cut(200), NOW)), unknown, "{endpoint:?}");
        assert_eq!(seen(&classify(endpoint, &cut(204), NOW)), unknown, "{endpoint:?}");
        for refusal in [409, 422] {
            let outcome = classify(endpoint, &cut(refusal), NOW);
            assert_eq!(seen(&outcome), "network_error", "a refusal was no deed");
        }
        assert_eq!(seen(&classify(endpoint, &cut(403), NOW)), "access_denied", "the status says enough");
    }
}

#[test]
fn no_answer_is_judged_by_whether_the_call_may_be_repeated() {
    for endpoint in Endpoint::ALL {
        let (unanswered, late) = (response::unanswered(endpoint), response::late(endpoint));
        let expected = if endpoint.is_repeatable() {
            (Error::Network, Error::Timeout)
        } else {
            (Error::OutcomeUnknown, Error::OutcomeUnknown)
        };
        assert_eq!((unanswered, late), expected, "{endpoint:?}");
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
        (499, "client_error", "LoginRocketError", GENERIC, false),
        (500, "server_error", "LoginRocketError", GENERIC, true),
        (503, "server_error", "LoginRocketError", GENERIC, true),
        (599, "server_error", "LoginRocketError", GENERIC, true),
        (301, "redirected", "LoginRocketError", GENERIC, false),
        (302, "redirected", "LoginRocketError", GENERIC, false),
        (303, "redirected", "LoginRocketError", GENERIC, false),
        (307, "redirected", "LoginRocketError", GENERIC, false),
        (308, "redirected", "LoginRocketError", GENERIC, false),
        (199, "unexpected_status", "LoginRocketError", GENERIC, true),
        (300, "unexpected_status", "LoginRocketError", GENERIC, true),
        (304, "unexpected_status", "LoginRocketError", GENERIC, true),
        (600, "unexpected_status", "LoginRocketError", GENERIC, true),
    ];
    for (status, code, source, text, retryable) in table {
        for (body, texts) in [
            (r#"{"result":"error","error":"Nope","errors":["Nope"]}"#, &["Nope"][..]),
            (r#"{"error":"forbidden by proxy","errors":["x"]}"#, &[]),
            ("<html>", &[]),
            ("", &[]),
        ] {
            let failure = failed(login(status, body));
            let error = failure.error;
            assert_eq!(
                (error.code(), error.source_name().name(), error.person_text()),
                (code, source, text),
                "{status} {body}"
            );
            assert_eq!((failure.retryable, failure.status), (retryable, Some(status)), "{status} {body}");
            let texts = if (400..600).contains(&status) { texts } else { &[] };
            assert_eq!(failure.service_errors, texts, "{status} {body}");
            assert_eq!((failure.request_id.as_ref(), failure.retry_after), (None, None));
        }
    }
}

const GENERIC: &str = "An unexpected error occurred; please wait a minute and try again.";

#[test]
fn an_answer_without_a_status_is_a_hidden_redirect_or_none() {
    for (is_hidden_redirect, code) in [(true, "redirected"), (false, "network_error")] {
        let answer = Reply { is_hidden_redirect, ..reply(0, "") };
        let failure = failed(classify(Endpoint::Login, &answer, NOW));
        assert_eq!((failure.error.code(), failure.status), (code, None));
    }
    assert_eq!(seen(&at(Endpoint::Signup, 0, "")), "outcome_unknown");
}

#[test]
fn what_may_have_been_done_is_retryable_only_where_that_is_harmless() {
    for endpoint in Endpoint::ALL {
        let is_retryable = |status, body: &str| failed(at(endpoint, status, body)).retryable;
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
fn a_refusal_has_the_texts_of_the_service_in_whatever_form() {
    for (body, errors) in [
        (r#"{"errors":["Taken","Short"]}"#, &["Taken", "Short"][..]),
        (r#"{"error":"Taken"}"#, &["Taken"]),
        (r#"{"error":"Taken","errors":[]}"#, &["Taken"]),
        (r#"{"error":"Taken","errors":"Short"}"#, &["Taken"]),
        (r#"{"error":"Taken","errors":["Short"]}"#, &["Short"]),
        // The host has the generic sentence for these.
        (r#"{"result":"conflict"}"#, &[]),
        ("{}", &[]),
    ] {
        let failure = refused(login(409, body));
        assert_eq!((failure.error, failure.retryable), (Error::Conflict, false));
        assert_eq!(failure.error.person_text(), GENERIC);
        assert_eq!(failure.service_errors, errors, "{body}");
    }
    assert_eq!(failed(login(403, r#"{"result":"error","error":"Ended"}"#)).service_errors, ["Ended"]);
}

#[test]
fn a_refusal_in_a_2xx_is_a_refusal_too() {
    let body = r#"{"result":"error","error":"No","errors":["No"],"session":"kss_1","token":"a.b.c"}"#;
    let failure = refused(login(200, body));
    assert_eq!((failure.error.code(), failure.status), ("validation_failed", Some(200)));
    assert_eq!(failure.service_errors, ["No"]);
    assert_eq!(seen(&login(409, r#"{"result":"error","error":"Taken","errors":["Taken"]}"#)), "conflict");
}

#[test]
fn a_failure_is_that_of_refusals_and_failures_and_of_no_success() {
    let code = |outcome: Outcome| outcome.failure().map(|failure| failure.error.code());
    assert_eq!(code(login(422, "{}")), Some("validation_failed"));
    assert_eq!(code(login(500, "")), Some("server_error"));
    assert_eq!(code(login(200, "{}")), None);
    assert_eq!(code(at(Endpoint::Logout, 204, "")), None);
    assert_eq!(code(Error::Aborted.into()), Some("aborted"));
}

/// `Retry-After` as a number and as a date, and `Ratelimit-Reset`.
fn waiting(
    status: u16,
    retry_after: Option<&str>,
    retry_at: Option<u64>,
    reset_at: Option<u64>,
) -> Option<u32> {
    let mut answer = reply(status, "");
    answer.headers =
        Headers { retry_after: retry_after.map(Into::into), retry_at, reset_at, ..Headers::default() };
    failed(classify(Endpoint::Login, &answer, NOW)).retry_after
}

#[test]
fn how_long_to_wait_is_read_from_a_number_or_a_date() {
    let later = Some(NOW + 90);
    assert_eq!(waiting(429, Some(" 30 "), None, None), Some(30));
    assert_eq!(waiting(503, Some("30"), None, None), Some(30));
    assert_eq!(waiting(429, None, later, None), Some(90));
    assert_eq!(waiting(503, None, later, None), Some(90));
    assert_eq!(waiting(429, None, None, later), Some(90));
    assert_eq!(waiting(429, Some("5"), None, later), Some(5), "the direct word wins");
    assert_eq!(waiting(429, None, Some(NOW + 5), later), Some(5), "also as a date");
    assert_eq!(waiting(429, Some("soon"), None, later), Some(90), "what cannot be read is as good as none");
    assert_eq!(waiting(429, None, None, Some(NOW - 1)), Some(0), "it is over already");
    assert_eq!(waiting(503, None, None, later), None, "no limit was hit");
    assert_eq!(waiting(429, Some("99999999999999999999999"), None, None), Some(u32::MAX), "for ever");
    let far = Some(NOW + 901);
    assert_eq!(waiting(429, None, None, Some(NOW + 900)), Some(900));
    assert_eq!(waiting(429, None, None, far), None, "no limit lasts as long: a clock is wrong");
    assert_eq!(waiting(429, None, far, None), None);
    for nonsense in ["soon", "-1", "+1", "1.5", ""] {
        assert_eq!(waiting(429, Some(nonsense), None, None), None, "{nonsense}");
    }
}

#[test]
fn a_date_is_read_by_the_clock_of_the_service_where_that_can_be_seen() {
    let by = |date: Option<u64>, until: u64| {
        let mut answer = reply(429, "");
        answer.headers = Headers { date, reset_at: Some(until), ..Headers::default() };
        failed(classify(Endpoint::Login, &answer, NOW)).retry_after
    };
    let tomorrow = NOW + 86_400;
    assert_eq!(by(Some(tomorrow), tomorrow + 5), Some(5));
    assert_eq!(by(Some(tomorrow), tomorrow - 3_600), Some(0));
    assert_eq!(by(Some(tomorrow), u64::MAX), Some(900));
    assert_eq!(by(None, NOW + 30), Some(30), "what cannot be seen is as good as none");
}

#[test]
fn the_id_of_a_request_is_kept_for_whoever_asks_the_service() {
    for status in [422, 500] {
        let headers = Headers { request_id: Some("rq_sample123456".into()), ..Headers::default() };
        let answer = Reply { headers, ..reply(status, r#"{"result":"error"}"#) };
        let outcome = classify(Endpoint::Login, &answer, NOW);
        let id = outcome.failure().and_then(|failure| failure.request_id.as_deref());
        assert_eq!(id, Some("rq_sample123456"), "{status}");
    }
}

#[test]
fn an_answer_shows_no_secret_when_printed() {
    let body = r#"{"session":"kss_sample123456","token":"sample.sample.sample"}"#;
    let printed = format!("{:?} {:?}", reply(200, body), login(200, body));
    assert!(!printed.contains("kss_") && !printed.contains("sample.sample"), "{printed}");
    assert!(printed.contains("[secret]"), "{printed}");
}

#[test]
fn misuse_explains_itself_to_whoever_reads_the_error() {
    let failure = Failure::new(Error::MissingUrl);
    assert_eq!(failure.error.person_text(), failure.error.message());
    assert!(failure.error.message().starts_with("no url is set: pass new LoginRocket({ url:"));
    assert_eq!(
        (failure.error.source_name().name(), failure.error.code(), failure.retryable),
        ("LoginRocketError", "missing_url", false)
    );
}
