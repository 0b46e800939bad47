//! A world for session machines: a service with moods, a network that delays, loses and repeats, tabs with locks, a
//! channel and a store, and clocks that jump. All of it under virtual time and without chance: what happens is given.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::large_enum_variant,
    clippy::needless_pass_by_value,
    clippy::struct_excessive_bools,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and what is simple is fast enough"
)]

mod service;
mod truth;

use loginrocket_wasm::{
    Error,
    core::{
        response::Failure,
        session::{Effect, Input, Machine, Moment, Settings, Standing, Stored, Ticket, Waiter, Want},
    },
};
pub use service::Mood;
use service::{START, Service};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use truth::{Expected, Page};

/// How long the transport waits for an answer.
const TRANSPORT_MS: u64 = 10_000;
/// How long a tab waits for the lock.
const LOCK_CAP_MS: u64 = 3_000;
/// How long a caller waits.
const CALLER_MS: u64 = 8_000;

/// What a world is like.
#[derive(Clone, Debug)]
pub struct Setup {
    pub tabs: usize,
    /// Whether the tabs have one store.
    pub shared: bool,
    pub has_channel: bool,
    pub multi_user: bool,
    /// The machine's clock ahead of the service's, in seconds.
    pub offset: i64,
    pub seed: u64,
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
    /// The password is right, and a second factor is due.
    HalfSignIn {
        tab: usize,
    },
    SignOut {
        tab: usize,
    },
    /// The app itself asks about the session, with or without an account.
    Ask {
        tab: usize,
        account: Option<u8>,
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
    /// The browser says so, and is wrong.
    BelieveOffline {
        tab: usize,
    },
    /// The machine sleeps: the monotonic clock stands still.
    Sleep(u64),
    /// The wall clock is set.
    SetClock(i64),
    WipeStore,
    Reload {
        tab: usize,
    },
    /// The next answer takes that long, and comes that many times.
    Network {
        delay_ms: u64,
        copies: usize,
    },
}

struct Tab {
    machine: Machine,
    wake_at: Option<u64>,
    page: Page,
    /// Counts reloads, so that what was meant for a page before does not reach the one after.
    number: u64,
    /// Sessions that were signed out on pages before, which this tab must never have again.
    left: Vec<String>,
}

enum Event {
    Input(Input),
    Store,
    LockCap(Ticket),
}

pub struct World {
    now: Moment,
    offset: i64,
    clock_was_set: bool,
    service: Service,
    tabs: Vec<Tab>,
    /// By time and order: to which tab, which page of it, and what.
    events: BTreeMap<(u64, u64), (usize, u64, Event)>,
    lock: VecDeque<(usize, Ticket)>,
    store: Option<Stored>,
    delays: VecDeque<(u64, usize)>,
    online: bool,
    count: u64,
    shared: bool,
    has_channel: bool,
    /// Sessions that a person may have meant when they signed out.
    signed_out: Vec<String>,
    /// Sessions in whose place another one was stored.
    replaced: BTreeSet<String>,
    /// Which session began before which: the tab, and how many there were before.
    begun: BTreeMap<String, (usize, u64)>,
    expected: Vec<Expected>,
    /// For the rules: how many requests there were.
    pub requests: usize,
}

impl World {
    pub fn new(setup: &Setup) -> Self {
        let mut world = Self {
            now: Moment { mono_ms: 1_000_000, wall: START.saturating_add_signed(setup.offset) },
            offset: setup.offset,
            clock_was_set: false,
            service: Service::new(setup.multi_user),
            tabs: Vec::new(),
            events: BTreeMap::new(),
            lock: VecDeque::new(),
            store: None,
            delays: VecDeque::new(),
            online: true,
            count: setup.seed % (1 << 40),
            shared: setup.shared,
            has_channel: setup.has_channel,
            signed_out: Vec::new(),
            replaced: BTreeSet::new(),
            begun: BTreeMap::new(),
            expected: vec![Expected::SignedOut; setup.tabs],
            requests: 0,
        };
        for _ in 0..setup.tabs {
            let tab = world.open(0, Vec::new());
            world.tabs.push(tab);
        }
        for tab in 0..setup.tabs {
            world.restore(tab);
        }
        world
    }

