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

/// The longest delay that `setTimeout` takes. A longer wait needs several timers.
const MAX_MS: f64 = 2_147_483_647.0;

thread_local! {
    /// How far the monotonic clock is ahead of `Date.now()`.
    static AHEAD_MS: Cell<f64> = const { Cell::new(0.0) };
}

/// Milliseconds since some start. If the monotonic clock fails, `Date.now()` goes on from there: a clock that jumps by decades would
/// end every wait.
fn mono_ms() -> f64 {
    let wall_ms = Date::now();
    if let Ok(ms) = performance_now() {
        AHEAD_MS.set(ms - wall_ms);
    }
    wall_ms + AHEAD_MS.get()
}

/// The time on both clocks.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
pub(super) fn now() -> Moment {
    Moment { mono_ms: mono_ms() as u64, wall: (Date::now() / 1000.0) as u64 }
}

/// One timer. [`Timer::is_due`] tells whether it fired too early.
pub(super) struct Timer {
    callback: Closure<dyn FnMut()>,
    handle: Cell<Option<JsValue>>,
    wanted_ms: Cell<Option<u64>>,
}

impl Timer {
    pub(super) fn new(fired: impl Fn() + 'static) -> Self {
        Self { callback: Closure::new(fired), handle: Cell::new(None), wanted_ms: Cell::new(None) }
    }

    /// Sets the timer for a time of the monotonic clock, in place of any earlier time. None clears it.
    #[expect(clippy::cast_precision_loss, reason = "pages are not open for that long")]
    pub(super) fn set(&self, at_ms: Option<u64>) {
        self.wanted_ms.set(at_ms);
        if let Some(handle) = self.handle.take() {
            let _ = clear_timeout(&handle);
        }
        let Some(at_ms) = at_ms else { return };
        let ms = (at_ms as f64 - mono_ms()).ceil().clamp(0.0, MAX_MS);
        let start = || set_timeout(self.callback.as_ref().unchecked_ref(), ms).ok();
        // A page may break `setTimeout` for a moment. Then the second try works.
        self.handle.set(start().or_else(start));
    }

    /// Call this when the timer has fired. Returns whether its time has come. If not, the timer is set again: the wait may need
    /// several timers, and some browsers fire a fraction of a millisecond too early.
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
