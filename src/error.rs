//! Everything that can go wrong, in one enum with stable codes.
//!
//! Codes are stable. Messages are for developers: they say what to do, and may change. No variant carries text from a
//! caller or from the network, so an error can be shown and logged as it is.

mod misuse;

use core::fmt;
pub use misuse::Misuse;

/// Defines the errors: name, code, family, whether it is retryable, and the message for the developer. Some errors carry a
/// [`Misuse`] in place of a message. Each property is a table of its own, so that a program contains only the tables that it
/// uses.
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident $((why: $sample:ident))? = $code:literal, $family:ident, $retryable:literal $(, $message:literal)?;)*) => {
        /// A failure or a misuse.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Error {
            $($(#[$doc])* $name $((errors!(@why $sample)))?,)*
        }

        /// The same variants without their [`Misuse`], in the same order.
        #[derive(Clone, Copy)]
        enum Number {
            $($name),*
        }

        const CODES: &[&str] = &[$($code),*];
        const FAMILIES: &[Family] = &[$(Family::$family),*];
        const RETRYABLE: &[bool] = &[$($retryable),*];
        const MESSAGES: &[&str] = &[$(errors!(@message $($message)?)),*];

        impl Error {
            /// Every error once, in the order of the families.
            pub const ALL: [Self; CODES.len()] = [$(Self::$name $((Misuse::$sample))?),*];

            /// Its position in [`Self::ALL`].
            pub const fn number(self) -> usize {
                (match self {
                    $(Self::$name $((errors!(@any $sample)))? => Number::$name),*
                }) as usize
            }

            /// The misuse that caused it, if it carries one.
            pub const fn why(self) -> Option<Misuse> {
                match self {
                    Self::InvalidUrl(why) | Self::InvalidOption(why) | Self::InvalidParams(why) => Some(why),
                    _ => None,
                }
            }
        }
    };
    (@why $sample:ident) => { Misuse };
    (@any $sample:ident) => { _ };
    (@message $message:literal) => { $message };
    (@message) => { "" };
}

