//! The control API below `/_emulator/`: what the real service does not have. Tests look into the inbox here, move the
//! clock, script faults; people find a readable page.
//!
//! Every call is about one realm: the one that `?realm=` names, else the one its host name means. It is open to whoever
//! reaches the port, so it answers loopback hosts and loopback origins only: neither a page from elsewhere nor a
//! rebound host name can use it. `--dangerously-allow-public-bind` opens it to everybody, like the rest.

mod faults;
mod inbox;
mod page;
mod people;
mod realms;
mod state;
mod time;

use std::net::IpAddr;

use http::header::ORIGIN;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use rand_core::CryptoRng;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::cors;
use crate::listing::{Listing, Progress};
use crate::locale::Locale;
use crate::pages;
use crate::seed::Mistake;

use crate::settings::Settings;
use crate::state::Realm;
use crate::time::Time;
use crate::wire::{Answer, Refusal, decode_query};
use crate::world::{Service, host_name, realm_id};

/// Where the control API begins.
pub(crate) const ROOT: &str = "/_emulator/";

/// One call of the control API.
pub(crate) struct Control<'a> {
    service: &'a mut Service,
    request: &'a Request<Vec<u8>>,
    query: Map<String, Value>,
    host_time: Time,
    rng: &'a mut dyn CryptoRng,
    /// An answer that is not finished at once.
    listing: Option<Listing>,
}

type Outcome = Result<Response<Vec<u8>>, Refusal>;
type Handler = fn(&mut Control<'_>) -> Outcome;

impl Control<'_> {
    /// A parameter of the query.
    fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The body, which may be missing where every member has a default. 400 or 422 with the field that is wrong.
    fn body<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        let bytes = if self.request.body().is_empty() { b"{}".as_slice() } else { self.request.body() };
        // serde would take a list for a structure, too.
        if bytes.trim_ascii_start().first() != Some(&b'{') {
            return Err(Refusal::plain(StatusCode::UNPROCESSABLE_ENTITY, "the body must be a JSON object"));
        }
        let reader = &mut serde_json::Deserializer::from_slice(bytes);
        serde_path_to_error::deserialize(reader).map_err(|error| {
            let status = if error.inner().is_data() {
                StatusCode::UNPROCESSABLE_ENTITY
            } else {
                StatusCode::BAD_REQUEST
            };
            Refusal::told(status, format!("field `{}`: {}", error.path(), error.inner()))
        })
    }

    /// Id of the realm that the call is about.
    fn realm_id(&self) -> Result<String, Refusal> {
        let realms = &self.service.realms;
        match self.query("realm") {
            Some(wanted) => realms
                .values()
                .find(|realm| realm.id == wanted || realm.host == wanted)
                .map(|realm| realm.id.clone()),
            None => realm_id(realms, &self.service.default_realm, self.request.headers()),
        }
        .ok_or(Refusal::plain(StatusCode::NOT_FOUND, "there is no such realm"))
    }

    /// The realm that the call is about.
    fn realm(&self) -> Result<&Realm, Refusal> {
        self.service.realms.get(&self.realm_id()?).ok_or(Refusal::broken())
    }

    /// The same, to be changed.
    fn realm_mut(&mut self) -> Result<&mut Realm, Refusal> {
        let id = self.realm_id()?;
        self.service.realms.get_mut(&id).ok_or(Refusal::broken())
    }

    /// Id of the person that `?user=` names.
    fn user_id(&self) -> Result<String, Refusal> {
        let name = self
            .query("user")
            .ok_or(Refusal::plain(StatusCode::UNPROCESSABLE_ENTITY, "`user` is missing"))?;
        let user = self.realm()?.find_user(name).map(|user| user.id.clone());
        user.ok_or(Refusal::plain(StatusCode::NOT_FOUND, "there is no such person"))
    }
}

/// Answers a call, given by its path below [`ROOT`]. `size` says whether it is small enough to be looked at.
pub(crate) fn handle(
    service: &mut Service,
    path: &str,
    request: &Request<Vec<u8>>,
    size: Result<(), Refusal>,
    host_time: Time,
    rng: &mut dyn CryptoRng,
) -> Progress {
    // No realm's settings count here: a test that empties its realm's list of origins must still get in.
    let settings = Settings::default();
    if !service.open_control && !is_local(request.headers(), &settings) {
        let refusal =
            Refusal::plain(StatusCode::FORBIDDEN, "the control API answers loopback hosts and origins only");
        return Progress::Done(refusal.into_response(Locale::En, &settings).into());
    }
    if cors::is_preflight(request) {
        return Progress::Done(cors::preflight(request, &settings).into());
    }
    let query = decode_query(request.uri().query().unwrap_or_default());
    let mut control = Control { service, request, query, host_time, rng, listing: None };
    let outcome = size.and_then(|()| route(&mut control, path));
    let mut response = outcome.unwrap_or_else(|refusal| refusal.into_response(Locale::En, &settings));
    if let Some(mut listing) = control.listing {
        cors::decorate(request.headers(), &settings, listing.response_mut());
        return Progress::More(listing);
    }
    cors::decorate(request.headers(), &settings, &mut response);
    Progress::Done(response.into())
}

