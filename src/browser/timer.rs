//! `setTimeout` and clocks; see the section timer of `web.js`.

use super::executor::{Told, Wait};
use std::future::poll_fn;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = timer)]
    fn start(told: &Told, ms: u32, key: u32) -> JsValue;
    #[wasm_bindgen(js_namespace = timer)]
    fn stop(handle: &JsValue);
    #[wasm_bindgen(js_namespace = timer)]
    fn mono() -> f64;
    #[wasm_bindgen(js_namespace = timer)]
    fn now() -> f64;
}

/// Milliseconds since some start.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
pub(super) fn mono_ms() -> u64 {
    mono() as u64
}

/// Epoch seconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time since 1970 in seconds fits"
)]
pub(super) fn wall() -> u64 {
    (now() / 1000.0) as u64
}

/// A timer that is set.
struct Set(JsValue);

impl Drop for Set {
    fn drop(&mut self) {
        stop(&self.0);
    }
}

/// Completes when that many milliseconds are over.
pub(super) async fn sleep(ms: u32) {
    let (wait, handle) = Wait::begin(|told, key| start(told, ms, key));
    let _set = Set(handle);
    poll_fn(|context| wait.poll(context)).await;
}
