//! The hosted pages of a realm (protocol.md#hosted-pages): their URLs, and the URL with which they send the browser back.

use super::{
    config::Config,
    jwt,
    query::Query,
    secret::Secret,
    text::{self, Text},
    url::BaseUrl,
};
use crate::{Error, Misuse};

/// A hosted page, with the parameters that only this page takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page<'a> {
    /// Signs a person in.
    Login {
        /// The account (`org_…`) to select. The empty string lets the person choose again.
        account: Option<&'a str>,
        /// Shows the sign-in form even if the person is signed in on the realm's pages.
        prompt: bool,
    },
    /// Signs a person up.
    Signup {
        /// The invitation's token, if the realm requires an invitation.
        invitation: Option<&'a str>,
    },
    /// The person's profile, password and second factor.
    Profile {
        /// The account (`org_…`) to select.
        account: Option<&'a str>,
    },
    /// The choice of an account.
    Accounts {
        /// Shows the choice even if the person has only one account.
        force: bool,
    },
    /// One account.
    Account(&'a str),
    /// Signs the person out there.
    Logout,
}

impl Page<'_> {
    /// Whether the page can use a session that the API made.
    pub const fn takes_session(&self) -> bool {
        !matches!(self, Self::Login { .. } | Self::Signup { .. })
    }

    /// The page's URL. A session in it signs the person in, so the URL must not be logged.
    ///
    /// `redirect_uri` is where the page sends the browser afterwards, with `?token=`; it must begin with one of the
    /// realm's Login URLs.
    pub fn url(&self, base: &BaseUrl, redirect_uri: Option<&str>, session: Option<&Secret>) -> Secret {
        let (path, account) = match *self {
            Self::Login { account, .. } => ("login", account),
            Self::Signup { .. } => ("signup", None),
            Self::Profile { account } => ("profile", account),
            Self::Accounts { .. } => ("accounts", None),
            Self::Account(_) => ("accounts/", None),
            Self::Logout => ("logout", None),
        };
        let prompt = matches!(self, Self::Login { prompt: true, .. }).then_some("login");
        let force = matches!(self, Self::Accounts { force: true }).then_some("1");
        let invitation = if let Self::Signup { invitation } = *self { invitation } else { None };
        let session = session.filter(|_| self.takes_session()).map(Secret::expose);
        let mut url = Query::of(&[base.root(), path]);
        if let Self::Account(id) = self {
            url.push_segment(id);
        }
        for (name, value) in &[
            ("account", account),
            ("prompt", prompt),
            ("invitation", invitation),
            ("force", force),
            ("session", session),
            ("redirect_uri", redirect_uri),
        ] {
            if let Some(value) = value {
                url.add(name, value);
            }
        }
        url.finish()
    }
}

/// A hosted page as an app asks for it.
#[derive(Clone, Debug, Default)]
pub struct Visit {
    /// `login`, `signup`, `profile`, `accounts`, `account` or `logout`.
    pub page: Text,
    /// The account (`org_…`), if the page is about one.
    pub account: Option<Text>,
    /// Whether to show the sign-in form even if the person is signed in on the realm's pages.
    pub prompt: bool,
    /// The invitation's token.
    pub invitation: Option<Secret>,
    /// Whether to show the choice even if the person has only one account.
    pub force: bool,
    /// Where the page sends the browser afterwards.
    pub redirect_uri: Option<Text>,
    /// The session for the page if it can use one. It counts only if nobody is signed in here.
    pub session: Option<Secret>,
}

impl Visit {
    /// The page.
    ///
    /// Errors: `invalid_params`, `invalid_option`.
    pub fn page(&self) -> Result<Page<'_>, Error> {
        let account = self.account.as_deref();
        Ok(match &*self.page {
            "login" => Page::Login { account, prompt: self.prompt },
            "signup" => Page::Signup { invitation: self.invitation.as_ref().map(Secret::expose) },
            "profile" => Page::Profile { account },
            "accounts" => Page::Accounts { force: self.force },
            "account" => {
                Page::Account(account.filter(|id| is_name(id)).ok_or(Error::InvalidOption(Misuse::Account))?)
            }
            "logout" => Page::Logout,
            _ => {
                return Err(Error::InvalidParams(Misuse::Page));
            }
        })
    }

    /// The URL of the page in a realm, with the tracked session if there is one; see [`Page::url`].
    ///
    /// Errors: those of [`Visit::page`], `missing_url`, `insecure_url`.
    pub fn url(&self, config: &Config, tracked: Option<&Secret>) -> Result<Secret, Error> {
        let page = self.page()?;
        let session = tracked.or(self.session.as_ref());
        Ok(page.url(config.usable_url()?, self.redirect_uri.as_deref(), session))
    }
}

/// Whether an id can be the last part of a path. Browsers take `.` and `..` for other folders, even if they are escaped.
fn is_name(id: &str) -> bool {
    !matches!(id, "" | "." | "..")
}

/// The URL with which a hosted page sent the browser back, taken apart.
#[derive(Clone, Debug)]
pub struct Landing {
    /// The JWT. It is not verified yet.
    pub token: Secret,
    /// The URL without the JWT.
    pub rest: String,
}

/// The parameters that are removed from a URL together, as the official helpers do.
const TAKEN: [&str; 3] = ["token", "account", "session"];