    fn open(&mut self, number: u64, left: Vec<String>) -> Tab {
        self.count += 1;
        let seed = self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let settings = Settings { shared: self.shared, refresh_cap_ms: 30_000, seed };
        Tab { machine: Machine::new(settings), wake_at: None, page: Page::default(), number, left }
    }

    fn restore(&mut self, tab: usize) {
        let stored = self.store.clone().filter(|_| self.shared);
        self.step(tab, Input::Restored(stored));
    }

    // ------------------------------------------------------------------------------------------ what happens

    pub fn act(&mut self, action: &Action) {
        let tabs = self.tabs.len();
        match action.clone() {
            Action::Wait(ms) => self.run_for(ms),
            Action::Mood(mood) => self.service.mood = mood,
            Action::WantToken { tab, min_validity_seconds } => {
                self.want(tab % tabs, Want::Token { min_validity_seconds });
            }
            Action::WantRefresh { tab } => self.want(tab % tabs, Want::Refresh),
            Action::WantAccount { tab, account } => {
                self.want(tab % tabs, Want::Account(format!("org_{account}")));
            }
            Action::SignIn { tab } => self.sign_in(tab % tabs),
            Action::HalfSignIn { tab } => {
                let begun = self.tabs[tab % tabs].machine.begin(self.now, true);
                self.later(
                    tab % tabs,
                    5,
                    Event::Input(Input::Answered { begun, standing: Standing::Verify }),
                );
            }
            Action::SignOut { tab } => self.sign_out(tab % tabs),
            Action::Ask { tab, account } => self.ask(tab % tabs, account.map(|org| format!("org_{org}"))),
            Action::EndOnService => self.service.end_all(),
            Action::LeaveAccount { account } => self.service.close(&format!("org_{account}")),
            Action::Visible { tab, visible } => self.step(tab % tabs, Input::Visible(visible)),
            Action::Online(online) => {
                self.online = online;
                (0..tabs).for_each(|tab| self.step(tab, Input::Online(online)));
            }
            Action::BelieveOffline { tab } => self.step(tab % tabs, Input::Online(false)),
            Action::Sleep(ms) => {
                self.service.now_ms += ms;
                self.set_wall();
                (0..tabs).for_each(|tab| self.step(tab, Input::Woke));
            }
            Action::SetClock(offset) => {
                self.clock_was_set |= offset != self.offset;
                self.offset = offset;
                self.set_wall();
            }
            Action::WipeStore => {
                self.expect_wipe();
                self.store = None;
                (0..tabs).for_each(|tab| self.later(tab, 1, Event::Store));
            }
            Action::Reload { tab } => self.reload(tab % tabs),
            Action::Network { delay_ms, copies } => self.delays.push_back((delay_ms, copies)),
        }
    }

    fn want(&mut self, tab: usize, want: Want) {
        self.count += 1;
        let (waiter, deadline_ms) = (self.count, self.now.mono_ms + CALLER_MS);
        self.tabs[tab].page.waiting.insert(waiter, (want.clone(), deadline_ms));
        self.step(tab, Input::Wanted { waiter: Waiter(waiter), want, deadline_ms });
    }

    fn sign_in(&mut self, tab: usize) {
        if !self.service.mood.is_well() || !self.online {
            return;
        }
        self.count += 1;
        let session = format!("kss_{}", self.count);
        self.service.begin(&session);
        self.begun.insert(session.clone(), (tab, self.count));
        let begun = self.tabs[tab].machine.begin(self.now, true);
        let Ok(standing) = self.service.serve(&session, None) else { return };
        let delay = self.delays.pop_front().map_or(5, |(delay, _)| delay);
        self.later(tab, delay, Event::Input(Input::Answered { begun, standing }));
    }

