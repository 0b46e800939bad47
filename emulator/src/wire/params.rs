//! Parameters of a call: from the query, a JSON body or a form body, as one flat list (protocol.md#request-headers,
//! #calls, #u27).

use http::{Method, Request, StatusCode, header};
use serde_json::{Map, Value};

use super::answer::Refusal;
use crate::locale::Text;
use crate::settings::Assumptions;

/// Parameters by name. Scalars are texts, whatever their JSON type; `null` is the same as absent.
#[derive(Default)]
pub(crate) struct Params {
    members: Map<String, Value>,
}

impl Params {
    /// Reads the parameters of a call. 400 for malformed JSON, 415 for a media type the service does not take.
    pub(crate) fn read(request: &Request<Vec<u8>>, assumptions: &Assumptions) -> Result<Self, Refusal> {
        let query = || decode_query(request.uri().query().unwrap_or_default());
        // GET and DELETE carry everything in the URL (protocol.md#logout); a body there is not looked at.
        if request.method() != Method::POST && request.method() != Method::PUT {
            return Ok(Self { members: query() });
        }
        let mut members = if assumptions.lenient_params { query() } else { Map::new() };
        members.append(&mut read_body(request, assumptions)?);
        Ok(Self { members })
    }

    /// The parameters of a form.
    pub(crate) fn from_members(members: Map<String, Value>) -> Self {
        Self { members }
    }

    /// A parameter. `None` if it is absent or `null`; 422 if it is a list or an object.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Refusal> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(yes)) => Ok(Some(yes.to_string())),
            Some(Value::Array(_) | Value::Object(_)) => Err(Refusal::invalid(Text::Invalid(label(name)))),
        }
    }

    /// A parameter that says something. `None` if it is absent, `null` or blank.
    pub(crate) fn filled(&self, name: &str) -> Result<Option<String>, Refusal> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }
}

/// What a parameter is called in a sentence.
fn label(name: &str) -> &'static str {
    match name {
        "email" => "Email",
        "password" => "Password",
        "first_name" => "First name",
        "last_name" => "Last name",
        "username" => "Username",
        "org_name" => "Account name",
        "token" => "Token",
        "code" => "Code",
        "session" => "Session",
        "account" => "Account",
        _ => "A parameter",
    }
}

fn read_body(request: &Request<Vec<u8>>, assumptions: &Assumptions) -> Result<Map<String, Value>, Refusal> {
    if request.body().is_empty() {
        return Ok(Map::new());
    }
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let form_is_taken = request.method() == Method::POST || assumptions.lenient_params;
    if media_type.eq_ignore_ascii_case("application/json") {
        match serde_json::from_slice(request.body()) {
            Ok(Value::Object(members)) => Ok(members),
            Ok(_) => Err(Refusal::plain(StatusCode::BAD_REQUEST, "the body must be a JSON object")),
            Err(_) => Err(Refusal::plain(StatusCode::BAD_REQUEST, "the body is not valid JSON")),
        }
    } else if form_is_taken && media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Ok(form_urlencoded::parse(request.body())
            .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
            .collect())
    } else {
        Err(Refusal::plain(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the body must be application/json or application/x-www-form-urlencoded",
        ))
    }
}

/// The parameters of a query string; of several with one name the last counts.
pub(crate) fn decode_query(query: &str) -> Map<String, Value> {
    form_urlencoded::parse(query.as_bytes())
        .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
        .collect()
}
