//! The client for front ends in Rust over real HTTP: what its own API adds to the behaviour that both hosts share.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "clippy does not know these functions for tests; an unwrap here is a failed one"
)]

use js_sys::{Function, Promise, Reflect};
use loginrocket_wasm::{
    Error,
    engine::session::snapshot::State,
    protocol::{
        config::{Config, Locale, Timeout},
        endpoint::Endpoint,
        model::{ForgotPassword, Login, Logout, SignIn, Signup, UpdateProfile},
        response::Next,
        url::BaseUrl,
    },
    web::{CallOptions, Client, Options, Storage, from_js, to_js},
};
use serde::Deserialize;
use serde_json::json;
use std::{
    cell::RefCell,
    future::poll_fn,
    pin::pin,
    rc::Rc,
    task::{Context, Poll, Waker},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// Calls a function that is written as text.
fn run(function: &str, argument: &JsValue) -> JsValue {
    let function: Function = js_sys::eval(&format!("({function})")).unwrap().unchecked_into();
    function.call1(&JsValue::UNDEFINED, argument).unwrap()
}

async fn settle(promise: JsValue) -> JsValue {
    JsFuture::from(promise.unchecked_into::<Promise>()).await.unwrap()
}

fn text(object: &JsValue, member: &str) -> String {
    Reflect::get(object, &member.into()).unwrap().as_string().unwrap_or_default()
}

/// The URL of the emulator's realm.
async fn realm() -> BaseUrl {
    let load = "async () => (await fetch('/target/test/emulator.json', { cache: 'no-store' })).json()";
    let emulator = settle(run(load, &JsValue::UNDEFINED)).await;
    BaseUrl::parse(&text(&emulator, "loginrocket")).unwrap()
}

async fn options() -> Options {
    let config = Config { url: Some(realm().await), ..Config::default() };
    Options { config, ..Options::default() }
}

async fn client() -> Client {
    Client::new(options().await).unwrap()
}

fn new_email() -> String {
    format!("{}@example.com", js_sys::Math::random().to_string().replace('.', "x"))
}

fn signup(email: &str) -> Signup {
    Signup { email: email.to_owned(), password: "a good password".into(), ..Signup::default() }
}

fn login(email: &str, password: &str) -> Login {
    Login { email: email.to_owned(), password: password.into(), account: None }
}

#[wasm_bindgen_test]
async fn a_person_signs_up_out_and_in_again_with_typed_calls() {
    let (client, email) = (client().await, new_email());
    let SignIn::Done { session, token, .. } = client.send(&signup(&email)).await.unwrap() else { panic!() };
    assert!(session.expose().starts_with("kss_") && token.expose().matches('.').count() == 2);
    let snapshot = client.session().snapshot();
    assert_eq!(snapshot.state, State::SignedIn);
    assert_eq!(snapshot.user().unwrap().email.as_deref(), Some(&*email));
    let renamed = UpdateProfile { first_name: Some("Ada".to_owned()), ..UpdateProfile::default() };
    client.send(&renamed).await.unwrap();
    client.session().refresh(&CallOptions::default()).await.unwrap();
    assert_eq!(client.session().snapshot().user().unwrap().first_name.as_deref(), Some("Ada"));
    client.send(&Logout::default()).await.unwrap();
    assert_eq!(client.session().snapshot().state, State::SignedOut);
    let again = client.send(&login(&email, "a good password")).await;
    assert!(matches!(again, Ok(SignIn::Done { .. })));
}

#[wasm_bindgen_test]
async fn a_refusal_displays_the_services_own_words_in_the_language_of_the_call() {
    let (client, wrong) = (client().await, login("nobody@example.com", "wrong"));
    let refused = client.send(&wrong).await.unwrap_err();
    assert_eq!((refused.error, refused.status), (Error::ValidationFailed, Some(422)));
    assert_eq!(refused.to_string(), refused.service_errors[0].to_string());
    let spanish = CallOptions { locale: Locale::parse("es").ok(), ..CallOptions::default() };
    let other = client.send_with(&wrong, &spanish).await.unwrap_err();
    assert!(other.to_string().contains("Error al iniciar"), "{other}");
    let shown = to_js(&refused);
    assert_eq!((text(&shown, "result"), text(&shown, "code")), ("error".into(), "validation_failed".into()));
    assert_eq!(text(&shown, "error"), refused.to_string());
}

#[wasm_bindgen_test]
async fn parameters_and_answers_can_be_of_the_programs_own_types() {
    #[derive(Deserialize)]
    struct Answer {
        session: String,
    }
    let (client, email) = (client().await, new_email());
    let params = run("(email) => ({ email, password: 'a good password', unknown: [1] })", &email.into());
    let params: serde_json::Value = from_js(params).unwrap();
    let success = client.call(Endpoint::Signup, &params, &CallOptions::default()).await.unwrap();
    assert_eq!(success.next.map(Next::as_str), Some("done"));
    assert!(success.read::<Answer>().unwrap().session.starts_with("kss_"));
    assert!(!format!("{success:?}").contains("kss_"));
    let none = client.call(Endpoint::Login, &json!([1]), &CallOptions::default()).await.unwrap_err();
    assert_eq!(none.error.code(), "invalid_params");
}

#[wasm_bindgen_test]
async fn a_call_begins_when_it_is_made_and_is_given_up_when_its_future_is_dropped() {
    let client = client().await;
    let forgotten = client.send(&ForgotPassword { email: "ada@example.com".to_owned() });
    assert_eq!(client.session().explain().unwrap().snapshot.state, State::SignedOut);
    drop(forgotten);
    let waited = client.session().token();
    drop(waited);
    assert_eq!(client.session().explain().unwrap().waiting, 0);
}

#[wasm_bindgen_test]
async fn a_signal_ends_a_call_and_what_has_no_time_ends_by_itself() {
    let client = client().await;
    let aborted = run("() => AbortSignal.abort()", &JsValue::UNDEFINED).unchecked_into();
    let options = CallOptions { signal: Some(aborted), ..CallOptions::default() };
    let given_up = client.send_with(&login("ada@example.com", "x"), &options).await.unwrap_err();
    assert_eq!(given_up.error, Error::Aborted);
    let controller = run("() => new AbortController()", &JsValue::UNDEFINED);
    let signal = Reflect::get(&controller, &"signal".into()).unwrap().unchecked_into();
    let options = CallOptions { signal: Some(signal), ..CallOptions::default() };
    let call = client.send_with(&login("ada@example.com", "x"), &options);
    run("(controller) => controller.abort()", &controller);
    assert_eq!(call.await.unwrap_err().error, Error::Aborted);
    let options = CallOptions { timeout: Timeout::from_whole_ms(1).ok(), ..CallOptions::default() };
    let late = client.send_with(&login("ada@example.com", "x"), &options).await.unwrap_err();
    assert_eq!(late.error, Error::Timeout);
}

#[wasm_bindgen_test]
async fn a_client_without_a_url_says_so_and_one_with_bad_origins_is_not_made() {
    let client = Client::new(Options::default()).unwrap();
    let missing = client.send(&Login::default()).await.unwrap_err();
    assert_eq!((missing.error, client.url().unwrap_err().error), (Error::MissingUrl, Error::MissingUrl));
    client.set_url(Some(realm().await)).unwrap();
    assert!(client.url().unwrap().ends_with("/v2/"));
    for origin in ["http://example.com", "https://example.com/path", "nonsense", ""] {
        let options = Options { token_origins: vec![origin.to_owned()], ..options().await };
        assert_eq!(Client::new(options).unwrap_err().code(), "invalid_option", "{origin}");
    }
}

#[wasm_bindgen_test]
async fn listeners_are_called_now_and_after_each_change_until_they_are_dropped() {
    let client = client().await;
    let states = Rc::new(RefCell::new(Vec::new()));
    let told = Rc::clone(&states);
    let subscription = client.session().subscribe(move |now| told.borrow_mut().push(now.state));
    client.send(&signup(&new_email())).await.unwrap();
    drop(subscription);
    client.session().sign_out().await.unwrap();
    assert_eq!(states.borrow().last(), Some(&State::SignedIn));
    assert!(!states.borrow()[1..].contains(&State::SignedOut));
}

#[wasm_bindgen_test]
async fn an_adapter_of_the_apps_own_is_asked_before_a_call_returns() {
    let entries = "() => globalThis.entries = new Map()";
    run(entries, &JsValue::UNDEFINED);
    let adapter = "() => ({
        getItem: (key) => entries.get(key),
        setItem: (key, value) => { entries.set(key, value) },
        removeItem: (key) => { entries.delete(key) },
    })";
    let storage = Storage::Custom(run(adapter, &JsValue::UNDEFINED));
    assert!(!format!("{storage:?}").contains("entries"));
    let client = Client::new(Options { storage, ..options().await }).unwrap();
    client.send(&signup(&new_email())).await.unwrap();
    // An adapter may give promises, so that its answers come a little later.
    client.session().token().await.unwrap();
    let size = || run("() => entries.size", &JsValue::UNDEFINED).as_f64();
    assert_eq!(size(), Some(1.0));
}

#[wasm_bindgen_test]
async fn with_its_last_clone_a_client_is_disposed_of() {
    let client = client().await;
    let mut waiting = pin!(client.send(&login("ada@example.com", "x")));
    assert!(matches!(waiting.as_mut().poll(&mut Context::from_waker(Waker::noop())), Poll::Pending));
    drop(client);
    let ended = poll_fn(|context| waiting.as_mut().poll(context)).await;
    assert_eq!(ended.unwrap_err().error, Error::Disposed);
}
