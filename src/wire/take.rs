//! Reads inputs: each of their types from the items of a list.

use super::{Item, items::Items};
use crate::{
    Error, Misuse,
    engine::{AuthorizedFetch, CallOptions, MIN_VALIDITY_SECONDS, Signature, StoreFault, session::Want},
    protocol::{
        config::Locale,
        endpoint::Endpoint,
        hosted::Visit,
        request::Params,
        response::{Body, Headers, Reply},
        secret::Secret,
        text,
        text::Text,
        url::BaseUrl,
        verify::{Leeway, Rules},
    },
};

/// The kinds of a body, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const BODIES: [&str; 4] = ["Text", "NotUtf8", "TooLarge", "Cut"];

/// The results of verifying a signature, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const SIGNATURES: [&str; 4] = ["Good", "Bad", "UnreadableKey", "Unavailable"];

/// What may be wrong with parameters, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const PARAMS_FAULTS: [&str; 4] = ["None", "NotAnObject", "Unsendable", "OfPage"];

/// What may be wrong with options as a whole, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const OPTIONS_FAULTS: [&str; 3] = ["None", "NotAnObject", "Unknown"];

/// What a caller may want, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const WANTS: [&str; 3] = ["Token", "Refresh", "Account"];

/// The item that says what is wrong with options as a whole.
pub(super) const OPTIONS_FAULT: Item = Item::Named("optionsFault", "OptionsFault");

/// A value that can be read from a list.
pub(super) trait Take {
    /// Its items.
    const ITEMS: &'static [Item];

    /// Takes them. If they are not allowed, [`Items::error`] says so, and the value must not be used.
    fn take(items: &mut Items<'_>) -> Self;
}

impl Take for u32 {
    const ITEMS: &'static [Item] = &[Item::Field("number")];

    fn take(items: &mut Items<'_>) -> Self {
        items.small()
    }
}

impl Take for u16 {
    const ITEMS: &'static [Item] = &[Item::Field("number")];

    fn take(items: &mut Items<'_>) -> Self {
        Self::try_from(items.small()).unwrap_or_default()
    }
}

impl Take for bool {
    const ITEMS: &'static [Item] = &[Item::Field("boolean")];

    fn take(items: &mut Items<'_>) -> Self {
        items.is_true()
    }
}

impl Take for Option<Text> {
    const ITEMS: &'static [Item] = &[Item::Field("string | null")];

    fn take(items: &mut Items<'_>) -> Self {
        items.next().string()
    }
}

impl Take for Secret {
    const ITEMS: &'static [Item] = &[Item::Beside];

    fn take(items: &mut Items<'_>) -> Self {
        items.beside()
    }
}

impl Take for Option<Secret> {
    const ITEMS: &'static [Item] = &[Item::Beside];

    fn take(items: &mut Items<'_>) -> Self {
        items.beside.take()
    }
}

impl Take for Endpoint {
    const ITEMS: &'static [Item] = &[Item::Field("Endpoint")];

    fn take(items: &mut Items<'_>) -> Self {
        let number = items.small() as usize;
        let found = Self::ALL.get(number).copied().ok_or(Error::InvalidParams(Misuse::Endpoint));
        items.check(found).unwrap_or(Self::Login)
    }
}

impl Take for Params {
    const ITEMS: &'static [Item] = &[Item::Named("paramsFault", "ParamsFault"), Item::Beside];

    fn take(items: &mut Items<'_>) -> Self {
        match items.small() {
            0 => {}
            1 => items.fail(Error::InvalidParams(Misuse::ParamsNotAnObject)),
            3 => items.fail(Error::InvalidParams(Misuse::ParamsOfPage)),
            _ => items.fail(Error::InvalidParams(Misuse::ParamsNotJson)),
        }
        Self(items.beside())
    }
}

impl Take for CallOptions {
    const ITEMS: &'static [Item] = &[
        OPTIONS_FAULT,
        Item::Named("locale", "Plain"),
        Item::Named("timeoutMs", "Plain"),
        Item::Named("isAborted", "Plain"),
    ];

    fn take(items: &mut Items<'_>) -> Self {
        items.options_fault();
        let (locale, timeout, is_aborted) = (items.locale(), items.timeout(), items.option());
        if is_aborted.is_object() {
            items.fail(Error::InvalidOption(Misuse::Signal));
        }
        Self { locale, timeout, is_aborted: is_aborted.is_true() }
    }
}

impl Take for Want {
    const ITEMS: &'static [Item] = &[Item::Named("want", "Want"), Item::Named("detail", "Plain")];

    fn take(items: &mut Items<'_>) -> Self {
        match items.small() {
            0 => {
                let seconds = items.whole(Misuse::MinValidity);
                Self::Token { min_validity_seconds: seconds.unwrap_or(MIN_VALIDITY_SECONDS) }
            }
            1 => {
                items.next();
                Self::Refresh
            }
            _ => {
                let account = items.next().string().unwrap_or_default();
                let account = account.trim_ascii();
                if !account.starts_with("org_") {
                    items.fail(Error::InvalidParams(Misuse::SwitchAccount));
                }
                Self::Account(account.into())
            }
        }
    }
}

impl Take for AuthorizedFetch {
    const ITEMS: &'static [Item] = &[
        Item::Named("origin", "string | null"),
        Item::Named("isSameOrigin", "boolean"),
        Item::Named("isAuthorized", "boolean"),
        Item::Named("isRepeatable", "boolean"),
        Item::Named("isAborted", "boolean"),
    ];

    fn take(items: &mut Items<'_>) -> Self {
        Self {
            origin: items.next().string(),
            is_same_origin: items.is_true(),
            is_authorized: items.is_true(),
            is_repeatable: items.is_true(),
            is_aborted: items.is_true(),
        }
    }
}

