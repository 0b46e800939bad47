//! The second half of a call: what an answer means. This is the only place that interprets a status.
//!
//! Answers are recognised by status and structure, never by their texts. Unknown members and values are passed on
//! (protocol.md#unknowns, closing rules).

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

/// The most bytes that a body may have. The service's answers are far smaller: a token with every claim is a few kilobytes.
pub const MAX_BODY_BYTES: u32 = 1 << 20;

/// An answer as it came. Its body may hold a session id and a token.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The HTTP status. 0 if the browser hides it.
    pub status: u16,
    /// Whether it is a redirect whose details the browser hides (Fetch standard, opaque-redirect filtered response).
    pub is_hidden_redirect: bool,
    /// The headers, as far as the browser shows them.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

/// The headers that are used here.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: Option<Text>,
    /// `X-Request-ID`.
    pub request_id: Option<Text>,
    /// `Retry-After` as it came. It counts here if it is a number.
    pub retry_after: Option<Text>,
    /// `Retry-After` if it is a date, in epoch seconds, like the times below. The host parses dates (RFC 9110 §5.6.7), because
    /// every platform can do that, and a parser here would be 1 % of the module.
    pub retry_at: Option<u64>,
    /// `Ratelimit-Reset` (protocol.md#rate-limits).
    pub reset_at: Option<u64>,
    /// `Date`: the time by the service's clock. For another origin a browser shows it only if the service allows that.
    pub date: Option<u64>,
}

/// A body, as far as it could be read.
#[derive(Clone, Debug, Default)]
pub enum Body {
    /// The text of the body, which may be empty.
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
    /// The person must verify the e-mail address with the link in a mail.
    VerifyEmail,
    /// Something that this version does not know.
    Other,
}

impl Next {
    /// Every value.
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

/// The result of a call that can sign in.
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
        /// The claims of the JWT, if it could be read.
        claims: Option<Rc<Claims>>,
    },
    /// A second factor is due.
    Verify {
        /// The one-time token that is sent together with the code.
        token: Secret,
    },
    /// A session without a token.
    Conditional {
        /// The session id.
        session: Secret,
        /// The selected account.
        account: Option<Text>,
        /// The conditions that must be cleared before there is a token.
        conditions: Vec<Text>,
        /// What a user interface does next.
        next: Next,
    },
    /// The service accepted the call, but nobody is signed in.
    Accepted {
        /// What a user interface does next.
        next: Next,
    },
}

impl SignIn {
    /// What a user interface does next.
    pub const fn next(&self) -> Next {
        match self {
            Self::SignedIn { .. } => Next::Done,
            Self::Verify { .. } => Next::Verify,
            Self::Conditional { next, .. } | Self::Accepted { next } => *next,
        }
    }
}

/// The outcome of a call.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The service did it. A call that can sign in has a result.
    Success(Option<SignIn>),
    /// The service did it and sent no body (204).
    Done,
    /// The service refused what was sent. `service_errors` are its sentences for the person, if it sent any.
    Refused(Failure),
    /// The call failed for any other reason.
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

/// Finds out what an answer to a call means. `now` is in epoch seconds; it is needed for headers that give a date.
pub fn classify(endpoint: Endpoint, reply: &Reply, now: u64) -> Outcome {
    let Reply { status, is_hidden_redirect, headers, body } = reply;
    let status = *status;
    let json = match body {
        Body::Text(text) => Json::parse(text.expose()),
        _ => None,
    };
    let body_object = json.filter(|json| json.is_object());
    // A call that must not be done twice may be tried again only if the service surely did not do it: after 429 and 503.
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
    // The body may come from somebody else, such as a proxy. Its texts count only if it has the service's error shape.
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
        // A refused call was not done. Any other call whose answer was cut may have been done.
        Body::Cut if refusal.is_some() => Error::Network,
        Body::Cut => unanswered(endpoint),
    })
}

/// The error if no answer came, or only a part of it. A browser does not say whether the request was sent.
pub fn unanswered(endpoint: Endpoint) -> Error {
    if endpoint.is_repeatable() { Error::Network } else { Error::OutcomeUnknown }
}

/// The error if no answer came in time.
pub fn late(endpoint: Endpoint) -> Error {
    if endpoint.is_repeatable() { Error::Timeout } else { Error::OutcomeUnknown }
}

/// 503 means that the service did not work on the request (RFC 9110 §15.6.4).
const SERVICE_UNAVAILABLE: u16 = 503;

/// Whether a body has the service's error shape (protocol.md#answers).
fn says_error(body: Json<'_>) -> bool {
    body.says("result", "error")
}

/// The sentences of a body in that shape, if it has any.
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

/// Whether a 403 comes from the service itself: then its body is a JSON object or empty. Any other body is a page of something
/// in between, such as a captive portal, and says nothing about the session.
pub(crate) fn is_own_denial(reply: &Reply) -> bool {
    match &reply.body {
        Body::Text(text) => text.expose().trim_ascii().is_empty() || Json::object(text.expose()).is_some(),
        _ => false,
    }
}

/// The longest rate limit, in seconds. If a date is further away, the clock is wrong.
const LONGEST_LIMIT: u64 = 900;

/// How many seconds the service asks to wait. `Retry-After` is a number or a date. `Ratelimit-Reset` says when the limit ends,
/// which matters only after a 429. `now` is the time by the service's clock, as far as that is known. The answer's own `Date`
/// is better and counts first.
pub(crate) fn wait(status: u16, headers: &Headers, now: u64) -> Option<u32> {
    if let Some(seconds) = headers.retry_after.as_ref().and_then(|text| delay_seconds(text.trim_ascii())) {
        return Some(u32::try_from(seconds).unwrap_or(u32::MAX));
    }
    // Measured by the service's own clock, a date is right. Measured by this device's clock, it may be wrong by a day.
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

/// A number of seconds (RFC 9110 §10.2.3): digits only. A number that is too large counts as the largest.
fn delay_seconds(digits: &str) -> Option<u64> {
    let are_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    are_digits.then(|| text::decimal(digits).unwrap_or(u64::MAX))
}

/// Reads the result of a sign-in from the structure of the answer, not from its name: the service may add new names, and the name
/// for a second factor that is due is unknown (protocol.md#second-factor-due).
fn sign_in(endpoint: Endpoint, body: Json<'_>, members: [Option<Json<'_>>; 3]) -> SignIn {
    let [session, token, account] = members.map(|member| member.and_then(Json::text));
    let session = session.filter(|session| !session.expose().is_empty());
    let token = token.filter(|token| !token.expose().is_empty());
    // Such a token is a one-time token and never a JWT, even if the answer has a session too.
    let is_one_time =
        |token: &Secret| token.expose().starts_with("tmf:") || token.expose().starts_with("kli");
    let has_one_time = token.as_ref().is_some_and(is_one_time);
    let Some(session) = session else {
        if let Some(token) = token.filter(is_one_time) {
            return SignIn::Verify { token };
        }
        // If the realm verifies e-mail addresses first, a sign-up makes no session (protocol.md#sign-up).
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
