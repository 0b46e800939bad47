//! Back from the hosted pages, with a token that anybody may have made.

use crate::host::{
    Answer, Browser, Pending, Tab,
    page::Behaviour,
    realm::{KEY, browser, conditional, jwt},
    tokens::{all, token},
};
use loginrocket_wasm::{
    engine::{
        Answer as Reached, StorageScope,
        session::snapshot::{SignOutReason, State},
    },
    protocol::{endpoint::Endpoint, verify::Leeway},
};
use serde_json::{Value as Json, json};

const OTHER_REALM: &str = "https://other.e2.loginrocket.com/";
const PAGE: &str = "https://app.example.com/start?tab=2";

const MINE: &str = "as the service makes it";
const MY_OTHER: &str = "of another session";
const ANOTHERS: &str = "of somebody else";

/// A browser whose service has the fixture's keys, and refreshes the session of each of its tokens with that token.
pub fn realm() -> Browser {
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

pub fn stored(session: &str) -> String {
    json!({ "v": "1", "session": session, "account": "org_sample2" }).to_string()
}

impl Tab {
    /// Takes over a token with which the page was opened.
    fn land_with(&self, name: &str) -> Pending {
        self.adopt(Some(&format!("{PAGE}&token={}", token(name))), false, false)
    }

    /// Takes over what was there before, if anything.
    fn land(&self, switch_user: bool) -> Pending {
        self.adopt(None, false, switch_user)
    }

    /// Whose session it is.
    fn person(&self) -> Option<String> {
        self.profile()["sub"].as_str().map(str::to_owned)
    }
}

/// The session in the store.
fn held(browser: &Browser) -> Option<String> {
    let entry: Json = serde_json::from_str(&browser.store.get(KEY)?).unwrap();
    entry["session"].as_str().map(str::to_owned)
}

/// `adopted`, `nothing`, `another:` and whose it is, or the code of a failure.
fn came_to(pending: &Pending) -> String {
    if let Reached::NotAdopted { profile: Some(profile), .. } = pending.answer().unwrap() {
        let profile: Json = serde_json::from_str(&profile).unwrap();
        assert_eq!(pending.code(), Some("another_user"));
        return format!("another: {}", profile["sub"].as_str().unwrap());
    }
    pending.code().unwrap().to_owned()
}

#[test]
fn a_token_signs_in_here_and_in_every_tab_and_after_a_reload() {
    let browser = realm();
    let tabs = [Tab::open(&browser, StorageScope::Shared), Tab::open(&browser, StorageScope::Shared)];
    tabs[1].attach();
    assert_eq!(came_to(&tabs[0].land_with(MINE)), "adopted");
    tabs[0].browser.pass(100);
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedIn; 2]);
    assert_eq!(tabs[0].account().as_deref(), Some("org_sample2"));
    assert_eq!(held(&browser).as_deref(), Some("kss_sample123456"));
    assert_eq!(tabs[0].token(5).token(), token(MINE));
    // Nothing was asked but the keys.
    assert_eq!(browser.sent().len(), 1);
    let reloaded = Tab::open(&browser, StorageScope::Shared);
    reloaded.attach();
    reloaded.browser.pass(100);
    assert_eq!(reloaded.person().as_deref(), Some("usr_sample123456"));
}

#[test]
fn without_a_token_nothing_happens() {
    let tab = Tab::open(&realm(), StorageScope::Memory);
    for switch_user in [false, true] {
        assert_eq!(came_to(&tab.land(switch_user)), "nothing");
    }
    assert!(tab.sent().is_empty());
}

#[test]
fn what_is_not_good_is_not_adopted_and_changes_nothing() {
    for (name, code) in [
        ("a word", "nothing"),
        ("signed by somebody with their own key", "invalid_signature"),
        ("expired, just beyond the leeway", "token_expired"),
        ("no subject", "missing_claim"),
        ("without a session", "missing_claim"),
    ] {
        let tab = Tab::signed_in(&realm(), StorageScope::Shared);
        let before = tab.version();
        assert_eq!(came_to(&tab.land_with(name)), code, "{name}");
        assert_eq!(tab.version(), before, "{name}");
        assert_eq!(came_to(&tab.land(true)), "nothing", "{name}");
    }
}

