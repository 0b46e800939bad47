//! Every assumption of protocol.md#unknowns is a setting that changes what it says: one row each, and no setting
//! without a row.

use std::collections::BTreeSet;

use http::{Method, Request};
use loginrocket_emulator::settings::{Assumptions, EmailVerification, Field, JwtAlgorithm, OrgMode, Signup};
use loginrocket_emulator::totp;
use serde_json::{Value, json};

use crate::support::{ADA, Answer, Emulator, PASSWORD, START, request, rng};

const SEED: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";

/// A setting, another value, what is seen with it, and the look at what it governs.
type Row = (&'static str, Value, &'static str, fn(&mut Emulator) -> String);

#[test]
fn every_assumption_changes_what_it_says() {
    for (name, value, expected, look) in rows() {
        assert_ne!(look(&mut Emulator::new()), expected, "{name}: this is what is seen without it, too");
        let seen = look(&mut with(name, &value));
        assert_eq!(seen, expected, "{name}, {value}");
    }
}

#[test]
fn every_assumption_has_a_row() {
    let settings = serde_json::to_value(Assumptions::default()).unwrap();
    let all: BTreeSet<&str> = settings.as_object().unwrap().keys().map(String::as_str).collect();
    let rows: BTreeSet<&str> = rows().iter().map(|(name, ..)| *name).collect();
    assert_eq!(rows, all);
}

fn with(name: &str, value: &Value) -> Emulator {
    let mut emulator = Emulator::new();
    let answer = emulator.put("/_emulator/settings", &json!({ "assumptions": { name: value } }));
    assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    emulator
}

