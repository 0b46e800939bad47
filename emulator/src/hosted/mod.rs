//! The hosted pages (protocol.md#hosted-pages): plain forms over the same functions as the browser API, the browser's
//! own session in a cookie, and the hand-off to the app by `?token=`.

mod account;
mod entry;
mod form;
mod mailed;
mod redirect;
mod social;
mod words;

use http::header::{ALLOW, CONTENT_TYPE, COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use crate::api::{self, Arrival};
use crate::call::{self, Call};
use crate::keys::KeyPool;
use crate::locale::Locale;
use crate::mail::Links;
use crate::pages;
use crate::record;
use crate::routes::Handler;
use crate::settings::Feature;
use crate::signin::{Condition, SignIn};
use crate::state::Realm;
use crate::time::Time;
use crate::wire::{Params, Refusal};

use form::{Form, HostedPage, Input};

/// The browser's own session.
const COOKIE_NAME: &str = "lr_session";

/// One visit to a hosted page.
struct Visit<'a> {
    realm: &'a mut Realm,
    pool: &'a mut KeyPool,
    links: &'a Links,
    request: &'a Request<Vec<u8>>,
    params: Map<String, Value>,
    address: &'a str,
    locale: Locale,
    now: Time,
    rng: &'a mut dyn CryptoRng,
}

type Outcome = Result<Response<Vec<u8>>, Refusal>;

/// Answers a visit. `None` if there is no such page.
pub(crate) fn handle(
    realm: &mut Realm,
    pool: &mut KeyPool,
    links: &Links,
    Arrival { request, address, now }: Arrival<'_>,
    rng: &mut dyn CryptoRng,
) -> Option<Response<Vec<u8>>> {
    realm.sweep(now);
    let params = record::all_params(request);
    let requested = call::requested_locale(request.headers(), realm);
    let locale = requested.unwrap_or_else(|| Locale::of_realm(&realm.settings));
    let mut visit = Visit { realm, pool, links, request, params, address, locale, now, rng };
    visit.speak_to_visitor();
    let outcome = visit.route()?;
    Some(outcome.unwrap_or_else(|refusal| {
        let errors = refusal.sentences(visit.locale, &visit.realm.settings);
        let mut response = visit.page("That did not work", None, errors, Vec::new()).unwrap_or_default();
        *response.status_mut() = refusal.status;
        response
    }))
}

