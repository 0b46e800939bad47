//! `BroadcastChannel`; see the section channel of `web.js`.

use super::task::{Heard, Watch};
use crate::core::secret::Secret;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = channels, js_name = open)]
    fn connect(name: &str, hear: &Heard) -> JsValue;
    #[wasm_bindgen(js_namespace = channels, js_name = tell)]
    fn post(channel: &JsValue, text: &str);
}

/// A channel.
pub struct Channel(Watch);

impl Channel {
    /// Opens a channel; none where there are none.
    pub(super) fn open(name: &str, hear: impl Fn(Secret) + 'static) -> Option<Self> {
        let hear = Box::new(move |text: JsValue| hear(text.as_string().unwrap_or_default().into()));
        Watch::start(hear, |hear| connect(name, hear)).map(Self)
    }

    /// Says something to all others.
    pub(super) fn tell(&self, text: &Secret) {
        post(self.0.handle(), text.expose());
    }
}
