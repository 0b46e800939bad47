//! `lr.hosted` and `lr.session.adoptRedirect`: parse arguments, ask the session, map what it gives.

use super::{error, options, outcome, session::LoginRocketSession, snapshot};
use crate::{
    Error, Misuse,
    browser::{Web, promised, usable_url},
    client::session::{Adoption, Session},
    core::{
        hosted::{self, Page},
        members::Member,
        response::Failure,
        secret::Secret,
        text,
    },
};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/session.js")]
extern "C" {
    fn pages(session: LoginRocketSession) -> JsValue;
    fn leave(url: &str);
}

/// The object for a session's hosted pages.
pub(super) fn object(session: Session<Web>) -> JsValue {
    pages(LoginRocketSession::new(session))
}

#[wasm_bindgen]
impl LoginRocketSession {
    /// A token and the URL without it, if there is one in a URL: a string, a `URL` or a `Location`.
    #[expect(clippy::unused_self, reason = "a function beside the class would be exported by the package")]
    pub fn land(&self, place: &JsValue) -> JsValue {
        let landing = options::as_text(place).and_then(|url| hosted::landing(&url));
        landing.map_or(JsValue::UNDEFINED, |landing| {
            Array::of2(&landing.token.expose().into(), &landing.rest.into()).into()
        })
    }

    pub fn adopt(&self, token: Option<String>, switch_user: bool, url: Option<String>) -> Promise {
        let session = self.session().clone();
        promised(Box::pin(async move {
            let url = ("url", (&url).into());
            let adopted = |adopted| {
                snapshot::object(&[("result", Member::Text("okay")), ("adopted", Member::Flag(adopted)), url])
            };
            Ok(match session.adopt(token.map(Secret::new), switch_user).await {
                Ok(Adoption::Adopted) => adopted(true),
                Ok(Adoption::Nothing) => adopted(false),
                Ok(Adoption::AnotherUser(user)) => {
                    let user = snapshot::user_members(&user);
                    outcome::failure_with(
                        &Failure::new(Error::AnotherUser),
                        &[("user", Member::Members(&user)), url],
                    )
                }
                Err(failure) => outcome::failure_with(&failure, &[url]),
            })
        }))
    }

    #[wasm_bindgen(js_name = hostedUrl)]
    pub fn hosted_url(&self, page: &str, options: &JsValue) -> Result<String, JsValue> {
        let url = read(page, options).and_then(|asked| {
            let session = options::text(options, "session", Misuse::Session)?;
            let config = self.session().client().config().clone();
            let (page, redirect_uri) = (asked.page()?, asked.redirect_uri.as_deref());
            Ok(page.url(config.usable_url()?, redirect_uri, session.map(Secret::new).as_ref()))
        });
        url.map(|url| url.expose().to_owned()).map_err(error::throwable)
    }

    #[wasm_bindgen(js_name = openHosted)]
    pub fn open_hosted(&self, page: &JsValue, options: &JsValue) -> Promise {
        // What is no text is no page either.
        let page = page.as_string().unwrap_or_default();
        let (session, asked) = (self.session().clone(), read(&page, options));
        promised(Box::pin(async move {
            let url =
                match asked.as_ref().map_err(|error| *error).and_then(|asked| Ok((asked, asked.page()?))) {
                    Ok((asked, page)) => session.bridge(page, asked.redirect_uri.as_deref()).await,
                    Err(error) => Err(Failure::new(error)),
                };
            Ok(match url.map(|url| leave(url.expose())) {
                Ok(()) => snapshot::object(&[("result", Member::Text("okay"))]),
                Err(failure) => outcome::failure(&failure),
            })
        }))
    }
}

/// What was asked for.
struct Asked {
    page: String,
    account: Option<String>,
    prompt: bool,
    invitation: Option<String>,
    force: bool,
    redirect_uri: Option<String>,
}

impl Asked {
    fn page(&self) -> Result<Page<'_>, Error> {
        let account = self.account.as_deref();
        Ok(match self.page.as_str() {
            "login" => Page::Login { account, prompt: self.prompt },
            "signup" => Page::Signup { invitation: self.invitation.as_deref() },
            "profile" => Page::Profile { account },
            "accounts" => Page::Accounts { force: self.force },
            "account" => Page::Account(
                account.filter(|id| !id.is_empty()).ok_or(Error::InvalidOption(Misuse::Account))?,
            ),
            "logout" => Page::Logout,
            _ => {
                return Err(Error::InvalidParams(Misuse::Page));
            }
        })
    }
}

fn read(page: &str, options: &JsValue) -> Result<Asked, Error> {
    let text = |name, otherwise| options::text(options, name, otherwise);
    let prompt = text("prompt", Misuse::Prompt)?;
    let force = options::read(options, "force", "any")?;
    let redirect_uri = options::read(options, "redirectUri", "any")?
        .map(|value| {
            let url = options::as_text(&value).filter(|url| is_web(url) && usable_url(url));
            url.ok_or(Error::InvalidOption(Misuse::RedirectUri))
        })
        .transpose()?;
    Ok(Asked {
        page: page.to_owned(),
        account: text("account", Misuse::Account)?,
        prompt: match prompt.as_deref() {
            None => false,
            Some("login") => true,
            Some(_) => return Err(Error::InvalidOption(Misuse::Prompt)),
        },
        invitation: text("invitation", Misuse::Invitation)?,
        force: force.is_some_and(|force| force == true),
        redirect_uri,
    })
}

fn is_web(url: &str) -> bool {
    let scheme = text::before(url, b':');
    scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
}