impl Visit<'_> {
    fn route(&mut self) -> Option<Outcome> {
        let path = self.request.uri().path().trim_matches('/').to_owned();
        let segments: Vec<&str> = path.split('/').collect();
        let verbs = verbs(&segments)?;
        if !verbs.contains(self.request.method()) {
            return Some(self.refuse_verb(verbs));
        }
        let posted = self.request.method() == Method::POST;
        let outcome = match (segments.as_slice(), posted) {
            ([""], false) => Ok(to("/login")),
            (["login"], false) => self.show_login(),
            (["login"], true) => self.checked(Self::log_in),
            (["login", "verify"], true) => self.checked(Self::verify_login),
            (["signup"], false) => self.show_signup(),
            (["signup"], true) => self.checked(Self::sign_up),
            (["signup", "request"], true) => self.checked(Self::request_invitation),
            (["logout"], false) => Ok(self.log_out()),
            (["profile"], false) => self.show_profile(),
            (["profile"], true) => self.checked(Self::change_profile),
            (["profile", "email"], true) => self.checked(Self::verify_again),
            (["profile", "password"], true) => self.checked(Self::change_password),
            (["profile", "authenticator"], true) => self.checked(Self::add_authenticator),
            (["profile", "authenticator", "verify"], true) => self.checked(Self::verify_authenticator),
            (["accounts"], false) => self.show_accounts(),
            (["account" | "accounts", org], _) => self.select_account(org),
            (["forgot"], false) => self.show_forgot(),
            (["forgot"], true) => self.checked(Self::forget_password),
            (["reset"], false) => self.show_reset(),
            (["reset"], true) => self.checked(Self::reset_password),
            (["verify-email"], false) => self.show_verify_email(),
            (["verify-email"], true) => self.checked(Self::verify_email),
            (["social"], false) => self.show_social(),
            (["social"], true) => self.checked(Self::finish_social),
            _ => return None,
        };
        Some(outcome)
    }

    fn refuse_verb(&self, verbs: &[Method]) -> Outcome {
        let errors = Refusal::wrong_verb().sentences(self.locale, &self.realm.settings);
        let mut response = self.page("That did not work", None, errors, Vec::new())?;
        *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        let allowed = verbs.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
        if let Ok(allowed) = HeaderValue::from_str(&allowed) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        Ok(response)
    }

    /// Takes a form only from a page of this host: another site must not log people in or change them.
    fn checked(&mut self, take: fn(&mut Self) -> Outcome) -> Outcome {
        let headers = self.request.headers();
        let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let own = text(HOST).map(|host| format!("http://{host}"));
        if headers.contains_key(ORIGIN) && text(ORIGIN) != own.as_deref() {
            return Err(Refusal::plain(StatusCode::FORBIDDEN, "this form was sent from another site"));
        }
        if !text(CONTENT_TYPE).unwrap_or_default().starts_with("application/x-www-form-urlencoded") {
            return Err(Refusal::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "a form is expected"));
        }
        take(self)
    }

    /// A known visitor gets pages in their own language (protocol.md#languages).
    fn speak_to_visitor(&mut self) {
        let tag = self.user().and_then(|user| self.realm.users.get(&user)?.locale.clone());
        if let Some(locale) = tag.and_then(|tag| Locale::lookup(&tag, &self.realm.settings)) {
            self.locale = locale;
        }
    }

    /// A parameter of the query or the form.
    fn param(&self, name: &str) -> Option<String> {
        let text = self.params.get(name).and_then(Value::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// Does what a call of the browser API does, if that part of it is on. An error is a list of sentences.
    fn call(
        &mut self,
        part: Feature,
        work: Handler,
        members: Map<String, Value>,
    ) -> Result<SignIn, Vec<String>> {
        api::check_part(part, &self.realm.settings)
            .map_err(|refusal| refusal.sentences(self.locale, &self.realm.settings))?;
        let requested_locale = call::requested_locale(self.request.headers(), self.realm);
        let mut call = Call {
            realm: self.realm,
            pool: self.pool,
            links: self.links,
            params: Params::from_members(members),
            requested_locale,
            locale: self.locale,
            client: call::client(self.address, self.request.headers()),
            now: self.now,
            rng: self.rng,
        };
        let outcome = work(&mut call);
        self.locale = call.locale;
        outcome.map_err(|refusal| refusal.sentences(self.locale, &self.realm.settings))
    }

    /// The session of this visit: handed over by the app, or the browser's own.
    fn session(&self) -> Option<String> {
        let own = || browser_session(self.request.headers()).map(str::to_owned);
        let live = |id: &String| self.realm.live_session(id, self.now).is_some();
        self.param("session").filter(live).or_else(|| own().filter(live))
    }

    /// The person of that session.
    fn user(&self) -> Option<String> {
        self.session().and_then(|id| self.realm.sessions.get(id.as_str())).map(|session| session.user.clone())
    }

    /// Sends the visitor where the outcome leads.
    fn proceed(&mut self, outcome: SignIn) -> Outcome {
        match outcome {
            SignIn::Full { session, token, .. } => self.hand_off(&session, &token),
            SignIn::Conditional { session, conditions, .. } => {
                let response = if conditions.contains(&Condition::IncompleteProfile) {
                    to(&self.onward("/profile"))
                } else if conditions.contains(&Condition::NoAccount) {
                    to(&self.onward("/accounts"))
                } else {
                    let note = "Follow the link in the mail that we sent to you, then log in again.";
                    self.page("Verify your e-mail", Some(note), Vec::new(), Vec::new())?
                };
                Ok(with_cookie(response, &session))
            }
            SignIn::SecondFactor(token) => self.ask_for_code(&token, Vec::new()),
            SignIn::Okay | SignIn::MailFirst => {
                let note = "We sent a mail to you. Follow the link in it to go on.";
                self.page("Check your mail", Some(note), Vec::new(), Vec::new())
            }
        }
    }

    /// The next page, with what the visit has to remember.
    fn onward(&self, path: &str) -> String {
        let kept = self.kept();
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
        match (query.as_str(), path.contains('?')) {
            ("", _) => path.to_owned(),
            (query, false) => format!("{path}?{query}"),
            (query, true) => format!("{path}&{query}"),
        }
    }

    /// What goes along from page to page.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let names = ["redirect_uri", "account", "invitation"];
        names.into_iter().filter_map(|name| Some((name, self.param(name)?))).collect()
    }

    fn form(&self, action: &str, inputs: Vec<Input>, submit: &str) -> Form {
        Form {
            action: action.to_owned(),
            heading: None,
            hidden: self.kept(),
            inputs,
            submit: submit.to_owned(),
        }
    }

    fn page(
        &self,
        title: &'static str,
        note: Option<&str>,
        errors: Vec<String>,
        forms: Vec<Form>,
    ) -> Outcome {
        self.page_with_links(title, note, errors, forms, &[])
    }

    fn page_with_links(
        &self,
        title: &'static str,
        note: Option<&str>,
        errors: Vec<String>,
        forms: Vec<Form>,
        links: &[(&'static str, &'static str)],
    ) -> Outcome {
        let refused = !errors.is_empty();
        let words = |english: &str| words::translate(self.locale, english);
        let page = HostedPage {
            lang: self.locale.tag(),
            realm: self.realm.name.clone(),
            title: words(title),
            note: note.map(words),
            errors,
            optional: words("(optional)"),
            forms: forms.into_iter().map(|form| form.translate(self.locale)).collect(),
            links: links.iter().map(|(path, text)| (self.onward(path), words(text))).collect(),
        };
        let mut response = pages::page(&page, &self.form_targets())?;
        if refused {
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        }
        Ok(response)
    }

    /// What the visitor typed, for the form to show again; never passwords.
    fn typed(&self, name: &str) -> String {
        self.param(name).unwrap_or_default()
    }

    /// Parameters of the visit by name.
    fn members(&self, names: &[&str]) -> Map<String, Value> {
        names.iter().filter_map(|name| Some(((*name).to_owned(), json!(self.param(name)?)))).collect()
    }
}

