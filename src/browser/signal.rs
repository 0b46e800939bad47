//! `AbortSignal`.

use js_sys::{Function, Promise};
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

/// Removes the listener when it is dropped: a signal may live as long as the page.
struct RemoveOnDrop(AbortSignal, Function);

impl Drop for RemoveOnDrop {
    fn drop(&mut self) {
        let _ = self.0.remove_event_listener_with_callback("abort", &self.1);
    }
}

/// Completes when the signal is or becomes aborted, never without one. The signal's reason is not looked at: it may
/// be anything.
pub async fn aborted(signal: Option<AbortSignal>) {
    let Some(signal) = signal else {
        return std::future::pending().await;
    };
    if signal.aborted() {
        return;
    }
    let mut listener = None;
    let aborted = Promise::new(&mut |resolve, _| {
        let _ = signal.add_event_listener_with_callback("abort", &resolve);
        listener = Some(resolve);
    });
    let _remove = listener.map(|listener| RemoveOnDrop(signal, listener));
    // A promise that nothing rejects.
    let _ = JsFuture::from(aborted).await;
}
