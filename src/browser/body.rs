//! The stream of an answer, and `TextDecoder`.

use super::record::JsRecord;
use crate::core::response::{Body, MAX_BODY_BYTES};
use js_sys::{JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Response};

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
pub(super) async fn read(response: &Response) -> Body<JsRecord> {
    match response.body() {
        Some(stream) => read_pieces(stream.get_reader().unchecked_into()).await.unwrap_or(Body::Cut),
        None => Body::Empty,
    }
}

async fn read_pieces(reader: ReadableStreamDefaultReader) -> Result<Body<JsRecord>, JsValue> {
    let decoder = TextDecoder::new("utf-8", &switched_on("fatal")?)?;
    let more_to_come = switched_on("stream")?;
    let mut text = JsString::from("");
    let mut size = 0;
    // Piece by piece, so that an endless answer does not fill the memory before its size is known.
    loop {
        let piece = JsFuture::from(reader.read()).await?;
        let piece = Reflect::get(&piece, &"value".into())?;
        let part = match piece.dyn_ref::<Uint8Array>() {
            Some(bytes) => {
                size += bytes.length() as usize;
                decoder.decode(&piece, &more_to_come)
            }
            // The end: fails where the last character is incomplete.
            None => decoder.decode(&Uint8Array::new_with_length(0), &Object::new()),
        };
        let Ok(part) = part else { return Ok(Body::NotUtf8) };
        if size > MAX_BODY_BYTES {
            return Ok(Body::TooLarge);
        }
        text = text.concat(&part);
        if piece.is_undefined() {
            return Ok(JsRecord::parse(&text));
        }
    }
}

/// An options object with one member, which is true.
fn switched_on(option: &str) -> Result<Object, JsValue> {
    let options = Object::new();
    Reflect::set(&options, &option.into(), &JsValue::TRUE)?;
    Ok(options)
}
