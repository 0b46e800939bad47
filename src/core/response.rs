//! The second half of a call: what an answer means. The only place where a status is read.
//!
//! Answers are recognised by status and structure, never by their texts; members and values that are not known here
//! pass through (contract §8, closing rules).

use super::{
    http_date,
    members::{Member, write},
    request::Endpoint,
    secret::Secret,
    text,
};
use crate::{Error, Source};
use serde::{Serialize, Serializer};
use std::cell::LazyCell;

/// A JSON object of the service, in whatever form the platform's parser left it.
pub trait Record {
    /// Whether there is such a member, whatever it holds.
    fn has(&self, member: &str) -> bool;

    /// A member that is a string, if it is one.
    fn text(&self, member: &str) -> Option<Secret>;

    /// Whether a member is that string.
    fn says(&self, member: &str, text: &str) -> bool {
        self.text(member).is_some_and(|own| own.expose() == text)
    }

    /// The first letters of a member that is a string, at least four, where no more is wanted than to know it by them.
    fn head(&self, member: &str) -> Option<Secret> {
        self.text(member)
    }

    /// The strings of a member that is a list; empty if it is none.
    fn texts(&self, member: &str) -> Vec<String>;

    /// A member that is a number without sign or fraction, as far as both can hold it.
    fn number(&self, member: &str) -> Option<u64>;

    /// Whether a member is `true`.
    fn flag(&self, member: &str) -> bool;

    /// The objects of a member that is a list; empty if it is none.
    fn records(&self, member: &str) -> Vec<Self>
    where
        Self: Sized;
}

/// More bytes than any answer of the service has: a token with every claim is a few kilobytes.
pub const MAX_BODY_BYTES: u32 = 1 << 20;

/// An answer as it came. It has no `Debug`, nor has what is made of it: bodies hold session ids and tokens.
pub struct Reply<B> {
    /// The HTTP status; 0 where the browser hides it.
    pub status: u16,
    /// A redirect of which the browser shows nothing else (Fetch standard, opaque-redirect filtered response).
    pub is_hidden_redirect: bool,
    /// Headers, as far as the browser may read them.
    pub headers: LazyHeaders,
    /// What the body held.
    pub body: Body<B>,
}

/// Headers that are read when one is asked for: of an answer that is as it should be, nobody asks for any.
pub type LazyHeaders = LazyCell<Headers, Box<dyn FnOnce() -> Headers>>;

impl From<Headers> for LazyHeaders {
    fn from(headers: Headers) -> Self {
        Self::new(Box::new(|| headers))
    }
}

/// The headers that mean something here.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `X-Request-ID`.
    pub request_id: Option<String>,
    /// `Retry-After`.
    pub retry_after: Option<String>,
    /// `Ratelimit-Reset`, a date (contract §1.6).
    pub ratelimit_reset: Option<String>,
}

/// What a body held.
pub enum Body<B> {
    /// Nothing, or white space.
    Empty,
    /// A JSON object.
    Object(B),
    /// JSON, but no object.
    OtherJson,
    /// No JSON.
    NotJson,
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// More than [`MAX_BODY_BYTES`].
    TooLarge,
    /// The connection ended before the body did.
    Cut,
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
    /// The service refused.
    Refused(B, Refusal),
    /// The call failed outside the service's own refusals.
    Failed(Failure),
}

impl<B> Outcome<B> {
    /// Whether the caller gave up.
    pub fn is_aborted(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.facts.code == Error::Aborted.code())
    }
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

/// What is told of a refusal beside the service's own object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Sentences for the person, never none: the service's own, or the generic one.
    pub errors: Vec<String>,
    /// Our additions.
    pub facts: Facts,
}

/// For whoever asked on nobody's behalf: the service's texts are for the person who sent a form.
impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let error = if refusal.facts.code == Error::Conflict.code() {
            Error::Conflict
        } else {
            Error::ValidationFailed
        };
        Self { service_errors: refusal.errors, ..Self::with(error, refusal.facts) }
    }
}

