//! `URL`; see the section url of `web.js`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = urls)]
    fn origin(url: &str) -> Option<String>;
}

/// Whether the platform's own parser takes a web URL.
pub fn usable_url(url: &str) -> bool {
    origin(url).is_some()
}

/// The origin of a whole URL; none if it is no such URL, or has no origin.
pub fn origin_of(url: &str) -> Option<String> {
    origin(url)
}
