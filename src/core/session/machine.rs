//! The state of one tab and the step that everything goes through.
//!
//! Every step first takes the input in, then looks at what is wanted and due as a whole. So it does not matter which
//! event came first, and a timer that fires late, early or never does no harm.
//!
//! `standing` decides whose session this tab has, `refresh` asks the service for tokens, `callers` answers who
//! waits for one, `view` says what is to be seen of it.

mod callers;
mod refresh;
mod standing;
mod view;

use super::{
    Begun, Effect, Input, Moment, SignOutReason, Snapshot, Ticket, Waiter, Want,
    pace::Pace,
    token::{Arrival, Token},
};
use crate::{
    Error,
    core::{
        response::{Failure, Next},
        secret::Secret,
    },
};
use std::cell::Cell;

/// What a machine is set up with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether siblings share one store, and so one session.
    pub shared: bool,
    /// How long a refresh may take from asking for the lock to its answer, in milliseconds.
    pub refresh_cap_ms: u64,
    /// Start of the random numbers; another one in every tab.
    pub seed: u64,
}

/// The session of one tab.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and every combination can be")]
pub struct Machine {
    settings: Settings,
    random: u64,
    /// Sign-outs of this tab: the answer to a call that began before one is not taken in.
    sign_outs: u64,
    /// How often this tab came to have another session, or none: likewise for calls about the one before.
    moves: u64,
    /// Counts the login-like calls that begin; looking at a machine does not change it otherwise.
    calls: Cell<u64>,
    /// The latest call of those whose session was taken in.
    last_sign_in: u64,
    phase: Phase,
    token: Option<Token>,
    /// At which age the token is to be replaced.
    replace_at_ms: u64,
    /// The last refresh brought nothing newer: the schedule stops.
    stalled: bool,
    flight: Option<Flight>,
    waiting: Vec<Waiting>,
    pace: Pace,
    visible: bool,
    online: bool,
    ended: Vec<Secret>,
    /// A token that a sibling told of, for when the store says that its session is the one.
    offer: Option<Arrival>,
    tickets: u64,
    wake_at: Option<u64>,
    snapshot: Snapshot,
    last: Option<LastRefresh>,
    disposed: bool,
}

#[derive(Clone, Debug)]
enum Phase {
    Loading,
    SignedOut(SignOutReason),
    Verify,
    Session { session: Secret, account: Option<String>, pending: Option<Pending> },
}

/// What stands in the way of a token.
#[derive(Clone, Debug)]
struct Pending {
    conditions: Vec<String>,
    next: Next,
}

/// A refresh under way.
#[derive(Debug)]
struct Flight {
    lock: Ticket,
    /// The request and when it was sent, once it is.
    request: Option<(Ticket, Moment)>,
    /// What was asked for: the account, and whether that is a switch.
    account: Option<String>,
    is_switch: bool,
    /// A refused account was left out.
    is_second_try: bool,
    give_up_ms: u64,
    why: Why,
}

#[derive(Debug)]
struct Waiting {
    waiter: Waiter,
    want: Want,
    deadline_ms: u64,
}

/// Why a refresh was made, for `explain()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A stored session has no token yet.
    Restored,
    /// The token is old enough.
    Due,
    /// A caller needs a token.
    Wanted,
    /// A caller asked for a new one.
    Asked,
    /// A caller switches the account.
    Switch,
}

impl Why {
    /// For `explain()`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Due => "due",
            Self::Wanted => "wanted",
            Self::Asked => "asked",
            Self::Switch => "switch",
        }
    }
}

/// The last refresh, for `explain()`.
#[derive(Clone, Debug)]
pub struct LastRefresh {
    /// Why it was made.
    pub why: Why,
    /// When it ended.
    pub at: Moment,
    /// `okay`, or the code of its failure.
    pub code: &'static str,
}

impl Machine {
    /// A machine that knows nothing yet: the first input is what the store held.
    pub fn new(settings: Settings) -> Self {
        Self {
            random: settings.seed | 1,
            settings,
            sign_outs: 0,
            moves: 0,
            calls: Cell::new(0),
            last_sign_in: 0,
            phase: Phase::Loading,
            token: None,
            replace_at_ms: 0,
            stalled: false,
            flight: None,
            waiting: Vec::new(),
            pace: Pace::default(),
            visible: true,
            online: true,
            ended: Vec::new(),
            offer: None,
            tickets: 0,
            wake_at: None,
            snapshot: Snapshot::loading(),
            last: None,
            disposed: false,
        }
    }

