//! Which tokens are trusted: those that somebody asks about, and those that the session gives out.

use super::{
    Session,
    driver::{Answer, Driver},
};
use crate::{
    Error,
    client::ports::Platform,
    core::{response::Failure, secret::Secret, session::Granted, verify::Rules},
};

/// Whether tokens that came from the API are verified before they are given out. They came over TLS from the realm that
/// the app names; what their signature adds is that nobody in between, such as a proxy of the company's own, made them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verify {
    /// They are not.
    #[default]
    Off,
    /// They are, and one that is wrong is never given out; where that cannot be known, they are given out all the same.
    Lazy,
    /// Only what was verified is given out.
    Strict,
}

impl<P: Platform> Session<P> {
    /// From now on, verifies tokens before they are given out.
    pub fn set_verify(&self, verify: Verify) {
        self.0.verify.set(verify);
    }

    /// The payload of a token that may be trusted; see [`Verifier::verify`](crate::client::tokens::Verifier::verify).
    pub fn verify_token(
        &self,
        jwt: Secret,
        rules: Rules,
    ) -> impl Future<Output = Result<P::Record, Failure>> + use<P> {
        let verifier = self.0.verifier.clone();
        async move { verifier.verify(&jwt, &rules).await }
    }
}

impl<P: Platform> Driver<P> {
    /// A token that may be given out.
    pub(super) async fn trust(&self, grant: Granted) -> Answer {
        let verify = self.verify.get();
        let is_known = || self.trusted.borrow().as_ref().is_some_and(|known| known.is(&grant.token));
        if verify == Verify::Off {
            return Ok(grant);
        }
        if !is_known() {
            // How old it is the session has judged, and not by a clock that may be wrong.
            match self.verifier.verify_at_any_time(&grant.token).await {
                Ok(_) => {
                    self.trusted.replace(Some(grant.token.clone()));
                }
                Err(failure) if verify == Verify::Lazy && says_nothing(&failure) => return Ok(grant),
                Err(failure) => return Err(failure),
            }
        }
        Ok(Granted { is_verified: true, ..grant })
    }
}

/// Whether a failure leaves it open what a token is worth. An unknown key may be so new that not all of the service's
/// answers have it yet.
fn says_nothing(failure: &Failure) -> bool {
    let open = [Error::KeysUnavailable, Error::CryptoUnavailable, Error::UnknownKey];
    open.iter().any(|error| error.code() == failure.facts.code)
}
