//! What comes in: the items of a list as the types of inputs.
//!
//! A value of the app's stands there as it is, if JSON can hold it: a string, a finite number, a boolean, or `null` where there
//! is none. Anything else stands there as `{}`, and what could not be read as `[]`.

use super::Item;
use crate::{
    Error,
    engine::{AppRequest, CallOptions, MIN_VALIDITY_SECONDS, Signature, StoreFault, session::Want},
    protocol::{
        config::{Locale, Timeout, refuse_server_api},
        endpoint::Endpoint,
        hosted::Visit,
        json::Json,
        request::Params,
        response::{Body, Headers, Reply},
        secret::Secret,
        text,
        text::Text,
        url::BaseUrl,
        verify::{LEEWAY_SECONDS, Rules},
    },
};

/// What of a body a script says beside its text, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const BODIES: [&str; 4] = ["Text", "NotUtf8", "TooLarge", "Cut"];

/// What a signature is found to be, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const SIGNATURES: [&str; 4] = ["Good", "Bad", "UnreadableKey", "Unavailable"];

/// What may be wrong with parameters, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const PARAMS_FAULTS: [&str; 3] = ["None", "NotAnObject", "Unsendable"];

/// What a caller may want, by number.
#[cfg(not(target_arch = "wasm32"))]
pub(super) const WANTS: [&str; 3] = ["Token", "Refresh", "Account"];

/// The items of a list that are still to be taken.
pub(super) struct Items<'a> {
    items: crate::protocol::json::Items<'a>,
    beside: Option<Secret>,
}

/// A value that is taken from a list.
pub(super) trait Take: Sized {
    /// Its items.
    const ITEMS: &'static [Item];

    /// Takes them.
    ///
    /// Errors: `invalid_option`, `invalid_params`, those of a URL.
    fn take(items: &mut Items<'_>) -> Result<Self, Error>;
}

impl<'a> Items<'a> {
    pub(super) fn new(list: Json<'a>, beside: Option<Secret>) -> Self {
        Self { items: list.items(), beside }
    }

    /// The next item; `null` where there is none.
    pub(super) fn next(&mut self) -> Json<'a> {
        self.items.next().map_or(Json::NULL, |(_, item)| item)
    }

    fn is_true(&mut self) -> bool {
        self.next().is_true()
    }

    fn small(&mut self) -> u32 {
        self.next().number().and_then(|number| u32::try_from(number).ok()).unwrap_or_default()
    }

    /// An option of the app's, if there is one.
    pub(super) fn option(&mut self) -> Result<Option<Json<'a>>, Error> {
        let item = self.next();
        if item.is_list() {
            return Err(Error::InvalidOption("an option cannot be read: its getter throws"));
        }
        Ok((!item.is_null()).then_some(item))
    }

    /// An option that is a list; one that cannot be read stands there as an empty list, too, which says as little.
    pub(super) fn list<T>(
        &mut self,
        what: impl FnOnce(Json<'a>) -> Option<T>,
        otherwise: &'static str,
    ) -> Result<Option<T>, Error> {
        let item = self.next();
        if item.is_null() {
            return Ok(None);
        }
        let found = if item.is_list() { what(item) } else { None };
        found.map(Some).ok_or(Error::InvalidOption(otherwise))
    }

    /// An option as what it must be.
    pub(super) fn known<T>(
        &mut self,
        what: impl FnOnce(Json<'a>) -> Option<T>,
        otherwise: &'static str,
    ) -> Result<Option<T>, Error> {
        let Some(value) = self.option()? else { return Ok(None) };
        what(value).map(Some).ok_or(Error::InvalidOption(otherwise))
    }

    fn seconds(&mut self, otherwise: &'static str) -> Result<Option<u32>, Error> {
        // What is too large saturates: no token lasts that long either.
        let whole =
            |value: Json<'_>| value.number().map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX));
        self.known(whole, otherwise)
    }

    fn account(&mut self) -> Result<Option<Text>, Error> {
        self.known(Json::string, "account must be the id of an account: 'org_…'")
    }

    pub(super) fn locale(&mut self) -> Result<Option<Locale>, Error> {
        let Some(value) = self.option()? else { return Ok(None) };
        match value.string() {
            // As which the official client takes anything falsy.
            Some(text) if text.trim_ascii().is_empty() => Ok(None),
            Some(text) => Locale::parse(&text).map(Some),
            None if matches!(value.as_str(), "false" | "0") => Ok(None),
            None => Err(Error::InvalidOption("locale must be a string such as 'en' or 'es-MX'")),
        }
    }

    pub(super) fn timeout(&mut self) -> Result<Option<Timeout>, Error> {
        let Some(value) = self.option()? else { return Ok(None) };
        // What is no whole number is none that is allowed either.
        let ms = value.number().and_then(|ms| u32::try_from(ms).ok()).map_or(f64::NAN, f64::from);
        Timeout::from_ms(ms).map(Some)
    }

    /// A URL and whether the platform can use it.
    pub(super) fn url(&mut self) -> Result<Option<BaseUrl>, Error> {
        let (value, is_usable) = (self.option()?, self.is_true());
        let Some(value) = value else { return Ok(None) };
        let text = value.string().ok_or(Error::InvalidUrl("the url must be a string or a URL object"))?;
        if text.trim_ascii().is_empty() {
            return Ok(None);
        }
        refuse_server_api(&text)?;
        let url = BaseUrl::parse(&text)?;
        if is_usable {
            Ok(Some(url))
        } else {
            Err(Error::InvalidUrl(
                "the url has a host that this platform cannot use: check it for typing errors",
            ))
        }
    }

    fn beside(&mut self) -> Secret {
        self.beside.take().unwrap_or_default()
    }
}

impl Take for u32 {
    const ITEMS: &'static [Item] = &[Item::Field("number")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(items.small())
    }
}

