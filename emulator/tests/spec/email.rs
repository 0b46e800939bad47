//! `email/verify` and what an open verification means (protocol.md#login, #update-profile, #verify-email).

use http::Request;
use loginrocket_emulator::settings::{EmailChange, EmailVerification, UnverifiedLogin};
use serde_json::json;

use crate::support::{ADA, Emulator};

fn with_bob(mode: EmailVerification) -> (Emulator, String) {
    let mut emulator = Emulator::with(|settings| settings.email_verification = mode);
    let session = emulator.sign_up("bob@example.com").session();
    (emulator, session)
}

#[test]
fn a_token_proves_nothing_about_an_address_it_was_not_sent_to() {
    let (mut emulator, session) = with_bob(EmailVerification::Optional);
    let token = emulator.mailed_token("bob@example.com");
    // Nothing is verified from here on, so that the change takes effect at once and mails no token in place of the first.
    emulator.settings().email_verification = EmailVerification::None;
    let change = json!({ "session": session, "email": "elsewhere@example.com" });
    assert_eq!(emulator.put("/v2/profile", &change).claims()["email"], "elsewhere@example.com");
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_refused(422, "Token");
    assert!(emulator.refresh(&session).claims().get("email_verified").is_none());
}

#[test]
fn a_mailed_link_of_a_realm_of_ones_own_leads_to_a_page_that_verifies() {
    let mut emulator = Emulator::new();
    let realm = json!({ "name": "mine", "settings": { "email_verification": "required" } });
    assert_eq!(emulator.post("/_emulator/realms", &realm).body["loginrocket"], "http://mine.localhost:4400/");
    let send = |emulator: &mut Emulator, request: http::request::Builder, body: String| {
        emulator.send(&request.header("host", "mine.localhost:4400").body(body.into_bytes()).unwrap())
    };
    let person = json!({ "email": "bob@example.com", "password": "a-good-password" });
    let sign_up = Request::post("/v2/signup").header("content-type", "application/json");
    let session = send(&mut emulator, sign_up, person.to_string()).session();
    let mail = emulator.get("/_emulator/mails?realm=mine").body["mails"][0].clone();
    let path = mail["link"].as_str().unwrap().strip_prefix("http://mine.localhost:4400").unwrap().to_owned();
    assert!(send(&mut emulator, Request::get(path), String::new()).text().contains("Verify</button>"));
    let verify = Request::post("/verify-email").header("content-type", "application/x-www-form-urlencoded");
    let form = format!("token={}", mail["token"].as_str().unwrap());
    assert!(send(&mut emulator, verify, form).text().contains("Your e-mail is verified."));
    send(&mut emulator, Request::get(format!("/v2/session?session={session}")), String::new())
        .is_full_login();
}

#[test]
fn a_mailed_token_verifies_the_email_without_a_session_and_once() {
    let (mut emulator, session) = with_bob(EmailVerification::Optional);
    let token = emulator.mailed_token("bob@example.com");
    assert!(token.starts_with("tve:"));
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_okay();
    assert_eq!(emulator.refresh(&session).claims()["email_verified"], true);
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_refused(422, "Token");
}

#[test]
fn missing_unknown_and_old_tokens_verify_nothing() {
    let (mut emulator, _) = with_bob(EmailVerification::Optional);
    emulator.post("/v2/email/verify", &json!({})).is_refused(422, "Token");
    emulator.post("/v2/email/verify", &json!({ "token": "tve:sample123456" })).is_refused(422, "Token");
    let token = emulator.mailed_token("bob@example.com");
    emulator.advance_minutes(7 * 24 * 60);
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_refused(422, "Token");
}

#[test]
fn a_required_verification_is_a_condition_until_it_is_answered() {
    let (mut emulator, session) = with_bob(EmailVerification::Required);
    emulator.refresh(&session).is_conditional(&["must_verify_email"]);
    let token = emulator.mailed_token("bob@example.com");
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_okay();
    emulator.refresh(&session).is_full_login();
}

#[test]
fn a_realm_may_refuse_or_allow_unverified_logins() {
    let (mut emulator, _) = with_bob(EmailVerification::Required);
    let body = json!({ "email": "bob@example.com", "password": "a-good-password" });
    emulator.settings().assumptions.unverified_login = UnverifiedLogin::Refused;
    emulator.post("/v2/login", &body).is_refused(422, "Verify your email");
    emulator.sign_up("eve@example.com").is_okay();
    emulator.settings().assumptions.unverified_login = UnverifiedLogin::Allowed;
    emulator.post("/v2/login", &body).is_full_login();
}

#[test]
fn a_changed_email_waits_for_its_verification_where_emails_are_verified() {
    let mut emulator = Emulator::with(|settings| settings.email_verification = EmailVerification::Optional);
    let session = emulator.log_in().session();
    let answer = emulator.put("/v2/profile", &json!({ "session": session, "email": "Countess@Example.com" }));
    assert_eq!(answer.is_full_login().claims()["email"], ADA);
    let token = emulator.mailed_token("countess@example.com");
    assert!(token.starts_with("tue:"));
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_okay();
    let claims = emulator.refresh(&session).claims();
    assert_eq!((&claims["email"], &claims["email_verified"]), (&json!("countess@example.com"), &json!(true)));
}

#[test]
fn a_pending_email_that_someone_else_took_meanwhile_is_refused() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.email_change = EmailChange::Pending);
    let session = emulator.log_in().session();
    emulator.put("/v2/profile", &json!({ "session": session, "email": "new@example.com" })).is_full_login();
    let token = emulator.mailed_token("new@example.com");
    emulator.sign_up("new@example.com").is_full_login();
    emulator.post("/v2/email/verify", &json!({ "token": token })).is_refused(422, "taken");
}

#[test]
fn a_second_change_replaces_the_first() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.email_change = EmailChange::Pending);
    let session = emulator.log_in().session();
    emulator.put("/v2/profile", &json!({ "session": session, "email": "one@example.com" })).is_full_login();
    let first = emulator.mailed_token("one@example.com");
    emulator.put("/v2/profile", &json!({ "session": session, "email": "two@example.com" })).is_full_login();
    emulator.post("/v2/email/verify", &json!({ "token": first })).is_refused(422, "Token");
}
