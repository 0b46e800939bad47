//! The app's own calls: they use the session where they name none, and what they bring feeds it.

use super::{Session, driver::Driver};
use crate::{
    Error,
    client::{CallOptions, Work, oneshot::oneshot, ports::Platform, race::race},
    core::{
        json,
        members::Member,
        model::{self, Answer, Call, CallError, SignIn},
        query::Pair,
        request::{Endpoint, Parameters},
        response::{Failure, Outcome},
        secret::Secret,
        session::{Begun, Input, Standing, Want},
    },
};
use std::{future::pending, rc::Rc};

/// How long a refresh may take for which nobody waits.
const NOBODYS_PATIENCE_MS: u32 = 30_000;

impl<P: Platform> Session<P> {
    /// Makes a typed call that feeds the session; see [`Client::send`](crate::client::Client::send).
    pub fn send<C: Call>(&self, call: &C) -> impl Future<Output = Result<C::Answer, CallError>> + use<P, C> {
        let outcome = self.call(C::ENDPOINT, call, &CallOptions::default(), pending());
        async { model::typed::<C>(outcome.await) }
    }

    /// Makes a call that feeds the session; see [`Client::call`](crate::client::Client::call).
    ///
    /// Without a member `session`, `getSession`, `logout`, `updateProfile` and `updatePassword` are about this session,
    /// and the first and third about its account unless they name one.
    pub fn call<A: Parameters, C: Future<Output = ()> + 'static>(
        &self,
        endpoint: Endpoint,
        parameters: &A,
        options: &CallOptions,
        cancelled: C,
    ) -> impl Future<Output = Outcome<P::Record>> + use<P, A, C> {
        let driver = Rc::clone(&self.0);
        let ended = driver.begin_call();
        let cancelled: Work<()> = Box::pin(async {
            race(cancelled, ended).await;
        });
        // Whose session it is the store is about to say; what the app gave is read before that.
        let era = driver.era.get();
        let plan = if driver.is_restoring() && is_about_a_session(endpoint) {
            let parameters = Read::new(parameters);
            if parameters.names_session() {
                Ok(driver.plan(endpoint, &parameters, options, cancelled))
            } else {
                Err((parameters, options.clone(), cancelled))
            }
        } else {
            Ok(driver.plan(endpoint, parameters, options, cancelled))
        };
        async move {
            if driver.is_disposed.get() {
                return Error::Disposed.into();
            }
            let Plan { call, about, begun } = match plan {
                Ok(plan) => plan,
                // Signed out before it was known of what: the machine says good-bye when it is.
                Err(_) if endpoint == Endpoint::Logout => {
                    driver.sign_out_without_telling(None);
                    return Outcome::Done;
                }
                Err((parameters, options, cancelled)) => {
                    driver.restored().await;
                    if driver.is_disposed.get() {
                        return Error::Disposed.into();
                    }
                    // What was meant for one realm goes to no other.
                    if driver.era.get() != era {
                        return Error::Aborted.into();
                    }
                    driver.plan(endpoint, &parameters, &options, cancelled)
                }
            };
            let is_current = |driver: &Driver<P>| !driver.is_server() && driver.era.get() == era;
            let ends_here = endpoint == Endpoint::Logout && about.is_some() && is_current(&driver);
            if ends_here {
                driver.sign_out_without_telling(about.clone());
            }
            let outcome = call.await;
            if driver.is_disposed.get() && outcome.is_aborted() {
                return Error::Disposed.into();
            }
            if !is_current(&driver) {
                return outcome;
            }
            match &outcome {
                // Signed out here it is all the same, and the service should know.
                outcome if ends_here && outcome.is_aborted() => {
                    if let Some(session) = about {
                        let told = driver.end_session(session);
                        driver.platform().spawn(async {
                            told.await;
                        });
                    }
                }
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

/// A call that is ready to go.
struct Plan<B> {
    call: Work<Outcome<B>>,
    /// The tracked session, if the call is about it.
    about: Option<Secret>,
    begun: Begun,
}

impl<P: Platform> Driver<P> {
    fn plan(
        &self,
        endpoint: Endpoint,
        parameters: &dyn Parameters,
        options: &CallOptions,
        cancelled: Work<()>,
    ) -> Plan<P::Record> {
        let (additions, about) = self.tracked_for(endpoint, parameters);
        let parameters = Completed { own: parameters, additions };
        let prepared = self.client.prepare(endpoint, &parameters, options);
        // Whatever asks about another session than the one there is brings that other one.
        let makes_session = !is_about_a_session(endpoint) || about.is_none();
        let now = self.moment();
        let begun = self.machine.borrow().begin(now, makes_session);
        Plan { call: Box::pin(self.client.deliver(prepared, cancelled)), about, begun }
    }

    /// What a call lacks to be about the tracked session, and the tracked session if the call is about it.
    fn tracked_for(
        &self,
        endpoint: Endpoint,
        parameters: &dyn Parameters,
    ) -> (Vec<(&'static str, Secret)>, Option<Secret>) {
        // Cloned: reading the parameters may run the app's own code, which may call anything.
        let tracked =
            |(session, account): (&Secret, Option<&str>)| (session.clone(), account.map(str::to_owned));
        let tracked = self.machine.borrow().tracked().map(tracked);
        let Some((session, account)) = tracked.filter(|_| is_about_a_session(endpoint)) else {
            return (Vec::new(), None);
        };
        // What cannot be read cannot be sent, and is refused by the call itself.
        let Ok(given) = parameters.to_pairs() else { return (Vec::new(), None) };
        match find(&given, "session") {
            None => {
                let mut additions = vec![("session", session.clone())];
                // The service does not remember the last one (contract §2.3), and would ask for it again.
                let takes_account = matches!(endpoint, Endpoint::GetSession | Endpoint::UpdateProfile);
                if let (true, Some(account), None) = (takes_account, account, find(&given, "account")) {
                    additions.push(("account", account.into()));
                }
                (additions, Some(session))
            }
            Some((_, Some(named))) if named.is(&session) => (Vec::new(), Some(session)),
            Some(_) => (Vec::new(), None),
        }
    }

    /// Asks the service whether the session is over, unless that is known by now.
    fn doubt(self: &Rc<Self>, session: Option<&Secret>) {
        let is_current = self.tracked_session().zip(session).is_some_and(|(mine, other)| mine.is(other));
        if is_current {
            self.ask_for_nobody(Want::Refresh);
        }
    }

    /// Asks for whoever comes next.
    pub(super) fn ask_for_nobody(self: &Rc<Self>, want: Want) {
        let (sender, _) = oneshot();
        self.ask(want, NOBODYS_PATIENCE_MS, sender);
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

/// The parameter of that name, or the first of a list under it.
fn find<'a>(pairs: &'a [Pair], wanted: &str) -> Option<&'a Pair> {
    let is_it = |rest: &str| rest.is_empty() || rest.bytes().next() == Some(b'[');
    pairs.iter().find(|(name, _)| name.strip_prefix(wanted).is_some_and(is_it))
}

/// Parameters as they were.
struct Read {
    json: Result<Secret, Error>,
    pairs: Result<Vec<Pair>, Error>,
}

impl Read {
    fn new(parameters: &impl Parameters) -> Self {
        Self { json: parameters.to_json(), pairs: parameters.to_pairs() }
    }

    fn names_session(&self) -> bool {
        self.pairs.as_ref().is_ok_and(|pairs| find(pairs, "session").is_some())
    }
}

impl Parameters for Read {
    fn to_json(&self) -> Result<Secret, Error> {
        self.json.clone()
    }

    fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
        self.pairs.clone()
    }
}

/// Parameters with members that they lack.
struct Completed<'a> {
    own: &'a dyn Parameters,
    additions: Vec<(&'static str, Secret)>,
}

impl Parameters for Completed<'_> {
    fn to_json(&self) -> Result<Secret, Error> {
        let own = self.own.to_json()?;
        let additions = self.additions.iter().map(|(name, value)| (*name, Member::Text(value.expose())));
        Ok(if self.additions.is_empty() { own } else { json::extend(&own, &additions.collect::<Vec<_>>()) })
    }

    fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
        let mut pairs = self.own.to_pairs()?;
        let additions = self.additions.iter();
        pairs.extend(additions.map(|(name, value)| ((*name).to_owned(), Some(value.clone()))));
        Ok(pairs)
    }
}
