//! A tab that opens asks its siblings for their token before it asks the service.

use crate::host::{
    Answer, Browser, Sent, Tab,
    page::{Channels, Locking},
    realm::{KEY, LIFETIME, REALM, browser, jwt},
    tokens::{all, token},
};
use loginrocket_wasm::engine::{
    StorageScope, TokenPolicy,
    session::snapshot::{Freshness, State},
};
use serde_json::json;

const STORED: &str = r#"{"v":"1","session":"kss_sample1","account":"org_sample1"}"#;

/// How long a sibling that has announced itself is waited for.
const WAIT_MS: u64 = 100;

/// A browser in whose store a session is, and in which no tab is open.
fn stored() -> Browser {
    let browser = browser();
    browser.store.put(KEY, Some(STORED));
    browser
}

fn refreshes(browser: &Browser) -> usize {
    let is_refresh = |sent: &&Sent| (sent.method, sent.path()) == ("GET", "session");
    browser.sent().iter().filter(is_refresh).count()
}

#[test]
fn a_tab_that_opens_has_its_siblings_token_at_once_and_asks_for_none() {
    let browser = browser();
    let first = Tab::signed_in(&browser, StorageScope::Shared);
    browser.pass(60_000);
    let second = Tab::open(&browser, StorageScope::Shared);
    assert_eq!(second.look(), (State::SignedIn, Freshness::Fresh));
    assert_eq!(second.token(5).token(), first.token(5).token());
    browser.pass(1_000);
    assert_eq!((second.sent().len(), refreshes(&browser)), (0, 0));
    assert_eq!(second.snapshot(), first.snapshot());
}

#[test]
fn twenty_tabs_that_open_one_after_another_make_one_request() {
    for has_events_first in [false, true] {
        let browser = stored();
        if has_events_first {
            browser.put_events_first();
        }
        let tabs: Vec<_> = (0..20)
            .map(|_| {
                browser.pass(1_000);
                Tab::open(&browser, StorageScope::Shared)
            })
            .collect();
        browser.pass(1_000);
        assert!(tabs.iter().all(|tab| tab.look() == (State::SignedIn, Freshness::Fresh)));
        assert!(tabs.iter().all(|tab| tab.token(5).code() == Some("okay")));
        assert_eq!(browser.sent().len(), 1);
    }
}

#[test]
fn twenty_tabs_that_open_at_once_make_one_request() {
    for has_events_first in [false, true] {
        for delay_ms in [0, 300] {
            let browser = stored();
            if has_events_first {
                browser.put_events_first();
            }
            let answer = Answer::Json(
                200,
                json!({ "result": "full_login", "session": "kss_sample1", "account": "org_sample1",
                    "token": jwt("kss_sample1", "org_sample1", browser.now()) }),
            );
            browser.script([Answer::After(delay_ms, Box::new(answer))]);
            let (tabs, waiting): (Vec<_>, Vec<_>) = browser.at_once(|| {
                let open = |_| Tab::open(&browser, StorageScope::Shared);
                (0..20).map(open).map(|tab| (tab.clone(), tab.token(5))).unzip()
            });
            browser.pass(1_000);
            assert!(tabs.iter().all(|tab| tab.look() == (State::SignedIn, Freshness::Fresh)));
            assert!(waiting.iter().all(|waiting| waiting.code() == Some("okay")));
            assert_eq!(browser.sent().len(), 1, "{has_events_first} {delay_ms}");
        }
    }
}

#[test]
fn where_nobody_is_announced_the_service_is_asked_at_once() {
    // Alone; beside a tab that is signed out of this realm; beside one of another realm.
    let browser = stored();
    let alone = Tab::open(&browser, StorageScope::Shared);
    assert_eq!((browser.now_ms(), refreshes(&browser), alone.state()), (0, 1, State::SignedIn));

    let browser = stored();
    let page = browser.page();
    let setup = page.setup(StorageScope::Shared, "https://other.e2.loginrocket.com/");
    let other = Tab::start(&browser, page, setup);
    other.sign_in();
    assert!(other.is_announced());
    Tab::open(&browser, StorageScope::Shared);
    assert_eq!(refreshes(&browser), 1);
}

