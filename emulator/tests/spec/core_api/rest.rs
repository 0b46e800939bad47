//! `orgs`, `memberships`, `client_apps`, `domains`, `invitations`.

use http::Method;
use loginrocket_emulator::MAX_BODY;
use serde_json::{Value, json};

use super::{Backend, is_refused, text};

#[test]
fn an_account_is_closed_first_and_gone_by_force() {
    let mut backend = Backend::new();
    let org = backend.org();
    let path = format!("orgs/{}", text(&org["id"]));
    assert_eq!(
        backend.update(&path, "org", &json!({ "name": "new name", "reference": "r1" }))["name"],
        "new name"
    );
    assert_eq!(backend.delete(&path).body["state"], "closed");
    assert_eq!(backend.get("orgs").body["collection"], json!([]));
    assert_eq!(backend.get("orgs?state=closed").body["collection"].as_array().unwrap().len(), 1);
    assert_eq!(backend.delete(&format!("{path}?force=true")).body, json!({}));
    is_refused(&backend.get(&path), 404, "nothing");
    is_refused(&backend.call(Method::POST, "orgs", &json!({ "org": {} })), 422, "name");
}

#[test]
fn nobody_works_in_a_closed_account() {
    let mut backend = Backend::new();
    let (user, org) = backend.member();
    let session = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["id"]);
    backend.delete(&format!("orgs/{org}"));
    let path = format!("/v2/session?session={session}");
    let account = backend.browser(Method::GET, &path, &Value::Null).is_full_login().account();
    assert_ne!(account, org, "another account was made");
}

#[test]
fn memberships_carry_permissions_in_the_services_form() {
    let mut backend = Backend::new();
    let (user, org) = backend.member();
    let list = backend.get(&format!("memberships?org_id={org}&user_id={user}")).body;
    let membership = &list["collection"][0];
    assert_eq!((&membership["object"], &membership["permissions"]), (&json!("membership"), &json!([])));
    let path = format!("memberships/{}", text(&membership["id"]));
    let changed = backend.update(&path, "membership", &json!({ "permissions": ["one", "ar:admin"] }));
    assert_eq!(changed["permissions"], json!(["one", "ar:admin"]));
    for wrong in [json!(["with blank"]), json!(["x".repeat(63)]), json!(vec!["x"; 21])] {
        is_refused(
            &backend.call(Method::PUT, &path, &json!({ "membership": { "permissions": wrong } })),
            422,
            "permissions",
        );
    }
    let twice = json!({ "membership": { "user_id": user, "org_id": org } });
    is_refused(&backend.call(Method::POST, "memberships", &twice), 409, "user_id");
    assert_eq!(backend.delete(&path).body, json!({}));
    assert_eq!(backend.call(Method::POST, "memberships", &twice).status, 200);
    let nobody = json!({ "membership": { "user_id": "usr_sample123456", "org_id": org } });
    is_refused(&backend.call(Method::POST, "memberships", &nobody), 422, "user_id");
}

#[test]
fn apps_and_domains_are_kept() {
    let mut backend = Backend::new();
    let attributes = json!({ "client_type": "standard", "name": "ar-node-sdk", "redirect_uris": ["http://localhost:3000/"] });
    let app = backend.create("client_apps", "client_app", &attributes);
    assert_eq!(
        (&app["object"], &app["redirect_uris"]),
        (&json!("client_app"), &json!(["http://localhost:3000/"]))
    );
    let path = format!("client_apps/{}", text(&app["id"]));
    assert_eq!(backend.update(&path, "client_app", &json!({ "name": "renamed" }))["name"], "renamed");
    assert_eq!(backend.delete(&path).body, json!({}));

    let domain = backend.create(
        "domains",
        "domain",
        &json!({ "domain_type": "loginrocket", "fqdn": "login.example.com" }),
    );
    assert_eq!(domain["fqdn"], "login.example.com");
    let realm = std::mem::take(&mut backend.realm);
    is_refused(
        &backend.call(Method::POST, "domains", &json!({ "domain": { "fqdn": "login.example.com" } })),
        409,
        "fqdn",
    );
    backend.realm = realm;
    assert_eq!(backend.delete(&format!("domains/{}", text(&domain["id"]))).body, json!({}));
    assert_eq!(backend.get("domains").body["collection"], json!([]));
}

