//! Options from JavaScript: of the constructor, of properties, of a call; see the section options of `values.js`.

use crate::{
    Error, Misuse,
    browser::{Signal, Storage, Web, usable_url},
    client::{
        CallOptions,
        session::{TokenOrigins, Verify},
    },
    core::{
        config::{Agent, Config, Locale, Timeout, refuse_server_api},
        text,
        url::BaseUrl,
        verify::{LEEWAY_SECONDS, Rules},
    },
};
use js_sys::Array;
use wasm_bindgen::{JsCast, prelude::*};

#[wasm_bindgen(module = "/src/bindings/values.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = options, js_name = is)]
    fn are_options(given: &JsValue) -> bool;
    #[wasm_bindgen(js_namespace = options, js_name = read)]
    fn value(given: &JsValue, name: &str, kind: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = options, js_name = text)]
    fn text_of(value: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_namespace = options)]
    fn texts(given: &JsValue) -> Array;
}

/// Options of the constructor.
pub(super) fn config(options: &JsValue) -> Result<(Config, Web, TokenOrigins, Verify), Error> {
    let mut config = Config::default();
    let mut web = Web::default();
    if is_blank(options) {
        return Ok((config, web, TokenOrigins::default(), Verify::default()));
    }
    if !are_options(options) {
        return Err(Error::InvalidOption(Misuse::OptionsNotAnObject));
    }
    for text in texts(options) {
        refuse_server_api(&text.as_string().unwrap_or_default())?;
    }
    config.url = read(options, "url", "any")?.map_or(Ok(None), |value| url(&value))?;
    config.locale = locale_in(options)?;
    if let Some(timeout) = timeout(options)? {
        config.timeout = timeout;
    }
    config.agent = match read(options, "agent", "any")? {
        None => Agent::default(),
        Some(value) if value == false => Agent::Omitted,
        Some(value) => Agent::custom(&value.as_string().unwrap_or_default())?,
    };
    web.fetch = known(read(options, "fetch", "any")?, |value| value.dyn_ref().cloned(), Misuse::Fetch)?;
    let dangerous = read(options, "dangerouslyAllowInsecureUrl", "any")?;
    let dangerous = known(dangerous, JsValue::as_bool, Misuse::InsecureUrlFlag)?;
    config.dangerously_allow_insecure_url = dangerous.unwrap_or_default();
    web.storage = known(read(options, "storage", "store")?, storage, Misuse::Storage)?.unwrap_or_default();
    let origins = known(read(options, "tokenOrigins", "origins")?, token_origins, Misuse::TokenOrigins)?;
    let verify = known(read(options, "verify", "any")?, verify, Misuse::Verify)?;
    Ok((config, web, origins.unwrap_or_default(), verify.unwrap_or_default()))
}

fn verify(value: &JsValue) -> Option<Verify> {
    match value.as_string().as_deref() {
        Some("off") => Some(Verify::Off),
        Some("lazy") => Some(Verify::Lazy),
        Some("strict") => Some(Verify::Strict),
        _ => None,
    }
}

fn storage(value: &JsValue) -> Option<Storage> {
    match value.as_string().as_deref() {
        Some("memory") => Some(Storage::Memory),
        Some("session") => Some(Storage::Session),
        Some("local") => Some(Storage::Local),
        None if value.is_object() || value.is_function() => Some(Storage::Custom(value.clone())),
        _ => None,
    }
}

fn token_origins(value: &JsValue) -> Option<TokenOrigins> {
    let mut origins = Vec::new();
    let text = value.as_string()?;
    // Each with a space behind it; nothing where there are none.
    let Some(list) = text.strip_suffix(" ") else { return Some(TokenOrigins(origins)) };
    for origin in text::split(list, b' ') {
        if !BaseUrl::parse(origin).is_ok_and(|url| url.is_private()) {
            return None;
        }
        origins.push(origin.to_owned());
    }
    Some(TokenOrigins(origins))
}

/// The option `minValiditySeconds`.
pub(super) fn min_validity(options: &JsValue) -> Result<Option<u32>, Error> {
    seconds(options, "minValiditySeconds", Misuse::MinValidity)
}

