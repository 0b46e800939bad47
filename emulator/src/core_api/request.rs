//! What a request of the Core API says: its JSON body, attributes inside the resource's name or bare, and who the
//! app's back end says is calling.

use http::{Request, StatusCode};
use serde_json::{Map, Value};

use super::header;
use crate::state::Client;
use crate::wire::Refusal;

/// Reads a body, which is a JSON object (protocol.md#core-api): 400 for what is not, 415 for a form.
pub(super) fn read_body(request: &Request<Vec<u8>>) -> Result<Map<String, Value>, Refusal> {
    if request.body().trim_ascii().is_empty() {
        return Ok(Map::new());
    }
    let media_type = header(request.headers(), "content-type").unwrap_or_default();
    if media_type.starts_with("application/x-www-form-urlencoded") {
        return Err(Refusal::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be JSON"));
    }
    match serde_json::from_slice(request.body()) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Refusal::plain(StatusCode::BAD_REQUEST, "the body must be a JSON object")),
        Err(_) => Err(Refusal::plain(StatusCode::BAD_REQUEST, "the body is not valid JSON")),
    }
}

/// The attributes: inside the resource's name, or as they are.
pub(super) fn unwrap(resource: &str, mut body: Map<String, Value>) -> Map<String, Value> {
    let root = resource.strip_suffix('s').unwrap_or(resource);
    if let Some(Value::Object(attributes)) = body.remove(root) {
        return attributes;
    }
    body.remove("request");
    body
}

/// Who the app's backend says is calling.
pub(super) fn client_of(body: &Map<String, Value>) -> Client {
    let request = body.get("request");
    let text =
        |name: &str| request.and_then(|request| request.get(name)).and_then(Value::as_str).map(str::to_owned);
    let agent = text("client").or_else(|| text("user_agent")).unwrap_or_default();
    Client { ip: text("ip").unwrap_or_default(), agent }
}

/// A list of texts, sent as one or as a text with blanks or commas in between.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Value::String(text) => {
            text.split([' ', ',']).filter(|item| !item.is_empty()).map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}
