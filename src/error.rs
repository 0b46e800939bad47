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
    /// `timeout`: no complete answer in the time allowed, to a call that may be repeated.
    Timeout,
    /// `outcome_unknown`: no complete answer, to a call that may have been done and must not be done twice.
    OutcomeUnknown,
    /// `aborted`: the caller's signal cancelled the call.
    Aborted,

    /// `empty_reply`: an answer without a body.
    EmptyReply,
    /// `reply_too_large`: an answer larger than any that the service sends.
    ReplyTooLarge,
    /// `invalid_encoding`: an answer that is not UTF-8.
    InvalidEncoding,
    /// `not_json`: an answer of another kind, such as the HTML page of a proxy.
    NotJson,
    /// `malformed_json`: an answer that says it is JSON and is not, such as one that was cut.
    MalformedJson,
    /// `not_an_object`: JSON, but no object.
    NotAnObject,
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

    /// `not_signed_in`: there is no session.
    NotSignedIn,
    /// `no_token`: there is a session, but something stands in the way of a token.
    NoToken,
    /// `no_fresh_token`: no token that lasts as long as asked for can be had.
    NoFreshToken,
    /// `account_unavailable`: the person has no place in that account.
    AccountUnavailable,
    /// `refresh_limited`: this tab has asked often enough for now.
    RefreshLimited,
    /// `another_user`: a token came for somebody else than the person who is signed in.
    AnotherUser,
    /// `disposed`: the client was disposed of.
    Disposed,

    /// `malformed_token`: no JWT.
    MalformedToken,
    /// `v1_token`: a token of the service's first version.
    V1Token,
    /// `unsupported_algorithm`: signed in a way that is not trusted, or not at all.
    UnsupportedAlgorithm,
    /// `unsupported_header`: brings a key or rules of its own.
    UnsupportedHeader,
    /// `missing_key_id`: does not say which key signed it.
    MissingKeyId,
    /// `unknown_key`: signed with a key that the realm does not have.
    UnknownKey,
    /// `unusable_key`: signed with a key of the realm that is not for this.
    UnusableKey,
    /// `invalid_signature`: not what the realm signed.
    InvalidSignature,
    /// `wrong_issuer`: not issued by the service.
    WrongIssuer,
    /// `missing_claim`: lacks what every token has.
    MissingClaim,
    /// `invalid_claim`: a claim is not what it should be.
    InvalidClaim,
    /// `token_expired`: too old.
    TokenExpired,
    /// `token_not_yet_valid`: from the future.
    TokenNotYetValid,
    /// `wrong_account`: for another account than was asked for.
    WrongAccount,
    /// `keys_unavailable`: the realm's keys could not be had.
    KeysUnavailable,
    /// `crypto_unavailable`: the platform cannot verify signatures here.
    CryptoUnavailable,
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
    /// The session that outlives a call.
    Session,
    /// Whether a token may be trusted.
    Token,
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

/// What is known of an error.
struct Facts {
    code: &'static str,
    family: Family,
    retryable: bool,
    message: &'static str,
}

const fn usage(code: &'static str, message: &'static str) -> Facts {
    Facts { code, family: Family::Usage, retryable: false, message }
}

const fn transport(code: &'static str, retryable: bool, message: &'static str) -> Facts {
    Facts { code, family: Family::Transport, retryable, message }
}

const fn response(code: &'static str, retryable: bool, message: &'static str) -> Facts {
    Facts { code, family: Family::Response, retryable, message }
}

const fn api(code: &'static str, retryable: bool, message: &'static str) -> Facts {
    Facts { code, family: Family::Api, retryable, message }
}

const fn session(code: &'static str, retryable: bool, message: &'static str) -> Facts {
    Facts { code, family: Family::Session, retryable, message }
}

const fn token(code: &'static str, retryable: bool, message: &'static str) -> Facts {
    Facts { code, family: Family::Token, retryable, message }
}

impl Error {
    /// One of each, in the order of the families.
    pub const ALL: [Self; 49] = [
        Self::MissingUrl,
        Self::InvalidUrl("the url is not usable"),
        Self::NotALoginRocketUrl,
        Self::ApiKeyInBrowser,
        Self::InsecureUrl,
        Self::InvalidOption("an option is not usable"),
        Self::InvalidParams("the parameters cannot be sent"),
        Self::Network,
        Self::Timeout,
        Self::OutcomeUnknown,
        Self::Aborted,
        Self::EmptyReply,
        Self::ReplyTooLarge,
        Self::InvalidEncoding,
        Self::NotJson,
        Self::MalformedJson,
        Self::NotAnObject,
        Self::Redirected,
        Self::UnexpectedStatus,
        Self::ValidationFailed,
        Self::Conflict,
        Self::AccessDenied,
        Self::RateLimited,
        Self::NotFound,
        Self::ClientError,
        Self::ServerError,
        Self::NotSignedIn,
        Self::NoToken,
        Self::NoFreshToken,
        Self::AccountUnavailable,
        Self::RefreshLimited,
        Self::AnotherUser,
        Self::Disposed,
        Self::MalformedToken,
        Self::V1Token,
        Self::UnsupportedAlgorithm,
        Self::UnsupportedHeader,
        Self::MissingKeyId,
        Self::UnknownKey,
        Self::UnusableKey,
        Self::InvalidSignature,
        Self::WrongIssuer,
        Self::MissingClaim,
        Self::InvalidClaim,
        Self::TokenExpired,
        Self::TokenNotYetValid,
        Self::WrongAccount,
        Self::KeysUnavailable,
        Self::CryptoUnavailable,
    ];