/// Verb, path and what happens there.
const ROUTES: &[(Method, &str, Handler)] = &[
    (Method::GET, "", |control| page::show(control)),
    (Method::GET, "pages.css", |_| Ok(pages::asset("text/css; charset=utf-8", pages::STYLE))),
    (Method::GET, "control.js", |_| Ok(pages::asset("text/javascript; charset=utf-8", page::SCRIPT))),
    (Method::GET, "info", |control| state::info(control)),
    (Method::GET, "seed", |control| Ok(state::export(control))),
    (Method::PUT, "seed", |control| state::import(control)),
    (Method::GET, "snapshot", |control| state::snapshot(control)),
    (Method::PUT, "snapshot", |control| state::restore(control)),
    (Method::GET, "mails", |control| inbox::list(control)),
    (Method::DELETE, "mails", |control| inbox::clear(control)),
    (Method::GET, "realms", |control| Ok(realms::list(control))),
    (Method::POST, "realms", |control| realms::create(control)),
    (Method::DELETE, "realms", |control| realms::delete(control)),
    (Method::POST, "reset", |control| realms::reset(control)),
    (Method::GET, "settings", |control| realms::settings(control)),
    (Method::PUT, "settings", |control| realms::change_settings(control)),
    (Method::POST, "keys", |control| realms::rotate_keys(control)),
    (Method::GET, "people", |control| people::list(control)),
    (Method::POST, "people", |control| people::create(control)),
    (Method::GET, "sessions", |control| people::sessions(control)),
    (Method::DELETE, "sessions", |control| people::end_sessions(control)),
    (Method::GET, "totp", |control| people::totp(control)),
    (Method::GET, "clock", |control| time::show(control)),
    (Method::POST, "clock", |control| time::change(control)),
    (Method::GET, "script", |control| faults::list(control)),
    (Method::POST, "script", |control| faults::create(control)),
    (Method::DELETE, "script", |control| faults::delete(control)),
    (Method::GET, "requests", |control| faults::requests(control)),
    (Method::DELETE, "requests", |control| faults::clear_requests(control)),
];

fn route(control: &mut Control<'_>, path: &str) -> Outcome {
    let method = control.request.method();
    let verbs = || ROUTES.iter().filter(|(_, known, _)| *known == path);
    if let Some((_, _, handler)) = verbs().find(|(verb, _, _)| verb == method) {
        return handler(control);
    }
    let allowed: Vec<&str> = verbs().map(|(verb, _, _)| verb.as_str()).collect();
    if allowed.is_empty() {
        return Err(Refusal::not_found());
    }
    Ok(Refusal::wrong_verb_response(&allowed.join(", "), Locale::En, &Settings::default()))
}

fn is_local(headers: &HeaderMap, settings: &Settings) -> bool {
    let host = host_name(headers).unwrap_or_default();
    // A DNS name may begin with digits and lead here. So a host counts as an address only if it is one as a whole.
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let local_host = host == "localhost"
        || host.ends_with(".localhost")
        || address.is_ok_and(|address| address.is_loopback());
    let local_origin = match headers.get(ORIGIN).and_then(|origin| origin.to_str().ok()) {
        None => !headers.contains_key(ORIGIN),
        // A realm may have a host name of its own, and then the control page calls from that.
        Some(origin) => {
            let own = origin.split_once("://").map(|(_, authority)| authority);
            own == headers.get(http::header::HOST).and_then(|host| host.to_str().ok())
                || cors::allowed_origin(headers, &settings.allowed_origins).is_some()
        }
    };
    local_host && local_origin
}

/// Refuses a piece of a seed document. `path` is where it would be in the whole document.
fn refuse(status: StatusCode, mistake: &Mistake, path: &str) -> Refusal {
    let field = mistake.field.strip_prefix(path).unwrap_or(&mistake.field);
    Refusal::told(status, format!("field `{field}`: {}", mistake.reason))
}

fn json(body: &impl Serialize) -> Response<Vec<u8>> {
    Answer::json(body).into_response(&Settings::default())
}

/// Done; there is nothing to tell.
fn done() -> Response<Vec<u8>> {
    json(&serde_json::json!({}))
}
