//! The seed document: what it takes, what it refuses, and that an export is one.

use loginrocket_emulator::seed::Seed;
use loginrocket_emulator::state::Verification;
use serde_json::{Value, json};

use crate::support::{ADA, Emulator};

#[track_caller]
fn refused(document: &str, line: usize, field: &str) {
    let error = Seed::parse(document).expect_err("the document is wrong");
    assert_eq!((error.line, error.field.as_str()), (line, field), "{error}");
}

#[test]
fn a_mistake_is_told_with_line_and_field() {
    refused(
        "{\n \"realms\": [\n  { \"name\": \"x\", \"settings\": { \"jwt_minutes\": \"six\" } }\n ]\n}",
        3,
        "realms[0].settings.jwt_minutes",
    );
    refused(
        "{\n \"realms\": [\n  { \"name\": \"x\",\n    \"people\": [{ \"email\": \"not one\" }] }\n ]\n}",
        4,
        "realms[0].people[0].email",
    );
    refused("{ \"realms\": [{ \"name\": \"Not A Host\" }] }", 1, "realms[0].name");
    refused("{ \"realms\": [] }", 1, "realms");
    refused("{ \"realms\": [{}] }", 1, "realms[0].name");
}

#[test]
fn unknown_fields_are_mistakes() {
    let error = Seed::parse(r#"{ "realms": [{ "name": "x", "peple": [] }] }"#).unwrap_err();
    assert!(error.reason.contains("unknown field `peple`"), "{error}");
}

#[test]
fn two_people_cannot_share_an_email() {
    let document = "{ \"realms\": [{ \"name\": \"x\", \"people\": [\n { \"email\": \"a@example.com\" },\n { \"email\": \"A@example.com\" } ] }] }";
    refused(document, 3, "realms[0].people[1].email");
}

#[test]
fn two_people_cannot_share_an_id() {
    let person = |email: &str| format!("{{ \"id\": \"usr_sample123456\", \"email\": \"{email}\" }}");
    let people = format!("{},\n{}", person("a@example.com"), person("b@example.com"));
    refused(
        &format!("{{ \"realms\": [{{ \"name\": \"x\", \"people\": [\n{people}] }}] }}"),
        3,
        "realms[0].people[1].id",
    );
}

/// A document with two realms that say this, told apart by their names.
#[track_caller]
fn realm_refused(realm: &Value, field: &str, reason: &str) {
    let mut realm = realm.clone();
    realm["name"] = "x".into();
    let document = json!({ "realms": [{ "name": "other", "id": "rl_sample123456", "domains": ["login.example.com"] }, realm] });
    let error = Seed::parse(&document.to_string()).expect_err(field);
    assert_eq!((error.line, error.field.as_str()), (1, format!("realms[1].{field}").as_str()), "{error}");
    assert!(error.reason.contains(reason), "{error}");
}

#[test]
fn two_realms_cannot_share_an_id_or_a_domain() {
    realm_refused(&json!({ "id": "rl_sample123456" }), "id", "another realm");
    realm_refused(&json!({ "domains": ["LOGIN.example.com"] }), "domains", "another realm");
}

#[test]
fn what_opens_a_door_opens_one_only() {
    let account = json!({ "id": "org_sample123456", "name": "Engines" });
    realm_refused(&json!({ "accounts": [account, account] }), "accounts[1].id", "another account");
    let person = |email: &str, member: &str, value: Value| json!({ "email": email, member: value });
    let session = json!([{ "id": "kss_sample123456", "created_at": 1, "expires_at": 2 }]);
    let people = json!([
        person("a@example.com", "sessions", session.clone()),
        person("b@example.com", "sessions", session)
    ]);
    realm_refused(&json!({ "people": people }), "people[1].sessions[0].id", "another session");
    let place = json!([{ "id": "mb_sample123456", "account": "Engines" }]);
    let people = json!([
        person("a@example.com", "memberships", place.clone()),
        person("b@example.com", "memberships", place)
    ]);
    realm_refused(&json!({ "people": people }), "people[1].memberships[0].id", "another membership");
    let invitation = |id: &str| json!({ "kind": "request", "id": id, "token": "sample" });
    realm_refused(
        &json!({ "invitations": [invitation("nvt_sample123456"), invitation("nvt_sample123456")] }),
        "invitations[1].id",
        "another",
    );
    realm_refused(
        &json!({ "invitations": [invitation("nvt_sample123456"), invitation("nvt_sample654321")] }),
        "invitations[1].token",
        "another",
    );
}

#[test]
fn texts_that_need_a_form_of_their_own_are_checked() {
    realm_refused(&json!({ "login_urls": ["not a url"] }), "login_urls[0]", "address");
    let person = |member: &str, value: &str| json!({ "people": [{ "email": ADA, member: value }] });
    realm_refused(&person("password_hash", "garbage"), "people[0].password_hash", "not a password hash");
    realm_refused(&person("locale", "klingon"), "people[0].locale", "language");
    let invitation = json!({ "kind": "org", "account": "Nowhere" });
    realm_refused(&json!({ "invitations": [invitation] }), "invitations[0].account", "no such account");
}

#[test]
fn settings_have_to_be_possible() {
    for (settings, field) in impossible_settings() {
        realm_refused(&json!({ "settings": settings }), &format!("settings.{field}"), "");
        Emulator::new().put("/_emulator/settings", &settings).is_refused(422, &format!("field `{field}`"));
    }
}

fn impossible_settings() -> Vec<(Value, &'static str)> {
    let assumption = |name: &str, value: Value| json!({ "assumptions": { name: value } });
    let window = json!({ "requests": 1, "window_seconds": 0 });
    vec![
        (json!({ "default_locale": "xx" }), "default_locale"),
        (json!({ "available_locales": ["en", "xx"] }), "available_locales"),
        (json!({ "available_locales": [] }), "available_locales"),
        (json!({ "password_min_complexity": 99 }), "password_min_complexity"),
        (json!({ "allowed_origins": ["nonsense"] }), "allowed_origins"),
        (json!({ "allowed_origins": ["https://example.com/app"] }), "allowed_origins"),
        (assumption("success_status", json!(7)), "assumptions.success_status"),
        (assumption("mfa_wrong_code_status", json!(200)), "assumptions.mfa_wrong_code_status"),
        (assumption("signup_closed_status", json!(700)), "assumptions.signup_closed_status"),
        (assumption("signup_duplicate_status", json!(0)), "assumptions.signup_duplicate_status"),
        (assumption("request_invitation_status", json!(99)), "assumptions.request_invitation_status"),
        (assumption("second_logout_status", json!(302)), "assumptions.second_logout_status"),
        (assumption("throttled_login_status", json!(200)), "assumptions.throttled_login_status"),
        (assumption("texts", json!({ "hello": "x" })), "assumptions.texts"),
        (assumption("cors_exposed_headers", json!(["not a name"])), "assumptions.cors_exposed_headers"),
        (assumption("rate_limit", window), "assumptions.rate_limit"),
        (assumption("password_hash_kib", json!(u32::MAX)), "assumptions.password_hash_kib"),
    ]
}

#[test]
fn a_person_or_realm_that_is_added_is_checked_like_a_document() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let sessions = json!([{ "id": session, "created_at": 1, "expires_at": 4_000_000_000_u64 }]);
    emulator
        .post("/_emulator/people", &json!({ "email": "eve@example.com", "sessions": sessions }))
        .is_refused(409, "field `sessions[0].id`");
    emulator
        .post("/_emulator/people", &json!({ "email": "eve@example.com", "locale": "klingon" }))
        .is_refused(422, "locale");
    let ada = emulator.user_id(ADA);
    assert_eq!(emulator.refresh(&session).claims()["sub"], json!(ada));
    let realm = json!({ "name": "mine", "domains": ["login.example.com"] });
    assert_eq!(emulator.post("/_emulator/realms", &realm).status, 200);
    let other = json!({ "name": "other", "domains": ["login.example.com"] });
    emulator.post("/_emulator/realms", &other).is_refused(409, "field `domains`");
    let wrong = json!({ "name": "other", "settings": { "default_locale": "xx" } });
    emulator.post("/_emulator/realms", &wrong).is_refused(422, "settings.default_locale");
}

