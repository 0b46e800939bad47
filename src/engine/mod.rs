//! The client of one realm, as one state machine. A host tells [`Engine::handle`] what happened, and gets back what to
//! do.
//!
//! There is no I/O, no clock, no future and no callback here: every wait is data. A host performs the [`Effect`]s and
//! reports their results. A report that nobody waits for any more changes nothing. So a host may report late, or twice.
//!
//! * [`session`]: which session there is, and when to refresh its token.
//! * `calls`: the app's calls. `exchanges`: the requests that are under way.
//! * `authorize`: the app's own requests, with a token. `adopt`: sessions from redirects. `hosted`: visits to the realm's
//!   pages.
//! * `keys`: the realm's keys, and the tokens that they verify. `challenge`: the second factor that is due.
//! * `store`: the entry of the store. `locks`: the lock that lets one tab at a time refresh.
//! * `life`: the beginning and end of an engine, and events of the page. `deadlines`: everything that has a time.

mod adopt;
mod authorize;
mod calls;
mod challenge;
mod deadlines;
mod effect;
mod exchanges;
pub mod explain;
mod hosted;
mod input;
mod keys;
mod life;
mod lists;
mod locks;
pub mod session;
mod store;

use crate::{
    Error,
    protocol::{failure::Failure, secret::Secret, time::Moment},
};
use adopt::{Adoption, Postponed};
use authorize::Authorization;
use calls::Deferred;
use challenge::Challenge;
use deadlines::{Deadlines, Due};
pub use effect::{Answer, Effect, SignedToken};
use exchanges::Exchange;
use hosted::Departure;
pub use input::{
    AuthorizedFetch, CallOptions, Id, Input, OWN_IDS, Platform, Setup, Signature, StorageScope, StoreFault,
    TokenPolicy,
};
use keys::Keys;
use lists::List;
use locks::RefreshLock;
use session::{Command, Event, Session, Want};
use store::Store;

/// How long a token must still be valid if the caller does not say: long enough for a request to arrive.
pub const MIN_VALIDITY_SECONDS: u32 = 5;

/// A caller waits for a token this much longer than for a call, because another tab may be the one that refreshes.
const EXTRA_TIMEOUT_MS: u64 = 5_000;

/// How long a refresh may take if no caller waits for it.
const UNATTENDED_TIMEOUT_MS: u64 = 30_000;

/// A client of one realm.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Engine {
    setup: Setup,
    session: Session,
    /// Counts the changes of the realm. What was begun for one realm must not affect the next.
    generation: u32,
    ids: Id,
    now: Moment,
    out: Vec<Effect>,
    deadlines: Deadlines,

    /// Events that the session has not taken in yet. They are few, so taking out the first one is cheap enough.
    events: List<Event>,
    is_stepping: bool,
    /// Work that continues when the session has taken in all events.
    resumed: List<Resumed>,
    /// The store has not been read yet.
    is_restoring: bool,
    is_attached: bool,
    is_disposed: bool,
    is_visible: bool,
    is_online: bool,
    is_channel_open: bool,

    exchanges: List<Exchange>,
    deferred: List<Deferred>,
    departures: List<Departure>,
    adoptions: List<Adoption>,
    authorizations: List<Authorization>,
    /// The caller of the sign-out that is being handled. The request that tells the service of it also answers this
    /// caller.
    sign_out_caller: Option<Id>,
    /// A session that a `logout` of the app is about to end at the service, so that the engine need not do it too.
    pending_logout: Option<Secret>,
    /// The stores. The last one is that of this realm. Those before it belong to earlier realms and still have tasks.
    stores: List<Store>,
    locks: List<RefreshLock>,
    keys: Keys,
    /// The token that was verified last.
    last_verified: Option<Secret>,
    /// The digest of a token that the app's own service refused, although a refresh gave nothing better. So another
    /// refusal of it causes no refresh.
    refused: Option<u64>,
    /// A token from a link, of another user than the one who is signed in. It waits until the person decides. The context
    /// is that of its arrival.
    pending_switch: Option<Box<Postponed>>,
    /// A token from a link that could not be verified yet, with the context of its arrival.
    unverified: Option<Box<Postponed>>,
    /// The second factor that is due.
    challenge: Option<Challenge>,
    /// The read that looks for a second factor from before the reload.
    recalling: Option<Id>,
    /// The search for other tabs that is under way.
    looking: Option<Id>,
}

/// Work that continues when the session has taken in all events: a step must not begin inside another step.
#[derive(Debug)]
enum Resumed {
    /// The wait for the store is over.
    Restored,
    /// A waiter of the engine's own has its answer.
    Answered(Id, session::Answer),
    /// The token of a redirect has its verdict.
    Adoption(Id, Result<(), Failure>),
}

