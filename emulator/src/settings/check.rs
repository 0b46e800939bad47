//! What the type of a setting cannot tell: ranges, and texts that have to be one of a few.

use http::HeaderName;
use url::Url;

use super::Settings;
use crate::locale::{Locale, Text};

/// Memory of one password hash that no test needs more of.
const MAX_HASH_KIB: u32 = 1024 * 1024;

impl Settings {
    /// The first setting with an impossible value, and what is wrong with it.
    pub fn find_mistake(&self) -> Option<(&'static str, &'static str)> {
        let assumptions = &self.assumptions;
        let error_status = |status: u16| (400..=599).contains(&status);
        let success_status = |status: u16| (200..=299).contains(&status);
        let locales = &self.available_locales;
        let spoken = |tag: &String| Locale::is_spoken(tag);
        let checks = [
            ("default_locale", spoken(&self.default_locale), "not a language the realm can speak"),
            (
                "available_locales",
                !locales.is_empty() && locales.iter().all(spoken),
                "not a list of languages the realm can speak",
            ),
            ("password_min_complexity", self.password_min_complexity <= 4, "a score is 0 to 4"),
            ("allowed_origins", self.allowed_origins.iter().all(|entry| is_origin(entry)), "not an origin"),
            ("assumptions.mfa_wrong_code_status", error_status(assumptions.mfa_wrong_code_status), ERROR),
            ("assumptions.signup_closed_status", error_status(assumptions.signup_closed_status), ERROR),
            ("assumptions.signup_duplicate_status", error_status(assumptions.signup_duplicate_status), ERROR),
            (
                "assumptions.request_invitation_status",
                error_status(assumptions.request_invitation_status),
                ERROR,
            ),
            ("assumptions.throttled_login_status", error_status(assumptions.throttled_login_status), ERROR),
            ("assumptions.feature_off_status", error_status(assumptions.feature_off_status), ERROR),
            ("assumptions.inactive_login_status", error_status(assumptions.inactive_login_status), ERROR),
            ("assumptions.mfa_wrong_token_status", error_status(assumptions.mfa_wrong_token_status), ERROR),
            (
                "assumptions.password_wrong_token_status",
                error_status(assumptions.password_wrong_token_status),
                ERROR,
            ),
            (
                "assumptions.second_logout_status",
                error_status(assumptions.second_logout_status)
                    || success_status(assumptions.second_logout_status),
                "not a status of a success or an error",
            ),
            (
                "assumptions.success_status",
                success_status(assumptions.success_status),
                "not a status of a success",
            ),
            (
                "assumptions.texts",
                assumptions.texts.keys().all(|name| Text::ALL.iter().any(|text| text.name() == name)),
                "not a sentence that can be replaced",
            ),
            (
                "assumptions.cors_exposed_headers",
                assumptions.cors_exposed_headers.iter().all(|name| HeaderName::try_from(name).is_ok()),
                "not a header's name",
            ),
            (
                "assumptions.rate_limit",
                assumptions.rate_limit.is_none_or(|limit| limit.window_seconds > 0),
                "a window lasts at least a second",
            ),
            (
                "assumptions.password_hash_kib",
                assumptions.password_hash_kib <= MAX_HASH_KIB,
                "more memory than a test should need",
            ),
        ];
        checks.into_iter().find(|(_, right, _)| !right).map(|(field, _, reason)| (field, reason))
    }
}

const ERROR: &str = "not a status of an error";

/// What browsers send as the origin of a page that has none of its own, such as a file.
const NO_ORIGINS: [&str; 2] = ["null", "file://"];

/// Whether an entry of the allow-list can mean an origin: scheme and host, perhaps a port or `*` for any, nothing after.
fn is_origin(entry: &str) -> bool {
    if NO_ORIGINS.contains(&entry) {
        return true;
    }
    let entry = entry.trim_end_matches('/');
    let base = entry.strip_suffix(":*").unwrap_or(entry);
    let parts =
        base.split_once("://").is_some_and(|(_, authority)| !authority.contains(['/', '?', '#', '@']));
    parts && is_address(base)
}

/// Whether a text is an absolute address with a host in it.
fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.has_host())
}

/// Whether a hand-off can go there: to a page, or by a scheme of an app's own, with a host after it or without.
pub(crate) fn is_target(text: &str) -> bool {
    let is_place = |url: &Url| url.has_host() || url.path().starts_with('/');
    Url::parse(text)
        .is_ok_and(|url| is_place(&url) && !["file", "javascript", "data"].contains(&url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::{is_origin, is_target};

    #[test]
    fn origins_of_shells_can_be_listed_and_addresses_cannot() {
        for entry in
            ["https://a.test", "http://localhost:*", "capacitor://localhost", "app://-", "null", "file://"]
        {
            assert!(is_origin(entry), "{entry}");
        }
        for entry in ["", "a.test", "https://a.test/x", "file:///x", "none"] {
            assert!(!is_origin(entry), "{entry}");
        }
    }

    #[test]
    fn a_hand_off_goes_to_a_page_or_by_the_scheme_of_an_app() {
        for url in ["https://a.test/x", "com.example.app:/signed-in", "myapp://signed-in"] {
            assert!(is_target(url), "{url}");
        }
        for url in [
            "",
            "/x",
            "localhost:3000",
            "javascript:alert(1)",
            "javascript://x/%0aalert(1)",
            "file:///x",
            "data:/x",
        ] {
            assert!(!is_target(url), "{url}");
        }
    }
}
