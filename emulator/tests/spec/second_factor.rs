//! The second factor: `login` that asks for it, `login/verify` that takes it (protocol.md#login, #verify-login).

use loginrocket_emulator::totp;
use serde_json::{Value, json};

use crate::support::{ADA, Emulator, PASSWORD};

/// Twenty bytes of nothing in particular, in base 32.
const SEED: &str = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U";

fn with_authenticator() -> Emulator {
    let document = json!({ "realms": [{ "name": "default", "settings": { "totp": true },
        "people": [{ "email": ADA, "password": PASSWORD, "totp_seed": SEED }] }] });
    Emulator::from_seed(&document.to_string())
}

fn code(emulator: &Emulator) -> String {
    totp::code(SEED, emulator.now).unwrap()
}

fn pending(emulator: &mut Emulator) -> String {
    let answer = emulator.log_in();
    assert_eq!((answer.status, &answer.body["result"]), (200, &json!("totp_required")));
    assert!(answer.body.get("session").is_none(), "nobody is logged in yet");
    answer.token()
}

fn verify(emulator: &mut Emulator, token: &str, code: &Value) -> crate::support::Answer {
    emulator.post("/v2/login/verify", &json!({ "token": token, "code": code }))
}

#[test]
fn password_and_code_together_log_in() {
    let mut emulator = with_authenticator();
    let token = pending(&mut emulator);
    assert!(token.starts_with("tmf:"));
    let code = code(&emulator);
    verify(&mut emulator, &token, &code.into()).is_full_login();
}

#[test]
fn the_token_works_once_and_for_ten_minutes() {
    let mut emulator = with_authenticator();
    let (used, old) = (pending(&mut emulator), pending(&mut emulator));
    let now = code(&emulator).into();
    verify(&mut emulator, &used, &now).is_full_login();
    verify(&mut emulator, &used, &now).is_refused(422, "Token");
    emulator.advance_minutes(10);
    let now = code(&emulator).into();
    verify(&mut emulator, &old, &now).is_refused(422, "Token");
}

#[test]
fn a_wrong_code_can_be_corrected() {
    let mut emulator = with_authenticator();
    let token = pending(&mut emulator);
    let right = code(&emulator);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    verify(&mut emulator, &token, &wrong.into()).is_refused(422, "Verification failed");
    verify(&mut emulator, &token, &Value::Null).is_refused(422, "Code");
    let spaced = format!("{} {}", &right[..3], &right[3..]);
    verify(&mut emulator, &token, &spaced.into()).is_full_login();
}

#[test]
fn guessing_codes_is_throttled() {
    let mut emulator = with_authenticator();
    emulator.settings().assumptions.login_attempts = 2;
    let token = pending(&mut emulator);
    for _ in 0..2 {
        verify(&mut emulator, &token, &"x".into()).is_refused(422, "Verification failed");
    }
    let now = code(&emulator).into();
    verify(&mut emulator, &token, &now).is_refused(422, "Too many");
}

#[test]
fn the_neighbouring_steps_are_right_too_and_no_others() {
    for (seconds, right) in [(30, true), (60, false)] {
        let mut emulator = with_authenticator();
        let token = pending(&mut emulator);
        let old = code(&emulator).into();
        emulator.now = emulator.now.plus_seconds(seconds);
        let answer = verify(&mut emulator, &token, &old);
        assert_eq!(answer.status == 200, right, "{seconds} s old");
    }
}

#[test]
fn a_realm_can_take_each_code_once() {
    let mut emulator = with_authenticator();
    emulator.settings().assumptions.totp_code_once = true;
    let (first, second) = (pending(&mut emulator), pending(&mut emulator));
    let now = code(&emulator).into();
    verify(&mut emulator, &first, &now).is_full_login();
    verify(&mut emulator, &second, &now).is_refused(422, "Verification failed");
}

#[test]
fn a_reset_password_asks_for_the_second_factor_too() {
    let mut emulator = with_authenticator();
    emulator.post("/v2/password/forgot", &json!({ "email": ADA })).is_okay();
    let token = emulator.mailed_token(ADA);
    let answer = emulator.post("/v2/password/reset", &json!({ "token": token, "password": "brand-new-one" }));
    assert!(answer.token().starts_with("tmf:"));
}

#[test]
fn a_realm_without_the_second_factor_does_not_ask() {
    let mut emulator = with_authenticator();
    emulator.settings().totp = false;
    emulator.log_in().is_full_login();
}

#[test]
fn the_result_and_the_status_of_a_wrong_code_are_the_realms() {
    let mut emulator = with_authenticator();
    emulator.settings().assumptions.mfa_result = "mfa_pending".into();
    emulator.settings().assumptions.mfa_wrong_code_status = 403;
    let answer = emulator.log_in();
    assert_eq!(answer.body["result"], "mfa_pending");
    verify(&mut emulator, &answer.token(), &"x".into()).is_refused(403, "Verification failed");
}

#[test]
fn a_reset_forgives_the_failed_logins_before_it() {
    let mut emulator = with_authenticator();
    emulator.post("/v2/password/forgot", &json!({ "email": ADA })).is_okay();
    let reset = emulator.mailed_token(ADA);
    for _ in 0..10 {
        emulator
            .post("/v2/login", &json!({ "email": ADA, "password": "wrong" }))
            .is_refused(422, "Login failed");
    }
    emulator.log_in().is_refused(422, "Too many");
    let token =
        emulator.post("/v2/password/reset", &json!({ "token": reset, "password": "brand-new-one" })).token();
    let code = json!(code(&emulator));
    verify(&mut emulator, &token, &code).is_full_login();
}
