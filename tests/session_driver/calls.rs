//! The app's own calls: what they lack of the session, and what they bring to it.

use crate::{
    support::{Answer, Fake, JsonRecord, Params, config, tabs::Manner, told},
    tab::{KEY, SIGNED_OUT, Tab, browser, conditional, signed_in},
};
use loginrocket_wasm::{
    Error, Misuse,
    client::{
        CallOptions,
        session::{Kept, Session},
    },
    core::{
        model::{GetSession, SignIn},
        query::Pair,
        request::{Endpoint, Parameters},
        response::{Next, Outcome},
        secret::Secret,
        session::{SignOutReason, State},
    },
};
use serde_json::{Value as Json, json};
use std::future::{pending, ready};

const TRACKED: [Endpoint; 4] =
    [Endpoint::GetSession, Endpoint::Logout, Endpoint::UpdateProfile, Endpoint::UpdatePassword];

#[test]
fn every_call_that_can_sign_in_does_and_no_other() {
    for endpoint in Endpoint::ALL {
        let tab = Tab::open(&browser(), Kept::Shared);
        let call = tab.call(endpoint, json!({ "session": "kss_sample7" }));
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
        let is_told = call.told().map(|told| if told == "other" { "success" } else { told });
        assert_eq!((is_told, tab.state()), expected, "{endpoint:?}");
        assert_eq!(tab.browser.shelf.entry().is_some(), signs_in, "{endpoint:?}");
    }
}