impl Take for u16 {
    const ITEMS: &'static [Item] = &[Item::Field("number")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(Self::try_from(items.small()).unwrap_or_default())
    }
}

impl Take for bool {
    const ITEMS: &'static [Item] = &[Item::Field("boolean")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(items.is_true())
    }
}

impl Take for Option<Text> {
    const ITEMS: &'static [Item] = &[Item::Field("string | null")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(items.next().string())
    }
}

impl Take for Secret {
    const ITEMS: &'static [Item] = &[Item::Beside];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(items.beside())
    }
}

impl Take for Option<Secret> {
    const ITEMS: &'static [Item] = &[Item::Beside];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(items.beside.take())
    }
}

impl Take for Endpoint {
    const ITEMS: &'static [Item] = &[Item::Field("Endpoint")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        let number = items.small();
        let mut all = Self::ALL.into_iter().zip(0..);
        let found = all.find(|(_, own)| *own == number).map(|(endpoint, _)| endpoint);
        found.ok_or(Error::InvalidParams("there is no such call"))
    }
}

impl Take for Params {
    const ITEMS: &'static [Item] = &[Item::Named("paramsFault", "ParamsFault"), Item::Beside];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        match items.small() {
            0 => Ok(Self(items.beside())),
            1 => Err(Error::InvalidParams("pass the parameters as an object: { email, password }")),
            _ => Err(Error::InvalidParams(
                "the parameters cannot be sent as JSON: look for a BigInt, a cycle, or a toJSON that throws",
            )),
        }
    }
}

impl Take for CallOptions {
    const ITEMS: &'static [Item] = &[
        Item::Named("areOptions", "boolean"),
        Item::Named("locale", "Plain"),
        Item::Named("timeoutMs", "Plain"),
        Item::Named("isAborted", "Plain"),
    ];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        if !items.is_true() {
            return Err(Error::InvalidOption("pass the options as an object, such as { signal, timeoutMs }"));
        }
        let (locale, timeout) = (items.locale()?, items.timeout()?);
        let is_flag = |value: Json<'_>| (!value.is_object()).then_some(value.is_true());
        let is_aborted = items.known(is_flag, "signal must be an AbortSignal: pass controller.signal")?;
        Ok(Self { locale, timeout, is_aborted: is_aborted.unwrap_or_default() })
    }
}

impl Take for Want {
    const ITEMS: &'static [Item] = &[Item::Named("want", "Want"), Item::Named("detail", "Plain")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(match items.small() {
            0 => {
                let seconds = items.seconds("minValiditySeconds must be a whole number of seconds")?;
                Self::Token { min_validity_seconds: seconds.unwrap_or(MIN_VALIDITY_SECONDS) }
            }
            1 => {
                items.next();
                Self::Refresh
            }
            _ => {
                let account = items.next().string().map(|account| Text::from(account.trim_ascii()));
                let account = account.filter(|account| account.starts_with("org_"));
                Self::Account(
                    account
                        .ok_or(Error::InvalidParams("pass switchAccount the id of an account: 'org_…'"))?,
                )
            }
        })
    }
}

