//! To the hosted pages, with the session where a page takes one.

use crate::{
    adopt::{realm, stored},
    host::{
        Tab,
        page::Behaviour,
        realm::{KEY, REALM},
    },
};
use loginrocket_wasm::{
    engine::{Answer, Input, StorageScope, session::snapshot::State},
    protocol::hosted::Visit,
};

impl Tab {
    /// Leaves for a page; where that leads, or why not.
    fn leave(&self, page: &str) -> String {
        let left = self.open_hosted(page);
        match left.code().unwrap() {
            "success" => self.visited().pop().unwrap(),
            code => code.to_owned(),
        }
    }
}

#[test]
fn the_session_goes_along_to_the_pages_that_take_one() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    assert_eq!(tab.leave("profile"), format!("{REALM}profile?session=kss_sample123456"));
    assert_eq!(tab.leave("login"), format!("{REALM}login"));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn nobody_goes_along_without_a_session() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    assert_eq!(tab.leave("accounts"), format!("{REALM}accounts"));
}

#[test]
fn a_slow_store_is_asked_before_leaving() {
    let browser = realm();
    browser.store.put(KEY, Some(&stored("kss_sample123456")));
    let page = browser.page();
    page.reading.set(Behaviour::After(500));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    let left = tab.open_hosted("profile");
    assert_eq!((left.code(), tab.visited().len()), (None, 0));
    browser.pass(500);
    assert_eq!(left.code(), Some("success"));
    assert_eq!(tab.visited(), [format!("{REALM}profile?session=kss_sample123456")]);
}

#[test]
fn leaving_for_the_page_that_signs_out_signs_out_here_and_everywhere() {
    let browser = realm();
    let tabs = [Tab::signed_in(&browser, StorageScope::Shared), Tab::open(&browser, StorageScope::Shared)];
    tabs[1].attach();
    browser.pass(100);
    assert_eq!(tabs[1].state(), State::SignedIn);
    assert_eq!(tabs[0].leave("logout"), format!("{REALM}logout?session=kss_sample123456"));
    browser.pass(100);
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedOut; 2]);
    assert!(tabs[0].sent().contains(&"DELETE session".to_owned()));
}

#[test]
fn there_is_no_page_without_a_usable_url_and_nobody_is_signed_out() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    tab.set_url(None);
    assert_eq!(tab.leave("logout"), "missing_url");
    tab.set_url(Some(REALM));
    assert_eq!(tab.state(), State::SignedIn);

    let browser = realm();
    let entry = stored("kss_sample123456");
    browser.store.put("loginrocket:http://sample.example.com/v2/", Some(&entry));
    let page = browser.page();
    let setup = page.setup(StorageScope::Shared, "http://sample.example.com/");
    let tab = Tab::start(&browser, page, setup);
    assert_eq!(tab.leave("logout"), "insecure_url");
    assert_eq!((browser.store.entry(), tab.visited().len()), (Some(entry), 0));
}

#[test]
fn a_page_that_does_not_exist_is_refused_and_nobody_leaves() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    assert_eq!(tab.leave("settings"), "invalid_params");
    assert_eq!(tab.leave("account"), "invalid_option", "an account must be named");
    for account in ["", ".", ".."] {
        let visit = || Visit { page: "account".into(), account: Some(account.into()), ..Visit::default() };
        assert_eq!(tab.ask(|id| Input::OpenHosted { id, visit: visit() }).code(), Some("invalid_option"));
        assert_eq!(tab.ask(|id| Input::HostedUrl { id, visit: visit() }).code(), Some("invalid_option"));
    }
    assert_eq!((tab.visited().len(), tab.state()), (0, State::SignedIn));
}

#[test]
fn the_url_of_a_page_is_made_without_the_session_unless_one_is_given() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    let url = |session: Option<&str>| {
        let visit = Visit { page: "profile".into(), session: session.map(Into::into), ..Visit::default() };
        match tab.ask(|id| Input::HostedUrl { id, visit }).answer() {
            Some(Answer::Url { url }) => url.expose().to_owned(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(url(None), format!("{REALM}profile"));
    assert_eq!(url(Some("kss_mine")), format!("{REALM}profile?session=kss_mine"));
}
