//! Answers and refusals, and how they become responses (protocol.md#response-headers, #answers, #u10).

use std::borrow::Cow;

use http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;

use crate::locale::{Locale, Text};
use crate::settings::{ErrorBody, Settings};

/// A success.
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(HeaderName, String)>,
}

impl Answer {
    /// A JSON body with the usual status.
    pub(crate) fn json(body: &impl Serialize) -> Self {
        // The bodies are plain structures with text keys, for which writing to memory cannot fail.
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self { body, headers: Vec::new() }
    }

    /// The same with one more header.
    #[must_use]
    pub(crate) fn with_header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The response. Answers are about one person and never cacheable, unless they say otherwise
    /// (protocol.md#get-session).
    pub(crate) fn into_response(self, settings: &Settings) -> Response<Vec<u8>> {
        let usual = StatusCode::from_u16(settings.assumptions.success_status).unwrap_or(StatusCode::OK);
        let mut response = Response::new(self.body);
        *response.status_mut() = usual;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }
}

/// Anything but a success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) words: Words,
}

/// What a refusal says: only bodies of 409 and 422 are localised (protocol.md#languages).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Words {
    /// Sentences of the realm.
    Localised(Vec<Text>),
    /// One sentence in English.
    Plain(Cow<'static, str>),
}

#[derive(Serialize)]
struct ErrorShape<'a> {
    result: &'static str,
    error: &'a str,
    errors: &'a [String],
}

impl Refusal {
    /// 422 with one sentence.
    pub(crate) fn invalid(text: Text) -> Self {
        Self::all_invalid(vec![text])
    }

    /// 422 with several sentences.
    pub(crate) const fn all_invalid(texts: Vec<Text>) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, words: Words::Localised(texts) }
    }

    /// A configurable status with one sentence.
    pub(crate) fn with_status(status: u16, text: Text) -> Self {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        Self { status, words: Words::Localised(vec![text]) }
    }

    /// Any other status.
    pub(crate) const fn plain(status: StatusCode, words: &'static str) -> Self {
        Self { status, words: Words::Plain(Cow::Borrowed(words)) }
    }

    /// Any other status, with a sentence made on the spot.
    pub(crate) const fn told(status: StatusCode, words: String) -> Self {
        Self { status, words: Words::Plain(Cow::Owned(words)) }
    }

    /// 403: the only sign that a session is gone (protocol.md#session-lifetime).
    pub(crate) const fn no_session() -> Self {
        Self::plain(StatusCode::FORBIDDEN, "the session is missing, unknown or over")
    }

    /// 404.
    pub(crate) const fn not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "there is nothing here")
    }

    /// 405. It has to name the verbs that are known: see [`Refusal::wrong_verb_response`].
    pub(crate) const fn wrong_verb() -> Self {
        Self::plain(StatusCode::METHOD_NOT_ALLOWED, "this path does not know that verb")
    }

    /// The response to a wrong verb.
    pub(crate) fn wrong_verb_response(
        allowed: &str,
        locale: Locale,
        settings: &Settings,
    ) -> Response<Vec<u8>> {
        let mut response = Self::wrong_verb().into_response(locale, settings);
        if let Ok(allowed) = HeaderValue::from_str(allowed) {
            response.headers_mut().insert(ALLOW, allowed);
        }
        response
    }

    /// 500: a state that should not be. It is answered, not panicked about.
    pub(crate) const fn broken() -> Self {
        Self::plain(StatusCode::INTERNAL_SERVER_ERROR, "the emulator contradicts itself; please report it")
    }

    /// The sentences in a language.
    pub(crate) fn sentences(&self, locale: Locale, settings: &Settings) -> Vec<String> {
        match &self.words {
            Words::Localised(texts) => texts.iter().map(|text| text.say(locale, settings)).collect(),
            Words::Plain(words) => vec![words.clone().into_owned()],
        }
    }

    /// The response.
    pub(crate) fn into_response(self, locale: Locale, settings: &Settings) -> Response<Vec<u8>> {
        let errors = self.sentences(locale, settings);
        let error = errors.join(" ");
        let validation = matches!(self.status, StatusCode::UNPROCESSABLE_ENTITY | StatusCode::CONFLICT);
        let kind = if validation { ErrorBody::Json } else { settings.assumptions.error_body };
        let (media_type, body) = match kind {
            ErrorBody::Json => {
                let shape = ErrorShape { result: "error", error: &error, errors: &errors };
                ("application/json", serde_json::to_vec(&shape).unwrap_or_default())
            }
            ErrorBody::Html => ("text/html; charset=utf-8", html(self.status).into_bytes()),
            ErrorBody::Empty => ("application/json", Vec::new()),
        };
        let mut response = Response::new(body);
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}

/// The error shape with one sentence.
pub(crate) fn error_shape(sentence: &str) -> Vec<u8> {
    let errors = [sentence.to_owned()];
    serde_json::to_vec(&ErrorShape { result: "error", error: sentence, errors: &errors }).unwrap_or_default()
}

/// A page as a proxy in between would send it.
pub(crate) fn html(status: StatusCode) -> String {
    format!("<!doctype html><html lang=\"en\"><title>{status}</title><h1>{status}</h1></html>")
}
