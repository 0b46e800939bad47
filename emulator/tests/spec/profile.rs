//! `PUT /v2/profile` (protocol.md#update-profile).

use loginrocket_emulator::settings::{Field, OrgMode};
use serde_json::json;

use crate::support::{ADA, Emulator};

#[test]
fn a_changed_profile_is_in_the_new_token() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let body = json!({ "session": session, "email": "Countess@Example.com", "first_name": "Augusta", "username": "AAL" });
    let claims = emulator.put("/v2/profile", &body).is_full_login().claims();
    assert_eq!(
        (&claims["email"], &claims["given_name"]),
        (&json!("countess@example.com"), &json!("Augusta"))
    );
    assert_eq!((&claims["family_name"], &claims["preferred_username"]), (&json!("Lovelace"), &json!("aal")));
    assert!(claims.get("email_verified").is_none(), "a new address is not verified");
}

#[test]
fn the_same_email_again_changes_nothing() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let claims =
        emulator.put("/v2/profile", &json!({ "session": session, "email": "ADA@example.com" })).claims();
    assert_eq!(claims["email_verified"], true);
}

#[test]
fn a_profile_needs_a_session() {
    Emulator::new().put("/v2/profile", &json!({ "first_name": "Eve" })).is_logged_out();
}

#[test]
fn taken_and_impossible_values_are_refused_as_a_whole() {
    let mut emulator = Emulator::new();
    emulator.sign_up("bob@example.com").is_full_login();
    let session = emulator.log_in().session();
    let body = json!({ "session": session, "email": "bob@example.com", "first_name": "Changed" });
    emulator.put("/v2/profile", &body).is_refused(422, "taken");
    let body = json!({ "session": session, "username": "a@b", "first_name": "Changed" });
    emulator.put("/v2/profile", &body).is_refused(422, "Username");
    let body = json!({ "session": session, "password": "short", "first_name": "Changed" });
    emulator.put("/v2/profile", &body).is_refused(422, "too short");
    assert_eq!(emulator.refresh(&session).claims()["given_name"], "Ada");
}

#[test]
fn a_new_password_ends_other_sessions() {
    let mut emulator = Emulator::new();
    let (other, mine) = (emulator.log_in().session(), emulator.log_in().session());
    emulator.put("/v2/profile", &json!({ "session": mine, "password": "brand-new-one" })).is_full_login();
    emulator.refresh(&other).is_logged_out();
    emulator.post("/v2/login", &json!({ "email": ADA, "password": "brand-new-one" })).is_full_login();
}

#[test]
fn filling_in_what_is_required_clears_the_condition() {
    let mut emulator = Emulator::new();
    let session = emulator.sign_up("bob@example.com").session();
    emulator.settings().name_field = Field::Required;
    emulator.settings().assumptions.missing_fields_member = Some("fields".into());
    let answer = emulator.refresh(&session).is_conditional(&["must_complete_profile"]);
    assert_eq!(answer.body["fields"], json!(["first_name", "last_name"]));
    let body = json!({ "session": session, "first_name": "Bob" });
    emulator.put("/v2/profile", &body).is_conditional(&["must_complete_profile"]);
    let body = json!({ "session": session, "last_name": "Bee" });
    emulator.put("/v2/profile", &body).is_full_login();
}

#[test]
fn naming_the_account_makes_it() {
    let mut emulator = Emulator::with(|settings| settings.org_name_field = Field::Required);
    let org = emulator.realm().orgs.keys().next().unwrap().clone();
    emulator.realm().remove_org(&org);
    let session = emulator.log_in().is_conditional(&["must_complete_profile"]).session();
    let answer =
        emulator.put("/v2/profile", &json!({ "session": session, "org_name": "Engines" })).is_full_login();
    assert_eq!(answer.claims()["orgs"][0]["name"], "Engines");
}

#[test]
fn a_person_without_an_account_can_name_one_where_accounts_are_selected_too() {
    let mut emulator = Emulator::with(|settings| {
        settings.org_mode = OrgMode::MultiUser;
        settings.org_name_field = Field::Required;
    });
    let org = emulator.realm().orgs.keys().next().unwrap().clone();
    emulator.realm().remove_org(&org);
    let session = emulator.log_in().is_conditional(&["must_complete_profile"]).session();
    emulator
        .put("/v2/profile", &json!({ "session": session, "org_name": "Engines" }))
        .is_conditional(&["no_account_selected"]);
}

#[test]
fn an_empty_username_clears_it_unless_nothing_else_names_the_person() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let claims = emulator.put("/v2/profile", &json!({ "session": session, "username": "Bob" })).claims();
    assert_eq!(claims["preferred_username"], "bob");
    let claims = emulator.put("/v2/profile", &json!({ "session": session, "first_name": "B" })).claims();
    assert_eq!(claims["preferred_username"], "bob", "what is not sent stays");
    let cleared = emulator.put("/v2/profile", &json!({ "session": session, "username": "" }));
    assert!(cleared.is_full_login().claims().get("preferred_username").is_none());
    emulator.put("/v2/profile", &json!({ "session": session, "username": "bob" })).is_full_login();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].email = None;
    emulator.put("/v2/profile", &json!({ "session": session, "username": " " })).is_refused(422, "Username");
}

#[test]
fn only_owners_and_admins_rename_an_account() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let rename = json!({ "session": session, "org_name": "Engines" });
    assert_eq!(emulator.put("/v2/profile", &rename).claims()["orgs"][0]["name"], "Engines");
    for membership in emulator.realm().memberships.values_mut() {
        membership.permissions.clear();
    }
    let rename = json!({ "session": session, "org_name": "Mine now" });
    assert_eq!(emulator.put("/v2/profile", &rename).claims()["orgs"][0]["name"], "Engines");
}

#[test]
fn the_language_is_one_of_the_realms() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let claims = emulator.put("/v2/profile", &json!({ "session": session, "locale": "es-AR" })).claims();
    assert_eq!(claims["locale"], "es");
    emulator
        .put("/v2/profile", &json!({ "session": session, "locale": "tlh" }))
        .is_refused(422, "no es válido");
}

#[test]
fn a_realm_can_ignore_what_the_core_api_does_not_know() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.profile_extra_fields.clear());
    let session = emulator.log_in().session();
    let claims =
        emulator.put("/v2/profile", &json!({ "session": session, "locale": "es", "org_name": "X" })).claims();
    assert!(claims.get("locale").is_none());
    assert_eq!(claims["orgs"][0]["name"], "Ada Lovelace");
}
