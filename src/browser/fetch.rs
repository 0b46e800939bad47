//! `fetch`, with gloo-net's headers; see the section fetch of `web.js`.

use super::{record::JsRecord, task::Task};
use crate::{
    Error,
    core::{
        request::Request,
        response::{Body, Headers, MAX_BODY_BYTES, Reply},
        secret::Secret,
    },
};
use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    // Not gloo-net's own sending: it traps when a `fetch` that a page has replaced rejects with what is no `Error`,
    // and its request builder parses every URL twice.
    #[wasm_bindgen(js_namespace = http, js_name = send)]
    fn exchange(
        custom: Option<&Function>,
        method: &str,
        url: &str,
        headers: &JsValue,
        body: Option<&str>,
        keepalive: bool,
        most: u32,
    ) -> Promise;
}

/// Sends a request and reads the answer, with the given function in the place of the global `fetch`.
pub(super) async fn send(request: Request, custom: Option<Function>) -> Result<Reply<JsRecord>, Error> {
    let exchange = start(&request, custom.as_ref());
    // Wipes what was secret in it: the browser has its own copy now.
    drop(request);
    let answer = exchange.await;
    if answer.is_null() {
        return Err(Error::Network);
    }
    let Some(answer) = answer.dyn_ref::<Array>() else {
        return Err(Error::InvalidOption("fetch must give a Response"));
    };
    let header = |index| answer.get(index).as_string();
    Ok(Reply {
        status: number(answer, 0),
        is_hidden_redirect: answer.get(1) == true,
        headers: Headers {
            content_type: header(2),
            request_id: header(3),
            retry_after: header(4),
            ratelimit_reset: header(5),
        },
        body: match number(answer, 6) {
            0 => Body::Empty,
            1 => Body::Object(JsRecord::of(answer.get(7))),
            2 => Body::OtherJson,
            3 => Body::NotJson,
            4 => Body::NotUtf8,
            5 => Body::TooLarge,
            _ => Body::Cut,
        },
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is out of range saturates")]
fn number(answer: &Array, index: u32) -> u16 {
    answer.get(index).as_f64().unwrap_or_default() as u16
}

fn start(request: &Request, custom: Option<&Function>) -> Task {
    let headers = gloo_net::http::Headers::new();
    for (name, value) in &request.headers {
        headers.set(name, value);
    }
    Task::new(exchange(
        custom,
        request.method.as_str(),
        request.url.expose(),
        &headers.into_raw(),
        request.body.as_ref().map(Secret::expose),
        request.outlives_page,
        MAX_BODY_BYTES,
    ))
}