/// Looks for a JWT in a URL's query. An app's own `token`, such as a one-time token from a mail, is left alone. Everything else
/// in the URL stays exactly as it is.
pub fn landing(url: &str) -> Option<Landing> {
    let (before, fragment) =
        text::split_once(url, b'#').map_or((url, None), |(before, rest)| (before, Some(rest)));
    let (path, query) = text::split_once(before, b'?')?;
    let pairs = text::split(query, b'&').filter_map(|pair| text::split_once(pair, b'='));
    // If there are several, the service appended the last one (protocol.md#hosted-pages).
    let token = pairs.filter(|(name, value)| *name == "token" && jwt::is_jwt(value)).last()?.1.into();
    let mut rest = path.to_owned();
    let mut separator = "?";
    for pair in text::split(query, b'&') {
        let name = text::before(pair, b'=');
        if !TAKEN.contains(&name) {
            rest.push_str(separator);
            rest.push_str(pair);
            separator = "&";
        }
    }
    if let Some(fragment) = fragment {
        rest.push('#');
        rest.push_str(fragment);
    }
    Some(Landing { token, rest })
}

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = "e30.e30.c2ln";

    fn url(page: Page<'_>, redirect_uri: Option<&str>, session: Option<&str>) -> String {
        let base = BaseUrl::parse("https://sample.e2.loginrocket.com/").unwrap();
        let session = session.map(Secret::from);
        page.url(&base, redirect_uri, session.as_ref()).expose().to_owned()
    }

    #[test]
    fn every_page_has_its_path_below_the_root_and_its_own_parameters() {
        let root = "https://sample.e2.loginrocket.com/";
        for (page, expected) in [
            (Page::Login { account: None, prompt: false }, "login"),
            (
                Page::Login { account: Some("org_sample"), prompt: true },
                "login?account=org_sample&prompt=login",
            ),
            (Page::Login { account: Some(""), prompt: false }, "login?account="),
            (Page::Signup { invitation: None }, "signup"),
            (Page::Signup { invitation: Some("nvt sample&1") }, "signup?invitation=nvt+sample%261"),
            (Page::Profile { account: Some("org_sample") }, "profile?account=org_sample"),
            (Page::Accounts { force: false }, "accounts"),
            (Page::Accounts { force: true }, "accounts?force=1"),
            (Page::Account("org_sample"), "accounts/org_sample"),
            (Page::Account("../logout?x#y"), "accounts/..%2Flogout%3Fx%23y"),
            (Page::Account("/"), "accounts/%2F"),
            (Page::Account("..\\logout"), "accounts/..%5Clogout"),
            (Page::Account("%2e%2e"), "accounts/%252e%252e"),
            (Page::Account("..\t"), "accounts/..%09"),
            (Page::Logout, "logout"),
        ] {
            assert_eq!(url(page, None, None), format!("{root}{expected}"));
        }
    }

    #[test]
    fn where_to_go_afterwards_is_one_parameter_whatever_it_holds() {
        let back = "https://app.example.com/cb?next=/a b&x=1#top";
        let url = url(Page::Logout, Some(back), None);
        let query = url.split_once('?').unwrap().1;
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        assert_eq!(pairs, [("redirect_uri".to_owned(), back.to_owned())]);
    }

    #[test]
    fn the_session_goes_to_the_pages_that_take_one() {
        for page in [
            Page::Profile { account: None },
            Page::Accounts { force: false },
            Page::Account("org_sample"),
            Page::Logout,
        ] {
            assert!(url(page, None, Some("kss_sample")).ends_with("?session=kss_sample"), "{page:?}");
        }
        for page in [Page::Login { account: None, prompt: false }, Page::Signup { invitation: None }] {
            assert!(!url(page, None, Some("kss_sample")).contains("kss_sample"), "{page:?}");
        }
    }

    #[test]
    fn a_realm_below_a_path_has_its_pages_there() {
        let base = BaseUrl::parse("https://login.example.com/auth/v2/").unwrap();
        let url = Page::Logout.url(&base, None, None);
        assert_eq!(url.expose(), "https://login.example.com/auth/logout");
    }

    #[test]
    fn a_token_is_taken_out_and_the_rest_stays_to_the_letter() {
        for (url, rest) in [
            ("https://a/?token=JWT", "https://a/"),
            ("https://a/cb?token=JWT#/inbox?x=1", "https://a/cb#/inbox?x=1"),
            ("https://a/cb?q=%20+%zz&token=JWT&&b", "https://a/cb?q=%20+%zz&&b"),
            ("https://a/cb?account=org_sample&q=1&session=kss_sample&token=JWT", "https://a/cb?q=1"),
            ("/cb?token=JWT&tokens=2&Token=3", "/cb?tokens=2&Token=3"),
            ("https://a/?token=JWT#", "https://a/#"),
        ] {
            let landing = landing(&url.replace("JWT", JWT)).unwrap();
            assert_eq!((landing.token.expose(), landing.rest.as_str()), (JWT, rest), "{url}");
        }
    }

    #[test]
    fn of_two_tokens_the_last_is_meant_and_none_stays() {
        let landing = landing(&format!("https://a/?token=a.b.c&token={JWT}&token=mine")).unwrap();
        assert_eq!((landing.token.expose(), landing.rest.as_str()), (JWT, "https://a/"));
    }

    #[test]
    fn what_is_no_jwt_is_the_apps_own() {
        for url in [
            "",
            "https://a/",
            "https://a/?account=org_sample&session=kss_sample",
            "https://a/?token=",
            "https://a/?token",
            "https://a/?token=tpw:sample",
            "https://a/?token=tpw%3Asample",
            "https://a/?q=1#token=JWT",
            "https://a/#/cb?token=JWT",
            "https://a/?mytoken=JWT",
        ] {
            assert!(landing(&url.replace("JWT", JWT)).is_none(), "{url}");
        }
    }
}
