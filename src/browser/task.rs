//! What a script does in its own time. All Web APIs that answer later do so through this one type,
//! but for timers, of which every call needs one.

use super::executor::{Told, Wait, spawn};
use js_sys::Promise;
use std::{
    pin::Pin,
    task::{Context, Poll},
};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = tasks)]
    fn listen(task: &JsValue, told: &Told, key: u32);
    #[wasm_bindgen(js_namespace = tasks)]
    fn stop(task: &JsValue);
    #[wasm_bindgen(js_namespace = tasks)]
    fn defer() -> JsValue;
    #[wasm_bindgen(js_namespace = tasks)]
    fn promise(deferred: &JsValue) -> Promise;
    #[wasm_bindgen(js_namespace = tasks)]
    fn keep(deferred: &JsValue, value: &JsValue);
    #[wasm_bindgen(js_namespace = tasks)]
    fn fail(deferred: &JsValue, reason: &JsValue);
}

/// Completes with what it came to, undefined if it fails. Dropping it stops it, and afterwards what it holds.
pub(super) struct Task {
    promise: JsValue,
    done: Wait,
}

impl Task {
    /// A promise that a script of this folder made.
    pub(super) fn new(promise: Promise) -> Self {
        let promise = promise.into();
        let (done, ()) = Wait::begin(|told, key| listen(&promise, told, key));
        Self { promise, done }
    }
}

impl Future for Task {
    type Output = JsValue;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<JsValue> {
        self.done.poll(context)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        stop(&self.promise);
    }
}

/// A promise of some work, which begins soon.
pub fn promised(work: Pin<Box<dyn Future<Output = Result<JsValue, JsValue>>>>) -> Promise {
    let deferred = defer();
    let promised = promise(&deferred);
    spawn(Box::pin(async move {
        match work.await {
            Ok(value) => keep(&deferred, &value),
            Err(reason) => fail(&deferred, &reason),
        }
    }));
    promised
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