errors! {
    /// `missing_url`: no URL is set.
    MissingUrl = "missing_url", Usage, false, "no url is set: pass new LoginRocket({ url: 'https://SAMPLE.e2.loginrocket.com/' }) or set lrUrl";
    /// `invalid_url`: the URL cannot be used; the text says why.
    InvalidUrl(why: UrlNotText) = "invalid_url", Usage, false;
    /// `not_a_loginrocket_url`: an address of the server API, which needs a key.
    NotALoginRocketUrl = "not_a_loginrocket_url", Usage, false, "an option is an address of AuthRocket's server API, which needs an API key: use the realm's LoginRocket URL";
    /// `api_key_in_browser`: an option holds what looks like an API key.
    ApiKeyInBrowser = "api_key_in_browser", Usage, false, "an option looks like an API key, which must never reach a browser: remove it and revoke the key, LoginRocket needs none";
    /// `insecure_url`: plain http to a host that is not loopback.
    InsecureUrl = "insecure_url", Usage, false, "plain http would send passwords readable by everyone on the way: use https, or localhost while developing";
    /// `invalid_option`: an option cannot be used; the text says which and why.
    InvalidOption(why: UnreadableOption) = "invalid_option", Usage, false;
    /// `invalid_params`: the parameters cannot be sent; the text says why.
    InvalidParams(why: ParamsNotJson) = "invalid_params", Usage, false;

    /// `network_error`: no answer, or none that the browser lets us read.
    Network = "network_error", Transport, true, "no readable answer: the host may be down or offline, or the realm's CORS origins lack this page's origin";
    /// `timeout`: no complete answer in time to a call that may be repeated.
    Timeout = "timeout", Transport, true, "no complete answer in time: try again, or raise timeoutMs";
    /// `outcome_unknown`: no complete answer to a call that must not be repeated blindly. The service may have done it.
    OutcomeUnknown = "outcome_unknown", Transport, false, "no whole answer came, and the service may have done the call: find out before repeating it; if it never works, see that the host is up and the realm's CORS origins list this page's";
    /// `aborted`: the caller's signal cancelled the call.
    Aborted = "aborted", Transport, false, "the signal cancelled the call; the service may have done it all the same";

    /// `empty_reply`: an answer without a body.
    EmptyReply = "empty_reply", Response, true, "the answer has no body: check that the url is the LoginRocket URL and that no proxy stands between";
    /// `reply_too_large`: an answer larger than any that the service sends.
    ReplyTooLarge = "reply_too_large", Response, false, "the answer is larger than any of the service's: check that the url is the LoginRocket URL";
    /// `invalid_encoding`: an answer that is not UTF-8.
    InvalidEncoding = "invalid_encoding", Response, true, "the answer is not UTF-8: check what stands between this page and the service";
    /// `not_json`: an answer of another kind, such as the HTML page of a proxy.
    NotJson = "not_json", Response, true, "the answer is not JSON: check that the url is the LoginRocket URL and that no proxy or captive portal stands between";
    /// `malformed_json`: an answer that is declared as JSON but is not, such as one that was cut.
    MalformedJson = "malformed_json", Response, true, "the answer is broken JSON: it may have been cut on the way";
    /// `not_an_object`: JSON, but no object.
    NotAnObject = "not_an_object", Response, false, "the answer is JSON but no object: check that the url is the LoginRocket URL";
    /// `redirected`: a redirect, which is never followed.
    Redirected = "redirected", Response, false, "the answer is a redirect, which is not followed since it could carry secrets elsewhere: set the url to where it leads";
    /// `unexpected_status`: a status that is no answer.
    UnexpectedStatus = "unexpected_status", Response, true, "the answer is none that the service gives: check what stands between";

    /// `validation_failed`: the service refused what was sent (422).
    ValidationFailed = "validation_failed", Api, false, "the service refused the parameters: show its texts to the person";
    /// `conflict`: the service refused what was sent because it conflicts with existing data (409).
    Conflict = "conflict", Api, false, "the service refused the parameters as a conflict: show its texts to the person";
    /// `access_denied`: the session expired or does not exist, or the realm does not allow the call (403).
    AccessDenied = "access_denied", Api, false, "the session expired or was ended, or the realm does not allow this: sign in again";
    /// `rate_limited`: too many requests (429).
    RateLimited = "rate_limited", Api, true, "too many requests: wait before trying again";
    /// `not_found`: no such thing, host or path (404).
    NotFound = "not_found", Api, false, "nothing is there: check that the url is the realm's LoginRocket URL";
    /// `client_error`: any other 4xx.
    ClientError = "client_error", Api, false, "the service did not accept the request: check the status";
    /// `server_error`: any 5xx.
    ServerError = "server_error", Api, true, "the service failed: try again later";

    /// `not_signed_in`: there is no session.
    NotSignedIn = "not_signed_in", Session, false, "nobody is signed in: sign in first";
    /// `no_token`: there is a session, but it has conditions to clear before it gets a token.
    NoToken = "no_token", Session, false, "the session has conditions to clear before it has a token: see the snapshot's conditions";
    /// `no_fresh_token`: the service gives no token that lasts as long as the caller needs.
    NoFreshToken = "no_fresh_token", Session, false, "the service gives no token that lasts as long as minValiditySeconds: ask for less";
    /// `account_unavailable`: the person is no member of that account.
    AccountUnavailable = "account_unavailable", Session, false, "the person has no place in that account: offer another one";
    /// `refresh_limited`: this tab has asked for a token too often in the last minute.
    RefreshLimited = "refresh_limited", Session, true, "the session was refreshed too often: wait before trying again";
    /// `another_user`: a token came for somebody else than the person who is signed in.
    AnotherUser = "another_user", Session, false, "a token came for somebody else than who is signed in: ask the person, then call adoptRedirect with switchUser";
    /// `disposed`: the client was disposed of.
    Disposed = "disposed", Session, false, "the client was disposed of: make a new one";

    /// `malformed_token`: the text is no JWT.
    MalformedToken = "malformed_token", Token, false, "no JWT: three parts in base64url, the first two JSON objects";
    /// `v1_token`: a token of the service's first version.
    V1Token = "v1_token", Token, false, "a token of AuthRocket's first version: migrate the realm to v2";
    /// `unsupported_algorithm`: the token is signed with another algorithm than RS256, or not at all.
    UnsupportedAlgorithm = "unsupported_algorithm", Token, false, "the token is not signed with RS256: set that as the realm's algorithm, or do not trust who sent it";
    /// `unsupported_header`: the token's header brings its own key or its own rules.
    UnsupportedHeader = "unsupported_header", Token, false, "the token's header brings a key or rules of its own: do not trust who sent it";
    /// `missing_key_id`: the token does not say which key signed it.
    MissingKeyId = "missing_key_id", Token, false, "the token's header has no kid: do not trust who sent it";
    /// `unknown_key`: the realm does not have the key that the token names.
    UnknownKey = "unknown_key", Token, true, "the realm has no such key: check that the token is of this realm; a new key is found within a minute";
    /// `unusable_key`: the token names a key of the realm that cannot be used for RS256.
    UnusableKey = "unusable_key", Token, false, "the realm's key is no RSA key of 2048 bits or more for RS256: check the realm's settings";
    /// `invalid_signature`: the realm did not sign this token.
    InvalidSignature = "invalid_signature", Token, false, "the realm did not sign this: do not trust who sent it";
    /// `wrong_issuer`: the service did not issue the token.
    WrongIssuer = "wrong_issuer", Token, false, "the token's iss is not https://authrocket.com";
    /// `missing_claim`: the token lacks a claim that every token has.
    MissingClaim = "missing_claim", Token, false, "the token lacks sub, exp, iat, or the sid of a session that is to be adopted";
    /// `invalid_claim`: a claim of the token has the wrong type.
    InvalidClaim = "invalid_claim", Token, false, "a claim of the token is of the wrong type: times are whole numbers, ids are texts";
    /// `token_expired`: the token has expired.
    TokenExpired = "token_expired", Token, false, "the token expired: get a new one, or check this device's clock";
    /// `token_not_yet_valid`: the token is from the future.
    TokenNotYetValid = "token_not_yet_valid", Token, false, "the token is not valid yet: check this device's clock";
    /// `wrong_account`: the token is for another account than the one that was asked for.
    WrongAccount = "wrong_account", Token, false, "the token is for another account";
    /// `keys_unavailable`: the realm's keys could not be fetched or read.
    KeysUnavailable = "keys_unavailable", Token, true, "the realm's keys could not be had from connect/jwks: see that it answers, and that the realm's CORS origins list this page's";
    /// `crypto_unavailable`: the platform cannot verify signatures here.
    CryptoUnavailable = "crypto_unavailable", Token, false, "this page has no WebCrypto, so no signature can be verified: serve it with https or from localhost";
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
    /// The service refused the call, or answered with an error status.
    Api,
    /// The session, which lasts longer than one call.
    Session,
    /// Whether a token may be trusted.
    Token,
}