    #[expect(clippy::too_many_lines, reason = "a table: one row for each code")]
    const fn facts(self) -> Facts {
        match self {
            Self::MissingUrl => usage(
                "missing_url",
                "no url is set: pass new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' }) or set lrUrl",
            ),
            Self::InvalidUrl(why) => usage("invalid_url", why),
            Self::NotALoginRocketUrl => usage(
                "not_a_loginrocket_url",
                "an option is an address of AuthRocket's server API, which needs an API key: use the realm's LoginRocket URL",
            ),
            Self::ApiKeyInBrowser => usage(
                "api_key_in_browser",
                "an option looks like an API key, which must never reach a browser: remove it and revoke the key, LoginRocket needs none",
            ),
            Self::InsecureUrl => usage(
                "insecure_url",
                "plain http would send passwords readable by everyone on the way: use https, or localhost while developing",
            ),
            Self::InvalidOption(why) => usage("invalid_option", why),
            Self::InvalidParams(why) => usage("invalid_params", why),

            Self::Network => transport(
                "network_error",
                true,
                "no readable answer: the host may be down or offline, or the realm's CORS origins lack this page's origin",
            ),
            Self::Timeout => {
                transport("timeout", true, "no complete answer in time: try again, or raise timeoutMs")
            }
            Self::OutcomeUnknown => transport(
                "outcome_unknown",
                false,
                "no whole answer came, and the service may have done the call: find out before repeating it; if it never works, see that the host is up and the realm's CORS origins list this page's",
            ),
            Self::Aborted => transport(
                "aborted",
                false,
                "the signal cancelled the call; the service may have done it all the same",
            ),

            Self::EmptyReply => response(
                "empty_reply",
                true,
                "the answer has no body: check that the url is the LoginRocket URL and that no proxy stands between",
            ),
            Self::ReplyTooLarge => response(
                "reply_too_large",
                false,
                "the answer is larger than any of the service's: check that the url is the LoginRocket URL",
            ),
            Self::InvalidEncoding => response(
                "invalid_encoding",
                true,
                "the answer is not UTF-8: check what stands between this page and the service",
            ),
            Self::NotJson => response(
                "not_json",
                true,
                "the answer is not JSON: check that the url is the LoginRocket URL and that no proxy or captive portal stands between",
            ),
            Self::MalformedJson => {
                response("malformed_json", true, "the answer is broken JSON: it may have been cut on the way")
            }
            Self::NotAnObject => response(
                "not_an_object",
                false,
                "the answer is JSON but no object: check that the url is the LoginRocket URL",
            ),
            Self::Redirected => response(
                "redirected",
                false,
                "the answer is a redirect, which is not followed since it could carry secrets elsewhere: set the url to where it leads",
            ),
            Self::UnexpectedStatus => response(
                "unexpected_status",
                true,
                "the answer is none that the service gives: check what stands between",
            ),

            Self::ValidationFailed => api(
                "validation_failed",
                false,
                "the service refused the parameters: show its texts to the person",
            ),
            Self::Conflict => api(
                "conflict",
                false,
                "the service refused the parameters as a conflict: show its texts to the person",
            ),
            Self::AccessDenied => api(
                "access_denied",
                false,
                "the session expired or was ended, or the realm does not allow this: sign in again",
            ),
            Self::RateLimited => api("rate_limited", true, "too many requests: wait before trying again"),
            Self::NotFound => {
                api("not_found", false, "nothing is there: check that the url is the realm's LoginRocket URL")
            }
            Self::ClientError => {
                api("client_error", false, "the service did not accept the request: check the status")
            }
            Self::ServerError => api("server_error", true, "the service failed: try again later"),

            Self::NotSignedIn => session("not_signed_in", false, "nobody is signed in: sign in first"),
            Self::NoToken => session(
                "no_token",
                false,
                "the session has conditions to clear before it has a token: see the snapshot's conditions",
            ),
            Self::NoFreshToken => session(
                "no_fresh_token",
                false,
                "the service gives no token that lasts as long as minValiditySeconds: ask for less",
            ),
            Self::AccountUnavailable => session(
                "account_unavailable",
                false,
                "the person has no place in that account: offer another one",
            ),
            Self::RefreshLimited => session(
                "refresh_limited",
                true,
                "the session was refreshed too often: wait before trying again",
            ),
            Self::AnotherUser => session(
                "another_user",
                false,
                "a token came for somebody else than who is signed in: ask the person, then call adoptRedirect with switchUser",
            ),
            Self::Disposed => session("disposed", false, "the client was disposed of: make a new one"),

            Self::MalformedToken => token(
                "malformed_token",
                false,
                "no JWT: three parts in base64url, the first two JSON objects",
            ),
            Self::V1Token => {
                token("v1_token", false, "a token of AuthRocket's first version: migrate the realm to v2")
            }
            Self::UnsupportedAlgorithm => token(
                "unsupported_algorithm",
                false,
                "the token is not signed with RS256: set that as the realm's algorithm, or do not trust who sent it",
            ),
            Self::UnsupportedHeader => token(
                "unsupported_header",
                false,
                "the token's header brings a key or rules of its own: do not trust who sent it",
            ),
            Self::MissingKeyId => {
                token("missing_key_id", false, "the token's header has no kid: do not trust who sent it")
            }
            Self::UnknownKey => token(
                "unknown_key",
                true,
                "the realm has no such key: check that the token is of this realm; a new key is found within a minute",
            ),
            Self::UnusableKey => token(
                "unusable_key",
                false,
                "the realm's key is no RSA key of 2048 bits or more for RS256: check the realm's settings",
            ),
            Self::InvalidSignature => {
                token("invalid_signature", false, "the realm did not sign this: do not trust who sent it")
            }
            Self::WrongIssuer => {
                token("wrong_issuer", false, "the token's iss is not https://authrocket.com")
            }
            Self::MissingClaim => token(
                "missing_claim",
                false,
                "the token lacks sub, exp, iat, or the sid of a session that is to be adopted",
            ),
            Self::InvalidClaim => token(
                "invalid_claim",
                false,
                "a claim of the token is of the wrong type: times are whole numbers, ids are texts",
            ),
            Self::TokenExpired => token(
                "token_expired",
                false,
                "the token expired: get a new one, or check this device's clock",
            ),
            Self::TokenNotYetValid => {
                token("token_not_yet_valid", false, "the token is not valid yet: check this device's clock")
            }
            Self::WrongAccount => token("wrong_account", false, "the token is for another account"),
            Self::KeysUnavailable => token(
                "keys_unavailable",
                true,
                "the realm's keys could not be had from connect/jwks: see that it answers, and that the realm's CORS origins list this page's",
            ),
            Self::CryptoUnavailable => token(
                "crypto_unavailable",
                false,
                "this page has no WebCrypto, so no signature can be verified: serve it with https or from localhost",
            ),
        }
    }

