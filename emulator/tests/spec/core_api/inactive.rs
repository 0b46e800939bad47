//! Every way in, tried by someone who was made inactive on the way.

use http::Method;
use loginrocket_emulator::totp;
use serde_json::{Value, json};

use super::{Backend, is_refused, text};

const PASSWORD: &str = "quick-fox-jumped-over-the-moon";

/// A person and the path of their record.
fn person() -> (Backend, String) {
    let mut backend = Backend::new();
    let path = format!("users/{}", text(&backend.user()["id"]));
    (backend, path)
}

/// The same with an authenticator, and its seed.
fn with_authenticator() -> (Backend, String, String) {
    let (mut backend, path) = person();
    let provider = text(&backend.get("auth_providers/totp").body["id"]);
    backend.update(&format!("auth_providers/{provider}"), "auth_provider", &json!({ "state": "active" }));
    let attributes = json!({ "user_id": path.trim_start_matches("users/"), "credential_type": "totp" });
    let credential = backend.create("credentials", "credential", &attributes);
    let seed = text(&credential["totp_secret"]);
    let verify = format!("credentials/{}/verify", text(&credential["id"]));
    let code = totp::code(&seed, backend.emulator.now).unwrap();
    assert_eq!(post(&mut backend, &verify, &json!({ "code": code })).status, 200);
    backend.emulator.advance_minutes(1);
    (backend, path, seed)
}

fn post(backend: &mut Backend, path: &str, body: &Value) -> crate::support::Answer {
    backend.call(Method::POST, path, body)
}

fn deactivate(backend: &mut Backend, path: &str) {
    assert_eq!(backend.update(path, "user", &json!({ "state": "inactive" }))["state"], "inactive");
}

fn password_token(backend: &mut Backend, path: &str) -> Value {
    post(backend, &format!("{path}/generate_password_token"), &json!({})).body["token"].clone()
}

#[test]
fn a_reset_lets_nobody_inactive_in_and_changes_no_password() {
    let (mut backend, path) = person();
    deactivate(&mut backend, &path);
    let token = password_token(&mut backend, &path);
    let reset = json!({ "token": token, "password": "how-now-brown-cow!" });
    backend.browser(Method::POST, "/v2/password/reset", &reset).is_refused(422, "Token");
    is_refused(&post(&mut backend, "users/reset_password_with_token", &reset), 422, "Token");
    backend.update(&path, "user", &json!({ "state": "active" }));
    let login = json!({ "password": PASSWORD });
    assert_eq!(post(&mut backend, &format!("{path}/authenticate"), &login).status, 200);
}

#[test]
fn tokens_that_were_out_stay_dead_when_a_person_is_active_again() {
    let (mut backend, path) = person();
    let token = password_token(&mut backend, &path);
    deactivate(&mut backend, &path);
    backend.update(&path, "user", &json!({ "state": "active" }));
    let reset = json!({ "token": token, "password": "how-now-brown-cow!" });
    backend.browser(Method::POST, "/v2/password/reset", &reset).is_refused(422, "Token");
}

#[test]
fn the_second_factor_lets_nobody_inactive_in() {
    let (mut backend, path, seed) = with_authenticator();
    let authenticate = format!("{path}/authenticate");
    let pending = post(&mut backend, &authenticate, &json!({ "password": PASSWORD })).body["token"].clone();
    assert!(text(&pending).starts_with("tmf:"));
    deactivate(&mut backend, &path);
    let code = totp::code(&seed, backend.emulator.now).unwrap();
    let verify = json!({ "token": pending, "code": code });
    backend.browser(Method::POST, "/v2/login/verify", &verify).is_refused(422, "Token");
    is_refused(&post(&mut backend, "users/authenticate_token", &verify), 422, "Token");
}

#[test]
fn a_backend_begins_no_session_for_someone_inactive() {
    let (mut backend, path) = person();
    deactivate(&mut backend, &path);
    let wanted = json!({ "session": { "user_id": path.trim_start_matches("users/") } });
    is_refused(&post(&mut backend, "sessions", &wanted), 422, "Login failed");
    let login = json!({ "password": PASSWORD });
    is_refused(&post(&mut backend, &format!("{path}/authenticate"), &login), 422, "Login failed");
}

#[test]
fn a_social_login_lets_nobody_inactive_in() {
    let (mut backend, path) = person();
    deactivate(&mut backend, &path);
    backend.create("auth_providers", "auth_provider", &json!({ "provider_type": "github" }));
    let list = backend.get("auth_providers/authorize?redirect_uri=https://local.dev/").body;
    let url = text(&list["collection"][0]["auth_url"]);
    let state = url.rsplit_once("state=").unwrap().1;
    let body = json!({ "code": "george@example.com", "state": state });
    is_refused(&post(&mut backend, "auth_providers/authorize", &body), 422, "Login failed");
}
