//! The API's base URL, from what a person pastes into a configuration.
//!
//! The official client concatenates strings (protocol.md#official-urls). This accepts the cases in which that works, and refuses
//! all others with a message. The browser's own parser is not used, so that the rules are the same everywhere and can be tested
//! natively.

use super::{
    secret::Secret,
    text::{self, Text},
};
use crate::{Error, Misuse};

const AUTHROCKET: &str = "authrocket.com";

/// An absolute http(s) URL that ends in `/v2/`, without credentials, query or fragment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    href: Text,
    private: bool,
}

impl BaseUrl {
    /// Reads a URL as people write it: with or without `/v2`, with any number of trailing slashes.
    ///
    /// Errors: `invalid_url`, `not_a_loginrocket_url`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim_ascii();
        if text.bytes().any(|b| b.is_ascii_whitespace() || b.is_ascii_control() || b == b'\\') {
            return invalid(Misuse::UrlNotPlain);
        }
        let Some((scheme, rest)) =
            text::split_once(text, b':').and_then(|(scheme, rest)| Some((scheme, rest.strip_prefix("//")?)))
        else {
            return invalid(Misuse::UrlNotAbsolute);
        };
        let https = scheme.eq_ignore_ascii_case("https");
        if !https && !scheme.eq_ignore_ascii_case("http") {
            return invalid(Misuse::UrlNotHttp);
        }
        if text::has(rest, b'?') || text::has(rest, b'#') {
            return invalid(Misuse::UrlHasQuery);
        }
        let (authority, path) = text::split_once(rest, b'/').unwrap_or((rest, ""));
        if text::has(authority, b'@') {
            return invalid(Misuse::UrlHasCredentials);
        }
        let authority = authority.to_ascii_lowercase();
        let host = host_of(&authority)?;
        if is_within(host, AUTHROCKET) {
            return Err(Error::NotALoginRocketUrl);
        }

        let path = text::trim_start(text::trim_end(path, b'/'), b'/');
        let (parent, last) = text::rsplit_once(path, b'/').unwrap_or(("", path));
        let root = if last.eq_ignore_ascii_case("v2") { text::trim_end(parent, b'/') } else { path };
        let scheme = if https { "https" } else { "http" };
        let version = if root.is_empty() { "v2/" } else { "/v2/" };
        let href = Secret::of(&[scheme, "://", &authority, "/", root, version]).into();
        Ok(Self { href, private: https || is_loopback(host) })
    }

    /// The URL, ending in `/v2/`.
    pub fn as_str(&self) -> &str {
        &self.href
    }

    /// The realm's root, where its hosted pages and keys are; ends in a slash.
    pub fn root(&self) -> &str {
        self.href.strip_suffix("v2/").unwrap_or(&self.href)
    }

    /// Whether nobody on the way can read what is sent there: with https, or to a loopback host.
    pub fn is_private(&self) -> bool {
        self.private
    }
}

fn invalid<T>(why: Misuse) -> Result<T, Error> {
    Err(Error::InvalidUrl(why))
}

/// The host of an authority without credentials. An IPv6 address keeps its brackets.
fn host_of(authority: &str) -> Result<&str, Error> {
    let find = |letter| text::find(authority, letter);
    let after_host = if authority.bytes().next() == Some(b'[') {
        find(b']').map(|end| end + 1)
    } else {
        Some(find(b':').unwrap_or(authority.len()))
    };
    let Some((host, port)) = after_host.and_then(|at| authority.split_at_checked(at)) else {
        return invalid(Misuse::UrlAddressOpen);
    };
    let well_formed = match host.strip_prefix("[") {
        Some(address) => {
            address.len() > 2
                && address.bytes().all(|b| b.is_ascii_hexdigit() || matches!(b, b':' | b'.' | b']'))
        }
        None => text::split(host.strip_suffix(".").unwrap_or(host), b'.').all(is_label),
    };
    if !well_formed {
        return invalid(Misuse::UrlHost);
    }
    let port_is_valid = match port.strip_prefix(":") {
        Some(digits) => text::decimal(digits).is_some_and(|port| (1..=65_535).contains(&port)),
        None => port.is_empty(),
    };
    if !port_is_valid {
        return invalid(Misuse::UrlPort);
    }
    Ok(host)
}

