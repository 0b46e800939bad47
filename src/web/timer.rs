//! `setTimeout` and clocks.

use crate::protocol::time::Moment;
use js_sys::{Date, Function};
use std::cell::Cell;
use wasm_bindgen::{JsValue, prelude::*};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = setTimeout)]
    fn set_timeout(callback: &Function, ms: f64) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = clearTimeout)]
    fn clear_timeout(handle: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = performance, js_name = now)]
    fn performance_now() -> Result<f64, JsValue>;
}

/// The longest time that a timer takes; what is to come later is waited for in several.
const MAX_MS: f64 = 2_147_483_647.0;

fn mono_ms() -> f64 {
    // Some platforms have no clock that never goes back.
    performance_now().unwrap_or_else(|_| Date::now())
}

/// The time by both clocks.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
pub(super) fn now() -> Moment {
    Moment { mono_ms: mono_ms() as u64, wall: (Date::now() / 1000.0) as u64 }
}

/// One timer, which calls back no sooner than it is set for.
pub(super) struct Timer {
    callback: Closure<dyn FnMut()>,
    handle: Cell<Option<JsValue>>,
    wanted_ms: Cell<Option<u64>>,
}

impl Timer {
    pub(super) fn new(fired: impl Fn() + 'static) -> Self {
        Self { callback: Closure::new(fired), handle: Cell::new(None), wanted_ms: Cell::new(None) }
    }

    /// Sets it for a time of the monotonic clock instead of any other; for none, it is not set.
    #[expect(clippy::cast_precision_loss, reason = "pages are not open for that long")]
    pub(super) fn set(&self, at_ms: Option<u64>) {
        self.wanted_ms.set(at_ms);
        if let Some(handle) = self.handle.take() {
            let _ = clear_timeout(&handle);
        }
        let Some(at_ms) = at_ms else { return };
        let ms = (at_ms as f64 - mono_ms()).ceil().clamp(0.0, MAX_MS);
        let handle = set_timeout(self.callback.as_ref().unchecked_ref(), ms).ok();
        self.handle.set(handle);
    }

    /// It fired: whether it is time. Otherwise it is set once more; some browsers' timers are early by a fraction.
    pub(super) fn is_due(&self) -> bool {
        self.handle.set(None);
        let Some(at_ms) = self.wanted_ms.get() else { return false };
        let is_due = now().mono_ms >= at_ms;
        if !is_due {
            self.set(Some(at_ms));
        }
        is_due
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.set(None);
    }
}
