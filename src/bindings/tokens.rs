//! `verifyToken` and its untrusted twin: parse arguments, ask the session's verifier, map what it gives.

use super::{options, outcome};
use crate::{
    Error,
    browser::{JsRecord, Web, promised},
    client::{ports::Transport as _, session::Session},
    core::{jwt::Jwt, response::Failure, secret::Secret, verify},
};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/values.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn identity(token: &JsValue, claims: &Object, trusted: bool) -> Result<JsValue, JsValue>;
}

/// What a token says, of which nothing is proven.
pub(super) fn decode(token: &JsValue) -> JsValue {
    let payload = token.as_string().map(Secret::new).and_then(|jwt| {
        let jwt = Jwt::parse(jwt.expose())?;
        Some(verify::parts(&jwt, |json| Web::default().parse(json)).ok()?.1)
    });
    mapped(token, payload.ok_or_else(|| Failure::new(Error::MalformedToken)), false)
}

/// What a token says that may be trusted.
pub(super) fn verify(session: &Session<Web>, token: &JsValue, options: &JsValue) -> Promise {
    let verified = options::rules(options).map(|rules| {
        // What is no text is no token either.
        session.verify_token(token.as_string().unwrap_or_default().into(), rules)
    });
    let token = token.clone();
    promised(Box::pin(async move {
        let payload = match verified {
            Ok(verified) => verified.await,
            Err(error) => Err(Failure::new(error)),
        };
        Ok(mapped(&token, payload, true))
    }))
}

fn mapped(token: &JsValue, payload: Result<JsRecord, Failure>, trusted: bool) -> JsValue {
    match payload {
        Ok(payload) => identity(token, &payload.into_object(), trusted).unwrap_or_default(),
        Err(failure) => outcome::failure(&failure),
    }
}
