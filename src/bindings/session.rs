//! `lr.session`: parse arguments, ask the session, map what it gives.

use super::{error, options, outcome, snapshot};
use crate::{
    Error, Misuse,
    browser::{AppRequest, Signal, Web, aborted, promised},
    client::{
        CallOptions,
        session::{Answer, Crowd, MIN_VALIDITY_SECONDS, Session, Subscription},
    },
    core::{response::Failure, session::Want},
};
use js_sys::Promise;
use std::{cell::RefCell, pin::Pin, rc::Rc};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/session.js")]
extern "C" {
    fn facade(session: LoginRocketSession) -> JsValue;
    // `catch` only so that the glue stands between, whose names are shortened: it does not throw.
    #[wasm_bindgen(catch)]
    fn hear(listener: &JsValue, snapshot: &JsValue) -> Result<(), JsValue>;
}

#[wasm_bindgen(module = "/src/bindings/values.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = outcomes)]
    fn each(told: &Promise) -> Promise;
}

/// The session, for JavaScript. Nobody sees this class but `session.js`, which makes of it what `types.d.ts` describes.
#[wasm_bindgen(skip_typescript)]
#[derive(Debug)]
pub struct LoginRocketSession(Rc<View>);

#[derive(Debug)]
struct View {
    session: Session<Web>,
    /// The snapshot that was given out last, and its version.
    shown: RefCell<Option<(u64, JsValue)>>,
    crowd: Crowd<Promise>,
}

impl View {
    /// The same object until something changes.
    fn snapshot(&self) -> JsValue {
        let version = self.session.version();
        let shown = self.shown.borrow().clone();
        if let Some((_, shown)) = shown.filter(|(shown, _)| *shown == version) {
            return shown;
        }
        let shown = snapshot::to_js(&self.session.snapshot());
        self.shown.replace(Some((version, shown.clone())));
        shown
    }
}

/// The object for a session.
pub(super) fn object(session: Session<Web>) -> JsValue {
    facade(LoginRocketSession::new(session))
}

#[wasm_bindgen]
impl LoginRocketSession {
    #[wasm_bindgen(getter)]
    pub fn snapshot(&self) -> JsValue {
        self.0.snapshot()
    }

    pub fn subscribe(&self, listener: JsValue) -> Result<u32, JsValue> {
        if !listener.is_function() {
            return Err(error::throwable(Error::InvalidParams(Misuse::Subscribe)));
        }
        let view = Rc::clone(&self.0);
        let Subscription(number) = self.0.session.subscribe(move |_| {
            let _ = hear(&listener, &view.snapshot());
        });
        Ok(number)
    }

    pub fn unsubscribe(&self, number: u32) {
        self.0.session.unsubscribe(Subscription(number));
    }

    pub fn token(&self, options: &JsValue) -> Promise {
        let want = options::min_validity(options)
            .map(|seconds| Want::Token { min_validity_seconds: seconds.unwrap_or(MIN_VALIDITY_SECONDS) });
        self.want(want, options)
    }

    pub fn refresh(&self, options: &JsValue) -> Promise {
        self.want(Ok(Want::Refresh), options)
    }

    #[wasm_bindgen(js_name = switchAccount)]
    pub fn switch_account(&self, account: &JsValue, options: &JsValue) -> Promise {
        let account = account.as_string().map(|account| account.trim_ascii().to_owned());
        let account = account.filter(|account| account.starts_with("org_"));
        let account = account.ok_or(Error::InvalidParams(Misuse::SwitchAccount));
        self.want(account.map(Want::Account), options)
    }

    pub fn fetch(&self, input: &JsValue, init: &JsValue) -> Promise {
        let session = self.0.session.clone();
        let request = AppRequest::new(input, init);
        let signal = request.signal();
        promised(Box::pin(async move {
            let answer =
                session.send_with_token(request, || Box::pin(aborted(Signal::of(signal.clone())))).await;
            answer.unwrap_or_else(|failure| Err(outcome::thrown(&failure, &signal)))
        }))
    }

    #[wasm_bindgen(js_name = signOut)]
    pub fn sign_out(&self) -> Promise {
        let signed_out = self.0.session.sign_out();
        self.0.crowd.clear();
        promised(Box::pin(async { Ok(outcome::to_js(signed_out.await)) }))
    }

    pub fn explain(&self) -> JsValue {
        snapshot::explanation(&self.0.session, self.0.crowd.joined())
    }

    pub fn dispose(&self) {
        self.0.session.dispose();
        self.0.crowd.clear();
    }
}

impl LoginRocketSession {
    pub(super) fn new(session: Session<Web>) -> Self {
        Self(Rc::new(View { session, shown: RefCell::default(), crowd: Crowd::default() }))
    }

    pub(super) fn session(&self) -> &Session<Web> {
        &self.0.session
    }

    fn want(&self, want: Result<Want, Error>, options: &JsValue) -> Promise {
        let session = &self.0.session;
        let told = match want.and_then(|want| Ok((want, options::call(options)?))) {
            Ok((want, (CallOptions { timeout: None, .. }, None))) => {
                session.want_together(want, &self.0.crowd, told)
            }
            Ok((want, (options, signal))) => {
                told(Box::pin(session.want(want, options.timeout, aborted(signal))))
            }
            Err(error) => told(Box::pin(async move { Err(Failure::new(error)) })),
        };
        each(&told)
    }
}

/// An answer as text, of which each who hears it makes an object of his own.
fn told(wait: Pin<Box<dyn Future<Output = Answer>>>) -> Promise {
    promised(Box::pin(async {
        let told = wait.await.map_or_else(|failure| outcome::text(&failure), |grant| snapshot::grant(&grant));
        Ok(told.expose().into())
    }))
}
