//! The emulated service as a whole: its realms, and the way of a request to one of them and back.

use http::header::{ACCEPT, ALLOW, CONTENT_TYPE, HOST};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use indexmap::IndexMap;
use rand_core::CryptoRng;

use crate::call::{self, Call};
use crate::control;
use crate::cors;
use crate::id;
use crate::keys::{KeyPool, SigningKey};
use crate::locale::Locale;
use crate::mail::Links;
use crate::routes;
use crate::seed::{self, Seed};
use crate::settings::{Feature, Settings};
use crate::state::{Realm, Secret};
use crate::time::{Clock, Time};
use crate::wire::{Params, Refusal};

/// Most bytes a body may have. A host reads no more than one byte beyond.
pub const MAX_BODY: usize = 256 * 1024;

/// Most bytes path and query may have (contract §1.8, 414).
const MAX_URL: usize = 8 * 1024;

/// The listener a request came in by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// The browser API, hosted pages and the control API.
    LoginRocket,
    /// The server-side API.
    Core,
}

/// What a host does with a response.
#[derive(Debug)]
pub struct Reply {
    /// The response.
    pub response: Response<Vec<u8>>,
    /// How long to wait before sending it.
    pub delay_millis: u64,
    /// How sending it ends.
    pub ending: Ending,
}

/// How sending a response ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    #[default]
    Whole,
    /// The connection breaks after that many bytes of the body.
    Truncated(usize),
    /// The connection breaks before the first byte.
    Cut,
    /// Nothing is ever sent, and the connection stays open.
    Hang,
}

impl From<Response<Vec<u8>>> for Reply {
    fn from(response: Response<Vec<u8>>) -> Self {
        Self { response, delay_millis: 0, ending: Ending::Whole }
    }
}

/// All realms of one emulator.
#[derive(Debug)]
pub struct Service {
    pub(crate) realms: IndexMap<String, Realm>,
    pub(crate) default_realm: String,
    pub(crate) api_key: Secret,
    pub(crate) pool: KeyPool,
    pub(crate) links: Links,
    pub(crate) clock: Clock,
}

impl Service {
    /// Makes the realms of a document.
    pub fn new(seed: &Seed, mut links: Links, now: Time, rng: &mut dyn CryptoRng) -> Self {
        let realms: IndexMap<String, Realm> = seed
            .realms
            .iter()
            .map(|realm| seed::build_realm(realm, now, rng))
            .map(|realm| (realm.id.clone(), realm))
            .collect();
        let first = realms.values().next();
        let default_realm = first.map(|realm| realm.id.clone()).unwrap_or_default();
        links.default_realm = first.map(|realm| realm.name.clone()).unwrap_or_default();
        let api_key = seed.api_key.clone().unwrap_or_else(|| Secret::new(id::fresh("ks", rng)));
        Self { realms, default_realm, api_key, pool: KeyPool::default(), links, clock: Clock::Host }
    }

    /// The document that makes the same realms again.
    pub fn dump(&self) -> Seed {
        Seed {
            api_key: Some(self.api_key.clone()),
            realms: self.realms.values().map(seed::dump_realm).collect(),
        }
    }

    /// Adds a signing key that was made beforehand.
    pub fn offer_key(&mut self, key: SigningKey) {
        self.pool.offer(key);
    }

    /// How many signing keys are left for new realms and rotations.
    pub fn spare_keys(&self) -> usize {
        self.pool.len()
    }

    /// The key of the Core API.
    pub fn api_key(&self) -> &Secret {
        &self.api_key
    }

    /// The realm that answers where none is named.
    pub fn default_realm(&self) -> Option<&Realm> {
        self.realms.get(&self.default_realm)
    }

    /// The same, to be changed.
    pub fn default_realm_mut(&mut self) -> Option<&mut Realm> {
        self.realms.get_mut(&self.default_realm)
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
        let now = self.clock.read(host_time);
        if request.body().len() > MAX_BODY {
            return refuse(Refusal::plain(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"));
        }
        if request.uri().path_and_query().map_or(0, |path| PathAndQuery::as_str(path).len()) > MAX_URL {
            return refuse(Refusal::plain(StatusCode::URI_TOO_LONG, "the URL is too long"));
        }
        match listener {
            Listener::Core => refuse(Refusal::plain(StatusCode::FORBIDDEN, "an API key is needed")),
            Listener::LoginRocket => match request.uri().path().strip_prefix(control::ROOT) {
                Some(path) => control::handle(self, path, request, host_time, rng),
                None => self.handle_login_rocket(request, address, now, rng),
            },
        }
    }

    fn handle_login_rocket(
        &mut self,
        request: &Request<Vec<u8>>,
        address: &str,
        now: Time,
        rng: &mut dyn CryptoRng,
    ) -> Reply {
        let Some(realm) = find_realm(&mut self.realms, &self.default_realm, request) else {
            return refuse(Refusal::not_found());
        };
        let path = request.uri().path();
        let mut response = if cors::is_preflight(request) {
            return cors::preflight(request, &realm.settings).into();
        } else if let Some(path) = path.strip_prefix("/v2/") {
            api(realm, &mut self.pool, &self.links, path, (request, address, now), rng)
        } else if path == "/connect/jwks" {
            let answer = routes::jwks::show(realm, &mut self.pool, rng);
            let mut response = answer.into_response(&realm.settings);
            if !realm.settings.assumptions.jwks_cors {
                return response.into();
            }
            cors::decorate(request.headers(), &realm.settings, &mut response);
            return response.into();
        } else {
            Refusal::not_found().into_response(Locale::En, &realm.settings)
        };
        if realm.settings.assumptions.request_id
            && let Ok(request_id) = HeaderValue::from_str(&id::fresh("rq", rng))
        {
            response.headers_mut().insert(HeaderName::from_static("x-request-id"), request_id);
        }
        cors::decorate(request.headers(), &realm.settings, &mut response);
        response.into()
    }
}

/// The realm that a request's host name means: a domain of the realm, or `<name>.localhost`. A name under `.localhost`
/// that no realm has is nobody; every other host means the default realm.
fn find_realm<'a>(
    realms: &'a mut IndexMap<String, Realm>,
    default: &str,
    request: &Request<Vec<u8>>,
) -> Option<&'a mut Realm> {
    let host = host_name(request.headers()).unwrap_or_default();
    let by_domain = realms.values().find(|realm| realm.domains.values().any(|domain| domain.fqdn == host));
    let id = match (by_domain, host.strip_suffix(".localhost")) {
        (Some(realm), _) => realm.id.clone(),
        (None, Some(name)) => realms.values().find(|realm| realm.name == name)?.id.clone(),
        (None, None) => default.to_owned(),
    };
    realms.get_mut(&id)
}

