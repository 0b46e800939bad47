//! The page's life: visibility, the network, the back button's cache, changes of a storage area.

use super::interop::{self, Listener};
use crate::client::ports::Event;
use std::rc::Rc;
use wasm_bindgen::JsValue;

/// What watches; it ends when this is dropped.
pub struct Watch {
    _listeners: Vec<Listener>,
}

/// Neither a page nor a worker, which has an address. Some servers define the classes of workers.
pub(super) fn is_server() -> bool {
    let is_missing = |name| interop::global(name).is_undefined();
    is_missing("document") && (is_missing("WorkerGlobalScope") || is_missing("location"))
}

/// A worker has no document, and works whether anyone looks or not.
pub(super) fn is_visible() -> bool {
    let document = interop::global("document");
    interop::get(&document, "visibilityState").is_ok_and(|state| state != "hidden")
}

/// Taken for online where the browser does not say.
pub(super) fn is_online() -> bool {
    interop::get(&interop::global("navigator"), "onLine").is_ok_and(|online| online != false)
}

/// Watches the page, and a storage area for what other pages write there.
pub(super) fn watch(area: Option<JsValue>, tell: impl Fn(Event) + 'static) -> Watch {
    let tell = Rc::new(tell);
    let global = || JsValue::from(js_sys::global());
    let on = |target: JsValue, event: &'static str, what: fn() -> Event| {
        let tell = Rc::clone(&tell);
        Listener::new(target, event, Box::new(move |_| tell(what())))
    };
    let looked_at = || Event::Visible(is_visible());
    let mut listeners = vec![
        on(interop::global("document"), "visibilitychange", looked_at),
        // Chromium's freezing of tabs; the end of it.
        on(interop::global("document"), "resume", looked_at),
        on(global(), "pageshow", looked_at),
        on(global(), "online", || Event::Online(true)),
        on(global(), "offline", || Event::Online(false)),
    ];
    if let Some(area) = area {
        let tell = Rc::clone(&tell);
        listeners.push(Listener::new(
            global(),
            "storage",
            Box::new(move |event| {
                if interop::get(&event, "storageArea").is_ok_and(|changed| changed == area) {
                    tell(Event::Stored(interop::get(&event, "key").ok().and_then(|key| key.as_string())));
                }
            }),
        ));
    }
    Watch { _listeners: listeners }
}