#[test]
fn a_mistake_never_quotes_a_secret() {
    let error =
        Seed::parse(r#"{ "realms": [{ "name": "x", "people": [{ "email": "a@b.c", "password": 4711 }] }] }"#);
    assert!(!error.unwrap_err().to_string().contains("4711"));
}

#[test]
fn people_share_accounts_by_name_and_reach_them_by_id() {
    let document = json!({ "realms": [{ "name": "default", "accounts": [{ "id": "org_sample123456", "name": "Engines" }],
        "people": [
            { "email": ADA, "password": "engine-of-1843", "memberships": [{ "account": "Engines", "permissions": ["ar:owner"] }] },
            { "email": "bob@example.com", "password": "a-good-password", "memberships": [{ "account": "org_sample123456" }] },
        ] }] });
    let mut emulator = Emulator::from_seed(&document.to_string());
    assert_eq!(emulator.log_in().is_full_login().account(), "org_sample123456");
    assert_eq!(emulator.realm().orgs.len(), 1);
    assert_eq!(emulator.realm().memberships.len(), 2);
}

#[test]
fn an_export_is_a_seed_that_makes_the_same_realm() {
    let mut emulator = Emulator::new();
    let login = emulator.log_in();
    emulator.sign_up("bob@example.com").is_full_login();
    let export = serde_json::to_string_pretty(&emulator.dump()).unwrap();
    let mut again = Emulator::from_seed(&export);
    assert_eq!(serde_json::to_string_pretty(&again.dump()).unwrap(), export);
    let refreshed = again.refresh(&login.session()).is_full_login();
    assert_eq!(refreshed.account(), login.account());
    assert_eq!(refreshed.claims()["rid"], login.claims()["rid"]);
    again.log_in().is_full_login();
}

#[test]
fn what_a_document_says_of_a_realm_is_in_its_export_again() {
    let document = json!({ "realms": [{ "name": "shop", "login_urls": ["http://localhost:3000/"],
        "domains": ["login.example.com"], "social_logins": ["google"],
        "accounts": [{ "name": "Old", "closed": true, "reference": "r1" }],
        "people": [{ "email": ADA, "email_pending": "new@example.com", "inactive": true, "custom": { "plan": "gold" },
            "totp_seed": "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U", "memberships": [{ "account": "Old", "permissions": ["one"] }] }],
        "invitations": [{ "kind": "org", "account": "Old", "email": "bob@example.com", "invited": true, "expires_at": 1_800_000_000 }] }] });
    let mut emulator = Emulator::from_seed(&document.to_string());
    let export = serde_json::to_value(emulator.dump()).unwrap();
    let realm = &export["realms"][0];
    for member in ["login_urls", "domains", "social_logins"] {
        assert_eq!(realm[member], document["realms"][0][member]);
    }
    assert_eq!(
        (&realm["accounts"][0]["closed"], &realm["accounts"][0]["reference"]),
        (&json!(true), &json!("r1"))
    );
    let person = &realm["people"][0];
    for member in ["email_pending", "inactive", "custom", "totp_seed"] {
        assert_eq!(person[member], document["realms"][0]["people"][0][member]);
    }
    assert_eq!(person["memberships"][0]["permissions"], json!(["one"]));
    assert_eq!(realm["invitations"][0]["expires_at"], 1_800_000_000);
    let mut again = Emulator::from_seed(&export.to_string());
    assert_eq!(serde_json::to_value(again.dump()).unwrap(), export);
}

#[test]
fn an_export_opens_nothing_that_was_closed_and_keeps_names_and_open_verifications() {
    let document = json!({ "realms": [{ "name": "shop", "social_logins": ["google", "github"], "people": [{ "email": ADA }] }] });
    let mut emulator = Emulator::from_seed(&document.to_string());
    let realm = emulator.realm();
    realm.name = "The Shop".into();
    realm.auth_providers[0].active = false;
    realm.users[0].verification = Verification::Requested;
    let export = serde_json::to_string(&emulator.dump()).unwrap();
    let mut again = Emulator::from_seed(&export);
    let realm = again.realm();
    assert_eq!((realm.name.as_str(), realm.host.as_str()), ("The Shop", "shop"));
    assert_eq!(realm.users[0].verification, Verification::Requested);
    let providers: Vec<&str> =
        realm.auth_providers.values().map(|found| found.provider_type.as_str()).collect();
    assert_eq!(providers, ["github"]);
}

#[test]
fn an_export_holds_no_password_in_plain_text() {
    let export = serde_json::to_string(&Emulator::new().dump()).unwrap();
    assert!(!export.contains("engine-of-1843"));
}

#[test]
fn a_realms_name_is_the_label_of_a_host() {
    let named = |name: &str| Seed::parse(&json!({ "realms": [{ "name": name }] }).to_string());
    for name in ["shop", "shop-2", "7"] {
        named(name).unwrap();
    }
    for name in ["", "Shop", "-shop", "shop-", "my.shop", "my_shop", &"x".repeat(64)] {
        assert_eq!(named(name).expect_err(name).field, "realms[0].name");
    }
}