#[allow(clippy::too_many_lines, reason = "a table is as long as it has rows")]
fn rows() -> Vec<Row> {
    vec![
        ("mfa_result", json!("mfa_pending"), r#""mfa_pending""#, |emulator| {
            second_factor(emulator).body["result"].to_string()
        }),
        ("mfa_wrong_code_status", json!(403), "403", |emulator| {
            let token = second_factor(emulator).token();
            status(&verify(emulator, &token, "x"))
        }),
        ("unverified_condition", json!("email_not_verified"), r#"["email_not_verified"]"#, |emulator| {
            emulator.settings().email_verification = EmailVerification::Required;
            emulator.sign_up("bob@example.com").body["conditions"].to_string()
        }),
        ("missing_fields_member", json!("fields"), r#"["username"]"#, |emulator| {
            emulator.settings().username_field = Field::Required;
            emulator.log_in().body["fields"].to_string()
        }),
        ("accounts_in_reply", json!(true), r#""Ada Lovelace""#, |emulator| {
            emulator.settings().org_mode = OrgMode::MultiUser;
            emulator.log_in().body["accounts"][0]["name"].to_string()
        }),
        ("select_only_account", json!(true), r#""full_login""#, |emulator| {
            emulator.settings().org_mode = OrgMode::MultiUser;
            result(&emulator.log_in())
        }),
        ("foreign_account", json!("ignored"), r#""full_login""#, |emulator| {
            let login = json!({ "email": ADA, "password": PASSWORD, "account": "org_sample123456" });
            result(&emulator.post("/v2/login", &login))
        }),
        ("foreign_account", json!("forbidden"), "403", |emulator| {
            let login = json!({ "email": ADA, "password": PASSWORD, "account": "org_sample123456" });
            status(&emulator.post("/v2/login", &login))
        }),
        ("success_status", json!(201), "201", |emulator| status(&emulator.log_in())),
        ("error_body", json!("html"), r#"Some("text/html; charset=utf-8")"#, |emulator| {
            content_type(&emulator.get("/v2/session"))
        }),
        ("error_body", json!("empty"), "0", |emulator| emulator.get("/v2/session").bytes.len().to_string()),
        ("texts", json!({ "login_failed": "No, sorry" }), r#""No, sorry""#, |emulator| {
            emulator.post("/v2/login", &json!({})).body["error"].to_string()
        }),
        ("login_attempts", json!(1), "422", |emulator| {
            emulator.post("/v2/login", &json!({ "email": ADA, "password": "wrong" }));
            status(&emulator.log_in())
        }),
        ("login_attempts_minutes", json!(1), "200", |emulator| {
            emulator.settings().assumptions.login_attempts = 1;
            emulator.post("/v2/login", &json!({ "email": ADA, "password": "wrong" }));
            emulator.advance_minutes(2);
            status(&emulator.log_in())
        }),
        ("rate_limit", json!({ "requests": 1, "window_seconds": 60 }), "429", |emulator| {
            emulator.log_in();
            status(&emulator.log_in())
        }),
        (
            "rate_limit",
            json!({ "requests": 1, "window_seconds": 60, "scope": "address" }),
            "429",
            |emulator| {
                emulator.log_in();
                status(&emulator.log_in())
            },
        ),
        ("retry_after", json!(true), r#"Some("60")"#, |emulator| {
            let limit = json!({ "assumptions": { "rate_limit": { "requests": 0, "window_seconds": 60 } } });
            emulator.put("/_emulator/settings", &limit);
            format!("{:?}", emulator.log_in().header("retry-after"))
        }),
        ("throttled_login_status", json!(429), "429", |emulator| {
            emulator.settings().assumptions.login_attempts = 0;
            status(&emulator.log_in())
        }),
        ("feature_off_status", json!(404), "404", |emulator| {
            emulator.settings().lr_features.clear();
            status(&emulator.log_in())
        }),
        ("inactive_login_status", json!(403), "403", |emulator| {
            emulator.realm().users.values_mut().for_each(|user| user.inactive = true);
            status(&emulator.log_in())
        }),
        ("mfa_wrong_token_status", json!(403), "403", |emulator| {
            status(&verify(emulator, "tmf:sample123456", "000000"))
        }),
        ("password_wrong_token_status", json!(403), "403", |emulator| {
            status(&reset(emulator, "tpw:sample123456"))
        }),
        ("first_password_freely", json!(false), "422", |emulator| {
            let session = emulator.log_in().session();
            emulator.realm().users.values_mut().for_each(|user| user.password_hash = None);
            let body = json!({ "session": session, "password": "brand-new-one" });
            status(&emulator.post("/v2/profile/password", &body))
        }),
        ("foreign_origin", json!("refused"), "this origin is not listed", |emulator| {
            emulator.settings().allowed_origins.clear();
            across_origins(emulator, Method::GET).body["error"].as_str().unwrap().to_owned()
        }),
        ("cors_exposed_headers", json!(["x-request-id"]), r#"Some("x-request-id")"#, |emulator| {
            format!("{:?}", across_origins(emulator, Method::GET).header("access-control-expose-headers"))
        }),
        ("cors_max_age_seconds", json!(5), r#"Some("5")"#, |emulator| {
            format!("{:?}", across_origins(emulator, Method::OPTIONS).header("access-control-max-age"))
        }),
        ("request_id", json!(false), "false", |emulator| {
            emulator.log_in().header("x-request-id").is_some().to_string()
        }),
        ("forgot_unknown_person", json!("error"), "422", |emulator| {
            status(&emulator.post("/v2/password/forgot", &json!({ "email": "nobody@example.com" })))
        }),
        ("signup_closed_status", json!(403), "403", |emulator| {
            emulator.settings().signup = Signup::Closed;
            status(&emulator.sign_up("bob@example.com"))
        }),
        ("signup_duplicate_status", json!(409), "409", |emulator| status(&emulator.sign_up(ADA))),
        ("invitation_param", json!("invitation_token"), "200", |emulator| {
            let body =
                json!({ "email": "bob@example.com", "password": "a-good-password", "invitation": "wrong" });
            status(&emulator.post("/v2/signup", &body))
        }),
        ("preverify_result", json!("invited"), r#""invited""#, |emulator| {
            emulator.settings().email_verification = EmailVerification::Preverify;
            result(&emulator.sign_up("bob@example.com"))
        }),
        ("request_invitation_status", json!(403), "403", |emulator| {
            status(&emulator.post("/v2/signup/request", &json!({ "email": "bob@example.com" })))
        }),
        ("unverified_login", json!("refused"), "422", |emulator| {
            emulator.sign_up("bob@example.com");
            emulator.settings().email_verification = EmailVerification::Required;
            status(
                &emulator
                    .post("/v2/login", &json!({ "email": "bob@example.com", "password": "a-good-password" })),
            )
        }),
        ("unverified_login", json!("allowed"), r#""full_login""#, |emulator| {
            emulator.settings().email_verification = EmailVerification::Required;
            result(&emulator.sign_up("bob@example.com"))
        }),
        ("email_change", json!("pending"), r#""ada@example.com""#, |emulator| {
            let session = emulator.log_in().session();
            let answer =
                emulator.put("/v2/profile", &json!({ "session": session, "email": "new@example.com" }));
            answer.claims()["email"].to_string()
        }),
        ("email_change", json!("immediate"), r#""new@example.com""#, |emulator| {
            emulator.settings().email_verification = EmailVerification::Optional;
            let session = emulator.log_in().session();
            let answer =
                emulator.put("/v2/profile", &json!({ "session": session, "email": "new@example.com" }));
            answer.claims()["email"].to_string()
        }),
        ("profile_extra_fields", json!([]), r#""Ada Lovelace""#, |emulator| {
            let session = emulator.log_in().session();
            let answer = emulator.put("/v2/profile", &json!({ "session": session, "org_name": "Engines" }));
            answer.claims()["orgs"][0]["name"].to_string()
        }),
        ("second_logout_status", json!(200), "200", |emulator| {
            status(&emulator.delete("/v2/session?session=gone"))
        }),
        ("second_logout_status", json!(404), "404", |emulator| {
            status(&emulator.delete("/v2/session?session=gone"))
        }),
        ("sliding_sessions", json!(true), "200", |emulator| {
            let session = emulator.log_in().session();
            emulator.advance_minutes(1000);
            emulator.refresh(&session);
            emulator.advance_minutes(1000);
            status(&emulator.refresh(&session))
        }),
        ("reuse_token", json!(true), "true", |emulator| {
            let login = emulator.log_in();
            emulator.advance_minutes(1);
            (emulator.refresh(&login.session()).claims()["iat"] == login.claims()["iat"]).to_string()
        }),
        ("mfa_token_minutes", json!(1), "422", |emulator| {
            let token = second_factor(emulator).token();
            emulator.advance_minutes(2);
            let code = totp::code(SEED, emulator.now).unwrap();
            status(&verify(emulator, &token, &code))
        }),
        ("password_token_minutes", json!(1), "422", |emulator| {
            let token = forgotten(emulator);
            emulator.advance_minutes(2);
            status(&reset(emulator, &token))
        }),
        ("email_token_minutes", json!(1), "422", |emulator| {
            emulator.settings().email_verification = EmailVerification::Optional;
            emulator.sign_up("bob@example.com");
            let token = emulator.mailed_token("bob@example.com");
            emulator.advance_minutes(2);
            status(&emulator.post("/v2/email/verify", &json!({ "token": token })))
        }),
        ("tokens_work_once", json!(false), "200", |emulator| {
            let token = forgotten(emulator);
            reset(emulator, &token);
            status(&reset(emulator, &token))
        }),
        ("totp_window", json!(0), "422", |emulator| {
            let token = second_factor(emulator).token();
            let code = totp::code(SEED, START).unwrap();
            emulator.now = START.plus_seconds(30);
            status(&verify(emulator, &token, &code))
        }),
        ("totp_code_once", json!(true), "422", |emulator| {
            let (first, second) = (second_factor(emulator).token(), emulator.log_in().token());
            let code = totp::code(SEED, emulator.now).unwrap();
            verify(emulator, &first, &code);
            status(&verify(emulator, &second, &code))
        }),
        ("jwks_max_age_seconds", json!(1), r#"Some("public, max-age=1")"#, |emulator| {
            format!("{:?}", emulator.get("/connect/jwks").header("cache-control"))
        }),
        ("jwks_components", json!(false), "true", |emulator| {
            emulator.get("/connect/jwks").body["keys"][0]["n"].is_null().to_string()
        }),
        ("jwks_cors", json!(false), "false", |emulator| {
            let request =
                Request::get("/connect/jwks").header("origin", "http://localhost:1").body(Vec::new());
            emulator.send(&request.unwrap()).header("access-control-allow-origin").is_some().to_string()
        }),
        ("token_claims", json!(["orgs"]), "null", |emulator| emulator.log_in().claims()["email"].to_string()),
        ("hs256_kid", json!(true), "eyJraWQiOiJqa3lfc2hhcmVkIiwiYWxnIjoiSFMyNTYifQ", |emulator| {
            emulator.settings().jwt_algo = JwtAlgorithm::Hs256;
            emulator.log_in().token().split('.').next().unwrap().to_owned()
        }),
        ("lenient_params", json!(false), "422", |emulator| {
            status(
                &emulator.send(&request(Method::POST, &format!("/v2/login?email={ADA}&password={PASSWORD}"))),
            )
        }),
        ("strict_accept", json!(true), "406", |emulator| status(&emulator.log_in())),
        ("foreign_redirect", json!("error"), "422", |emulator| {
            let now = emulator.now;
            emulator.realm().set_login_urls(&["http://localhost:3000/".into()], now, &mut rng());
            let session = emulator.log_in().session();
            let request = Request::get("/login?redirect_uri=http%3A%2F%2Fevil.example.com%2F")
                .header("cookie", format!("lr_session={session}"));
            status(&emulator.send(&request.body(Vec::new()).unwrap()))
        }),
        ("get_for_post", json!(true), "200", |emulator| {
            status(&emulator.get(&format!("/v2/login?email={ADA}&password={PASSWORD}")))
        }),
        ("honour_keep_sessions", json!(true), "200", |emulator| {
            let (other, mine) = (emulator.log_in().session(), emulator.log_in().session());
            let body = json!({ "session": mine, "current_password": PASSWORD, "password": "brand-new-one", "keep_sessions": "all" });
            emulator.post("/v2/profile/password", &body);
            status(&emulator.refresh(&other))
        }),
        ("password_hash_kib", json!(16), "m=16,t=1,p=1", |emulator| {
            emulator.sign_up("bob@example.com");
            let hash = emulator.realm().find_user("bob@example.com").unwrap().password_hash.clone().unwrap();
            hash.reveal().split('$').nth(3).unwrap().to_owned()
        }),
    ]
}

