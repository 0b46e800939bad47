//! `POST /v2/login` (protocol.md#login).

use serde_json::json;

use crate::support::{ADA, Emulator, PASSWORD};

#[test]
fn a_right_password_gives_session_account_and_token() {
    let answer = Emulator::new().log_in().is_full_login();
    assert!(answer.session().starts_with("kss_"));
    assert!(answer.account().starts_with("org_"));
    assert_eq!(answer.claims()["email"], ADA);
}

#[test]
fn e_mail_username_and_id_all_name_the_person() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].username = Some("countess".into());
    for name in ["ADA@Example.com", " ada@example.com ", "Countess", &id] {
        emulator.post("/v2/login", &json!({ "email": name, "password": PASSWORD })).is_full_login();
    }
}

#[test]
fn an_id_in_other_case_names_nobody() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA).to_uppercase();
    emulator.post("/v2/login", &json!({ "email": id, "password": PASSWORD })).is_refused(422, "Login failed");
}

#[test]
fn wrong_password_unknown_person_and_nothing_at_all_fail_alike() {
    let mut emulator = Emulator::new();
    for body in [
        json!({ "email": ADA, "password": "wrong" }),
        json!({ "email": "nobody@example.com", "password": PASSWORD }),
        json!({ "email": ADA }),
        json!({}),
    ] {
        emulator.post("/v2/login", &body).is_refused(422, "Login failed");
    }
}

#[test]
fn an_inactive_person_fails_like_a_wrong_password() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].inactive = true;
    emulator.log_in().is_refused(422, "Login failed");
}

#[test]
fn too_many_wrong_passwords_are_refused_as_422_until_time_passes() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.login_attempts = 3);
    for _ in 0..3 {
        emulator
            .post("/v2/login", &json!({ "email": ADA, "password": "wrong" }))
            .is_refused(422, "Login failed");
    }
    emulator.log_in().is_refused(422, "Too many");
    emulator.advance_minutes(11);
    emulator.log_in().is_full_login();
}

#[test]
fn throttling_one_person_leaves_others_alone() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.login_attempts = 1);
    emulator.sign_up("bob@example.com").is_full_login();
    emulator.post("/v2/login", &json!({ "email": ADA, "password": "wrong" }));
    emulator
        .post("/v2/login", &json!({ "email": "bob@example.com", "password": "a-good-password" }))
        .is_full_login();
}

#[test]
fn the_named_account_is_the_selected_one() {
    let mut emulator = Emulator::new();
    let (id, now) = (emulator.user_id(ADA), emulator.now);
    let second = emulator.realm().add_org("Second", &id, now, &mut crate::support::rng());
    let answer =
        emulator.post("/v2/login", &json!({ "email": ADA, "password": PASSWORD, "account": second }));
    assert_eq!(answer.is_full_login().account(), second);
}

#[test]
fn a_language_is_spoken_that_was_asked_for() {
    let mut emulator = Emulator::new();
    for (language, text) in [("es-MX", "Error al iniciar sesión"), ("ja", "ログイン"), ("fr", "Login failed")]
    {
        let request = http::Request::post("/v2/login")
            .header("accept-language", language)
            .header("content-type", "application/json")
            .body(br#"{"email":"nobody@example.com","password":"x"}"#.to_vec());
        emulator.send(&request.unwrap()).is_refused(422, text);
    }
}

#[test]
fn a_persons_own_language_goes_before_the_browsers() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].locale = Some("ja".into());
    let request = http::Request::post("/v2/login")
        .header("accept-language", "es")
        .header("content-type", "application/json")
        .body(br#"{"email":"ada@example.com","password":"x"}"#.to_vec());
    emulator.send(&request.unwrap()).is_refused(422, "ログイン");
}

#[test]
fn the_language_of_a_login_becomes_the_persons_own_if_there_was_none() {
    let mut emulator = Emulator::new();
    let request = http::Request::post("/v2/login")
        .header("accept-language", "es-MX")
        .header("content-type", "application/json")
        .body(json!({ "email": ADA, "password": PASSWORD }).to_string().into_bytes());
    let answer = emulator.send(&request.unwrap()).is_full_login();
    assert_eq!(answer.claims()["locale"], "es");
}

#[test]
fn a_language_that_was_chosen_stays_whatever_the_browser_says() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].locale = Some("ja".into());
    let request = http::Request::post("/v2/login")
        .header("accept-language", "es")
        .header("content-type", "application/json")
        .body(json!({ "email": ADA, "password": PASSWORD }).to_string().into_bytes());
    assert_eq!(emulator.send(&request.unwrap()).is_full_login().claims()["locale"], "ja");
}