#[test]
fn it_is_verified_whatever_else_is_and_without_keys_nobody_is_signed_in() {
    let tab = Tab::open(&realm(), StorageScope::Memory);
    tab.browser.script([Answer::Status(503, "")]);
    assert_eq!(came_to(&tab.land_with(MINE)), "keys_unavailable");
    assert_eq!(tab.state(), State::SignedOut);
    // That there is no crypto may be known before, or turn out when it is needed.
    for is_known in [true, false] {
        let browser = realm();
        let page = browser.page();
        page.has_no_crypto.set(is_known);
        let tab = Tab::of(&browser, StorageScope::Memory, page);
        tab.page.has_no_crypto.set(true);
        assert_eq!(came_to(&tab.land_with(MINE)), "crypto_unavailable");
        assert_eq!((tab.state(), tab.sent().len()), (State::SignedOut, usize::from(!is_known)));
    }
}

#[test]
fn an_unverified_token_is_tried_again_and_one_that_is_wrong_is_not() {
    let tab = Tab::open(&realm(), StorageScope::Memory);
    tab.browser.script([Answer::Status(503, "")]);
    assert_eq!(came_to(&tab.land_with(MINE)), "keys_unavailable");
    assert_eq!(came_to(&tab.land(false)), "keys_unavailable");
    tab.browser.pass(10_000);
    assert_eq!(came_to(&tab.land(false)), "adopted");
    assert_eq!(came_to(&tab.land(false)), "nothing");
    assert_eq!(came_to(&tab.land_with("a flipped bit")), "invalid_signature");
    assert_eq!(came_to(&tab.land(false)), "nothing");
}

#[test]
fn somebody_who_is_signed_in_is_never_silently_somebody_else() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    assert_eq!(came_to(&tab.land_with(ANOTHERS)), "another: usr_sample654321");
    tab.browser.pass(1_000);
    assert_eq!(tab.person().as_deref(), Some("usr_sample123456"));
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample123456"));
    // Not even by loading the page again.
    assert_eq!(came_to(&tab.land(false)), "nothing");
    assert_eq!(tab.person().as_deref(), Some("usr_sample123456"));
}

#[test]
fn a_person_may_say_that_they_want_to_be_the_other() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    assert_eq!(came_to(&tab.land_with(ANOTHERS)), "another: usr_sample654321");
    // Other parts of the app look for a token, too.
    assert_eq!(came_to(&tab.land(false)), "nothing");
    assert_eq!(came_to(&tab.land(true)), "adopted");
    assert_eq!(tab.person().as_deref(), Some("usr_sample654321"));
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample000000"));
    assert_eq!(came_to(&tab.land(true)), "nothing");
}

#[test]
fn a_pending_switch_is_gone_with_the_next_token_or_the_realm() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    tab.land_with(ANOTHERS);
    assert_eq!(came_to(&tab.land_with(MINE)), "adopted");
    assert_eq!(came_to(&tab.land(true)), "nothing");
    tab.land_with(ANOTHERS);
    tab.set_url(Some(OTHER_REALM));
    assert_eq!(came_to(&tab.land(true)), "nothing");
}

#[test]
fn the_same_person_may_come_with_another_session() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    assert_eq!(came_to(&tab.land_with(MY_OTHER)), "adopted");
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample654321"));
}

#[test]
fn after_a_reload_the_service_says_first_who_was_signed_in() {
    for (held, expected, person) in [
        ("kss_sample123456", "another: usr_sample654321", "usr_sample123456"),
        ("kss_sample000000", "adopted", "usr_sample654321"),
    ] {
        let browser = realm();
        browser.store.put(KEY, Some(&stored(held)));
        let tab = Tab::of(&browser, StorageScope::Shared, browser.page());
        assert_eq!(came_to(&tab.land_with(ANOTHERS)), expected);
        assert_eq!(tab.person().as_deref(), Some(person));
    }
}

