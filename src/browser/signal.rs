//! `AbortSignal`.

use super::interop;
use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// A signal, known by what it can do: it may come from another realm, or be wrapped.
#[derive(Clone, Debug)]
pub struct Signal(JsValue);

impl Signal {
    /// The value as a signal, if it can be one.
    pub fn of(value: JsValue) -> Option<Self> {
        let says = interop::get(&value, "aborted").ok()?;
        let listens = interop::get(&value, "addEventListener").ok()?;
        (says.as_bool().is_some() && listens.is_function()).then_some(Self(value))
    }

    fn is_aborted(&self) -> bool {
        interop::get(&self.0, "aborted").is_ok_and(|aborted| aborted == true)
    }

    fn listen(&self, method: &str, listener: &Function) -> Result<(), JsValue> {
        let method: Function = interop::get(&self.0, method)?.dyn_into()?;
        method.apply(&self.0, &Array::of2(&"abort".into(), listener))?;
        Ok(())
    }
}

/// Removes the listener when it is dropped: a signal may live as long as the page.
struct RemoveOnDrop(Signal, Function);

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        // A signal that cannot forget a listener keeps one that does nothing any more.
        let _ = self.0.listen("removeEventListener", &self.1);
    }
}

/// Completes when the signal is or becomes aborted, never without one. The signal's reason is not looked at: it may
/// be anything.
pub async fn aborted(signal: Option<Signal>) {
    let Some(signal) = signal else { return std::future::pending().await };
    if signal.is_aborted() {
        return;
    }
    let mut listener = None;
    let aborted = Promise::new(&mut |resolve, _| {
        // One that cannot be listened to never aborts; the call is bounded all the same.
        let _ = signal.listen("addEventListener", &resolve);
        listener = Some(resolve);
    });
    let _remove = listener.map(|listener| RemoveOnDrop(signal, listener));
    // A promise that nothing rejects.
    let _ = JsFuture::from(aborted).await;
}
