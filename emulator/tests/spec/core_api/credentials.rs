//! `credentials`: passwords and second factors.

use http::Method;
use loginrocket_emulator::totp;
use serde_json::{Value, json};

use super::{Backend, is_refused, text};

fn with_totp() -> (Backend, Value) {
    let mut backend = Backend::new();
    let user = backend.user();
    let provider = text(&backend.get("auth_providers/totp").body["id"]);
    backend.update(&format!("auth_providers/{provider}"), "auth_provider", &json!({ "state": "active" }));
    let attributes = json!({ "user_id": user["id"], "auth_provider_id": provider, "credential_type": "totp", "name": "Test" });
    let credential = backend.create("credentials", "credential", &attributes);
    (backend, credential)
}

#[test]
fn a_password_is_a_credential_of_its_own() {
    let mut backend = Backend::new();
    let user = backend.user();
    let path = format!("credentials/{}", text(&user["credentials"][0]["id"]));
    assert_eq!(backend.get(&path).body["object"], "credential");
    backend.update(&path, "credential", &json!({ "password": "93uairgejkfdlgd" }));
    let authenticate = format!("users/{}/authenticate", text(&user["id"]));
    let login = json!({ "user": { "password": "93uairgejkfdlgd" } });
    assert_eq!(backend.call(Method::POST, &authenticate, &login).status, 200);
    assert_eq!(backend.delete(&path).body, json!({}));
    assert_eq!(backend.get(&path).status, 404);
    is_refused(&backend.call(Method::POST, &authenticate, &login), 422, "Login failed");
}

#[test]
fn a_second_factor_guards_the_login_after_its_first_right_code() {
    let (mut backend, credential) = with_totp();
    assert_eq!((&credential["object"], &credential["state"]), (&json!("credential"), &json!("new")));
    assert!(text(&credential["provisioning_uri"]).starts_with("otpauth://totp/"));
    let seed = text(&credential["totp_secret"]);
    let path = format!("credentials/{}", text(&credential["id"]));
    let authenticate = format!("users/{}/authenticate", text(&credential["user_id"]));
    let login = json!({ "user": { "password": "quick-fox-jumped-over-the-moon" } });
    assert_eq!(backend.call(Method::POST, &authenticate, &login).body["object"], "session");

    let wrong = json!({ "credential": { "code": "12345" } });
    is_refused(&backend.call(Method::POST, &format!("{path}/verify"), &wrong), 422, "Verification failed");
    let code = totp::code(&seed, backend.emulator.now).unwrap();
    let right = json!({ "credential": { "code": code } });
    assert_eq!(backend.call(Method::POST, &format!("{path}/verify"), &right).body["state"], "active");

    let token = backend.call(Method::POST, &authenticate, &login).body;
    assert!(token["object"] == "token" && text(&token["token"]).starts_with("tmf:"));
    let mut second = |code: &str| {
        let body = json!({ "user": { "token": token["token"], "code": code } });
        backend.call(Method::POST, "users/authenticate_token", &body)
    };
    is_refused(&second("x"), 422, "Verification failed");
    assert_eq!(second(&code).body["object"], "session");
    is_refused(&second(&code), 422, "Token");
}

#[test]
fn provisioning_data_is_shown_once() {
    let (mut backend, credential) = with_totp();
    let shown = backend.get(&format!("credentials/{}", text(&credential["id"]))).body;
    assert!(shown.get("totp_secret").is_none() && shown.get("provisioning_uri").is_none());
}

#[test]
fn second_factors_can_be_renamed_and_removed() {
    let (mut backend, credential) = with_totp();
    let path = format!("credentials/{}", text(&credential["id"]));
    assert_eq!(backend.update(&path, "credential", &json!({ "name": "Phone" }))["name"], "Phone");
    assert_eq!(backend.delete(&path).body, json!({}));
    assert_eq!(backend.delete(&path).status, 404);
}

#[test]
fn a_realm_without_the_second_factor_makes_none() {
    let mut backend = Backend::new();
    let user = backend.user()["id"].clone();
    let body = json!({ "credential": { "user_id": user, "credential_type": "totp" } });
    is_refused(&backend.call(Method::POST, "credentials", &body), 422, "credential_type");
}