#[test]
fn where_siblings_cannot_be_reached_the_service_is_asked_at_once() {
    for (locking, channels) in [
        (Locking::Missing, Channels::Open),
        (Locking::Fair, Channels::Missing),
        (Locking::Fair, Channels::Failing),
    ] {
        let browser = browser();
        let first = Tab::signed_in(&browser, StorageScope::Shared);
        assert!(first.is_announced());
        let page = browser.page();
        page.locking.set(locking);
        page.channels.set(channels);
        let second = Tab::of(&browser, StorageScope::Shared, page);
        assert_eq!((second.refreshes(), second.state()), (1, State::SignedIn), "{locking:?} {channels:?}");
    }
}

#[test]
fn a_sibling_that_does_not_answer_is_waited_for_no_longer_than_a_moment() {
    let browser = browser();
    let first = Tab::signed_in(&browser, StorageScope::Shared);
    browser.lose_messages();
    let second = Tab::open(&browser, StorageScope::Shared);
    assert!(first.is_announced());
    let waiting = second.token(5);
    browser.pass(WAIT_MS - 1);
    assert_eq!((second.state(), second.refreshes(), waiting.code()), (State::Loading, 0, None));
    browser.pass(1);
    assert_eq!((second.state(), second.refreshes(), waiting.code()), (State::SignedIn, 1, Some("okay")));
    browser.pass(LIFETIME * 100);
    assert_eq!(second.refreshes(), 1);
}

#[test]
fn a_browser_that_does_not_say_who_is_there_is_waited_for_no_longer() {
    let browser = browser();
    let _first = Tab::signed_in(&browser, StorageScope::Shared);
    let page = browser.page();
    page.locking.set(Locking::Silent);
    let second = Tab::of(&browser, StorageScope::Shared, page);
    assert_eq!(second.explain().refreshing, None);
    browser.pass(WAIT_MS);
    assert_eq!(second.explain().refreshing, Some(false), "it waits for the lock, as ever");
    browser.pass(3_000);
    assert_eq!((second.state(), second.refreshes()), (State::SignedIn, 1));
}

#[test]
fn a_sibling_whose_token_has_expired_does_not_hand_it_out() {
    let browser = browser();
    let first = Tab::signed_in(&browser, StorageScope::Shared);
    let old = first.token(5).token();
    first.expire();
    assert!(!first.is_announced());
    let opened_ms = browser.now_ms();
    let second = Tab::open(&browser, StorageScope::Shared);
    assert_eq!((browser.now_ms(), second.refreshes(), first.refreshes()), (opened_ms, 1, 0), "nobody is waited for");
    let newer = second.token(5).token();
    assert_ne!(newer, old);
    assert_eq!(first.token(5).token(), newer, "what the second one got, the first one has, too");
}

