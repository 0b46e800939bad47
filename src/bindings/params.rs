//! Parameters from JavaScript; see the section params of `values.js`.

use crate::{
    Error, Misuse,
    core::{query::Pair, request::Parameters, secret::Secret},
};
use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/values.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = params)]
    fn json(given: &JsValue) -> JsValue;
    #[wasm_bindgen(js_namespace = params)]
    fn pairs(json: &JsValue) -> Option<Array>;
}

/// The first argument of a call, read once: a form's entries can be, and a getter is the app's own code. It stays text
/// on the JavaScript side until it is sent.
pub(super) struct JsParams(JsValue);

impl JsParams {
    /// Reads parameters.
    pub(super) fn new(given: &JsValue) -> Self {
        Self(json(given))
    }
}

impl Parameters for JsParams {
    fn to_json(&self) -> Result<Secret, Error> {
        match (self.0.as_string(), self.0.as_f64()) {
            (Some(json), _) => Ok(json.into()),
            (None, Some(0.0)) => Err(Error::InvalidParams(Misuse::ParamsNotAnObject)),
            (None, _) => Err(Error::InvalidParams(Misuse::ParamsNotJson)),
        }
    }

    fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
        if !self.0.is_string() {
            self.to_json()?;
        }
        let Some(flat) = pairs(&self.0) else {
            return Err(Error::InvalidParams(Misuse::ParamsTooDeep));
        };
        let mut flat = flat.iter();
        let mut pairs = Vec::new();
        while let (Some(name), Some(value)) = (flat.next(), flat.next()) {
            pairs.push((name.as_string().unwrap_or_default(), value.as_string().map(Secret::new)));
        }
        Ok(pairs)
    }
}