impl Engine {
    /// Creates an engine. Also gives its first effects.
    #[inline(never)]
    pub fn new(now: Moment, setup: Setup) -> (Self, Vec<Effect>) {
        let mut engine = Self {
            session: Session::new(life::settings(&setup, 0)),
            stores: List::default(),
            setup,
            generation: 0,
            ids: OWN_IDS,
            now,
            out: Vec::new(),
            deadlines: Deadlines::default(),
            events: List::default(),
            is_stepping: false,
            resumed: List::default(),
            is_restoring: false,
            is_attached: false,
            is_disposed: false,
            is_visible: true,
            is_online: true,
            is_channel_open: false,
            exchanges: List::default(),
            deferred: List::default(),
            departures: List::default(),
            adoptions: List::default(),
            authorizations: List::default(),
            sign_out_caller: None,
            pending_logout: None,
            locks: List::default(),
            keys: Keys::default(),
            last_verified: None,
            refused: None,
            pending_switch: None,
            unverified: None,
            challenge: None,
            recalling: None,
            looking: None,
        };
        engine.stores.add(store::of(&engine.setup));
        engine.start();
        let effects = engine.finish();
        (engine, effects)
    }

    /// Takes an input in. Gives the effects, in the order in which to perform them.
    pub fn handle(&mut self, now: Moment, input: Input) -> Vec<Effect> {
        self.now = now;
        self.take_in(input);
        self.finish()
    }

    /// The session as it is.
    pub fn session(&self) -> &Session {
        &self.session
    }

    fn take_in(&mut self, input: Input) {
        match input {
            Input::Call { id, endpoint, params, options } => self.call(id, endpoint, params, options),
            Input::Want { id, want, options } => self.want(id, want, &options),
            Input::Authorize { id, request } => self.authorize(id, &request),
            Input::SignOut { id } => self.sign_out(id),
            Input::Adopt { id, url, is_location, switch_user, leeway } => {
                self.adopt(id, url.as_ref(), is_location, switch_user, leeway);
            }
            Input::VerifyToken { id, token, rules } => self.verify_token(id, token, rules),
            Input::DecodeToken { id, token } => self.decode_token(id, &token),
            Input::HostedUrl { id, visit } => self.hosted_url(id, &visit),
            Input::OpenHosted { id, visit } => self.open_hosted(id, visit),
            Input::Snapshot { id } => {
                let snapshot = self.session.shared_snapshot();
                self.settle(id, Answer::Snapshot { snapshot });
            }
            Input::Explain { id } => {
                let explanation = Box::new(self.explain());
                self.settle(id, Answer::Explanation { explanation });
            }
            Input::Misuse { id, error } => self.fail(id, error),
            Input::Cancel { id } => self.cancel(id),
            Input::Attach => self.attach(),
            Input::Url { id } => match &self.setup.config.url {
                Some(url) => {
                    let url = url.as_str().into();
                    self.settle(id, Answer::Url { url });
                }
                None => self.fail(id, Error::MissingUrl),
            },
            Input::SetUrl { id, url } => {
                self.set_url(url);
                self.settle(id, Answer::Done);
            }
            Input::Locale { id } => {
                let locale = self.setup.config.locale.as_ref().map(|locale| locale.as_str().into());
                self.settle(id, Answer::Locale { locale });
            }
            Input::SetLocale { id, locale } => {
                self.setup.config.locale = locale;
                self.settle(id, Answer::Done);
            }
            Input::Dispose => self.dispose(),

            Input::Replied { id, reply } => self.replied(id, &reply),
            Input::Unanswered { id, is_misuse } => self.unanswered(id, is_misuse),
            Input::Stored { id, result }
                if self.recalling.take_if(|recalling| *recalling == id).is_some() =>
            {
                self.recalled_challenge(result.ok().flatten().as_ref());
            }
            Input::Stored { id, result } => self.stored(id, result),
            Input::LockSettled { id, is_granted } => self.lock_settled(id, is_granted),
            Input::SiblingsFound { id, are_there } => {
                if self.looking.take_if(|looking| *looking == id).is_some() {
                    self.step(Event::Siblings(are_there));
                }
            }
            Input::Verified { id, signature } => self.verified(id, signature),
            Input::Authorized { id, status } => self.authorized(id, status),

            Input::Message { text } => self.on_message(&text),
            Input::ChannelClosed => self.is_channel_open = false,
            Input::StorageChanged { key } => self.storage_changed(key.as_deref()),
            Input::Visible { is_visible } => {
                self.is_visible = is_visible;
                self.happened(Event::Visible(is_visible));
                if is_visible {
                    self.look_again();
                }
            }
            Input::Online { is_online } => {
                self.is_online = is_online;
                self.happened(Event::Online(is_online));
            }
            // After sleep the wall clock is ahead of the monotonic one. Deadlines know only the latter, so the session
            // checks.
            Input::Woke => self.happened(Event::Woke),
        }
    }

