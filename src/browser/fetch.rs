//! `fetch`, with gloo-net's headers and answers.

use super::record::JsRecord;
use crate::{
    Error,
    core::{request::Request, response::Reply},
};
use gloo_net::http::{Headers, Response};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestInit, RequestRedirect,
    ResponseType,
};

#[wasm_bindgen]
extern "C" {
    // Not gloo-net's own sending: it traps when a `fetch` that a page has replaced rejects with what is no `Error`,
    // and its request builder parses every URL twice, for 2 kB of the compressed package.
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(request: &web_sys::Request) -> Result<JsValue, JsValue>;
}

/// Aborts the request when it is dropped. After a complete answer that does nothing.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Sends a request and reads the answer.
pub(super) async fn send(request: Request) -> Result<Reply<JsRecord>, Error> {
    // Whatever a browser rejects with, it says the same: no readable answer.
    exchange(request).await.unwrap_or(Err(Error::Network))
}

async fn exchange(request: Request) -> Result<Result<Reply<JsRecord>, Error>, JsValue> {
    let controller = AbortOnDrop(AbortController::new()?);
    let sent = fetch(&prepare(&request, &controller.0)?)?;
    // Wipes what was secret in it: the browser has its own copy now.
    drop(request);
    let response: web_sys::Response = JsFuture::from(Promise::resolve(&sent)).await?.dyn_into()?;
    if response.type_() == ResponseType::Opaqueredirect {
        return Ok(Err(Error::Redirected));
    }
    // The text stays a JavaScript string: a token in it never enters the module's memory.
    let text = JsFuture::from(response.text()?).await?;
    let response = Response::from(response);
    Ok(Ok(Reply {
        status: response.status(),
        request_id: response.headers().get("x-request-id"),
        retry_after: response.headers().get("retry-after"),
        body: JsRecord::parse(text.unchecked_ref()),
    }))
}

fn prepare(request: &Request, controller: &AbortController) -> Result<web_sys::Request, JsValue> {
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
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    init.set_headers(&headers.into_raw());
    web_sys::Request::new_with_str_and_init(request.url.expose(), &init)
}
