//! `signup` and `signup/request` (protocol.md#sign-up, #request-invitation).

use loginrocket_emulator::settings::{EmailVerification, Field, Signup};
use loginrocket_emulator::state::{Invitation, InvitationKind, Secret};
use serde_json::json;

use crate::support::{ADA, Emulator, START};

#[test]
fn an_open_signup_logs_in_with_an_account_of_ones_own() {
    let answer = Emulator::new().sign_up("Bob@Example.com").is_full_login();
    let claims = answer.claims();
    assert_eq!((&claims["email"], &claims["name"]), (&json!("bob@example.com"), &json!("bob@example.com")));
    assert_eq!(claims["orgs"][0]["perm"], json!(["ar:owner", "ar:admin"]));
    assert_eq!(claims["orgs"][0]["name"], "bob@example.com");
}

#[test]
fn names_and_the_accounts_name_are_kept() {
    let body = json!({ "email": "bob@example.com", "password": "a-good-password", "first_name": "Bob", "last_name": "Bee",
        "username": "Bobby", "org_name": "Bees" });
    let claims = Emulator::new().post("/v2/signup", &body).is_full_login().claims();
    assert_eq!((&claims["name"], &claims["given_name"]), (&json!("Bob Bee"), &json!("Bob")));
    assert_eq!(
        (&claims["preferred_username"], &claims["orgs"][0]["name"]),
        (&json!("bobby"), &json!("Bees"))
    );
}

#[test]
fn an_email_is_unique_whatever_its_case() {
    Emulator::new().sign_up("ADA@EXAMPLE.COM").is_refused(422, "already been taken");
}

#[test]
fn a_username_is_unique_and_plain() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    emulator.realm().users[&id].username = Some("countess".into());
    for (name, part) in
        [("COUNTESS", "taken"), ("a@b", "Username is invalid"), ("two words", "Username is invalid")]
    {
        let body = json!({ "email": "bob@example.com", "password": "a-good-password", "username": name });
        emulator.post("/v2/signup", &body).is_refused(422, part);
    }
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let mut emulator = Emulator::with(|settings| {
        settings.name_field = Field::Required;
        settings.username_field = Field::Required;
        settings.org_name_field = Field::Required;
    });
    let answer = emulator.post("/v2/signup", &json!({})).is_refused(422, "Email can't be blank");
    assert_eq!(answer.body["errors"].as_array().unwrap().len(), 6);
}

#[test]
fn what_is_not_an_email_is_refused() {
    for email in ["bob", "@example.com", "bob@", "b ob@example.com", "bob@exa@mple.com"] {
        Emulator::new().sign_up(email).is_refused(422, "Email is invalid");
    }
}

#[test]
fn a_repeated_email_has_to_be_the_same() {
    let body = |repeated: &str| json!({ "email": "bob@example.com", "password": "a-good-password", "email_confirmation": repeated });
    Emulator::new().post("/v2/signup", &body("eve@example.com")).is_refused(422, "Email is invalid");
    Emulator::new().post("/v2/signup", &body("BOB@example.com")).is_full_login();
}

#[test]
fn nothing_is_made_by_a_refused_signup() {
    let mut emulator = Emulator::new();
    let body = json!({ "email": "bob@example.com", "password": "short" });
    emulator.post("/v2/signup", &body).is_refused(422, "too short");
    emulator.sign_up("bob@example.com").is_full_login();
}

#[test]
fn a_closed_realm_takes_the_invited_only() {
    for (mode, part) in [(Signup::Closed, "closed"), (Signup::Invitation, "invitation")] {
        let mut emulator = Emulator::with(|settings| settings.signup = mode);
        emulator.sign_up("bob@example.com").is_refused(422, part);
        emulator.settings().assumptions.signup_closed_status = 403;
        emulator.sign_up("bob@example.com").is_refused(403, part);
    }
}

#[test]
fn an_invitation_lets_its_holder_in_once() {
    let mut emulator = Emulator::with(|settings| settings.signup = Signup::Closed);
    let token = invite(&mut emulator, None);
    let body = json!({ "email": "bob@example.com", "password": "a-good-password", "invitation": token });
    let claims = emulator.post("/v2/signup", &body).is_full_login().claims();
    assert_eq!(claims["email_verified"], true, "who follows a mailed link has proved the address");
    let body = json!({ "email": "eve@example.com", "password": "a-good-password", "invitation": token });
    emulator.post("/v2/signup", &body).is_refused(422, "Invitation is invalid");
}

