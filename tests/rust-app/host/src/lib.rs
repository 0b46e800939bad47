//! The Rust host as a script sees it: each method hands its arguments to the host, and gives what that gives.

mod options;

use js_sys::{Function, Object, Promise, Reflect};
use loginrocket_wasm::{
    engine::session::snapshot::Snapshot,
    protocol::{
        endpoint::Endpoint, failure::Failure, hosted::Visit, response::Next, secret::Secret, verify::Rules,
    },
    web::{self, AdoptOptions, CallOptions, FetchError, NotAdopted, Subscription, from_js, to_js},
};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

fn member(given: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(given, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

fn set(object: &Object, name: &str, value: impl Into<JsValue>) {
    let _ = Reflect::set(object, &name.into(), &value.into());
}

fn failed(failure: impl Into<Failure>) -> JsValue {
    to_js(&failure.into())
}

fn okay() -> Object {
    let object = Object::new();
    set(&object, "result", "okay");
    object
}

/// A promise of what a call comes to: never rejected.
fn promise(work: impl Future<Output = JsValue> + 'static) -> Promise {
    future_to_promise(async { Ok(work.await) })
}

fn endpoint(name: &str) -> Endpoint {
    let names = [
        "login",
        "verifyLogin",
        "getSession",
        "logout",
        "forgotPassword",
        "resetPassword",
        "updatePassword",
        "updateProfile",
        "signup",
        "requestInvitation",
        "verifyEmail",
    ];
    let at = names.iter().position(|known| *known == name).unwrap_or_default();
    Endpoint::ALL[at]
}

/// A client with its session.
#[wasm_bindgen]
pub struct RustClient {
    client: web::Client,
    shown: RefCell<Option<(Rc<Snapshot>, JsValue)>>,
}

/// A listener, until it is ended.
#[wasm_bindgen]
pub struct Listening(Option<Subscription>);

#[wasm_bindgen]
impl Listening {
    /// The listener is called no more.
    pub fn end(&mut self) {
        self.0.take();
    }
}

#[wasm_bindgen]
impl RustClient {
    #[wasm_bindgen(constructor)]
    pub fn new(given: &JsValue) -> Result<RustClient, JsValue> {
        let client = options::of_client(given).and_then(web::Client::new).map_err(failed)?;
        Ok(Self { client, shown: RefCell::default() })
    }

    pub fn call(&self, name: &str, params: JsValue, given: &JsValue) -> Promise {
        let params = match params.is_undefined() || params.is_null() {
            true => serde_json::json!({}),
            false => from_js::<serde_json::Value>(params).unwrap_or_default(),
        };
        let options = match options::of_call(given) {
            Ok(options) => options,
            Err(error) => return promise(async move { failed(error) }),
        };
        let called = self.client.call(endpoint(name), &params, &options);
        promise(async {
            match called.await {
                Ok(web::Success { next, body }) => {
                    let json = body.as_ref().map_or("{\"result\":\"okay\"}", Secret::expose);
                    let answer = js_sys::JSON::parse(json).unwrap_or_default();
                    if let Some(next) = next {
                        set(answer.unchecked_ref(), "next", Next::as_str(next));
                    }
                    answer
                }
                Err(failure) => failed(failure),
            }
        })
    }

    pub fn url(&self) -> Result<String, JsValue> {
        self.client.url().map_err(failed)
    }

    #[wasm_bindgen(js_name = setUrl)]
    pub fn set_url(&self, url: Option<String>) -> Result<(), JsValue> {
        let url = options::url(url).map_err(failed)?;
        self.client.set_url(url).map_err(failed)
    }

    #[wasm_bindgen(js_name = setLocale)]
    pub fn set_locale(&self, locale: Option<String>) -> Result<(), JsValue> {
        let locale = options::locale(locale).map_err(failed)?;
        self.client.set_locale(locale).map_err(failed)
    }

    #[wasm_bindgen(js_name = verifyToken)]
    pub fn verify_token(&self, token: String, given: &JsValue) -> Promise {
        let mut rules = Rules::default();
        if let Some(seconds) = member(given, "leewaySeconds").and_then(|seconds| seconds.as_f64()) {
            rules.leeway_seconds = seconds as u32;
        }
        rules.account = member(given, "account").and_then(|account| account.as_string()).map(Into::into);
        let verified = self.client.verify_token(Secret::new(token), rules);
        promise(async { verified.await.map_or_else(failed, |payload| claims(&payload, true)) })
    }

    #[wasm_bindgen(js_name = decodeToken)]
    pub fn decode_token(&self, token: String) -> JsValue {
        self.client.decode_token(Secret::new(token)).map_or_else(failed, |payload| claims(&payload, false))
    }

    #[wasm_bindgen(js_name = hostedUrl)]
    pub fn hosted_url(&self, page: &str, given: &JsValue) -> Result<String, JsValue> {
        self.client.hosted_url(visit(page, given)).map_err(failed)
    }

    #[wasm_bindgen(js_name = openHosted)]
    pub fn open_hosted(&self, page: &str, given: &JsValue) -> Promise {
        let opened = self.client.open_hosted(visit(page, given));
        promise(async { opened.await.map_or_else(failed, |()| okay().into()) })
    }

    /// Begins to keep the session fresh, as having it does.
    pub fn attach(&self) {
        drop(self.client.session());
    }

    pub fn snapshot(&self) -> JsValue {
        let now = self.client.session().snapshot();
        let mut shown = self.shown.borrow_mut();
        match &*shown {
            Some((known, value)) if Rc::ptr_eq(known, &now) => value.clone(),
            _ => {
                let value = to_js(&*now);
                *shown = Some((now, value.clone()));
                value
            }
        }
    }

    pub fn subscribe(&self, listener: Function) -> Listening {
        let call = move |_: &Rc<Snapshot>| {
            let _ = listener.call0(&JsValue::UNDEFINED);
        };
        Listening(Some(self.client.session().subscribe(call)))
    }

    pub fn token(&self, given: &JsValue) -> Promise {
        let least = member(given, "minValiditySeconds").and_then(|seconds| seconds.as_f64());
        let session = self.client.session();
        with_options(given, |options| match least {
            Some(seconds) => session.token_with(seconds as u32, options),
            None => session.token_with(5, options),
        })
    }

    pub fn refresh(&self, given: &JsValue) -> Promise {
        with_options(given, |options| self.client.session().refresh(options))
    }

    #[wasm_bindgen(js_name = switchAccount)]
    pub fn switch_account(&self, account: &str, given: &JsValue) -> Promise {
        with_options(given, |options| self.client.session().switch_account(account, options))
    }

    pub fn fetch(&self, request: web_sys::Request) -> Promise {
        let sent = self.client.session().fetch(request);
        future_to_promise(async {
            sent.await.map(Into::into).map_err(|error| match error {
                FetchError::Failed(failure) => failed(failure),
                FetchError::Rejected(reason) => reason,
            })
        })
    }

    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) -> Promise {
        let signed_out = self.client.session().sign_out();
        promise(async { signed_out.await.map_or_else(failed, |()| okay().into()) })
    }

    #[wasm_bindgen(js_name = adoptRedirect)]
    pub fn adopt_redirect(&self, url: Option<String>, given: &JsValue) -> Promise {
        let switch_user = member(given, "switchUser") == Some(JsValue::TRUE);
        let mut options = AdoptOptions { switch_user, ..AdoptOptions::default() };
        if let Some(seconds) = member(given, "leewaySeconds").and_then(|seconds| seconds.as_f64()) {
            options.leeway.0 = seconds as u32;
        }
        let session = self.client.session();
        let answer = |adopted: Result<web::Adopted, NotAdopted>| {
            let (answer, rest) = match adopted {
                Ok(web::Adopted { is_adopted, rest }) => {
                    let answer = okay();
                    set(&answer, "adopted", is_adopted);
                    (answer, rest)
                }
                Err(NotAdopted { failure, user, rest }) => {
                    let answer: Object = failed(failure).unchecked_into();
                    if let Some(user) = user {
                        set(&answer, "user", to_js(&user));
                    }
                    (answer, rest)
                }
            };
            if let Some(rest) = rest {
                set(&answer, "url", &*rest);
            }
            answer.into()
        };
        match url {
            Some(url) => {
                let adopted = session.adopt_url(Secret::new(url), &options);
                promise(async move { answer(adopted.await) })
            }
            None => {
                let adopted = session.adopt_redirect(&options);
                promise(async move { answer(adopted.await) })
            }
        }
    }

    pub fn explain(&self) -> JsValue {
        self.client.session().explain().map_or(JsValue::UNDEFINED, |explanation| to_js(&explanation))
    }

    pub fn dispose(&self) {
        self.client.session().dispose();
    }
}

fn with_options<T: serde::Serialize, F: Future<Output = Result<T, Failure>> + 'static>(
    given: &JsValue,
    ask: impl FnOnce(&CallOptions) -> F,
) -> Promise {
    match options::of_call(given) {
        Ok(options) => {
            let asked = ask(&options);
            promise(async { asked.await.map_or_else(failed, |granted| to_js(&granted)) })
        }
        Err(error) => promise(async move { failed(error) }),
    }
}

fn claims(payload: &Secret, is_trusted: bool) -> JsValue {
    let answer = okay();
    set(&answer, "trusted", is_trusted);
    set(&answer, "claims", js_sys::JSON::parse(payload.expose()).unwrap_or_default());
    answer.into()
}

fn visit(page: &str, given: &JsValue) -> Visit {
    let text = |name| member(given, name).and_then(|value| value.as_string());
    Visit {
        page: page.into(),
        account: text("account").map(Into::into),
        prompt: text("prompt").as_deref() == Some("login"),
        invitation: text("invitation").map(Secret::new),
        force: member(given, "force") == Some(JsValue::TRUE),
        redirect_uri: text("redirectUri").map(Into::into),
        session: text("session").map(Secret::new),
    }
}
