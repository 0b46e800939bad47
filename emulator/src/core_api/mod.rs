//! The server-side API (contract §9): what an app's backend and its test set-up talk to, with an API key and without
//! CORS. The official server libraries drive it unmodified; their own tests are where these shapes come from.

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
use crate::locale::{Locale, Text};
use crate::record::Record;
use crate::service::Service;
use crate::state::{Client, Realm};
use crate::time::Time;
use crate::wire::{Params, Refusal, decode_query};

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

/// Answers a call.
pub(crate) fn handle(
    service: &mut Service,
    request: &Request<Vec<u8>>,
    host_time: Time,
    rng: &mut dyn CryptoRng,
) -> Response<Vec<u8>> {
    // English, whatever the realm speaks, unless the header names something better (contract §1.9).
    let english = service.default_realm().map(|realm| realm.settings.clone()).unwrap_or_default();
    let asked = service.default_realm().and_then(|realm| call::requested_locale(request.headers(), realm));
    let locale = asked.unwrap_or_default();
    let mut response = match route(service, request, locale, host_time, rng) {
        Ok(body) => {
            let mut response = Response::new(serde_json::to_vec(&body).unwrap_or_default());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            response
        }
        Err(CoreRefusal { refusal, extra, allow }) => {
            let mut body =
                Map::from_iter([("errors".to_owned(), json!(refusal.sentences(locale, &english)))]);
            body.extend(extra);
            let mut response = Response::new(serde_json::to_vec(&body).unwrap_or_default());
            *response.status_mut() = refusal.status;
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            if let Some(allow) = allow.and_then(|allow| HeaderValue::from_str(&allow).ok()) {
                response.headers_mut().insert(ALLOW, allow);
            }
            response
        }
    };
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(request_id) = HeaderValue::from_str(&id::fresh("rq", rng)) {
        response.headers_mut().insert("x-request-id", request_id);
    }
    response
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
    locale: Locale,
    host_time: Time,
    rng: &mut dyn CryptoRng,
) -> Result<Value, CoreRefusal> {
    let key = header(request.headers(), "authrocket-api-key");
    if key.as_deref() != Some(service.api_key.reveal()) {
        return Err(Refusal::plain(StatusCode::FORBIDDEN, "the API key is missing or wrong").into());
    }
    let path = request.uri().path().strip_prefix("/v2/").ok_or(Refusal::not_found())?.trim_end_matches('/');
    let segments: Vec<String> = path
        .split('/')
        .map(|segment| percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect();
    let fitting: Vec<_> = ROUTES.iter().filter_map(|route| Some((route, fit(route.1, &segments)?))).collect();
    // The first pattern that fits is the path that is meant; others with the same pattern are its other verbs.
    let (first, _) = fitting.first().ok_or(Refusal::not_found())?;
    let verbs = || fitting.iter().filter(|(route, _)| route.1 == first.1);
    let Some((route, id)) = verbs().find(|(route, _)| route.0 == request.method()) else {
        let allow = verbs().map(|(route, _)| route.0.as_str()).collect::<Vec<_>>().join(", ");
        let refusal = Refusal::plain(StatusCode::METHOD_NOT_ALLOWED, "this path does not know that verb");
        return Err(CoreRefusal { allow: Some(allow), ..refusal.into() });
    };
    let (body, query) = (read_body(request)?, decode_query(request.uri().query().unwrap_or_default()));
    let resource = segments.first().map(String::as_str).unwrap_or_default();
    let realm_id = find_realm(service, resource, id, &body, &query, request.headers())?;
    let now = service.realms.get(&realm_id).map_or(host_time, |realm| realm.clock.read(host_time));
    let mut record = Record::of("core", request, now);
    let client = client_of(&body);
    let attributes = unwrap(resource, body);
    let mut core = Core { service, realm_id, query, attributes, locale, client, host_time, rng };
    let outcome = (route.2)(&mut core, id);
    record.status = outcome.as_ref().map_or_else(|refusal| refusal.status.as_u16(), |_| 200);
    let (realm_id, extra) = (core.realm_id.clone(), auth_providers::retry(&mut core, route.1));
    if let Some(realm) = service.realms.get_mut(&realm_id) {
        realm.log.add(record);
    }
    outcome.map_err(|refusal| CoreRefusal { extra, ..refusal.into() })
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
    resource: &str,
    id: &str,
    body: &Map<String, Value>,
    query: &Map<String, Value>,
    headers: &HeaderMap,
) -> Result<String, Refusal> {
    if resource == "realms" {
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

    /// A list with `max_results` heeded.
    fn collection(&self, items: Vec<Value>) -> Value {
        let limit = self.query("max_results").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
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
