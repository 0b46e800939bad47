//! The server-side API (protocol.md#core-api): what an app's backend and its test set-up talk to, with an API key and
//! without CORS. The official server libraries drive it unmodified; their own tests are where these shapes come from.

mod auth_providers;
mod client_apps;
mod credentials;
mod invitations;
mod orgs;
mod realms;
mod request;
mod sessions;
mod users;
mod views;

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use rand_core::CryptoRng;
use serde_json::{Map, Value, json};

use crate::call::{self, Call};
use crate::id;
use crate::listing::{Content, Listing, Progress};
use crate::locale::{Locale, Text};
use crate::record::Record;
use crate::state::{Client, Realm};
use crate::time::Time;
use crate::wire::{Params, Refusal, decode_query};
use crate::world::Service;

use request::{client_of, read_body, texts, unwrap};

/// One call of the Core API. Attributes come without the resource's name around them.
struct Core<'a> {
    service: &'a mut Service,
    realm_id: String,
    query: Map<String, Value>,
    attributes: Map<String, Value>,
    locale: Locale,
    client: Client,
    host_time: Time,
    rng: &'a mut dyn CryptoRng,
    /// A collection that may be long, in the place of what the handler gives.
    collection: Option<Content>,
}

type Outcome = Result<Value, Refusal>;
type Handler = fn(&mut Core<'_>, &str) -> Outcome;

/// Verb, path and what happens there. `:id` stands for one segment; what is more special comes first.
const ROUTES: &[(Method, &str, Handler)] = &[
    (Method::GET, "realms", realms::list),
    (Method::POST, "realms", realms::create),
    (Method::GET, "realms/:id", realms::show),
    (Method::PUT, "realms/:id", realms::update),
    (Method::DELETE, "realms/:id", realms::delete),
    (Method::POST, "realms/:id/reset", realms::reset),
    (Method::GET, "users", users::list),
    (Method::POST, "users", users::create),
    (Method::POST, "users/authenticate_token", users::authenticate_token),
    (Method::POST, "users/verify_email", users::verify_email),
    (Method::POST, "users/reset_password_with_token", users::reset_password_with_token),
    (Method::GET, "users/:id", users::show),
    (Method::PUT, "users/:id", users::update),
    (Method::DELETE, "users/:id", users::delete),
    (Method::PUT, "users/:id/profile", users::update),
    (Method::PUT, "users/:id/update_password", users::update_password),
    (Method::POST, "users/:id/authenticate", users::authenticate),
    (Method::POST, "users/:id/request_email_verification", users::request_email_verification),
    (Method::POST, "users/:id/generate_password_token", users::generate_password_token),
    (Method::POST, "users/:id/accept_invitation", users::accept_invitation),
    (Method::GET, "orgs", orgs::list),
    (Method::POST, "orgs", orgs::create),
    (Method::GET, "orgs/:id", orgs::show),
    (Method::PUT, "orgs/:id", orgs::update),
    (Method::DELETE, "orgs/:id", orgs::delete),
    (Method::GET, "memberships", orgs::list_memberships),
    (Method::POST, "memberships", orgs::create_membership),
    (Method::GET, "memberships/:id", orgs::show_membership),
    (Method::PUT, "memberships/:id", orgs::update_membership),
    (Method::DELETE, "memberships/:id", orgs::delete_membership),
    (Method::GET, "sessions", sessions::list),
    (Method::POST, "sessions", sessions::create),
    (Method::GET, "sessions/:id", sessions::show),
    (Method::DELETE, "sessions/:id", sessions::delete),
    (Method::POST, "credentials", credentials::create),
    (Method::GET, "credentials/:id", credentials::show),
    (Method::PUT, "credentials/:id", credentials::update),
    (Method::DELETE, "credentials/:id", credentials::delete),
    (Method::POST, "credentials/:id/verify", credentials::verify),
    (Method::GET, "auth_providers", auth_providers::list),
    (Method::POST, "auth_providers", auth_providers::create),
    (Method::GET, "auth_providers/authorize", auth_providers::authorize_urls),
    (Method::POST, "auth_providers/authorize", auth_providers::authorize),
    (Method::GET, "auth_providers/:id", auth_providers::show),
    (Method::PUT, "auth_providers/:id", auth_providers::update),
    (Method::DELETE, "auth_providers/:id", auth_providers::delete),
    (Method::GET, "auth_providers/:id/authorize", auth_providers::authorize_url),
    (Method::POST, "auth_providers/:id/authorize", auth_providers::authorize_token),
    (Method::GET, "client_apps", client_apps::list),
    (Method::POST, "client_apps", client_apps::create),
    (Method::GET, "client_apps/:id", client_apps::show),
    (Method::PUT, "client_apps/:id", client_apps::update),
    (Method::DELETE, "client_apps/:id", client_apps::delete),
    (Method::GET, "domains", client_apps::list_domains),
    (Method::POST, "domains", client_apps::create_domain),
    (Method::GET, "domains/:id", client_apps::show_domain),
    (Method::DELETE, "domains/:id", client_apps::delete_domain),
    (Method::GET, "invitations", invitations::list),
    (Method::POST, "invitations", invitations::create),
    (Method::GET, "invitations/:id", invitations::show),
    (Method::PUT, "invitations/:id", invitations::update),
    (Method::DELETE, "invitations/:id", invitations::delete),
    (Method::POST, "invitations/:id/invite", invitations::invite),
];

/// Answers a call. `size` says whether it is small enough to be looked at.
pub(crate) fn handle(
    service: &mut Service,
    request: &Request<Vec<u8>>,
    size: Result<(), Refusal>,
    host_time: Time,
    rng: &mut dyn CryptoRng,
) -> Progress {
    let incoming = Incoming::read(service, request, size);
    // A call whose realm is unknown is logged and answered in the default one.
    let home = incoming.realm_id.clone().ok().filter(|id| service.realms.contains_key(id));
    let home = home.unwrap_or_else(|| service.default_realm.clone());
    let realm = service.realms.get(&home);
    let settings = realm.map(|realm| realm.settings.clone()).unwrap_or_default();
    let now = realm.map_or(host_time, |realm| realm.clock.read(host_time));
    // English, whatever the realm speaks, unless the header names something better (protocol.md#languages).
    let locale = realm.and_then(|realm| call::requested_locale(request.headers(), realm)).unwrap_or_default();
    let mut record = Record::of("core", request, now);
    // A call that makes a realm is logged in the new one.
    let mut place = home.clone();
    let mut collection = None;
    let mut response = match route(service, request, incoming, &mut place, locale, host_time, rng) {
        Ok(body) => match body {
            Body::Value(body) => Response::new(serde_json::to_vec(&body).unwrap_or_default()),
            Body::Collection(content, most) => {
                collection = Some((content, most));
                Response::default()
            }
        },
        Err(CoreRefusal { refusal, extra, allow }) => {
            let mut body =
                Map::from_iter([("errors".to_owned(), json!(refusal.sentences(locale, &settings)))]);
            body.extend(extra);
            let mut response = Response::new(serde_json::to_vec(&body).unwrap_or_default());
            *response.status_mut() = refusal.status;
            if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
                response.headers_mut().insert(ALLOW, allow);
            }
            response
        }
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(request_id) = HeaderValue::from_str(&id::fresh("rq", rng)) {
        headers.insert("x-request-id", request_id);
    }
    record.finish(&response);
    let place = if service.realms.contains_key(&place) { place } else { service.default_realm.clone() };
    if let Some(realm) = service.realms.get_mut(&place) {
        realm.log.add(record);
    }
    match collection {
        Some((content, most)) => {
            Progress::More(Listing::new("collection", &place, response, content).limited(most))
        }
        None => Progress::Done(response.into()),
    }
}

/// What a call of this API answers with.
enum Body {
    Value(Value),
    /// No more than that many.
    Collection(Content, usize),
}

/// A call, taken apart. Only those who have the key are told what is wrong with it.
struct Incoming {
    segments: Vec<String>,
    query: Map<String, Value>,
    body: Result<Map<String, Value>, Refusal>,
    realm_id: Result<String, Refusal>,
}

impl Incoming {
    fn read(service: &Service, request: &Request<Vec<u8>>, size: Result<(), Refusal>) -> Self {
        let path = request.uri().path().strip_prefix("/v2/").unwrap_or_default().trim_end_matches('/');
        let decode = |segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned();
        let segments: Vec<String> = path.split('/').map(decode).collect();
        let query = decode_query(request.uri().query().unwrap_or_default());
        let body = size.and_then(|()| read_body(request));
        // If the body cannot be read, path, query and header can still name the realm.
        let nothing = Map::new();
        let members = body.as_ref().unwrap_or(&nothing);
        let realm_id = find_realm(service, &segments, members, &query, request.headers());
        Self { segments, query, body, realm_id }
    }
}

/// A refusal, and what an error of this API can carry besides.
struct CoreRefusal {
    refusal: Refusal,
    extra: Map<String, Value>,
    allow: Option<String>,
}

impl From<Refusal> for CoreRefusal {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, extra: Map::new(), allow: None }
    }
}

