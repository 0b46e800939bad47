//! `GET` and `DELETE /v2/session` (protocol.md#get-session, #logout, #session-lifetime).

use loginrocket_emulator::settings::{Field, ForeignAccount, OrgMode};
use serde_json::json;

use crate::support::{ADA, Emulator, claims, rng};

/// Ada with two accounts in a realm where the account has to be named.
fn with_two_accounts() -> (Emulator, String, String, String) {
    let mut emulator = Emulator::with(|settings| settings.org_mode = OrgMode::MultiUser);
    let (id, now) = (emulator.user_id(ADA), emulator.now);
    let second = emulator.realm().add_org("Second", &id, now, &mut rng());
    let first = emulator.realm().orgs.keys().next().unwrap().clone();
    let session = emulator.log_in().is_conditional(&["no_account_selected"]).session();
    (emulator, session, first, second)
}

#[test]
fn a_refresh_gives_a_newer_token_for_the_same_session() {
    let mut emulator = Emulator::new();
    let login = emulator.log_in();
    emulator.advance_minutes(1);
    let refreshed = emulator.refresh(&login.session()).is_full_login();
    assert_eq!(refreshed.session(), login.session());
    assert_eq!(refreshed.claims()["iat"].as_u64().unwrap(), login.claims()["iat"].as_u64().unwrap() + 60);
}

#[test]
fn missing_unknown_and_ended_sessions_are_403() {
    let mut emulator = Emulator::new();
    emulator.get("/v2/session").is_logged_out();
    emulator.refresh("kss_sample123456").is_logged_out();
    let session = emulator.log_in().session();
    emulator.delete(&format!("/v2/session?session={session}")).is_okay();
    emulator.refresh(&session).is_logged_out();
}

#[test]
fn a_second_logout_is_403_unless_the_realm_says_otherwise() {
    let mut emulator = Emulator::new();
    let path = format!("/v2/session?session={}", emulator.log_in().session());
    emulator.delete(&path).is_okay();
    emulator.delete(&path).is_logged_out();
    emulator.settings().assumptions.second_logout_status = 200;
    emulator.delete(&path).is_okay();
}

#[test]
fn a_session_ends_at_its_fixed_time_however_often_it_is_refreshed() {
    let mut emulator = Emulator::with(|settings| settings.session_minutes = 60);
    let session = emulator.log_in().session();
    emulator.advance_minutes(59);
    emulator.refresh(&session).is_full_login();
    emulator.advance_minutes(1);
    emulator.refresh(&session).is_logged_out();
}

#[test]
fn a_sliding_session_is_prolonged_by_a_refresh() {
    let mut emulator = Emulator::with(|settings| {
        settings.session_minutes = 60;
        settings.assumptions.sliding_sessions = true;
    });
    let session = emulator.log_in().session();
    emulator.advance_minutes(59);
    emulator.refresh(&session).is_full_login();
    emulator.advance_minutes(59);
    emulator.refresh(&session).is_full_login();
}

#[test]
fn a_token_never_outlives_its_session() {
    let mut emulator = Emulator::with(|settings| settings.session_minutes = 60);
    let session = emulator.log_in().session();
    emulator.advance_minutes(50);
    let claims = emulator.refresh(&session).claims();
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 600);
}

#[test]
fn a_realm_may_return_the_same_token_while_it_lasts() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.reuse_token = true);
    let login = emulator.log_in();
    emulator.advance_minutes(10);
    assert_eq!(emulator.refresh(&login.session()).token(), login.token());
    emulator.advance_minutes(400);
    assert_ne!(emulator.refresh(&login.session()).token(), login.token());
}

