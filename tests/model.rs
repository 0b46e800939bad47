//! The typed calls and answers that programs in Rust have.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a panic here is a failed test")]

use loginrocket_wasm::protocol::{
    endpoint::Endpoint,
    json::Json,
    model::{
        Answer as _, Call, ForgotPassword, GetSession, Login, Logout, Membership, Okay, RequestInvitation,
        ResetPassword, SignIn, Signup, UpdatePassword, UpdateProfile, User, VerifyEmail, VerifyLogin,
        to_json,
    },
    response::{self, Body, Next, Outcome, Reply},
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn written<C: Call>(call: &C) -> Value {
    serde_json::from_str(to_json(call).unwrap().expose()).unwrap()
}

/// What a call comes to that is answered so.
fn answered<C: Call>(_: &C, body: &str) -> C::Answer {
    let reply = Reply { status: 200, body: Body::Text(body.into()), ..Reply::default() };
    match response::classify(C::ENDPOINT, &reply, 0) {
        Outcome::Success(sign_in) => {
            C::Answer::read(Json::object(body), sign_in.as_ref().map(response::SignIn::next))
        }
        Outcome::Done => C::Answer::read(None, None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn parameters_that_are_set_are_written_under_their_own_names() {
    let signup = Signup {
        email: "ada@example.com".to_owned(),
        password: "a \"good\" \\ password\n".into(),
        org_name: Some("Ñandú 日本".to_owned()),
        ..Signup::default()
    };
    assert_eq!(
        written(&signup),
        json!({ "email": "ada@example.com", "password": "a \"good\" \\ password\n", "org_name": "Ñandú 日本" })
    );
    assert_eq!(written(&GetSession::default()), json!({}));
    let renewed = GetSession { session: Some("kss_sample1".into()), account: Some("org_sample1".to_owned()) };
    assert_eq!(written(&renewed), json!({ "session": "kss_sample1", "account": "org_sample1" }));
}

#[test]
fn typed_calls_have_the_parameters_that_the_npm_packages_types_list() {
    // Every member of a call is written when it is set.
    fn check<C: Call>(call: &C, interface: &str) {
        let types = include_str!("../pkg/src/types/params.ts");
        let (_, after) = types.split_once(&format!("export interface {interface} ")).unwrap();
        let (body, _) = after.split_once("\n}").unwrap();
        let mut listed: Vec<_> = body
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split_once(':'))
            .map(|(name, _)| name.trim_end_matches('?'))
            .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .map(str::to_owned)
            .collect();
        let written = written(call);
        let mut parameters: Vec<_> = written.as_object().unwrap().keys().cloned().collect();
        parameters.sort_unstable();
        listed.sort_unstable();
        assert_eq!(parameters, listed, "{interface}");
    }
    let (text, secret) = (|| Some(String::new()), || Some("".into()));
    check(&Login { account: text(), ..Login::default() }, "LoginParams");
    check(&VerifyLogin { account: text(), token: secret(), ..VerifyLogin::default() }, "VerifyLoginParams");
    check(&GetSession { session: secret(), account: text() }, "GetSessionParams");
    check(&Logout { session: secret() }, "LogoutParams");
    check(&ForgotPassword::default(), "ForgotPasswordParams");
    let reset = ResetPassword { password_confirmation: secret(), ..ResetPassword::default() };
    check(&reset, "ResetPasswordParams");
    let update =
        UpdatePassword { session: secret(), password_confirmation: secret(), ..UpdatePassword::default() };
    check(&update, "UpdatePasswordParams");
    let profile = UpdateProfile {
        session: secret(),
        email: text(),
        first_name: text(),
        last_name: text(),
        username: text(),
        password: secret(),
        password_confirmation: secret(),
        org_name: text(),
        locale: text(),
    };
    check(&profile, "UpdateProfileParams");
    let signup = Signup {
        password_confirmation: secret(),
        first_name: text(),
        last_name: text(),
        username: text(),
        org_name: text(),
        invitation: secret(),
        ..Signup::default()
    };
    check(&signup, "SignupParams");
    check(&RequestInvitation::default(), "RequestInvitationParams");
    check(&VerifyEmail::default(), "VerifyEmailParams");
}

#[test]
fn each_call_is_the_endpoint_of_its_name() {
    let endpoints = [
        Login::ENDPOINT,
        VerifyLogin::ENDPOINT,
        GetSession::ENDPOINT,
        Logout::ENDPOINT,
        ForgotPassword::ENDPOINT,
        ResetPassword::ENDPOINT,
        UpdatePassword::ENDPOINT,
        UpdateProfile::ENDPOINT,
        Signup::ENDPOINT,
        RequestInvitation::ENDPOINT,
        VerifyEmail::ENDPOINT,
    ];
    assert_eq!(endpoints, Endpoint::ALL);
}

#[test]
fn an_answer_that_can_sign_in_is_one_of_four() {
    let login = Login::default();
    let done = answered(&login, r#"{"session":"kss_1","account":"org_1","token":"a.b.c"}"#);
    let SignIn::Done { session, account, token } = done else { panic!("{done:?}") };
    assert_eq!((session.expose(), account.as_deref(), token.expose()), ("kss_1", Some("org_1"), "a.b.c"));

    let verify = answered(&login, r#"{"result":"totp_required","token":"tmf:1"}"#);
    let SignIn::Verify { token } = verify else { panic!("{verify:?}") };
    assert_eq!(token.expose(), "tmf:1");

    let body = r#"{"session":"kss_1","account":null,"conditions":["must_dance","no_account_selected"]}"#;
    let conditional = answered(&login, body);
    let SignIn::Conditional { session, account, conditions, next } = conditional else {
        panic!("{conditional:?}")
    };
    assert_eq!((session.expose(), account, next), ("kss_1", None, Next::SelectAccount));
    assert_eq!(conditions, ["must_dance", "no_account_selected"]);

    assert!(matches!(
        answered(&Signup::default(), r#"{"result":"okay"}"#),
        SignIn::Accepted { next: Next::VerifyEmail }
    ));
}

#[test]
fn other_answers_are_okay_even_when_they_are_empty() {
    assert_eq!(answered(&Logout::default(), r#"{"result":"okay"}"#), Okay);
    assert_eq!(Okay::read(None, None), Okay);
}

#[test]
fn printing_calls_and_answers_shows_no_secret() {
    let done = answered(&Login::default(), r#"{"session":"kss_1","token":"a.b.c"}"#);
    let login = Login { email: "ada@example.com".to_owned(), password: "hunter2".into(), account: None };
    let printed = format!("{done:?} {login:?}");
    assert!(
        !printed.contains("kss_1") && !printed.contains("a.b.c") && !printed.contains("hunter2"),
        "{printed}"
    );
}

#[test]
fn parameters_that_are_no_object_are_refused() {
    assert_eq!(to_json(&json!({})).unwrap().expose(), "{}");
    for params in [json!([1]), json!("x"), json!(null), json!(7)] {
        assert_eq!(to_json(&params).unwrap_err().code(), "invalid_params", "{params}");
    }
}

#[test]
fn a_person_and_the_current_account_are_read_off_a_payload() {
    let payload = r#"{"sub":"usr_sample1","name":"Ada","email":7,"email_verified":true,"given_name":"Ada",
        "orgs":[{"oid":"org_a"},{"oid":"org_b","name":"B","mid":"mb_b","perm":["x",7],"selected":true}]}"#;
    let user = User::of(payload).unwrap();
    assert_eq!((user.id.as_str(), user.name.as_deref(), user.email), ("usr_sample1", Some("Ada"), None));
    assert!(user.email_verified);
    let membership = Membership::of(payload).unwrap();
    assert_eq!((membership.account.as_str(), membership.account_name.as_deref()), ("org_b", Some("B")));
    assert_eq!((membership.id.as_deref(), &*membership.permissions), (Some("mb_b"), &["x".to_owned()][..]));
    assert!(User::of("{}").is_none() && Membership::of(r#"{"orgs":[]}"#).is_none());
}

proptest! {
    #[test]
    fn json_is_read_back_as_it_was_meant(email in any::<String>(), password in any::<String>(), account: Option<String>) {
        let login = Login { email: email.clone(), password: password.clone().into(), account: account.clone() };
        let mut expected = json!({ "email": email, "password": password });
        if let Some(account) = account {
            expected["account"] = account.into();
        }
        prop_assert_eq!(written(&login), expected);
    }
}
