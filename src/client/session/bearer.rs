//! The app's own requests, with the session's token where it may go.

use super::{Session, driver::Driver};
use crate::{
    Error,
    client::{Work, ports::Platform},
    core::{
        response::Failure,
        secret::Secret,
        session::{Granted, Want},
    },
};

/// To which origins the token goes.
#[derive(Clone, Debug, Default)]
pub struct TokenOrigins(pub Vec<String>);

/// A request of the app's.
pub trait Errand {
    /// What comes back, or what is thrown instead.
    type Answer;

    /// Where it goes; none where that cannot be known.
    fn origin(&self) -> Option<String>;

    /// Whether that is where the page came from.
    fn stays_at_home(&self) -> bool;

    /// Whether it says itself who asks.
    fn is_authorized(&self) -> bool;

    /// Whether it can be sent twice.
    fn is_repeatable(&self) -> bool;

    /// Sends it.
    fn send(&self, token: Option<&Secret>) -> impl Future<Output = Self::Answer>;

    /// Whether the answer says that the token was not good enough.
    fn is_unauthorized(answer: &Self::Answer) -> bool;

    /// Lets go of an answer that nobody will read.
    fn discard(answer: Self::Answer);
}

impl<P: Platform> Session<P> {
    /// Sends a request of the app's with the token, if it may have it. After a 401 it is sent once more if a newer token
    /// can be had.
    ///
    /// Errors: those of [`Session::want`] but `not_signed_in` and `no_token`, with which it is sent without a token.
    pub async fn send_with_token<E: Errand>(
        &self,
        errand: E,
        cancelled: impl Fn() -> Work<()>,
    ) -> Result<E::Answer, Failure> {
        if errand.is_authorized() || !self.0.may_have_token(&errand) {
            return Ok(errand.send(None).await);
        }
        let min_validity_seconds = super::MIN_VALIDITY_SECONDS;
        let grant = match self.await_answer(Want::Token { min_validity_seconds }, None, cancelled()).await {
            Ok(grant) => grant,
            // Nobody is signed in, or not yet completely.
            Err(failure) if says(&failure, Error::NotSignedIn) || says(&failure, Error::NoToken) => {
                return Ok(errand.send(None).await);
            }
            Err(failure) => return Err(failure),
        };
        let answer = errand.send(Some(&grant.token)).await;
        if !E::is_unauthorized(&answer) {
            return Ok(answer);
        }
        // Another request may have been here first; then there is a newer token already.
        let is_new = |newer: &Granted| !newer.token.is(&grant.token);
        let want = if self.0.current_token().is_some_and(|now| !now.is(&grant.token)) {
            Want::Token { min_validity_seconds: 0 }
        } else {
            Want::Refresh
        };
        if !errand.is_repeatable() {
            // The next request should fare better.
            self.0.ask_for_nobody(want);
            return Ok(answer);
        }
        match self.await_answer(want, None, cancelled()).await {
            Ok(newer) if is_new(&newer) => {
                E::discard(answer);
                Ok(errand.send(Some(&newer.token)).await)
            }
            Err(failure) if says(&failure, Error::Aborted) => Err(failure),
            _ => Ok(answer),
        }
    }
}

fn says(failure: &Failure, error: Error) -> bool {
    failure.facts.code == error.code()
}

impl<P: Platform> Driver<P> {
    fn may_have_token(&self, errand: &impl Errand) -> bool {
        let is_listed = |origin: String| self.origins.0.contains(&origin);
        errand.stays_at_home() || errand.origin().is_some_and(is_listed)
    }
}
