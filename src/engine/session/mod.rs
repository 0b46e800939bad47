//! The session of one tab: whose it is, its token, and when to ask for the next one. A sibling is another tab with the
//! same client.
//!
//! Every step first takes the event in. Then it looks at everything that is wanted or due. So it does not matter which
//! event came first, and a timer that fires late, early or never does no harm. The session keeps the ten rules of
//! `docs/internals/session-rules.md`.
//!
//! * `event`: what a session is told, and what it wants done.
//! * `current`: which session this tab has. `siblings`: what it shares with other tabs.
//! * `refresh`: asking the service for tokens. `waiters`: answering those who wait for one.
//! * `clock`: the time by the service's clock. [`backoff`]: when the service may be asked. [`token`]: how long a token is
//!   good for.
//! * [`snapshot`]: what others may see of a session. [`message`]: what is stored, and what tabs tell each other.

pub mod backoff;
mod clock;
mod current;
mod event;
pub mod message;
mod refresh;
mod siblings;
pub mod snapshot;
pub mod token;
mod waiters;

use super::lists::List;
use crate::{
    Error,
    protocol::{failure::Failure, response::Next, secret::Secret, text::Text, time::Moment},
};
use backoff::Backoff;
use clock::Clock;
use event::Commands;
pub use event::{Answer, CallContext, Command, Event, Granted, Settings, Ticket, Waiter, Want};
use refresh::Refresh;
pub use refresh::{LastRefresh, Why};
use snapshot::{SignOutReason, Snapshot};
use std::rc::Rc;
use token::{ReceivedToken, Token};
use waiters::Waiting;

/// A token may say that the person's address is not verified. When it is this old, in milliseconds, the service may be
/// asked again. It is not asked more often, because some realms never verify addresses.
const UNVERIFIED_MS: u64 = 60_000;

/// The session of one tab.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and every combination can be")]
pub struct Session {
    settings: Settings,
    random: u64,
    /// Counts the sign-outs of this tab. The answer to a call that began before one is not taken in.
    sign_outs: u32,
    /// Counts the times when this tab came to have another session, or none. The answer to a call about the one before is
    /// not taken in.
    generation: u32,
    /// Counts the sign-ins and sign-outs of all tabs. A link that was opened before one of them is not followed.
    switches: u32,
    /// Counts calls and links.
    calls: u32,
    /// The number of the latest call whose session was taken in.
    last_sign_in: u32,
    phase: Phase,
    token: Option<Token>,
    /// What this token said about the person, or an earlier one of the same session and account. Only if that is to be
    /// stored.
    kept_profile: Option<Text>,
    /// The age at which the token is to be replaced.
    replace_at_ms: u64,
    /// The last refresh brought no newer token, so the schedule stops.
    stalled: bool,
    refresh: Option<Refresh>,
    waiting: List<Waiting>,
    backoff: Backoff,
    clock: Clock,
    visible: bool,
    online: bool,
    /// Digests of sessions that are over: those that this tab had, and in `told_ended` those that siblings say are over.
    /// These are two lists, so that messages from siblings cannot push out what this tab knows itself.
    ended: List<u64>,
    told_ended: List<u64>,
    /// A token that a sibling sent, of a session that this tab does not have. It is taken over if the store names that
    /// session before the given time.
    pending_token: Option<(u64, ReceivedToken)>,
    /// Until when this tab, which has just opened, waits for a token from its siblings.
    siblings_until_ms: Option<u64>,
    /// Whether this tab announces to siblings that it has a token.
    is_announced: bool,
    tickets: u32,
    wake_at: Option<u64>,
    snapshot: Rc<Snapshot>,
    last: Option<LastRefresh>,
    disposed: bool,
}

#[derive(Clone, Debug)]
enum Phase {
    Loading,
    SignedOut(SignOutReason),
    Verify,
    Session(Tracked),
}

/// The session that this tab has.
#[derive(Clone, Debug)]
pub struct Tracked {
    /// Its id.
    pub session: Secret,
    /// The account that is selected.
    pub account: Option<Text>,
    pending: Option<Pending>,
}

/// Why there is no token yet, and what the person can do about it.
#[derive(Clone, Debug)]
struct Pending {
    conditions: Vec<Text>,
    next: Next,
}

