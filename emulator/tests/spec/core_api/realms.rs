//! Keys, verbs, and `realms`.

use http::{Method, Request};
use loginrocket_emulator::Listener;
use serde_json::{Value, json};

use super::{Backend, is_refused, text};
use crate::support::answer;

#[test]
fn a_missing_or_wrong_key_is_403_whatever_the_path() {
    let mut backend = Backend::new();
    for key in ["", "ks_sample123456"] {
        backend.key = key.into();
        is_refused(&backend.get("users"), 403, "API key");
        is_refused(&backend.get("nowhere"), 403, "API key");
    }
}

#[test]
fn no_origin_may_call() {
    let mut backend = Backend::new();
    let request = Request::options("/v2/users")
        .header("origin", "http://localhost:3000")
        .header("access-control-request-method", "GET")
        .body(Vec::new())
        .unwrap();
    let answer = answer(backend.emulator.reply(Listener::Core, &request));
    assert_eq!(answer.status, 403);
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[test]
fn unknown_paths_verbs_and_bodies_are_refused() {
    let mut backend = Backend::new();
    is_refused(&backend.get("nowhere"), 404, "nothing here");
    let answer = backend.call(Method::PUT, "users", &json!({}));
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, POST")));
    is_refused(&backend.call(Method::POST, "users", &json!([])), 400, "JSON object");
    backend.realm = "rl_sample123456".into();
    is_refused(&backend.get("users"), 404, "nothing here");
}

#[test]
fn a_new_realm_has_the_services_defaults() {
    let mut backend = Backend::new();
    let path = format!("realms/{}", backend.realm);
    let realm = backend.get(&path).body;
    assert_eq!((&realm["object"], &realm["name"]), (&json!("realm"), &json!("AR-node 17-42")));
    assert_eq!((&realm["org_mode"], &realm["jwt_algo"]), (&json!("single_user"), &json!("rs256")));
    assert!(text(&realm["jwt_key"]).contains("BEGIN PUBLIC KEY"));
    assert_eq!(backend.get("realms").body["collection"].as_array().unwrap().len(), 2);
    is_refused(&backend.get("realms/rl_invalid"), 404, "nothing here");
}

#[test]
fn settings_change_and_impossible_ones_are_refused() {
    let mut backend = Backend::new();
    let path = format!("realms/{}", backend.realm);
    let realm = backend.update(
        &path,
        "realm",
        &json!({ "name": "AR-node new", "jwt_algo": "hs256", "jwt_scopes": "ar.orgs ar.cs" }),
    );
    assert_eq!((&realm["name"], &realm["jwt_scopes"]), (&json!("AR-node new"), &json!("ar.orgs ar.cs")));
    assert!(text(&realm["jwt_key"]).starts_with("jsk_"));
    let answer = backend.call(Method::PUT, &path, &json!({ "realm": { "org_mode": "some" } }));
    is_refused(&answer, 422, "org_mode is invalid");
    let answer = backend.call(Method::PUT, &path, &json!({ "realm": { "default_locale": "xx" } }));
    is_refused(&answer, 422, "default_locale is invalid");
    let app = json!({ "client_app": { "name": "App", "redirect_uris": ["not a url"] } });
    is_refused(&backend.call(Method::POST, "client_apps", &app), 422, "redirect_uris is invalid");
    assert_eq!(backend.get("client_apps").body["collection"], json!([]));
    is_refused(&backend.call(Method::POST, "realms", &json!({ "realm": {} })), 422, "name");
}

#[test]
fn realms_with_one_name_get_hosts_of_their_own() {
    let mut backend = Backend::new();
    let first = text(&backend.create("domains", "domain", &json!({}))["fqdn"]);
    backend.realm = String::new();
    let other = backend.create("realms", "realm", &json!({ "name": "AR-node 17-42" }));
    backend.realm = text(&other["id"]);
    let second = text(&backend.create("domains", "domain", &json!({}))["fqdn"]);
    assert_ne!(first, second);
    assert!(first.ends_with(".localhost") && second.ends_with(".localhost"));
}

#[test]
fn a_reset_empties_and_a_deletion_drops_everything() {
    let mut backend = Backend::new();
    let (realm, _) = (backend.realm.clone(), backend.member());
    assert_eq!(backend.call(Method::POST, &format!("realms/{realm}/reset"), &Value::Null).status, 200);
    for path in ["users", "orgs", "memberships"] {
        assert_eq!(backend.get(path).body["collection"], json!([]), "{path}");
    }
    assert_eq!(backend.delete(&format!("realms/{realm}")).body, json!({}));
    is_refused(&backend.get("users"), 404, "nothing");
    is_refused(&backend.get(&format!("realms/{realm}?state=active")), 404, "nothing");
}

#[test]
fn a_reset_ends_social_logins_that_are_under_way_and_keeps_their_providers() {
    let mut backend = Backend::new();
    backend.create("auth_providers", "auth_provider", &json!({ "provider_type": "github" }));
    let list = backend.get("auth_providers/authorize?redirect_uri=https://local.dev/");
    let url = text(&list.body["collection"][0]["auth_url"]);
    let state = url.rsplit_once("state=").unwrap().1;
    let path = format!("realms/{}/reset", backend.realm);
    assert_eq!(backend.call(Method::POST, &path, &Value::Null).status, 200);
    let body = json!({ "code": "george", "state": state });
    is_refused(&backend.call(Method::POST, "auth_providers/authorize", &body), 422, "Error validating code");
    assert_eq!(backend.get("auth_providers/github").status, 200);
}

#[test]
fn realms_do_not_see_each_other() {
    let mut backend = Backend::new();
    let user = text(&backend.user()["id"]);
    backend.realm = backend.emulator.realm().id.clone();
    is_refused(&backend.get(&format!("users/{user}")), 404, "nothing");
}
