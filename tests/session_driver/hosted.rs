//! To the hosted pages with the session, and back from them with a token that anybody may have made.

use crate::{
    support::{
        Answer, Fake,
        browser::Browser,
        tabs::Manner,
        tokens::{all, token},
    },
    tab::{KEY, Pending, REALM, Tab, browser},
};
use loginrocket_wasm::{
    Error,
    client::session::{Adoption, Kept},
    core::{
        hosted::Page,
        request::Endpoint,
        response::Failure,
        secret::Secret,
        session::{SignOutReason, State},
    },
};
use serde_json::json;

const MINE: &str = "as the service makes it";
const MY_OTHER: &str = "of another session";
const ANOTHERS: &str = "of somebody else";

/// A browser whose service has the fixture's keys, and refreshes the session of each of its tokens with that token.
fn realm() -> Browser {
    let browser = browser();
    browser.serve(|sent| match sent.path() {
        "connect/jwks" => Answer::Json(200, all().jwks.clone()),
        "login" => full_login("kss_sample123456"),
        "session" if sent.method == "GET" => full_login(&sent.parameter("session").unwrap()),
        _ => Answer::Json(200, json!({ "result": "okay" })),
    });
    browser
}

fn full_login(session: &str) -> Answer {
    let name = match session {
        "kss_sample000000" => ANOTHERS,
        "kss_sample654321" => MY_OTHER,
        _ => MINE,
    };
    Answer::Json(
        200,
        json!({ "result": "full_login", "session": session, "account": "org_sample2", "token": token(name) }),
    )
}

fn stored(session: &str) -> String {
    json!({ "v": "1", "session": session, "account": "org_sample2" }).to_string()
}

impl Tab {
    fn adopt(&self, name: &str) -> Pending<Result<Adoption, Failure>> {
        self.land(Some(token(name).into()), false)
    }

    fn land(&self, token: Option<Secret>, switch_user: bool) -> Pending<Result<Adoption, Failure>> {
        let session = self.session.clone();
        self.begin(async move { session.adopt(token, switch_user).await })
    }

    /// Whose session it is.
    fn person(&self) -> Option<String> {
        self.session.snapshot().user.map(|user| user.id)
    }

    fn leave(&self, page: Page<'static>) -> String {
        let session = self.session.clone();
        let url = self.begin(async move { session.bridge(page, None).await });
        url.take()
            .unwrap()
            .map_or_else(|failure| failure.facts.code.to_owned(), |url| url.expose().to_owned())
    }
}

impl Pending<Result<Adoption, Failure>> {
    fn came_to(&self) -> Option<String> {
        Some(match self.take()? {
            Ok(Adoption::Adopted) => "adopted".to_owned(),
            Ok(Adoption::Nothing) => "nothing".to_owned(),
            Ok(Adoption::AnotherUser(user)) => format!("another: {}", user.id),
            Err(failure) => failure.facts.code.to_owned(),
        })
    }
}

/// The session in the store.
fn held(browser: &Browser) -> Option<String> {
    let entry: serde_json::Value = serde_json::from_str(browser.shelf.entries.borrow().get(KEY)?).unwrap();
    entry["session"].as_str().map(str::to_owned)
}

fn came_to(pending: &Pending<Result<Adoption, Failure>>) -> String {
    pending.came_to().unwrap()
}

#[test]
fn a_token_signs_in_here_and_in_every_tab_and_after_a_reload() {
    let browser = realm();
    let tabs = [Tab::open(&browser, Kept::Shared), Tab::open(&browser, Kept::Shared)];
    tabs[1].session.attach();
    assert_eq!(came_to(&tabs[0].adopt(MINE)), "adopted");
    tabs[0].browser.pass(100);
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedIn; 2]);
    assert_eq!(tabs[0].account().as_deref(), Some("org_sample2"));
    assert_eq!(held(&browser).as_deref(), Some("kss_sample123456"));
    assert_eq!(tabs[0].token(5).token(), token(MINE));
    // Nothing was asked but the keys.
    assert_eq!(browser.sent().len(), 1);
    let reloaded = Tab::open(&browser, Kept::Shared);
    reloaded.session.attach();
    reloaded.browser.pass(100);
    assert_eq!(reloaded.person().as_deref(), Some("usr_sample123456"));
}

