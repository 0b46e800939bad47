//! What a reset brings back, and what it leaves as it is.

use serde_json::json;

use crate::support::Emulator;

#[test]
fn a_reset_brings_the_seed_back_and_keeps_what_apps_are_configured_with() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let keys = emulator.get("/connect/jwks").body;
    let id = emulator.realm().id.clone();
    emulator.sign_up("bob@example.com").is_full_login();
    emulator.put("/_emulator/settings", &json!({ "signup": "closed" }));
    assert_eq!(emulator.post("/_emulator/reset", &json!({})).status, 200);
    assert_eq!((emulator.realm().users.len(), emulator.realm().id.clone()), (1, id));
    assert_eq!(emulator.get("/connect/jwks").body, keys);
    assert_eq!(emulator.get("/_emulator/settings").body["signup"], "open");
    emulator.refresh(&session).is_logged_out();
    emulator.log_in().is_full_login();
}

#[test]
fn a_reset_keeps_apps_domains_social_logins_and_the_name() {
    let document = json!({ "realms": [{ "name": "shop", "login_urls": ["http://localhost:3000/"],
        "domains": ["login.example.com"], "social_logins": ["google"] }] });
    let mut emulator = Emulator::from_seed(&document.to_string());
    let realm = emulator.realm();
    realm.name = "The Shop".into();
    for (index, app) in realm.client_apps.values_mut().enumerate() {
        app.name = format!("App {index}");
    }
    realm.auth_providers.values_mut().for_each(|provider| provider.active = false);
    let kept = |emulator: &mut Emulator| {
        let realm = emulator.realm();
        format!("{} {:?} {:?} {:?}", realm.name, realm.client_apps, realm.domains, realm.auth_providers)
    };
    let before = kept(&mut emulator);
    emulator.post("/_emulator/reset", &json!({}));
    assert_eq!(kept(&mut emulator), before);
}

#[test]
fn a_page_that_follows_the_log_goes_on_seeing_it_after_a_reset() {
    let mut emulator = Emulator::new();
    emulator.log_in();
    let last = emulator.get("/_emulator/requests").body["requests"][0]["number"].as_u64().unwrap();
    emulator.post("/_emulator/script", &json!({ "path": "/nowhere", "status": 500 }));
    emulator.post("/_emulator/reset", &json!({}));
    emulator.log_in();
    let seen = emulator.get(&format!("/_emulator/requests?after={last}")).body["requests"].clone();
    assert_eq!((seen.as_array().unwrap().len(), &seen[0]["number"]), (1, &json!(last + 1)));
    assert_eq!(emulator.get("/_emulator/script").body["script"], json!([]));
    let rule = emulator.post("/_emulator/script", &json!({ "path": "/nowhere", "status": 500 }));
    assert_eq!(rule.body["id"], "script-2");
}
