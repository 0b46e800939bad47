//! `fetch`, through gloo-net.

use super::record::JsRecord;
use crate::{
    Error,
    core::{
        request::{Method, Request},
        response::Reply,
    },
};
use gloo_net::http::{RequestBuilder, Response};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReferrerPolicy, RequestCache, RequestCredentials, RequestRedirect, ResponseType,
};

/// Aborts the request when it is dropped. After a complete answer that does nothing.
struct AbortOnDrop(AbortController);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        // Without a reason: gloo-net traps on a rejection that is no `Error`.
        self.0.abort();
    }
}

/// Sends a request and reads the answer.
pub(super) async fn send(request: Request) -> Result<Reply<JsRecord>, Error> {
    let controller = AbortController::new().map_err(|_| Error::Network)?;
    let guard = AbortOnDrop(controller);
    let response = start(&request, &guard.0).await.map_err(|_| Error::Network)?;
    // The body has been handed over; from here on nothing secret is needed.
    drop(request);

    let headers = response.headers();
    let (request_id, retry_after) = (headers.get("x-request-id"), headers.get("retry-after"));
    let response = web_sys::Response::from(response);
    if response.type_() == ResponseType::Opaqueredirect {
        return Err(Error::Redirected);
    }
    // The text stays a JavaScript string: a token in it never enters the module's memory.
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await.map_err(|_| Error::Network)?,
        Err(_) => return Err(Error::Network),
    };
    Ok(Reply {
        status: response.status(),
        request_id,
        retry_after,
        body: JsRecord::parse(text.unchecked_ref()),
    })
}

async fn start(request: &Request, controller: &AbortController) -> Result<Response, gloo_net::Error> {
    let mut builder = RequestBuilder::new(request.url.expose())
        .method(match request.method {
            Method::Get => gloo_net::http::Method::GET,
            Method::Post => gloo_net::http::Method::POST,
            Method::Put => gloo_net::http::Method::PUT,
            Method::Delete => gloo_net::http::Method::DELETE,
        })
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Manual)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&controller.signal()));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    match &request.body {
        Some(body) => builder.body(body.expose())?.send().await,
        None => builder.send().await,
    }
}
