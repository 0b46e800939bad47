//! To the hosted pages with the session, and back from them with a token (contract §5).
//!
//! Anybody can make a link with a token in it. So it is always verified, and never takes the place of somebody else who is
//! signed in, unless the person says so.

use super::{Session, driver::Driver};
use crate::{
    Error,
    client::ports::Platform,
    core::{
        hosted::Page,
        response::{Failure, Record as _},
        secret::Secret,
        session::{
            Input, Standing, Want,
            claims::{self, User},
        },
        verify::Rules,
    },
};
use std::future::pending;

/// What became of a token.
#[derive(Clone, Debug)]
pub enum Adoption {
    /// The session is that of the token now.
    Adopted,
    /// There was no token, or nobody whose session it could be: a server.
    Nothing,
    /// The token is good, but for this person, and somebody else is signed in. It is kept: adopting once more with
    /// `switch_user` takes it over.
    AnotherUser(User),
}

impl<P: Platform> Session<P> {
    /// Takes over the session of a token, or of the one that was kept. With `switch_user`, also if somebody else is signed
    /// in, whose session lives on at the service. A token that could not be judged is kept, too, and tried again with the
    /// next call.
    ///
    /// Errors: those of [`Session::verify_token`]; `missing_claim` of a token without a session; `not_signed_in` where the
    /// session is over already, or the person signed out meanwhile; `disposed`, `aborted`.
    pub async fn adopt(&self, token: Option<Secret>, switch_user: bool) -> Result<Adoption, Failure> {
        let driver = &self.0;
        let (now, era) = (driver.moment(), driver.era.get());
        let failed = |error| Err(Failure::new(error));
        if driver.is_disposed.get() {
            return failed(Error::Disposed);
        }
        // One object serves everyone who comes to a server: there is nobody whose session it could be.
        if driver.is_server() {
            return Ok(Adoption::Nothing);
        }
        // Another token takes the place of the one that was kept; to be asked once more whether there is one does not.
        let kept = if token.is_some() || switch_user { driver.offered.take() } else { None };
        let unjudged = driver.unjudged.take();
        let Some(token) = token.or(kept).or(unjudged) else { return Ok(Adoption::Nothing) };
        // What is signed in or out from here on comes later than this token.
        let begun = driver.machine.borrow().begin(now, true);
        let payload = match driver.verifier.verify(&token, &Rules::default()).await {
            Ok(payload) => payload,
            Err(failure) => {
                if failure.facts.retryable {
                    driver.unjudged.replace(Some(token));
                }
                return Err(failure);
            }
        };
        let Some(claims) = claims::read(&payload) else { return failed(Error::InvalidClaim) };
        let session = payload.text("sid").filter(|session| !session.expose().is_empty());
        let Some(session) = session else { return failed(Error::MissingClaim) };

        self.attach();
        driver.restored().await;
        let is_anothers = self.is_anothers(&session, &claims.user.id).await;
        if driver.is_disposed.get() {
            return failed(Error::Disposed);
        }
        if driver.era.get() != era {
            return failed(Error::Aborted);
        }
        if is_anothers && !switch_user {
            driver.offered.replace(Some(token));
            return Ok(Adoption::AnotherUser(claims.user));
        }
        let account = claims.membership.as_ref().map(|membership| membership.account_id.clone());
        let standing = Standing::SignedIn { session: session.clone(), account, token, claims: Some(claims) };
        driver.step(Input::Answered { begun, standing });
        if driver.tracks(&session) { Ok(Adoption::Adopted) } else { failed(Error::NotSignedIn) }
    }

    /// The URL of a hosted page, with the session where the page takes one, so that nobody signs in twice. It holds what
    /// signs the person in, and belongs into no log. On the way to the page that signs out, the person is signed out here.
    ///
    /// Errors: `missing_url`, `insecure_url`.
    pub async fn bridge(&self, page: Page<'_>, redirect_uri: Option<&str>) -> Result<Secret, Failure> {
        let driver = &self.0;
        if !driver.is_server() {
            driver.restored().await;
        }
        let session = driver.tracked_session();
        let config = driver.client.config().clone();
        let base = config.usable_url().map_err(Failure::new)?;
        let url = page.url(base, redirect_uri, session.as_ref());
        if page == Page::Logout {
            let told = self.sign_out();
            driver.platform().spawn(async {
                told.await;
            });
        }
        Ok(url)
    }

    /// Whether somebody else is signed in than a user with a session. After a reload that is not known before the service
    /// was asked; who cannot be named counts as somebody else.
    async fn is_anothers(&self, session: &Secret, user: &str) -> bool {
        let driver = &self.0;
        let has_other = || driver.tracked_session().is_some() && !driver.tracks(session);
        if has_other() && driver.snapshot().user.is_none() {
            let want = Want::Token { min_validity_seconds: 0 };
            // Whatever comes of it, the snapshot knows.
            let _ = self.await_answer(want, None, Box::pin(pending())).await;
        }
        has_other() && driver.snapshot().user.is_none_or(|present| present.id != user)
    }
}

impl<P: Platform> Driver<P> {
    fn tracks(&self, session: &Secret) -> bool {
        self.tracked_session().is_some_and(|tracked| tracked.is(session))
    }
}