#[test]
fn the_same_token_is_returned_only_while_it_is_the_right_one() {
    let (mut emulator, session, first, second) = with_two_accounts();
    emulator.settings().assumptions.reuse_token = true;
    let path = |account: &str| format!("/v2/session?session={session}&account={account}");
    let token = emulator.get(&path(&first)).token();
    emulator.advance_minutes(1);
    assert_eq!(emulator.get(&path(&first)).token(), token);
    let switched = emulator.get(&path(&second)).claims();
    assert_eq!(switched["orgs"][0]["oid"], second.as_str());
    let change = json!({ "session": session, "account": second, "first_name": "Augusta" });
    assert_eq!(emulator.put("/v2/profile", &change).claims()["given_name"], "Augusta");
    let token = emulator.get(&path(&second)).token();
    assert_eq!(claims(&token)["given_name"], "Augusta");
    emulator.post("/_emulator/keys", &json!({}));
    assert_eq!(emulator.get(&path(&second)).token(), token);
    emulator.post("/_emulator/keys", &json!({ "drop_old": true }));
    assert_ne!(emulator.get(&path(&second)).token(), token);
}

#[test]
fn accounts_can_be_switched_to_and_fro_with_one_session() {
    let (mut emulator, session, first, second) = with_two_accounts();
    for account in [&second, &first, &second] {
        let answer =
            emulator.get(&format!("/v2/session?session={session}&account={account}")).is_full_login();
        assert_eq!((&answer.account(), answer.session()), (account, session.clone()));
        let claims = answer.claims();
        let orgs = claims["orgs"].as_array().unwrap();
        assert_eq!(
            (orgs.len(), orgs[0]["oid"].as_str(), &orgs[0]["selected"]),
            (1, Some(account.as_str()), &true.into())
        );
    }
}

#[test]
fn the_last_selected_account_is_not_remembered() {
    let (mut emulator, session, _, second) = with_two_accounts();
    emulator.get(&format!("/v2/session?session={session}&account={second}")).is_full_login();
    let answer = emulator.refresh(&session).is_conditional(&["no_account_selected"]);
    assert!(answer.body["account"].is_null());
}

#[test]
fn a_changed_realm_acts_on_existing_sessions_at_once() {
    let (mut emulator, session, first, _) = with_two_accounts();
    emulator.settings().org_mode = OrgMode::SingleUser;
    assert_eq!(emulator.refresh(&session).is_full_login().account(), first);
}

#[test]
fn an_account_of_someone_else_selects_nothing() {
    let (mut emulator, session, ..) = with_two_accounts();
    let path = format!("/v2/session?session={session}&account=org_sample123456");
    emulator.get(&path).is_conditional(&["no_account_selected"]);
    emulator.settings().assumptions.foreign_account = ForeignAccount::Forbidden;
    emulator.get(&path).is_logged_out();
    emulator.settings().assumptions.foreign_account = ForeignAccount::Ignored;
    emulator.settings().org_mode = OrgMode::SingleUser;
    emulator.get(&path).is_full_login();
}

#[test]
fn a_person_without_an_account_gets_one_unless_its_name_is_required() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    let org = emulator.realm().orgs.keys().next().unwrap().clone();
    emulator.realm().remove_org(&org);
    emulator.settings().org_name_field = Field::Required;
    emulator.refresh(&session).is_conditional(&["must_complete_profile"]);
    emulator.settings().org_name_field = Field::Optional;
    let answer = emulator.refresh(&session).is_full_login();
    assert_eq!(answer.claims()["orgs"][0]["name"], "Ada Lovelace");
}

#[test]
fn a_realm_can_select_the_only_account_and_list_accounts() {
    let mut emulator = Emulator::with(|settings| settings.org_mode = OrgMode::MultiUser);
    let session = emulator.log_in().is_conditional(&["no_account_selected"]).session();
    emulator.settings().assumptions.accounts_in_reply = true;
    assert_eq!(emulator.refresh(&session).body["accounts"][0]["name"], "Ada Lovelace");
    emulator.settings().assumptions.select_only_account = true;
    emulator.refresh(&session).is_full_login();
}

#[test]
fn answers_about_sessions_are_never_cacheable() {
    let mut emulator = Emulator::new();
    let login = emulator.log_in();
    assert_eq!(login.header("cache-control"), Some("no-store"));
    assert_eq!(emulator.refresh(&login.session()).header("cache-control"), Some("no-store"));
}
