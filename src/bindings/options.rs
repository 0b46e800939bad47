//! Options from JavaScript: of the constructor, of properties, of a call.

use crate::{
    Error,
    browser::{Signal, Storage, Web, interop, origin_of, usable_url},
    client::{
        CallOptions,
        session::{TokenOrigins, Verify},
    },
    core::{
        config::{Agent, Config, Locale, Timeout, refuse_server_api},
        url::BaseUrl,
        verify::{LEEWAY_SECONDS, Rules},
    },
};
use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// How deep options are searched for what must not be there.
const SEARCH_DEPTH: u8 = 4;

/// Options of the constructor.
pub(super) fn config(options: &JsValue) -> Result<(Config, Web, TokenOrigins, Verify), Error> {
    let mut config = Config::default();
    let mut web = Web::default();
    if is_blank(options) {
        return Ok((config, web, TokenOrigins::default(), Verify::default()));
    }
    if !options.is_object() {
        return Err(Error::InvalidOption("pass the options as an object: new LoginRocket({ url: '…' })"));
    }
    refuse_server_api_in(options, SEARCH_DEPTH)?;
    config.url = url(&member(options, "url")?)?;
    config.locale = locale(&member(options, "locale")?)?;
    if let Some(timeout) = timeout(&member(options, "timeoutMs")?)? {
        config.timeout = timeout;
    }
    config.agent = agent(&member(options, "agent")?)?;
    web.fetch = fetch(member(options, "fetch")?)?;
    let dangerous = member(options, "dangerouslyAllowInsecureUrl")?;
    config.dangerously_allow_insecure_url = match dangerous.as_bool() {
        Some(allowed) => allowed,
        None if is_blank(&dangerous) => false,
        None => return Err(Error::InvalidOption("dangerouslyAllowInsecureUrl must be true or false")),
    };
    web.storage = storage(member(options, "storage")?)?;
    let origins = token_origins(&member(options, "tokenOrigins")?)?;
    let verify = verify(&member(options, "verify")?)?;
    Ok((config, web, origins, verify))
}

fn verify(value: &JsValue) -> Result<Verify, Error> {
    match value.as_string().as_deref() {
        Some("off") => Ok(Verify::Off),
        Some("lazy") => Ok(Verify::Lazy),
        Some("strict") => Ok(Verify::Strict),
        None if is_blank(value) => Ok(Verify::default()),
        _ => Err(Error::InvalidOption("verify must be 'off', 'lazy' or 'strict'")),
    }
}

fn storage(value: JsValue) -> Result<Storage, Error> {
    let has_method = |method| interop::get(&value, method).is_ok_and(|method| method.is_function());
    match value.as_string().as_deref() {
        Some("memory") => Ok(Storage::Memory),
        Some("session") => Ok(Storage::Session),
        Some("local") => Ok(Storage::Local),
        None if is_blank(&value) => Ok(Storage::Memory),
        None if ["getItem", "setItem", "removeItem"].into_iter().all(has_method) => {
            Ok(Storage::Custom(value))
        }
        _ => Err(Error::InvalidOption(
            "storage must be 'memory', 'session', 'local', or an object with getItem, setItem and removeItem",
        )),
    }
}

fn token_origins(value: &JsValue) -> Result<TokenOrigins, Error> {
    const NO_ORIGINS: Error = Error::InvalidOption(
        "tokenOrigins must be a list of origins such as ['https://api.example.com'], without paths, and with https but for loopback",
    );
    if is_blank(value) {
        return Ok(TokenOrigins::default());
    }
    // Asked first, since a revoked proxy is an error here and an exception in `Array.isArray`.
    let length = member(value, "length")?.as_f64().filter(|_| Array::is_array(value)).ok_or(NO_ORIGINS)?;
    let mut origins = Vec::new();
    while f64::from(u32::try_from(origins.len()).unwrap_or(u32::MAX)) < length {
        let text = as_text(&member(value, &origins.len().to_string())?).ok_or(NO_ORIGINS)?;
        let origin = origin_of(&text).ok_or(NO_ORIGINS)?;
        let is_whole = text.trim_ascii().trim_end_matches('/').eq_ignore_ascii_case(&origin);
        let is_private = BaseUrl::parse(&origin).is_ok_and(|url| url.is_private());
        if !is_whole || !is_private {
            return Err(NO_ORIGINS);
        }
        origins.push(origin);
    }
    Ok(TokenOrigins(origins))
}

/// The option `minValiditySeconds`.
pub(super) fn min_validity(options: &JsValue) -> Result<Option<u32>, Error> {
    seconds(options, "minValiditySeconds", "minValiditySeconds must be a whole number of seconds")
}

/// The options of `verifyToken`.
pub(super) fn rules(options: &JsValue) -> Result<Rules, Error> {
    let leeway = seconds(options, "leewaySeconds", "leewaySeconds must be a whole number of seconds")?;
    let account = text(options, "account", "account must be the id of an account: 'org_…'")?;
    Ok(Rules { leeway_seconds: leeway.unwrap_or(LEEWAY_SECONDS), account })
}