fn route(
    service: &mut Service,
    request: &Request<Vec<u8>>,
    incoming: Incoming,
    place: &mut String,
    locale: Locale,
    host_time: Time,
    rng: &mut dyn CryptoRng,
) -> Result<Body, CoreRefusal> {
    let Incoming { segments, query, body, realm_id } = incoming;
    let key = header(request.headers(), "authrocket-api-key");
    if key.as_deref() != Some(service.api_key.reveal()) {
        return Err(Refusal::plain(StatusCode::FORBIDDEN, "the API key is missing or wrong").into());
    }
    let fitting: Vec<_> = ROUTES.iter().filter_map(|route| Some((route, fit(route.1, &segments)?))).collect();
    // The first pattern that fits is the path that is meant; others with the same pattern are its other verbs.
    let (first, _) = fitting.first().ok_or(Refusal::not_found())?;
    let verbs = || fitting.iter().filter(|(route, _)| route.1 == first.1);
    let Some((route, id)) = verbs().find(|(route, _)| route.0 == request.method()) else {
        let allow = verbs().map(|(route, _)| route.0.as_str()).collect::<Vec<_>>().join(", ");
        return Err(CoreRefusal { allow: Some(allow), ..Refusal::wrong_verb().into() });
    };
    let (body, realm_id) = (body?, realm_id?);
    let client = client_of(&body);
    let attributes = unwrap(segments.first().map(String::as_str).unwrap_or_default(), body);
    let mut core =
        Core { service, realm_id, query, attributes, locale, client, host_time, rng, collection: None };
    let outcome = (route.2)(&mut core, id);
    place.clone_from(&core.realm_id);
    let extra = auth_providers::retry(&mut core, route.1);
    let value = outcome.map_err(|refusal| CoreRefusal { extra, ..refusal.into() })?;
    let most = core.most();
    Ok(core.collection.map_or(Body::Value(value), |content| Body::Collection(content, most)))
}

