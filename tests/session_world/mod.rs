//! A world for session machines: a service with moods, a network that delays, loses and repeats, tabs with locks, a
//! channel and a store, and clocks that jump. All of it under virtual time and without chance: what happens is given.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
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
            Claims, Effect, Input, Machine, Message, Moment, Settings, SignOutReason, Standing, State,
            Stored, Ticket, Waiter, Want,
            claims::{Membership, User},
            pace::MOST_PER_MINUTE,
        },
    },
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How long the transport waits for an answer.
const TRANSPORT_MS: u64 = 10_000;
/// How long a tab waits for the lock.
const LOCK_CAP_MS: u64 = 3_000;
/// How long a caller waits.
pub const CALLER_MS: u64 = 15_000;
const TOKEN_SECONDS: u64 = 600;
const START: u64 = 1_767_225_600;

/// What the service does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// 503.
    Down,
    /// 429, with the seconds to wait.
    Limited(u32),
    /// No answer at all.
    Silent,
    /// The same token again.
    Reusing,
}

/// What may happen.
#[derive(Clone, Debug)]
pub enum Action {
    Wait(u64),
    Mood(Mood),
    WantToken {
        tab: usize,
        min_validity_seconds: u32,
    },
    WantRefresh {
        tab: usize,
    },
    WantAccount {
        tab: usize,
        account: u8,
    },
    SignIn {
        tab: usize,
    },
    SignOut {
        tab: usize,
    },
    /// Someone ends the session on the service, such as by a new password.
    EndOnService,
    /// The person loses their place in an account.
    LeaveAccount {
        account: u8,
    },
    Visible {
        tab: usize,
        visible: bool,
    },
    Online(bool),
    /// The machine sleeps: the monotonic clock stands still.
    Sleep(u64),
    /// The wall clock is set.
    SetClock(i64),
    WipeStore,
    Reload {
        tab: usize,
    },
    /// The next request of a tab is answered after that long, and that many times.
    Network {
        delay_ms: u64,
        copies: usize,
    },
}

struct Tab {
    machine: Machine,
    wake_at: Option<u64>,
    live: BTreeSet<Ticket>,
    sent: Vec<u64>,
    waiting: BTreeMap<u64, u64>,
    /// Sessions that were signed out in this tab, which it must never track again.
    left: Vec<String>,
}

enum Event {
    Input(usize, u64, Input),
    Store(usize, u64),
    LockCap(usize, u64, Ticket),
}

pub struct World {
    now: Moment,
    /// The service's clock ahead of the true time.
    wall_offset: i64,
    true_ms: u64,
    tabs: Vec<Tab>,
    /// Counts reloads, so that what was meant for a page before does not reach the one after.
    pages: Vec<u64>,
    events: BTreeMap<(u64, u64), Event>,
    lock: VecDeque<(usize, Ticket)>,
    store: Option<Stored>,
    mood: Mood,
    sessions: BTreeMap<String, bool>,
    places: BTreeSet<String>,
    last_token: BTreeMap<String, (u64, u64)>,
    delays: VecDeque<(u64, usize)>,
    online: bool,
    count: u64,
    shared: bool,
    has_channel: bool,
    pub notified: u64,
}

impl World {
    pub fn new(tabs: usize, shared: bool, has_channel: bool, seed: u64) -> Self {
        let mut world = Self {
            now: Moment { mono_ms: 1_000_000, wall: START },
            wall_offset: 0,
            true_ms: 0,
            tabs: Vec::new(),
            pages: vec![0; tabs],
            events: BTreeMap::new(),
            lock: VecDeque::new(),
            store: None,
            mood: Mood::Well,
            sessions: BTreeMap::new(),
            places: ["org_0", "org_1"].map(str::to_owned).into(),
            last_token: BTreeMap::new(),
            delays: VecDeque::new(),
            online: true,
            count: seed,
            shared,
            has_channel,
            notified: 0,
        };
        for tab in 0..tabs {
            let tab = world.open(tab);
            world.tabs.push(tab);
        }
        for tab in 0..tabs {
            world.restore(tab);
        }
        world
    }

    fn open(&mut self, tab: usize) -> Tab {
        self.count += 1;
        let seed = self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ tab as u64;
        let settings = Settings { shared: self.shared, refresh_cap_ms: 30_000, seed };
        Tab {
            machine: Machine::new(settings),
            wake_at: None,
            live: BTreeSet::new(),
            sent: Vec::new(),
            waiting: BTreeMap::new(),
            left: Vec::new(),
        }
    }

    fn restore(&mut self, tab: usize) {
        let stored = self.store.clone().filter(|_| self.shared);
        self.step(tab, Input::Restored(stored));
    }

    // ------------------------------------------------------------------------------------------ what happens

