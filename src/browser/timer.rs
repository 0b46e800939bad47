//! `setTimeout` and `performance.now`.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    // web-sys has these on Window and on WorkerGlobalScope; the globals exist in both and on servers.
    // The handle is a number in a browser and an object in Node.
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: u32) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn performance_now() -> Result<f64, JsValue>;
}

/// Milliseconds since some start, never going back where the platform has a clock that does not.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
pub(super) fn mono_ms() -> u64 {
    performance_now().unwrap_or_else(|_| js_sys::Date::now()) as u64
}

/// Clears the timer when it is dropped. After the timer has fired that does nothing.
struct ClearOnDrop(JsValue);

impl Drop for ClearOnDrop {
    fn drop(&mut self) {
        // A page may have replaced it; then the timer fires for nobody.
        let _ = clear_timeout(&self.0);
    }
}

/// Completes when that many milliseconds are over.
pub(super) async fn sleep(ms: u32) {
    let mut handle = JsValue::UNDEFINED;
    let fired = Promise::new(&mut |resolve, _| handle = set_timeout(&resolve, ms).unwrap_or_default());
    let _clear = ClearOnDrop(handle);
    // A promise that nothing rejects.
    let _ = JsFuture::from(fired).await;
}