/// The official client's name for a failure (protocol.md#official-results); its classes carry the same names.
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

/// The row of an error in a table. Each error has one, so `otherwise` is never used.
const fn of<T: Copy>(table: &[T], number: usize, otherwise: T) -> T {
    match table.split_at_checked(number) {
        Some((_, [row, ..])) => *row,
        _ => otherwise,
    }
}

impl Error {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        of(CODES, self.number(), "")
    }

    /// The family that it belongs to.
    pub const fn family(self) -> Family {
        of(FAMILIES, self.number(), Family::Usage)
    }

    /// Whether the same call, unchanged, can succeed later and does no harm if it was done already.
    pub const fn retryable(self) -> bool {
        of(RETRYABLE, self.number(), false)
    }

    /// What happened and what to do about it, for the developer.
    pub const fn message(self) -> &'static str {
        match self.why() {
            Some(why) => why.text(),
            None => of(MESSAGES, self.number(), ""),
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

    /// The official client's text for the person (protocol.md#official-results). It has none for misuse: there it is the
    /// message.
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

    /// Codes that the entry files throw before any Rust code runs.
    const OF_ENTRY_FILES: [&str; 4] =
        ["wasm_blocked", "wasm_not_loaded", "not_initialized", "unsupported_browser"];

    /// A code that they throw as well. The docs name it in a sentence, not in a table.
    const OF_A_START: [&str; 1] = ["out_of_memory"];

    /// The code that the script host gives when the module has failed.
    const OF_THE_HOST: [&str; 1] = ["internal_error"];

    /// The codes that a union of the npm package's types lists.
    fn union(name: &str) -> Vec<&'static str> {
        let types = include_str!("../pkg/src/types/failures.ts");
        let (_, after) = types.split_once(&format!("export type {name} =")).unwrap();
        let (body, _) = after.split_once("\n\n").unwrap();
        body.split('\'').skip(1).step_by(2).collect()
    }

    #[test]
    fn the_unions_in_the_types_list_exactly_the_codes_of_each_family() {
        let codes = |family| {
            Error::ALL.iter().filter(move |error| error.family() == family).map(|error| error.code())
        };
        let usage: Vec<_> = codes(Family::Usage).chain(OF_ENTRY_FILES).chain(OF_A_START).collect();
        assert_eq!(union("UsageCode"), usage);
        let transport: Vec<_> = codes(Family::Transport).chain(OF_THE_HOST).collect();
        assert_eq!(union("TransportCode"), transport);
        assert_eq!(union("ResponseCode"), codes(Family::Response).collect::<Vec<_>>());
        let api: Vec<_> = union("RefusalCode").into_iter().chain(union("ApiCode")).collect();
        assert_eq!(api, codes(Family::Api).collect::<Vec<_>>());
        assert_eq!(union("SessionCode"), codes(Family::Session).collect::<Vec<_>>());
        assert_eq!(union("TokenCode"), codes(Family::Token).collect::<Vec<_>>());
    }

    #[test]
    fn the_table_in_the_docs_lists_every_code_with_its_family_and_whether_to_retry() {
        let docs = include_str!("../docs/reference/errors.md");
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
