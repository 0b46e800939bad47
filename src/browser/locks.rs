//! Web Locks.

use super::interop;
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsValue, prelude::Closure};
use wasm_bindgen_futures::JsFuture;

/// `navigator.locks`, where there is one: it needs a secure context.
pub(super) fn manager() -> Option<JsValue> {
    interop::get(&interop::global("navigator"), "locks").ok().filter(JsValue::is_object)
}

/// A lock that is held until it is dropped.
pub struct Lock(Function);

impl Drop for Lock {
    fn drop(&mut self) {
        // Resolves the promise that the lock's holder was given.
        let _ = self.0.call0(&JsValue::UNDEFINED);
    }
}

/// Stops the waiting when it is dropped before the lock was granted; afterwards that does nothing.
struct Waiting(JsValue);

impl Drop for Waiting {
    fn drop(&mut self) {
        let _ = interop::call(&self.0, "abort", None);
    }
}

/// Waits for a lock; none if it cannot be had.
pub(super) async fn lock(name: &str) -> Option<Lock> {
    let manager = manager()?;
    let waiting = Waiting(interop::construct("AbortController", &Array::new()).ok()?);
    let options = Object::new();
    Reflect::set(&options, &"signal".into(), &interop::get(&waiting.0, "signal").ok()?).ok()?;

    let mut resolve = None;
    let settled = Promise::new(&mut |settle, _| resolve = Some(settle));
    let settle = resolve?;
    let held = Rc::new(RefCell::new(None));
    // Granted, this is called and gives a promise: as long as that is pending, the lock is held.
    let callback = {
        let (held, settle) = (Rc::clone(&held), settle.clone());
        Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |_| {
            let promise = Promise::new(&mut |release, _| {
                held.replace(Some(Lock(release)));
            });
            let _ = settle.call0(&JsValue::UNDEFINED);
            promise.into()
        })
    };
    let arguments = Array::of3(&name.into(), &options, callback.as_ref());
    let request = interop::apply(&manager, "request", &arguments).ok()?;
    // Whatever the reason why there will be no lock.
    let _ = interop::call(&request, "catch", Some(&settle));
    let _ = JsFuture::from(settled).await;
    held.take()
}