/// The `Host` field without its port, in lower case.
pub(crate) fn host_name(headers: &HeaderMap) -> Option<String> {
    let host = headers.get(HOST)?.to_str().ok()?;
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    Some(name.to_ascii_lowercase())
}

/// A call of the browser API, given by its path without `/v2/`.
fn api(
    realm: &mut Realm,
    pool: &mut KeyPool,
    links: &Links,
    path: &str,
    (request, address, now): (&Request<Vec<u8>>, &str, Time),
    rng: &mut dyn CryptoRng,
) -> Response<Vec<u8>> {
    let requested_locale = call::requested_locale(request.headers(), realm);
    let locale = requested_locale.unwrap_or_else(|| Locale::of_realm(&realm.settings));
    let Some(route) = routes::find(path) else {
        return Refusal::not_found().into_response(locale, &realm.settings);
    };
    let Some((_, handler)) = route.verbs.iter().find(|(method, _)| method == request.method()) else {
        let refusal = Refusal::plain(StatusCode::METHOD_NOT_ALLOWED, "this path does not know that verb");
        let mut response = refusal.into_response(locale, &realm.settings);
        let allowed: Vec<&str> = route.verbs.iter().map(|(method, _)| Method::as_str(method)).collect();
        if let Ok(allowed) = HeaderValue::from_str(&allowed.join(", ")) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        return response;
    };
    let params = check_feature(route.feature, &realm.settings)
        .and_then(|()| check_accept(request.headers(), &realm.settings))
        .and_then(|()| Params::read(request, &realm.settings.assumptions));
    let params = match params {
        Ok(params) => params,
        Err(refusal) => return refusal.into_response(locale, &realm.settings),
    };
    realm.sweep(now);
    let client = call::client(address, request.headers());
    let mut call = Call { realm, pool, links, params, requested_locale, locale, client, now, rng };
    let outcome = handler(&mut call);
    let locale = call.locale;
    match outcome {
        Ok(answer) => answer.into_response(&realm.settings),
        Err(refusal) => refusal.into_response(locale, &realm.settings),
    }
}

fn check_feature(feature: Feature, settings: &Settings) -> Result<(), Refusal> {
    let on = |feature: Feature| settings.lr_features.contains(&feature);
    if !on(Feature::Api) {
        return Err(Refusal::plain(StatusCode::FORBIDDEN, "this realm's LoginRocket API is off"));
    }
    match feature {
        Feature::Signup if !on(feature) => Err(Refusal::invalid(crate::locale::Text::SignupClosed)),
        Feature::Login if !on(feature) => {
            Err(Refusal::plain(StatusCode::FORBIDDEN, "logins are off in this realm"))
        }
        _ => Ok(()),
    }
}

/// 406 only if `Accept` rules JSON out (contract §1.3, U28).
fn check_accept(headers: &HeaderMap, settings: &Settings) -> Result<(), Refusal> {
    let mut fields = headers.get_all(ACCEPT).iter().peekable();
    let admitted = if fields.peek().is_none() {
        !settings.assumptions.strict_accept
    } else {
        fields.filter_map(|field| field.to_str().ok()).flat_map(|field| field.split(',')).any(admits_json)
    };
    if admitted {
        Ok(())
    } else {
        Err(Refusal::plain(StatusCode::NOT_ACCEPTABLE, "answers are application/json"))
    }
}

fn admits_json(range: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let media = parts.next().unwrap_or_default().to_ascii_lowercase();
    let refused = parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"));
    !refused && matches!(media.as_str(), "*/*" | "application/*" | "application/json")
}

fn refuse(refusal: Refusal) -> Reply {
    refusal.into_response(Locale::En, &Settings::default()).into()
}

/// A response that is not JSON.
pub(crate) fn content(media_type: &'static str, body: impl Into<Vec<u8>>) -> Response<Vec<u8>> {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
