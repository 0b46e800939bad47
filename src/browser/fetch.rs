//! `fetch`, with gloo-net's headers; see the section fetch of `web.js`.

use super::{record::JsRecord, task::Task};
use crate::{
    Error, Misuse,
    core::{
        request::Request,
        response::{Body, Headers, LazyHeaders, MAX_BODY_BYTES, Reply},
        secret::Secret,
    },
};
use js_sys::{Function, Promise};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = http)]
    fn list(headers: &JsValue) -> JsValue;
    // Not gloo-net's own sending: it traps when a `fetch` that a page has replaced rejects with what is no `Error`,
    // and its request builder parses every URL twice.
    #[wasm_bindgen(js_namespace = http, js_name = send)]
    fn exchange(
        custom: Option<&Function>,
        method: u8,
        url: &str,
        headers: &JsValue,
        body: Option<&str>,
        keepalive: bool,
        most: u32,
    ) -> Promise;
    #[wasm_bindgen(js_namespace = http)]
    fn status(answer: &JsValue) -> Option<u16>;
    #[wasm_bindgen(js_namespace = http, js_name = isHidden)]
    fn is_hidden(answer: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = http)]
    fn kind(answer: &JsValue) -> u8;
    #[wasm_bindgen(js_namespace = http)]
    fn object(answer: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = http)]
    fn header(answer: &JsValue, name: u8) -> Option<String>;
}

/// Sends a request and reads the answer, with the given function in the place of the global `fetch`.
pub(super) async fn send(request: Request, custom: Option<Function>) -> Result<Reply<JsRecord>, Error> {
    let exchange = start(&request, custom.as_ref());
    // Wipes what was secret in it: the browser has its own copy now.
    drop(request);
    let answer = exchange.await;
    if answer.is_undefined() {
        return Err(Error::Network);
    }
    let Some(status) = status(&answer) else {
        return Err(Error::InvalidOption(Misuse::FetchAnswer));
    };
    Ok(Reply {
        status,
        is_hidden_redirect: status == 0 && is_hidden(&answer),
        body: match kind(&answer) {
            0 => Body::Empty,
            1 => Body::Object(JsRecord::of(object(&answer))),
            2 => Body::OtherJson,
            3 => Body::NotJson,
            4 => Body::NotUtf8,
            5 => Body::TooLarge,
            _ => Body::Cut,
        },
        headers: LazyHeaders::new(Box::new(move || Headers {
            content_type: header(&answer, 0),
            request_id: header(&answer, 1),
            retry_after: header(&answer, 2),
            ratelimit_reset: header(&answer, 3),
        })),
    })
}

fn start(request: &Request, custom: Option<&Function>) -> Task {
    let headers = listed(&request.headers);
    Task::new(exchange(
        custom,
        request.method as u8,
        request.url.expose(),
        &headers,
        request.body.as_ref().map(Secret::expose),
        request.outlives_page,
        MAX_BODY_BYTES,
    ))
}

/// Headers as texts, and as the scripts have them.
type Listed = (Vec<(&'static str, String)>, JsValue);

thread_local! {
    /// Those that were sent last, which mostly are those that are sent next: to tell them again takes as long as the rest.
    static LAST: RefCell<Listed> = const { RefCell::new((Vec::new(), JsValue::UNDEFINED)) };
}

fn listed(wanted: &[(&'static str, String)]) -> JsValue {
    LAST.with_borrow_mut(|(texts, headers)| {
        if headers.is_undefined() || texts != wanted {
            let fresh = gloo_net::http::Headers::new();
            for (name, value) in wanted {
                fresh.set(name, value);
            }
            (*texts, *headers) = (wanted.to_vec(), list(&fresh.into_raw()));
        }
        headers.clone()
    })
}