/// A failure in the official client's shape (contract §6.3), with our additions. Serialised it has the members
/// `result`, `error`, `errors`, `source`, `message`, `serviceErrors` if there are any, and those of [`Facts`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// A sentence for the person.
    pub error: &'static str,
    /// The official client's class.
    pub source: Source,
    /// A sentence for the developer.
    pub message: &'static str,
    /// What the service itself said, where the official client puts a text of its own in its place.
    pub service_errors: Vec<String>,
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
}

impl Failure {
    /// The failure of a call that got no answer.
    pub fn new(error: Error) -> Self {
        Self::with(error, Facts::new(error))
    }

    /// The same, where another try makes sense after so many milliseconds.
    pub fn later(error: Error, ms: u64) -> Self {
        let seconds = u32::try_from(ms.div_ceil(1000)).ok();
        Self::with(error, Facts { retry_after_seconds: seconds, ..Facts::new(error) })
    }

    fn with(error: Error, facts: Facts) -> Self {
        Self {
            error: error.person_text(),
            source: error.source_name(),
            message: error.message(),
            service_errors: Vec::new(),
            facts,
        }
    }
}

impl Facts {
    /// What leaves of them.
    pub fn members(&self) -> [(&'static str, Member<'_>); 5] {
        [
            ("code", Member::Text(self.code)),
            ("retryable", Member::Flag(self.retryable)),
            ("status", self.status.map(u32::from).into()),
            ("requestId", (&self.request_id).into()),
            ("retryAfterSeconds", self.retry_after_seconds.into()),
        ]
    }
}

impl Serialize for Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(serializer, &self.members())
    }
}

impl Failure {
    /// What leaves of it: `result`, `error`, `errors`, `source`, `message`, `serviceErrors`, and those of [`Facts`].
    pub fn members(&self) -> [(&'static str, Member<'_>); 11] {
        let service_errors = match &self.service_errors[..] {
            [] => Member::Absent,
            texts => Member::Texts(texts),
        };
        let [code, retryable, status, request_id, retry_after] = self.facts.members();
        [
            ("result", Member::Text("error")),
            ("error", Member::Text(self.error)),
            ("errors", Member::One(self.error)),
            ("source", Member::Text(self.source.name())),
            ("message", Member::Text(self.message)),
            ("serviceErrors", service_errors),
            code,
            retryable,
            status,
            request_id,
            retry_after,
        ]
    }
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(serializer, &self.members())
    }
}

/// Says what an answer to a call means. `now` is in epoch seconds, for headers that give a date.
pub fn classify<B: Record>(endpoint: Endpoint, reply: Reply<B>, now: u64) -> Outcome<B> {
    let Reply { status, is_hidden_redirect, headers, body } = reply;
    // Of what may have been done and must not be done twice, only a refusal may be tried again.
    let may_repeat = |error: Error| {
        endpoint.is_repeatable() || matches!(error, Error::RateLimited) || status == SERVICE_UNAVAILABLE
    };
    let facts = |error: Error| Facts {
        retryable: error.retryable() && may_repeat(error),
        status: (status != 0).then_some(status),
        request_id: headers.request_id.clone(),
        retry_after_seconds: wait(status, &headers, now),
        ..Facts::new(error)
    };
    let failed = |error, service_errors| {
        Outcome::Failed(Failure { service_errors, ..Failure::with(error, facts(error)) })
    };
    let refusal = match status {
        200..=299 => None,
        409 => Some(Error::Conflict),
        422 => Some(Error::ValidationFailed),
        403 => return failed(Error::AccessDenied, own_texts(&body)),
        404 => return failed(Error::NotFound, own_texts(&body)),
        429 => return failed(Error::RateLimited, own_texts(&body)),
        400..=499 => return failed(Error::ClientError, own_texts(&body)),
        500..=599 => return failed(Error::ServerError, own_texts(&body)),
        301..=303 | 307 | 308 => return failed(Error::Redirected, Vec::new()),
        0 if is_hidden_redirect => return failed(Error::Redirected, Vec::new()),
        0 => return failed(unanswered(endpoint), Vec::new()),
        _ => return failed(Error::UnexpectedStatus, Vec::new()),
    };
    let unreadable = match body {
        Body::Object(body) => {
            let refusal = refusal.or_else(|| says_error(&body).then_some(Error::ValidationFailed));
            if let Some(refusal) = refusal {
                let mut errors = texts(&body);
                if errors.is_empty() {
                    errors.push(refusal.person_text().to_owned());
                }
                return Outcome::Refused(body, Refusal { errors, facts: facts(refusal) });
            }
            let next = endpoint.is_login_like().then(|| next_step(&body));
            return Outcome::Success(body, next);
        }
        Body::Empty if status == 204 && !endpoint.is_login_like() => return Outcome::Done,
        Body::Empty => Error::EmptyReply,
        Body::OtherJson => Error::NotAnObject,
        Body::NotJson if says_json(&headers) => Error::MalformedJson,
        Body::NotJson => Error::NotJson,
        Body::NotUtf8 => Error::InvalidEncoding,
        Body::TooLarge => Error::ReplyTooLarge,
        // A refusal was no deed; what else was cut may have been one.
        Body::Cut if refusal.is_some() => Error::Network,
        Body::Cut => unanswered(endpoint),
    };
    failed(unreadable, Vec::new())
}