/// Whether a text can be one label of a host name. Letters outside ASCII are left to the browser, which knows IDNA.
fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_') || !b.is_ascii())
}

/// Whether a host is the domain or a subdomain of it. A dot at its end makes no difference.
fn is_within(host: &str, domain: &str) -> bool {
    let host = host.strip_suffix(".").unwrap_or(host);
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.bytes().next_back() == Some(b'.'))
}

/// Hosts that never leave the machine (RFC 6761 §6.3 for `localhost`, RFC 1122 §3.2.1.3 for 127/8).
fn is_loopback(host: &str) -> bool {
    let is_127 = host.strip_prefix("127.").is_some_and(|rest| {
        let is_byte = |part| text::decimal(part).is_some_and(|byte| byte < 256);
        text::split(rest, b'.').count() == 3 && text::split(rest, b'.').all(is_byte)
    });
    is_127 || host == "[::1]" || is_within(host, "localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        BaseUrl::parse(text).map_or_else(|error| error.code().to_owned(), |url| url.as_str().to_owned())
    }

    #[test]
    fn the_version_is_added_once_whatever_the_ending() {
        for text in
            ["http://a", "http://a/", "http://a/v2", "http://a/v2/", "http://a/v2//", " http://a/V2\n"]
        {
            assert_eq!(parsed(text), "http://a/v2/", "{text}");
        }
        assert_eq!(parsed("https://login.example.com/auth"), "https://login.example.com/auth/v2/");
        assert_eq!(parsed("https://a/foov2"), "https://a/foov2/v2/");
        assert_eq!(parsed("https://a/v2/v2"), "https://a/v2/v2/");
    }

    #[test]
    fn scheme_and_host_are_written_in_lower_case_and_the_port_is_kept() {
        assert_eq!(
            parsed("HTTPS://Merry-Lion-7652.E2.loginrocket.com"),
            "https://merry-lion-7652.e2.loginrocket.com/v2/"
        );
        assert_eq!(parsed("http://LOCALHOST:4400"), "http://localhost:4400/v2/");
        assert_eq!(parsed("http://[::1]:4400/"), "http://[::1]:4400/v2/");
    }

    #[test]
    fn normalising_twice_changes_nothing() {
        for text in
            ["https://a", "https://a/v2/v2", "https://a/x//v2///", "https://a//", "https://é.example/ü"]
        {
            let once = parsed(text);
            assert!(once.starts_with("https://"), "{text} became {once}");
            assert_eq!(parsed(&once), once, "{text}");
        }
    }

    #[test]
    fn what_is_not_an_absolute_web_address_is_refused() {
        for text in [
            "",
            "not a url",
            "loginrocket.com",
            "//a",
            "ftp://a",
            "javascript://a",
            "https://",
            "https:///v2/",
            "https://a b/",
            "https://a:99999/",
            "https://a:0/",
            "https://a:x/",
            "https://[::1/",
            "https://[]/",
            "https://a..b/",
            "https://a\\b/",
            "https://a?x=1",
            "https://a/v2#h",
            "https://user:pass@a/",
            "https://a%41/",
            "https:a",
            "https:/a",
        ] {
            assert_eq!(parsed(text), "invalid_url", "{text}");
        }
    }

    #[test]
    fn addresses_of_the_server_api_are_refused_by_name() {
        for text in
            ["https://api-e2.authrocket.com/v2", "https://authrocket.com", "https://API.AuthRocket.com./"]
        {
            assert_eq!(parsed(text), "not_a_loginrocket_url", "{text}");
        }
        assert_eq!(parsed("https://notauthrocket.com"), "https://notauthrocket.com/v2/");
    }

    #[test]
    fn only_https_and_loopback_are_private() {
        let private = |text| BaseUrl::parse(text).unwrap().is_private();
        for text in [
            "https://a",
            "http://localhost:1",
            "http://acme.localhost",
            "http://127.0.0.1",
            "http://127.9.9.9",
            "http://[::1]",
        ] {
            assert!(private(text), "{text}");
        }
        for text in [
            "http://a",
            "http://192.168.1.10",
            "http://localhost.example.com",
            "http://127.0.0.1.example.com",
            "http://[::2]",
        ] {
            assert!(!private(text), "{text}");
        }
    }
}
