//! Web Locks; see the section locks of `web.js`.

use super::task::Task;
use js_sys::Promise;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = locks)]
    pub(super) fn exist() -> bool;
    #[wasm_bindgen(js_namespace = locks)]
    fn request(name: &str) -> Promise;
}

/// A lock that is held until it is dropped.
pub struct Lock {
    _held: Task,
}

/// Waits for a lock; none if it cannot be had.
pub(super) async fn lock(name: &str) -> Option<Lock> {
    let mut task = Task::new(request(name));
    ((&mut task).await == true).then_some(Lock { _held: task })
}