    /// The stable code.
    pub const fn code(self) -> &'static str {
        self.facts().code
    }

    /// Where it arises.
    pub const fn family(self) -> Family {
        self.facts().family
    }

    /// Whether the same call can succeed later without any change to it, and does no harm if it was done already.
    pub const fn retryable(self) -> bool {
        self.facts().retryable
    }

    /// What happened and what to do about it, for the developer.
    pub const fn message(self) -> &'static str {
        self.facts().message
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

    /// The official client's text for the person (contract §6.3); misuse, which it has no text for, explains itself.
    pub const fn person_text(self) -> &'static str {
        match self {
            Self::AccessDenied => "Session expired or access denied.",
            Self::RateLimited => "Rate limited; wait before trying again.",
            _ if matches!(self.family(), Family::Usage) => self.message(),
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

    /// Thrown by the entry files, before there is any Rust.
    const OF_ENTRY_FILES: [&str; 4] =
        ["wasm_blocked", "wasm_not_loaded", "not_initialized", "unsupported_browser"];

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
        let usage: Vec<_> = codes(Family::Usage).chain(OF_ENTRY_FILES).collect();
        assert_eq!(union("UsageCode"), usage);
        assert_eq!(union("TransportCode"), codes(Family::Transport).collect::<Vec<_>>());
        assert_eq!(union("ResponseCode"), codes(Family::Response).collect::<Vec<_>>());
        let api: Vec<_> = union("RefusalCode").into_iter().chain(union("ApiCode")).collect();
        assert_eq!(api, codes(Family::Api).collect::<Vec<_>>());
        assert_eq!(union("SessionCode"), codes(Family::Session).collect::<Vec<_>>());
        assert_eq!(union("TokenCode"), codes(Family::Token).collect::<Vec<_>>());
    }

    #[test]
    fn the_table_in_the_docs_lists_every_code_with_its_family_and_whether_to_retry() {
        let docs = include_str!("../docs/errors.md");
        let mut listed = Vec::new();
        for section in docs.split("\n## ").skip(1) {
            let family = section.split(':').next().unwrap();
            for row in section.lines().filter(|line| line.starts_with("| `")) {
                let cells: Vec<_> = row.split('|').map(str::trim).collect();
                listed.push((cells[1].trim_matches('`').to_owned(), family.to_owned(), cells[2] == "yes"));
            }
        }
        let mut expected: Vec<_> = Error::ALL
            .iter()
            .map(|error| (error.code().to_owned(), format!("{:?}", error.family()), error.retryable()))
            .collect();
        let of_entry_files = OF_ENTRY_FILES.map(|code| (code.to_owned(), "Usage".to_owned(), false));
        expected.splice(7..7, of_entry_files);
        assert_eq!(listed, expected);
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