#[test]
fn a_stored_session_that_is_over_is_nobodys() {
    let browser = realm();
    browser.store.put(KEY, Some(&stored("kss_sample123456")));
    browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    let tab = Tab::of(&browser, StorageScope::Shared, browser.page());
    browser.forget_script();
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Expired)));
    assert_eq!(came_to(&tab.land_with(ANOTHERS)), "adopted");
}

#[test]
fn who_was_signed_in_counts_as_another_while_the_service_cannot_say() {
    let browser = realm();
    browser.store.put(KEY, Some(&stored("kss_sample123456")));
    browser.serve(|sent| match sent.path() {
        "connect/jwks" => Answer::Json(200, all().jwks.clone()),
        _ => Answer::Fault,
    });
    let tab = Tab::of(&browser, StorageScope::Shared, browser.page());
    let adopted = tab.land_with(ANOTHERS);
    browser.pass(20_000);
    assert_eq!(came_to(&adopted), "another: usr_sample654321");
    assert_eq!(held(&browser).as_deref(), Some("kss_sample123456"));
    // Its own session needs no word of the service.
    assert_eq!(came_to(&tab.land_with(MINE)), "adopted");
    assert_eq!(tab.person().as_deref(), Some("usr_sample123456"));
}

#[test]
fn a_slow_store_is_asked_before_anyone_is_signed_in() {
    let browser = realm();
    browser.store.put(KEY, Some(&stored("kss_sample123456")));
    let page = browser.page();
    page.reading.set(Behaviour::After(500));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    let adopted = tab.land_with(ANOTHERS);
    assert!(!adopted.is_over());
    browser.pass(500);
    assert_eq!(came_to(&adopted), "another: usr_sample654321");
}

#[test]
fn who_signs_out_while_a_token_is_verified_stays_signed_out() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let adopted = tab.land_with(MY_OTHER);
    tab.sign_out();
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    assert_eq!(came_to(&adopted), "not_signed_in");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn who_signs_in_while_a_token_is_verified_is_who_is_meant() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let adopted = tab.land_with(MY_OTHER);
    tab.sign_in();
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    assert_eq!(came_to(&adopted), "not_signed_in");
    assert_eq!(held(&tab.browser).as_deref(), Some("kss_sample123456"));
}

#[test]
fn the_token_of_a_session_that_was_signed_out_here_brings_nobody_back() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    tab.sign_out();
    assert_eq!(came_to(&tab.land_with(MINE)), "not_signed_in");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_condition_is_cleared_by_the_token_of_the_same_session() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([conditional("kss_sample123456", None, "no_account_selected")]);
    tab.call(Endpoint::Login, json!({ "email": "ada@example.com", "password": "engine" }));
    assert_eq!(tab.state(), State::Conditional);
    assert_eq!(came_to(&tab.land_with(MINE)), "adopted");
    assert_eq!((tab.state(), tab.account().as_deref()), (State::SignedIn, Some("org_sample2")));
}

#[test]
fn an_account_chosen_on_a_hosted_page_counts_though_the_old_token_was_renewed() {
    let browser = realm();
    let renewed = jwt("kss_sample123456", "org_sample1", browser.now() + 2);
    browser.serve(move |sent| match sent.path() {
        "connect/jwks" => Answer::After(500, Box::new(Answer::Json(200, all().jwks.clone()))),
        _ => Answer::Json(
            200,
            json!({ "result": "full_login", "session": "kss_sample123456", "account": "org_sample1", "token": renewed }),
        ),
    });
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_sample123456","account":"org_sample1"}"#));
    let tab = Tab::open(&browser, StorageScope::Shared);
    let landing = tab.land_with(MINE);
    browser.pass(100);
    assert_eq!((tab.account().as_deref(), landing.is_over()), (Some("org_sample1"), false));
    browser.pass(500);
    assert_eq!((came_to(&landing).as_str(), tab.account().as_deref()), ("adopted", Some("org_sample2")));
    assert!(held(&browser).is_some());
}