    fn sign_out(&mut self, tab: usize) {
        let tracked = self.tracked(tab).map(|(session, _)| session);
        self.tabs[tab].page.left.extend(tracked);
        self.expect_sign_out(tab);
        self.step(tab, Input::SignOut);
    }

    fn ask(&mut self, tab: usize, account: Option<String>) {
        let Some((session, _)) = self.tracked(tab).filter(|_| self.online) else { return };
        let begun = self.tabs[tab].machine.begin(self.now, false);
        let Ok(standing) = self.service.serve(&session, account) else { return };
        let (delay, copies) = self.delays.pop_front().unwrap_or((20, 1));
        for copy in 0..copies {
            let input = Input::Answered { begun, standing: standing.clone() };
            self.later(tab, delay + copy as u64, Event::Input(input));
        }
    }

    fn reload(&mut self, tab: usize) {
        self.expect_reload(tab);
        let mut left = std::mem::take(&mut self.tabs[tab].left);
        left.append(&mut self.tabs[tab].page.left);
        self.tabs[tab] = self.open(self.tabs[tab].number + 1, left);
        let held = self.lock.front().is_some_and(|(holder, _)| *holder == tab);
        self.lock.retain(|(holder, _)| *holder != tab);
        if held {
            self.grant_lock(0);
        }
        self.restore(tab);
    }

