//! Web Locks, which need a secure context: the lock for a refresh, and the lock by which a tab announces that it has a token.

use super::{global_member, member, page::WhileShown};
use js_sys::{Array, Function, Object, Promise, Reflect};
use std::{any::Any, cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

// `web-sys` offers these only with a compiler flag, which every front end would have to set.
#[wasm_bindgen]
extern "C" {
    type LockManager;

    #[wasm_bindgen(method, catch)]
    fn request(
        this: &LockManager,
        name: &str,
        options: &Object,
        callback: &Function,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn query(this: &LockManager) -> Result<Promise, JsValue>;
}

fn manager() -> Option<LockManager> {
    let locks = member(&global_member("navigator")?, "locks")?;
    locks.is_object().then(|| locks.unchecked_into())
}

pub(super) fn exist() -> bool {
    manager().is_some()
}

/// A lock that is held or requested. Dropping this releases the lock, or stops waiting for it.
pub(super) struct Hold {
    release: Rc<RefCell<Option<Function>>>,
    waiting: Option<AbortController>,
}

impl Hold {
    /// Requests a lock, and reports whether it was granted.
    fn new(name: &str, mode: &str, settled: impl Fn(bool) + 'static) -> Self {
        let release = Rc::new(RefCell::new(None));
        let waiting = AbortController::new().ok();
        let settled = Rc::new(settled);
        let (slot, granted) = (Rc::clone(&release), Rc::clone(&settled));
        let callback = Closure::once_into_js(move || -> JsValue {
            // The lock is held while this promise is pending.
            let held = Promise::new(&mut |resolve, _| *slot.borrow_mut() = Some(resolve));
            granted(true);
            held.into()
        });
        let options = Object::new();
        let _ = Reflect::set(&options, &"mode".into(), &mode.into());
        if let Some(waiting) = &waiting {
            let _ = Reflect::set(&options, &"signal".into(), &waiting.signal());
        }
        let requested =
            manager().and_then(|locks| locks.request(name, &options, callback.unchecked_ref()).ok());
        spawn_local(async move {
            let is_over = match requested {
                Some(requested) => JsFuture::from(requested).await.is_ok(),
                None => false,
            };
            if !is_over {
                settled(false);
            }
        });
        Self { release, waiting }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        } else if let Some(waiting) = &self.waiting {
            waiting.abort();
        }
    }
}

/// Requests a lock that only one tab can hold at a time.
pub(super) fn request(name: &str, settled: impl Fn(bool) + 'static) -> Hold {
    Hold::new(name, "exclusive", settled)
}

fn announced(name: &str) -> String {
    format!("{name}#token")
}

/// Holds a lock that other tabs can hold as well, while the page is not in the back/forward cache.
pub(super) fn announce(name: &str) -> WhileShown {
    let name = announced(name);
    WhileShown::new(move || -> Option<Box<dyn Any>> { Some(Box::new(Hold::new(&name, "shared", |_| {}))) })
}

/// Whether any tab holds that lock.
pub(super) async fn are_announced(name: &str) -> bool {
    let name = announced(name);
    let Some(Ok(query)) = manager().map(|locks| locks.query()) else { return false };
    let Ok(snapshot) = JsFuture::from(query).await else { return false };
    let held = member(&snapshot, "held").map(|held| Array::from(&held)).unwrap_or_default();
    held.iter().any(|lock| member(&lock, "name").and_then(|name| name.as_string()).as_ref() == Some(&name))
}
