//! The second half of a call: what an answer means. The only place where a status is read.
//!
//! Answers are recognised by status and structure, never by their texts; members and values that are not known here
//! pass through (contract §8, closing rules).

use super::{request::Endpoint, secret::Secret};
use crate::{Error, Source};
use serde::{Serialize, Serializer, ser::SerializeMap};

/// A JSON object of the service, in whatever form the platform's parser left it.
pub trait Record {
    /// A member that is a string, if it is one.
    fn text(&self, member: &str) -> Option<Secret>;

    /// The strings of a member that is a list; empty if it is none.
    fn texts(&self, member: &str) -> Vec<String>;
}

/// An answer as it came. It has no `Debug`, nor has what is made of it: bodies hold session ids and tokens.
pub struct Reply<B> {
    /// The HTTP status.
    pub status: u16,
    /// `X-Request-ID`, where the browser may read it.
    pub request_id: Option<String>,
    /// `Retry-After`, where the browser may read it.
    pub retry_after: Option<String>,
    /// What the body held.
    pub body: Body<B>,
}

/// What a body held.
pub enum Body<B> {
    /// Nothing, or white space.
    Empty,
    /// A JSON object.
    Object(B),
    /// Other JSON, or no JSON.
    Other,
}

/// What a user interface does after a login-like answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The person is signed in.
    Done,
    /// A second factor is due.
    Verify,
    /// An account must be chosen.
    SelectAccount,
    /// The profile lacks something that the realm requires.
    CompleteProfile,
    /// Anything else that the service invents.
    Other,
}

impl Next {
    /// The value of `next` in an answer.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Verify => "verify",
            Self::SelectAccount => "select_account",
            Self::CompleteProfile => "complete_profile",
            Self::Other => "other",
        }
    }
}

/// What a call came to.
pub enum Outcome<B> {
    /// The service did it; login-like answers say what comes next.
    Success(B, Option<Next>),
    /// The service did it and had nothing to tell (204).
    Done,
    /// The service refused, with its own texts; the facts are additions to them.
    Refused(B, Facts),
    /// The call failed outside the service's own refusals.
    Failed(Failure),
}

impl<B> From<Error> for Outcome<B> {
    fn from(error: Error) -> Self {
        Self::Failed(Failure::new(error))
    }
}

/// What we add to any failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The stable code.
    pub code: &'static str,
    /// Whether the same call can succeed later without any change to it.
    pub retryable: bool,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The service's `X-Request-ID`, where it is readable.
    pub request_id: Option<String>,
    /// How long the service asks to wait, in seconds.
    pub retry_after_seconds: Option<u32>,
}

/// A failure in the official client's shape (contract §6.3), with our additions. Serialised it has the members
/// `result`, `error`, `errors`, `source`, `message`, and those of [`Facts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A sentence for the person.
    pub error: &'static str,
    /// The official client's class.
    pub source: Source,
    /// A sentence for the developer.
    pub message: &'static str,
    /// Our additions.
    pub facts: Facts,
}

impl Facts {
    fn new(error: Error) -> Self {
        Self {
            code: error.code(),
            retryable: error.retryable(),
            status: None,
            request_id: None,
            retry_after_seconds: None,
        }
    }

    fn of<B>(error: Error, reply: &Reply<B>) -> Self {
        Self {
            status: Some(reply.status),
            request_id: reply.request_id.clone(),
            retry_after_seconds: reply.retry_after.as_ref().and_then(|text| text.trim_ascii().parse().ok()),
            ..Self::new(error)
        }
    }
}

impl Failure {
    /// The failure of a call that got no answer.
    pub fn new(error: Error) -> Self {
        Self::with(error, Facts::new(error))
    }

    fn with(error: Error, facts: Facts) -> Self {
        Self { error: error.person_text(), source: error.source_name(), message: error.message(), facts }
    }
}

// Written as maps by hand: the derived form goes through serde-wasm-bindgen's cache of member names, which would
// bring a hash map into the module for 2 kB of the compressed package.
impl Facts {
    fn write<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("code", self.code)?;
        map.serialize_entry("retryable", &self.retryable)?;
        if let Some(status) = &self.status {
            map.serialize_entry("status", status)?;
        }
        if let Some(id) = &self.request_id {
            map.serialize_entry("requestId", id)?;
        }
        if let Some(seconds) = &self.retry_after_seconds {
            map.serialize_entry("retryAfterSeconds", seconds)?;
        }
        Ok(())
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write(&mut map)?;
        map.end()
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("result", "error")?;
        map.serialize_entry("error", self.error)?;
        map.serialize_entry("errors", &[self.error])?;
        map.serialize_entry("source", self.source.name())?;
        map.serialize_entry("message", self.message)?;
        self.facts.write(&mut map)?;
        map.end()
    }
}

/// Says what an answer to a call means.
pub fn classify<B: Record>(endpoint: Endpoint, reply: Reply<B>) -> Outcome<B> {
    let error = match reply.status {
        200..=299 => None,
        409 => Some(Error::Conflict),
        422 => Some(Error::ValidationFailed),
        403 => Some(Error::AccessDenied),
        404 => Some(Error::NotFound),
        429 => Some(Error::RateLimited),
        400..=499 => Some(Error::ClientError),
        500..=599 => Some(Error::ServerError),
        _ => Some(Error::UnexpectedStatus),
    };
    let failed = |error| Outcome::Failed(Failure::with(error, Facts::of(error, &reply)));
    match error {
        // Only these two carry the service's own texts for the person; other bodies may come from anyone.
        Some(error) if !matches!(error, Error::Conflict | Error::ValidationFailed) => {
            return failed(error);
        }
        _ => {}
    }
    match (&reply.body, error) {
        (Body::Empty, None) if reply.status == 204 && !endpoint.is_login_like() => {
            return Outcome::Done;
        }
        (Body::Empty, _) => return failed(Error::EmptyReply),
        (Body::Other, _) => return failed(Error::NotJson),
        (Body::Object(_), _) => {}
    }
    let facts = Facts::of(error.unwrap_or(Error::ValidationFailed), &reply);
    let Body::Object(body) = reply.body else {
        return Error::NotJson.into();
    };
    if error.is_some() || body.text("result").is_some_and(|result| result.expose() == "error") {
        return Outcome::Refused(body, facts);
    }
    let next = endpoint.is_login_like().then(|| next_step(&body));
    Outcome::Success(body, next)
}

/// Reads the next step off the structure: the names of results are an open set, and the one of a pending second
/// factor is unknown (contract §2.1).
fn next_step(body: &impl Record) -> Next {
    let has_session = body.text("session").is_some();
    let token = body.text("token").unwrap_or_default();
    let token = token.expose();
    if has_session && !token.is_empty() {
        return Next::Done;
    }
    if !has_session && (token.starts_with("tmf:") || token.starts_with("kli")) {
        return Next::Verify;
    }
    let known = |condition: &String| match condition.as_str() {
        "no_account_selected" => Some(Next::SelectAccount),
        "must_complete_profile" => Some(Next::CompleteProfile),
        _ => None,
    };
    let named = body.texts("conditions").iter().find_map(known);
    named.filter(|_| has_session).unwrap_or(Next::Other)
}
