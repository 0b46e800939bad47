//! The options of a client: the order of their list, and which values are refused.

use super::{Item, items::Items, take::OPTIONS_FAULT};
use crate::{
    Error, Misuse,
    engine::{Platform, Setup, StorageScope, TokenPolicy},
    protocol::{
        config::{Agent, Config, refuse_server_api_in, token_origin},
        json::Json,
        text::Text,
    },
};

/// The items of the list.
pub const OPTIONS: &[Item] = &[
    OPTIONS_FAULT,
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
    Item::Named("keepChallenge", "Plain"),
    Item::Named("keepProfile", "Plain"),
    Item::Named("isServer", "boolean"),
    Item::Named("hasLocks", "boolean"),
    Item::Named("hasChannel", "boolean"),
    Item::Named("hasCrypto", "boolean"),
    Item::Named("seed", "number"),
];

/// An option that is on or off.
const FLAGS: [&str; 2] = ["false", "true"];

/// Reads options.
///
/// Errors: those of a constructor.
#[inline(never)]
pub fn setup(list: &str) -> Result<Setup, Error> {
    let list =
        Json::parse(list).filter(|list| list.is_list()).ok_or(Error::InvalidOption(Misuse::NoOptions))?;
    let mut items = Items::new(list, None);
    let fault = items.small();
    if fault == 1 {
        items.fail(Error::InvalidOption(Misuse::OptionsNotAnObject));
    }
    let texts = items.next();
    items.check(refuse_server_api_in(texts));
    // The check above comes first. An API key may be the name of an unknown option, and its own error matters more.
    if fault == 2 {
        items.fail(Error::InvalidOption(Misuse::UnknownOption));
    }
    let (url, locale, timeout) = (items.url(), items.locale(), items.timeout());
    let agent = items.option();
    let agent = match agent.as_str() {
        "null" => None,
        "false" => Some(Agent::Omitted),
        _ => items.check(Agent::custom(&agent.string().unwrap_or_default())),
    };
    items.one_of(&["true"], Misuse::Fetch);
    let dangerous = items.one_of(&FLAGS, Misuse::InsecureUrlFlag);
    // A store of the app's own is passed as `true`.
    let scope = items.one_of(&["\"memory\"", "\"session\"", "\"local\"", "true"], Misuse::Storage);
    let origins = items.next();
    let token_origins = origins_of(origins).unwrap_or_else(|| {
        items.fail(Error::InvalidOption(Misuse::TokenOrigins));
        Vec::new()
    });
    let policy = items.one_of(&["\"off\"", "\"lazy\"", "\"strict\""], Misuse::Verify);
    items.one_of(&["\"auto\"", "\"browser\"", "\"server\""], Misuse::Environment);
    let keeps_challenge = items.one_of(&FLAGS, Misuse::KeepChallenge) == Some(1);
    let keeps_profile = items.one_of(&FLAGS, Misuse::KeepProfile) == Some(1);
    let setup = Setup {
        config: Config {
            url,
            locale,
            timeout: timeout.unwrap_or_default(),
            agent: agent.unwrap_or_default(),
            dangerously_allow_insecure_url: dangerous == Some(1),
        },
        token_origins,
        policy: match policy {
            Some(1) => TokenPolicy::Lazy,
            Some(2) => TokenPolicy::Strict,
            _ => TokenPolicy::Off,
        },
        keeps_challenge,
        keeps_profile,
        platform: Platform {
            scope: match scope {
                Some(1) => StorageScope::Tab,
                Some(2 | 3) => StorageScope::Shared,
                _ => StorageScope::Memory,
            },
            is_server: items.is_true(),
            has_locks: items.is_true(),
            has_channel: items.is_true(),
            has_crypto: items.is_true(),
            seed: items.next().number().unwrap_or_default(),
        },
    };
    items.error().map_or(Ok(setup), Err)
}

/// The token origins. Each entry has the text that the app gave, and the origin that the platform reads in it. The text
/// must hold nothing but that origin. None if the option is not allowed; an option that cannot be read comes as `{}`.
fn origins_of(list: Json<'_>) -> Option<Vec<Text>> {
    let mut origins = Vec::new();
    if list.is_null() {
        return Some(origins);
    }
    if !list.is_list() {
        return None;
    }
    for (_, pair) in list.items() {
        let mut pair = pair.items();
        let (given, origin) = (pair.next()?.1.string()?, pair.next()?.1.string()?);
        origins.push(token_origin(&given, &origin)?);
    }
    Some(origins)
}
