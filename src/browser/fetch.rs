//! `fetch`, with gloo-net's headers.

use super::{body, record::JsRecord};
use crate::{
    Error,
    core::{
        request::Request,
        response::{Headers, Reply},
    },
};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response,
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
    // Whatever a browser rejects with, it says the same: no readable answer.
    exchange(request, custom).await.map_err(|_| Error::Network)
}

async fn exchange(request: Request, custom: Option<Function>) -> Result<Reply<JsRecord>, JsValue> {
    let controller = AbortOnDrop(AbortController::new()?);
    let init = init(&request, &controller.0);
    let url = request.url.expose();
    let sent = match custom {
        Some(custom) => custom.call2(&JsValue::UNDEFINED, &url.into(), &init)?,
        None => fetch(url, &init)?,
    };
    // Wipes what was secret in it: the browser has its own copy now.
    drop(request);
    let response: Response = JsFuture::from(Promise::resolve(&sent)).await?.dyn_into()?;
    let headers = gloo_net::http::Headers::from_raw(response.headers());
    Ok(Reply {
        status: response.status(),
        headers: Headers {
            content_type: headers.get("content-type"),
            request_id: headers.get("x-request-id"),
            retry_after: headers.get("retry-after"),
            ratelimit_reset: headers.get("ratelimit-reset"),
        },
        body: body::read(&response).await,
    })
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
