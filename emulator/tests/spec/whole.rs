//! A realm as a whole: taken away and brought back, and reached by path.

use serde_json::{Value, json};

use crate::support::{ADA, Emulator, PASSWORD};

#[test]
fn a_restored_realm_is_as_it_was() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    emulator.post("/v2/password/forgot", &json!({ "email": ADA }));
    emulator.put("/_emulator/settings", &json!({ "jwt_minutes": 7 }));
    emulator.post("/_emulator/script", &json!({ "path": "/v2/signup", "status": 503 }));
    let snapshot = emulator.get("/_emulator/snapshot").body;

    emulator.delete("/_emulator/sessions");
    emulator.delete("/_emulator/mails");
    emulator.delete("/_emulator/script");
    emulator.sign_up("bob@example.com");
    emulator.put("/_emulator/settings", &json!({ "jwt_minutes": 9 }));
    emulator.post("/_emulator/clock", &json!({ "advance_seconds": 90_000 }));
    assert_eq!(emulator.put("/_emulator/snapshot", &snapshot).status, 200);

    emulator.refresh(&session).is_full_login();
    assert_eq!((emulator.mail_count(), emulator.realm().users.len()), (1, 1));
    assert_eq!(emulator.settings().jwt_minutes, 7);
    assert_eq!(emulator.sign_up("bob@example.com").status, 503);
    let again = emulator.get("/_emulator/snapshot").body;
    assert_eq!(again["users"], snapshot["users"]);
}

#[test]
fn a_key_that_was_added_since_a_snapshot_goes_with_its_restoration() {
    let mut emulator = Emulator::new();
    let token = emulator.log_in().token();
    let snapshot = emulator.get("/_emulator/snapshot").body;
    emulator.post("/_emulator/keys", &json!({}));
    assert_eq!(emulator.get("/connect/jwks").body["keys"].as_array().unwrap().len(), 2);
    emulator.put("/_emulator/snapshot", &snapshot);
    let keys = emulator.get("/connect/jwks").body;
    assert_eq!(keys["keys"].as_array().unwrap().len(), 1);
    assert!(crate::support::fits_components(
        &token,
        keys["keys"][0]["n"].as_str().unwrap(),
        keys["keys"][0]["e"].as_str().unwrap()
    ));
}

#[test]
fn a_snapshot_of_another_version_is_refused_by_name() {
    let mut emulator = Emulator::new();
    let mut snapshot = emulator.get("/_emulator/snapshot").body;
    snapshot["version"] = json!("0.0.9");
    emulator.put("/_emulator/snapshot", &snapshot).is_refused(409, "version 0.0.9");
    emulator.put("/_emulator/snapshot", &json!({})).is_refused(422, "not a snapshot");
    snapshot["version"] = json!(env!("CARGO_PKG_VERSION"));
    snapshot["users"] = json!(7);
    emulator.put("/_emulator/snapshot", &snapshot).is_refused(422, "field `users`");
}

#[test]
fn all_realms_are_exported_and_others_take_their_place() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let seed = emulator.get("/_emulator/seed").body;
    assert_eq!(seed["realms"][0]["people"][0]["email"], ADA);
    let other = json!({ "realms": [{ "name": "other", "people": [{ "email": "bob@example.com" }] }] });
    emulator.put("/_emulator/seed", &other);
    assert_eq!(emulator.get("/_emulator/people").body["people"][0]["email"], "bob@example.com");
    emulator.put("/_emulator/seed", &seed);
    emulator.refresh(&session).is_full_login();
    let wrong = json!({ "realms": [{ "name": "x", "people": [{ "email": 7 }] }] });
    emulator.put("/_emulator/seed", &wrong).is_refused(422, "field `realms[0].people[0].email`");
    emulator.refresh(&session).is_full_login();
}

#[test]
fn the_control_api_tells_where_everything_is() {
    let mut emulator = Emulator::new();
    let info = emulator.get("/_emulator/info").body;
    assert_eq!(info["loginrocket"], "http://127.0.0.1:4400/");
    assert_eq!(info["api_key"], emulator.api_key());
    assert_eq!(info["realm"], emulator.realm().id);
}

#[test]
fn a_realm_is_reached_by_path_where_its_host_name_cannot_be() {
    let mut emulator = Emulator::new();
    let realm = json!({ "name": "mine", "people": [{ "email": "bob@example.com", "password": PASSWORD }] });
    let url = emulator.post("/_emulator/realms", &realm).body["url"].as_str().unwrap().to_owned();
    assert_eq!(url, "http://127.0.0.1:4400/_realm/mine/");
    let bob = json!({ "email": "bob@example.com", "password": PASSWORD });
    emulator.post("/_realm/mine/v2/login", &bob).is_full_login();
    emulator.post("/v2/login", &bob).is_refused(422, "");
    assert_eq!(emulator.get("/_realm/mine/connect/jwks").status, 200);
    // Its log and its rules know the path that everybody knows.
    assert_eq!(emulator.get("/_emulator/requests?realm=mine").body["requests"][0]["path"], "/v2/login");
    let page = emulator.get("/_realm/mine/login?prompt=login");
    assert_eq!(
        (page.status, page.header("location")),
        (307, Some("http://mine.localhost:4400/login?prompt=login"))
    );
    emulator.get("/_realm/none/v2/session").is_refused(404, "nothing here");
    assert_eq!(emulator.get("/_realm/none/login").status, 404);
}

#[test]
fn the_control_api_takes_bodies_of_whole_realms_and_no_other_api_does() {
    let mut emulator = Emulator::new();
    let many: Vec<Value> =
        (0..8000).map(|number| json!({ "email": format!("person-{number}@example.com") })).collect();
    let seed = json!({ "realms": [{ "name": "large", "people": many }] });
    assert!(seed.to_string().len() > loginrocket_emulator::MAX_BODY);
    assert_eq!(emulator.put("/_emulator/seed", &seed).status, 200);
    assert_eq!(emulator.post("/v2/login", &seed).status, 413);
}