#[test]
fn without_a_token_nothing_happens() {
    let tab = Tab::open(&realm(), Kept::Page);
    for switch_user in [false, true] {
        assert_eq!(came_to(&tab.land(None, switch_user)), "nothing");
    }
    assert!(tab.sent().is_empty());
}

#[test]
fn what_is_not_good_is_not_adopted_and_changes_nothing() {
    for (name, code) in [
        ("a word", "malformed_token"),
        ("signed by somebody with their own key", "invalid_signature"),
        ("expired, just beyond the leeway", "token_expired"),
        ("no subject", "missing_claim"),
        ("without a session", "missing_claim"),
    ] {
        let tab = Tab::signed_in(&realm(), Kept::Shared);
        let before = tab.session.version();
        assert_eq!(came_to(&tab.adopt(name)), code, "{name}");
        assert_eq!(tab.session.version(), before, "{name}");
        assert_eq!(came_to(&tab.land(None, true)), "nothing", "{name}");
    }
}

#[test]
fn it_is_verified_whatever_else_is_and_without_keys_nobody_is_signed_in() {
    let tab = Tab::open(&realm(), Kept::Page);
    tab.browser.script([Answer::Status(503, "")]);
    assert_eq!(came_to(&tab.adopt(MINE)), "keys_unavailable");
    tab.platform.tab.has_no_crypto.set(true);
    assert_eq!(came_to(&tab.adopt(MINE)), "crypto_unavailable");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_token_that_could_not_be_judged_is_tried_again_and_one_that_is_wrong_is_not() {
    let tab = Tab::open(&realm(), Kept::Page);
    tab.browser.script([Answer::Status(503, "")]);
    assert_eq!(came_to(&tab.adopt(MINE)), "keys_unavailable");
    assert_eq!(came_to(&tab.land(None, false)), "keys_unavailable");
    tab.browser.pass(10_000);
    assert_eq!(came_to(&tab.land(None, false)), "adopted");
    assert_eq!(came_to(&tab.land(None, false)), "nothing");
    assert_eq!(came_to(&tab.adopt("a flipped bit")), "invalid_signature");
    assert_eq!(came_to(&tab.land(None, false)), "nothing");
}

#[test]
fn somebody_who_is_signed_in_is_never_silently_somebody_else() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    assert_eq!(came_to(&tab.adopt(ANOTHERS)), "another: usr_sample654321");
    tab.browser.pass(1_000);
    assert_eq!(tab.person().as_deref(), Some("usr_sample123456"));
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample123456"));
    // Not even by loading the page again.
    assert_eq!(came_to(&tab.land(None, false)), "nothing");
    assert_eq!(tab.person().as_deref(), Some("usr_sample123456"));
}

#[test]
fn a_person_may_say_that_they_want_to_be_the_other() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    assert_eq!(came_to(&tab.adopt(ANOTHERS)), "another: usr_sample654321");
    // Other parts of the app look for a token, too.
    assert_eq!(came_to(&tab.land(None, false)), "nothing");
    assert_eq!(came_to(&tab.land(None, true)), "adopted");
    assert_eq!(tab.person().as_deref(), Some("usr_sample654321"));
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample000000"));
    assert_eq!(came_to(&tab.land(None, true)), "nothing");
}

#[test]
fn what_was_kept_for_a_decision_is_gone_with_the_next_token_or_the_end() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    tab.adopt(ANOTHERS);
    assert_eq!(came_to(&tab.adopt(MINE)), "adopted");
    assert_eq!(came_to(&tab.land(None, true)), "nothing");
    tab.adopt(ANOTHERS);
    tab.session
        .client()
        .configure(|now| now.url = crate::support::config("https://other.e2.loginrocket.com/").url);
    tab.browser.does(|| tab.session.follow_url());
    assert_eq!(came_to(&tab.land(None, true)), "nothing");
}

