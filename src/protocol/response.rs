//! The second half of a call: what an answer means. The only place where a status is read.
//!
//! Answers are recognised by status and structure, never by their texts; members and values that are not known here
//! pass through (protocol.md#unknowns, closing rules).

use super::{
    claims::Claims,
    endpoint::Endpoint,
    failure::{Facts, Failure},
    json::Json,
    secret::Secret,
    text,
    text::Text,
};
use crate::Error;
use std::rc::Rc;

/// More bytes than any answer of the service has: a token with every claim is a few kilobytes.
pub const MAX_BODY_BYTES: u32 = 1 << 20;

/// An answer as it came. Bodies hold session ids and tokens.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The HTTP status; 0 where the browser hides it.
    pub status: u16,
    /// A redirect of which the browser shows nothing else (Fetch standard, opaque-redirect filtered response).
    pub is_hidden_redirect: bool,
    /// Headers, as far as the browser may read them.
    pub headers: Headers,
    /// What the body held.
    pub body: Body,
}

/// The headers that mean something here.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: Option<Text>,
    /// `X-Request-ID`.
    pub request_id: Option<Text>,
    /// `Retry-After`, as far as it is a number.
    pub retry_after: Option<Text>,
    /// The same as far as it is a date, in epoch seconds like those below. A host reads dates (RFC 9110 §5.6.7): every platform
    /// can, and what reads them here would be 1 % of the module.
    pub retry_at: Option<u64>,
    /// `Ratelimit-Reset` (protocol.md#rate-limits).
    pub reset_at: Option<u64>,
    /// `Date`: the time by the service's clock. Across origins a browser shows it only where the service allows that.
    pub date: Option<u64>,
}

/// What a body held.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// A text, which may be empty.
    Text(Secret),
    /// Bytes that are not UTF-8.
    NotUtf8,
    /// More than [`MAX_BODY_BYTES`].
    TooLarge,
    /// The connection ended before the body did.
    #[default]
    Cut,
}

/// What a user interface does after an answer that can sign in.
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
    /// The e-mail address is to be verified, by the link in a mail.
    VerifyEmail,
    /// Anything else that the service invents.
    Other,
}

impl Next {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::Done,
        Self::Verify,
        Self::SelectAccount,
        Self::CompleteProfile,
        Self::VerifyEmail,
        Self::Other,
    ];

    /// The value of `next` in an answer.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Verify => "verify",
            Self::SelectAccount => "select_account",
            Self::CompleteProfile => "complete_profile",
            Self::VerifyEmail => "verify_email",
            Self::Other => "other",
        }
    }
}

/// Where an answer says that the person stands.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum SignIn {
    /// Signed in.
    SignedIn {
        /// The session id.
        session: Secret,
        /// The selected account.
        account: Option<Text>,
        /// The JWT.
        token: Secret,
        /// What the JWT says, if it could be read.
        claims: Option<Rc<Claims>>,
    },
    /// A second factor is due.
    Verify {
        /// The one-time token that goes along with its code.
        token: Secret,
    },
    /// A session without a token.
    Conditional {
        /// The session id.
        session: Secret,
        /// The selected account.
        account: Option<Text>,
        /// What stands in the way.
        conditions: Vec<Text>,
        /// What a user interface does about it.
        next: Next,
    },
    /// Accepted without signing anyone in.
    Accepted {
        /// What a user interface does about it.
        next: Next,
    },
}

impl SignIn {
    /// What comes next for the person.
    pub const fn next(&self) -> Next {
        match self {
            Self::SignedIn { .. } => Next::Done,
            Self::Verify { .. } => Next::Verify,
            Self::Conditional { next, .. } | Self::Accepted { next } => *next,
        }
    }
}

/// What a call came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The service did it. A call that can sign in says what came of that.
    Success(Option<SignIn>),
    /// The service did it and had nothing to tell (204).
    Done,
    /// The service refused what was sent; its `service_errors` are the sentences for a person, or none if it had none.
    Refused(Failure),
    /// The call failed outside the service's own refusals.
    Failed(Failure),
}

impl Outcome {
    /// The failure, if it is one.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Success(_) | Self::Done => None,
            Self::Refused(failure) | Self::Failed(failure) => Some(failure),
        }
    }
}

