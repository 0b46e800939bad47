//! Everything that can go wrong, in one enum with stable codes.
//!
//! Codes are the contract; messages are for developers, say what to do, and may change. No variant carries text
//! that came from a caller or from the network, so that an error can be shown and logged as it is.

use core::fmt;

/// A failure or a misuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// `missing_url`: no URL is set.
    MissingUrl,
    /// `invalid_url`: the URL cannot be used; the text says why.
    InvalidUrl(&'static str),
    /// `not_a_loginrocket_url`: an address of the API that needs a key.
    NotALoginRocketUrl,
    /// `api_key_in_browser`: an option holds what looks like an API key.
    ApiKeyInBrowser,
    /// `insecure_url`: plain http to a host that is not loopback.
    InsecureUrl,
    /// `invalid_option`: an option cannot be used; the text says which and why.
    InvalidOption(&'static str),
    /// `invalid_params`: the parameters cannot be sent; the text says why.
    InvalidParams(&'static str),

    /// `network_error`: no answer that the browser lets us read.
    Network,
    /// `timeout`: no complete answer in the time allowed.
    Timeout,
    /// `aborted`: the caller's signal cancelled the call.
    Aborted,

    /// `empty_reply`: an answer without a body.
    EmptyReply,
    /// `not_json`: an answer that is not a JSON object.
    NotJson,
    /// `redirected`: a redirect, which is never followed.
    Redirected,
    /// `unexpected_status`: a status that is no answer.
    UnexpectedStatus,

    /// `validation_failed`: the service refused what was sent (422).
    ValidationFailed,
    /// `conflict`: the service refused what was sent because of what it holds already (409).
    Conflict,
    /// `access_denied`: the session expired or was never there (403).
    AccessDenied,
    /// `rate_limited`: too many requests (429).
    RateLimited,
    /// `not_found`: no such thing, host or path (404).
    NotFound,
    /// `client_error`: any other 4xx.
    ClientError,
    /// `server_error`: any 5xx.
    ServerError,
}

/// Where an [`Error`] arises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// Misuse, found before anything is sent.
    Usage,
    /// No answer.
    Transport,
    /// An answer that is not what the service sends.
    Response,
    /// The service's own word.
    Api,
}

/// The official client's name for a failure (contract §6.3); its classes carry the same names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// 403.
    AccessDenied,
    /// 429.
    RateLimited,
    /// 404.
    RecordNotFound,
    /// Everything else.
    LoginRocketError,
}

impl Source {
    /// The literal name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessDenied => "AccessDenied",
            Self::RateLimited => "RateLimited",
            Self::RecordNotFound => "RecordNotFound",
            Self::LoginRocketError => "LoginRocketError",
        }
    }
}