#[test]
fn an_invited_request_is_mailed_and_lets_someone_in() {
    let mut backend = Backend::new();
    let realm = format!("realms/{}", backend.realm);
    backend.update(&realm, "realm", &json!({ "signup": "invitation" }));
    let invitation = backend.create(
        "invitations",
        "invitation",
        &json!({ "email": "freddy@example.com", "invitation_type": "request" }),
    );
    assert!(text(&invitation["id"]).starts_with("nvt_"));
    let path = format!("invitations/{}", text(&invitation["id"]));
    backend.update(&path, "invitation", &json!({ "email": "freddy2@example.com" }));
    let signup = json!({ "email": "freddy2@example.com", "password": "a-good-password", "invitation": invitation["token"] });
    backend.browser(Method::POST, "/v2/signup", &signup).is_refused(422, "Invitation");
    assert_eq!(
        backend.call(Method::POST, &format!("{path}/invite"), &json!({ "invitation": {} })).body["state"],
        "invited"
    );
    let inbox =
        backend.emulator.get(&format!("/_emulator/mails?realm={}&to=freddy2@example.com", backend.realm));
    assert_eq!(
        (&inbox.body["mails"][0]["kind"], &inbox.body["mails"][0]["token"]),
        (&json!("invitation"), &invitation["token"])
    );
    backend.browser(Method::POST, "/v2/signup", &signup).is_full_login();
    assert_eq!(backend.get("invitations").body["collection"], json!([]));
}

#[test]
fn impossible_invitations_are_refused() {
    let mut backend = Backend::new();
    for (attributes, part) in [
        (json!({ "invitation_type": "request" }), "Email"),
        (json!({ "invitation_type": "request", "email": "x" }), "Email"),
        (
            json!({ "invitation_type": "org", "email": "x@example.com", "org_id": "org_sample123456" }),
            "org_id",
        ),
        (json!({ "invitation_type": "party", "email": "x@example.com" }), "invitation_type"),
    ] {
        is_refused(
            &backend.call(Method::POST, "invitations", &json!({ "invitation": attributes })),
            422,
            part,
        );
    }
}

#[test]
fn refusals_are_in_the_log_of_the_realm_that_was_meant() {
    let mut backend = Backend::new();
    is_refused(&backend.get("nowhere"), 404, "nothing");
    is_refused(&backend.call(Method::PATCH, "users", &Value::Null), 405, "verb");
    is_refused(&backend.call(Method::POST, "users", &json!([])), 400, "object");
    let large = json!({ "user": { "first_name": "x".repeat(MAX_BODY) } });
    is_refused(&backend.call(Method::POST, "users", &large), 413, "large");
    let key = std::mem::replace(&mut backend.key, "ks_wrong".into());
    is_refused(&backend.get("users"), 403, "API key");
    backend.key = key;
    let log = backend.emulator.get(&format!("/_emulator/requests?realm={}", backend.realm));
    let records = log.body["requests"].as_array().unwrap();
    let statuses: Vec<&Value> = records.iter().map(|record| &record["status"]).collect();
    assert_eq!(json!(statuses), json!([200, 404, 405, 400, 413, 403]));
    assert!(records.iter().all(|record| record["request_id"].is_string()));
}

#[test]
fn a_realm_answers_in_its_own_languages_and_words() {
    let mut backend = Backend::new();
    let path = format!("users/{}/authenticate", text(&backend.user()["id"]));
    let settings = format!("/_emulator/settings?realm={}", backend.realm);
    let wrong = json!({ "user": { "password": "wrong" } });
    backend.language = Some("es");
    is_refused(&backend.call(Method::POST, &path, &wrong), 422, "Error al iniciar");
    backend.emulator.put(&settings, &json!({ "available_locales": ["en", "ja"] }));
    is_refused(&backend.call(Method::POST, &path, &wrong), 422, "Login failed");
    backend.emulator.put(&settings, &json!({ "assumptions": { "texts": { "login_failed": "No, sorry" } } }));
    is_refused(&backend.call(Method::POST, &path, &wrong), 422, "No, sorry");
}

#[test]
fn the_log_knows_of_the_backends_calls_and_hides_session_ids() {
    let mut backend = Backend::new();
    let (user, _) = backend.member();
    let session = text(&backend.create("sessions", "session", &json!({ "user_id": user }))["id"]);
    backend.get(&format!("sessions/{session}"));
    let log = backend.emulator.get(&format!("/_emulator/requests?realm={}", backend.realm));
    assert!(!log.text().contains(&session) && !log.text().contains("quick-fox"));
    assert_eq!(log.body["requests"].as_array().unwrap().last().unwrap()["path"], "/v2/sessions/…");
}
