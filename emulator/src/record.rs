//! The request log: what came in and what went out, without anything secret.
//!
//! A list names the parameters whose values are shown. All others are masked, also those that nobody thought of.

use http::header::{CONTENT_TYPE, ORIGIN};
use http::{Request, Response};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::time::Time;
use crate::wire::decode_query;

/// What a masked value looks like.
const MASK: &str = "…";

/// Most records a log keeps.
const LIMIT: usize = 500;

/// Names whose values are shown.
const SHOWN: &[&str] = &[
    "account",
    "client_type",
    "credential_type",
    "domain_type",
    "email",
    "first_name",
    "force",
    "fqdn",
    "invitation_type",
    "last_name",
    "locale",
    "max_results",
    "name",
    "org_id",
    "org_name",
    "permissions",
    "prompt",
    "realm",
    "state",
    "to",
    "user_id",
    "username",
];

/// One request and its answer.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Record {
    /// Counts up; a reader asks for what came after the last it saw.
    pub(crate) number: u64,
    pub(crate) at: u64,
    pub(crate) api: &'static str,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) params: Map<String, Value>,
    pub(crate) origin: Option<String>,
    /// The person it was about.
    pub(crate) user: Option<String>,
    pub(crate) status: u16,
    pub(crate) request_id: Option<String>,
    /// The script that shaped the answer.
    pub(crate) script: Option<String>,
}

/// The log of a realm.
#[derive(Debug, Default)]
pub(crate) struct Log {
    records: Vec<Record>,
    last: u64,
}

impl Log {
    /// Adds a record and numbers it.
    pub(crate) fn add(&mut self, mut record: Record) {
        self.last += 1;
        record.number = self.last;
        if self.records.len() >= LIMIT {
            self.records.remove(0);
        }
        self.records.push(record);
    }

    /// Records, oldest first.
    pub(crate) fn records(&self) -> &[Record] {
        &self.records
    }

    /// Forgets all records; numbers go on.
    pub(crate) fn clear(&mut self) {
        self.records.clear();
    }
}

/// How a person's identifier is shown: a secret in the wrong place is still a secret.
pub(crate) fn shown(identifier: String) -> String {
    if is_secret(&identifier) { MASK.to_owned() } else { identifier }
}

impl Record {
    /// The record of a request that is not answered yet.
    pub(crate) fn of(api: &'static str, request: &Request<Vec<u8>>, now: Time) -> Self {
        let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok()).map(str::to_owned);
        Self {
            number: 0,
            at: now.seconds(),
            api,
            method: request.method().to_string(),
            path: request.uri().path().split('/').map(mask_segment).collect::<Vec<_>>().join("/"),
            params: masked(all_params(request)),
            origin,
            user: None,
            status: 0,
            request_id: None,
            script: None,
        }
    }

    /// Notes what was answered.
    pub(crate) fn finish(&mut self, response: &Response<Vec<u8>>) {
        self.status = response.status().as_u16();
        let id = response.headers().get("x-request-id");
        self.request_id = id.and_then(|id| id.to_str().ok()).map(str::to_owned);
    }
}

/// Everything a request says, read leniently: the log also wants to know of requests that are refused.
pub(crate) fn all_params(request: &Request<Vec<u8>>) -> Map<String, Value> {
    let mut params = decode_query(request.uri().query().unwrap_or_default());
    let media_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if media_type.starts_with("application/x-www-form-urlencoded") {
        params.extend(
            form_urlencoded::parse(request.body()).map(|(name, value)| (name.into_owned(), value.into())),
        );
    } else if let Ok(Value::Object(members)) = serde_json::from_slice(request.body()) {
        params.extend(members);
    }
    params
}

fn masked(params: Map<String, Value>) -> Map<String, Value> {
    params.into_iter().map(|(name, value)| (name.clone(), mask(&name, value))).collect()
}

fn mask(name: &str, value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(masked(members)),
        Value::Null | Value::Bool(_) => value,
        // A secret in the wrong place is still a secret.
        Value::String(text) if SHOWN.contains(&name) && !is_secret(&text) => Value::String(text),
        Value::Array(items) if SHOWN.contains(&name) => {
            items.into_iter().map(|item| mask(name, item)).collect()
        }
        Value::Number(_) if SHOWN.contains(&name) => value,
        Value::String(_) | Value::Array(_) | Value::Number(_) => Value::String(MASK.into()),
    }
}

/// Ids of people and accounts may be seen, ids of sessions and one-time tokens may not.
fn mask_segment(segment: &str) -> &str {
    if is_secret(segment) { MASK } else { segment }
}

fn is_secret(text: &str) -> bool {
    ["kss_", "ks_", "jsk_", "tpw", "tve", "tue", "tmf", "eyJ"].iter().any(|prefix| text.starts_with(prefix))
}
