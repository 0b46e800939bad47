//! `users`.

use http::{Method, Request};
use loginrocket_emulator::Listener;
use serde_json::{Value, json};

use super::{Backend, is_refused, text};
use crate::support::answer;

fn post(backend: &mut Backend, path: &str, attributes: &Value) -> crate::support::Answer {
    backend.call(Method::POST, path, &json!({ "user": attributes }))
}

#[test]
fn a_reset_and_a_deactivation_end_all_sessions() {
    let mut backend = Backend::new();
    let user = text(&backend.user()["id"]);
    let begin = |backend: &mut Backend| {
        let session = backend.create("sessions", "session", &json!({ "user_id": user }));
        format!("sessions/{}", text(&session["id"]))
    };
    let first = begin(&mut backend);
    let token = backend.call(Method::POST, &format!("users/{user}/generate_password_token"), &json!({}));
    let reset = json!({ "token": token.body["token"], "password": "how-now-brown-cow!" });
    assert_eq!(backend.call(Method::POST, "users/reset_password_with_token", &reset).status, 200);
    is_refused(&backend.get(&first), 404, "nothing");
    let second = begin(&mut backend);
    assert_eq!(backend.get(&second).status, 200);
    backend.update(&format!("users/{user}"), "user", &json!({ "state": "inactive" }));
    is_refused(&backend.get(&second), 404, "nothing");
}

#[test]
fn a_person_is_found_by_id_email_and_username() {
    let mut backend = Backend::new();
    let user = backend.user();
    assert_eq!((&user["object"], &user["email"]), (&json!("user"), &json!("george@example.com")));
    assert_eq!(user["credentials"][0]["credential_type"], "password");
    let id = text(&user["id"]);
    backend.update(&format!("users/{id}"), "user", &json!({ "username": "Georgie" }));
    for name in [&id, "george@example.com", "george%40example.com", "GEORGIE"] {
        assert_eq!(backend.get(&format!("users/{name}")).body["id"], json!(id), "{name}");
    }
    is_refused(&backend.get("users/nobody@example.com"), 404, "nothing");
}

#[test]
fn lists_heed_max_results_and_say_whether_there_is_more() {
    let mut backend = Backend::new();
    backend.user();
    backend.create("users", "user", &json!({ "email": "alexander@example.com" }));
    let list = backend.get("users?max_results=1").body;
    assert_eq!((list["collection"].as_array().unwrap().len(), &list["more_results"]), (1, &json!(true)));
    let list = backend.get("users").body;
    assert_eq!((list["collection"].as_array().unwrap().len(), &list["more_results"]), (2, &json!(false)));
}

#[test]
fn what_is_sent_changes_and_null_clears() {
    let mut backend = Backend::new();
    let path = format!("users/{}", text(&backend.user()["id"]));
    let user = backend.update(
        &path,
        "user",
        &json!({ "first_name": "freddy", "reference": "4711", "custom": { "plan": "gold" } }),
    );
    assert_eq!((&user["first_name"], &user["custom"]["plan"]), (&json!("freddy"), &json!("gold")));
    let user = backend.update(
        &format!("{path}/profile"),
        "user",
        &json!({ "reference": null, "email": "george2@example.com" }),
    );
    assert_eq!((&user["reference"], &user["email"]), (&Value::Null, &json!("george2@example.com")));
    assert_eq!(user["first_name"], "freddy");
}

#[test]
fn impossible_people_are_refused_and_not_made() {
    let mut backend = Backend::new();
    backend.user();
    for (attributes, part) in [
        (json!({}), "Email"),
        (json!({ "email": "GEORGE@example.com" }), "taken"),
        (json!({ "email": "x@example.com", "username": "a@b" }), "Username"),
        (json!({ "email": "x@example.com", "password": "short" }), "too short"),
        (json!({ "email": "x@example.com", "locale": "tlh" }), "Locale"),
    ] {
        is_refused(&post(&mut backend, "users", &attributes), 422, part);
    }
    assert_eq!(backend.get("users").body["collection"].as_array().unwrap().len(), 1);
}

#[test]
fn flat_attributes_are_taken_too_and_forms_are_not() {
    let mut backend = Backend::new();
    assert_eq!(backend.call(Method::POST, "users", &json!({ "email": "flat@example.com" })).status, 200);
    for form in ["user[email]=form@example.com".to_owned(), format!("a{}=1", "[b]".repeat(80_000))] {
        let request = Request::post("/v2/users")
            .header("authrocket-api-key", &backend.key)
            .header("authrocket-realm", &backend.realm)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into_bytes());
        is_refused(&answer(backend.emulator.reply(Listener::Core, &request.unwrap())), 415, "JSON");
    }
}

#[test]
fn a_deleted_person_is_gone_with_sessions_and_memberships() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let session = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["id"]);
    assert_eq!(backend.delete(&format!("users/{user}")).body, json!({}));
    is_refused(&backend.get(&format!("sessions/{session}")), 404, "nothing");
    assert_eq!(backend.get("memberships").body["collection"], json!([]));
    is_refused(&backend.delete(&format!("users/{user}")), 404, "nothing");
}