/// The options of `verifyToken`.
pub(super) fn rules(options: &JsValue) -> Result<Rules, Error> {
    if is_blank(options) {
        return Ok(Rules::default());
    }
    let leeway = seconds(options, "leewaySeconds", Misuse::Leeway)?;
    let account = text(options, "account", Misuse::Account)?;
    Ok(Rules { leeway_seconds: leeway.unwrap_or(LEEWAY_SECONDS), account })
}

/// An option that is a string, if it is there.
pub(super) fn text(options: &JsValue, name: &str, otherwise: Misuse) -> Result<Option<String>, Error> {
    known(read(options, name, "any")?, JsValue::as_string, otherwise)
}

fn seconds(options: &JsValue, name: &str, otherwise: Misuse) -> Result<Option<u32>, Error> {
    if is_blank(options) {
        return Ok(None);
    }
    known(read(options, name, "any")?, whole, otherwise)
}

fn whole(value: &JsValue) -> Option<u32> {
    let seconds = value.as_f64().filter(|seconds| *seconds >= 0.0 && seconds % 1.0 == 0.0)?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and what is too large saturates: no token lasts that long either"
    )]
    Some(seconds as u32)
}

/// Options of a call.
pub(super) fn call(options: &JsValue) -> Result<(CallOptions, Option<Signal>), Error> {
    if is_blank(options) {
        return Ok((CallOptions::default(), None));
    }
    if !are_options(options) {
        return Err(Error::InvalidOption(Misuse::CallOptionsNotAnObject));
    }
    let signal = known(read(options, "signal", "any")?, |value| Signal::of(value.clone()), Misuse::Signal)?;
    Ok((CallOptions { locale: locale_in(options)?, timeout: timeout(options)? }, signal))
}

/// A URL: a string, a `URL`, or blank.
pub(super) fn url(value: &JsValue) -> Result<Option<BaseUrl>, Error> {
    match as_text(value) {
        Some(text) if text.trim_ascii().is_empty() => Ok(None),
        Some(text) => {
            refuse_server_api(&text)?;
            let url = BaseUrl::parse(&text)?;
            if usable_url(url.as_str()) { Ok(Some(url)) } else { Err(Error::InvalidUrl(Misuse::UrlUnusable)) }
        }
        None if is_blank(value) => Ok(None),
        None => Err(Error::InvalidUrl(Misuse::UrlNotText)),
    }
}

fn locale_in(options: &JsValue) -> Result<Option<Locale>, Error> {
    read(options, "locale", "any")?.map_or(Ok(None), |value| locale(&value))
}

/// A locale: a string, or blank, as which the official client takes anything falsy.
pub(super) fn locale(value: &JsValue) -> Result<Option<Locale>, Error> {
    match value.as_string() {
        Some(text) if text.trim_ascii().is_empty() => Ok(None),
        Some(text) => Locale::parse(&text).map(Some),
        None if value.is_falsy() => Ok(None),
        None => Err(Error::InvalidOption(Misuse::Locale)),
    }
}

fn timeout(options: &JsValue) -> Result<Option<Timeout>, Error> {
    // What is not a number is not a whole number either.
    let timeout = read(options, "timeoutMs", "any")?;
    timeout.map(|value| Timeout::from_ms(value.as_f64().unwrap_or(f64::NAN))).transpose()
}

/// The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`.
pub(super) fn as_text(value: &JsValue) -> Option<String> {
    text_of(value)
}

fn is_blank(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined()
}

/// An option, if it is not blank.
pub(super) fn read(options: &JsValue, name: &str, kind: &str) -> Result<Option<JsValue>, Error> {
    let value = value(options, name, kind);
    if value.is_null() {
        return Err(Error::InvalidOption(Misuse::UnreadableOption));
    }
    Ok((!value.is_undefined()).then_some(value))
}

/// An option as what it must be.
fn known<T>(
    value: Option<JsValue>,
    what: impl FnOnce(&JsValue) -> Option<T>,
    otherwise: Misuse,
) -> Result<Option<T>, Error> {
    let Some(value) = value else { return Ok(None) };
    what(&value).map(Some).ok_or(Error::InvalidOption(otherwise))
}