/// What it means that no answer came, or not all of it: a browser does not tell whether the request went out.
pub fn unanswered(endpoint: Endpoint) -> Error {
    if endpoint.is_repeatable() { Error::Network } else { Error::OutcomeUnknown }
}

/// 503 says that the request was not worked on (RFC 9110 §15.6.4).
const SERVICE_UNAVAILABLE: u16 = 503;

/// Whether a body has the service's error shape (contract §2.0).
fn says_error(body: &impl Record) -> bool {
    body.says("result", "error")
}

/// The sentences of a body in that shape, as far as it has them.
fn texts(body: &impl Record) -> Vec<String> {
    let errors = body.texts("errors");
    let one = || body.text("error").map(|error| error.expose().to_owned());
    if errors.is_empty() { one().into_iter().collect() } else { errors }
}

/// The service's own texts in a body that may be anyone's.
fn own_texts<B: Record>(body: &Body<B>) -> Vec<String> {
    match body {
        Body::Object(body) if says_error(body) => texts(body),
        _ => Vec::new(),
    }
}

/// Whether the content type is JSON's (RFC 8259 §11, RFC 6839 §3.1).
fn says_json(headers: &Headers) -> bool {
    let content_type = headers.content_type.as_deref().unwrap_or_default();
    let media_type = text::before(content_type, b';').trim_ascii();
    media_type.eq_ignore_ascii_case("application/json") || media_type.ends_with("+json")
}

/// How many seconds the service asks to wait. `Retry-After` is a number or a date; `Ratelimit-Reset` says when the
/// limit is lifted, which matters only to someone who has hit it.
pub(crate) fn wait(status: u16, headers: &Headers, now: u64) -> Option<u32> {
    let until = |date: &String| http_date::parse(date).map(|at| at.saturating_sub(now));
    let retry_after = headers.retry_after.as_ref();
    let seconds = retry_after
        .and_then(|text| delay_seconds(text.trim_ascii()))
        .or_else(|| retry_after.and_then(until))
        .or_else(|| headers.ratelimit_reset.as_ref().filter(|_| status == 429).and_then(until))?;
    Some(u32::try_from(seconds).unwrap_or(u32::MAX))
}

/// RFC 9110 §10.2.3: digits alone. More than fit are for ever.
fn delay_seconds(digits: &str) -> Option<u64> {
    let are_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    are_digits.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Reads the next step off the structure: the names of results are an open set, and the one of a pending second
/// factor is unknown (contract §2.1).
fn next_step(body: &impl Record) -> Next {
    let has_session = body.head("session").is_some_and(|session| !session.expose().is_empty());
    let token = body.head("token").unwrap_or_default();
    let token = token.expose();
    // Such a token is never a JWT, whatever stands beside it.
    let is_one_time = token.starts_with("tmf:") || token.starts_with("kli");
    if is_one_time && !has_session {
        return Next::Verify;
    }
    if has_session && !token.is_empty() && !is_one_time {
        return Next::Done;
    }
    let known = |condition: &String| match condition.as_str() {
        "no_account_selected" => Some(Next::SelectAccount),
        "must_complete_profile" => Some(Next::CompleteProfile),
        _ => None,
    };
    let named = body.texts("conditions").iter().find_map(known);
    named.filter(|_| has_session).unwrap_or(Next::Other)
}
