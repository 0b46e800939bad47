//! Scripted answers: what the next requests get instead of, or on top of, what the realm would say.
//!
//! Every rule belongs to a realm, and can be narrowed to a path, a verb and a person, so that tests which share an
//! emulator do not meet each other's faults.

use std::collections::BTreeMap;

use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::wire::{self, Ending, Reply};

/// A rule.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[allow(clippy::struct_excessive_bools, reason = "each is one fault that tests ask for by name")]
pub(crate) struct Rule {
    /// Given by the emulator.
    #[serde(skip_deserializing)]
    pub(crate) id: String,
    /// Such as `/v2/session`; a `*` at its end stands for anything.
    pub(crate) path: Option<String>,
    /// Verb; without one every verb but `OPTIONS`, so that a preflight does not use the rule up.
    pub(crate) method: Option<String>,
    /// E-mail, username or id of the person that the request is about.
    pub(crate) user: Option<String>,
    /// For how many requests; without a number until the rule is removed.
    pub(crate) count: Option<u32>,
    /// How many matching requests pass first.
    pub(crate) skip: u32,
    /// Status of the answer.
    pub(crate) status: Option<u16>,
    /// Headers of the answer, or to add to the realm's own.
    pub(crate) headers: BTreeMap<String, String>,
    /// Body of the answer: JSON, or a text that is sent as it is.
    pub(crate) body: Option<Value>,
    /// Answers with a page, as a proxy in between would.
    pub(crate) html: bool,
    /// Waits that long before answering.
    pub(crate) delay_ms: u64,
    /// Breaks the connection before the first byte.
    pub(crate) cut: bool,
    /// Breaks the connection after that many bytes of the body.
    pub(crate) truncate: Option<usize>,
    /// Never answers.
    pub(crate) hang: bool,
    /// Whether the realm works on the request although its answer is replaced or lost.
    pub(crate) process: bool,
    /// Whether the answer lacks the headers that let other origins read it.
    pub(crate) without_cors: bool,
}

/// The rules of a realm, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Script {
    rules: Vec<Rule>,
    last: u64,
}

impl Script {
    /// Adds a rule and returns its id.
    pub(crate) fn add(&mut self, mut rule: Rule) -> String {
        self.last += 1;
        rule.id = format!("script-{}", self.last);
        let id = rule.id.clone();
        self.rules.push(rule);
        id
    }

    /// Removes a rule. Whether there was one.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        self.rules.len() < before
    }

    /// Removes all rules.
    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// All rules.
    pub(crate) fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule for a request; the oldest that fits. `is_about` tells whether an identifier means the person that the
    /// request is about.
    pub(crate) fn next(
        &mut self,
        method: &Method,
        path: &str,
        is_about: impl Fn(&str) -> bool,
    ) -> Option<Rule> {
        let fitting = |rule: &&mut Rule| {
            rule.fits_path(path) && rule.fits_method(method) && rule.user.as_deref().is_none_or(&is_about)
        };
        let rule = self.rules.iter_mut().find(fitting)?;
        if rule.skip > 0 {
            rule.skip -= 1;
            return None;
        }
        if let Some(count) = &mut rule.count {
            *count = count.saturating_sub(1);
        }
        let rule = rule.clone();
        if rule.count == Some(0) {
            self.remove(&rule.id);
        }
        Some(rule)
    }
}

impl Rule {
    /// What the rule asks for and cannot be done, as a sentence with the field.
    pub(crate) fn check(&self) -> Result<(), String> {
        // 1xx is an interim answer: a caller would go on waiting for the final one.
        if let Some(status) = self.status.filter(|status| !(200..=599).contains(status)) {
            return Err(format!("field `status`: {status} is not the status of a final answer, 200 to 599"));
        }
        if self.count == Some(0) {
            return Err("field `count`: a rule for no request at all".to_owned());
        }
        for (name, value) in &self.headers {
            if HeaderName::try_from(name.as_str()).is_err() || HeaderValue::from_str(value).is_err() {
                return Err(format!("field `headers.{name}`: not a header that HTTP can carry"));
            }
        }
        if let Some(method) =
            self.method.as_deref().filter(|method| Method::from_bytes(method.as_bytes()).is_err())
        {
            return Err(format!("field `method`: {method} is not a verb"));
        }
        Ok(())
    }

    fn fits_path(&self, path: &str) -> bool {
        self.path.as_deref().is_none_or(|wanted| match wanted.strip_suffix('*') {
            Some(prefix) => path.starts_with(prefix),
            None => path == wanted,
        })
    }

    fn fits_method(&self, method: &Method) -> bool {
        match &self.method {
            Some(wanted) => wanted.eq_ignore_ascii_case(method.as_str()),
            None => method != Method::OPTIONS,
        }
    }

    /// Whether the realm has to work on the request: because the rule says so, or because it only changes the answer.
    pub(crate) fn wants_realm(&self) -> bool {
        let lost = self.cut || self.hang;
        self.process || !(lost || self.replaces())
    }

    /// Whether the realm's own answer, if there is one, is not what is sent.
    pub(crate) fn replaces(&self) -> bool {
        self.status.is_some() || self.body.is_some() || self.html
    }

    /// Shapes the answer; `response` is the realm's own, if it was asked.
    pub(crate) fn shape(&self, response: Option<Response<Vec<u8>>>) -> Reply {
        let mut response = match response {
            Some(response) if !self.replaces() => response,
            _ => self.replacement(),
        };
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name.as_str()), HeaderValue::from_str(value))
            {
                response.headers_mut().insert(name, value);
            }
        }
        let ending = match self {
            Self { hang: true, .. } => Ending::Hang,
            Self { cut: true, .. } => Ending::Cut,
            Self { truncate: Some(kept), .. } => Ending::Truncated(*kept),
            _ => Ending::Whole,
        };
        Reply { response, delay_millis: self.delay_ms, ending }
    }

    fn replacement(&self) -> Response<Vec<u8>> {
        let usual = if self.html { StatusCode::BAD_GATEWAY } else { StatusCode::OK };
        let status = self.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(usual);
        let (media_type, body) = match &self.body {
            Some(Value::String(text)) => ("application/json", text.clone().into_bytes()),
            Some(body) => ("application/json", serde_json::to_vec(body).unwrap_or_default()),
            None if self.html => ("text/html; charset=utf-8", wire::html(status).into_bytes()),
            None if status.is_success() => ("application/json", b"{}".to_vec()),
            None => ("application/json", wire::error_shape("a scripted answer")),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