/// An option that is a string, if it is there.
pub(super) fn text(options: &JsValue, name: &str, otherwise: &'static str) -> Result<Option<String>, Error> {
    let value = member(options, name)?;
    if is_blank(&value) {
        return Ok(None);
    }
    value.as_string().map(Some).ok_or(Error::InvalidOption(otherwise))
}

fn seconds(options: &JsValue, name: &str, otherwise: &'static str) -> Result<Option<u32>, Error> {
    let value = member(options, name)?;
    if is_blank(&value) {
        return Ok(None);
    }
    let seconds = value.as_f64().filter(|seconds| *seconds >= 0.0 && seconds % 1.0 == 0.0);
    let seconds = seconds.ok_or(Error::InvalidOption(otherwise))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and what is too large saturates: no token lasts that long either"
    )]
    Ok(Some(seconds as u32))
}

/// Options of a call.
pub(super) fn call(options: &JsValue) -> Result<(CallOptions, Option<Signal>), Error> {
    if is_blank(options) {
        return Ok((CallOptions::default(), None));
    }
    if !options.is_object() {
        return Err(Error::InvalidOption("pass the options as an object, such as { signal, timeoutMs }"));
    }
    let signal = member(options, "signal")?;
    let signal = if is_blank(&signal) {
        None
    } else {
        let signal = Signal::of(signal);
        Some(signal.ok_or(Error::InvalidOption("signal must be an AbortSignal: pass controller.signal"))?)
    };
    let call = CallOptions {
        locale: locale(&member(options, "locale")?)?,
        timeout: timeout(&member(options, "timeoutMs")?)?,
    };
    Ok((call, signal))
}

/// A URL: a string, a `URL`, or blank.
pub(super) fn url(value: &JsValue) -> Result<Option<BaseUrl>, Error> {
    match as_text(value) {
        Some(text) if text.trim_ascii().is_empty() => Ok(None),
        Some(text) => {
            refuse_server_api(&text)?;
            let url = BaseUrl::parse(&text)?;
            if usable_url(url.as_str()) {
                Ok(Some(url))
            } else {
                Err(Error::InvalidUrl(
                    "the url has a host that this platform cannot use: check it for typing errors",
                ))
            }
        }
        None if is_blank(value) => Ok(None),
        None => Err(Error::InvalidUrl("the url must be a string or a URL object")),
    }
}

/// A locale: a string, or blank, as which the official client takes anything falsy.
pub(super) fn locale(value: &JsValue) -> Result<Option<Locale>, Error> {
    match value.as_string() {
        Some(text) if text.trim_ascii().is_empty() => Ok(None),
        Some(text) => Locale::parse(&text).map(Some),
        None if value.is_falsy() => Ok(None),
        None => Err(Error::InvalidOption("locale must be a string such as 'en' or 'es-MX'")),
    }
}

fn timeout(value: &JsValue) -> Result<Option<Timeout>, Error> {
    if is_blank(value) {
        return Ok(None);
    }
    // What is not a number is not a whole number either.
    Timeout::from_ms(value.as_f64().unwrap_or(f64::NAN)).map(Some)
}

fn agent(value: &JsValue) -> Result<Agent, Error> {
    match value.as_bool() {
        Some(false) => Ok(Agent::Omitted),
        None if is_blank(value) => Ok(Agent::default()),
        _ => Agent::custom(&value.as_string().unwrap_or_default()),
    }
}

fn fetch(value: JsValue) -> Result<Option<Function>, Error> {
    match value.dyn_into() {
        Ok(function) => Ok(Some(function)),
        Err(other) if is_blank(&other) => Ok(None),
        Err(_) => {
            Err(Error::InvalidOption("fetch must be a function with the signature of the global fetch"))
        }
    }
}

/// Looks at every text among the options, however they are nested.
fn refuse_server_api_in(value: &JsValue, depth: u8) -> Result<(), Error> {
    if let Some(text) = as_text(value) {
        return refuse_server_api(&text);
    }
    if let Some(depth) = depth.checked_sub(1).filter(|_| value.is_object()) {
        for key in Reflect::own_keys(value).unwrap_or_else(|_| Array::new()) {
            // Full of other people's entries, which are nobody's business here.
            if key == "storage" {
                continue;
            }
            // What cannot be read here is read, and refused, where it is used.
            refuse_server_api_in(&Reflect::get(value, &key).unwrap_or_default(), depth)?;
        }
    }
    Ok(())
}

/// The text of a string or of a `URL`, which any realm of the page may have made: known by its `href`.
pub(super) fn as_text(value: &JsValue) -> Option<String> {
    value.as_string().or_else(|| interop::get(value, "href").ok()?.as_string())
}

pub(super) fn is_blank(value: &JsValue) -> bool {
    value.is_null() || value.is_undefined()
}

pub(super) fn member(object: &JsValue, name: &str) -> Result<JsValue, Error> {
    interop::get(object, name)
        .map_err(|_| Error::InvalidOption("an option cannot be read: its getter throws"))
}
