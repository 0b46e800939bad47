//! Pages for people: templates in, responses out, under a policy that lets nothing foreign in.

use askama::Template;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderValue, Response, StatusCode};

use crate::wire::Refusal;

/// The stylesheet of all pages.
pub(crate) const STYLE: &str = include_str!("../assets/pages.css");

/// Tokens in addresses reach no other site. `no-referrer` would go too far: browsers then hide a form's origin, too, from
/// the very page it came from.
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

/// A page. `form_targets` are further origins that a form's answer may lead to: browsers check `form-action` on the
/// redirect too.
pub(crate) fn page(template: &impl Template, form_targets: &[String]) -> Result<Response<Vec<u8>>, Refusal> {
    let html = template.render().map_err(|_| Refusal::broken())?;
    let mut response = asset("text/html; charset=utf-8", &html);
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; \
         base-uri 'none'; form-action 'self' {}; frame-ancestors 'none'",
        form_targets.join(" ")
    );
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_str(policy.trim_end()).map_err(|_| Refusal::broken())?,
    );
    Ok(response)
}

/// A file that belongs to a page.
pub(crate) fn asset(media_type: &'static str, text: &str) -> Response<Vec<u8>> {
    let mut response = Response::new(text.as_bytes().to_vec());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, SAME_ORIGIN);
    response
}

/// Sends the browser on with GET.
pub(crate) fn see_other(location: &str) -> Result<Response<Vec<u8>>, Refusal> {
    let mut response = Response::new(Vec::new());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    headers.insert(http::header::LOCATION, HeaderValue::from_str(location).map_err(|_| Refusal::broken())?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, SAME_ORIGIN);
    Ok(response)
}