#[test]
fn the_same_person_may_come_with_another_session() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    assert_eq!(came_to(&tab.adopt(MY_OTHER)), "adopted");
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample654321"));
}

#[test]
fn after_a_reload_the_service_says_first_who_was_signed_in() {
    for (held, expected, person) in [
        ("kss_sample123456", "another: usr_sample654321", "usr_sample123456"),
        ("kss_sample000000", "adopted", "usr_sample654321"),
    ] {
        let browser = realm();
        browser.shelf.put(KEY, Some(&stored(held)));
        let tab = Tab::of(&browser, Kept::Shared, browser.platform());
        assert_eq!(came_to(&tab.adopt(ANOTHERS)), expected);
        assert_eq!(tab.person().as_deref(), Some(person));
    }
}

#[test]
fn a_stored_session_that_is_over_is_nobodys() {
    let browser = realm();
    browser.shelf.put(KEY, Some(&stored("kss_sample123456")));
    browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    let tab = Tab::of(&browser, Kept::Shared, browser.platform());
    browser.forget_script();
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Expired)));
    assert_eq!(came_to(&tab.adopt(ANOTHERS)), "adopted");
}

#[test]
fn who_was_signed_in_counts_as_somebody_else_while_the_service_cannot_say() {
    let browser = realm();
    browser.shelf.put(KEY, Some(&stored("kss_sample123456")));
    browser.serve(|sent| match sent.path() {
        "connect/jwks" => Answer::Json(200, all().jwks.clone()),
        _ => Answer::Fault(Error::Network),
    });
    let tab = Tab::of(&browser, Kept::Shared, browser.platform());
    let adopted = tab.adopt(ANOTHERS);
    browser.pass(20_000);
    assert_eq!(came_to(&adopted), "another: usr_sample654321");
    assert_eq!(held(&browser).as_deref(), Some("kss_sample123456"));
    // Its own session needs no word of the service.
    assert_eq!(came_to(&tab.adopt(MINE)), "adopted");
    assert_eq!(tab.person().as_deref(), Some("usr_sample123456"));
}

#[test]
fn a_slow_store_is_asked_before_anyone_is_signed_in() {
    let browser = realm();
    browser.shelf.put(KEY, Some(&stored("kss_sample123456")));
    let platform = browser.platform();
    platform.tab.reading.set(Manner::After(500));
    let tab = Tab::of(&browser, Kept::Shared, platform);
    let adopted = tab.adopt(ANOTHERS);
    assert!(!adopted.is_over());
    browser.pass(500);
    assert_eq!(came_to(&adopted), "another: usr_sample654321");
}

