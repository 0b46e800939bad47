//! The first half of a call: which request an endpoint needs.
//!
//! The session id travels as the API wants it, in the query string or the body (contract §1.2), so both are secrets.

use super::{
    config::{Config, Locale},
    query::{self, Pair},
    secret::Secret,
};
use crate::Error;

pub use crate::protocol::endpoint::{Endpoint, Method};

/// Parameters in whatever form the caller holds them; only the form that the endpoint needs is asked for.
pub trait Parameters {
    /// As a JSON object.
    ///
    /// Errors: `invalid_params`.
    fn to_json(&self) -> Result<Secret, Error>;

    /// As the pairs of a query string, those without a value included.
    ///
    /// Errors: `invalid_params`.
    fn to_pairs(&self) -> Result<Vec<Pair>, Error>;
}

/// A request, ready to send.
#[derive(Debug)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL; its query may hold the session id.
    pub url: Secret,
    /// Names in lower case. None needs to be kept secret.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Option<Secret>,
    /// Whether it should arrive even if the page is left meanwhile.
    pub outlives_page: bool,
}

/// Builds the request of a call.
///
/// Errors: `missing_url`, `insecure_url`, `invalid_params`.
pub fn build(
    config: &Config,
    locale: Option<&Locale>,
    endpoint: Endpoint,
    parameters: &dyn Parameters,
) -> Result<Request, Error> {
    let base = config.usable_url()?;
    let (method, path) = endpoint.route();
    let mut headers = vec![("accept", "application/json".to_owned())];
    if let Some(agent) = config.agent.header() {
        headers.push(("lr-agent", agent.to_owned()));
    }
    if let Some(locale) = locale.or(config.locale.as_ref()) {
        headers.push(("accept-language", locale.as_str().to_owned()));
    }

    let (query, body) = match method {
        Method::Get | Method::Delete => (Some(query::encode(&parameters.to_pairs()?)), None),
        Method::Post | Method::Put => {
            headers.push(("content-type", "application/json".to_owned()));
            (None, Some(parameters.to_json()?))
        }
    };

    let mut url = Secret::new(base.as_str().to_owned());
    url.push_str(path);
    if let Some(query) = query.filter(|query| !query.expose().is_empty()) {
        url.push_str("?");
        url.push_str(query.expose());
    }
    // Whoever signs out mostly goes elsewhere at once.
    let outlives_page = endpoint == Endpoint::Logout;
    Ok(Request { method, url, headers, body, outlives_page })
}