#[test]
fn a_session_of_the_tab_or_in_memory_asks_nobody_and_answers_nobody() {
    let browser = browser();
    let first = Tab::signed_in(&browser, StorageScope::Tab);
    // As of a tab that was duplicated: its store is a copy.
    let page = browser.page();
    let second = Tab::of(&browser, StorageScope::Tab, page);
    assert_eq!((browser.now_ms(), second.refreshes(), second.state()), (0, 1, State::SignedIn));
    // Nor if there is somebody who could answer.
    let shared = Tab::of(&browser, StorageScope::Shared, browser.page());
    shared.sign_in();
    assert!(shared.is_announced());
    browser.pass(100);
    let posted = browser.said().len();
    let third = Tab::of(&browser, StorageScope::Tab, browser.page());
    assert_eq!((browser.now_ms(), third.refreshes(), third.state()), (100, 1, State::SignedIn));
    assert_eq!(browser.said().len(), posted);
    shared.dispose();
    let in_memory = Tab::signed_in(&browser, StorageScope::Memory);
    assert!(![&first, &second, &in_memory].into_iter().any(Tab::is_announced));
    let said = browser.said().len();
    browser.say(KEY, r#"{"v":"1","session":"kss_sample1","ask":"true"}"#);
    assert_eq!(browser.said().len(), said + 1);
}

#[test]
fn a_tab_answers_for_its_own_session_alone() {
    let browser = browser();
    let _tab = Tab::signed_in(&browser, StorageScope::Shared);
    let said = browser.said().len();
    browser.say(KEY, r#"{"v":"1","session":"kss_other","ask":"true"}"#);
    assert_eq!(browser.said().len(), said + 1, "nobody has that one");
    browser.say(KEY, r#"{"v":"1","session":"kss_sample1","ask":"true"}"#);
    assert_eq!(browser.said().len(), said + 3);
    assert!(browser.said().last().unwrap().1.contains("e30."));
}

#[test]
fn a_caller_who_waits_for_siblings_has_an_answer_by_its_deadline() {
    let browser = browser();
    let _first = Tab::signed_in(&browser, StorageScope::Shared);
    browser.lose_messages();
    let second = Tab::open(&browser, StorageScope::Shared);
    let (short, given_up, usual) = (second.token_within(50), second.token(5), second.refresh());
    second.cancel(&given_up);
    browser.pass(50);
    assert_eq!([short.code(), given_up.code(), usual.code()], [Some("timeout"), Some("aborted"), None]);
    browser.pass(50);
    assert_eq!((usual.code(), second.refreshes()), (Some("okay"), 1));
}

#[test]
fn who_signs_out_or_in_while_siblings_are_asked_waits_for_them_no_longer() {
    for signs_in in [false, true] {
        let browser = browser();
        let _first = Tab::signed_in(&browser, StorageScope::Shared);
        browser.lose_messages();
        let second = Tab::open(&browser, StorageScope::Shared);
        let waiting = second.token(5);
        if signs_in {
            second.sign_in();
        } else {
            second.sign_out();
        }
        let (code, state) =
            if signs_in { ("okay", State::SignedIn) } else { ("not_signed_in", State::SignedOut) };
        assert_eq!((waiting.code(), second.state()), (Some(code), state));
        browser.pass(1_000);
        assert_eq!(second.refreshes(), 0);
    }
}

#[test]
fn a_tab_that_closes_or_is_disposed_of_is_announced_no_longer() {
    for dies in [true, false] {
        let browser = browser();
        let first = Tab::signed_in(&browser, StorageScope::Shared);
        if dies {
            first.die();
        } else {
            first.dispose();
        }
        assert!(!first.is_announced());
        let second = Tab::open(&browser, StorageScope::Shared);
        assert_eq!((browser.now_ms(), second.refreshes()), (0, 1));
    }
}

#[test]
fn a_tab_that_signs_out_or_leaves_the_realm_is_announced_no_longer() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    assert!(tab.is_announced());
    tab.sign_out();
    assert!(!tab.is_announced());
    tab.sign_in();
    assert!(tab.is_announced());
    tab.set_url(Some("https://other.e2.loginrocket.com/"));
    assert!(!tab.is_announced());
}

// ------------------------------------------------------------------------------------------ the receiver's policy

/// A tab of a realm whose service signs in with that token, and has the keys of the fixture.
fn tab_with(browser: &Browser, policy: TokenPolicy) -> Tab {
    let page = browser.page();
    let mut setup = page.setup(StorageScope::Shared, REALM);
    setup.policy = policy;
    Tab::start(browser, page, setup)
}

fn realm(name: &str) -> Browser {
    let (browser, token) = (browser(), token(name));
    browser.serve(move |sent| match sent.path() {
        "connect/jwks" => Answer::Json(200, all().jwks.clone()),
        _ => Answer::Json(
            200,
            json!({ "result": "full_login", "session": "kss_sample123456", "account": "org_sample2", "token": token }),
        ),
    });
    browser
}

#[test]
fn a_siblings_token_is_verified_where_the_receiver_wants_that() {
    let browser = realm("as the service makes it");
    let first = tab_with(&browser, TokenPolicy::Off);
    first.sign_in();
    let second = tab_with(&browser, TokenPolicy::Strict);
    assert_eq!((second.state(), second.sent().len()), (State::SignedIn, 0));
    let granted = second.token(5).granted().unwrap();
    assert!(granted.is_verified);
    assert_eq!(granted.token.expose(), token("as the service makes it"));
    assert_eq!(second.sent(), ["GET connect/jwks"]);
    assert!(!first.token(5).granted().unwrap().is_verified);
}

#[test]
fn a_siblings_forged_token_is_given_out_by_nobody_who_verifies() {
    for policy in [TokenPolicy::Lazy, TokenPolicy::Strict] {
        let browser = realm("signed by somebody with their own key");
        let first = tab_with(&browser, TokenPolicy::Off);
        first.sign_in();
        assert_eq!(first.token(5).code(), Some("okay"));
        let second = tab_with(&browser, policy);
        assert_eq!(second.token(5).code(), Some("invalid_signature"), "{policy:?}");
        assert_eq!(second.refreshes(), 0);
    }
}
