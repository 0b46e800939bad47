//! What a script does in its own time. All Web APIs that answer later do so through this one type.

use std::{
    pin::Pin,
    task::{Context, Poll},
};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = tasks)]
    fn stop(task: &JsValue);
}

/// Completes with what it came to, undefined if it fails. Dropping it stops it, and afterwards what it holds.
pub(super) struct Task {
    promise: JsValue,
    done: JsFuture,
}

impl Task {
    /// A promise that a script of this folder made.
    pub(super) fn new(promise: js_sys::Promise) -> Self {
        Self { promise: promise.clone().into(), done: promise.into() }
    }
}

impl Future for Task {
    type Output = JsValue;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<JsValue> {
        Pin::new(&mut self.done).poll(context).map(Result::unwrap_or_default)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        stop(&self.promise);
    }
}

/// Something that calls back until it is dropped.
pub struct Watch {
    handle: JsValue,
    _heard: Heard,
}

/// What is called.
pub(super) type Heard = Closure<dyn Fn(JsValue)>;

impl Watch {
    /// Starts something; none where a script has nothing to stop.
    pub(super) fn start(hear: Box<dyn Fn(JsValue)>, start: impl FnOnce(&Heard) -> JsValue) -> Option<Self> {
        let heard = Closure::wrap(hear);
        let handle = start(&heard);
        (!handle.is_undefined()).then_some(Self { handle, _heard: heard })
    }

    /// The script's side of it.
    pub(super) fn handle(&self) -> &JsValue {
        &self.handle
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        stop(&self.handle);
    }
}
