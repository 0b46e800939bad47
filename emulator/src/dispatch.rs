//! The way of a request to a realm and back.

use http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, LOCATION};
use http::uri::PathAndQuery;
use http::{HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use rand_core::CryptoRng;
use serde_json::Value;

use crate::api::{self, Arrival};
use crate::control;
use crate::core_api;
use crate::cors;
use crate::hosted;
use crate::id;
use crate::keys::KeyPool;
use crate::listing::{Listing, Progress};
use crate::locale::Locale;
use crate::mail::Links;
use crate::record::{self, Record};
use crate::routes;
use crate::script::Rule;
use crate::settings::{JwtAlgorithm, Settings};
use crate::state::{Realm, normalise};
use crate::time::Time;
use crate::wire::{Refusal, Reply};
use crate::world::Service;

/// Most bytes a body may have.
pub const MAX_BODY: usize = 256 * 1024;

/// The same for the control API, which takes whole realms.
const MAX_CONTROL_BODY: usize = 64 * 1024 * 1024;

/// Most bytes that the body of a request to this path may have. A host reads no more than one byte beyond.
pub fn max_body(path: &str) -> usize {
    if path.starts_with(control::ROOT) { MAX_CONTROL_BODY } else { MAX_BODY }
}

/// Most bytes path and query may have (protocol.md#status-codes, 414).
const MAX_URL: usize = 8 * 1024;

/// The listener a request came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// The browser API, hosted pages and the control API.
    LoginRocket,
    /// The server-side API.
    Core,
}

impl Service {
    /// Whether the answer to a request may need a signing key while none is left. A host that then waits for a key first
    /// keeps nobody else waiting while one is made. Every call of the Core API counts, because only its handler knows.
    pub fn lacks_key(&self, listener: Listener, request: &Request<Vec<u8>>) -> bool {
        let needs = || match (listener, request.uri().path().strip_prefix(control::ROOT)) {
            (Listener::Core, _) => true,
            (Listener::LoginRocket, Some(path)) => path == "keys",
            (Listener::LoginRocket, None) => {
                let (realm, rest) = self.find(request);
                let shows_keys = rest.as_deref().unwrap_or(request.uri().path()) == "/connect/jwks";
                realm.and_then(|id| self.realms.get(&id)).is_some_and(|realm| {
                    let signs = realm.settings.jwt_algo == JwtAlgorithm::Rs256;
                    realm.keys.is_empty() && (signs || shows_keys)
                })
            }
        };
        self.pool.is_empty() && needs()
    }

    /// Answers a request. `address` is the caller's; `host_time` is what the host's clock says.
    pub fn handle(
        &mut self,
        listener: Listener,
        request: &Request<Vec<u8>>,
        address: &str,
        host_time: Time,
        rng: &mut dyn CryptoRng,
    ) -> Reply {
        let mut progress = self.begin(listener, request, address, host_time, rng);
        loop {
            match progress {
                Progress::Done(reply) => return reply,
                Progress::More(listing) => progress = self.go_on(listing, host_time),
            }
        }
    }

    /// Goes on with a listing, by one piece.
    pub fn go_on(&self, mut listing: Listing, host_time: Time) -> Progress {
        let realm = self.realms.get(listing.realm());
        let more = realm.is_some_and(|realm| listing.go_on(realm, realm.clock.read(host_time)));
        if more { Progress::More(listing) } else { Progress::Done(listing.finish().into()) }
    }

    /// Begins to answer a request: what may be long is made piece by piece, so that a host can answer others in between.
    pub fn begin(
        &mut self,
        listener: Listener,
        request: &Request<Vec<u8>>,
        address: &str,
        host_time: Time,
        rng: &mut dyn CryptoRng,
    ) -> Progress {
        // Refused only where the realm is known: such an answer is logged and readable across origins like any other.
        let size = check_size(request);
        match listener {
            Listener::Core => core_api::handle(self, request, size, host_time, rng),
            Listener::LoginRocket => match request.uri().path().strip_prefix(control::ROOT) {
                Some(path) => control::handle(self, path, request, size, host_time, rng),
                None => Progress::Done(self.handle_login_rocket(request, size, address, host_time, rng)),
            },
        }
    }