    pub fn act(&mut self, action: &Action) {
        match action.clone() {
            Action::Wait(ms) => self.run_for(ms),
            Action::Mood(mood) => self.mood = mood,
            Action::WantToken { tab, min_validity_seconds } => {
                self.want(tab, Want::Token { min_validity_seconds })
            }
            Action::WantRefresh { tab } => self.want(tab, Want::Refresh),
            Action::WantAccount { tab, account } => self.want(tab, Want::Account(format!("org_{account}"))),
            Action::SignIn { tab } => self.sign_in(tab),
            Action::SignOut { tab } => {
                let tab = tab % self.tabs.len();
                if let Some((session, _)) = self.tabs[tab].machine.tracked() {
                    let session = session.expose().to_owned();
                    self.tabs[tab].left.push(session);
                }
                self.step(tab, Input::SignOut);
            }
            Action::EndOnService => self.sessions.values_mut().for_each(|alive| *alive = false),
            Action::LeaveAccount { account } => {
                self.places.remove(&format!("org_{account}"));
            }
            Action::Visible { tab, visible } => self.step(tab % self.tabs.len(), Input::Visible(visible)),
            Action::Online(online) => {
                self.online = online;
                for tab in 0..self.tabs.len() {
                    self.step(tab, Input::Online(online));
                }
            }
            Action::Sleep(ms) => {
                self.true_ms += ms;
                self.set_wall();
                for tab in 0..self.tabs.len() {
                    self.step(tab, Input::Woke);
                }
            }
            Action::SetClock(seconds) => {
                self.wall_offset = seconds;
                self.set_wall();
            }
            Action::WipeStore => {
                self.store = None;
                for tab in 0..self.tabs.len() {
                    self.store_event(tab, 1);
                }
            }
            Action::Reload { tab } => self.reload(tab % self.tabs.len()),
            Action::Network { delay_ms, copies } => self.delays.push_back((delay_ms, copies)),
        }
    }

    fn want(&mut self, tab: usize, want: Want) {
        let tab = tab % self.tabs.len();
        self.count += 1;
        let (waiter, deadline_ms) = (self.count, self.now.mono_ms + CALLER_MS);
        self.tabs[tab].waiting.insert(waiter, deadline_ms);
        self.step(tab, Input::Wanted { waiter: Waiter(waiter), want, deadline_ms });
    }

    fn sign_in(&mut self, tab: usize) {
        let tab = tab % self.tabs.len();
        if !matches!(self.mood, Mood::Well | Mood::Reusing) || !self.online {
            return;
        }
        self.count += 1;
        let session = format!("kss_{}", self.count);
        self.sessions.insert(session.clone(), true);
        let generation = self.tabs[tab].machine.generation();
        let Ok(standing) = self.serve(&session, None) else { return };
        let delay = self.delays.pop_front().map_or(5, |(delay, _)| delay);
        self.later(tab, delay, Input::Answered { generation, standing });
    }

    fn reload(&mut self, tab: usize) {
        self.pages[tab] += 1;
        let waiting = std::mem::take(&mut self.tabs[tab].waiting);
        drop(waiting);
        let left = std::mem::take(&mut self.tabs[tab].left);
        let held = self.lock.front().is_some_and(|(holder, _)| *holder == tab);
        self.lock.retain(|(holder, _)| *holder != tab);
        self.tabs[tab] = Tab { left, ..self.open(tab) };
        if held {
            self.grant_lock();
        }
        self.restore(tab);
    }

    /// Lets time pass, in the order of what is due.
    fn run_for(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        loop {
            let event = self.events.keys().next().copied().filter(|(at, _)| *at <= end);
            let wake = self
                .tabs
                .iter()
                .enumerate()
                .filter_map(|(tab, state)| Some((state.wake_at?, tab)))
                .min()
                .filter(|(at, _)| *at <= end);
            match (event, wake) {
                (Some(key), wake) if wake.is_none_or(|(at, _)| key.0 <= at) => {
                    self.advance_to(key.0);
                    match self.events.remove(&key).unwrap() {
                        Event::Input(tab, page, input) if self.pages[tab] == page => self.step(tab, input),
                        Event::Store(tab, page) if self.pages[tab] == page => {
                            let stored = self.store.clone();
                            self.step(tab, Input::StoreChanged(stored));
                        }
                        Event::LockCap(tab, page, ticket) if self.pages[tab] == page => {
                            if self.lock.iter().any(|waiting| *waiting == (tab, ticket)) {
                                self.step(tab, Input::LockSettled(ticket));
                            }
                        }
                        _ => {}
                    }
                }
                (_, Some((at, tab))) => {
                    self.advance_to(at);
                    self.tabs[tab].wake_at = None;
                    self.step(tab, Input::Woke);
                }
                (_, None) => break,
            }
        }
        self.advance_to(end);
    }

