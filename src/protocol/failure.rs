//! A failure: the error, and the facts that came with it.

use super::text::Text;
use crate::Error;
use core::{fmt, ops::Deref};
use std::rc::Rc;

/// A failure. Clones share its facts, because everyone who waited for one answer gets the same failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Rc<Facts>);

/// The facts of a failure. The host makes the texts for people from [`Facts::error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What happened.
    pub error: Error,
    /// Whether the same call, unchanged, can succeed later and does no harm if it was done already.
    pub retryable: bool,
    /// The HTTP status, if there was an answer.
    pub status: Option<u16>,
    /// How long to wait before trying again, in seconds.
    pub retry_after: Option<u32>,
    /// The service's `X-Request-ID`, if the page may read it.
    pub request_id: Option<Text>,
    /// The service's own sentences.
    pub service_errors: Vec<Text>,
}

impl Facts {
    /// The facts of a failure without an answer.
    pub fn new(error: Error) -> Self {
        Self {
            error,
            retryable: error.retryable(),
            status: None,
            retry_after: None,
            request_id: None,
            service_errors: Vec::new(),
        }
    }
}

impl Failure {
    /// A failure without an answer.
    pub fn new(error: Error) -> Self {
        Facts::new(error).into()
    }

    /// A failure without an answer, for which another try makes sense after so many milliseconds.
    pub fn later(error: Error, ms: u64) -> Self {
        Self::new(error).after(ms)
    }

    /// The same facts with another error.
    #[must_use]
    pub(crate) fn of(self, error: Error) -> Self {
        Facts { error, retryable: error.retryable(), ..Facts::clone(&self) }.into()
    }

    /// The same failure, with the time after which another try makes sense, in milliseconds.
    #[must_use]
    pub fn after(self, ms: u64) -> Self {
        Facts { retry_after: u32::try_from(ms.div_ceil(1000)).ok(), ..Facts::clone(&self) }.into()
    }
}

impl Facts {
    /// The sentences for the person: the service's own if it refused what was sent, otherwise the official client's.
    pub fn sentences(&self) -> Vec<&str> {
        let is_refusal = matches!(self.error, Error::ValidationFailed | Error::Conflict);
        if is_refusal && !self.service_errors.is_empty() {
            return self.service_errors.iter().map(|text| &**text).collect();
        }
        vec![self.error.person_text()]
    }
}

/// The text for the person. [`Error`] displays the one for the developer.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentences().join(" "))
    }
}

impl core::error::Error for Failure {}

impl Deref for Failure {
    type Target = Facts;

    fn deref(&self) -> &Facts {
        &self.0
    }
}

impl From<Facts> for Failure {
    fn from(facts: Facts) -> Self {
        Self(Rc::new(facts))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error)
    }
}
