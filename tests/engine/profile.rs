//! What is stored of the person beside the session, where the app wants that.

use crate::host::{
    Answer, Browser, Tab,
    page::Page,
    realm::{KEY, SIGNED_OUT, browser},
};
use loginrocket_wasm::{
    engine::{
        StorageScope,
        session::snapshot::{Freshness, State},
    },
    protocol::endpoint::Endpoint,
};
use serde_json::{Value as Json, json};
use std::rc::Rc;

fn keeping(browser: &Browser) -> Rc<Page> {
    let page = browser.page();
    page.keeps_profile.set(true);
    page
}

fn signed_in(browser: &Browser, page: Rc<Page>) -> Tab {
    let tab = Tab::of(browser, StorageScope::Shared, page);
    tab.attach();
    tab.sign_in();
    tab
}

fn stored(browser: &Browser) -> Json {
    serde_json::from_str(&browser.store.entry().unwrap()).unwrap()
}

fn stored_profile(browser: &Browser) -> Option<Json> {
    stored(browser)["profile"].as_str().map(|profile| serde_json::from_str(profile).unwrap())
}

/// What a page finds after a reload while the service is down.
fn reloaded_without_the_service(browser: &Browser, page: Rc<Page>) -> Tab {
    browser.serve(|_| Answer::Fault);
    let tab = Tab::of(browser, StorageScope::Shared, page);
    tab.attach();
    browser.pass(60_000);
    tab
}

#[test]
fn a_person_is_greeted_after_a_reload_while_the_service_is_down() {
    for keeps in [false, true] {
        let browser = browser();
        let page = browser.page();
        page.keeps_profile.set(keeps);
        signed_in(&browser, Rc::clone(&page)).die();
        let tab = reloaded_without_the_service(&browser, page);
        assert_eq!(tab.look(), (State::SignedIn, Freshness::Stale));
        assert_eq!(tab.profile()["name"].as_str(), keeps.then_some("Ada Lovelace"));
        assert_eq!(tab.account().as_deref(), keeps.then_some("org_sample1"));
        assert_eq!(tab.snapshot().expires_at, None, "it is no token");
        assert_eq!(tab.token(5).code(), Some("network_error"));
    }
}

#[test]
fn what_is_stored_is_no_secret_but_the_session_id() {
    let browser = browser();
    signed_in(&browser, keeping(&browser));
    let entry = stored(&browser);
    let mut names: Vec<_> = entry.as_object().unwrap().keys().collect();
    names.sort();
    assert_eq!(names, ["account", "profile", "session", "v"]);
    let profile = stored_profile(&browser).unwrap();
    assert_eq!((profile["sid"].as_str(), profile["email"].as_str()), (None, Some("ada@example.com")));
}

#[test]
fn what_is_stored_follows_the_token() {
    let browser = browser();
    let tab = signed_in(&browser, keeping(&browser));
    let expires_at = |browser: &Browser| stored_profile(browser).unwrap()["exp"].as_u64();
    let before = expires_at(&browser);
    browser.pass(5_000);
    assert!(tab.refresh().granted().is_some());
    assert!(expires_at(&browser) > before);
    tab.rest();
    assert!(tab.switch("org_sample2").granted().is_some());
    assert_eq!(stored_profile(&browser).unwrap()["orgs"][0]["oid"], "org_sample2");
    tab.call(Endpoint::UpdateProfile, json!({ "first_name": "Augusta" }));
    assert!(stored_profile(&browser).is_some());
}

#[test]
fn nothing_of_a_person_is_left_after_a_sign_out_or_the_end_of_the_session() {
    let browser_one = browser();
    signed_in(&browser_one, keeping(&browser_one)).sign_out();
    assert_eq!(browser_one.store.entry().as_deref(), Some(SIGNED_OUT));
    let ended = browser();
    let tab = signed_in(&ended, keeping(&ended));
    // The account may be what is denied, so the service is asked once more without it.
    ended.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    tab.refresh();
    assert_eq!((ended.store.entry().as_deref(), tab.profile()), (Some(SIGNED_OUT), Json::Null));
}

#[test]
fn a_session_without_a_token_stores_and_shows_nobody() {
    let browser = browser();
    let tab = signed_in(&browser, keeping(&browser));
    browser.pass(1_000);
    browser.script([crate::host::realm::conditional("kss_sample1", None, "must_complete_profile")]);
    tab.call(Endpoint::GetSession, json!({}));
    assert_eq!(
        (tab.state(), tab.profile(), stored_profile(&browser)),
        (State::Conditional, Json::Null, None)
    );
}

#[test]
fn another_session_of_another_tab_shows_its_own_person() {
    let browser = browser();
    let tab = signed_in(&browser, keeping(&browser));
    browser.serve(|_| Answer::Fault);
    let profile = r#"{"sub":"usr_sample2","name":"Grace Hopper"}"#;
    let entry = json!({ "v": "1", "session": "kss_other", "profile": profile }).to_string();
    browser.put(KEY, Some(&entry));
    tab.storage_changed(Some(KEY));
    browser.pass(60_000);
    assert_eq!(tab.profile()["name"], "Grace Hopper");
}

#[test]
fn an_app_that_keeps_it_no_more_removes_what_was_stored() {
    let browser = browser();
    signed_in(&browser, keeping(&browser)).die();
    let page = browser.page();
    let tab = reloaded_without_the_service(&browser, page);
    assert_eq!((tab.profile(), stored_profile(&browser)), (Json::Null, None));
    assert_eq!(stored(&browser)["session"], "kss_sample1");
}

#[test]
fn disposing_forgets_who_it_was() {
    let browser = browser();
    let tab = signed_in(&browser, keeping(&browser));
    tab.dispose();
    assert!(!tab.printed().contains("Lovelace"));
}
