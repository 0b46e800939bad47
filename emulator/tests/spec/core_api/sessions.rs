//! `sessions`, and the tokens that come with them.

use http::Method;
use serde_json::{Value, json};

use super::{Backend, is_refused, text};
use crate::support::{claims, fits_pem, fits_secret};

#[test]
fn a_session_made_by_the_backend_works_in_the_browser() {
    let mut backend = Backend::new();
    let (user, org) = backend.member();
    let session = backend.create("sessions", "session", &json!({ "user_id": user }));
    let id = text(&session["id"]);
    assert!(id.starts_with("kss_"));
    let path = format!("/v2/session?session={id}");
    assert_eq!(backend.browser(Method::GET, &path, &Value::Null).is_full_login().account(), org);
    assert_eq!(backend.delete(&format!("sessions/{id}")).body, json!({}));
    backend.emulator.refresh(&id).is_logged_out();
}

#[test]
fn sessions_are_listed_by_person_and_found_by_id_without_token() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let id = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["id"]);
    let list = backend.get(&format!("sessions?user_id={user}")).body;
    assert_eq!(
        (&list["collection"][0]["object"], &list["collection"][0]["id"]),
        (&json!("session"), &json!(id))
    );
    assert!(backend.get(&format!("sessions/{id}")).body.get("token").is_none());
    is_refused(&backend.get("sessions"), 422, "user_id");
    is_refused(
        &backend.call(Method::POST, "sessions", &json!({ "session": { "user_id": "nobody" } })),
        422,
        "user_id",
    );
}

#[test]
fn who_is_calling_is_what_the_backend_says() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let body =
        json!({ "session": { "user_id": user }, "request": { "ip": "192.0.2.1", "client": "browser" } });
    let session = backend.call(Method::POST, "sessions", &body).body;
    assert_eq!(session["request"], json!({ "ip": "192.0.2.1", "client": "browser" }));
}

#[test]
fn accounts_are_in_the_token_only_where_the_scope_says_so() {
    let mut backend = Backend::new();
    let (user, org) = backend.member();
    let token = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["token"]);
    assert!(claims(&token).get("orgs").is_none());
    let realm = format!("realms/{}", backend.realm);
    backend.update(&realm, "realm", &json!({ "jwt_scopes": "ar.orgs" }));
    let token = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["token"]);
    let orgs = &claims(&token)["orgs"];
    assert_eq!((&orgs[0]["oid"], orgs[0].get("selected")), (&json!(org), None));
}

#[test]
fn tokens_fit_the_realms_jwt_key() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let path = format!("realms/{}", backend.realm);
    let pem = text(&backend.get(&path).body["jwt_key"]);
    let token = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["token"]);
    assert!(fits_pem(&token, &pem));
    let shared = text(&backend.update(&path, "realm", &json!({ "jwt_algo": "hs256" }))["jwt_key"]);
    let token = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["token"]);
    assert!(fits_secret(&token, &shared));
}