    fn handle_login_rocket(
        &mut self,
        request: &Request<Vec<u8>>,
        size: Result<(), Refusal>,
        address: &str,
        host_time: Time,
        rng: &mut dyn CryptoRng,
    ) -> Reply {
        let (known, rest) = self.find(request);
        let below;
        let request = match rest {
            None => request,
            Some(rest) if rest.starts_with("/v2/") || rest.starts_with("/connect/") => {
                below = with_path(request, &rest);
                &below
            }
            // Pages link to each other from the root, so the realm has to be found by its host name there.
            Some(rest) => {
                let realm = known.and_then(|id| self.realms.get(&id));
                let to = realm.map(|realm| self.links.realm_root(realm) + rest.trim_start_matches('/'));
                return to.map_or_else(|| refuse(Refusal::not_found()), |to| redirect(request, &to));
            }
        };
        let admission = size.and(known.as_ref().map(|_| ()).ok_or(Refusal::not_found()));
        // A request to a realm that does not exist is in the log of the default one.
        let Some(realm) = self.realms.get_mut(known.as_ref().unwrap_or(&self.default_realm)) else {
            return refuse(Refusal::not_found());
        };
        let now = realm.clock.read(host_time);
        let mut record = Record::of("loginrocket", request, now);
        if let Err(refusal) = admission {
            let mut response = refusal.into_response(Locale::En, &realm.settings);
            sign(request, realm, &mut response, rng);
            record.finish(&response);
            realm.log.add(record);
            return response.into();
        }
        let subject = subject(realm, request);
        // The rules are taken out of the realm while its people are looked up.
        let mut script = std::mem::take(&mut realm.script);
        let is_about = |identifier: &str| {
            let found = realm.find_user(identifier).map(|user| user.id.as_str());
            subject.as_deref().is_some_and(|subject| subject == found.unwrap_or(identifier))
        };
        let rule = script.next(request.method(), request.uri().path(), is_about);
        realm.script = script;

        let asked = rule.as_ref().is_none_or(Rule::wants_realm);
        let response =
            asked.then(|| answer(realm, &mut self.pool, &self.links, Arrival { request, address, now }, rng));
        let without_cors = rule.as_ref().is_some_and(|rule| rule.without_cors);
        let replaced = response.is_none() || rule.as_ref().is_some_and(Rule::replaces);
        record.script = rule.as_ref().map(|rule| rule.id.clone());
        let mut reply = match (rule, response) {
            (Some(rule), response) => rule.shape(response),
            (None, Some(response)) => response.into(),
            (None, None) => refuse(Refusal::broken()),
        };
        if replaced {
            sign(request, realm, &mut reply.response, rng);
        }
        if without_cors {
            reply.response.headers_mut().remove(ACCESS_CONTROL_ALLOW_ORIGIN);
        }
        record.user = subject
            .map(|id| realm.users.get(&id).and_then(|user| user.email.clone()).unwrap_or(id))
            .map(record::shown);
        record.finish(&reply.response);
        realm.log.add(record);
        reply
    }
}

/// The person that a request is about: by session, by one-time token, by the identifier it names, or on a hosted page by
/// the browser's cookie. An identifier that nobody has is given back as it is.
fn subject(realm: &Realm, request: &Request<Vec<u8>>) -> Option<String> {
    let params = record::all_params(request);
    let text = |name: &str| params.get(name).and_then(Value::as_str);
    let person_of = |session: &str| realm.sessions.get(session).map(|session| session.user.clone());
    let by_token = || text("token").and_then(|token| realm.tokens.get(token)).map(|token| token.user.clone());
    let by_name = || {
        text("email")
            .map(|name| realm.find_user(name).map_or_else(|| normalise(name), |user| user.id.clone()))
    };
    // The browser API does not look at cookies (protocol.md#authentication-of-calls).
    let is_page = !request.uri().path().starts_with("/v2/");
    let by_cookie = || hosted::browser_session(request.headers()).filter(|_| is_page).and_then(person_of);
    text("session").and_then(person_of).or_else(by_token).or_else(by_name).or_else(by_cookie)
}

/// What the realm itself answers.
fn answer(
    realm: &mut Realm,
    pool: &mut KeyPool,
    links: &Links,
    arrival: Arrival<'_>,
    rng: &mut dyn CryptoRng,
) -> Response<Vec<u8>> {
    let request = arrival.request;
    let path = request.uri().path();
    if cors::is_preflight(request) {
        return cors::preflight(request, &realm.settings);
    }
    if path == "/connect/jwks" {
        let mut response = match *request.method() {
            Method::GET | Method::HEAD => routes::jwks::show(realm, pool, rng).into_response(&realm.settings),
            _ => Refusal::wrong_verb_response("GET, HEAD", Locale::En, &realm.settings),
        };
        if realm.settings.assumptions.jwks_cors {
            cors::decorate(request.headers(), &realm.settings, &mut response);
        }
        return response;
    }
    if !path.starts_with("/v2/")
        && let Some(response) = hosted::handle(realm, pool, links, arrival, rng)
    {
        return response;
    }
    let mut response = match path.strip_prefix("/v2/") {
        Some(path) => api::handle(realm, pool, links, path, arrival, rng),
        None => Refusal::not_found().into_response(Locale::En, &realm.settings),
    };
    sign(request, realm, &mut response, rng);
    response
}

/// What every answer of the browser API carries: its id, unless a script gave one, and what lets listed origins read
/// it.
fn sign(
    request: &Request<Vec<u8>>,
    realm: &Realm,
    response: &mut Response<Vec<u8>>,
    rng: &mut dyn CryptoRng,
) {
    if realm.settings.assumptions.request_id
        && !response.headers().contains_key("x-request-id")
        && let Ok(request_id) = HeaderValue::from_str(&id::fresh("rq", rng))
    {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), request_id);
    }
    cors::decorate(request.headers(), &realm.settings, response);
}

/// The same request to another path.
fn with_path(request: &Request<Vec<u8>>, path: &str) -> Request<Vec<u8>> {
    let mut request = request.clone();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    if let Ok(uri) = format!("{path}{query}").parse() {
        *request.uri_mut() = uri;
    }
    request
}

fn redirect(request: &Request<Vec<u8>>, to: &str) -> Reply {
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    if let Ok(to) = HeaderValue::from_str(&format!("{to}{query}")) {
        response.headers_mut().insert(LOCATION, to);
    }
    response.into()
}

fn check_size(request: &Request<Vec<u8>>) -> Result<(), Refusal> {
    if request.body().len() > max_body(request.uri().path()) {
        return Err(Refusal::plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
    }
    if request.uri().path_and_query().map_or(0, |path| PathAndQuery::as_str(path).len()) > MAX_URL {
        return Err(Refusal::plain(StatusCode::URI_TOO_LONG, "the URL is too long"));
    }
    Ok(())
}

fn refuse(refusal: Refusal) -> Reply {
    refusal.into_response(Locale::En, &Settings::default()).into()
}
