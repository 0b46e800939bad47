//! Hosted logins that have to wait for something (protocol.md#conditions, #hosted-pages): a field, an account, a verified
//! e-mail.

use loginrocket_emulator::settings::{EmailVerification, Field, OrgMode};
use serde_json::json;

use crate::browser::{APP, Browser, handed_off, location, shows};
use crate::support::{ADA, PASSWORD, rng};

#[test]
fn an_unverified_person_is_told_to_look_for_the_mail() {
    let mut browser = Browser::with(|settings| settings.email_verification = EmailVerification::Required);
    let form = [("email", "bob@example.com"), ("password", "a-good-password")];
    shows(&browser.post("/signup", &form), "Verify your e-mail");
}

#[test]
fn the_profile_sends_the_mail_that_verifies_an_address_again() {
    let mut browser = Browser::with(|settings| settings.email_verification = EmailVerification::Required);
    browser.post("/signup", &[("email", "bob@example.com"), ("password", "a-good-password")]);
    shows(&browser.get("/profile"), "Send the mail again");
    assert_eq!(browser.emulator.mail_count(), 1);
    shows(&browser.post("/profile/email", &[]), "We sent a mail to you.");
    assert_eq!(browser.emulator.mail_count(), 2);
    let token = browser.emulator.mailed_token("bob@example.com");
    shows(&browser.post("/verify-email", &[("token", &token)]), "Your e-mail is verified.");
    let page = browser.get("/profile");
    assert!(!page.text().contains("Send the mail again"));
}

#[test]
fn a_realm_that_verifies_no_address_offers_no_mail() {
    let mut browser = Browser::new();
    browser.log_in();
    assert!(!browser.get("/profile").text().contains("Send the mail again"));
}

#[test]
fn a_missing_field_leads_to_the_profile_and_from_there_to_the_app() {
    let mut browser = Browser::with(|settings| settings.username_field = Field::Required);
    let form = [("email", ADA), ("password", PASSWORD), ("redirect_uri", APP)];
    let path = location(&browser.post("/login", &form));
    assert!(path.starts_with("/profile?redirect_uri="), "{path}");
    shows(&browser.get(&path), "name=\"username\"");
    handed_off(&browser.post("/profile", &[("username", "countess"), ("redirect_uri", APP)]), APP);
}

#[test]
fn an_account_is_chosen_where_there_are_several() {
    let mut browser = Browser::with(|settings| settings.org_mode = OrgMode::MultiUser);
    let chooser = location(&browser.log_in());
    handed_off(&browser.get(&chooser), APP);
    let (id, now) = (browser.emulator.user_id(ADA), browser.emulator.now);
    let second = browser.emulator.realm().add_org("Second", &id, now, &mut rng());
    let page = browser.get("/accounts");
    shows(&page, "Choose an account");
    shows(&page, "Second");
    for path in ["accounts", "account"] {
        assert_eq!(
            handed_off(&browser.get(&format!("/{path}/{second}")), APP)["orgs"][0]["oid"],
            json!(second)
        );
    }
    assert_eq!(
        handed_off(&browser.post(&format!("/accounts/{second}"), &[]), APP)["orgs"][0]["oid"],
        json!(second)
    );
    assert_eq!(browser.get("/accounts/org_sample123456").status, 404);
}

#[test]
fn one_account_is_chosen_by_itself_unless_forced() {
    let mut browser = Browser::new();
    browser.log_in();
    handed_off(&browser.get("/accounts"), APP);
    shows(&browser.get("/accounts?force=1"), "Ada Lovelace");
}

#[test]
fn a_missing_field_leads_to_the_app_without_a_redirect_uri_too() {
    let mut browser = Browser::with(|settings| settings.username_field = Field::Required);
    assert_eq!(location(&browser.log_in()), "/profile");
    handed_off(&browser.post("/profile", &[("username", "countess")]), APP);
    // Nothing waits for this one.
    shows(&browser.post("/profile", &[("username", "lovelace")]), "Saved.");
}

#[test]
fn a_person_without_an_account_names_one_and_goes_on() {
    for org_mode in [OrgMode::SingleUser, OrgMode::MultiUser] {
        let mut browser = Browser::with(|settings| {
            settings.org_mode = org_mode;
            settings.org_name_field = Field::Required;
        });
        let org = browser.emulator.realm().orgs.keys().next().unwrap().clone();
        browser.emulator.realm().remove_org(&org);
        assert_eq!(location(&browser.log_in()), "/profile");
        for path in ["/accounts", "/accounts?force=1", "/accounts?account=org_sample123456"] {
            assert!(location(&browser.get(path)).starts_with("/profile"), "{path}");
        }
        shows(&browser.get("/profile"), "name=\"org_name\"");
        let mut answer = browser.post("/profile", &[("org_name", "Engines")]);
        if org_mode == OrgMode::MultiUser {
            assert_eq!(location(&answer), "/accounts");
            answer = browser.get("/accounts");
        }
        assert_eq!(handed_off(&answer, APP)["orgs"][0]["name"], "Engines");
    }
}

#[test]
fn an_emptied_username_is_gone() {
    let mut browser = Browser::with(|settings| settings.username_field = Field::Optional);
    browser.log_in();
    shows(&browser.post("/profile", &[("username", "countess")]), "value=\"countess\"");
    browser.post("/profile", &[("username", "")]);
    let page = browser.get("/profile");
    shows(&page, "name=\"username\"");
    assert!(!page.text().contains("countess"));
}