#[test]
fn an_invitation_proves_the_invited_address_alone() {
    let mut emulator = Emulator::new();
    let token = invite(&mut emulator, None);
    let body = json!({ "email": "eve@example.com", "password": "a-good-password", "invitation": token });
    let claims = emulator.post("/v2/signup", &body).is_full_login().claims();
    assert!(claims.get("email_verified").is_none(), "the mail went to somebody else");
}

#[test]
fn an_invitation_into_an_account_leads_there() {
    let mut emulator = Emulator::new();
    let org = emulator.realm().orgs.keys().next().unwrap().clone();
    let token = invite(&mut emulator, Some(org.clone()));
    let body = json!({ "email": "bob@example.com", "password": "a-good-password", "invitation": token });
    let answer = emulator.post("/v2/signup", &body).is_full_login();
    assert_eq!(answer.account(), org);
    assert_eq!(answer.claims()["orgs"][0]["perm"], json!(["crew"]));
}

#[test]
fn an_invitation_ends_after_thirty_days() {
    let mut emulator = Emulator::new();
    let token = invite(&mut emulator, None);
    emulator.advance_minutes(30 * 24 * 60);
    let body = json!({ "email": "bob@example.com", "password": "a-good-password", "invitation": token });
    emulator.post("/v2/signup", &body).is_refused(422, "Invitation");
}

#[test]
fn preverified_people_are_created_by_following_the_mail() {
    let mut emulator = Emulator::with(|settings| settings.email_verification = EmailVerification::Preverify);
    emulator.sign_up("bob@example.com").is_okay();
    assert!(emulator.realm().find_user("bob@example.com").is_none());
    let token = emulator.mailed_token("bob@example.com");
    let body = json!({ "email": "bob@example.com", "password": "a-good-password", "invitation": token });
    assert_eq!(emulator.post("/v2/signup", &body).is_full_login().claims()["email_verified"], true);
}

#[test]
fn other_modes_of_verification_mail_after_the_signup() {
    let mut emulator = Emulator::with(|settings| settings.email_verification = EmailVerification::Optional);
    let claims = emulator.sign_up("bob@example.com").is_full_login().claims();
    assert!(claims.get("email_verified").is_none());
    assert_eq!(emulator.mail_to("bob@example.com")["kind"], "email_verification");
}

#[test]
fn a_request_waits_for_the_realms_owner() {
    let mut emulator = Emulator::with(|settings| settings.signup = Signup::Invitation);
    emulator.post("/v2/signup/request", &json!({ "email": "bob@example.com" })).is_okay();
    let invitation = emulator.realm().invitations.values().next().unwrap().clone();
    assert_eq!(invitation.kind, InvitationKind::Request);
    let token = invitation.token.reveal();
    let body = json!({ "email": "bob@example.com", "password": "a-good-password", "invitation": token });
    emulator.post("/v2/signup", &body).is_refused(422, "Invitation");
}

#[test]
fn nothing_can_be_requested_in_other_realms() {
    for mode in [Signup::Open, Signup::Closed] {
        let mut emulator = Emulator::with(|settings| settings.signup = mode);
        emulator
            .post("/v2/signup/request", &json!({ "email": "bob@example.com" }))
            .is_refused(422, "requested");
    }
}

#[test]
fn a_request_needs_an_email() {
    let mut emulator = Emulator::with(|settings| settings.signup = Signup::Invitation);
    emulator.post("/v2/signup/request", &json!({})).is_refused(422, "Email");
    emulator.post("/v2/signup/request", &json!({ "email": "bob" })).is_refused(422, "Email");
}

fn invite(emulator: &mut Emulator, org: Option<String>) -> String {
    let invitation = Invitation {
        id: "nvt_sample123456".into(),
        token: Secret::new("sample-invitation"),
        kind: if org.is_some() { InvitationKind::Org } else { InvitationKind::Request },
        email: Some("bob@example.com".into()),
        permissions: if org.is_some() { vec!["crew".into()] } else { Vec::new() },
        org,
        invited: true,
        created_at: START,
        expires_at: START.plus_minutes(30 * 24 * 60),
    };
    emulator.realm().invitations.insert(invitation.id.clone(), invitation);
    "sample-invitation".into()
}
