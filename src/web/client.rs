//! The client of an app. Its methods begin calls and return their results.

use super::{
    CallOptions, Options, Session,
    host::{Host, Settled, Wait},
};
use crate::{
    Error,
    engine::{Answer, Input},
    protocol::{
        config::Locale,
        endpoint::Endpoint,
        failure::Failure,
        hosted::Visit,
        json::Json,
        model::{self, Answer as _, Call},
        request::Params,
        response::Next,
        secret::Secret,
        url::BaseUrl,
        verify::Rules,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use std::rc::Rc;

/// A client of one `LoginRocket` realm. Clones are the same client, which is disposed of when the last one is dropped.
#[derive(Clone)]
pub struct Client(pub(super) Rc<Host>);

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Client")
    }
}

impl PartialEq for Client {
    /// Two values are equal if they are the same client.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The service's answer to a call that succeeded, as it came, with all its members.
#[derive(Clone, Debug)]
pub struct Success {
    /// What to do next, after a call that can sign a person in.
    pub next: Option<Next>,
    /// The JSON object. None if the answer was empty. It may hold a session id and a token.
    pub body: Option<Secret>,
}

impl Success {
    /// Reads the answer as a type of your own. None if it does not fit.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        model::read(self.body.as_ref()?)
    }
}

impl Client {
    /// Makes a client. It sends nothing.
    ///
    /// Errors: `invalid_option`.
    pub fn new(options: Options) -> Result<Self, Error> {
        Host::open(options).map(Self)
    }

    /// Makes a call.
    ///
    /// Errors: those of its endpoint, of transport and of its answer, as `docs/reference/errors.md` lists them.
    pub fn send<C: Call>(&self, call: &C) -> impl Future<Output = Result<C::Answer, Failure>> + use<C> {
        self.send_with(call, &CallOptions::default())
    }

    /// Makes a call with its own options.
    ///
    /// Errors: those of [`Client::send`].
    pub fn send_with<C: Call>(
        &self,
        call: &C,
        options: &CallOptions,
    ) -> impl Future<Output = Result<C::Answer, Failure>> + use<C> {
        let called = self.call(C::ENDPOINT, call, options);
        async {
            let Success { next, body } = called.await?;
            Ok(C::Answer::read(body.as_ref().and_then(|body| Json::object(body.expose())), next))
        }
    }

    /// Makes a call with any parameters. They go to the service as they are, and its answer is returned as it came.
    ///
    /// Errors: those of [`Client::send`], and `invalid_params` unless the parameters are an object.
    pub fn call<P: Serialize + ?Sized>(
        &self,
        endpoint: Endpoint,
        params: &P,
        options: &CallOptions,
    ) -> impl Future<Output = Result<Success, Failure>> + use<P> {
        let (params, input) = match model::to_json(params) {
            Ok(params) => {
                let (seen, options) = (Params(params.clone()), options.of_engine());
                let call = move |id| Input::Call { id, endpoint, params: seen, options };
                (Some(params), Ok(call))
            }
            Err(error) => (None, Err(error)),
        };
        let wait = Wait { params, signal: options.signal.clone(), ..Wait::default() };
        let pending = self.0.ask(
            |id| match input {
                Ok(call) => call(id),
                Err(error) => Input::Misuse { id, error },
            },
            wait,
        );
        async {
            match pending.await {
                Settled::Answer(Answer::Success { next }, body) => Ok(Success { next, body }),
                Settled::Answer(Answer::Refused { failure } | Answer::Failed { failure }, _) => Err(failure),
                _ => Ok(Success { next: None, body: None }),
            }
        }
    }

    /// The session, which lasts longer than one call.
    pub fn session(&self) -> Session {
        self.0.attach();
        Session(Rc::clone(&self.0))
    }

    /// The API's base URL, ending in `/v2/`.
    ///
    /// Errors: `missing_url`.
    pub fn url(&self) -> Result<String, Failure> {
        match self.0.query(|id| Input::Url { id })? {
            Answer::Url { url } => Ok(url.expose().to_owned()),
            _ => Err(Error::MissingUrl.into()),
        }
    }

    /// Sets the base URL; `None` clears it. With the URL of another realm the client has that realm's own session.
    ///
    /// Errors: `disposed`.
    pub fn set_url(&self, url: Option<BaseUrl>) -> Result<(), Failure> {
        self.0.query(|id| Input::SetUrl { id, url }).map(drop)
    }

    /// Sets the language of the service's messages. `None` leaves it to the browser.
    ///
    /// Errors: `disposed`.
    pub fn set_locale(&self, locale: Option<Locale>) -> Result<(), Failure> {
        self.0.query(|id| Input::SetLocale { id, locale }).map(drop)
    }

    /// Verifies a token of the realm: its signature with the realm's keys, its issuer and its times. Returns the payload as a
    /// JSON object.
    ///
    /// Errors: the codes of tokens, as `docs/reference/errors.md` lists them.
    pub fn verify_token(
        &self,
        token: Secret,
        rules: Rules,
    ) -> impl Future<Output = Result<Secret, Failure>> + use<> {
        let pending = self.0.ask(|id| Input::VerifyToken { id, token, rules }, Wait::default());
        async { payload(pending.await) }
    }

    /// Decodes a token without verifying it, and returns the payload as a JSON object. **Nothing in it is proven.**
    ///
    /// Errors: `malformed_token`.
    pub fn decode_token(&self, token: Secret) -> Result<Secret, Failure> {
        match self.0.query(|id| Input::DecodeToken { id, token })? {
            Answer::Claims { payload, .. } => Ok(payload),
            _ => Err(Error::MalformedToken.into()),
        }
    }

    /// The URL of a hosted page. It contains a session only if the visit names one.
    ///
    /// Errors: `missing_url`, `insecure_url`, `invalid_params`, `invalid_option`.
    pub fn hosted_url(&self, visit: Visit) -> Result<String, Failure> {
        match self.0.query(|id| Input::HostedUrl { id, visit })? {
            Answer::Url { url } => Ok(url.expose().to_owned()),
            _ => Err(Error::MissingUrl.into()),
        }
    }

    /// Leaves for a hosted page. A page that can use a session gets the current one. The page `logout` also signs the person
    /// out here.
    ///
    /// Errors: those of [`Client::hosted_url`].
    pub fn open_hosted(&self, visit: Visit) -> impl Future<Output = Result<(), Failure>> + use<> {
        let pending = self.0.ask(|id| Input::OpenHosted { id, visit }, Wait::default());
        async { done(pending.await) }
    }
}

/// The result of a wait that succeeds without a value.
pub(super) fn done(settled: Settled) -> Result<(), Failure> {
    match settled {
        Settled::Answer(Answer::Failed { failure } | Answer::Refused { failure }, _) => Err(failure),
        _ => Ok(()),
    }
}

fn payload(settled: Settled) -> Result<Secret, Failure> {
    match settled {
        Settled::Answer(Answer::Claims { payload, .. }, _) => Ok(payload),
        Settled::Answer(Answer::Failed { failure }, _) => Err(failure),
        _ => Err(Error::MalformedToken.into()),
    }
}
