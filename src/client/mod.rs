//! Calls from start to end, over [`ports`] that a platform provides; runs natively with fakes.
//!
//! Nothing here knows a status code, a header or a JSON member: that is `core`'s. [`session`] is what outlives a call, [`tokens`]
//! says which tokens may be trusted.

mod oneshot;
pub mod ports;
mod race;
pub mod session;
pub mod tokens;

use crate::{
    Error,
    core::{
        config::{Config, Locale, Timeout},
        model::{self, Call, CallError},
        request::{self, Endpoint, Parameters},
        response::{self, Outcome},
    },
};
use ports::{Clock, Timer, Transport};
use race::{Either, race};
use std::{
    cell::{Ref, RefCell},
    future::pending,
    pin::Pin,
    rc::Rc,
};

/// A client of one realm. Clones are the same client.
#[derive(Debug)]
pub struct Client<P> {
    config: Rc<RefCell<Config>>,
    platform: Rc<P>,
}

impl<P> Clone for Client<P> {
    fn clone(&self) -> Self {
        Self { config: Rc::clone(&self.config), platform: Rc::clone(&self.platform) }
    }
}

/// Options of a single call; each overrides the client's own.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Language of the service's messages.
    pub locale: Option<Locale>,
    /// How long the call may take in all.
    pub timeout: Option<Timeout>,
}

impl<P> Client<P> {
    /// A client; nothing is sent.
    pub fn new(config: Config, platform: P) -> Self {
        Self { config: Rc::new(RefCell::new(config)), platform: Rc::new(platform) }
    }

    /// What the client is set up with. To be let go of before anything else is done with it.
    pub fn config(&self) -> Ref<'_, Config> {
        self.config.borrow()
    }

    /// Changes the set-up for calls that are made from now on.
    pub fn configure(&self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config.borrow_mut());
    }

    /// What the client runs on.
    pub fn platform(&self) -> &P {
        &self.platform
    }
}

impl<P: Transport + Timer + Clock + 'static> Client<P> {
    /// Makes a typed call: `client.send(&Login { email, password, account: None }).await`.
    ///
    /// Errors: any but those of the constructor; see [`CallError::code`].
    pub fn send<C: Call>(&self, call: &C) -> impl Future<Output = Result<C::Answer, CallError>> + use<P, C> {
        self.send_with(call, &CallOptions::default(), pending())
    }

    /// The same with options, and until the caller gives up; see [`Client::call`].
    pub fn send_with<C: Call, G: Future<Output = ()> + 'static>(
        &self,
        call: &C,
        options: &CallOptions,
        cancelled: G,
    ) -> impl Future<Output = Result<C::Answer, CallError>> + use<P, C, G> {
        let outcome = self.call(C::ENDPOINT, call, options, cancelled);
        async { model::typed::<C>(outcome.await) }
    }

    /// Makes a call. The request is complete when this returns: what the caller changes afterwards, here or in the
    /// parameters, does not reach it. The outcome is always one of [`Outcome`]; dropping the future aborts the call.
    ///
    /// `cancelled` completes when the caller gives up.
    pub fn call<A: Parameters, C: Future<Output = ()> + 'static>(
        &self,
        endpoint: Endpoint,
        parameters: &A,
        options: &CallOptions,
        cancelled: C,
    ) -> impl Future<Output = Outcome<P::Record>> + use<P, A, C> {
        self.deliver(self.prepare(endpoint, parameters, options), Box::pin(cancelled))
    }

    /// The first half of a call.
    fn prepare(&self, endpoint: Endpoint, parameters: &dyn Parameters, options: &CallOptions) -> Prepared {
        // Cloned: reading the parameters may run the app's own code, which may set the URL.
        let config = self.config().clone();
        Prepared {
            endpoint,
            request: request::build(&config, options.locale.as_ref(), endpoint, parameters),
            timeout: options.timeout.unwrap_or(config.timeout),
        }
    }

    /// The second half. Not generic over what it waits for, so that it is in the module once.
    fn deliver(
        &self,
        prepared: Prepared,
        cancelled: Work<()>,
    ) -> impl Future<Output = Outcome<P::Record>> + use<P> {
        let Prepared { endpoint, request, timeout } = prepared;
        let platform = Rc::clone(&self.platform);
        async move {
            let request = match request {
                Ok(request) => request,
                Err(error) => return error.into(),
            };
            let given_up = async {
                match race(cancelled, platform.sleep(timeout.as_ms())).await {
                    Either::First(()) => Error::Aborted,
                    Either::Second(()) if endpoint.is_repeatable() => Error::Timeout,
                    Either::Second(()) => Error::OutcomeUnknown,
                }
            };
            // Giving up is asked first, so that a call which is cancelled before it starts sends nothing.
            match race(given_up, platform.send(request)).await {
                Either::Second(Err(Error::Network)) => response::unanswered(endpoint).into(),
                Either::First(error) | Either::Second(Err(error)) => error.into(),
                Either::Second(Ok(reply)) => response::classify(endpoint, reply, platform.now()),
            }
        }
    }
}

/// Some work, whatever it is made of.
type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// A call that is complete and not sent yet.
struct Prepared {
    endpoint: Endpoint,
    request: Result<request::Request, Error>,
    timeout: Timeout,
}
