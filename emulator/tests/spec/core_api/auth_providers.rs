//! `auth_providers`.

use http::Method;
use serde_json::json;

use super::{Backend, is_refused, text};

#[test]
fn a_new_realm_has_passwords_on_and_second_factors_off() {
    let mut backend = Backend::new();
    let list = backend.get("auth_providers").body["collection"].clone();
    assert_eq!(list.as_array().unwrap().len(), 2);
    assert_eq!((&list[0]["provider_type"], &list[0]["min_length"]), (&json!("password"), &json!(8)));
    assert_eq!((&list[1]["provider_type"], &list[1]["state"]), (&json!("totp"), &json!("inactive")));
    assert_eq!(backend.get("auth_providers/password").body["id"], list[0]["id"]);
}

#[test]
fn the_password_policy_is_the_password_providers() {
    let mut backend = Backend::new();
    let path = format!(
        "auth_providers/{}",
        text(&backend.get("auth_providers?max_results=1").body["collection"][0]["id"])
    );
    let policy = json!({ "min_length": 12, "min_complexity": 2, "required_chars": ["digit"] });
    assert_eq!(backend.update(&path, "auth_provider", &policy)["min_length"], 12);
    let body = json!({ "user": { "email": "x@example.com", "password": "password" } });
    let answer = backend.call(Method::POST, "users", &body);
    assert_eq!((answer.status, answer.body["errors"].as_array().unwrap().len()), (422, 3));
    let wrong = json!({ "auth_provider": { "min_length": "many" } });
    is_refused(&backend.call(Method::PUT, &path, &wrong), 422, "min_length");
}

#[test]
fn social_logins_come_and_go() {
    let mut backend = Backend::new();
    let made = backend.create(
        "auth_providers",
        "auth_provider",
        &json!({ "provider_type": "google", "client_id": "pinky", "client_secret": "brain" }),
    );
    assert!(text(&made["id"]).starts_with("ap_") && made.get("client_secret").is_none());
    let path = format!("auth_providers/{}", text(&made["id"]));
    assert_eq!(backend.get("auth_providers").body["collection"].as_array().unwrap().len(), 3);
    assert_eq!(backend.update(&path, "auth_provider", &json!({ "state": "inactive" }))["state"], "inactive");
    assert_eq!(
        backend.get("auth_providers/authorize?redirect_uri=https://local.dev/").body["collection"],
        json!([])
    );
    assert_eq!(backend.delete(&path).body, json!({}));
    is_refused(
        &backend.call(Method::POST, "auth_providers", &json!({ "provider_type": "carrier-pigeon" })),
        422,
        "provider_type",
    );
}

#[test]
fn a_social_login_ends_in_a_session_and_a_refused_code_can_be_retried() {
    let mut backend = Backend::new();
    let made = backend.create("auth_providers", "auth_provider", &json!({ "provider_type": "facebook" }));
    let list =
        backend.get("auth_providers/authorize?redirect_uri=https://local.dev/").body["collection"].clone();
    assert_eq!((list.as_array().unwrap().len(), &list[0]["provider_type"]), (1, &json!("facebook")));
    let path =
        format!("auth_providers/{}/authorize?redirect_uri=https://local.dev/&nonce=n1", text(&made["id"]));
    let url = text(&backend.get(&path).body["auth_url"]);
    let state = url.rsplit_once("state=").unwrap().1.to_owned();
    let mut authorize = |code: &str, nonce: &str| {
        let body = json!({ "auth_provider": { "code": code, "state": state, "nonce": nonce } });
        backend.call(Method::POST, "auth_providers/authorize", &body)
    };
    let refused = authorize("invalid", "n1");
    is_refused(&refused, 422, "Error validating code");
    assert!(text(&refused.body["retry_url"]).starts_with("http"));
    is_refused(&authorize("abcdefgh", "other"), 422, "Error validating code");
    let session = authorize("abcdefgh", "n1").body;
    assert_eq!(
        (&session["object"], &session["user"]["email"]),
        (&json!("session"), &json!("abcdefgh@example.com"))
    );
    is_refused(&authorize("abcdefgh", "n1"), 422, "Error validating code");
}

#[test]
fn a_token_from_the_provider_becomes_a_session() {
    let mut backend = Backend::new();
    let made = backend.create("auth_providers", "auth_provider", &json!({ "provider_type": "facebook" }));
    let path = format!("auth_providers/{}/authorize", text(&made["id"]));
    // The official library for Node.js sends the token without a name around it.
    let session = backend.call(Method::POST, &path, &json!({ "access_token": "george" })).body;
    assert_eq!(
        (&session["object"], &session["user"]["email"]),
        (&json!("session"), &json!("george@example.com"))
    );
    is_refused(
        &backend.call(Method::POST, &path, &json!({ "access_token": "invalid" })),
        422,
        "Error validating",
    );
    is_refused(&backend.call(Method::POST, &path, &json!({})), 422, "access_token");
    backend.update(
        &format!("auth_providers/{}", text(&made["id"])),
        "auth_provider",
        &json!({ "state": "inactive" }),
    );
    is_refused(&backend.call(Method::POST, &path, &json!({ "access_token": "george" })), 404, "nothing");
    is_refused(&backend.call(Method::POST, "auth_providers/ap_none/authorize", &json!({})), 404, "nothing");
}

#[test]
fn people_with_one_email_are_one_person() {
    let mut backend = Backend::new();
    let user = backend.user()["id"].clone();
    backend.create("auth_providers", "auth_provider", &json!({ "provider_type": "github" }));
    let url = text(
        &backend.get("auth_providers/authorize?redirect_uri=https://local.dev/").body["collection"][0]["auth_url"],
    );
    let state = url.rsplit_once("state=").unwrap().1;
    let session = backend.call(
        Method::POST,
        "auth_providers/authorize",
        &json!({ "code": "George@example.com", "state": state }),
    );
    assert_eq!(session.body["user_id"], user);
}