#[test]
fn a_password_changes_if_the_current_one_is_right() {
    let mut backend = Backend::new();
    let path = format!("users/{}/update_password", text(&backend.user()["id"]));
    let mut change = |current: &str| {
        let attributes = json!({ "current_password": current, "password": "how-now-brown-cow!", "password_confirmation": "how-now-brown-cow!" });
        backend.call(Method::PUT, &path, &json!({ "user": attributes }))
    };
    is_refused(&change("wrong"), 422, "Current password does not match");
    assert_eq!(change("quick-fox-jumped-over-the-moon").status, 200);
}

#[test]
fn sessions_survive_an_own_change_of_password_unless_told_otherwise() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let session = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["id"]);
    let path = format!("users/{user}/update_password");
    backend.update(&path, "user", &json!({ "password": "how-now-brown-cow!" }));
    assert_eq!(backend.get(&format!("sessions/{session}")).status, 200);
    backend.update(&path, "user", &json!({ "password": "how-now-brown-cow!", "keep_sessions": "none" }));
    assert_eq!(backend.get(&format!("sessions/{session}")).status, 404);
}

#[test]
fn an_administrators_change_of_password_ends_all_sessions() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let session = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["id"]);
    backend.update(&format!("users/{user}"), "user", &json!({ "password": "how-now-brown-cow!" }));
    assert_eq!(backend.get(&format!("sessions/{session}")).status, 404);
}

#[test]
fn authenticating_gives_a_session_with_a_token() {
    let mut backend = Backend::new();
    let path = format!("users/{}/authenticate", text(&backend.user()["id"]));
    let session = post(&mut backend, &path, &json!({ "password": "quick-fox-jumped-over-the-moon" })).body;
    assert_eq!((&session["object"], &session["user"]["first_name"]), (&json!("session"), &json!("george")));
    assert_eq!(crate::support::claims(&text(&session["token"]))["sid"], session["id"]);
}

#[test]
fn a_failed_login_is_told_in_the_language_of_the_header_alone() {
    let mut backend = Backend::new();
    let path = format!("users/{}/authenticate", text(&backend.user()["id"]));
    backend.language = Some("es");
    is_refused(&post(&mut backend, &path, &json!({ "password": "wrong" })), 422, "Error al iniciar sesión");
    for language in [None, Some("tlh")] {
        backend.language = language;
        is_refused(&post(&mut backend, &path, &json!({ "password": "wrong" })), 422, "Login failed");
    }
    is_refused(
        &post(&mut backend, "users/nobody/authenticate", &json!({ "password": "x" })),
        422,
        "Login failed",
    );
}

#[test]
fn tokens_for_the_apps_own_mails_verify_and_reset() {
    let mut backend = Backend::new();
    let id = text(&backend.user()["id"]);
    let token = post(&mut backend, &format!("users/{id}/request_email_verification"), &json!({})).body;
    assert!(token["object"] == "token" && text(&token["token"]).starts_with("tve:"));
    let user = post(&mut backend, "users/verify_email", &json!({ "token": token["token"] })).body;
    assert_eq!((&user["object"], &user["email_verification"]), (&json!("user"), &json!("verified")));
    is_refused(&post(&mut backend, "users/verify_email", &json!({ "token": token["token"] })), 422, "Token");

    let token = post(&mut backend, &format!("users/{id}/generate_password_token"), &json!({})).body;
    assert!(token["object"] == "token" && text(&token["token"]).starts_with("tpw:"));
    let reset = json!({ "token": token["token"], "password": "how-now-brown-cow!", "password_confirmation": "how-now-brown-cow!" });
    assert_eq!(post(&mut backend, "users/reset_password_with_token", &reset).body["object"], "session");
    is_refused(&post(&mut backend, "users/reset_password_with_token", &reset), 422, "Token");
}

#[test]
fn a_backends_token_works_on_the_browsers_side_too() {
    let mut backend = Backend::new();
    let (user, org) = backend.member();
    let token =
        post(&mut backend, &format!("users/{user}/generate_password_token"), &json!({})).body["token"]
            .clone();
    let body = json!({ "token": token, "password": "how-now-brown-cow!" });
    let answer = backend.browser(Method::POST, "/v2/password/reset", &body).is_full_login();
    assert_eq!(answer.account(), org);
}

#[test]
fn an_invitation_brings_a_person_into_the_account() {
    let mut backend = Backend::new();
    let (user, org) = (text(&backend.user()["id"]), text(&backend.org()["id"]));
    let invitation = json!({ "email": "freddy@example.com", "invitation_type": "org", "org_id": org, "permissions": ["one"] });
    let token = backend.create("invitations", "invitation", &invitation)["token"].clone();
    let path = format!("users/{user}/accept_invitation");
    let accepted = post(&mut backend, &path, &json!({ "token": token })).body;
    assert_eq!(
        (&accepted["memberships"][0]["org_id"], &accepted["memberships"][0]["permissions"]),
        (&json!(org), &json!(["one"]))
    );
    is_refused(&post(&mut backend, &path, &json!({ "token": token })), 422, "Invitation");
}