#[test]
fn a_refusal_or_a_failure_changes_nothing() {
    for signed_in in [false, true] {
        let tab = Tab::open(&browser(), Kept::Shared);
        if signed_in {
            tab.sign_in();
        }
        let before = (tab.session.snapshot(), tab.browser.shelf.entry());
        for answer in [
            Answer::Status(422, r#"{"result":"error","error":"Login failed","errors":["Login failed"]}"#),
            Answer::Status(500, ""),
            Answer::Limited(60),
            Answer::Fault(Error::Network),
            Answer::Status(200, r#"{"result":"error","errors":["no"]}"#),
        ] {
            tab.browser.script([answer]);
            assert!(tab.call(Endpoint::Login, json!({})).is_over());
            assert_eq!((tab.session.snapshot(), tab.browser.shelf.entry()), before);
        }
    }
}

#[test]
fn a_second_factor_is_shown_until_its_code_comes() {
    let tab = Tab::open(&browser(), Kept::Shared);
    tab.browser.script([Answer::Status(200, r#"{"result":"totp_required","token":"tmf:sample"}"#)]);
    assert_eq!(tab.call(Endpoint::Login, json!({})).told(), Some("verify"));
    assert_eq!((tab.state(), tab.token(5).told()), (State::Verify, Some("not_signed_in")));
    assert_eq!(tab.browser.shelf.entry(), None, "a one-time token is not kept");
    tab.call(Endpoint::VerifyLogin, json!({ "token": "tmf:sample", "code": "123456" }));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_condition_is_shown_and_kept_until_it_is_cleared() {
    let tab = Tab::open(&browser(), Kept::Shared);
    tab.browser.script([conditional("kss_sample1", None, "must_complete_profile")]);
    tab.call(Endpoint::Login, json!({}));
    let snapshot = tab.session.snapshot();
    assert_eq!((snapshot.state, snapshot.next), (State::Conditional, Some(Next::CompleteProfile)));
    assert!(tab.browser.shelf.entry().unwrap().contains("kss_sample1"));
    tab.call(Endpoint::UpdateProfile, json!({ "first_name": "Ada" }));
    assert_eq!(tab.state(), State::SignedIn);
}

#[test]
fn a_call_without_a_session_is_about_this_one() {
    for endpoint in TRACKED {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.call(endpoint, json!({ "first_name": "Ada" }));
        let sent = tab.browser.sent().last().unwrap().clone();
        assert_eq!(sent.parameter("session").as_deref(), Some("kss_sample1"), "{endpoint:?}");
        assert_eq!(sent.parameter("first_name").as_deref(), Some("Ada"), "{endpoint:?}");
        // The service does not remember the account, and may ask for it again (contract §2.3).
        let takes_account = matches!(endpoint, Endpoint::GetSession | Endpoint::UpdateProfile);
        let account = takes_account.then_some("org_sample1");
        assert_eq!(sent.parameter("account").as_deref(), account, "{endpoint:?}");
    }
}

#[test]
fn a_call_with_parameters_of_its_own_is_sent_as_it_is() {
    for endpoint in TRACKED {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.call(endpoint, json!({ "session": "kss_other", "account": "org_other" }));
        let sent = tab.browser.sent().last().unwrap().clone();
        assert_eq!(sent.parameter("session").as_deref(), Some("kss_other"), "{endpoint:?}");
        assert_eq!(sent.parameter("account").as_deref(), Some("org_other"), "{endpoint:?}");
    }
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.call(Endpoint::GetSession, json!({ "account": "org_other" }));
    let url = tab.browser.sent().last().unwrap().url.clone();
    assert!(url.contains("session=kss_sample1") && url.contains("account=org_other"), "{url}");
    assert_eq!(url.matches("account=").count(), 1, "{url}");
    for endpoint in TRACKED {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
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
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.call(endpoint, json!({ "email": "ada@example.com" }));
        let sent = tab.browser.sent().last().unwrap().clone();
        assert_eq!(sent.body, Some(json!({ "email": "ada@example.com" })), "{endpoint:?}");
    }
}

#[test]
fn without_a_session_there_is_nothing_to_fill_in() {
    for endpoint in TRACKED {
        let tab = Tab::open(&browser(), Kept::Shared);
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
        let platform = browser.platform();
        platform.show(false);
        platform.tab.reading.set(Manner::After(300));
        let tab = Tab::of(&browser, Kept::Shared, platform);
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
fn a_logout_right_after_loading_is_done_here_at_once_and_told_when_it_is_known_of_what() {
    let browser = browser();
    browser.put(KEY, Some(r#"{"v":"1","session":"kss_stored","account":"org_stored"}"#));
    let platform = browser.platform();
    platform.tab.reading.set(Manner::After(300));
    let tab = Tab::of(&browser, Kept::Shared, platform);
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
        let platform = browser.platform();
        platform.tab.reading.set(Manner::Never);
        let tab = Tab::of(&browser, Kept::Shared, platform);
        assert!(tab.call(endpoint, json!({ "session": "kss_other" })).is_over(), "{endpoint:?}");
    }
}

#[test]
fn a_logout_is_done_here_first_and_told_once() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let logout = tab.call(Endpoint::Logout, json!({}));
    assert_eq!(
        (logout.told(), tab.state(), tab.reason()),
        (None, State::SignedOut, Some(SignOutReason::Here))
    );
    tab.browser.answer(Answer::Status(200, r#"{"result":"okay"}"#));
    assert!(logout.is_over());
    tab.browser.pass(60_000);
    assert_eq!(tab.sent(), ["POST login", "DELETE session"]);
}

#[test]
fn a_sign_out_is_done_here_first_and_told_once() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let signing_out = tab.sign_out();
    assert_eq!((signing_out.told(), tab.state()), (None, State::SignedOut));
    tab.browser.answer(Answer::Status(200, r#"{"result":"okay"}"#));
    assert!(signing_out.is_over());
    assert_eq!(tab.sign_out().told(), Some("success"));
    assert_eq!(tab.sent(), ["POST login", "DELETE session"]);
}

#[test]
fn a_sign_out_of_a_session_that_was_over_is_one() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Status(403, "")]);
    assert_eq!(tab.sign_out().told(), Some("success"));
}

#[test]
fn a_sign_out_of_which_the_service_does_not_hear_is_one_all_the_same() {
    for (answer, code) in [(Answer::Hang, "timeout"), (Answer::Fault(Error::Network), "network_error")] {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.browser.script([answer]);
        let signing_out = tab.sign_out();
        tab.browser.pass(5_000);
        assert_eq!((signing_out.told(), tab.state()), (Some(code), State::SignedOut));
        assert_eq!(tab.live().requests, 0);
    }
}

#[test]
fn a_logout_that_is_aborted_signs_out_and_the_service_hears_of_it() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let logout = tab.session.call(Endpoint::Logout, &Params(json!({})), &CallOptions::default(), ready(()));
    assert_eq!(tab.begin(logout).told(), Some("aborted"));
    assert_eq!((tab.state(), tab.sent().last().unwrap().as_str()), (State::SignedOut, "DELETE session"));
}

#[test]
fn a_logout_of_another_session_leaves_this_one() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.call(Endpoint::Logout, json!({ "session": "kss_other" }));
    assert_eq!(tab.state(), State::SignedIn);
    tab.call(Endpoint::Logout, json!({ "session": "kss_sample1" }));
    assert_eq!(tab.state(), State::SignedOut);
    assert_eq!(tab.sent(), ["POST login", "DELETE session", "DELETE session"]);
}

#[test]
fn who_signs_out_while_a_sign_in_is_under_way_stays_signed_out() {
    for endpoint in [Endpoint::Login, Endpoint::VerifyLogin, Endpoint::Signup, Endpoint::ResetPassword] {
        let tab = Tab::open(&browser(), Kept::Shared);
        tab.browser.script([Answer::Held]);
        let login = tab.call(endpoint, json!({}));
        tab.sign_out();
        tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now()));
        assert_eq!(login.told(), Some("done"), "what the service said is told as it is");
        assert_eq!((tab.state(), tab.reason()), (State::SignedOut, Some(SignOutReason::Here)));
        assert_eq!(tab.browser.shelf.entry().as_deref(), Some(SIGNED_OUT));
    }
}

#[test]
fn an_answer_about_a_session_that_was_left_changes_nothing() {
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile] {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
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
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.browser.script([Answer::Held]);
        let late = tab.call(endpoint, json!({}));
        tab.browser.put(KEY, Some(other));
        tab.browser.answer(signed_in("kss_sample1", "org_sample1", tab.now() + 1));
        assert_eq!(
            (late.told(), tab.account().as_deref()),
            (Some("done"), Some("org_other")),
            "{endpoint:?}"
        );
    }
    // Whoever asks about another session than the one there is wants that one.
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    tab.call(Endpoint::GetSession, json!({ "session": "kss_sample7" }));
    tab.browser.put(KEY, Some(other));
    tab.browser.answer(signed_in("kss_sample7", "org_sample7", tab.now() + 1));
    assert_eq!(tab.account().as_deref(), Some("org_sample7"));
}

#[test]
fn a_refusal_of_a_session_that_was_left_casts_no_doubt_on_this_one() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let late = tab.call(Endpoint::UpdatePassword, json!({}));
    tab.sign_in();
    tab.browser.answer(Answer::Status(403, ""));
    assert_eq!((late.told(), tab.refreshes()), (Some("access_denied"), 0));
}

#[test]
fn a_refusal_is_no_end_until_a_refresh_says_so() {
    for endpoint in [Endpoint::GetSession, Endpoint::UpdateProfile, Endpoint::UpdatePassword] {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        tab.browser.script([Answer::Status(403, "")]);
        let asked = usize::from(endpoint == Endpoint::GetSession);
        assert_eq!(tab.call(endpoint, json!({})).told(), Some("access_denied"));
        assert_eq!((tab.refreshes(), tab.state()), (asked + 1, State::SignedIn), "{endpoint:?}");

        let tab = Tab::signed_in(&browser(), Kept::Shared);
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
    let tab = Tab::signed_in(&browser, Kept::Shared);
    tab.want(loginrocket_wasm::core::session::Want::Account("org_sample2".to_owned()));
    browser.serve(|sent| match sent.parameter("account") {
        Some(account) => signed_in("kss_sample1", &account, sent.at),
        None => conditional("kss_sample1", None, "no_account_selected"),
    });
    browser.pass(2_000);
    assert_eq!(tab.call(Endpoint::UpdateProfile, json!({ "first_name": "Ada" })).told(), Some("done"));
    assert_eq!((tab.state(), tab.account().as_deref()), (State::SignedIn, Some("org_sample2")));
}

#[test]
fn a_call_that_goes_on_at_the_end_is_ended_and_none_begins_after_it() {
    let tab = Tab::open(&browser(), Kept::Shared);
    tab.browser.script([Answer::Held]);
    let login = tab.call(Endpoint::Login, json!({}));
    let before = tab.session.snapshot();
    tab.browser.does(|| tab.session.dispose());
    assert_eq!((login.told(), tab.session.snapshot()), (Some("disposed"), before));
    assert_eq!((tab.browser.shelf.entry(), tab.live().requests), (None, 0));
    assert_eq!(tab.call(Endpoint::Login, json!({})).told(), Some("disposed"));
    assert_eq!(tab.sent(), ["POST login"]);
    assert_eq!(tab.sign_out().told(), Some("disposed"));
}

#[test]
fn a_session_without_a_name_for_it_is_followed_where_the_answer_says_so() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    tab.call(Endpoint::GetSession, json!({ "session": "kss_other", "account": "org_other" }));
    assert_eq!(tab.account().as_deref(), Some("org_other"));
    assert!(tab.browser.shelf.entry().unwrap().contains("kss_other"));
}

#[test]
fn a_typed_call_feeds_the_session_as_well() {
    let tab = Tab::open(&browser(), Kept::Shared);
    let session = Secret::from("kss_sample7");
    let answer = tab.begin(tab.session.send(&GetSession { session, account: None })).take().unwrap();
    assert!(matches!(answer, Ok(SignIn::Done { .. })));
    assert_eq!(tab.state(), State::SignedIn);
}

/// Parameters of an app whose getters call back.
struct Meddling<F>(F);

impl<F: Fn()> Parameters for Meddling<F> {
    fn to_json(&self) -> Result<Secret, Error> {
        self.0();
        Ok(Secret::from("{}"))
    }

    fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
        self.0();
        Ok(Vec::new())
    }
}

fn meddle(act: fn(&Session<Fake>)) {
    for endpoint in Endpoint::ALL {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        let session = tab.session.clone();
        let parameters = Meddling(move || act(&session));
        let call = tab.session.call(endpoint, &parameters, &CallOptions::default(), pending());
        assert!(tab.begin(call).is_over(), "{endpoint:?}");
    }
}

#[test]
fn parameters_that_call_back_find_nothing_borrowed() {
    meddle(|session| drop(session.sign_out()));
    meddle(Session::dispose);
    meddle(|session| drop(session.explain()));
    meddle(|session| {
        session.client().configure(|config| config.locale = None);
        session.subscribe(|_| {});
    });
    meddle(|session| {
        session.client().configure(|now| now.url = config("https://other.e2.loginrocket.com").url);
        session.follow_url();
    });
}

#[test]
fn no_outcome_or_session_shows_a_secret_when_printed() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let printed = format!("{:?} {:?}", tab.session, tab.explain());
    assert!(!printed.contains("kss_") && !printed.contains("e30."), "{printed}");
    let granted = tab.token(5).take().unwrap().unwrap();
    assert!(!format!("{granted:?}").contains("e30."));
}

