//! The app's own calls: what they lack of the session, and what they bring to it.

use crate::host::{
    Answer, Tab,
    page::Behaviour,
    realm::{KEY, SIGNED_OUT, browser, conditional, signed_in},
};
use loginrocket_wasm::{
    Error, Misuse,
    engine::{
        CallOptions, Input, StorageScope,
        session::snapshot::{SignOutReason, State},
    },
    protocol::{endpoint::Endpoint, request::Params, response::Next},
};
use serde_json::{Value as Json, json};

const TRACKED: [Endpoint; 4] =
    [Endpoint::GetSession, Endpoint::Logout, Endpoint::UpdateProfile, Endpoint::UpdatePassword];

#[test]
fn every_call_that_can_sign_in_does_and_no_other() {
    for endpoint in Endpoint::ALL {
        let tab = Tab::open(&browser(), StorageScope::Shared);
        let call = tab.call(endpoint, json!({ "session": "kss_sample7", "token": "tmf:sample" }));
        let signs_in = matches!(
            endpoint,
            Endpoint::Login
                | Endpoint::VerifyLogin
                | Endpoint::GetSession
                | Endpoint::ResetPassword
                | Endpoint::UpdateProfile
                | Endpoint::Signup
        );
        let expected =
            if signs_in { (Some("done"), State::SignedIn) } else { (Some("success"), State::SignedOut) };
        assert_eq!((call.code(), tab.state()), expected, "{endpoint:?}");
        assert_eq!(tab.browser.store.entry().is_some(), signs_in, "{endpoint:?}");
    }
}

