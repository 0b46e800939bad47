//! `URL`.

use super::interop;
use js_sys::Array;
use wasm_bindgen::JsValue;

/// Whether the platform's own parser takes a URL, which knows IDNA and the forms of numbers that are no addresses.
pub fn usable_url(url: &str) -> bool {
    parse(&url.into()).is_some()
}

/// The origin of a URL that may be relative to the page; none if it is no URL, or has no origin.
pub fn origin_of(url: &JsValue) -> Option<String> {
    interop::get(&parse(url)?, "origin").ok()?.as_string().filter(|origin| origin != "null")
}

fn parse(url: &JsValue) -> Option<JsValue> {
    let base = interop::get(&interop::global("location"), "href").unwrap_or_default();
    // An opaque page has no base that anything could be relative to.
    let arguments = if base.is_string() { Array::of2(url, &base) } else { Array::of1(url) };
    interop::construct("URL", &arguments).ok()
}