#[test]
fn a_call_that_cannot_be_made_leaves_the_session_alone() {
    struct Broken;
    impl Parameters for Broken {
        fn to_json(&self) -> Result<Secret, Error> {
            Err(Error::InvalidParams(Misuse::ParamsNotJson))
        }

        fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
            Err(Error::InvalidParams(Misuse::ParamsNotJson))
        }
    }
    for endpoint in Endpoint::ALL {
        let tab = Tab::signed_in(&browser(), Kept::Shared);
        let call = tab.session.call(endpoint, &Broken, &CallOptions::default(), pending());
        let outcome: Outcome<JsonRecord> = tab.begin(call).take().unwrap();
        assert_eq!(told(&outcome), "invalid_params", "{endpoint:?}");
        assert_eq!((tab.state(), tab.sent().len()), (State::SignedIn, 1), "{endpoint:?}");
    }
}

#[test]
fn members_of_any_kind_go_through_as_they_are() {
    let tab = Tab::signed_in(&browser(), Kept::Shared);
    let mut params: Json = json!({ "first_name": "Ada \"L\"", "list": [1, null, "x"], "map": { "a": true } });
    tab.call(Endpoint::UpdateProfile, params.clone());
    let sent = tab.browser.sent().last().unwrap().body.clone().unwrap();
    params["session"] = json!("kss_sample1");
    params["account"] = json!("org_sample1");
    assert_eq!(sent, params);
}
