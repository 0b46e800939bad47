//! `password/forgot`, `password/reset` and `profile/password` (protocol.md#forgot-password, #reset-password,
//! #update-password).

use loginrocket_emulator::settings::{CharKind, PasswordField, UnknownPerson};
use serde_json::json;

use crate::support::{ADA, Emulator, PASSWORD};

fn forget(emulator: &mut Emulator) -> String {
    emulator.post("/v2/password/forgot", &json!({ "email": ADA })).is_okay();
    emulator.mailed_token(ADA)
}

#[test]
fn forgetting_mails_a_token_and_does_not_reply_it() {
    let mut emulator = Emulator::new();
    let token = forget(&mut emulator);
    assert!(token.starts_with("tpw:"));
    let mail = emulator.mail_to(ADA);
    assert_eq!(mail["kind"], "password_reset");
    assert!(mail["link"].as_str().unwrap().ends_with(&format!("reset?token={token}")));
    assert!(mail["text"].as_str().unwrap().contains(mail["link"].as_str().unwrap()));
}

#[test]
fn links_lead_where_the_realm_says() {
    let mut emulator = Emulator::with(|settings| {
        settings.mail_link = Some("http://localhost:5173/auth/{page}?{parameter}={token}".into());
    });
    let token = forget(&mut emulator);
    assert_eq!(emulator.mail_to(ADA)["link"], format!("http://localhost:5173/auth/reset?token={token}"));
}

#[test]
fn forgetting_does_not_tell_whether_someone_exists_unless_the_realm_does() {
    let mut emulator = Emulator::new();
    emulator.post("/v2/password/forgot", &json!({ "email": "nobody@example.com" })).is_okay();
    assert_eq!(emulator.mail_count(), 0);
    emulator.settings().assumptions.forgot_unknown_person = UnknownPerson::Error;
    emulator.post("/v2/password/forgot", &json!({ "email": "nobody@example.com" })).is_refused(422, "Email");
}

#[test]
fn forgetting_without_an_email_is_refused() {
    Emulator::new().post("/v2/password/forgot", &json!({})).is_refused(422, "Email can't be blank");
}

#[test]
fn a_reset_logs_in_ends_all_sessions_and_works_once() {
    let mut emulator = Emulator::new();
    let old = emulator.log_in().session();
    let token = forget(&mut emulator);
    let body =
        json!({ "token": token, "password": "brand-new-one", "password_confirmation": "brand-new-one" });
    let new = emulator.post("/v2/password/reset", &body).is_full_login().session();
    emulator.refresh(&old).is_logged_out();
    emulator.refresh(&new).is_full_login();
    emulator.log_in().is_refused(422, "Login failed");
    emulator.post("/v2/login", &json!({ "email": ADA, "password": "brand-new-one" })).is_full_login();
    emulator.post("/v2/password/reset", &body).is_refused(422, "Token");
}

#[test]
fn a_refused_reset_leaves_token_password_and_sessions() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let token = forget(&mut emulator);
    emulator
        .post("/v2/password/reset", &json!({ "token": token, "password": "short" }))
        .is_refused(422, "too short");
    emulator.refresh(&session).is_full_login();
    emulator
        .post("/v2/password/reset", &json!({ "token": token, "password": "long-enough" }))
        .is_full_login();
}

#[test]
fn a_reset_token_lasts_a_day_and_is_replaced_by_the_next() {
    let mut emulator = Emulator::new();
    let first = forget(&mut emulator);
    let second = forget(&mut emulator);
    emulator
        .post("/v2/password/reset", &json!({ "token": first, "password": "long-enough" }))
        .is_refused(422, "Token");
    emulator.advance_minutes(24 * 60);
    emulator
        .post("/v2/password/reset", &json!({ "token": second, "password": "long-enough" }))
        .is_refused(422, "Token");
}

#[test]
fn another_kind_of_token_resets_nothing() {
    let mut emulator = Emulator::new();
    emulator
        .post("/v2/password/reset", &json!({ "token": "tve:sample123456", "password": "long-enough" }))
        .is_refused(422, "Token");
}

#[test]
fn a_confirmation_is_compared_if_sent_and_demanded_by_some_realms() {
    let mut emulator = Emulator::new();
    let token = forget(&mut emulator);
    let body = json!({ "token": token, "password": "long-enough", "password_confirmation": "other" });
    emulator.post("/v2/password/reset", &body).is_refused(422, "confirmation");
    emulator.settings().password_field = PasswordField::Twice;
    emulator
        .post("/v2/password/reset", &json!({ "token": token, "password": "long-enough" }))
        .is_refused(422, "confirmation");
}

#[test]
fn the_policy_names_everything_that_is_wrong() {
    let mut emulator = Emulator::with(|settings| {
        settings.password_min_length = 12;
        settings.password_min_complexity = 3;
        settings.password_required_chars = vec![CharKind::Digit];
    });
    let token = forget(&mut emulator);
    let answer = emulator.post("/v2/password/reset", &json!({ "token": token, "password": "password" }));
    assert_eq!(answer.is_refused(422, "12").body["errors"].as_array().unwrap().len(), 3);
    emulator
        .post("/v2/password/reset", &json!({ "token": token, "password": "7 odd horses yodel" }))
        .is_full_login();
}

#[test]
fn changing_a_password_keeps_the_calling_session_alone() {
    let mut emulator = Emulator::new();
    let (other, mine) = (emulator.log_in().session(), emulator.log_in().session());
    let body = json!({ "session": mine, "current_password": PASSWORD, "password": "brand-new-one" });
    emulator.post("/v2/profile/password", &body).is_okay();
    emulator.refresh(&mine).is_full_login();
    emulator.refresh(&other).is_logged_out();
}

#[test]
fn a_realm_that_heeds_keep_sessions_keeps_them() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.honour_keep_sessions = true);
    let (other, mine) = (emulator.log_in().session(), emulator.log_in().session());
    let body = json!({ "session": mine, "current_password": PASSWORD, "password": "brand-new-one", "keep_sessions": "all" });
    emulator.post("/v2/profile/password", &body).is_okay();
    emulator.refresh(&other).is_full_login();
}

#[test]
fn a_wrong_current_password_changes_nothing() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let body = json!({ "session": session, "current_password": "wrong", "password": "brand-new-one" });
    emulator.post("/v2/profile/password", &body).is_refused(422, "Current password does not match");
    emulator.log_in().is_full_login();
}

#[test]
fn the_session_is_checked_before_everything_else() {
    Emulator::new().post("/v2/profile/password", &json!({})).is_logged_out();
}

#[test]
fn a_person_without_a_password_need_not_know_one() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].password_hash = None;
    emulator
        .post("/v2/profile/password", &json!({ "session": session, "password": "brand-new-one" }))
        .is_okay();
    emulator.post("/v2/login", &json!({ "email": ADA, "password": "brand-new-one" })).is_full_login();
}
