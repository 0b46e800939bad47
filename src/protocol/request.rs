//! The first half of a call: which request an endpoint needs.
//!
//! The session id goes where the API wants it, into the query string or the body (protocol.md#authentication-of-calls). The
//! app's own parameters of a body, such as passwords, do not come here. The host keeps them, and is told what to add.

use super::{
    config::{Agent, Config, Locale},
    endpoint::{Endpoint, Method},
    json::{Json, Writer},
    query::Query,
    secret::Secret,
};
use crate::Error;

/// A request. Only the app's own parameters are still missing in its body.
#[derive(Clone, Debug)]
pub struct Request {
    /// The HTTP method.
    pub method: Method,
    /// The whole URL; its query may hold the session id.
    pub url: Secret,
    /// The client's name for the service.
    pub agent: Agent,
    /// The language of the service's messages.
    pub locale: Option<Locale>,
    /// Members that the host puts in front of the app's own, as a JSON object. None if the request has no body.
    pub additions: Option<Secret>,
    /// Whether the request should arrive even if the person leaves the page meanwhile.
    pub outlives_page: bool,
}

impl Request {
    /// The request's headers, with names in lower case. None of them is a secret.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let headers = [
            ("accept", Some("application/json")),
            ("lr-agent", self.agent.header()),
            ("accept-language", self.locale.as_ref().map(Locale::as_str)),
            ("content-type", self.additions.as_ref().map(|_| "application/json")),
        ];
        headers.into_iter().filter_map(|(name, value)| Some((name, value?)))
    }
}

/// The parameters of a call, as far as the engine needs them, as a JSON object. Of parameters that go into a body it has only the
/// members `session`, `account` and `token`.
#[derive(Clone, Debug)]
pub struct Params(pub Secret);

impl Params {
    /// No parameters.
    pub fn none() -> Self {
        Self("{}".into())
    }

    /// The session that the parameters name. None if they name no session; `Some(None)` if the value is no text.
    pub fn session(&self) -> Option<Option<Secret>> {
        self.find("session").map(Json::text)
    }

    /// The same for an account.
    pub fn account(&self) -> Option<Option<Secret>> {
        self.find("account").map(Json::text)
    }

    /// Whether the parameters name a one-time token.
    pub fn has_token(&self) -> bool {
        self.find("token").is_some_and(|token| !token.is_null())
    }

    /// The member of that name, or the first one whose name goes on with a bracket, such as `session[]`.
    fn find(&self, wanted: &str) -> Option<Json<'_>> {
        let is_it = |rest: &str| rest.is_empty() || rest.bytes().next() == Some(b'[');
        let params = Json::object(self.0.expose())?;
        let found = params.items().find(|(name, _)| {
            name.text().is_some_and(|name| name.expose().strip_prefix(wanted).is_some_and(is_it))
        });
        found.map(|(_, value)| value)
    }
}

/// Builds the request of a call. `additions` are parameters that the engine adds.
///
/// Errors: `missing_url`, `insecure_url`, `invalid_params`.
pub fn build(
    config: &Config,
    locale: Option<&Locale>,
    endpoint: Endpoint,
    params: &Params,
    additions: &[(&str, Secret)],
) -> Result<Request, Error> {
    let base = config.usable_url()?;
    let (method, path) = endpoint.route();
    let mut url = Query::of(&[base.as_str(), path]);
    let body = match method {
        Method::Get | Method::Delete => {
            url.add_all(&params.0)?;
            for (name, value) in additions {
                url.add(name, value.expose());
            }
            None
        }
        Method::Post | Method::Put => {
            let mut writer = Writer::default();
            writer.open(b'{');
            for (name, value) in additions {
                writer.member(name, value.expose());
            }
            writer.close(b'}');
            Some(writer.finish())
        }
    };
    // After signing out, most people leave the page at once.
    let outlives_page = endpoint == Endpoint::Logout;
    let locale = locale.or(config.locale.as_ref()).cloned();
    Ok(Request {
        method,
        url: url.finish(),
        agent: config.agent.clone(),
        locale,
        additions: body,
        outlives_page,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::url::BaseUrl;

    fn config() -> Config {
        Config {
            url: Some(BaseUrl::parse("https://sample.e2.loginrocket.com").unwrap()),
            ..Config::default()
        }
    }

    fn params(json: &str) -> Params {
        Params(json.into())
    }

    #[test]
    fn what_is_added_goes_where_the_endpoint_has_its_parameters() {
        let session = Secret::from("kss_sample&1");
        let built = |endpoint, own| {
            let built =
                build(&config(), None, endpoint, &params(own), &[("session", session.clone())]).unwrap();
            (built.url.expose().to_owned(), built.additions.map(|additions| additions.expose().to_owned()))
        };
        let root = "https://sample.e2.loginrocket.com/v2/";
        assert_eq!(
            built(Endpoint::GetSession, r#"{"account":"org_sample"}"#),
            (format!("{root}session?account=org_sample&session=kss_sample%261"), None)
        );
        assert_eq!(
            built(Endpoint::UpdateProfile, "{}"),
            (format!("{root}profile"), Some(r#"{"session":"kss_sample&1"}"#.to_owned()))
        );
    }

    #[test]
    fn a_session_is_named_also_where_it_can_be_none() {
        let session = |json| params(json).session().map(|named| named.map(|id| id.expose().to_owned()));
        assert_eq!(session("{}"), None);
        assert_eq!(session(r#"{"sessions":"x"}"#), None);
        assert_eq!(session(r#"{"session":"kss_sample"}"#), Some(Some("kss_sample".to_owned())));
        for other in [r#"{"session":null}"#, r#"{"session":7}"#, r#"{"session":["x"]}"#, r#"{"session[]":7}"#]
        {
            assert_eq!(session(other), Some(None), "{other}");
        }
    }

    #[test]
    fn a_call_needs_a_url_that_cannot_be_overheard() {
        let code = |config: &Config| {
            build(config, None, Endpoint::Login, &params("{}"), &[]).map(|_| ()).map_err(Error::code)
        };
        assert_eq!(code(&config()), Ok(()));
        assert_eq!(code(&Config::default()), Err("missing_url"));
        let url = BaseUrl::parse("http://sample.example.com").ok();
        assert_eq!(code(&Config { url, ..Config::default() }), Err("insecure_url"));
    }
}