#[test]
fn a_refusal_or_a_failure_changes_nothing() {
    for signed_in in [false, true] {
        let tab = Tab::open(&browser(), StorageScope::Shared);
        if signed_in {
            tab.sign_in();
        }
        let before = (tab.snapshot(), tab.browser.store.entry());
        for answer in [
            Answer::Status(422, r#"{"result":"error","error":"Login failed","errors":["Login failed"]}"#),
            Answer::Status(500, ""),
            Answer::Limited(60),
            Answer::Fault,
            Answer::Status(200, r#"{"result":"error","errors":["no"]}"#),
        ] {
            tab.browser.script([answer]);
            assert!(tab.call(Endpoint::Login, json!({})).is_over());
            assert_eq!((tab.snapshot(), tab.browser.store.entry()), before);
        }
    }
}

#[test]
fn a_second_factor_is_shown_until_its_code_comes() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Status(200, r#"{"result":"totp_required","token":"tmf:sample"}"#)]);
    assert_eq!(tab.call(Endpoint::Login, json!({})).code(), Some("verify"));
    assert_eq!((tab.state(), tab.token(5).code()), (State::Verify, Some("not_signed_in")));
    assert_eq!(tab.browser.store.entry(), None, "a one-time token is not scope");
    tab.call(Endpoint::VerifyLogin, json!({ "token": "tmf:sample", "code": "123456" }));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_condition_is_shown_and_stored_until_it_is_cleared() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    tab.browser.script([conditional("kss_sample1", None, "must_complete_profile")]);
    tab.call(Endpoint::Login, json!({}));
    let snapshot = tab.snapshot();
    assert_eq!((snapshot.state, snapshot.next), (State::Conditional, Some(Next::CompleteProfile)));
    assert!(tab.browser.store.entry().unwrap().contains("kss_sample1"));
    tab.call(Endpoint::UpdateProfile, json!({ "first_name": "Ada" }));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_call_without_a_session_is_about_this_one() {
    for endpoint in TRACKED {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.call(endpoint, json!({ "first_name": "Ada" }));
        let sent = tab.browser.sent().last().unwrap().clone();
        assert_eq!(sent.parameter("session").as_deref(), Some("kss_sample1"), "{endpoint:?}");
        assert_eq!(sent.parameter("first_name").as_deref(), Some("Ada"), "{endpoint:?}");
        // The service does not remember the account, and may ask for it again (protocol.md#get-session).
        let takes_account = matches!(endpoint, Endpoint::GetSession | Endpoint::UpdateProfile);
        let account = takes_account.then_some("org_sample1");
        assert_eq!(sent.parameter("account").as_deref(), account, "{endpoint:?}");
    }
}

#[test]
fn a_call_with_parameters_of_its_own_is_sent_as_it_is() {
    for endpoint in TRACKED {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.call(endpoint, json!({ "session": "kss_other", "account": "org_other" }));
        let sent = tab.browser.sent().last().unwrap().clone();
        assert_eq!(sent.parameter("session").as_deref(), Some("kss_other"), "{endpoint:?}");
        assert_eq!(sent.parameter("account").as_deref(), Some("org_other"), "{endpoint:?}");
    }
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.call(Endpoint::GetSession, json!({ "account": "org_other" }));
    let url = tab.browser.sent().last().unwrap().url.clone();
    assert!(url.contains("session=kss_sample1") && url.contains("account=org_other"), "{url}");
    assert_eq!(url.matches("account=").count(), 1, "{url}");
    for endpoint in TRACKED {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([Answer::Status(403, "")]);
        tab.call(endpoint, json!({ "session": null }));
        let sent = tab.browser.sent().last().unwrap().clone();
        assert_eq!(sent.parameter("session"), None, "{endpoint:?}");
        if let Some(body) = &sent.body {
            assert_eq!(*body, json!({ "session": null }));
        }
        assert_eq!(
            (tab.state(), tab.refreshes()),
            (State::SignedIn, usize::from(endpoint == Endpoint::GetSession))
        );
    }
}

#[test]
fn other_calls_are_given_nothing_of_the_session() {
    for endpoint in Endpoint::ALL.into_iter().filter(|endpoint| !TRACKED.contains(endpoint)) {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        let params = json!({ "email": "ada@example.com", "token": "tmf:sample" });
        tab.call(endpoint, params.clone());
        // Signing in comes before it, and what a verified address changes is asked for after it.
        let sent = tab.browser.sent()[1].clone();
        assert_eq!(sent.body, Some(params), "{endpoint:?}");
    }
}

#[test]
fn without_a_session_there_is_nothing_to_fill_in() {
    for endpoint in TRACKED {
        let tab = Tab::open(&browser(), StorageScope::Shared);
        tab.browser.script([Answer::Status(403, "")]);
        tab.call(endpoint, json!({}));
        assert_eq!(tab.browser.sent()[0].parameter("session"), None);
        assert_eq!(tab.sent().len(), 1);
    }
}

#[test]
fn a_call_right_after_loading_waits_for_the_store_that_names_its_session() {
    for endpoint in TRACKED.into_iter().filter(|endpoint| *endpoint != Endpoint::Logout) {
        let browser = browser();
        browser.put(KEY, Some(r#"{"v":"1","session":"kss_stored","account":"org_stored"}"#));
        let page = browser.page();
        page.is_hidden.set(true);
        page.reading.set(Behaviour::After(300));
        let tab = Tab::of(&browser, StorageScope::Shared, page);
        let call = tab.call(endpoint, json!({ "first_name": "Ada" }));
        assert!(tab.sent().is_empty() && !call.is_over());
        browser.pass(1_000);
        assert!(call.is_over());
        let sent = &browser.sent()[0];
        assert_eq!(sent.parameter("session").as_deref(), Some("kss_stored"), "{endpoint:?}");
        assert_eq!(sent.parameter("first_name").as_deref(), Some("Ada"), "{endpoint:?}");
    }
}

#[test]
fn a_logout_right_after_loading_is_done_at_once_and_sent_when_possible() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_stored","account":"org_stored"}"#));
    let page = browser.page();
    page.reading.set(Behaviour::After(300));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    assert!(tab.call(Endpoint::Logout, json!({})).is_over());
    assert_eq!((tab.state(), tab.sent().len()), (State::SignedOut, 0));
    browser.pass(1_000);
    assert_eq!(tab.sent(), ["DELETE session"]);
    assert_eq!(browser.sent()[0].parameter("session").as_deref(), Some("kss_stored"));
    assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Here)));
}

#[test]
fn a_call_that_names_its_session_waits_for_no_store() {
    for endpoint in TRACKED {
        let browser = browser();
        let page = browser.page();
        page.reading.set(Behaviour::Never);
        let tab = Tab::of(&browser, StorageScope::Shared, page);
        assert!(tab.call(endpoint, json!({ "session": "kss_other" })).is_over(), "{endpoint:?}");
    }
}

#[test]
fn a_logout_is_done_here_first_and_sent_once() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let logout = tab.call(Endpoint::Logout, json!({}));
    assert_eq!(
        (logout.code(), tab.state(), tab.reason()),
        (None, State::SignedOut, Some(SignOutReason::Here))
    );
    tab.browser.answer(Answer::Status(200, r#"{"result":"okay"}"#));
    assert!(logout.is_over());
    tab.browser.pass(60_000);
    assert_eq!(tab.sent(), ["POST login", "DELETE session"]);
}

#[test]
fn a_sign_out_is_done_here_first_and_sent_once() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let signing_out = tab.sign_out();
    assert_eq!((signing_out.code(), tab.state()), (None, State::SignedOut));
    tab.browser.answer(Answer::Status(200, r#"{"result":"okay"}"#));
    assert!(signing_out.is_over());
    assert_eq!(tab.sign_out().code(), Some("success"));
    assert_eq!(tab.sent(), ["POST login", "DELETE session"]);
}

#[test]
fn a_sign_out_of_a_session_that_was_over_is_one() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Status(403, "")]);
    assert_eq!(tab.sign_out().code(), Some("success"));
}