impl From<Error> for Outcome {
    fn from(error: Error) -> Self {
        Self::Failed(Failure::new(error))
    }
}

/// Says what an answer to a call means. `now` is in epoch seconds, for headers that give a date.
pub fn classify(endpoint: Endpoint, reply: &Reply, now: u64) -> Outcome {
    let Reply { status, is_hidden_redirect, headers, body } = reply;
    let status = *status;
    let json = match body {
        Body::Text(text) => Json::parse(text.expose()),
        _ => None,
    };
    let body_object = json.filter(|json| json.is_object());
    // Of what may have been done and must not be done twice, only a refusal may be tried again.
    let may_repeat = |error: Error| {
        endpoint.is_repeatable() || matches!(error, Error::RateLimited) || status == SERVICE_UNAVAILABLE
    };
    let failure = |error: Error, service_errors| {
        Failure::from(Facts {
            error,
            retryable: error.retryable() && may_repeat(error),
            status: (status != 0).then_some(status),
            retry_after: wait(status, headers, now),
            request_id: headers.request_id.clone(),
            service_errors,
        })
    };
    let failed = |error| Outcome::Failed(failure(error, Vec::new()));
    // The service's own texts in a body that may be anyone's.
    let failed_with_texts = |error| {
        let own = body_object.filter(|body| says_error(*body)).map(texts);
        Outcome::Failed(failure(error, own.unwrap_or_default()))
    };
    let refusal = match status {
        200..=299 => None,
        409 => Some(Error::Conflict),
        422 => Some(Error::ValidationFailed),
        403 => return failed_with_texts(Error::AccessDenied),
        404 => return failed_with_texts(Error::NotFound),
        429 => return failed_with_texts(Error::RateLimited),
        400..=499 => return failed_with_texts(Error::ClientError),
        500..=599 => return failed_with_texts(Error::ServerError),
        301..=303 | 307 | 308 => return failed(Error::Redirected),
        0 if *is_hidden_redirect => return failed(Error::Redirected),
        0 => return failed(unanswered(endpoint)),
        _ => return failed(Error::UnexpectedStatus),
    };
    if let Some(body) = body_object {
        let [result, members @ ..] = body.find(&["result", "session", "token", "account"]);
        let is_error = result.is_some_and(|result| result.is("error"));
        let refusal = refusal.or(is_error.then_some(Error::ValidationFailed));
        return match refusal {
            Some(refusal) => Outcome::Refused(failure(refusal, texts(body))),
            None => Outcome::Success(endpoint.is_login_like().then(|| sign_in(endpoint, body, members))),
        };
    }
    let is_empty = matches!(body, Body::Text(text) if text.expose().trim_ascii().is_empty());
    failed(match body {
        Body::Text(_) if is_empty && status == 204 && !endpoint.is_login_like() => return Outcome::Done,
        Body::Text(_) if is_empty => Error::EmptyReply,
        Body::Text(_) if json.is_some() => Error::NotAnObject,
        Body::Text(_) if says_json(headers) => Error::MalformedJson,
        Body::Text(_) => Error::NotJson,
        Body::NotUtf8 => Error::InvalidEncoding,
        Body::TooLarge => Error::ReplyTooLarge,
        // A refusal was no deed; what else was cut may have been one.
        Body::Cut if refusal.is_some() => Error::Network,
        Body::Cut => unanswered(endpoint),
    })
}

/// What it means that no answer came, or not all of it: a browser does not tell whether the request went out.
pub fn unanswered(endpoint: Endpoint) -> Error {
    if endpoint.is_repeatable() { Error::Network } else { Error::OutcomeUnknown }
}

/// What it means that no answer came in time.
pub fn late(endpoint: Endpoint) -> Error {
    if endpoint.is_repeatable() { Error::Timeout } else { Error::OutcomeUnknown }
}

/// 503 says that the request was not worked on (RFC 9110 §15.6.4).
const SERVICE_UNAVAILABLE: u16 = 503;

/// Whether a body has the service's error shape (protocol.md#answers).
fn says_error(body: Json<'_>) -> bool {
    body.says("result", "error")
}

