//! The page's life; see the section page of `web.js`.

use super::task::{Heard, Watch};
use crate::client::ports::Event;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = page, js_name = isServer)]
    pub(super) fn is_server() -> bool;
    #[wasm_bindgen(js_namespace = page, js_name = isVisible)]
    pub(super) fn is_visible() -> bool;
    #[wasm_bindgen(js_namespace = page, js_name = isOnline)]
    pub(super) fn is_online() -> bool;
    #[wasm_bindgen(js_namespace = page, js_name = watch)]
    fn listen(area: Option<&str>, tell: &Heard) -> JsValue;
}

/// Watches the page, and a storage area for what other pages write there.
pub(super) fn watch(area: Option<&str>, tell: impl Fn(Event) + 'static) -> Option<Watch> {
    let tell = Box::new(move |what: JsValue| {
        tell(match what.as_f64() {
            Some(0.0) => Event::Visible(false),
            Some(1.0) => Event::Visible(true),
            Some(2.0) => Event::Online(false),
            Some(_) => Event::Online(true),
            None => Event::Stored(what.as_string()),
        });
    });
    Watch::start(tell, |tell| listen(area, tell))
}
