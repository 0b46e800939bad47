//! Hand-offs: which addresses the realm trusts, and going there with the token (protocol.md#hosted-pages).

use url::Url;

use super::{Outcome, Visit, to, with_cookie};
use crate::settings::ForeignRedirect;
use crate::wire::Refusal;

impl Visit<'_> {
    /// Sends the browser to the app with the token.
    pub(super) fn hand_off(&mut self, session: &str, token: &str) -> Outcome {
        let response = if let Some(target) = self.target()? {
            to(with_token(target, token).as_str())
        } else {
            let note = "You are logged in. This realm has no Login URL to send you to.";
            let links =
                [("/profile", "Your profile"), ("/accounts", "Your accounts"), ("/logout", "Log out")];
            self.page_with_links("Welcome", Some(note), Vec::new(), Vec::new(), &links)?
        };
        Ok(with_cookie(response, session))
    }

    /// Where a hand-off goes: to `redirect_uri` if the realm trusts it, else to the first Login URL.
    pub(super) fn target(&self) -> Result<Option<Url>, Refusal> {
        let wanted = self.param("redirect_uri");
        if let Some(url) = wanted.as_deref().and_then(|wanted| self.trusted(wanted)) {
            return Ok(Some(url));
        }
        if wanted.is_some() && self.realm.settings.assumptions.foreign_redirect == ForeignRedirect::Error {
            let words = "this `redirect_uri` is not one of the realm's Login URLs";
            return Err(Refusal::plain(http::StatusCode::UNPROCESSABLE_ENTITY, words));
        }
        Ok(self.realm.login_urls().first().and_then(|url| Url::parse(url).ok()))
    }

    /// An address that the realm trusts: of one origin with a Login URL, and with an equal or more specific path.
    pub(super) fn trusted(&self, wanted: &str) -> Option<Url> {
        let wanted = Url::parse(wanted).ok()?;
        let plain = wanted.username().is_empty() && wanted.password().is_none();
        let fits = |base: &Url| is_same_origin(base, &wanted) && is_below(wanted.path(), base.path());
        let known =
            self.realm.login_urls().iter().filter_map(|url| Url::parse(url).ok()).any(|base| fits(&base));
        (plain && known).then_some(wanted)
    }

    /// Origins that forms may end up at: browsers check `form-action` on the redirect, too.
    pub(super) fn form_targets(&self) -> Vec<String> {
        let mut urls = self.realm.login_urls();
        urls.extend(self.realm.handshakes.values().map(|handshake| handshake.redirect_uri.clone()));
        urls.iter().filter_map(|url| Url::parse(url).ok()).map(|url| source_of(&url)).collect()
    }
}

/// Whether two addresses are of one origin. With an app's own scheme there is no origin, so the parts are compared.
fn is_same_origin(one: &Url, other: &Url) -> bool {
    let parts = |url: &Url| (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port());
    if one.origin().is_tuple() { one.origin() == other.origin() } else { parts(one) == parts(other) }
}

/// How a Content-Security-Policy names where an address leads: by its origin, or by an app's own scheme.
fn source_of(url: &Url) -> String {
    let origin = url.origin();
    if origin.is_tuple() { origin.ascii_serialization() } else { format!("{}:", url.scheme()) }
}

/// The address with the token in its query, in place of one that an earlier hand-off left there.
fn with_token(mut target: Url, token: &str) -> Url {
    let is_token =
        |pair: &str| form_urlencoded::parse(pair.as_bytes()).next().is_some_and(|(name, _)| name == "token");
    let kept = target
        .query()
        .map(|query| query.split('&').filter(|pair| !is_token(pair)).collect::<Vec<_>>().join("&"));
    target.set_query(kept.as_deref().filter(|kept| !kept.is_empty()));
    target.query_pairs_mut().append_pair("token", token);
    target
}

/// Whether a path is a base or below it: `/app/x` is below `/app`, `/apple` is not.
fn is_below(path: &str, base: &str) -> bool {
    path.strip_prefix(base)
        .is_some_and(|rest| rest.is_empty() || base.ends_with('/') || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{is_below, is_same_origin, source_of, with_token};

    #[test]
    fn a_hand_off_carries_one_token_and_leaves_the_rest_as_it_was() {
        for (base, whole) in [
            ("http://a.test/app", "http://a.test/app?token=new"),
            ("http://a.test/?token=old", "http://a.test/?token=new"),
            (
                "http://a.test/?x=1+2&token=old&y=%20&%74oken=older#part",
                "http://a.test/?x=1+2&y=%20&token=new#part",
            ),
        ] {
            assert_eq!(with_token(Url::parse(base).unwrap(), "new").as_str(), whole);
        }
    }

    #[test]
    fn the_scheme_of_an_app_is_compared_whole_and_named_in_a_policy() {
        let url = |text| Url::parse(text).unwrap();
        for (one, other, expected) in [
            ("com.example.app:/in", "com.example.app:/in/x", true),
            ("com.example.app:/in", "com.example.other:/in", false),
            ("myapp://in/", "myapp://in/x", true),
            ("myapp://in/", "myapp://out/x", false),
            ("http://a.test/", "http://a.test:80/x", true),
            ("http://a.test/", "https://a.test/", false),
        ] {
            assert_eq!(is_same_origin(&url(one), &url(other)), expected, "{one} {other}");
        }
        assert_eq!(source_of(&url("myapp://in/")), "myapp:");
        assert_eq!(source_of(&url("http://a.test:8080/x")), "http://a.test:8080");
    }

    #[test]
    fn a_more_specific_path_is_below_its_base() {
        assert!(is_below("/", "/") && is_below("/app/x", "/app") && is_below("/app/x", "/app/"));
    }

    #[test]
    fn a_path_that_only_begins_alike_is_not() {
        assert!(!is_below("/apple", "/app") && !is_below("/", "/app"));
    }
}
