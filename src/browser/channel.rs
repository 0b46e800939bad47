//! `BroadcastChannel`.

use super::interop::{self, Listener};
use crate::core::secret::Secret;
use js_sys::Array;
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::JsValue;

/// A channel. While the page is kept for the back button it is closed: an open one would keep the page from being kept.
pub struct Channel {
    open: Rc<RefCell<Option<Open>>>,
    _page: [Listener; 2],
}

struct Open {
    channel: JsValue,
    _listener: Listener,
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = interop::call(&self.channel, "close", None);
    }
}

impl Channel {
    /// Opens a channel; none where there are none.
    pub(super) fn open(name: &str, hear: impl Fn(Secret) + 'static) -> Option<Self> {
        let hear = Rc::new(hear);
        let name = name.to_owned();
        let connect = move || {
            let channel = interop::construct("BroadcastChannel", &Array::of1(&name.as_str().into())).ok()?;
            let hear = Rc::clone(&hear);
            let listener = Listener::new(
                channel.clone(),
                "message",
                Box::new(move |event| {
                    if let Some(text) = interop::get(&event, "data").ok().and_then(|data| data.as_string()) {
                        hear(Secret::new(text));
                    }
                }),
            );
            Some(Open { channel, _listener: listener })
        };
        let open = Rc::new(RefCell::new(Some(connect()?)));
        let (closed, reopened) = (Rc::clone(&open), Rc::clone(&open));
        let page = [
            Listener::new(js_sys::global().into(), "pagehide", Box::new(move |_| drop(closed.take()))),
            Listener::new(
                js_sys::global().into(),
                "pageshow",
                Box::new(move |_| {
                    let is_closed = reopened.borrow().is_none();
                    if is_closed {
                        reopened.replace(connect());
                    }
                }),
            ),
        ];
        Some(Self { open, _page: page })
    }

    /// Says something to all others.
    pub(super) fn tell(&self, text: &Secret) {
        // A page may have replaced the method with what closes the channel.
        let channel = self.open.borrow().as_ref().map(|open| open.channel.clone());
        if let Some(channel) = channel {
            let _ = interop::call(&channel, "postMessage", Some(&text.expose().into()));
        }
    }
}
