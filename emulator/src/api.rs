//! A call of the browser API: what holds before a route is reached (protocol.md#base-url) – limits, verbs, media types,
//! language.

use http::header::{ACCEPT, ORIGIN};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use rand_core::CryptoRng;

use crate::call::{self, Call};
use crate::cors;
use crate::keys::KeyPool;
use crate::locale::{Locale, Text};
use crate::mail::Links;
use crate::routes;
use crate::settings::{Feature, ForeignOrigin, Settings};
use crate::state::Realm;
use crate::time::Time;
use crate::wire::{Params, Refusal};

/// A request, where it came from and when.
#[derive(Clone, Copy)]
pub(crate) struct Arrival<'a> {
    pub(crate) request: &'a Request<Vec<u8>>,
    pub(crate) address: &'a str,
    pub(crate) now: Time,
}

/// Answers a call, given by its path without `/v2/`, if the realm takes more of them just now
/// (protocol.md#rate-limits).
pub(crate) fn handle(
    realm: &mut Realm,
    pool: &mut KeyPool,
    links: &Links,
    path: &str,
    arrival: Arrival<'_>,
    rng: &mut dyn CryptoRng,
) -> Response<Vec<u8>> {
    let Some(limit) = realm.settings.assumptions.rate_limit else {
        return route(realm, pool, links, path, arrival, rng);
    };
    let standing = realm.windows.count(limit, arrival.address, arrival.now);
    let mut response = if standing.exceeded {
        let refusal =
            Refusal::plain(StatusCode::TOO_MANY_REQUESTS, "too many requests; wait before trying again");
        refusal.into_response(Locale::En, &realm.settings)
    } else {
        route(realm, pool, links, path, arrival, rng)
    };
    standing.tell(response.headers_mut(), realm.settings.assumptions.retry_after);
    response
}

fn route(
    realm: &mut Realm,
    pool: &mut KeyPool,
    links: &Links,
    path: &str,
    Arrival { request, address, now }: Arrival<'_>,
    rng: &mut dyn CryptoRng,
) -> Response<Vec<u8>> {
    let requested_locale = call::requested_locale(request.headers(), realm);
    let locale = requested_locale.unwrap_or_else(|| Locale::of_realm(&realm.settings));
    let Some(route) = routes::find(path) else {
        return Refusal::not_found().into_response(locale, &realm.settings);
    };
    let v1_habit = realm.settings.assumptions.get_for_post && request.method() == Method::GET;
    let verb = |wanted: &Method| route.verbs.iter().find(|(method, _)| method == wanted);
    let found = verb(request.method()).or_else(|| verb(&Method::POST).filter(|_| v1_habit));
    let Some((_, handler)) = found else {
        let allowed: Vec<&str> = route.verbs.iter().map(|(method, _)| Method::as_str(method)).collect();
        return Refusal::wrong_verb_response(&allowed.join(", "), locale, &realm.settings);
    };
    let params = check_origin(request.headers(), &realm.settings)
        .and_then(|()| check_feature(route.feature, &realm.settings))
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
        Ok(outcome) => outcome.answer(&realm.settings).into_response(&realm.settings),
        Err(refusal) => refusal.into_response(locale, &realm.settings),
    }
}

fn check_feature(feature: Feature, settings: &Settings) -> Result<(), Refusal> {
    if !settings.lr_features.contains(&Feature::Api) {
        return Err(off(settings, "this realm's LoginRocket API is off"));
    }
    check_part(feature, settings)
}

/// Whether people may log in or sign up at all, by the API or by hosted pages.
pub(crate) fn check_part(feature: Feature, settings: &Settings) -> Result<(), Refusal> {
    match feature {
        Feature::Api => Ok(()),
        on if settings.lr_features.contains(&on) => Ok(()),
        Feature::Signup => Err(Refusal::invalid(Text::SignupClosed)),
        Feature::Login => Err(off(settings, "logins are off in this realm")),
    }
}

fn off(settings: &Settings, words: &'static str) -> Refusal {
    let status = StatusCode::from_u16(settings.assumptions.feature_off_status);
    Refusal::plain(status.unwrap_or(StatusCode::FORBIDDEN), words)
}

/// A realm may refuse a call from an origin that is not listed, instead of answering what nobody reads
/// (protocol.md#u13).
fn check_origin(headers: &HeaderMap, settings: &Settings) -> Result<(), Refusal> {
    let refused = settings.assumptions.foreign_origin == ForeignOrigin::Refused;
    if refused
        && headers.contains_key(ORIGIN)
        && cors::allowed_origin(headers, &settings.allowed_origins).is_none()
    {
        return Err(Refusal::plain(StatusCode::FORBIDDEN, "this origin is not listed"));
    }
    Ok(())
}

/// 406 only if `Accept` rules JSON out (protocol.md#request-headers, #u28).
fn check_accept(headers: &HeaderMap, settings: &Settings) -> Result<(), Refusal> {
    let mut fields = headers.get_all(ACCEPT).iter().peekable();
    let admitted = if fields.peek().is_none() {
        !settings.assumptions.strict_accept
    } else {
        let ranges = fields
            .filter_map(|field| field.to_str().ok())
            .flat_map(|field| field.split(','))
            .filter_map(read_range);
        // The most specific range decides (RFC 9110 §12.5.1).
        ranges.max().is_some_and(|(_, admits)| admits)
    };
    if admitted {
        Ok(())
    } else {
        Err(Refusal::plain(StatusCode::NOT_ACCEPTABLE, "answers are application/json"))
    }
}

/// How specifically a media range means JSON, and whether it wants it. `None` if it means something else.
fn read_range(range: &str) -> Option<(u8, bool)> {
    let mut parts = range.split(';').map(str::trim);
    let specificity = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/json" => 2,
        "application/*" => 1,
        "*/*" => 0,
        _ => return None,
    };
    let weight =
        parts.filter_map(|part| part.split_once('=')).find(|(name, _)| name.trim().eq_ignore_ascii_case("q"));
    let refused = weight.is_some_and(|(_, weight)| weight.trim().parse() == Ok(0.0_f32));
    Some((specificity, !refused))
}