/// The session that the browser's cookie names.
pub(crate) fn browser_session(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE_NAME).then_some(value))
}

/// The verbs of a page. `None` if there is no such page.
fn verbs(path: &[&str]) -> Option<&'static [Method]> {
    match path {
        ["" | "logout" | "accounts"] => Some(&[Method::GET]),
        ["login" | "signup" | "profile" | "forgot" | "reset" | "verify-email" | "social"]
        | ["account" | "accounts", _] => Some(&[Method::GET, Method::POST]),
        ["login", "verify"]
        | ["signup", "request"]
        | ["profile", "password" | "email" | "authenticator"]
        | ["profile", "authenticator", "verify"] => Some(&[Method::POST]),
        _ => None,
    }
}

fn to(location: &str) -> Response<Vec<u8>> {
    pages::see_other(location).unwrap_or_default()
}

/// Remembers the session in the browser. `Lax`, so that links from mails find it and forms of other sites do not.
fn with_cookie(mut response: Response<Vec<u8>>, session: &str) -> Response<Vec<u8>> {
    let cookie = format!("{COOKIE_NAME}={session}; Path=/; HttpOnly; SameSite=Lax");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn without_cookie(mut response: Response<Vec<u8>>) -> Response<Vec<u8>> {
    let cookie = HeaderValue::from_static("lr_session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
    response.headers_mut().insert(SET_COOKIE, cookie);
    response
}

/// Whether a response leads somewhere else.
fn leads_on(response: &Response<Vec<u8>>) -> bool {
    response.headers().contains_key(LOCATION)
}