impl Take for Leeway {
    const ITEMS: &'static [Item] = &[OPTIONS_FAULT, Item::Named("leewaySeconds", "Plain")];

    fn take(items: &mut Items<'_>) -> Self {
        items.options_fault();
        items.whole(Misuse::Leeway).map(Self).unwrap_or_default()
    }
}

impl Take for Rules {
    const ITEMS: &'static [Item] =
        &[OPTIONS_FAULT, Item::Named("leewaySeconds", "Plain"), Item::Named("account", "Plain")];

    fn take(items: &mut Items<'_>) -> Self {
        Self { leeway_seconds: Leeway::take(items).0, account: items.account() }
    }
}

impl Take for Visit {
    const ITEMS: &'static [Item] = &[
        OPTIONS_FAULT,
        Item::Named("page", "Plain"),
        Item::Named("account", "Plain"),
        Item::Named("prompt", "Plain"),
        Item::Named("invitation", "Plain"),
        Item::Named("force", "Plain"),
        Item::Named("redirectUri", "Plain"),
        Item::Named("session", "Plain"),
    ];

    fn take(items: &mut Items<'_>) -> Self {
        items.options_fault();
        // A value that is not a text becomes the empty page name, which is refused later.
        let page = items.next().string().unwrap_or_default();
        let account = items.account();
        let prompt = items.one_of(&["\"login\""], Misuse::Prompt).is_some();
        let invitation = items.text(Misuse::Invitation);
        let force = items.option().is_true();
        let redirect_uri = items.text(WHOLE_URL).map(Text::from);
        if redirect_uri.as_ref().is_some_and(|url| !is_target(url)) {
            items.fail(Error::InvalidOption(WHOLE_URL));
        }
        let session = items.text(Misuse::Session);
        Self { page, account, prompt, invitation, force, redirect_uri, session }
    }
}

const WHOLE_URL: Misuse = Misuse::RedirectUri;

/// Schemes that are never a place to come back to.
const NO_PLACES: [&str; 4] = ["javascript", "vbscript", "data", "file"];

/// Whether a hosted page can send the browser to this URL: a page, or a URL with a custom scheme, which opens an app. A
/// slash must follow a custom scheme. Otherwise a host with a port, such as `localhost:3000`, would be taken for one.
fn is_target(url: &str) -> bool {
    let Some((scheme, rest)) = text::split_once(url, b':') else { return false };
    let is = |name: &&str| scheme.eq_ignore_ascii_case(name);
    let is_scheme = scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || text::has("+-.", byte));
    ["https", "http"].iter().any(&is)
        || is_scheme && rest.bytes().next() == Some(b'/') && !NO_PLACES.iter().any(is)
}

impl Take for Option<BaseUrl> {
    const ITEMS: &'static [Item] = &[Item::Named("url", "Plain"), Item::Named("isUrlUsable", "boolean")];

    fn take(items: &mut Items<'_>) -> Self {
        items.url()
    }
}

impl Take for Option<Locale> {
    const ITEMS: &'static [Item] = &[Item::Named("locale", "Plain")];

    fn take(items: &mut Items<'_>) -> Self {
        items.locale()
    }
}

impl Take for Reply {
    const ITEMS: &'static [Item] = &[
        Item::Named("status", "number"),
        Item::Named("isHiddenRedirect", "boolean"),
        Item::Named("contentType", "string | null"),
        Item::Named("requestId", "string | null"),
        Item::Named("retryAfter", "string | null"),
        Item::Named("retryAt", "number | null"),
        Item::Named("resetAt", "number | null"),
        Item::Named("date", "number | null"),
        Item::Named("body", "Body"),
        Item::Beside,
    ];

    fn take(items: &mut Items<'_>) -> Self {
        Self {
            status: u16::try_from(items.small()).unwrap_or_default(),
            is_hidden_redirect: items.is_true(),
            headers: Headers {
                content_type: items.next().string(),
                request_id: items.next().string(),
                retry_after: items.next().string(),
                retry_at: items.next().number(),
                reset_at: items.next().number(),
                date: items.next().number(),
            },
            body: match items.small() {
                0 => Body::Text(items.beside()),
                1 => Body::NotUtf8,
                2 => Body::TooLarge,
                _ => Body::Cut,
            },
        }
    }
}

impl Take for Result<Option<Secret>, StoreFault> {
    const ITEMS: &'static [Item] = &[Item::Named("fault", "StoreFault | null"), Item::Beside];

    fn take(items: &mut Items<'_>) -> Self {
        match items.next().number() {
            None => Ok(items.beside.take()),
            Some(0) => Err(StoreFault::Blocked),
            Some(1) => Err(StoreFault::Full),
            Some(_) => Err(StoreFault::Failed),
        }
    }
}

impl Take for Signature {
    const ITEMS: &'static [Item] = &[Item::Named("signature", "Signature"), Item::Named("keyBits", "number")];

    fn take(items: &mut Items<'_>) -> Self {
        let (kind, key_bits) = (items.small(), items.small());
        match kind {
            0 => Self::Good { key_bits },
            1 => Self::Bad { key_bits },
            2 => Self::UnreadableKey,
            _ => Self::Unavailable,
        }
    }
}
