//! `fetch`: sends requests to the service and reads their whole answers, and sends the app's own requests.

use super::member;
use crate::protocol::{
    endpoint::Method,
    request::Request,
    response::{Body, Headers, MAX_BODY_BYTES, Reply},
    secret::{Secret, Writing},
    text::Text,
};
use gloo_net::http;
use js_sys::{Promise, Reflect, Uint8Array};
use std::io::Write as _;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStream, ReadableStreamDefaultReader, ReferrerPolicy, RequestCache,
    RequestCredentials, RequestInit, RequestRedirect, ResponseType,
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn fetch(request: &web_sys::Request) -> Result<Promise, JsValue>;
}

/// The result of `fetch`: a response, or the value with which it rejected.
pub(super) type Response = Result<web_sys::Response, JsValue>;

/// Sends a finished request. `gloo-net` is not used for this: it would panic if the page has replaced `fetch` by a function that
/// returns no `Response`.
pub(super) async fn send(request: &web_sys::Request) -> Response {
    JsFuture::from(fetch(request)?).await?.dyn_into()
}

/// Sends a request to the service. None if no answer came.
pub(super) async fn exchange(
    request: Request,
    body: Option<Secret>,
    controller: AbortController,
) -> Option<Reply> {
    let request = finished(&request, body, &controller)?;
    let response = http::Response::from(send(&request).await.ok()?);
    let header = |name| response.headers().get(name).map(Text::from);
    let mut reply = Reply {
        status: response.status(),
        is_hidden_redirect: response.type_() == ResponseType::Opaqueredirect,
        headers: Headers {
            content_type: header("content-type"),
            request_id: header("x-request-id"),
            retry_after: header("retry-after"),
            retry_at: date_of(header("retry-after")),
            reset_at: date_of(header("ratelimit-reset")),
            date: date_of(header("date")),
        },
        body: Body::Cut,
    };
    reply.body = match response.body() {
        None => Body::Text(Secret::default()),
        Some(stream) => read(stream).await.unwrap_or(Body::Cut),
    };
    // The rest of a body that was not read to its end would still come in and keep the connection busy.
    if !matches!(reply.body, Body::Text(_)) {
        controller.abort();
    }
    Some(reply)
}

/// A date in a header, in epoch seconds (RFC 9110 §5.6.7). `Date.parse` reads other forms of a date differently in each browser.
/// A date that ends in `GMT`, the only zone of HTTP, is read the same by all.
fn date_of(header: Option<Text>) -> Option<u64> {
    let date = header.filter(|text| text.ends_with(" GMT"))?;
    let seconds = js_sys::Date::parse(&date) / 1000.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    (seconds >= 0.0).then_some(seconds as u64)
}

fn finished(
    request: &Request,
    body: Option<Secret>,
    controller: &AbortController,
) -> Option<web_sys::Request> {
    let method = match request.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    };
    let mut builder = http::RequestBuilder::new(request.url.expose())
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Manual)
        .referrer_policy(ReferrerPolicy::NoReferrer)
        .abort_signal(Some(&controller.signal()));
    // Only GET can be answered from a cache; with `no-store` on another method, browsers send a preflight before each request.
    if request.method == Method::Get {
        builder = builder.cache(RequestCache::NoStore);
    }
    builder = builder.method(method);
    for (name, value) in request.headers() {
        builder = builder.header(name, value);
    }
    let built = match body {
        Some(body) => builder.body(body.expose()),
        None => builder.build(),
    };
    let built: web_sys::Request = built.ok()?.into();
    if !request.outlives_page {
        return Some(built);
    }
    // Any option resets the referrer policy of the request that is copied (Fetch standard, "Request constructor"). So it is
    // set again.
    let init = RequestInit::new();
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    Reflect::set(&init, &"keepalive".into(), &JsValue::TRUE).ok()?;
    web_sys::Request::new_with_request_and_init(&built, &init).ok()
}

/// Reads a body piece by piece, so that an endless answer does not fill the memory.
async fn read(stream: ReadableStream) -> Option<Body> {
    let reader = ReadableStreamDefaultReader::new(&stream).ok()?;
    let mut bytes = Writing::default();
    let mut length = 0_u32;
    loop {
        let piece = JsFuture::from(reader.read()).await.ok()?;
        if member(&piece, "done")?.is_truthy() {
            return Some(bytes.finish().map_or(Body::NotUtf8, Body::Text));
        }
        let piece = member(&piece, "value")?.dyn_into::<Uint8Array>().ok()?;
        length = length.saturating_add(piece.length());
        if length > MAX_BODY_BYTES {
            return Some(Body::TooLarge);
        }
        bytes.write_all(&piece.to_vec()).ok()?;
    }
}