#[test]
fn a_second_factor_that_is_due_does_not_stand_in_the_way() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Json(200, json!({ "result": "totp_required", "token": "tmf:sample" }))]);
    tab.call(Endpoint::Login, json!({ "email": "ada@example.com", "password": "engine" }));
    assert_eq!(tab.state(), State::Verify);
    assert_eq!(came_to(&tab.land_with(MINE)), "adopted");
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_server_and_what_was_disposed_of_adopt_nothing() {
    let browser = realm();
    let page = browser.page();
    page.is_server.set(true);
    let tab = Tab::of(&browser, StorageScope::Memory, page);
    assert_eq!(came_to(&tab.land_with(MINE)), "nothing");
    assert!(browser.sent().is_empty());
    let tab = Tab::signed_in(&browser, StorageScope::Memory);
    tab.land_with(ANOTHERS);
    tab.dispose();
    assert_eq!(came_to(&tab.land_with(MINE)), "disposed");
    assert_eq!(came_to(&tab.land(true)), "disposed");
}

#[test]
fn a_client_that_ends_or_changes_its_realm_meanwhile_adopts_nothing() {
    for disposes in [true, false] {
        let tab = Tab::open(&realm(), StorageScope::Shared);
        tab.browser.script([Answer::Held]);
        let adopted = tab.land_with(MINE);
        if disposes {
            tab.dispose();
        } else {
            tab.set_url(Some(OTHER_REALM));
        }
        tab.browser.answer(Answer::Json(200, all().jwks.clone()));
        assert_eq!(came_to(&adopted), if disposes { "disposed" } else { "aborted" });
        assert_eq!(came_to(&tab.land(true)), if disposes { "disposed" } else { "nothing" });
        assert!(tab.browser.store.entries.borrow().is_empty());
    }
}

#[test]
fn the_token_leaves_the_address_at_once_and_the_rest_of_it_stays() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let url = format!("{PAGE}&token={}&account=org_sample2&mode=dark#top", token(MINE));
    let rest = format!("{PAGE}&mode=dark#top");
    let adopted = tab.adopt(Some(&url), true, false);
    assert_eq!((adopted.is_over(), tab.addresses()), (false, vec![rest.clone()]));
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    match adopted.answer() {
        Some(Reached::Adopted { is_adopted: true, rest: Some(left) }) => assert_eq!(left, rest),
        other => panic!("{other:?}"),
    }
    // Where the URL is not the page's own, the app does with the rest what it likes.
    assert_eq!(came_to(&tab.adopt(Some(&url), false, false)), "adopted");
    assert_eq!(tab.addresses().len(), 1);
}

#[test]
fn whoever_asks_while_a_token_is_taken_over_is_answered_the_same() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let asked = [tab.land_with(MINE), tab.land(false), tab.land(false)];
    assert!(asked.iter().all(|one| !one.is_over()));
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    assert!(asked.iter().all(|one| came_to(one) == "adopted"));
    assert_eq!((came_to(&tab.land(false)).as_str(), tab.sent().len()), ("nothing", 1));
}

#[test]
fn a_token_that_is_kept_for_later_does_not_outlive_a_sign_out_or_a_sign_in() {
    for signs_out in [true, false] {
        let tab = Tab::open(&realm(), StorageScope::Shared);
        if signs_out {
            tab.sign_in();
        }
        tab.browser.script([Answer::Fault]);
        assert_eq!(came_to(&tab.land_with(MY_OTHER)), "keys_unavailable");
        if signs_out {
            tab.sign_out();
        } else {
            tab.sign_in();
        }
        tab.browser.pass(60_000);
        assert_eq!(came_to(&tab.land(false)), "nothing");
        assert_eq!(held(&tab.browser).as_deref(), (!signs_out).then_some("kss_sample123456"));
    }
}

#[test]
fn a_token_that_is_kept_for_later_does_not_come_after_a_session_that_ended_elsewhere() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Fault]);
    assert_eq!(came_to(&tab.land_with(MY_OTHER)), "keys_unavailable");
    tab.sign_in();
    let sibling = Tab::open(&tab.browser, StorageScope::Shared);
    sibling.sign_out();
    tab.browser.pass(60_000);
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Elsewhere)));
    assert_eq!(came_to(&tab.land(false)), "nothing");
}