#[test]
fn who_signs_out_while_a_token_is_verified_stays_signed_out() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let adopted = tab.adopt(MY_OTHER);
    tab.sign_out();
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    assert_eq!(came_to(&adopted), "not_signed_in");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn who_signs_in_while_a_token_is_verified_is_who_is_meant() {
    let tab = Tab::open(&realm(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let adopted = tab.adopt(MY_OTHER);
    tab.sign_in();
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    assert_eq!(came_to(&adopted), "not_signed_in");
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample123456"));
}

#[test]
fn the_token_of_a_session_that_was_signed_out_here_brings_nobody_back() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    tab.sign_out();
    assert_eq!(came_to(&tab.adopt(MINE)), "not_signed_in");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_condition_is_cleared_by_the_token_of_the_same_session() {
    let tab = Tab::open(&realm(), Kept::Shared);
    tab.browser.script([crate::tab::conditional("kss_sample123456", None, "no_account_selected")]);
    tab.call(Endpoint::Login, json!({ "email": "ada@example.com", "password": "engine" }));
    assert_eq!(tab.state(), State::Conditional);
    assert_eq!(came_to(&tab.adopt(MINE)), "adopted");
    assert_eq!((tab.state(), tab.account().as_deref()), (State::SignedIn, Some("org_sample2")));
}

#[test]
fn a_second_factor_that_is_due_does_not_stand_in_the_way() {
    let tab = Tab::open(&realm(), Kept::Shared);
    tab.browser.script([Answer::Json(200, json!({ "result": "totp_required", "token": "tmf:sample" }))]);
    tab.call(Endpoint::Login, json!({ "email": "ada@example.com", "password": "engine" }));
    assert_eq!(tab.state(), State::Verify);
    assert_eq!(came_to(&tab.adopt(MINE)), "adopted");
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_server_and_what_was_disposed_of_adopt_nothing() {
    let browser = realm();
    let platform: Fake = browser.platform();
    platform.tab.is_server.set(true);
    let tab = Tab::of(&browser, Kept::Page, platform);
    assert_eq!(came_to(&tab.adopt(MINE)), "nothing");
    assert!(browser.sent().is_empty());
    let tab = Tab::signed_in(&browser, Kept::Page);
    tab.adopt(ANOTHERS);
    tab.session.dispose();
    assert_eq!(came_to(&tab.adopt(MINE)), "disposed");
    assert_eq!(came_to(&tab.land(None, true)), "disposed");
}

#[test]
fn a_client_that_is_disposed_of_or_pointed_elsewhere_meanwhile_adopts_nothing() {
    for disposes in [true, false] {
        let tab = Tab::open(&realm(), Kept::Shared);
        tab.browser.script([Answer::Held]);
        let adopted = tab.adopt(MINE);
        if disposes {
            tab.session.dispose();
        } else {
            let other = crate::support::config("https://other.e2.loginrocket.com/").url;
            tab.session.client().configure(|now| now.url = other);
            tab.browser.does(|| tab.session.follow_url());
        }
        tab.browser.answer(Answer::Json(200, all().jwks.clone()));
        assert_eq!(came_to(&adopted), if disposes { "disposed" } else { "aborted" });
        assert!(tab.browser.shelf.entries.borrow().is_empty());
    }
}

// ------------------------------------------------------------------------------------------ to the hosted pages

#[test]
fn the_session_goes_along_to_the_pages_that_take_one() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    assert_eq!(
        tab.leave(Page::Profile { account: None }),
        format!("{REALM}profile?session=kss_sample123456")
    );
    assert_eq!(tab.leave(Page::Login { account: None, prompt: false }), format!("{REALM}login"));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn nobody_goes_along_without_a_session() {
    let tab = Tab::open(&realm(), Kept::Shared);
    assert_eq!(tab.leave(Page::Accounts { force: false }), format!("{REALM}accounts"));
}

#[test]
fn a_slow_store_is_asked_before_leaving() {
    let browser = realm();
    browser.shelf.put(KEY, Some(&stored("kss_sample123456")));
    let platform = browser.platform();
    platform.tab.reading.set(Manner::After(500));
    let tab = Tab::of(&browser, Kept::Shared, platform);
    let session = tab.session.clone();
    let url = tab.begin(async move { session.bridge(Page::Profile { account: None }, None).await });
    assert!(!url.is_over());
    browser.pass(500);
    assert!(url.take().unwrap().unwrap().expose().ends_with("?session=kss_sample123456"));
}

#[test]
fn leaving_for_the_page_that_signs_out_signs_out_here_and_everywhere() {
    let browser = realm();
    let tabs = [Tab::signed_in(&browser, Kept::Shared), Tab::open(&browser, Kept::Shared)];
    tabs[1].session.attach();
    browser.pass(100);
    assert_eq!(tabs[1].state(), State::SignedIn);
    assert_eq!(tabs[0].leave(Page::Logout), format!("{REALM}logout?session=kss_sample123456"));
    browser.pass(100);
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedOut; 2]);
    assert!(tabs[0].sent().contains(&"DELETE session".to_owned()));
}

#[test]
fn there_is_no_page_without_a_url() {
    let tab = Tab::signed_in(&realm(), Kept::Shared);
    tab.session.client().configure(|now| now.url = None);
    assert_eq!(tab.leave(Page::Logout), "missing_url");
    assert_eq!(tab.state(), State::SignedIn);
    tab.session.client().configure(|now| now.url = crate::support::config("http://sample.example.com/").url);
    assert_eq!(tab.leave(Page::Logout), "insecure_url");
}
