//! The options of a client, as a list in this order, and what is refused among them.

use super::{Item, take::Items};
use crate::{
    Error,
    engine::{Platform, Setup, StorageScope, TokenPolicy},
    protocol::{
        config::{Agent, refuse_server_api},
        json::Json,
        text,
        text::Text,
        url::BaseUrl,
    },
};

/// The items of the list.
pub const OPTIONS: &[Item] = &[
    Item::Named("areOptions", "boolean"),
    Item::Named("texts", "string[]"),
    Item::Named("url", "Plain"),
    Item::Named("isUrlUsable", "boolean"),
    Item::Named("locale", "Plain"),
    Item::Named("timeoutMs", "Plain"),
    Item::Named("agent", "Plain"),
    Item::Named("isFetchUsable", "Plain"),
    Item::Named("dangerouslyAllowInsecureUrl", "Plain"),
    Item::Named("storage", "Plain"),
    Item::Named("tokenOrigins", "readonly (readonly [given: string, origin: string])[] | Plain"),
    Item::Named("verify", "Plain"),
    Item::Named("environment", "Plain"),
    Item::Named("isServer", "boolean"),
    Item::Named("hasLocks", "boolean"),
    Item::Named("hasChannel", "boolean"),
    Item::Named("hasCrypto", "boolean"),
    Item::Named("seed", "number"),
];

/// Reads options.
///
/// Errors: those of a constructor.
pub fn setup(list: &str) -> Result<Setup, Error> {
    let list = Json::parse(list).filter(|list| list.is_list()).ok_or(Error::InvalidOption("no options"))?;
    let mut items = Items::new(list, None);
    if !items.next().is_true() {
        return Err(Error::InvalidOption("pass the options as an object: new LoginRocket({ url: '…' })"));
    }
    for (_, text) in items.next().items() {
        refuse_server_api(&text.string().unwrap_or_default())?;
    }
    let mut setup = Setup::default();
    let config = &mut setup.config;
    config.url = items.url()?;
    config.locale = items.locale()?;
    if let Some(timeout) = items.timeout()? {
        config.timeout = timeout;
    }
    config.agent = match items.option()? {
        None => Agent::default(),
        Some(value) if value.as_str() == "false" => Agent::Omitted,
        Some(value) => Agent::custom(&value.string().unwrap_or_default())?,
    };
    items.known(
        |value| value.is_true().then_some(()),
        "fetch must be a function with the signature of the global fetch",
    )?;
    let flag = |value: Json<'_>| match value.as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    };
    let dangerous = items.known(flag, "dangerouslyAllowInsecureUrl must be true or false")?;
    config.dangerously_allow_insecure_url = dangerous.unwrap_or_default();
    let scope = items.known(
        scope,
        "storage must be 'memory', 'session', 'local', or an object with getItem, setItem and removeItem",
    )?;
    let origins = items.list(
        origins,
        "tokenOrigins must be a list of origins such as ['https://api.example.com'], without paths, and with https but for loopback",
    )?;
    setup.token_origins = origins.unwrap_or_default();
    let policy = items.known(policy, "verify must be 'off', 'lazy' or 'strict'")?;
    setup.policy = policy.unwrap_or_default();
    let is_environment = |value: Json<'_>| {
        ["auto", "browser", "server"].iter().any(|name| value.is(name)).then_some(())
    };
    items.known(is_environment, "environment must be 'auto', 'browser' or 'server'")?;
    let mut flag = || items.next().is_true();
    setup.platform = Platform {
        scope: scope.unwrap_or_default(),
        is_server: flag(),
        has_locks: flag(),
        has_channel: flag(),
        has_crypto: flag(),
        seed: items.next().number().unwrap_or_default(),
    };
    Ok(setup)
}

/// An adapter of the app's own stands there as `true`.
fn scope(value: Json<'_>) -> Option<StorageScope> {
    let is = |text| value.is(text);
    match () {
        () if is("memory") => Some(StorageScope::Memory),
        () if is("session") => Some(StorageScope::Tab),
        () if is("local") || value.is_true() => Some(StorageScope::Shared),
        () => None,
    }
}

fn policy(value: Json<'_>) -> Option<TokenPolicy> {
    let all = [("off", TokenPolicy::Off), ("lazy", TokenPolicy::Lazy), ("strict", TokenPolicy::Strict)];
    all.into_iter().find(|(name, _)| value.is(name)).map(|(_, policy)| policy)
}

/// Each as it was given, and its origin as the platform reads it: no more may have been given than that.
fn origins(list: Json<'_>) -> Option<Vec<Text>> {
    let mut origins = Vec::new();
    for (_, pair) in list.items() {
        let mut pair = pair.items().map(|(_, text)| text.string());
        let (given, origin) = (pair.next()??, pair.next()??);
        let is_all = text::trim_end(given.trim_ascii(), b'/').eq_ignore_ascii_case(&origin);
        if !is_all || !BaseUrl::parse(&origin).is_ok_and(|url| url.is_private()) {
            return None;
        }
        origins.push(origin);
    }
    Some(origins)
}