impl Session {
    /// Creates a session of which nothing is known until [`Event::Restored`] comes.
    pub fn new(settings: Settings) -> Self {
        Self {
            random: settings.seed | 1,
            settings,
            sign_outs: 0,
            generation: 0,
            switches: 0,
            calls: 0,
            last_sign_in: 0,
            phase: Phase::Loading,
            token: None,
            kept_profile: None,
            replace_at_ms: 0,
            stalled: false,
            refresh: None,
            waiting: List::default(),
            backoff: Backoff::default(),
            clock: Clock::default(),
            visible: true,
            online: true,
            ended: List::default(),
            told_ended: List::default(),
            pending_token: None,
            siblings_until_ms: None,
            is_announced: false,
            tickets: 0,
            wake_at: None,
            snapshot: Rc::new(Snapshot::loading()),
            last: None,
            disposed: false,
        }
    }

    /// The context for a call that begins now. The call makes a session, or is about the tracked one.
    pub fn call_context(&mut self, now: Moment, makes_session: bool) -> CallContext {
        self.calls += 1;
        CallContext {
            at: now,
            number: self.calls,
            makes_session,
            is_link: false,
            sign_outs: self.sign_outs,
            generation: self.generation,
            switches: self.switches,
        }
    }

    /// The context for a link that is opened now. A link signs in as a call does.
    pub fn link_context(&mut self, now: Moment) -> CallContext {
        CallContext { is_link: true, ..self.call_context(now, true) }
    }

    /// The time by the service's clock, in epoch seconds, as far as it is known.
    pub fn service_time(&self, now: Moment) -> u64 {
        self.clock.time(now)
    }

    /// The session that this tab has, which calls are about.
    pub fn tracked(&self) -> Option<&Tracked> {
        if let Phase::Session(tracked) = &self.phase { Some(tracked) } else { None }
    }

    /// The id of the tracked session.
    pub fn tracked_id(&self) -> Option<Secret> {
        self.tracked().map(|tracked| tracked.session.clone())
    }

    /// Whether that is the tracked session.
    pub fn is_tracked(&self, session: &Secret) -> bool {
        self.tracked().is_some_and(|tracked| tracked.session.is(session))
    }

    /// Whether there is a session without conditions. It has a token, or will get one.
    pub fn expects_token(&self) -> bool {
        self.tracked().is_some_and(|tracked| tracked.pending.is_none())
    }

    /// Whether to ask the service again when the page becomes visible. The person may have cleared a condition, or
    /// verified an address, in a mail or on another page. This uses at most half of the requests of a minute, so that the
    /// person's own actions have the others.
    pub fn is_worth_another_look(&self, now: Moment) -> bool {
        let is_calm = self.backoff.recent(now) < backoff::MOST_PER_MINUTE / 2;
        is_calm
            && match (self.tracked(), &self.token) {
                (Some(Tracked { pending: Some(_), .. }), _) => true,
                (Some(_), Some(token)) => {
                    let is_verified = token.claims().is_none_or(|claims| claims.is_email_verified());
                    !is_verified && now.since(token.asked()) >= UNVERIFIED_MS
                }
                _ => false,
            }
    }

    /// The last refresh.
    pub fn last_refresh(&self) -> Option<&LastRefresh> {
        self.last.as_ref()
    }

    /// When the service may be asked.
    pub fn backoff(&self) -> &Backoff {
        &self.backoff
    }

