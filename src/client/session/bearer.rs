//! The app's own requests, with the session's token where it may go.

use super::{Session, driver::Driver};
use crate::{
    Error,
    client::ports::Platform,
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
        cancelled: impl Future<Output = ()>,
    ) -> Result<E::Answer, Failure> {
        let may_have_it = !errand.is_authorized() && self.0.may_have_token(&errand);
        if !may_have_it {
            return Ok(errand.send(None).await);
        }
        let Some(grant) = self.grant(super::MIN_VALIDITY_SECONDS, cancelled).await? else {
            return Ok(errand.send(None).await);
        };
        let answer = errand.send(Some(&grant.token)).await;
        if !E::is_unauthorized(&answer) {
            return Ok(answer);
        }
        // Another request may have been here first; then there is a newer token already.
        let newer = match self.current(&grant).await {
            Some(newer) => Some(newer),
            None => self.want(Want::Refresh, None, std::future::pending()).await.ok(),
        };
        match newer.filter(|newer| errand.is_repeatable() && !newer.token.is(&grant.token)) {
            Some(newer) => {
                E::discard(answer);
                Ok(errand.send(Some(&newer.token)).await)
            }
            None => Ok(answer),
        }
    }

    /// A token; none where nobody is signed in, or not yet completely.
    async fn grant(
        &self,
        min_validity_seconds: u32,
        cancelled: impl Future<Output = ()>,
    ) -> Result<Option<Granted>, Failure> {
        match self.want(Want::Token { min_validity_seconds }, None, cancelled).await {
            Ok(grant) => Ok(Some(grant)),
            Err(failure) => {
                let is_nobody = [Error::NotSignedIn, Error::NoToken]
                    .iter()
                    .any(|error| error.code() == failure.facts.code);
                if is_nobody { Ok(None) } else { Err(failure) }
            }
        }
    }

    /// The token that there is now, if it is another one than that.
    async fn current(&self, old: &Granted) -> Option<Granted> {
        let now = self.grant(0, std::future::pending()).await.ok().flatten();
        now.filter(|now| !now.token.is(&old.token))
    }
}

impl<P: Platform> Driver<P> {
    fn may_have_token(&self, errand: &impl Errand) -> bool {
        let is_listed = |origin: String| self.origins.0.contains(&origin);
        errand.stays_at_home() || errand.origin().is_some_and(is_listed)
    }
}
