//! The configuration of a client: URL, language, timeout, and the values that no option may have.

use super::{
    json::Json,
    text::{self, Text},
    url::BaseUrl,
};
use crate::{Error, Misuse};

/// The longest timeout of a single call.
const MAX_TIMEOUT_MS: u32 = 600_000;

/// Key prefixes of the server API, which no browser may hold (protocol.md#identifiers).
const KEY_PREFIXES: [&str; 3] = ["ks_", "ko_", "key_"];

/// Settings of a client.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where the API is. Without it every call gives `missing_url`.
    pub url: Option<BaseUrl>,
    /// Language of the service's messages; none leaves the choice to the browser.
    pub locale: Option<Locale>,
    /// How long a call may take in all.
    pub timeout: Timeout,
    /// The client's name for the service.
    pub agent: Agent,
    /// Allows plain http to hosts that are not loopback.
    pub dangerously_allow_insecure_url: bool,
}

impl Config {
    /// The base URL, if one is set and safe to send a password to.
    ///
    /// Errors: `missing_url`, `insecure_url`.
    pub fn usable_url(&self) -> Result<&BaseUrl, Error> {
        let url = self.url.as_ref().ok_or(Error::MissingUrl)?;
        if url.is_private() || self.dangerously_allow_insecure_url {
            Ok(url)
        } else {
            Err(Error::InsecureUrl)
        }
    }
}

/// A value for `Accept-Language`: a language tag, or a list of them with weights (RFC 9110 §12.5.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locale(Text);

impl Locale {
    /// Accepts any text that can stand in the header. It does not check which languages exist.
    ///
    /// Errors: `invalid_option`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim_ascii();
        let is_allowed = |b: u8| b.is_ascii_alphanumeric() || text::has("-*,;=. ", b);
        if text.is_empty() || !text.bytes().all(is_allowed) {
            return Err(Error::InvalidOption(Misuse::LocaleTag));
        }
        Ok(Self(text.into()))
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The value of `LR-Agent` (protocol.md#request-headers), which the service records with sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Agent {
    /// This package's name and version.
    #[default]
    Package,
    /// A name of the app's own.
    Custom(Text),
    /// No header at all, for a proxy whose CORS rules do not allow it.
    Omitted,
}

impl Agent {
    /// A name of the app's own.
    ///
    /// Errors: `invalid_option`, unless it is visible ASCII of at most 100 characters.
    pub fn custom(name: &str) -> Result<Self, Error> {
        let name = name.trim_ascii();
        if name.is_empty() || name.len() > 100 || !name.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
            return Err(Error::InvalidOption(Misuse::Agent));
        }
        Ok(Self::Custom(name.into()))
    }

    /// The header's value. None if there is to be no header.
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::Package => Some(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"))),
            Self::Custom(name) => Some(name),
            Self::Omitted => None,
        }
    }
}

/// How long a call may take in all, from sending to the last byte of the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timeout(u32);

impl Timeout {
    /// From milliseconds that are known to be in range.
    pub(crate) const fn of_ms(ms: u32) -> Self {
        Self(ms)
    }

    /// From a JavaScript number of milliseconds.
    ///
    /// Errors: `invalid_option`, unless it is a whole number from 1 to 600,000.
    pub fn from_ms(ms: f64) -> Result<Self, Error> {
        let is_whole = (1.0..=f64::from(MAX_TIMEOUT_MS)).contains(&ms) && ms % 1.0 == 0.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and in range")]
        Self::from_whole_ms(if is_whole { ms as u32 } else { 0 })
    }

    /// From a whole number of milliseconds.
    ///
    /// Errors: `invalid_option`, unless it is one from 1 to 600,000.
    pub fn from_whole_ms(ms: u32) -> Result<Self, Error> {
        if (1..=MAX_TIMEOUT_MS).contains(&ms) {
            return Ok(Self(ms));
        }
        Err(Error::InvalidOption(Misuse::Timeout))
    }