    /// When the session wants to be woken.
    pub fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }

    /// How many seconds the service's clock is ahead of ours, if that is known.
    pub fn skew_seconds(&self) -> Option<i64> {
        self.token.as_ref().and_then(Token::skew_seconds)
    }

    /// The token, however long it is good for.
    pub fn token(&self) -> Option<Secret> {
        self.token.as_ref().map(|token| token.grant().token)
    }

    /// The user of the token, if it can be read.
    pub fn subject(&self) -> Option<&Text> {
        self.token.as_ref()?.claims().map(|claims| &claims.subject)
    }

    /// How long the token is still good for, in milliseconds. None if there is no token that can be read.
    pub fn token_remaining_ms(&self, now: Moment) -> Option<u64> {
        self.token.as_ref().filter(|token| token.claims().is_some()).map(|token| token.remaining_ms(now))
    }

    /// The refresh under way, if there is one: whether its request was sent. If not, it waits for the lock.
    pub fn is_refreshing(&self) -> Option<bool> {
        self.refresh.as_ref().map(|refresh| refresh.request.is_some())
    }

    /// How many callers wait.
    pub fn waiting(&self) -> usize {
        self.waiting.iter().map(|waiting| waiting.waiters.len()).sum()
    }

    /// Takes an event in. Gives the commands that follow from it.
    pub(super) fn step(&mut self, now: Moment, event: Event) -> List<Command> {
        let mut out = Commands::default();
        if self.disposed {
            match event {
                Event::Wanted { waiter, .. } => {
                    out.command(Command::Settle(vec![waiter], Err(Failure::new(Error::Disposed))));
                }
                Event::LockSettled(lock) => out.command(Command::Unlock(lock)),
                _ => {}
            }
            return out.0;
        }
        // A caller who joins the wait of others changes nothing else.
        if let Event::Wanted { waiter, want, coalesces: true, .. } = &event
            && self.joins(now, *waiter, want)
        {
            return out.0;
        }
        self.take_in(now, event, &mut out);
        if self.disposed {
            return out.0;
        }
        self.give_up_what_is_late(now, &mut out);
        // Siblings had their time to send a token, and the store had its time to name the session of one.
        self.siblings_until_ms.take_if(|until| *until <= now.mono_ms);
        self.pending_token.take_if(|(until, _)| *until <= now.mono_ms);
        self.advance(now, &mut out);
        self.plan_wake(now, &mut out);
        self.announce(now, &mut out);
        self.publish(now, &mut out);
        out.0
    }

    fn take_in(&mut self, now: Moment, event: Event, out: &mut Commands) {
        match event {
            Event::Restored(stored) => self.restored(now, stored, out),
            Event::StoreChanged(stored) => self.store_changed(now, stored, out),
            Event::Siblings(are_there) => self.siblings_found(are_there, out),
            Event::Message(message) => self.on_message(now, message, out),
            Event::Answered { context, sign_in } => {
                if !self.is_late(context) {
                    self.answered(now, context, sign_in, out);
                }
            }
            Event::SecondFactorDue => self.second_factor_is_due(),
            Event::Wanted { waiter, want, deadline_ms, coalesces } => {
                self.wanted(now, waiter, want, deadline_ms, coalesces);
            }
            Event::Cancelled(waiter) => self.cancelled(waiter, out),
            Event::LockSettled(lock) => self.lock_settled(now, lock, out),
            Event::Refreshed { ticket, answer } => self.refreshed(now, ticket, answer, out),
            Event::SignOut => self.sign_out_here(out),
            Event::Woke => {}
            Event::Visible(visible) => {
                self.visible = visible;
                // A page that was frozen, or kept for the back button, has missed messages and changes of the store.
                if visible && !matches!(self.phase, Phase::Loading) {
                    self.read_shared_store(out);
                }
            }
            Event::Online(online) => {
                if online && !self.online {
                    let random = self.random();
                    self.backoff.network_came(now, random);
                }
                self.online = online;
            }
            Event::Disposed(error) => self.dispose(error, out),
        }
    }

    /// Forgets all secrets. The snapshot stays, but without the profile: a host that still wants to show the profile has
    /// its own copy.
    fn dispose(&mut self, error: Error, out: &mut Commands) {
        self.drop_refresh(out);
        self.settle_all(Failure::new(error), out);
        self.wake_at = None;
        out.command(Command::WakeAt(None));
        if self.is_announced {
            out.command(Command::Announce(false));
        }
        self.disposed = true;
        self.phase = Phase::Loading;
        self.token = None;
        self.kept_profile = None;
        self.pending_token = None;
        self.ended.clear();
        self.told_ended.clear();
        self.snapshot = Rc::new(Snapshot { profile: None, ..Snapshot::clone(&self.snapshot) });
    }

    /// Plans the next wake-up. If the last one has passed, this is said again even for the same time, because the engine
    /// forgets a wake-up once it has come.
    fn plan_wake(&mut self, now: Moment, out: &mut Commands) {
        let mut wake_at: Option<u64> = None;
        let mut wake = |at: Option<u64>| {
            let earlier = at.filter(|at| wake_at.is_none_or(|other| *at < other));
            wake_at = earlier.or(wake_at);
        };
        for waiting in self.waiting.iter() {
            wake(Some(waiting.deadline_ms));
        }
        wake(self.refresh.as_ref().map(|refresh| refresh.give_up_ms));
        wake(self.siblings_until_ms);
        wake(self.pending_token.as_ref().map(|(until, _)| *until));
        wake(self.refresh_in_ms(now).map(|ms| now.mono_ms + ms.max(1)));
        let remaining_ms = self.token.as_ref().map_or(0, |token| token.remaining_ms(now));
        wake((remaining_ms > 0).then_some(now.mono_ms + remaining_ms));
        let has_passed = self.wake_at.is_some_and(|at| at <= now.mono_ms);
        if wake_at != self.wake_at || has_passed {
            self.wake_at = wake_at;
            out.command(Command::WakeAt(wake_at));
        }
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// Not for secrets: spreads tabs apart (xorshift64*, Vigna 2016).
    fn random(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}
