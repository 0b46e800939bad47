//! `AbortSignal`; see the section signal of `web.js`.

use super::task::Task;
use js_sys::Promise;
use std::future::pending;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = signals, js_name = is)]
    fn is_signal(value: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = signals, js_name = aborted)]
    fn listen(signal: &JsValue) -> Option<Promise>;
}

/// A signal.
#[derive(Clone, Debug)]
pub struct Signal(JsValue);

impl Signal {
    /// The value as a signal, if it can be one.
    pub fn of(value: JsValue) -> Option<Self> {
        is_signal(&value).then_some(Self(value))
    }
}

/// As Rust front ends have it.
impl From<web_sys::AbortSignal> for Signal {
    fn from(signal: web_sys::AbortSignal) -> Self {
        Self(signal.into())
    }
}

/// Completes when the signal is or becomes aborted, never without one.
pub async fn aborted(signal: Option<Signal>) {
    let Some(Signal(signal)) = signal else { return pending().await };
    if let Some(promise) = listen(&signal) {
        Task::new(promise).await;
    }
}