impl Error {
    /// One of each, in the order of the families.
    pub const ALL: [Self; 21] = [
        Self::MissingUrl,
        Self::InvalidUrl("the url is not usable"),
        Self::NotALoginRocketUrl,
        Self::ApiKeyInBrowser,
        Self::InsecureUrl,
        Self::InvalidOption("an option is not usable"),
        Self::InvalidParams("the parameters cannot be sent"),
        Self::Network,
        Self::Timeout,
        Self::Aborted,
        Self::EmptyReply,
        Self::NotJson,
        Self::Redirected,
        Self::UnexpectedStatus,
        Self::ValidationFailed,
        Self::Conflict,
        Self::AccessDenied,
        Self::RateLimited,
        Self::NotFound,
        Self::ClientError,
        Self::ServerError,
    ];

    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::MissingUrl => "missing_url",
            Self::InvalidUrl(_) => "invalid_url",
            Self::NotALoginRocketUrl => "not_a_loginrocket_url",
            Self::ApiKeyInBrowser => "api_key_in_browser",
            Self::InsecureUrl => "insecure_url",
            Self::InvalidOption(_) => "invalid_option",
            Self::InvalidParams(_) => "invalid_params",
            Self::Network => "network_error",
            Self::Timeout => "timeout",
            Self::Aborted => "aborted",
            Self::EmptyReply => "empty_reply",
            Self::NotJson => "not_json",
            Self::Redirected => "redirected",
            Self::UnexpectedStatus => "unexpected_status",
            Self::ValidationFailed => "validation_failed",
            Self::Conflict => "conflict",
            Self::AccessDenied => "access_denied",
            Self::RateLimited => "rate_limited",
            Self::NotFound => "not_found",
            Self::ClientError => "client_error",
            Self::ServerError => "server_error",
        }
    }

    /// Where it arises.
    pub const fn family(self) -> Family {
        match self {
            Self::MissingUrl
            | Self::InvalidUrl(_)
            | Self::NotALoginRocketUrl
            | Self::ApiKeyInBrowser
            | Self::InsecureUrl
            | Self::InvalidOption(_)
            | Self::InvalidParams(_) => Family::Usage,
            Self::Network | Self::Timeout | Self::Aborted => Family::Transport,
            Self::EmptyReply | Self::NotJson | Self::Redirected | Self::UnexpectedStatus => Family::Response,
            Self::ValidationFailed
            | Self::Conflict
            | Self::AccessDenied
            | Self::RateLimited
            | Self::NotFound
            | Self::ClientError
            | Self::ServerError => Family::Api,
        }
    }

    /// The official client's name for it.
    pub const fn source_name(self) -> Source {
        match self {
            Self::AccessDenied => Source::AccessDenied,
            Self::RateLimited => Source::RateLimited,
            Self::NotFound => Source::RecordNotFound,
            _ => Source::LoginRocketError,
        }
    }

    /// Whether the same call can succeed later without any change to it.
    pub const fn retryable(self) -> bool {
        matches!(
            self,
            Self::Network
                | Self::Timeout
                | Self::EmptyReply
                | Self::NotJson
                | Self::UnexpectedStatus
                | Self::RateLimited
                | Self::ServerError
        )
    }

    /// What happened and what to do about it, for the developer.
    pub const fn message(self) -> &'static str {
        match self {
            Self::MissingUrl => {
                "no url is set: pass new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' }) or set lrUrl"
            }
            Self::InvalidUrl(why) | Self::InvalidOption(why) | Self::InvalidParams(why) => why,
            Self::NotALoginRocketUrl => {
                "this is an address of AuthRocket's server API, which needs an API key: use the realm's LoginRocket URL instead"
            }
            Self::ApiKeyInBrowser => {
                "an option looks like an API key, which must never reach a browser: remove it and revoke the key, LoginRocket needs none"
            }
            Self::InsecureUrl => {
                "plain http would send passwords readable by everyone on the way: use https, or localhost while developing"
            }
            Self::Network => {
                "no readable answer: the host may be down or offline, or the realm's CORS origins lack this page's origin"
            }
            Self::Timeout => {
                "no complete answer in time: retry, or raise timeoutMs; the service may have done the call"
            }
            Self::Aborted => "the signal cancelled the call; the service may have done it all the same",
            Self::EmptyReply => {
                "the answer has no body: check that the url is the LoginRocket URL and that no proxy stands between"
            }
            Self::NotJson => {
                "the answer is not a JSON object: check that the url is the LoginRocket URL and that no proxy or captive portal stands between"
            }
            Self::Redirected => {
                "the answer is a redirect, which is not followed since it could carry secrets elsewhere: set the url to where it leads"
            }
            Self::UnexpectedStatus => {
                "the answer has a status that the service does not use: check what stands between"
            }
            Self::ValidationFailed => "the service refused the parameters: show its texts to the person",
            Self::Conflict => {
                "the service refused the parameters as a conflict: show its texts to the person"
            }
            Self::AccessDenied => {
                "the session expired or was ended, or the realm does not allow this: sign in again"
            }
            Self::RateLimited => "too many requests: wait before trying again",
            Self::NotFound => "nothing is there: check that the url is the realm's LoginRocket URL",
            Self::ClientError => "the service did not accept the request: check the status",
            Self::ServerError => "the service failed: retry later",
        }
    }

    /// The official client's text for the person (contract §6.3); misuse, which it has no text for, explains itself.
    pub const fn person_text(self) -> &'static str {
        match (self, self.family()) {
            (Self::AccessDenied, _) => "Session expired or access denied.",
            (Self::RateLimited, _) => "Rate limited; wait before trying again.",
            (_, Family::Usage) => self.message(),
            _ => "An unexpected error occurred; please wait a minute and try again.",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}

impl core::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that a union of `types.d.ts` lists.
    fn union(name: &str) -> Vec<&'static str> {
        let types = include_str!("bindings/types.d.ts");
        let (_, after) = types.split_once(&format!("export type {name} =")).unwrap();
        let (body, _) = after.split_once("\n\n").unwrap();
        body.split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_unions_in_the_types_list_exactly_the_codes_of_each_family() {
        let codes = |family| {
            Error::ALL.iter().filter(move |error| error.family() == family).map(|error| error.code())
        };
        // Thrown by the entry file, before there is any Rust.
        let usage: Vec<_> = codes(Family::Usage).chain(["wasm_blocked"]).collect();
        assert_eq!(union("UsageCode"), usage);
        assert_eq!(union("TransportCode"), codes(Family::Transport).collect::<Vec<_>>());
        assert_eq!(union("ResponseCode"), codes(Family::Response).collect::<Vec<_>>());
        let api: Vec<_> = union("RefusalCode").into_iter().chain(union("ApiCode")).collect();
        assert_eq!(api, codes(Family::Api).collect::<Vec<_>>());
    }

    #[test]
    fn codes_are_unique_and_messages_say_something_in_lower_case() {
        let mut codes: Vec<_> = Error::ALL.iter().map(|error| error.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Error::ALL.len());
        for error in Error::ALL {
            assert!(error.message().len() > 15, "{}", error.code());
            assert!(error.message().starts_with(|c: char| c.is_lowercase()), "{}", error.message());
        }
    }
}