#[test]
fn a_sign_out_that_does_not_reach_the_service_is_one_all_the_same() {
    for (answer, code) in [(Answer::Hang, "timeout"), (Answer::Fault, "network_error")] {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([answer]);
        let signing_out = tab.sign_out();
        tab.browser.pass(5_000);
        assert_eq!((signing_out.code(), tab.state()), (Some(code), State::SignedOut));
        assert_eq!(tab.live().requests, 0);
    }
}

#[test]
fn a_logout_that_is_aborted_signs_out_and_is_sent_all_the_same() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let options = CallOptions { is_aborted: true, ..CallOptions::default() };
    assert_eq!(tab.call_with(Endpoint::Logout, json!({}), options).code(), Some("aborted"));
    assert_eq!((tab.state(), tab.sent().last().unwrap().as_str()), (State::SignedOut, "DELETE session"));
}

#[test]
fn a_logout_of_another_session_leaves_this_one() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.call(Endpoint::Logout, json!({ "session": "kss_other" }));
    assert_eq!(tab.state(), State::SignedIn);
    tab.call(Endpoint::Logout, json!({ "session": "kss_sample1" }));
    assert_eq!(tab.state(), State::SignedOut);
    assert_eq!(tab.sent(), ["POST login", "DELETE session", "DELETE session"]);
}

#[test]
fn who_signs_out_while_a_sign_in_is_under_way_stays_signed_out() {
    for endpoint in [Endpoint::Login, Endpoint::VerifyLogin, Endpoint::Signup, Endpoint::ResetPassword] {
        let tab = Tab::open(&browser(), StorageScope::Shared);
        tab.browser.script([Answer::Held]);
        let login = tab.call(endpoint, json!({ "token": "tmf:sample" }));
        tab.sign_out();
        tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
        assert_eq!(login.code(), Some("done"), "what the service said goes to the app as it is");
        assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Here)));
        assert_eq!(tab.browser.store.entry().as_deref(), Some(SIGNED_OUT));
    }
}

#[test]
fn an_answer_about_a_session_that_was_left_changes_nothing() {
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile] {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([Answer::Held]);
        let late = tab.call(endpoint, json!({}));
        tab.sign_in();
        tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now() + 1));
        assert!(late.is_over());
        tab.call(Endpoint::UpdatePassword, json!({}));
        let current = tab.browser.sent().last().unwrap().parameter("session");
        assert_eq!(current.as_deref(), Some("kss_sample2"), "{endpoint:?}");
    }
}

#[test]
fn an_answer_about_a_session_that_another_tab_left_changes_nothing() {
    let other = r#"{"v":"1","session":"kss_other","account":"org_other"}"#;
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile] {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([Answer::Held]);
        let late = tab.call(endpoint, json!({}));
        tab.browser.put(KEY, Some(other));
        tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now() + 1));
        assert_eq!(
            (late.code(), tab.account().as_deref()),
            (Some("done"), Some("org_other")),
            "{endpoint:?}"
        );
    }
    // Whoever asks about another session than the one there is wants that one.
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    tab.call(Endpoint::GetSession, json!({ "session": "kss_sample7", "token": "tmf:sample" }));
    tab.browser.put(KEY, Some(other));
    tab.browser.answer(signed_in("kss_sample7", "org_sample7", tab.now() + 1));
    assert_eq!(tab.account().as_deref(), Some("org_sample7"));
}

#[test]
fn a_refusal_of_a_session_that_was_left_revalidates_nothing() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let late = tab.call(Endpoint::UpdatePassword, json!({}));
    tab.sign_in();
    tab.browser.answer(Answer::Status(403, ""));
    assert_eq!((late.code(), tab.refreshes()), (Some("access_denied"), 0));
}

#[test]
fn a_refusal_is_no_end_until_a_refresh_says_so() {
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile, Endpoint::UpdatePassword] {
        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([Answer::Status(403, "")]);
        let asked = usize::from(endpoint == Endpoint::GetSession);
        assert_eq!(tab.call(endpoint, json!({})).code(), Some("access_denied"));
        assert_eq!((tab.refreshes(), tab.state()), (asked + 1, State::SignedIn), "{endpoint:?}");

        let tab = Tab::signed_in(&browser(), StorageScope::Shared);
        tab.browser.script([403; 3].map(|status| Answer::Status(status, "")));
        tab.call(endpoint, json!({}));
        // Once with the account, which may be what is refused, and once without.
        assert_eq!(
            (tab.refreshes(), tab.reason()),
            (asked + 2, Some(SignOutReason::Expired)),
            "{endpoint:?}"
        );
        tab.browser.pass(60_000);
        assert_eq!(tab.sent().len(), 4, "{:?}", tab.sent());
    }
}

