//! Why something was not done: the error, and the facts that came with it.

use super::text::Text;
use crate::Error;
use core::{fmt, ops::Deref};
use std::rc::Rc;

/// A failure. Clones share its facts: everyone who waited for one answer is told the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure(Rc<Facts>);

/// What is known of a failure. What people read of it is made by the host, from [`Facts::error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What happened.
    pub error: Error,
    /// Whether the same call can succeed later without any change to it, and does no harm if it was done already.
    pub retryable: bool,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long to wait before trying again, in seconds.
    pub retry_after: Option<u32>,
    /// The service's `X-Request-ID`, where it is readable.
    pub request_id: Option<Text>,
    /// The service's own sentences.
    pub service_errors: Vec<Text>,
}

impl Facts {
    /// Of something that got no answer.
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
    /// The failure of something that got no answer.
    pub fn new(error: Error) -> Self {
        Facts::new(error).into()
    }

    /// The same, where another try makes sense after so many milliseconds.
    pub fn later(error: Error, ms: u64) -> Self {
        Self::new(error).after(ms)
    }

    /// The same facts of another error.
    #[must_use]
    pub(crate) fn of(self, error: Error) -> Self {
        Facts { error, retryable: error.retryable(), ..Facts::clone(&self) }.into()
    }

    /// The same failure, where another try makes sense after so many milliseconds.
    #[must_use]
    pub fn after(self, ms: u64) -> Self {
        Facts { retry_after: u32::try_from(ms.div_ceil(1000)).ok(), ..Facts::clone(&self) }.into()
    }
}

impl Facts {
    /// What a person reads: the service's own sentences where it refused what was sent, otherwise the official client's.
    pub fn sentences(&self) -> Vec<&str> {
        let is_refusal = matches!(self.error, Error::ValidationFailed | Error::Conflict);
        if is_refusal && !self.service_errors.is_empty() {
            return self.service_errors.iter().map(|text| &**text).collect();
        }
        vec![self.error.person_text()]
    }
}

/// For a person; [`Error`] displays what a developer reads.
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
