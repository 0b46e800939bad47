//! `fetch`, with gloo-net's headers.
//!
//! What comes back may be a real answer, one of another realm, a polyfill's, or nothing of the kind: it is known by its
//! members, and each is read so that an exception in it is a value here.

use super::{body, interop, record::JsRecord};
use crate::{
    Error,
    core::{
        request::Request,
        response::{Headers, Reply},
    },
};
use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
};

#[wasm_bindgen]
extern "C" {
    // Not gloo-net's own sending: it traps when a `fetch` that a page has replaced rejects with what is no `Error`,
    // and its request builder parses every URL twice, for 2 kB of the compressed package.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// Aborts the request when it is dropped. After a complete answer that does nothing.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request and reads the answer, with the given function in the place of the global `fetch`.
pub(super) async fn send(request: Request, custom: Option<Function>) -> Result<Reply<JsRecord>, Error> {
    // Whatever a browser throws or rejects with, it says the same: no readable answer.
    let controller = AbortOnDrop(AbortController::new().map_err(|_| Error::Network)?);
    let answer = ask(request, custom, &controller.0).await.map_err(|_| Error::Network)?;
    let Some(status) = interop::get(&answer, "status").ok().and_then(|status| status.as_f64()) else {
        return Err(Error::InvalidOption("fetch must give a Response"));
    };
    let header = |name: &str| {
        let headers = interop::get(&answer, "headers").ok()?;
        interop::call(&headers, "get", Some(&name.into())).ok()?.as_string()
    };
    Ok(Reply {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "what is out of range saturates"
        )]
        status: status as u16,
        is_hidden_redirect: interop::get(&answer, "type").is_ok_and(|kind| kind == "opaqueredirect"),
        headers: Headers {
            content_type: header("content-type"),
            request_id: header("x-request-id"),
            retry_after: header("retry-after"),
            ratelimit_reset: header("ratelimit-reset"),
        },
        body: body::read(&answer).await,
    })
}

async fn ask(
    request: Request,
    custom: Option<Function>,
    controller: &AbortController,
) -> Result<JsValue, JsValue> {
    let init = init(&request, controller);
    let url = request.url.expose();
    let asked = match custom {
        Some(custom) => custom.call2(&JsValue::UNDEFINED, &url.into(), &init)?,
        None => fetch(url, &init)?,
    };
    // Wipes what was secret in it: the browser has its own copy now.
    drop(request);
    interop::settled(asked).await
}

fn init(request: &Request, controller: &AbortController) -> RequestInit {
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_cache(RequestCache::NoStore);
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Manual);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(Some(&controller.signal()));
    if let Some(body) = &request.body {
        init.set_body(&body.expose().into());
    }
    let headers = gloo_net::http::Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    init.set_headers(&headers.into_raw());
    init
}