    fn advance_to(&mut self, mono_ms: u64) {
        if mono_ms > self.now.mono_ms {
            self.true_ms += mono_ms - self.now.mono_ms;
            self.now.mono_ms = mono_ms;
            self.set_wall();
        }
    }

    fn set_wall(&mut self) {
        self.now.wall = (START + self.true_ms / 1000).saturating_add_signed(self.wall_offset);
    }

    fn later(&mut self, tab: usize, ms: u64, input: Input) {
        self.count += 1;
        self.events.insert((self.now.mono_ms + ms, self.count), Event::Input(tab, self.pages[tab], input));
    }

    fn store_event(&mut self, tab: usize, ms: u64) {
        self.count += 1;
        self.events.insert((self.now.mono_ms + ms, self.count), Event::Store(tab, self.pages[tab]));
    }

    // ------------------------------------------------------------------------------------------ what machines do

    fn step(&mut self, tab: usize, input: Input) {
        let before = self.tabs[tab].machine.snapshot().clone();
        let was_tracked = self.tabs[tab].machine.tracked().map(|(session, _)| session.expose().to_owned());
        if let Input::Refreshed { ticket, .. } = &input {
            self.tabs[tab].live.remove(ticket);
        }
        let effects = self.tabs[tab].machine.step(self.now, input);
        let mut notified = false;
        for effect in effects {
            notified |= matches!(effect, Effect::Notify);
            self.perform(tab, effect);
        }
        let state = &self.tabs[tab];
        let after = state.machine.snapshot();
        assert_eq!(notified, before != *after, "a snapshot changes when and only when that is told");
        self.notified += u64::from(notified);
        assert!(state.live.len() <= 1, "a tab has one refresh under way at most");
        if let Some((session, _)) = state.machine.tracked() {
            assert!(!state.left.iter().any(|left| left == session.expose()), "a signed-out session is back");
        }
        if after.state == State::SignedOut && after.reason == Some(SignOutReason::Expired) && before != *after
        {
            let session = was_tracked.unwrap();
            assert!(!self.sessions[&session], "a session that the service still knows was given up");
        }
        for (waiter, deadline) in &state.waiting {
            assert!(self.now.mono_ms <= *deadline + 1, "caller {waiter} still waits after its time");
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        match effect {
            Effect::Lock(ticket) => {
                self.lock.push_back((tab, ticket));
                self.count += 1;
                let cap = Event::LockCap(tab, self.pages[tab], ticket);
                self.events.insert((self.now.mono_ms + LOCK_CAP_MS, self.count), cap);
                if self.lock.len() == 1 {
                    self.grant_lock();
                }
            }
            Effect::Unlock(ticket) => {
                let held = self.lock.front() == Some(&(tab, ticket));
                self.lock.retain(|waiting| *waiting != (tab, ticket));
                if held {
                    self.grant_lock();
                }
            }
            Effect::Send { ticket, session, account } => self.receive(tab, ticket, session.expose(), account),
            Effect::Abort(ticket) => {
                self.tabs[tab].live.remove(&ticket);
            }
            Effect::EndSession(session) => {
                if self.online && matches!(self.mood, Mood::Well | Mood::Reusing) {
                    self.sessions.insert(session.expose().to_owned(), false);
                }
            }
            Effect::Persist(stored) => {
                if self.shared {
                    self.store = Some(stored);
                    for other in (0..self.tabs.len()).filter(|other| *other != tab) {
                        self.store_event(other, 2);
                    }
                }
            }
            Effect::PersistIfAbsent(stored) => {
                if self.store.is_none() {
                    self.perform(tab, Effect::Persist(stored));
                }
            }
            Effect::ReadStore => self.store_event(tab, 1),
            Effect::Broadcast(message) => {
                let siblings = if self.has_channel { self.tabs.len() } else { 0 };
                for other in (0..siblings).filter(|other| *other != tab) {
                    self.later(other, 1, Input::Heard(message.clone()));
                }
            }
            Effect::WakeAt(at) => self.tabs[tab].wake_at = at,
            Effect::Settle(waiter, _) => {
                let known = self.tabs[tab].waiting.remove(&waiter.0);
                assert!(known.is_some(), "a caller is answered twice, or was never there");
            }
            Effect::Notify => {}
        }
    }

    fn grant_lock(&mut self) {
        if let Some((tab, ticket)) = self.lock.front().copied() {
            self.later(tab, 0, Input::LockSettled(ticket));
        }
    }

    fn receive(&mut self, tab: usize, ticket: Ticket, session: &str, account: Option<String>) {
        let now = self.now.mono_ms;
        let state = &mut self.tabs[tab];
        state.live.insert(ticket);
        state.sent.push(now);
        let recent = state.sent.iter().filter(|at| now - **at < 60_000).count();
        assert!(recent <= MOST_PER_MINUTE, "a tab sent {recent} refreshes in a minute");
        let (delay, copies) = self.delays.pop_front().unwrap_or((20, 1));
        let answer =
            if self.online { self.serve(session, account) } else { Err(Failure::new(Error::Network)) };
        let is_lost = copies == 0 || self.mood == Mood::Silent || delay >= TRANSPORT_MS;
        if is_lost {
            self.later(
                tab,
                TRANSPORT_MS,
                Input::Refreshed { ticket, answer: Err(Failure::new(Error::Timeout)) },
            );
        } else {
            for copy in 0..copies {
                self.later(tab, delay + copy as u64, Input::Refreshed { ticket, answer: answer.clone() });
            }
        }
    }

    /// The service's answer.
    fn serve(&mut self, session: &str, account: Option<String>) -> Result<Standing, Failure> {
        match self.mood {
            Mood::Down => return Err(Failure::new(Error::ServerError)),
            Mood::Limited(seconds) => {
                let mut failure = Failure::new(Error::RateLimited);
                failure.facts.retry_after_seconds = Some(seconds);
                return Err(failure);
            }
            Mood::Silent => return Err(Failure::new(Error::Timeout)),
            Mood::Well | Mood::Reusing => {}
        }
        let is_place = account.as_ref().is_none_or(|account| self.places.contains(account));
        if !self.sessions.get(session).copied().unwrap_or(false) || !is_place {
            return Err(Failure::new(Error::AccessDenied));
        }
        let account = account.or_else(|| self.places.first().cloned()).unwrap_or_default();
        let issued_at = START + self.true_ms / 1000;
        let fresh = (issued_at, issued_at + TOKEN_SECONDS);
        let reused = self.last_token.get(session).copied().filter(|_| self.mood == Mood::Reusing);
        let (issued_at, expires_at) = reused.unwrap_or(fresh);
        self.last_token.insert(session.to_owned(), (issued_at, expires_at));
        let claims = claims(&account, issued_at, expires_at);
        let token = Secret::new(format!("{session}.{account}.{issued_at}"));
        let session = Secret::new(session.to_owned());
        Ok(Standing::SignedIn { session, account: Some(account), token, claims: Some(claims) })
    }

    // ------------------------------------------------------------------------------------------ how it ends

    /// Everything works again; after a while all tabs must agree, and hold what the service would give.
    pub fn settle(&mut self) {
        self.act(&Action::Mood(Mood::Well));
        self.act(&Action::SetClock(0));
        self.delays.clear();
        for tab in 0..self.tabs.len() {
            self.step(tab, Input::Visible(true));
        }
        self.act(&Action::Online(true));
        for _ in 0..30 {
            for tab in 0..self.tabs.len() {
                self.want(tab, Want::Token { min_validity_seconds: 1 });
            }
            self.run_for(60_000);
        }
        for tab in &self.tabs {
            assert!(tab.waiting.is_empty(), "a caller was forgotten");
            let state = tab.machine.snapshot().state;
            assert!(matches!(state, State::SignedIn | State::SignedOut), "a tab rests in {state:?}");
        }
        if self.shared {
            let stands: BTreeSet<_> = self
                .tabs
                .iter()
                .map(|tab| tab.machine.tracked().map(|(session, account)| (session.expose(), account)))
                .collect();
            assert_eq!(stands.len(), 1, "tabs disagree: {stands:?}");
        }
    }

    pub fn tracked(&self, tab: usize) -> Option<(String, Option<String>)> {
        let (session, account) = self.tabs[tab].machine.tracked()?;
        Some((session.expose().to_owned(), account.map(str::to_owned)))
    }

    pub fn requests(&self) -> usize {
        self.tabs.iter().map(|tab| tab.sent.len()).sum()
    }

    pub fn machine(&self, tab: usize) -> &Machine {
        &self.tabs[tab].machine
    }
}

fn claims(account: &str, issued_at: u64, expires_at: u64) -> Claims {
    Claims {
        issued_at,
        expires_at,
        user: User {
            id: "usr_sample123456".to_owned(),
            name: Some("Ada".to_owned()),
            email: None,
            email_verified: false,
            username: None,
            first_name: None,
            last_name: None,
            locale: None,
        },
        membership: Some(Membership {
            id: None,
            account_id: account.to_owned(),
            account_name: None,
            permissions: Vec::new(),
        }),
    }
}

/// Keeps a message readable where only its kind matters.
#[allow(dead_code, reason = "for a failing test's eyes")]
pub fn kind(message: &Message) -> &'static str {
    match message {
        Message::Token { .. } => "token",
        Message::SignedOut { .. } => "signed out",
        Message::Hold { .. } => "hold",
    }
}
