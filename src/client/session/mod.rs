//! The session that outlives a call: [`crate::core::session`] connected to what a platform has.
//!
//! `driver` steps the machine and does what it wants done, `storage` keeps its entry, `calls` lets the app's own calls
//! feed it, `crowd` lets those wait together who want the same, `bearer` sends the app's requests with its token, `trust` says which tokens are given out, `hosted` goes
//! to the hosted pages and takes over what comes back from there, `listeners` tells who wants to know. What is decided here is
//! how to ask a platform; where the person stands is decided by the machine alone.

mod bearer;
mod calls;
mod crowd;
mod driver;
mod explain;
mod hosted;
mod listeners;
mod storage;
mod trust;

use super::{
    Client, Work,
    oneshot::{Receiver, Sender, oneshot},
    ports::Platform,
    race::{Either, race},
};
use crate::{
    Error,
    core::{
        config::Timeout,
        response::{Failure, Outcome},
        session::{Granted, Snapshot, Want},
    },
};
pub use bearer::{Errand, TokenOrigins};
pub use crowd::Crowd;
pub use driver::Answer;
use driver::Driver;
pub use explain::Explanation;
pub use hosted::Adoption;
use listeners::Listener;
pub use listeners::Subscription;
use std::rc::Rc;
pub use storage::Problem;
pub use trust::Verify;

/// How long a token must at least be good for, where nobody says: long enough for a request to arrive.
pub const MIN_VALIDITY_SECONDS: u32 = 5;

/// How much longer than one call a caller waits for a token: the tab that refreshes may be another one.
const PATIENCE_MS: u32 = 5_000;

/// Where a session is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// In this page alone.
    #[default]
    Page,
    /// In a store that is this tab's own.
    Tab,
    /// In a store that tabs share.
    Shared,
}

/// A session, and the client whose calls feed it. Clones are the same session.
pub struct Session<P: Platform>(Rc<Driver<P>>);

impl<P: Platform> Clone for Session<P> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<P: Platform> std::fmt::Debug for Session<P> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Session").field(&self.snapshot()).finish()
    }
}

impl<P: Platform> Session<P> {
    /// A session for the client's calls. One that is kept is read at once; one in memory does nothing by itself until
    /// it is [attached](Self::attach).
    pub fn new(client: Client<P>, kept: Kept, origins: TokenOrigins) -> Self {
        let driver = Rc::new(Driver::new(client, kept, origins));
        driver.start();
        Self(driver)
    }

    /// Begins to keep the token fresh and to watch the surroundings. Asking for a token, subscribing and signing out do
    /// so too: an app that never looks at the session causes no request that it did not make.
    pub fn attach(&self) {
        self.0.attach();
    }

    /// The client whose calls feed it.
    pub fn client(&self) -> &Client<P> {
        &self.0.client
    }

    /// Follows a change of the client's URL: the session of another realm is another one.
    pub fn follow_url(&self) {
        self.0.follow_url();
    }

    /// How the session stands.
    pub fn snapshot(&self) -> Snapshot {
        self.0.snapshot()
    }

    /// Grows with every change of the snapshot.
    pub fn version(&self) -> u64 {
        self.0.listeners.version()
    }

    /// Calls the listener now, and after every change as long as the subscription lasts. It may call anything here.
    pub fn subscribe(&self, listener: impl Fn(&Snapshot) + 'static) -> Subscription {
        self.attach();
        let listener: Listener = Rc::new(listener);
        self.0.subscribe(&listener)
    }

    /// Ends a subscription.
    pub fn unsubscribe(&self, subscription: Subscription) {
        self.0.unsubscribe(subscription);
    }

    /// Gets what is wanted, with one request for all who ask meanwhile.
    ///
    /// Errors: `not_signed_in`, `no_token`, `no_fresh_token`, `account_unavailable`, `refresh_limited`, `disposed`,
    /// `aborted`, `timeout`, `missing_url`, `insecure_url`, whatever the service's answer to the refresh means, and with
    /// [`Verify`] those of [`Session::verify_token`].
    pub fn want<C: Future<Output = ()> + 'static>(
        &self,
        want: Want,
        timeout: Option<Timeout>,
        cancelled: C,
    ) -> impl Future<Output = Result<Granted, Failure>> + use<P, C> {
        self.await_answer(want, timeout, Box::pin(cancelled))
    }

    fn await_answer(
        &self,
        want: Want,
        timeout: Option<Timeout>,
        cancelled: Work<()>,
    ) -> impl Future<Output = Answer> + use<P> {
        self.await_answer_at(want, timeout, cancelled, oneshot())
    }

    /// The same, where it is known from outside how long the machine has no answer.
    fn await_answer_at(
        &self,
        want: Want,
        timeout: Option<Timeout>,
        cancelled: Work<()>,
        (caller, answer): (Sender<Answer>, Receiver<Answer>),
    ) -> impl Future<Output = Answer> + use<P> {
        let driver = Rc::clone(&self.0);
        async move {
            if driver.is_disposed.get() {
                return Err(Failure::new(Error::Disposed));
            }
            if driver.is_server() {
                return Err(Failure::new(Error::NotSignedIn));
            }
            let usable = driver.client.config().usable_url().err();
            if let Some(error) = usable {
                return Err(Failure::new(error));
            }
            driver.attach();
            let patience = driver.client.config().timeout.as_ms().saturating_add(PATIENCE_MS);
            let asked = async {
                driver.ask(want, timeout.map_or(patience, Timeout::as_ms), caller);
                let grant = answer.await.unwrap_or_else(|| Err(Failure::new(Error::Disposed)))?;
                driver.trust(grant).await
            };
            // Who gives up before it starts asks nothing.
            match race(cancelled, asked).await {
                Either::First(()) => Err(Failure::new(Error::Aborted)),
                Either::Second(answer) => answer,
            }
        }
    }

    /// Signs out: here and in every tab at once, then at the service, whose answer it gives.
    pub fn sign_out(&self) -> impl Future<Output = Outcome<P::Record>> + use<P> {
        self.attach();
        let answer = self.0.sign_out();
        async move {
            match answer {
                Ok(answer) => match answer.await {
                    // It was over already (contract §2.4).
                    Outcome::Failed(failure) if failure.facts.code == Error::AccessDenied.code() => {
                        Outcome::Done
                    }
                    outcome => outcome,
                },
                Err(outcome) => outcome,
            }
        }
    }

    /// How it stands and why.
    pub fn explain(&self) -> Explanation {
        self.0.explain()
    }

    /// Ends all that goes on and lets go of everything. Nobody is signed out.
    pub fn dispose(&self) {
        self.0.dispose();
    }
}