    /// In milliseconds.
    pub fn as_ms(self) -> u32 {
        self.0
    }
}

/// Ten seconds. The official client's fixed four (protocol.md#timeouts) end slow sign-ups that the service then
/// completes.
impl Default for Timeout {
    fn default() -> Self {
        Self(10_000)
    }
}

/// Checks an entry of the token origins. `given` is the entry as it was given, `origin` its origin as the platform parses it.
/// None if the entry has more than an origin, or if a token on its way there could be read by others.
pub fn token_origin(given: &str, origin: &str) -> Option<Text> {
    let is_all = text::trim_end(given.trim_ascii(), b'/').eq_ignore_ascii_case(origin);
    (is_all && BaseUrl::parse(origin).is_ok_and(|url| url.is_private())).then(|| origin.into())
}

/// Whether a URL is of the page's own origin `own`. `origin` is the origin of the URL as the platform parses it; none if the URL is
/// neither http nor https. In a shell with its own URL scheme only the page's location has an origin, not the URL.
#[cfg(any(test, all(target_arch = "wasm32", feature = "web")))]
pub(crate) fn is_own(url: &str, origin: Option<&str>, own: &str) -> bool {
    if let Some(origin) = origin {
        return origin == own;
    }
    let has_host = own.split_once("://").is_some_and(|(_, host)| !host.is_empty());
    has_host && url.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'))
}

/// Applies [`refuse_server_api`] to every text and every name in a JSON value, at any depth.
///
/// Errors: those of [`refuse_server_api`].
pub fn refuse_server_api_in(value: Json<'_>) -> Result<(), Error> {
    if let Some(text) = value.string() {
        return refuse_server_api(&text);
    }
    for (name, item) in value.items() {
        refuse_server_api(&name.string().unwrap_or_default())?;
        refuse_server_api_in(item)?;
    }
    Ok(())
}