#[test]
fn a_profile_change_in_a_realm_of_many_accounts_keeps_the_account() {
    let browser = browser();
    let tab = Tab::signed_in(&browser, StorageScope::Shared);
    tab.switch("org_sample2");
    browser.serve(|sent| match sent.parameter("account") {
        Some(account) => signed_in("kss_sample1", &account, sent.at),
        None => conditional("kss_sample1", None, "no_account_selected"),
    });
    browser.pass(2_000);
    assert_eq!(tab.call(Endpoint::UpdateProfile, json!({ "first_name": "Ada" })).code(), Some("done"));
    assert_eq!((tab.state(), tab.account().as_deref()), (State::SignedIn, Some("org_sample2")));
}

#[test]
fn a_call_that_goes_on_at_the_end_is_ended_and_none_begins_after_it() {
    let tab = Tab::open(&browser(), StorageScope::Shared);
    tab.browser.script([Answer::Held]);
    let login = tab.call(Endpoint::Login, json!({}));
    let before = tab.snapshot();
    tab.dispose();
    assert_eq!((login.code(), tab.snapshot()), (Some("disposed"), before));
    assert_eq!((tab.browser.store.entry(), tab.live().requests), (None, 0));
    assert_eq!(tab.call(Endpoint::Login, json!({})).code(), Some("disposed"));
    assert_eq!(tab.sent(), ["POST login"]);
    assert_eq!(tab.sign_out().code(), Some("disposed"));
}

#[test]
fn a_session_without_a_name_for_it_is_followed_where_the_answer_says_so() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    tab.call(Endpoint::GetSession, json!({ "session": "kss_other", "account": "org_other" }));
    assert_eq!(tab.account().as_deref(), Some("org_other"));
    assert!(tab.browser.store.entry().unwrap().contains("kss_other"));
}

#[test]
fn no_engine_or_answer_shows_a_secret_when_printed() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let granted = tab.token(5).answer().unwrap();
    tab.browser.script([Answer::Hang, Answer::Hang]);
    tab.refresh();
    tab.call(Endpoint::UpdateProfile, json!({ "session": "kss_sample1" }));
    let printed = format!("{} {:?} {granted:?}", tab.printed(), tab.explain());
    assert!(!printed.contains("kss_") && !printed.contains("e30."), "{printed}");
}

#[test]
fn a_call_that_cannot_be_made_leaves_the_session_alone() {
    for endpoint in [Endpoint::GetSession, Endpoint::Logout] {
        for params in ["", "[]", r#"{"name":"\ud83d"}"#] {
            let tab = Tab::signed_in(&browser(), StorageScope::Shared);
            let (params, options) = (Params(params.into()), CallOptions::default());
            let call = tab.ask(|id| Input::Call { id, endpoint, params, options });
            assert_eq!(call.code(), Some("invalid_params"), "{endpoint:?}");
            assert_eq!((tab.state(), tab.sent().len()), (State::SignedIn, 1), "{endpoint:?}");
        }
    }
    // What goes into a body, the host has read.
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let misuse = tab.ask(|id| Input::Misuse { id, error: Error::InvalidParams(Misuse::ParamsNotJson) });
    assert_eq!((misuse.code(), tab.state(), tab.sent().len()), (Some("invalid_params"), State::SignedIn, 1));
}

#[test]
fn members_of_any_kind_go_through_as_they_are() {
    let tab = Tab::signed_in(&browser(), StorageScope::Shared);
    let mut params: Json = json!({ "first_name": "Ada \"L\"", "list": [1, null, "x"], "map": { "a": true } });
    tab.call(Endpoint::UpdateProfile, params.clone());
    let sent = tab.browser.sent().last().unwrap().body.clone().unwrap();
    params["session"] = json!("kss_sample1");
    params["account"] = json!("org_sample1");
    assert_eq!(sent, params);
}

#[test]
fn who_signs_in_again_before_the_store_was_read_still_ended_what_it_holds() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_stored","account":"org_stored"}"#));
    let page = browser.page();
    page.reading.set(Behaviour::After(300));
    let tab = Tab::of(&browser, StorageScope::Shared, page);
    tab.call(Endpoint::Logout, json!({}));
    tab.sign_in();
    browser.pass(1_000);
    let ended: Vec<_> = browser
        .sent()
        .iter()
        .filter(|sent| sent.method == "DELETE")
        .map(|sent| sent.parameter("session"))
        .collect();
    assert_eq!(ended, [Some("kss_stored".to_owned())]);
    assert_eq!(tab.state(), State::SignedIn);
}