impl Take for AppRequest {
    const ITEMS: &'static [Item] = &[
        Item::Named("origin", "string | null"),
        Item::Named("isSameOrigin", "boolean"),
        Item::Named("isAuthorized", "boolean"),
        Item::Named("isRepeatable", "boolean"),
        Item::Named("isAborted", "boolean"),
    ];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(Self {
            origin: items.next().string(),
            is_same_origin: items.is_true(),
            is_authorized: items.is_true(),
            is_repeatable: items.is_true(),
            is_aborted: items.is_true(),
        })
    }
}

impl Take for Rules {
    const ITEMS: &'static [Item] = &[Item::Named("leewaySeconds", "Plain"), Item::Named("account", "Plain")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        let leeway = items.seconds("leewaySeconds must be a whole number of seconds")?;
        Ok(Self { leeway_seconds: leeway.unwrap_or(LEEWAY_SECONDS), account: items.account()? })
    }
}

impl Take for Visit {
    const ITEMS: &'static [Item] = &[
        Item::Named("page", "Plain"),
        Item::Named("account", "Plain"),
        Item::Named("prompt", "Plain"),
        Item::Named("invitation", "Plain"),
        Item::Named("force", "Plain"),
        Item::Named("redirectUri", "Plain"),
        Item::Named("session", "Plain"),
    ];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(Self {
            // What is no text is no page either.
            page: items.next().string().unwrap_or_default(),
            account: items.account()?,
            prompt: items
                .known(|value| value.is("login").then_some(true), "prompt must be 'login'")?
                .is_some(),
            invitation: items.known(Json::text, "invitation must be the invitation's token")?,
            force: items.option()?.is_some_and(Json::is_true),
            redirect_uri: items.known(
                |value| value.string().filter(|url| is_web(url)),
                "redirectUri must be a whole URL: new URL('/signed-in', location.href)",
            )?,
            session: items.known(Json::text, "session must be a session id: 'kss_…'")?,
        })
    }
}

fn is_web(url: &str) -> bool {
    let scheme = text::before(url, b':');
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}

impl Take for Option<BaseUrl> {
    const ITEMS: &'static [Item] = &[Item::Named("url", "Plain"), Item::Named("isUrlUsable", "boolean")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        items.url()
    }
}

impl Take for Option<Locale> {
    const ITEMS: &'static [Item] = &[Item::Named("locale", "Plain")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
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
        Item::Named("ratelimitReset", "string | null"),
        Item::Named("body", "Body"),
        Item::Beside,
    ];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(Self {
            status: u16::try_from(items.small()).unwrap_or_default(),
            is_hidden_redirect: items.is_true(),
            headers: Headers {
                content_type: items.next().string(),
                request_id: items.next().string(),
                retry_after: items.next().string(),
                ratelimit_reset: items.next().string(),
            },
            body: match items.small() {
                0 => Body::Text(items.beside()),
                1 => Body::NotUtf8,
                2 => Body::TooLarge,
                _ => Body::Cut,
            },
        })
    }
}

impl Take for Result<Option<Secret>, StoreFault> {
    const ITEMS: &'static [Item] = &[Item::Named("fault", "StoreFault | null"), Item::Beside];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        Ok(match items.next().number() {
            None => Ok(items.beside.take()),
            Some(0) => Err(StoreFault::Blocked),
            Some(1) => Err(StoreFault::Full),
            Some(_) => Err(StoreFault::Failed),
        })
    }
}

impl Take for Signature {
    const ITEMS: &'static [Item] = &[Item::Named("signature", "Signature"), Item::Named("keyBits", "number")];

    fn take(items: &mut Items<'_>) -> Result<Self, Error> {
        let (kind, key_bits) = (items.small(), items.small());
        Ok(match kind {
            0 => Self::Good { key_bits },
            1 => Self::Bad { key_bits },
            2 => Self::UnreadableKey,
            _ => Self::Unavailable,
        })
    }
}