    /// Continues all work that can continue now. Gives the effects.
    fn finish(&mut self) -> Vec<Effect> {
        loop {
            if let Some(resumed) = self.resumed.take_first() {
                match *resumed {
                    Resumed::Restored => self.resume_restored(),
                    Resumed::Answered(id, answer) => self.resume_answered(id, answer),
                    Resumed::Adoption(id, verdict) => self.resume_adoption(id, verdict),
                }
            } else if let Some(due) = self.deadlines.take_due(self.now.mono_ms) {
                self.is_due(due);
            } else if !self.end_a_judgement_of_the_past() {
                break;
            }
        }
        self.forget_old_tokens();
        self.forget_old_challenge();
        if let Some(effect) = self.deadlines.wake_at(self.now.mono_ms) {
            self.emit(effect);
        }
        std::mem::take(&mut self.out)
    }

    /// Forgets what is known of a token that the session does not have any more. Also forgets a postponed token after a
    /// sign-in or sign-out, because it must not outlive one.
    fn forget_old_tokens(&mut self) {
        let session = &self.session;
        let is_late = |token: &mut Box<Postponed>| session.is_late(token.context);
        self.pending_switch.take_if(is_late);
        self.unverified.take_if(is_late);
        let token = self.session.token();
        self.last_verified.take_if(|known| !token.as_ref().is_some_and(|token| token.is(known)));
        self.refused.take_if(|known| token.as_ref().map(Secret::digest) != Some(*known));
    }

    fn is_due(&mut self, due: Due) {
        match due {
            Due::Request(id) => self.request_is_late(id),
            Due::Store(id) => self.store_is_slow(id),
            Due::Lock(id) => self.lock_is_late(id),
            Due::Unlock(id) => self.emit(Effect::Unlock { id }),
            Due::Read => self.store(store::Task::Read),
            Due::Judgement(id) => self.judgement_is_late(id),
            Due::Session => self.step(Event::Woke),
        }
    }

    // ------------------------------------------------------------------------------------------ the session

    /// Lets the session take an event in, and performs its commands. An event that a command causes comes after all
    /// commands of this step.
    fn step(&mut self, event: Event) {
        self.events.add(event);
        if std::mem::replace(&mut self.is_stepping, true) {
            return;
        }
        while let Some(event) = self.events.take_first() {
            let mut commands = self.session.step(self.now, *event);
            while let Some(command) = commands.take_first() {
                self.perform(*command);
            }
        }
        self.is_stepping = false;
    }

    fn perform(&mut self, command: Command) {
        match command {
            Command::Lock(ticket) => self.lock(ticket),
            Command::Unlock(ticket) => self.unlock(ticket),
            Command::Send { ticket, session, account } => self.refresh(ticket, &session, account.as_ref()),
            Command::Abort(ticket) => self.abort_refresh(ticket),
            Command::EndSession(session) => self.end_session(&session),
            Command::Persist(stored) => self.store(store::Task::Write(stored)),
            Command::PersistIfAbsent(stored) => self.store(store::Task::WriteIfAbsent(stored)),
            Command::PersistOver { session, stored } => self.store(store::Task::WriteOver(session, stored)),
            Command::ReadStore => self.store(store::Task::Read),
            Command::FindSiblings => self.find_siblings(),
            Command::Announce(is_there) => {
                let name = self.shared_name().filter(|_| is_there);
                self.emit(Effect::Announce { name });
            }
            Command::Broadcast(message) => self.broadcast(&message),
            Command::WakeAt(at_ms) => self.set_session_deadline(at_ms),
            Command::Settle(waiters, answer) => self.give_out(waiters, answer),
            Command::Notify => self.emit(Effect::Notify),
        }
    }

    // ------------------------------------------------------------------------------------------ waiting and answering

    fn next_id(&mut self) -> Id {
        self.ids = self.ids.wrapping_add(1).max(OWN_IDS);
        self.ids
    }

    fn emit(&mut self, effect: Effect) {
        self.out.push(effect);
    }

    fn settle(&mut self, id: Id, answer: Answer) {
        self.emit(Effect::Settle { ids: vec![id], answer });
    }

    fn fail(&mut self, id: Id, failure: impl Into<Failure>) {
        self.settle(id, Answer::Failed { failure: failure.into() });
    }

    /// Asks the session for a token. The waiter may be the app's or the engine's own.
    fn wait_for(&mut self, waiter: Id, want: Want, timeout_ms: Option<u64>) {
        let default_ms = u64::from(self.setup.config.timeout.as_ms()) + EXTRA_TIMEOUT_MS;
        let deadline_ms = self.now.mono_ms + timeout_ms.unwrap_or(default_ms);
        self.step(Event::Wanted { waiter, want, deadline_ms, coalesces: timeout_ms.is_none() });
    }
}
