//! The stream of an answer, and `TextDecoder`.

use super::{interop, record::JsRecord};
use crate::core::response::{Body, MAX_BODY_BYTES};
use js_sys::{JsString, Object, Reflect};
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    // web-sys hands out a Rust `String`: the whole answer, tokens and all, would go through the module's memory.
    type TextDecoder;
    #[wasm_bindgen(constructor, catch)]
    fn new(label: &str, options: &Object) -> Result<TextDecoder, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn decode(this: &TextDecoder, bytes: &JsValue, options: &Object) -> Result<JsString, JsValue>;
}

/// Reads a body to its end, or to where it stops being an answer; whoever made the request ends it then.
pub(super) async fn read(answer: &JsValue) -> Body<JsRecord> {
    // A body that someone has read already is as good as cut.
    read_pieces(answer).await.unwrap_or(Body::Cut)
}

async fn read_pieces(answer: &JsValue) -> Result<Body<JsRecord>, JsValue> {
    let stream = interop::get(answer, "body")?;
    if stream.is_null() {
        return Ok(Body::Empty);
    }
    let mut text = Text::new()?;
    if stream.is_undefined() {
        // Polyfills of `fetch` have no stream.
        let bytes = interop::settled(interop::call(answer, "arrayBuffer", None)?).await?;
        return Ok(text.add(&bytes)?.unwrap_or_else(|| text.end()));
    }
    let reader = interop::call(&stream, "getReader", None)?;
    // Piece by piece, so that an endless answer does not fill the memory before its size is known.
    loop {
        let piece = interop::settled(interop::call(&reader, "read", None)?).await?;
        if interop::get(&piece, "done")? == true {
            return Ok(text.end());
        }
        if let Some(broken) = text.add(&interop::get(&piece, "value")?)? {
            return Ok(broken);
        }
    }
}

/// Text that grows by pieces. It stays a JavaScript string: a token in it never enters the module's memory.
struct Text {
    decoder: TextDecoder,
    more_to_come: Object,
    so_far: JsString,
    bytes: f64,
}

impl Text {
    fn new() -> Result<Self, JsValue> {
        let decoder = TextDecoder::new("utf-8", &switched_on("fatal")?)?;
        Ok(Self { decoder, more_to_come: switched_on("stream")?, so_far: JsString::from(""), bytes: 0.0 })
    }

    /// Adds a buffer or a view of one; says what the body is if it is no text that an answer can have.
    fn add(&mut self, bytes: &JsValue) -> Result<Option<Body<JsRecord>>, JsValue> {
        self.bytes += interop::get(bytes, "byteLength")?.as_f64().ok_or(JsValue::UNDEFINED)?;
        if self.bytes > f64::from(MAX_BODY_BYTES) {
            return Ok(Some(Body::TooLarge));
        }
        Ok(match self.decoder.decode(bytes, &self.more_to_come) {
            Ok(piece) => {
                self.so_far = self.so_far.concat(&piece);
                None
            }
            Err(_) => Some(Body::NotUtf8),
        })
    }

    /// What the whole of it is. The decoder fails where the last character is incomplete.
    fn end(&self) -> Body<JsRecord> {
        match self.decoder.decode(&JsValue::UNDEFINED, &Object::new()) {
            Ok(_) => JsRecord::parse(&self.so_far),
            Err(_) => Body::NotUtf8,
        }
    }
}

/// An options object with one member, which is true.
fn switched_on(option: &str) -> Result<Object, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &option.into(), &JsValue::TRUE)?;
    Ok(options)
}
