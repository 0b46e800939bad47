//! The options of a script, as the Rust host has them.

use crate::member;
use js_sys::Array;
use loginrocket_wasm::{
    Error, Misuse,
    engine::TokenPolicy,
    protocol::{
        config::{Agent, Config, Locale, Timeout, refuse_server_api},
        url::BaseUrl,
    },
    web::{CallOptions, Environment, Options, Storage},
};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::AbortSignal;

fn text(given: &JsValue, name: &str) -> Option<String> {
    member(given, name)?.as_string()
}

pub fn url(text: Option<String>) -> Result<Option<BaseUrl>, Error> {
    let text = text.filter(|text| !text.trim().is_empty());
    text.map(|text| refuse_server_api(&text).and_then(|()| BaseUrl::parse(&text))).transpose()
}

pub fn locale(text: Option<String>) -> Result<Option<Locale>, Error> {
    text.filter(|text| !text.trim().is_empty()).map(|text| Locale::parse(&text)).transpose()
}

fn timeout(given: &JsValue) -> Result<Option<Timeout>, Error> {
    member(given, "timeoutMs").map(|ms| Timeout::from_ms(ms.as_f64().unwrap_or(0.0))).transpose()
}

pub fn of_client(given: &JsValue) -> Result<Options, Error> {
    let agent = match member(given, "agent") {
        Some(agent) if agent == JsValue::FALSE => Agent::Omitted,
        Some(agent) => Agent::custom(&agent.as_string().unwrap_or_default())?,
        None => Agent::Package,
    };
    let storage = match member(given, "storage") {
        None => Storage::Memory,
        Some(storage) => match storage.as_string().as_deref() {
            Some("memory") => Storage::Memory,
            Some("session") => Storage::Session,
            Some("local") => Storage::Local,
            Some(_) => return Err(Error::InvalidOption(Misuse::Storage)),
            None => Storage::Custom(storage),
        },
    };
    let token_origins = member(given, "tokenOrigins").map(|origins| {
        Array::from(&origins).iter().map(|origin| origin.as_string().unwrap_or_default()).collect()
    });
    Ok(Options {
        config: Config {
            url: url(text(given, "url"))?,
            locale: locale(text(given, "locale"))?,
            timeout: timeout(given)?.unwrap_or_default(),
            agent,
            dangerously_allow_insecure_url: member(given, "dangerouslyAllowInsecureUrl")
                == Some(JsValue::TRUE),
        },
        storage,
        token_origins: token_origins.unwrap_or_default(),
        policy: match text(given, "verify").as_deref() {
            Some("lazy") => TokenPolicy::Lazy,
            Some("strict") => TokenPolicy::Strict,
            _ => TokenPolicy::Off,
        },
        keeps_challenge: member(given, "keepChallenge") == Some(JsValue::TRUE),
        keeps_profile: member(given, "keepProfile") == Some(JsValue::TRUE),
        environment: match text(given, "environment").as_deref() {
            Some("browser") => Environment::Browser,
            Some("server") => Environment::Server,
            _ => Environment::Auto,
        },
    })
}

pub fn of_call(given: &JsValue) -> Result<CallOptions, Error> {
    Ok(CallOptions {
        locale: locale(text(given, "locale"))?,
        timeout: timeout(given)?,
        signal: member(given, "signal").map(|signal| signal.unchecked_into::<AbortSignal>()),
    })
}