fn status(answer: &Answer) -> String {
    answer.status.to_string()
}

fn result(answer: &Answer) -> String {
    answer.body["result"].to_string()
}

fn content_type(answer: &Answer) -> String {
    format!("{:?}", answer.header("content-type"))
}

fn across_origins(emulator: &mut Emulator, method: Method) -> Answer {
    let request = Request::builder().method(method).uri("/v2/session").header("origin", "http://localhost:1");
    emulator.send(&request.header("access-control-request-method", "GET").body(Vec::new()).unwrap())
}

/// Ada's login where a second factor is due.
fn second_factor(emulator: &mut Emulator) -> Answer {
    emulator.settings().totp = true;
    emulator.realm().users.clear();
    let person = json!({ "email": ADA, "password": PASSWORD, "totp_seed": SEED });
    assert_eq!(emulator.post("/_emulator/people", &person).status, 200);
    emulator.log_in()
}

fn verify(emulator: &mut Emulator, token: &str, code: &str) -> Answer {
    emulator.post("/v2/login/verify", &json!({ "token": token, "code": code }))
}

fn forgotten(emulator: &mut Emulator) -> String {
    emulator.post("/v2/password/forgot", &json!({ "email": ADA })).is_okay();
    emulator.mailed_token(ADA)
}

fn reset(emulator: &mut Emulator, token: &str) -> Answer {
    emulator.post("/v2/password/reset", &json!({ "token": token, "password": "brand-new-one" }))
}