#[test]
fn who_signs_out_instead_of_saying_who_is_meant_stays_signed_out() {
    let tab = Tab::signed_in(&realm(), StorageScope::Shared);
    assert_eq!(came_to(&tab.land_with(ANOTHERS)), "another: usr_sample654321");
    tab.sign_out();
    assert_eq!(came_to(&tab.land(true)), "nothing");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_token_of_the_realm_before_does_not_wait_for_the_next_one() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Fault]);
    assert_eq!(came_to(&tab.land_with(MINE)), "keys_unavailable");
    tab.browser.pass(60_000);
    tab.browser.script([Answer::Held]);
    let late = tab.land_with(MINE);
    tab.set_url(Some(OTHER_REALM));
    assert_eq!(came_to(&late), "aborted");
    assert_eq!(came_to(&tab.land(false)), "nothing");
}

// ------------------------------------------------------------------------------------------ what comes after it

#[test]
fn a_token_that_is_kept_for_later_does_not_outlive_what_another_tab_does() {
    for signs_out in [false, true] {
        let tab = Tab::open(&realm(), StorageScope::Shared);
        tab.browser.script([Answer::Fault]);
        assert_eq!(came_to(&tab.land_with(ANOTHERS)), "keys_unavailable");
        let sibling = Tab::open(&tab.browser, StorageScope::Shared);
        sibling.sign_in();
        tab.browser.pass(100);
        if signs_out {
            sibling.sign_out();
        }
        tab.browser.pass(60_000);
        assert_eq!(came_to(&tab.land(false)), "nothing", "{signs_out}");
        assert_eq!(tab.state(), if signs_out { State::SignedOut } else { State::SignedIn });
    }
}

#[test]
fn a_pending_switch_does_not_outlive_what_another_tab_does() {
    for signs_out in [false, true] {
        let browser = browser();
        browser.serve(|sent| match sent.path() {
            "connect/jwks" => Answer::Json(200, all().jwks.clone()),
            "login" if sent.tab == 1 => full_login("kss_sample123456"),
            "login" => full_login("kss_sample654321"),
            "session" if sent.method == "GET" => full_login(&sent.parameter("session").unwrap()),
            _ => Answer::Json(200, json!({ "result": "okay" })),
        });
        let tab = Tab::signed_in(&browser, StorageScope::Shared);
        assert_eq!(came_to(&tab.land_with(ANOTHERS)), "another: usr_sample654321");
        let sibling = Tab::open(&browser, StorageScope::Shared);
        if signs_out {
            sibling.sign_out();
        } else {
            sibling.sign_in();
        }
        browser.pass(100);
        assert_eq!(came_to(&tab.land(true)), "nothing", "{signs_out}");
        assert_ne!(tab.person().as_deref(), Some("usr_sample654321"));
    }
}

