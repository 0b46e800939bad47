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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_answer_there_is_nothing_but_the_error() {
        for error in Error::ALL {
            let failure = Failure::from(error);
            assert_eq!((failure.error, failure.retryable), (error, error.retryable()));
            assert_eq!((failure.status, failure.retry_after), (None, None));
            assert_eq!((failure.request_id(), failure.service_errors()), (None, &[][..]));
        }
    }

    #[test]
    fn a_wait_is_rounded_up_to_seconds() {
        for (ms, seconds) in [
            (0, Some(0)),
            (1, Some(1)),
            (1_000, Some(1)),
            (1_001, Some(2)),
            (u64::from(u32::MAX) * 1_000, Some(u32::MAX)),
            (u64::MAX, None),
        ] {
            let failure = Failure::later(Error::UnknownKey, ms);
            assert_eq!((failure.error, failure.retry_after), (Error::UnknownKey, seconds), "{ms}");
        }
    }

    #[test]
    fn what_an_answer_said_is_kept_and_changes_nothing_else() {
        let plain = Failure { status: Some(422), ..Failure::new(Error::ValidationFailed) };
        assert_eq!(plain.clone().with_words(None, Vec::new()), plain);
        let texts = vec!["Short".to_owned(), "Taken".to_owned()];
        for (id, texts) in [(Some("rq_1"), texts.clone()), (Some("rq_1"), Vec::new()), (None, texts)] {
            let failure = plain.clone().with_words(id.map(str::to_owned), texts.clone());
            assert_eq!((failure.request_id(), failure.service_errors()), (id, &texts[..]));
            assert_eq!(failure.clone(), failure);
            assert_eq!(Failure { said: None, ..failure }, plain);
        }
    }
}
