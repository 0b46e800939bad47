//! The control API below `/_emulator/`: what the real service does not have. Tests look into the inbox here, move the
//! clock, script faults; people find a readable page.
//!
//! It is open to whoever reaches the port, so it answers loopback hosts and loopback origins only: neither a page from
//! elsewhere nor a rebound host name can use it.

mod inbox;

use http::header::ORIGIN;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use rand_core::CryptoRng;
use serde_json::{Map, Value};

use crate::cors;
use crate::locale::Locale;
use crate::pages;
use crate::service::{Reply, Service, host_name};
use crate::settings::Settings;
use crate::time::Time;
use crate::wire::{Refusal, decode_query};

/// Where the control API begins.
pub(crate) const ROOT: &str = "/_emulator/";

/// One call of the control API.
pub(crate) struct Control<'a> {
    pub(crate) service: &'a mut Service,
    pub(crate) request: &'a Request<Vec<u8>>,
    pub(crate) query: Map<String, Value>,
    pub(crate) host_time: Time,
    pub(crate) rng: &'a mut dyn CryptoRng,
}

impl Control<'_> {
    /// A parameter of the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

/// Answers a call, given by its path below [`ROOT`].
pub(crate) fn handle(
    service: &mut Service,
    path: &str,
    request: &Request<Vec<u8>>,
    host_time: Time,
    rng: &mut dyn CryptoRng,
) -> Reply {
    let settings = Settings::default();
    if !is_local(request.headers(), &settings) {
        let refusal =
            Refusal::plain(StatusCode::FORBIDDEN, "the control API answers loopback hosts and origins only");
        return refusal.into_response(Locale::En, &settings).into();
    }
    if cors::is_preflight(request) {
        return cors::preflight(request, &settings).into();
    }
    let query = decode_query(request.uri().query().unwrap_or_default());
    let mut control = Control { service, request, query, host_time, rng };
    let mut response =
        route(&mut control, path).unwrap_or_else(|refusal| refusal.into_response(Locale::En, &settings));
    cors::decorate(request.headers(), &settings, &mut response);
    response.into()
}

fn route(control: &mut Control<'_>, path: &str) -> Result<Response<Vec<u8>>, Refusal> {
    match (control.request.method(), path) {
        (&Method::GET, "") => inbox::page(control),
        (&Method::GET, "pages.css") => Ok(pages::asset("text/css; charset=utf-8", pages::STYLE)),
        (&Method::GET, "mails") => Ok(inbox::list(control)),
        _ => Err(Refusal::not_found()),
    }
}

fn is_local(headers: &HeaderMap, settings: &Settings) -> bool {
    let host = host_name(headers).unwrap_or_default();
    let local_host =
        host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "[::1]";
    let local_origin =
        !headers.contains_key(ORIGIN) || cors::allowed_origin(headers, &settings.allowed_origins).is_some();
    local_host && local_origin
}