    /// Lets time pass, in the order of what is due.
    fn run_for(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        loop {
            let event = self.events.keys().next().copied().filter(|(at, _)| *at <= end);
            let wakes = self.tabs.iter().enumerate().filter_map(|(tab, state)| Some((state.wake_at?, tab)));
            let wake = wakes.min().filter(|(at, _)| *at <= end);
            match (event, wake) {
                (Some(key), wake) if wake.is_none_or(|(at, _)| key.0 <= at) => {
                    self.advance_to(key.0);
                    let (tab, number, event) = self.events.remove(&key).unwrap();
                    if self.tabs[tab].number == number {
                        self.happen(tab, event);
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
        self.check_callers();
    }

    fn happen(&mut self, tab: usize, event: Event) {
        match event {
            Event::Input(input) => self.step(tab, input),
            Event::Store => self.step(tab, Input::StoreChanged(self.store.clone())),
            Event::LockCap(ticket) => {
                if self.lock.contains(&(tab, ticket)) {
                    self.step(tab, Input::LockSettled(ticket));
                }
            }
        }
    }

    fn advance_to(&mut self, mono_ms: u64) {
        if mono_ms > self.now.mono_ms {
            self.service.now_ms += mono_ms - self.now.mono_ms;
            self.now.mono_ms = mono_ms;
            self.set_wall();
        }
    }

    fn set_wall(&mut self) {
        self.now.wall = (START + self.service.now_ms / 1000).saturating_add_signed(self.offset);
    }

    fn later(&mut self, tab: usize, ms: u64, event: Event) {
        self.count += 1;
        self.events.insert((self.now.mono_ms + ms, self.count), (tab, self.tabs[tab].number, event));
    }

    // ------------------------------------------------------------------------------------------ what machines do

    fn step(&mut self, tab: usize, input: Input) {
        let before = self.look(tab);
        let effects = self.tabs[tab].machine.step(self.now, input.clone());
        self.check(tab, &before, &input, &effects);
        for effect in effects {
            self.perform(tab, effect);
        }
        if self.count.is_multiple_of(4) {
            self.check_repetition(tab, &input);
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        match effect {
            Effect::Lock(ticket) => {
                self.check_schedule(tab);
                self.lock.push_back((tab, ticket));
                self.later(tab, LOCK_CAP_MS, Event::LockCap(ticket));
                if self.lock.len() == 1 {
                    self.grant_lock(0);
                }
            }
            Effect::Unlock(ticket) => {
                let held = self.lock.front() == Some(&(tab, ticket));
                self.lock.retain(|waiting| *waiting != (tab, ticket));
                if held {
                    // After what was told before.
                    self.grant_lock(2);
                }
            }
            Effect::Send { ticket, session, account } => self.receive(tab, ticket, session.expose(), account),
            Effect::Abort(ticket) => {
                self.tabs[tab].page.live.remove(&ticket);
            }
            Effect::EndSession(session) => {
                if self.online && self.service.mood.is_well() {
                    self.service.end(session.expose());
                }
            }
            Effect::Persist(stored) => self.write(tab, stored),
            Effect::PersistIfAbsent(stored) => {
                if self.store.is_none() {
                    self.write(tab, stored);
                }
            }
            Effect::PersistOver { session, stored } => match &self.store {
                Some(Stored::Session { session: held, .. }) if !held.is(&session) => {}
                Some(Stored::SignedOut) => {}
                _ => self.write(tab, stored),
            },
            Effect::ReadStore => self.later(tab, 1, Event::Store),
            Effect::Broadcast(message) => {
                let siblings = if self.has_channel { self.tabs.len() } else { 0 };
                for other in (0..siblings).filter(|other| *other != tab) {
                    self.later(other, 1, Event::Input(Input::Heard(message.clone())));
                }
            }
            Effect::WakeAt(at) => self.tabs[tab].wake_at = at,
            Effect::Settle(waiter, answer) => self.check_answer(tab, waiter.0, answer),
            Effect::Notify => {}
        }
    }

    fn write(&mut self, tab: usize, stored: Stored) {
        if self.shared {
            self.note_replacement(&stored);
            self.store = Some(stored);
            for other in (0..self.tabs.len()).filter(|other| *other != tab) {
                self.later(other, 2, Event::Store);
            }
        }
    }

    fn grant_lock(&mut self, ms: u64) {
        if let Some((tab, ticket)) = self.lock.front().copied() {
            self.later(tab, ms, Event::Input(Input::LockSettled(ticket)));
        }
    }

    fn receive(&mut self, tab: usize, ticket: Ticket, session: &str, account: Option<String>) {
        self.requests += 1;
        self.check_request(tab, ticket, session);
        let (delay, copies) = self.delays.pop_front().unwrap_or((20, 1));
        let answer = if self.online {
            self.service.serve(session, account)
        } else {
            Err(Failure::new(Error::Network))
        };
        let is_lost = copies == 0 || self.service.mood == Mood::Silent || delay >= TRANSPORT_MS;
        if is_lost {
            let answer = Err(Failure::new(Error::Timeout));
            self.later(tab, TRANSPORT_MS, Event::Input(Input::Refreshed { ticket, answer }));
        } else {
            for copy in 0..copies {
                let input = Input::Refreshed { ticket, answer: answer.clone() };
                self.later(tab, delay + copy as u64, Event::Input(input));
            }
        }
    }

    // ------------------------------------------------------------------------------------------ how it ends

    /// Everything works again; after a while all tabs must agree, and hold what the service would give.
    pub fn settle(&mut self) {
        self.service.mood = Mood::Well;
        self.delays.clear();
        self.act(&Action::Online(true));
        for tab in 0..self.tabs.len() {
            self.step(tab, Input::Visible(true));
            // A browser that believed that it was offline learns better.
            self.step(tab, Input::Online(true));
        }
        let token = Want::Token { min_validity_seconds: 1 };
        // Whether a session is still there, only the service knows: once it is asked for sure.
        for want in [&token, &token, &Want::Refresh, &token, &token] {
            self.run_for(60_000);
            (0..self.tabs.len()).for_each(|tab| self.want(tab, want.clone()));
        }
        self.run_for(CALLER_MS);
        self.check_rest();
        self.run_for(1_200_000);
        self.check_upkeep();
    }

    fn tracked(&self, tab: usize) -> Option<(String, Option<String>)> {
        let (session, account) = self.tabs[tab].machine.tracked()?;
        Some((session.expose().to_owned(), account.map(str::to_owned)))
    }
}