/// Refuses a text that belongs to the server API and not into a browser: an API key, or the API's address. It may stand in any
/// option.
///
/// Errors: `api_key_in_browser`, `not_a_loginrocket_url`.
pub fn refuse_server_api(option: &str) -> Result<(), Error> {
    let option = option.trim_ascii();
    let looks_like_a_key = KEY_PREFIXES
        .iter()
        .filter_map(|prefix| option.strip_prefix(prefix))
        .any(|rest| rest.len() >= 8 && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'));
    if looks_like_a_key {
        return Err(Error::ApiKeyInBrowser);
    }
    match BaseUrl::parse(option) {
        Err(error @ Error::NotALoginRocketUrl) => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_the_pages_own_also_where_a_shell_has_its_own_scheme() {
        let https = "https://app.example.com";
        for (url, origin, own, expected) in [
            ("https://app.example.com/a", Some(https), https, true),
            ("https://api.example.com/a", Some("https://api.example.com"), https, false),
            ("https://app.example.com/a", Some(https), "tauri://localhost", false),
            ("tauri://localhost/a", None, "tauri://localhost", true),
            ("tauri://localhost.example.com/a", None, "tauri://localhost", false),
            ("tauri://other/a", None, "tauri://localhost", false),
            ("capacitor://localhost/a", None, "tauri://localhost", false),
            ("file:///home/a", None, "file://", false),
            ("null/a", None, "null", false),
            ("/a", None, "", false),
        ] {
            assert_eq!(is_own(url, origin, own), expected, "{url} {own}");
        }
    }

    #[test]
    fn keys_and_server_addresses_are_refused_in_any_option() {
        for key in ["ks_SAMPLEKEY123456", "ko_SAMPLEKEY", "key_SAMPLE_KEY_1", " ks_SAMPLEKEY123456\n"] {
            assert_eq!(refuse_server_api(key), Err(Error::ApiKeyInBrowser), "{key}");
        }
        assert_eq!(refuse_server_api("https://api-e2.authrocket.com/v2"), Err(Error::NotALoginRocketUrl));
        for harmless in
            ["en", "https://sample.e2.loginrocket.com/", "ks_", "key_west/1.0", "monkey_SAMPLE_KEY"]
        {
            assert_eq!(refuse_server_api(harmless), Ok(()), "{harmless}");
        }
    }

    #[test]
    fn keys_and_server_addresses_are_refused_however_deep_they_stand() {
        let nested = |depth, text: &str| {
            (0..depth).fold(format!("{text:?}"), |json, level| match level % 2 {
                0 => format!("[1,{json}]"),
                _ => format!(r#"{{"a":null,"b":{json}}}"#),
            })
        };
        let code = |json: &str| refuse_server_api_in(Json::parse(json).unwrap()).map_err(Error::code);
        for depth in [0, 1, 2, 3, 5, 20, 60] {
            assert_eq!(code(&nested(depth, "ks_SAMPLEKEY123456")), Err("api_key_in_browser"), "{depth}");
            let address = nested(depth, "https://api-e2.authrocket.com/v2");
            assert_eq!(code(&address), Err("not_a_loginrocket_url"), "{depth}");
            assert_eq!(code(&nested(depth, "en")), Ok(()), "{depth}");
        }
        assert_eq!(code(r#"{"a":{"ks_SAMPLEKEY123456":true}}"#), Err("api_key_in_browser"));
        assert_eq!(code(r#"["ks_SAMPLEKEY123456"]"#), Err("api_key_in_browser"));
    }

    #[test]
    fn a_locale_is_anything_that_can_stand_in_the_header() {
        for text in ["en", "es-MX", "ja, en;q=0.5", "*"] {
            assert_eq!(Locale::parse(text).map(|locale| locale.as_str().to_owned()), Ok(text.to_owned()));
        }
        for text in ["", "  ", "en\r\nX-Evil: 1", "ñ", "en_US", "<b>"] {
            assert_eq!(Locale::parse(text).map_err(Error::code), Err("invalid_option"), "{text}");
        }
    }

    #[test]
    fn an_agent_is_what_can_stand_in_the_header() {
        assert_eq!(Agent::default().header(), Some(concat!("loginrocket-wasm/", env!("CARGO_PKG_VERSION"))));
        assert_eq!(Agent::custom(" my app/1.0 ").unwrap().header(), Some("my app/1.0"));
        assert_eq!(Agent::Omitted.header(), None);
        for name in ["", " ", "a\nb", "ü", &"x".repeat(101)] {
            assert_eq!(Agent::custom(name).map_err(Error::code), Err("invalid_option"), "{name}");
        }
    }

    #[test]
    fn a_timeout_is_a_whole_number_of_milliseconds_within_bounds() {
        assert_eq!(Timeout::from_ms(1.0).map(Timeout::as_ms), Ok(1));
        assert_eq!(Timeout::from_ms(600_000.0).map(Timeout::as_ms), Ok(600_000));
        for ms in [0.0, -1.0, 0.5, 600_001.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Timeout::from_ms(ms).map_err(Error::code), Err("invalid_option"), "{ms}");
        }
    }

    #[test]
    fn a_url_is_usable_when_it_is_set_and_cannot_be_overheard() {
        let with = |url: &str, dangerously_allow_insecure_url| Config {
            url: Some(BaseUrl::parse(url).unwrap()),
            dangerously_allow_insecure_url,
            ..Config::default()
        };
        assert_eq!(Config::default().usable_url().map(BaseUrl::as_str), Err(Error::MissingUrl));
        assert_eq!(
            with("http://example.com", false).usable_url().map(BaseUrl::as_str),
            Err(Error::InsecureUrl)
        );
        assert_eq!(
            with("http://example.com", true).usable_url().map(BaseUrl::as_str),
            Ok("http://example.com/v2/")
        );
        assert_eq!(
            with("http://localhost:1", false).usable_url().map(BaseUrl::as_str),
            Ok("http://localhost:1/v2/")
        );
    }
}
