//! `URL`.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    type URL;
    #[wasm_bindgen(constructor, catch)]
    fn new(url: &str) -> Result<URL, JsValue>;
}

/// Whether the platform's own parser takes a URL, which knows IDNA and the forms of numbers that are no addresses.
pub fn usable_url(url: &str) -> bool {
    URL::new(url).is_ok()
}
