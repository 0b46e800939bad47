//! One tab for examples: its machine, a clock to turn, and a note of everything it wanted done.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test"
)]

use loginrocket_wasm::{
    Error,
    core::{
        response::Failure,
        secret::Secret,
        session::{
            Claims, Effect, Freshness, Input, Machine, Message, Moment, Settings, Standing, State, Stored,
            Ticket, Waiter, Want, claims::User,
        },
    },
};
use std::collections::BTreeMap;

/// Of every token, in seconds.
pub const LIFETIME: u64 = 600;

pub struct Tab {
    pub machine: Machine,
    pub now: Moment,
    /// The service's clock ahead of the tab's, in seconds.
    pub skew: i64,
    pub grants_locks: bool,
    pub stored: Option<Stored>,
    pub broadcast: Vec<Message>,
    pub ended: Vec<String>,
    pub aborted: usize,
    pub notified: usize,
    /// How often the store was read.
    pub reads: usize,
    sent: Vec<(Ticket, Option<String>)>,
    answered: usize,
    told: BTreeMap<u64, &'static str>,
    callers: u64,
    wake_at: Option<u64>,
}

impl Tab {
    pub fn new() -> Self {
        Self::with(true)
    }

    /// A tab whose store no other one sees.
    pub fn alone() -> Self {
        Self::with(false)
    }

    fn with(shared: bool) -> Self {
        let settings = Settings { shared, refresh_cap_ms: 30_000, seed: 1843 };
        Self {
            machine: Machine::new(settings),
            now: Moment { mono_ms: 5_000, wall: 1_767_225_600 },
            skew: 0,
            grants_locks: true,
            stored: None,
            broadcast: Vec::new(),
            ended: Vec::new(),
            aborted: 0,
            notified: 0,
            reads: 0,
            sent: Vec::new(),
            answered: 0,
            told: BTreeMap::new(),
            callers: 0,
            wake_at: None,
        }
    }

    pub fn signed_in(session: &str) -> Self {
        let mut tab = Self::new();
        tab.step(Input::Restored(None));
        tab.sign_in(session);
        tab
    }

    pub fn sign_in(&mut self, session: &str) {
        let begun = self.machine.begin(self.now, true);
        self.step(Input::Answered { begun, standing: signed_in(session, self.service_time()) });
    }

    pub fn hide(&mut self) {
        self.step(Input::Visible(false));
    }

    pub fn service_time(&self) -> u64 {
        self.now.wall.saturating_add_signed(self.skew)
    }

    /// Lets time pass, and wakes the machine when it wants to be woken.
    pub fn wait_ms(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            assert!(at > self.now.mono_ms, "a tab wakes itself at once");
            self.turn_to(at);
            self.wake_at = None;
            self.step(Input::Woke);
        }
        self.turn_to(end);
    }

    /// The wall clock follows in whole seconds.
    fn turn_to(&mut self, mono_ms: u64) {
        self.now.wall += mono_ms / 1000 - self.now.mono_ms / 1000;
        self.now.mono_ms = mono_ms;
    }

    pub fn ask_for_tokens(&mut self, count: usize) -> Vec<u64> {
        (0..count).map(|_| self.ask_for_token(0)).collect()
    }

    pub fn ask_for_token(&mut self, min_validity_seconds: u32) -> u64 {
        self.want(Want::Token { min_validity_seconds })
    }

    pub fn want(&mut self, want: Want) -> u64 {
        self.callers += 1;
        let (waiter, deadline_ms) = (Waiter(self.callers), self.now.mono_ms + 15_000);
        self.step(Input::Wanted { waiter, want, deadline_ms });
        self.callers
    }

    /// `okay`, or the code of a failure; none as long as the caller waits.
    pub fn told(&self, caller: u64) -> Option<&'static str> {
        self.told.get(&caller).copied()
    }

    pub fn requests(&self) -> usize {
        self.sent.len()
    }

    pub fn is_asked(&self) -> bool {
        self.answered < self.sent.len()
    }

    /// Answers the last request.
    pub fn answer(&mut self, answer: Result<Standing, Failure>) {
        let ticket = self.sent.last().unwrap().0;
        self.answered = self.sent.len();
        self.step(Input::Refreshed { ticket, answer });
    }

    pub fn asked_account(&self) -> Option<String> {
        self.sent.last().unwrap().1.clone()
    }

    pub fn account(&self) -> Option<String> {
        self.machine.tracked().and_then(|(_, account)| account).map(str::to_owned)
    }

    pub fn session(&self) -> Option<String> {
        self.machine.tracked().map(|(session, _)| session.expose().to_owned())
    }

    pub fn look(&self) -> (State, Freshness) {
        (self.machine.snapshot().state, self.machine.snapshot().freshness)
    }

    pub fn step(&mut self, input: Input) {
        for effect in self.machine.step(self.now, input) {
            match effect {
                Effect::Lock(ticket) if self.grants_locks => self.step(Input::LockSettled(ticket)),
                Effect::Send { ticket, account, .. } => self.sent.push((ticket, account)),
                Effect::Abort(_) => self.aborted += 1,
                Effect::EndSession(session) => self.ended.push(session.expose().to_owned()),
                Effect::Persist(stored) => self.stored = Some(stored),
                Effect::PersistOver { session, stored } => {
                    if let Some(Stored::Session { session: held, .. }) = &self.stored
                        && held.is(&session)
                    {
                        self.stored = Some(stored);
                    }
                }
                Effect::PersistIfAbsent(stored) => {
                    self.stored.get_or_insert(stored);
                }
                Effect::Broadcast(message) => self.broadcast.push(message),
                Effect::WakeAt(at) => self.wake_at = at,
                Effect::Settle(waiter, answer) => {
                    let answer = answer.map_or_else(|failure| failure.facts.code, |_| "okay");
                    assert_eq!(self.told.insert(waiter.0, answer), None, "answered twice");
                }
                Effect::Notify => self.notified += 1,
                Effect::ReadStore => self.reads += 1,
                Effect::Lock(_) | Effect::Unlock(_) => {}
            }
        }
    }
}

pub fn session(id: &str) -> Secret {
    Secret::new(id.to_owned())
}

pub fn signed_in(id: &str, issued_at: u64) -> Standing {
    signed_in_at(id, "org_0", issued_at)
}

pub fn signed_in_at(id: &str, account: &str, issued_at: u64) -> Standing {
    Standing::SignedIn {
        session: session(id),
        account: Some(account.to_owned()),
        token: Secret::new(format!("{id} {account} {issued_at}")),
        claims: Some(claims(issued_at)),
    }
}

pub fn claims(issued_at: u64) -> Claims {
    Claims {
        issued_at,
        expires_at: issued_at + LIFETIME,
        user: User { id: "usr_sample123456".to_owned(), ..User::default() },
        membership: None,
    }
}

pub fn failure(error: Error) -> Failure {
    Failure::new(error)
}

pub fn limited(seconds: u32) -> Failure {
    let mut failure = Failure::new(Error::RateLimited);
    failure.facts.retry_after_seconds = Some(seconds);
    failure
}