    /// How the session stands.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Notes for its answer when a login-like call begins, and whether it makes a session or asks about one.
    pub fn begin(&self, now: Moment, makes_session: bool) -> Begun {
        self.calls.set(self.calls.get() + 1);
        Begun {
            at: now,
            number: self.calls.get(),
            makes_session,
            sign_outs: self.sign_outs,
            moves: self.moves,
        }
    }

    /// The session id and account, for calls that use the tracked session.
    pub fn tracked(&self) -> Option<(&Secret, Option<&str>)> {
        match &self.phase {
            Phase::Session { session, account, .. } => Some((session, account.as_deref())),
            _ => None,
        }
    }

    /// The last refresh.
    pub fn last_refresh(&self) -> Option<&LastRefresh> {
        self.last.as_ref()
    }

    /// The pace.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// When the machine wants to be woken.
    pub fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }

    /// The service's clock ahead of ours, in seconds, where it is known.
    pub fn skew_seconds(&self) -> Option<i64> {
        self.token.as_ref().and_then(Token::skew_seconds)
    }

    /// The token, however long it is good for.
    pub fn token(&self) -> Option<Secret> {
        self.token.as_ref().map(|token| token.grant().token)
    }

    /// How long the token is still good for, in milliseconds, where there is one that can be read.
    pub fn token_remaining_ms(&self, now: Moment) -> Option<u64> {
        self.token.as_ref().filter(|token| token.claims().is_some()).map(|token| token.remaining_ms(now))
    }

    /// Whether a refresh is under way; if so, whether it was sent, and does not wait for the lock any more.
    pub fn is_refreshing(&self) -> Option<bool> {
        self.flight.as_ref().map(|flight| flight.request.is_some())
    }

    /// Takes an input in, and says what to do about it.
    pub fn step(&mut self, now: Moment, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.disposed {
            match input {
                Input::Wanted { waiter, .. } => {
                    out.push(Effect::Settle(waiter, Err(Failure::new(Error::Disposed))));
                }
                Input::LockSettled(lock) => out.push(Effect::Unlock(lock)),
                _ => {}
            }
            return out;
        }
        self.take_in(now, input, &mut out);
        if self.disposed {
            return out;
        }
        self.give_up_what_is_late(now, &mut out);
        self.pursue(now, &mut out);
        self.plan_wake(now, &mut out);
        self.publish(now, &mut out);
        out
    }

    fn take_in(&mut self, now: Moment, input: Input, out: &mut Vec<Effect>) {
        match input {
            Input::Restored(stored) => self.restored(stored, out),
            Input::StoreChanged(stored) => self.store_changed(now, stored, out),
            Input::Heard(message) => self.heard(now, message, out),
            Input::Answered { begun, standing } => {
                if !self.is_late(begun) {
                    self.answered(now, begun, standing, out);
                }
            }
            Input::Wanted { waiter, want, deadline_ms } => {
                self.waiting.push(Waiting { waiter, want, deadline_ms });
            }
            Input::LockSettled(lock) => self.lock_settled(now, lock, out),
            Input::Refreshed { ticket, answer } => self.refreshed(now, ticket, answer, out),
            Input::SignOut => self.sign_out_here(out),
            Input::Woke => {}
            Input::Visible(visible) => {
                self.visible = visible;
                // Frozen in the background or kept for the back button, a page misses what is stored and told meanwhile.
                if visible && !matches!(self.phase, Phase::Loading) {
                    self.read_shared_store(out);
                }
            }
            Input::Online(online) => {
                if online && !self.online {
                    let random = self.random();
                    self.pace.network_came(now, random);
                }
                self.online = online;
            }
            Input::Disposed => {
                self.drop_flight(out);
                self.settle_all(&Failure::new(Error::Disposed), out);
                self.wake_at = None;
                out.push(Effect::WakeAt(None));
                self.disposed = true;
                // The snapshot stays as it was; what is secret goes.
                self.phase = Phase::Loading;
                self.token = None;
                self.offer = None;
                self.ended.clear();
            }
        }
    }

    /// The driver forgets a wake-up once it has come, so that one at the same time is told again.
    fn plan_wake(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let deadlines = self.waiting.iter().map(|waiting| waiting.deadline_ms);
        let give_up = self.flight.as_ref().map(|flight| flight.give_up_ms);
        let expiry = self.token.as_ref().map(|token| token.remaining_ms(now)).filter(|ms| *ms > 0);
        let wake_at = deadlines
            .chain(give_up)
            .chain(self.refresh_in_ms(now).map(|ms| now.mono_ms + ms.max(1)))
            .chain(expiry.map(|ms| now.mono_ms + ms))
            .min();
        let has_passed = self.wake_at.is_some_and(|at| at <= now.mono_ms);
        if wake_at != self.wake_at || has_passed {
            self.wake_at = wake_at;
            out.push(Effect::WakeAt(wake_at));
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
