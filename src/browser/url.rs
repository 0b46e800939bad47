//! `URL`.

use super::interop;
use js_sys::Array;
use wasm_bindgen::JsValue;

/// Whether the platform's own parser takes a URL, which knows IDNA and the forms of numbers that are no addresses.
pub fn usable_url(url: &str) -> bool {
    parse(&url.into()).is_some()
}

/// The origin of a whole URL; none if it is no such URL, or has no origin.
pub fn origin_of(url: &JsValue) -> Option<String> {
    interop::get(&parse(url)?, "origin").ok()?.as_string().filter(|origin| origin != "null")
}

fn parse(url: &JsValue) -> Option<JsValue> {
    interop::construct("URL", &Array::of1(url)).ok()
}
