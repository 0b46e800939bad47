//! Why something was not done: the error, and the facts that came with it.

use crate::Error;
use std::rc::Rc;

/// A failure. What people read of it is made by the host, from [`Failure::error`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub error: Error,
    /// Whether the same call can succeed later without any change to it, and does no harm if it was done already.
    pub retryable: bool,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long to wait before trying again, in seconds.
    pub retry_after: Option<u32>,
    /// What else the answer said. Shared: everyone who waited for one answer is told the same.
    pub(crate) said: Option<Rc<Said>>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Said {
    request_id: Option<String>,
    service_errors: Vec<String>,
}

impl Failure {
    /// The failure of something that got no answer.
    pub fn new(error: Error) -> Self {
        Self { error, retryable: error.retryable(), status: None, retry_after: None, said: None }
    }

    /// The same, where another try makes sense after so many milliseconds.
    pub fn later(error: Error, ms: u64) -> Self {
        Self { retry_after: u32::try_from(ms.div_ceil(1000)).ok(), ..Self::new(error) }
    }

    /// The same, with what the answer said.
    #[must_use]
    pub(crate) fn with_words(self, request_id: Option<String>, service_errors: Vec<String>) -> Self {
        if request_id.is_none() && service_errors.is_empty() {
            return self;
        }
        Self { said: Some(Rc::new(Said { request_id, service_errors })), ..self }
    }

    /// The service's `X-Request-ID`, where it is readable.
    pub fn request_id(&self) -> Option<&str> {
        self.said.as_ref()?.request_id.as_deref()
    }

    /// The service's own sentences.
    pub fn service_errors(&self) -> &[String] {
        self.said.as_ref().map_or(&[], |said| &said.service_errors)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::new(error)
    }
}
