//! The session of a client: its person, its token, and the app's own requests with the token.

use super::{
    CallOptions, Subscription,
    authorized::AuthorizedFetch,
    client::done,
    host::{Host, Pending, Settled, Wait},
    page,
};
use crate::{
    Error,
    engine::{
        Answer, Input, MIN_VALIDITY_SECONDS,
        explain::Explanation,
        session::{Granted, Want, snapshot::Snapshot},
    },
    protocol::{failure::Failure, model::User, secret::Secret, text::Text, verify::Leeway},
};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use web_sys::{Request, Response};

/// The session of a [`Client`](super::Client). Clones are the same session, and keep the client alive.
#[derive(Clone)]
pub struct Session(pub(super) Rc<Host>);

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session")
    }
}

impl PartialEq for Session {
    /// Two values are equal if they are the same session.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// Options of adopting a redirect.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdoptOptions {
    /// Whether the token may replace the session of somebody else who is signed in. Ask the person first. Default: false.
    pub switch_user: bool,
    /// How many whole seconds this device's clock and the service's may differ. Default: 5.
    pub leeway: Leeway,
}

/// The result of adopting a redirect.
#[derive(Clone, Debug)]
pub struct Adopted {
    /// Whether the token's session was taken over. If not, there was no token, or this is a server.
    pub is_adopted: bool,
    /// The URL without the token. None if there was no token in the URL.
    pub rest: Option<Text>,
}

/// Why the token of a redirect was not taken over.
#[derive(Clone, Debug)]
pub struct NotAdopted {
    /// The failure.
    pub failure: Failure,
    /// The person whose token it is. Only set if the failure is `another_user`.
    pub user: Option<User>,
    /// The URL without the token. None if the token came with an earlier call.
    pub rest: Option<Text>,
}

/// Why an authorized fetch has no answer.
#[derive(Clone, Debug)]
pub enum FetchError {
    /// The request was not sent, or was cancelled. The failure is that of [`Session::token`] if no token could be had, and
    /// `aborted` if the signal or a change of the session ended the request.
    Failed(Failure),
    /// The value with which `fetch` rejected.
    Rejected(JsValue),
}

impl std::fmt::Display for FetchError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Failed(failure) => std::fmt::Display::fmt(failure, f),
            Self::Rejected(_) => f.write_str(Error::Network.message()),
        }
    }
}

impl std::error::Error for FetchError {}

impl Session {
    /// The session now: the same object until something changes.
    pub fn snapshot(&self) -> Rc<Snapshot> {
        self.0.snapshot()
    }

    /// Calls the listener now and after each change, until the subscription is dropped.
    pub fn subscribe(&self, listener: impl Fn(&Rc<Snapshot>) + 'static) -> Subscription {
        let listener = Rc::new(listener);
        let number = self.0.listeners.add(Rc::<_>::clone(&listener) as _);
        listener(&self.0.snapshot());
        Subscription { host: self.0.weak(), number }
    }

    /// Gets a token that stays valid for at least five seconds. It asks the service only if there is no such token.
    ///
    /// Errors: `not_signed_in`, `no_token`, `no_fresh_token`, and those of a refresh.
    pub fn token(&self) -> impl Future<Output = Result<Granted, Failure>> + use<> {
        self.token_with(MIN_VALIDITY_SECONDS, &CallOptions::default())
    }

    /// Gets a token that stays valid for at least so many seconds. The call has its own options.
    ///
    /// Errors: those of [`Session::token`].
    pub fn token_with(
        &self,
        min_validity_seconds: u32,
        options: &CallOptions,
    ) -> impl Future<Output = Result<Granted, Failure>> + use<> {
        granted(self.want(Want::Token { min_validity_seconds }, options))
    }

    /// Gets a new token, for example after a change of permissions.
    ///
    /// Errors: those of [`Session::token`].
    pub fn refresh(&self, options: &CallOptions) -> impl Future<Output = Result<Granted, Failure>> + use<> {
        granted(self.want(Want::Refresh, options))
    }

    /// Switches to another account (`org_…`) in every tab, and returns a token for it.
    ///
    /// Errors: those of [`Session::token`], and `account_unavailable`.
    pub fn switch_account(
        &self,
        account: &str,
        options: &CallOptions,
    ) -> impl Future<Output = Result<Granted, Failure>> + use<> {
        granted(self.want(Want::Account(account.into()), options))
    }