/// Whether a pattern fits a path, and the id in it (empty if the pattern has none).
fn fit<'a>(pattern: &str, segments: &'a [String]) -> Option<&'a str> {
    let mut id = "";
    let mut parts = pattern.split('/');
    for segment in segments {
        match parts.next()? {
            ":id" if !segment.is_empty() => id = segment,
            part if part == segment => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(id)
}

/// The realm of a call: named by the path, the parameters or the header; else the default one.
fn find_realm(
    service: &Service,
    segments: &[String],
    body: &Map<String, Value>,
    query: &Map<String, Value>,
    headers: &HeaderMap,
) -> Result<String, Refusal> {
    let resource = segments.first().map(String::as_str).unwrap_or_default();
    if resource == "realms" {
        let id = segments.get(1).map(String::as_str).unwrap_or_default();
        return if id.is_empty() || service.realms.contains_key(id) {
            Ok(id.to_owned())
        } else {
            Err(Refusal::not_found())
        };
    }
    let text = |value: Option<&Value>| {
        value.and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let root = resource.strip_suffix('s').unwrap_or(resource);
    let wanted = text(body.get(root).and_then(|attributes| attributes.get("realm_id")))
        .or_else(|| text(body.get("realm_id")))
        .or_else(|| text(query.get("realm_id")))
        .or_else(|| header(headers, "authrocket-realm"))
        .unwrap_or_else(|| service.default_realm.clone());
    if service.realms.contains_key(&wanted) { Ok(wanted) } else { Err(Refusal::not_found()) }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty()).map(str::to_owned)
}

impl Core<'_> {
    fn realm(&self) -> Result<&Realm, Refusal> {
        self.service.realms.get(&self.realm_id).ok_or(Refusal::not_found())
    }

    fn realm_mut(&mut self) -> Result<&mut Realm, Refusal> {
        self.service.realms.get_mut(&self.realm_id).ok_or(Refusal::not_found())
    }

    fn now(&self) -> Time {
        self.service
            .realms
            .get(&self.realm_id)
            .map_or(self.host_time, |realm| realm.clock.read(self.host_time))
    }

    /// The call as the rules shared with the browser API see it.
    fn call(&mut self) -> Result<Call<'_>, Refusal> {
        let now = self.now();
        let realm = self.service.realms.get_mut(&self.realm_id).ok_or(Refusal::not_found())?;
        realm.sweep(now);
        Ok(Call {
            realm,
            pool: &mut self.service.pool,
            links: &self.service.links,
            params: Params::from_members(self.attributes.clone()),
            requested_locale: None,
            locale: self.locale,
            client: self.client.clone(),
            now,
            rng: self.rng,
        })
    }

    /// An attribute that is a text with something in it.
    fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// The same: 422 without it.
    fn need(&self, name: &'static str) -> Result<String, Refusal> {
        self.text(name).map(str::to_owned).ok_or(Refusal::invalid(Text::Missing(name)))
    }

    /// A parameter of the query.
    fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// Changes a text if it was sent; `null` and nothing clear it.
    fn change(&self, name: &str, field: &mut Option<String>) {
        if let Some(value) = self.attributes.get(name) {
            *field = value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        }
    }

    /// How many items a collection may have at most.
    fn most(&self) -> usize {
        self.query("max_results").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX)
    }

    /// Answers with a collection that may be long, piece by piece.
    fn long_collection(&mut self, content: Content) -> Outcome {
        self.realm()?;
        self.collection = Some(content);
        Ok(Value::Null)
    }

    /// A list with `max_results` heeded.
    fn collection(&self, items: Vec<Value>) -> Value {
        let limit = self.most();
        let more = items.len() > limit;
        json!({ "collection": items.into_iter().take(limit).collect::<Vec<_>>(), "more_results": more })
    }
}

/// A record with one more member.
fn with(mut view: Value, name: &str, value: Value) -> Value {
    if let Value::Object(members) = &mut view {
        members.insert(name.to_owned(), value);
    }
    view
}
