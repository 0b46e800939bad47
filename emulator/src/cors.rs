//! Cross-origin rules (protocol.md#cors): an allow-list of origins per realm, no credentials.
//!
//! The list belongs to the realm that a request means, and the realm is pure, so this is not left to a middleware of
//! the host. An origin that is not listed gets no header at all; the browser then reports a network error.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};

use crate::settings::Settings;

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE");
const HEADERS: HeaderValue = HeaderValue::from_static("content-type, lr-agent, accept-language, accept");

/// Whether the request is a preflight.
pub(crate) fn is_preflight(request: &Request<Vec<u8>>) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(ORIGIN)
        && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

/// The answer to a preflight.
pub(crate) fn preflight(request: &Request<Vec<u8>>, settings: &Settings) -> Response<Vec<u8>> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    if let Some(origin) = allowed_origin(request.headers(), &settings.allowed_origins) {
        let headers = response.headers_mut();
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
        headers.insert(ACCESS_CONTROL_MAX_AGE, settings.assumptions.cors_max_age_seconds.into());
    }
    response.headers_mut().insert(VARY, HeaderValue::from_static("origin"));
    response
}

/// Lets a listed origin read the response.
pub(crate) fn decorate(request: &HeaderMap, settings: &Settings, response: &mut Response<Vec<u8>>) {
    let headers = response.headers_mut();
    headers.insert(VARY, HeaderValue::from_static("origin"));
    let Some(origin) = allowed_origin(request, &settings.allowed_origins) else { return };
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    let exposed = settings.assumptions.cors_exposed_headers.join(", ");
    if let (false, Ok(exposed)) = (exposed.is_empty(), HeaderValue::from_str(&exposed)) {
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
    }
}

/// The request's origin, if the list has it.
pub(crate) fn allowed_origin(request: &HeaderMap, list: &[String]) -> Option<HeaderValue> {
    let origin = request.get(ORIGIN)?;
    let text = origin.to_str().ok()?;
    list.iter().any(|entry| admits(entry, text)).then(|| origin.clone())
}

/// Whether an entry of the list means that origin. `http://localhost:*` means any port.
fn admits(entry: &str, origin: &str) -> bool {
    // The origin of a page from a file is `null`, or `file://`, which ends in slashes.
    if entry == origin {
        return true;
    }
    let entry = entry.trim_end_matches('/');
    match entry.strip_suffix(":*") {
        Some(base) => origin
            .get(..base.len())
            .zip(origin.get(base.len()..))
            .is_some_and(|(head, port)| head.eq_ignore_ascii_case(base) && is_port(port)),
        None => entry.eq_ignore_ascii_case(origin),
    }
}

fn is_port(text: &str) -> bool {
    text.is_empty()
        || text.strip_prefix(':').is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::admits;

    #[test]
    fn any_port_of_a_loopback_host_matches_the_star() {
        assert!(admits("http://localhost:*", "http://localhost:5173"));
        assert!(admits("http://localhost:*", "http://localhost"));
    }

    #[test]
    fn the_star_stands_for_a_port_and_nothing_else() {
        assert!(!admits("http://localhost:*", "http://localhost.example.com"));
        assert!(!admits("http://localhost:*", "http://localhost:80.example.com"));
        assert!(!admits("http://localhost:*", "https://localhost:5173"));
    }

    #[test]
    fn an_exact_origin_matches_itself_alone() {
        assert!(admits("https://app.example.com", "https://app.example.com"));
        assert!(!admits("https://app.example.com", "https://app.example.com:8443"));
    }

    #[test]
    fn pages_of_shells_have_the_origin_that_is_listed() {
        for origin in
            ["capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://-", "null", "file://"]
        {
            assert!(admits(origin, origin), "{origin}");
        }
        assert!(admits("capacitor://localhost/", "capacitor://localhost"));
        assert!(!admits("capacitor://localhost", "ionic://localhost") && !admits("file://", "null"));
    }
}