    /// Sends a request of the app. The token goes along only to the page's own origin and to the client's token origins. After a
    /// 401 the request is sent once more with a newer token, if there is one and the request can be sent twice.
    ///
    /// Errors: see [`FetchError`].
    pub fn fetch<R: Into<Request>>(
        &self,
        request: R,
    ) -> impl Future<Output = Result<Response, FetchError>> + use<R> {
        let request = AuthorizedFetch::new(request.into());
        let facts = request.of_engine();
        let wait = Wait { signal: Some(request.signal()), request: Some(request), ..Wait::default() };
        let pending = self.0.ask(|id| Input::Authorize { id, request: facts }, wait);
        async {
            match pending.await {
                Settled::Response(response) => response.map_err(FetchError::Rejected),
                Settled::Answer(Answer::Failed { failure }, _) => Err(FetchError::Failed(failure)),
                Settled::Answer(..) => Err(FetchError::Failed(Error::Aborted.into())),
            }
        }
    }

    /// Signs out here and in every tab at once, and then ends the session at the service. It waits for the service's answer for
    /// five seconds at most.
    ///
    /// Errors: those of a call. The person is signed out here even then.
    pub fn sign_out(&self) -> impl Future<Output = Result<(), Failure>> + use<> {
        let pending = self.0.ask(|id| Input::SignOut { id }, Wait::default());
        async { done(pending.await) }
    }

    /// Takes over the session of the token in the page's address, with which a hosted page sends the browser back. If there is none,
    /// it takes a token of an earlier call: one that could not be verified then or, with `switch_user`, one for another person.
    ///
    /// Errors: those of tokens, `another_user`, and `not_signed_in` if somebody signed in or out meanwhile.
    pub fn adopt_redirect(
        &self,
        options: &AdoptOptions,
    ) -> impl Future<Output = Result<Adopted, NotAdopted>> + use<> {
        self.adopt(page::address().map(Secret::new), true, options)
    }

    /// Takes over the session of the token in another URL, such as the one that opened a desktop shell.
    ///
    /// Errors: those of [`Session::adopt_redirect`].
    pub fn adopt_url(
        &self,
        url: Secret,
        options: &AdoptOptions,
    ) -> impl Future<Output = Result<Adopted, NotAdopted>> + use<> {
        self.adopt(Some(url), false, options)
    }

    /// Describes the state of the session and the reasons for it, for a bug report. It holds no secret.
    pub fn explain(&self) -> Option<Explanation> {
        match self.0.query(|id| Input::Explain { id }) {
            Ok(Answer::Explanation { explanation }) => Some(*explanation),
            _ => None,
        }
    }

    /// Stops everything that is under way, and frees the client's resources. It signs nobody out. All later calls fail with
    /// `disposed`.
    pub fn dispose(&self) {
        self.0.say(Input::Dispose);
        self.0.listeners.clear();
    }

    fn want(&self, want: Want, options: &CallOptions) -> Pending {
        let signal = options.signal.clone();
        self.0.ask(
            |id| Input::Want { id, want, options: options.of_engine() },
            Wait { signal, ..Wait::default() },
        )
    }

    fn adopt(
        &self,
        url: Option<Secret>,
        is_location: bool,
        options: &AdoptOptions,
    ) -> impl Future<Output = Result<Adopted, NotAdopted>> + use<> {
        let AdoptOptions { switch_user, leeway } = *options;
        let pending =
            self.0.ask(|id| Input::Adopt { id, url, is_location, switch_user, leeway }, Wait::default());
        async {
            match pending.await {
                Settled::Answer(Answer::Adopted { is_adopted, rest }, _) => Ok(Adopted { is_adopted, rest }),
                Settled::Answer(Answer::NotAdopted { failure, profile, rest }, _) => {
                    Err(NotAdopted { failure, user: profile.as_deref().and_then(User::of), rest })
                }
                Settled::Answer(Answer::Failed { failure }, _) => {
                    Err(NotAdopted { failure, user: None, rest: None })
                }
                _ => Ok(Adopted { is_adopted: false, rest: None }),
            }
        }
    }
}

async fn granted(pending: Pending) -> Result<Granted, Failure> {
    match pending.await {
        Settled::Answer(Answer::Granted { granted }, _) => Ok(granted),
        Settled::Answer(Answer::Failed { failure }, _) => Err(failure),
        _ => Err(Error::NotSignedIn.into()),
    }
}
