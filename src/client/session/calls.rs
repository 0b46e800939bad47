//! The app's own calls: they use the session where they name none, and what they bring feeds it.

use super::{Session, driver::Driver};
use crate::{
    Error,
    client::{CallOptions, oneshot::oneshot, ports::Platform},
    core::{
        json,
        model::{self, Answer, Call, CallError, SignIn},
        query::Value,
        request::{Endpoint, Parameters},
        response::{Failure, Outcome},
        secret::Secret,
        session::{Input, Standing, Want},
    },
};
use std::{future::pending, rc::Rc};

/// How long a doubt about the session waits for an answer.
const DOUBT_MS: u32 = 30_000;

impl<P: Platform> Session<P> {
    /// Makes a typed call that feeds the session; see [`Client::send`](crate::client::Client::send).
    pub fn send<C: Call>(&self, call: &C) -> impl Future<Output = Result<C::Answer, CallError>> + use<P, C> {
        let outcome = self.call(C::ENDPOINT, call, &CallOptions::default(), pending());
        async { model::typed::<C>(outcome.await) }
    }

    /// Makes a call that feeds the session; see [`Client::call`](crate::client::Client::call).
    ///
    /// Without a member `session`, `getSession`, `logout`, `updateProfile` and `updatePassword` are about this session,
    /// and `getSession` about its account unless it names one.
    pub fn call<A: Parameters, C: Future<Output = ()>>(
        &self,
        endpoint: Endpoint,
        parameters: &A,
        options: &CallOptions,
        cancelled: C,
    ) -> impl Future<Output = Outcome<P::Record>> + use<P, A, C> {
        let driver = Rc::clone(&self.0);
        let (additions, about) = driver.tracked_for(endpoint, parameters);
        let parameters = Completed { own: parameters, additions };
        let call = driver.client.deliver(driver.client.prepare(endpoint, &parameters, options), cancelled);
        // Whatever asks about another session than the one there is brings that other one.
        let makes_session = !is_about_a_session(endpoint) || about.is_none();
        let begun = driver.machine.borrow().begin(driver.moment(), makes_session);
        async move {
            if endpoint == Endpoint::Logout && about.is_some() {
                driver.sign_out_without_telling(about.clone());
            }
            let outcome = call.await;
            if driver.is_server() {
                return outcome;
            }
            match &outcome {
                Outcome::Success(record, next) if endpoint.is_login_like() => {
                    let answer = SignIn::read(Some(record), *next);
                    if let Some(standing) = driver.standing_of(answer) {
                        driver.step(Input::Answered { begun, standing });
                    }
                }
                // Whether that is the end, a refresh finds out: the realm may only forbid what was asked.
                Outcome::Failed(failure)
                    if failure.facts.code == Error::AccessDenied.code() && about.is_some() =>
                {
                    driver.doubt(about.as_ref());
                }
                _ => {}
            }
            outcome
        }
    }
}

impl<P: Platform> Driver<P> {
    /// What a call lacks to be about the tracked session, and the tracked session if the call is about it.
    fn tracked_for(
        &self,
        endpoint: Endpoint,
        parameters: &impl Parameters,
    ) -> (Vec<(&'static str, Secret)>, Option<Secret>) {
        let machine = self.machine.borrow();
        let Some((session, account)) = machine.tracked().filter(|_| is_about_a_session(endpoint)) else {
            return (Vec::new(), None);
        };
        // What cannot be read cannot be sent, and is refused by the call itself.
        let Ok(given) = parameters.to_members() else { return (Vec::new(), None) };
        let given = |wanted| given.iter().find(|(name, _)| name == wanted).map(|(_, value)| value);
        match given("session") {
            None => {
                let mut additions = vec![("session", session.clone())];
                if let (Endpoint::GetSession, Some(account), None) = (endpoint, account, given("account")) {
                    additions.push(("account", account.into()));
                }
                (additions, Some(session.clone()))
            }
            Some(Value::Scalar(named)) if named.is(session) => (Vec::new(), Some(session.clone())),
            Some(_) => (Vec::new(), None),
        }
    }

    /// Asks the service whether the session is over, unless that is known by now.
    fn doubt(self: &Rc<Self>, session: Option<&Secret>) {
        let is_current = self.tracked_session().zip(session).is_some_and(|(mine, other)| mine.is(other));
        if is_current {
            let (sender, _) = oneshot();
            self.ask(Want::Refresh, DOUBT_MS, sender);
        }
    }

    /// What the answer to a refresh means.
    pub(super) fn standing(&self, outcome: Outcome<P::Record>) -> Result<Standing, Failure> {
        match outcome {
            Outcome::Success(record, next) => {
                let standing = self.standing_of(SignIn::read(Some(&record), next));
                standing.ok_or(Failure::new(Error::UnexpectedStatus))
            }
            Outcome::Done => Err(Failure::new(Error::EmptyReply)),
            Outcome::Refused(_, refusal) => Err(refusal.into()),
            Outcome::Failed(failure) => Err(failure),
        }
    }

    /// Where an answer says that the person stands; none where it says nothing about that.
    fn standing_of(&self, answer: SignIn) -> Option<Standing> {
        Some(match answer {
            SignIn::Done { session, account, token } => {
                let claims = self.claims(&token);
                Standing::SignedIn { session, account, token, claims }
            }
            SignIn::Verify { .. } => Standing::Verify,
            SignIn::Conditional { session, account, conditions, next } => {
                Standing::Conditional { session, account, conditions, next }
            }
            SignIn::Accepted => return None,
        })
    }
}

/// Whether a call says whose it is by a session id.
fn is_about_a_session(endpoint: Endpoint) -> bool {
    use Endpoint::{GetSession, Logout, UpdatePassword, UpdateProfile};
    matches!(endpoint, GetSession | Logout | UpdateProfile | UpdatePassword)
}

/// Parameters with members that they lack.
struct Completed<'a, A> {
    own: &'a A,
    additions: Vec<(&'static str, Secret)>,
}

impl<A: Parameters> Parameters for Completed<'_, A> {
    fn to_json(&self) -> Result<Secret, Error> {
        let own = self.own.to_json()?;
        Ok(if self.additions.is_empty() { own } else { json::extend(&own, &self.additions) })
    }

    fn to_members(&self) -> Result<Vec<(String, Value)>, Error> {
        let mut members = self.own.to_members()?;
        let additions = self.additions.iter();
        members.extend(additions.map(|(name, value)| ((*name).to_owned(), Value::Scalar(value.clone()))));
        Ok(members)
    }
}
