//! The typed calls that a Rust front end makes, on fakes.

#![cfg(not(target_arch = "wasm32"))]

mod support;

use futures::executor::block_on;
use loginrocket_wasm::{
    client::{CallOptions, Client},
    core::{
        config::Locale,
        model::{
            Call, CallError, ForgotPassword, GetSession, Login, Logout, Okay, RequestInvitation,
            ResetPassword, SignIn, Signup, UpdatePassword, UpdateProfile, VerifyEmail, VerifyLogin,
        },
        request::{Endpoint, Parameters},
        response::Next,
    },
};
use proptest::prelude::*;
use serde_json::{Value, json};
use support::{Answer, Fake, config};

fn answered<C: Call>(call: &C, status: u16, body: &'static str) -> Result<C::Answer, CallError> {
    let fake = Fake::answering([Answer::Status(status, body)]);
    block_on(Client::new(config("https://a"), fake).send(call))
}

#[test]
fn parameters_that_are_set_are_sent_under_their_own_names() {
    let fake = Fake::answering([Answer::Status(200, "{}"), Answer::Status(200, "{}")]);
    let client = Client::new(config("https://a"), fake.clone());
    let signup = Signup {
        email: "ada@example.com".to_owned(),
        password: "a \"good\" \\ password\n".into(),
        org_name: Some("Ñandú 日本".to_owned()),
        ..Signup::default()
    };
    block_on(client.send(&signup)).unwrap();
    block_on(client.send(&GetSession { session: "kss_1".into(), account: Some("org_1".to_owned()) }))
        .unwrap();
    let [signed_up, renewed] = &fake.sent()[..] else { panic!("two calls are two requests") };
    assert_eq!((signed_up.method, signed_up.url.as_str()), ("POST", "https://a/v2/signup"));
    let body = json!({ "email": "ada@example.com", "password": "a \"good\" \\ password\n", "org_name": "Ñandú 日本" });
    assert_eq!(signed_up.body.as_ref(), Some(&body));
    assert_eq!(
        (renewed.method, renewed.url.as_str()),
        ("GET", "https://a/v2/session?session=kss_1&account=org_1")
    );
}

#[test]
fn typed_calls_have_the_parameters_that_the_types_list() {
    fn check<C: Call>(interface: &str) {
        let types = include_str!("../src/bindings/types.d.ts");
        let (_, after) = types.split_once(&format!("export interface {interface} {{")).unwrap();
        let (body, _) = after.split_once("\n}").unwrap();
        let mut listed: Vec<_> = body
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split_once(':'))
            .map(|(name, _)| name.trim_end_matches('?'))
            .filter(|name| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            .collect();
        let mut parameters = C::PARAMETERS.to_vec();
        parameters.sort_unstable();
        listed.sort_unstable();
        assert_eq!(parameters, listed, "{interface}");
    }
    check::<Login>("LoginParams");
    check::<VerifyLogin>("VerifyLoginParams");
    check::<GetSession>("GetSessionParams");
    check::<Logout>("LogoutParams");
    check::<ForgotPassword>("ForgotPasswordParams");
    check::<ResetPassword>("ResetPasswordParams");
    check::<UpdatePassword>("UpdatePasswordParams");
    check::<UpdateProfile>("UpdateProfileParams");
    check::<Signup>("SignupParams");
    check::<RequestInvitation>("RequestInvitationParams");
    check::<VerifyEmail>("VerifyEmailParams");
}

#[test]
fn a_typed_call_takes_options_and_can_be_given_up() {
    let fake = Fake::answering([Answer::Hang]);
    let client = Client::new(config("https://a"), fake.clone());
    let options = CallOptions { locale: Some(Locale::parse("es").unwrap()), ..CallOptions::default() };
    let gone = block_on(client.send_with(&Login::default(), &options, std::future::ready(()))).unwrap_err();
    assert_eq!((gone.code(), fake.sent().len()), ("aborted", 0));
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
fn a_login_like_answer_is_one_of_four() {
    let login = Login::default();
    let done = answered(&login, 200, r#"{"session":"kss_1","account":"org_1","token":"a.b.c"}"#).unwrap();
    let SignIn::Done { session, account, token } = done else { panic!("{done:?}") };
    assert_eq!((session.expose(), account.as_deref(), token.expose()), ("kss_1", Some("org_1"), "a.b.c"));

    let verify = answered(&login, 200, r#"{"result":"totp_required","token":"tmf:1"}"#).unwrap();
    let SignIn::Verify { token } = verify else { panic!("{verify:?}") };
    assert_eq!(token.expose(), "tmf:1");

    let body = r#"{"session":"kss_1","account":null,"conditions":["must_dance","no_account_selected"]}"#;
    let conditional = answered(&login, 200, body).unwrap();
    let SignIn::Conditional { session, account, conditions, next } = conditional else {
        panic!("{conditional:?}")
    };
    assert_eq!((session.expose(), account, next), ("kss_1", None, Next::SelectAccount));
    assert_eq!(conditions, ["must_dance", "no_account_selected"]);

    assert!(matches!(answered(&Signup::default(), 200, r#"{"result":"okay"}"#), Ok(SignIn::Accepted)));
}

#[test]
fn other_answers_are_okay_even_when_they_are_empty() {
    assert_eq!(answered(&Logout::default(), 200, r#"{"result":"okay"}"#).unwrap(), Okay);
    assert_eq!(answered(&Logout::default(), 204, "").unwrap(), Okay);
}

#[test]
fn a_failure_displays_what_the_person_should_read() {
    let refused =
        answered(&Login::default(), 422, r#"{"result":"error","errors":["Too short.","Too common."]}"#);
    let refused = refused.unwrap_err();
    assert_eq!(
        (refused.code(), refused.to_string()),
        ("validation_failed", "Too short. Too common.".to_owned())
    );
    let failed = answered(&Login::default(), 403, "").unwrap_err();
    assert_eq!(
        (failed.code(), failed.to_string()),
        ("access_denied", "Session expired or access denied.".to_owned())
    );
}

#[test]
fn printing_calls_and_answers_shows_no_secret() {
    let done = answered(&Login::default(), 200, r#"{"session":"kss_1","token":"a.b.c"}"#).unwrap();
    let login = Login { email: "ada@example.com".to_owned(), password: "hunter2".into(), account: None };
    let printed = format!("{done:?} {login:?}");
    assert!(
        !printed.contains("kss_1") && !printed.contains("a.b.c") && !printed.contains("hunter2"),
        "{printed}"
    );
}

proptest! {
    #[test]
    fn json_is_read_back_as_it_was_meant(email in any::<String>(), password in any::<String>(), account: Option<String>) {
        let login = Login { email: email.clone(), password: password.clone().into(), account: account.clone() };
        let read: Value = serde_json::from_str(login.to_json().unwrap().expose()).unwrap();
        let mut expected = json!({ "email": email, "password": password });
        if let Some(account) = account {
            expected["account"] = account.into();
        }
        prop_assert_eq!(read, expected);
    }
}