#[test]
fn a_token_that_is_being_verified_does_not_outlive_what_another_tab_does() {
    let tab = Tab::open(&realm(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let adopted = tab.land_with(ANOTHERS);
    let sibling = Tab::open(&tab.browser, StorageScope::Shared);
    sibling.sign_in();
    tab.browser.pass(100);
    sibling.sign_out();
    tab.browser.pass(100);
    tab.browser.answer(Answer::Json(200, all().jwks.clone()));
    assert_eq!(came_to(&adopted), "not_signed_in");
    assert_eq!(tab.state(), State::SignedOut);
}

#[test]
fn a_stored_session_that_turns_out_to_be_over_does_not_stand_in_the_way() {
    let browser = realm();
    browser.store.put(KEY, Some(&stored("kss_sample123456")));
    let page = browser.page();
    page.reading.set(Behaviour::After(500));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    let adopted = tab.land_with(ANOTHERS);
    browser.script([Answer::Status(403, ""), Answer::Status(403, "")]);
    browser.pass(500);
    assert_eq!(came_to(&adopted), "adopted");
    assert_eq!(tab.person().as_deref(), Some("usr_sample654321"));
}

#[test]
fn what_begins_first_in_one_tick_is_done_first() {
    // A link may wait for the store, for the keys, and for its signature.
    for (delay_ms, holds_keys) in
        [(None, false), (Some(0), false), (Some(500), false), (None, true), (Some(500), true)]
    {
        for (session, links_first) in [(None, true), (None, false), (Some(MINE), true), (Some(MINE), false)] {
            let browser = realm();
            if session.is_some() {
                browser.store.put(KEY, Some(&stored("kss_sample123456")));
            }
            let page = browser.page();
            if let Some(ms) = delay_ms {
                page.reading.set(Behaviour::After(ms));
            }
            let tab = Tab::of(&browser, StorageScope::Shared, page);
            browser.script(holds_keys.then_some(Answer::Held));
            let (adopted, signed_out) = browser.at_once(|| {
                if links_first {
                    let adopted = tab.land_with(MY_OTHER);
                    (adopted, tab.sign_out())
                } else {
                    let signed_out = tab.sign_out();
                    (tab.land_with(MY_OTHER), signed_out)
                }
            });
            browser.pass(2_000);
            if holds_keys {
                browser.answer(Answer::Json(200, all().jwks.clone()));
            }
            browser.pass(2_000);
            let (code, state) =
                if links_first { ("not_signed_in", State::SignedOut) } else { ("adopted", State::SignedIn) };
            let case = format!("{delay_ms:?} {holds_keys} {session:?} {links_first}");
            assert_eq!((came_to(&adopted).as_str(), tab.state()), (code, state), "{case}");
            assert!(signed_out.is_over(), "{case}");
            assert_eq!(came_to(&tab.land(false)), "nothing", "{case}");
            browser.pass(2_000);
            let held = held(&browser);
            assert_eq!(held.as_deref(), (!links_first).then_some("kss_sample654321"), "{case}");
        }
    }
}

// ------------------------------------------------------------------------------------------ clocks

impl Tab {
    fn land_with_leeway(&self, name: &str, seconds: u32) -> Pending {
        let url = format!("{PAGE}&token={}", token(name));
        self.adopt_with(Some(&url), false, false, Leeway(seconds))
    }
}

#[test]
fn a_device_whose_clock_is_behind_may_be_given_leeway() {
    for (leeway, code) in [(5, "token_not_yet_valid"), (29, "token_not_yet_valid"), (30, "adopted")] {
        let browser = realm();
        browser.set_clock(-30);
        let tab = Tab::open(&browser, StorageScope::Shared);
        assert_eq!(came_to(&tab.land_with_leeway(MINE, leeway)), code, "{leeway}");
        assert_eq!(tab.state() == State::SignedIn, code == "adopted");
    }
}

#[test]
fn what_the_service_has_told_of_its_clock_counts_for_links_and_tokens() {
    for ahead in [-86_400, -3_600, -30, 0, 22_000, 86_400] {
        let browser = realm();
        browser.set_clock(ahead);
        let tab = Tab::signed_in(&browser, StorageScope::Shared);
        assert_eq!(tab.verify(&token(MINE)).code(), Some("okay"), "{ahead}");
        assert_eq!(tab.verify(&token("expired, just beyond the leeway")).code(), Some("token_expired"));
        assert_eq!(
            tab.verify(&token("iat in the future, just beyond the leeway")).code(),
            Some("token_not_yet_valid")
        );
        assert_eq!(came_to(&tab.land_with(MY_OTHER)), "adopted", "{ahead}");
        tab.browser.pass(21_700_000);
        assert_eq!(tab.verify(&token(MINE)).code(), Some("token_expired"), "{ahead}");
    }
}

#[test]
fn a_link_tells_nothing_of_the_services_clock() {
    let browser = realm();
    browser.set_clock(-30);
    let tab = Tab::open(&browser, StorageScope::Memory);
    assert_eq!(came_to(&tab.land_with_leeway(MINE, 60)), "adopted");
    assert_eq!(tab.verify(&token(MY_OTHER)).code(), Some("token_not_yet_valid"));
}