/// The sentences of a body in that shape, as far as it has them.
fn texts(body: Json<'_>) -> Vec<Text> {
    let mut errors = body.strings_of("errors");
    if errors.is_empty()
        && let Some(error) = body.string_of("error")
    {
        errors.push(error);
    }
    errors
}

/// Whether the content type is JSON's (RFC 8259 §11, RFC 6839 §3.1).
fn says_json(headers: &Headers) -> bool {
    let content_type = headers.content_type.as_deref().unwrap_or_default();
    let media_type = text::before(content_type, b';').trim_ascii();
    media_type.eq_ignore_ascii_case("application/json") || media_type.ends_with("+json")
}

/// Whether a 403 is the service's own word: its bodies are JSON objects, or empty. Anything else is the page of whatever
/// stands between, such as a captive portal, and says nothing of a session.
pub(crate) fn is_own_denial(reply: &Reply) -> bool {
    match &reply.body {
        Body::Text(text) => text.expose().trim_ascii().is_empty() || Json::object(text.expose()).is_some(),
        _ => false,
    }
}

/// No limit lasts longer than that, in seconds. A date that is further away was read by a clock that is wrong.
const LONGEST_LIMIT: u64 = 900;

/// How many seconds the service asks to wait. `Retry-After` is a number or a date; `Ratelimit-Reset` says when the
/// limit is lifted, which matters only to someone who has hit it. `now` is the time by the service's clock as far as that is
/// known; the answer's own `Date` is better.
pub(crate) fn wait(status: u16, headers: &Headers, now: u64) -> Option<u32> {
    if let Some(seconds) = headers.retry_after.as_ref().and_then(|text| delay_seconds(text.trim_ascii())) {
        return Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    }
    // By the service's own clock a date means what it says; by another one it may be off by a day.
    let until = |at: u64| match headers.date {
        Some(date) => Some(at.saturating_sub(date).min(LONGEST_LIMIT)),
        None => Some(at.saturating_sub(now)).filter(|seconds| *seconds <= LONGEST_LIMIT),
    };
    let seconds = headers
        .retry_at
        .and_then(until)
        .or_else(|| headers.reset_at.filter(|_| status == 429).and_then(until))?;
    u32::try_from(seconds).ok()
}

/// RFC 9110 §10.2.3: digits alone. More than fit are for ever.
fn delay_seconds(digits: &str) -> Option<u64> {
    let are_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    are_digits.then(|| text::decimal(digits).unwrap_or(u64::MAX))
}

/// Reads where the person stands off the structure: the names of results are an open set, and the one of a pending second
/// factor is unknown (protocol.md#second-factor-due).
fn sign_in(endpoint: Endpoint, body: Json<'_>, members: [Option<Json<'_>>; 3]) -> SignIn {
    let [session, token, account] = members.map(|member| member.and_then(Json::text));
    let session = session.filter(|session| !session.expose().is_empty());
    let token = token.filter(|token| !token.expose().is_empty());
    // Such a token is never a JWT, whatever stands beside it.
    let is_one_time =
        |token: &Secret| token.expose().starts_with("tmf:") || token.expose().starts_with("kli");
    let has_one_time = token.as_ref().is_some_and(is_one_time);
    let Some(session) = session else {
        if let Some(token) = token.filter(is_one_time) {
            return SignIn::Verify { token };
        }
        // A realm that verifies addresses first signs nobody up before that (protocol.md#sign-up).
        let next = if endpoint == Endpoint::Signup { Next::VerifyEmail } else { Next::Other };
        return SignIn::Accepted { next };
    };
    let account = account.map(Text::from);
    if let Some(token) = token.filter(|_| !has_one_time) {
        let claims = Claims::of(token.expose());
        return SignIn::SignedIn { session, account, token, claims };
    }
    let conditions = body.strings_of("conditions");
    let known = |condition: &Text| match &**condition {
        "no_account_selected" => Some(Next::SelectAccount),
        "must_complete_profile" => Some(Next::CompleteProfile),
        "must_verify_email" => Some(Next::VerifyEmail),
        _ => None,
    };
    let next = conditions.iter().find_map(known).unwrap_or(Next::Other);
    SignIn::Conditional { session, account, conditions, next }
}
