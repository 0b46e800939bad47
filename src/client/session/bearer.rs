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
    /// Sends a request of the app's with the token, if it may have it. After a 401 it is sent once more if a newer token of
    /// the same session and account can be had.
    ///
    /// Errors: those of [`Session::want`] but `not_signed_in` and `no_token`, with which it is sent without a token;
    /// `aborted` also if the session or account is another one before it could be sent.
    pub async fn send_with_token<E: Errand>(
        &self,
        errand: E,
        cancelled: impl Fn() -> Work<()>,
    ) -> Result<E::Answer, Failure> {
        if errand.is_authorized() || !self.0.may_have_token(&errand) {
            return Ok(errand.send(None).await);
        }
        let driver = &self.0;
        if driver.is_disposed.get() {
            return Err(Failure::new(Error::Disposed));
        }
        if driver.is_restoring() {
            driver.restored().await;
        }
        // Nobody is signed in, or not yet completely.
        let Some(place) = driver.place() else { return Ok(errand.send(None).await) };
        let min_validity_seconds = super::MIN_VALIDITY_SECONDS;
        let grant = match self.await_answer(Want::Token { min_validity_seconds }, None, cancelled()).await {
            Ok(grant) if driver.is_at(&place) => grant,
            // Who signed in meanwhile is not who asked.
            Ok(_) => return Err(Failure::new(Error::Aborted)),
            Err(failure) if says(&failure, Error::NotSignedIn) || says(&failure, Error::NoToken) => {
                return Ok(errand.send(None).await);
            }
            Err(failure) => return Err(failure),
        };
        let answer = errand.send(Some(&grant.token)).await;
        if !E::is_unauthorized(&answer) || !driver.is_at(&place) || driver.was_refused(&grant.token) {
            return Ok(answer);
        }
        // Another request may have been here first; then there is a newer token already.
        let is_new = |newer: &Granted| !newer.token.is(&grant.token);
        let want = if driver.current_token().is_some_and(|now| !now.is(&grant.token)) {
            Want::Token { min_validity_seconds: 0 }
        } else {
            Want::Refresh
        };
        if !errand.is_repeatable() {
            // The next request should fare better.
            driver.ask_for_nobody(want);
            return Ok(answer);
        }
        match self.await_answer(want, None, cancelled()).await {
            Ok(newer) if driver.is_at(&place) => {
                let answer = if is_new(&newer) {
                    E::discard(answer);
                    errand.send(Some(&newer.token)).await
                } else {
                    answer
                };
                if E::is_unauthorized(&answer) {
                    driver.note_refused(newer.token);
                }
                Ok(answer)
            }
            Err(failure) if says(&failure, Error::Aborted) => Err(failure),
            _ => Ok(answer),
        }
    }
}

fn says(failure: &Failure, error: Error) -> bool {
    failure.facts.code == error.code()
}

/// Whose token a request has: the session and the account.
type Place = (Secret, Option<String>);

impl<P: Platform> Driver<P> {
    fn place(&self) -> Option<Place> {
        let machine = self.machine.borrow();
        machine.tracked().map(|(session, account)| (session.clone(), account.map(str::to_owned)))
    }

    /// An account that is not known yet may become any.
    fn is_at(&self, (session, account): &Place) -> bool {
        let is_same = |(now, its): &Place| now.is(session) && (account.is_none() || its == account);
        self.place().as_ref().is_some_and(is_same)
    }

    /// Whether that token was just got because of a refusal, and refused as well: another one would fare no better.
    fn was_refused(&self, token: &Secret) -> bool {
        self.refused.borrow().as_ref().is_some_and(|refused| refused.is(token))
    }

    fn note_refused(&self, token: Secret) {
        self.refused.replace(Some(token));
    }

    fn may_have_token(&self, errand: &impl Errand) -> bool {
        let is_listed = |origin: String| self.origins.0.contains(&origin);
        errand.stays_at_home() || errand.origin().is_some_and(is_listed)
    }
}
