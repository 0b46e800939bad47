//! A world for engines: a service with modes, a network that delays, loses and repeats, tabs with locks, a channel and a
//! store, and clocks that jump. All of it under virtual time and without chance: what happens is given.

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

mod browser;
mod ending;
mod network;
mod pages;
mod service;
mod strangers;
mod truth;

use browser::Event;
use loginrocket_wasm::{
    engine::{
        Id, Input, StorageScope,
        session::{
            Want,
            snapshot::{Freshness, State},
        },
    },
    protocol::{endpoint::Endpoint, secret::Secret, time::Moment, url::BaseUrl},
};
use pages::Tab;
pub use pages::Thaw;
pub use service::ServiceMode;
use service::{START, Service};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
pub use strangers::Said;
use truth::Expected;

/// How long a caller waits who says so, and how long one who does not.
const CALLER_MS: [u64; 2] = [8_000, 15_000];

/// What a world is like.
#[derive(Clone, Debug)]
pub struct Setup {
    pub tabs: usize,
    /// Who has one store.
    pub scope: StorageScope,
    /// Whether the store takes its time, and others may write in between.
    pub has_slow_store: bool,
    pub has_locks: bool,
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
    Mode(ServiceMode),
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
    /// The person loses their membership in an account.
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
    /// The service's clock is set.
    SetServiceClock(i64),
    /// Something in the page writes to the channel: a message that no sibling would send, or one that was sent before.
    Say {
        what: Said,
        which: usize,
    },
    WipeStore,
    /// From now on the tab cannot use the store.
    BlockStore {
        tab: usize,
    },
    Reload {
        tab: usize,
    },
    /// Nothing reaches the tab, and it does nothing, until it thaws.
    Freeze {
        tab: usize,
    },
    Thaw {
        tab: usize,
        how: Thaw,
    },
    /// The next answer takes that long, and comes that many times.
    Network {
        delay_ms: u64,
        copies: usize,
    },
}

impl Action {
    /// In which page it happens, if in any: there it cannot while the tab is frozen.
    fn page(&self) -> Option<usize> {
        match self {
            Self::WantToken { tab, .. }
            | Self::WantRefresh { tab }
            | Self::WantAccount { tab, .. }
            | Self::SignIn { tab }
            | Self::HalfSignIn { tab }
            | Self::SignOut { tab }
            | Self::Ask { tab, .. }
            | Self::Visible { tab, .. }
            | Self::BelieveOffline { tab } => Some(*tab),
            _ => None,
        }
    }
}

pub struct World {
    setup: Setup,
    url: BaseUrl,
    now: Moment,
    offset: i64,
    /// How far into a second of the wall clock those of the service begin.
    phase_ms: u64,
    clock_was_set: bool,
    service: Service,
    tabs: Vec<Tab>,
    /// By time and order: to which tab, which page of it, and what.
    events: BTreeMap<(u64, u64), (usize, u64, Event)>,
    /// What comes of effects at once, when those before it are performed.
    reports: VecDeque<Input>,
    lock: VecDeque<(usize, Id)>,
    store: Option<Secret>,
    delays: VecDeque<(u64, usize)>,
    online: bool,
    count: u64,
    ids: Id,
    steps: u64,
    /// Sessions that a person may have meant when they signed out.
    signed_out: Vec<String>,
    /// The session that was stored last, also if the store was wiped since.
    stored_last: Option<String>,
    /// Sessions in whose place another one was stored.
    replaced: BTreeSet<String>,
    /// Which session began before which: the tab, and how many there were before.
    begun: BTreeMap<String, (usize, u64)>,
    /// Of each tab with a store of its own, and last of all others together.
    expected: Vec<Expected>,
    /// How often tabs asked for a token.
    requests: usize,
    /// What was posted to the channel.
    posted: Vec<Secret>,
    service_clock_was_set: bool,
    /// How often something else wrote to it.
    strangers: usize,
}

impl World {
    pub fn new(setup: &Setup) -> Self {
        let mut world = Self {
            url: BaseUrl::parse("https://sample.e2.loginrocket.com").unwrap(),
            now: Moment { mono_ms: 1_000_000, wall: START.saturating_add_signed(setup.offset) },
            offset: setup.offset,
            phase_ms: setup.seed % 1000,
            clock_was_set: false,
            service: Service::new(setup.multi_user),
            tabs: Vec::new(),
            events: BTreeMap::new(),
            reports: VecDeque::new(),
            lock: VecDeque::new(),
            store: None,
            delays: VecDeque::new(),
            online: true,
            count: setup.seed % (1 << 40),
            ids: 0,
            steps: setup.seed % 4,
            signed_out: Vec::new(),
            stored_last: None,
            replaced: BTreeSet::new(),
            begun: BTreeMap::new(),
            expected: vec![Expected::SignedOut; setup.tabs + 1],
            requests: 0,
            posted: Vec::new(),
            service_clock_was_set: false,
            strangers: 0,
            setup: setup.clone(),
        };
        if world.is_lax() {
            world.expected.fill(Expected::Unknown);
        }
        for tab in 0..setup.tabs {
            let effects = world.open();
            world.perform_all(tab, effects);
        }
        world
    }

    // ------------------------------------------------------------------------------------------ what happens

    pub fn act(&mut self, action: &Action) {
        let tabs = self.tabs.len();
        if action.page().is_some_and(|tab| self.is_frozen(tab % tabs)) {
            return;
        }
        match action.clone() {
            Action::Wait(ms) => self.run_for(ms),
            Action::Mode(mode) => self.service.mode = mode,
            Action::WantToken { tab, min_validity_seconds } => {
                self.want(tab % tabs, Want::Token { min_validity_seconds });
            }
            Action::WantRefresh { tab } => self.want(tab % tabs, Want::Refresh),
            Action::WantAccount { tab, account } => {
                self.want(tab % tabs, Want::Account(format!("org_{account}").into()));
            }
            Action::SignIn { tab } => self.call(tab % tabs, Endpoint::Login, None, false),
            Action::HalfSignIn { tab } => self.call(tab % tabs, Endpoint::Login, None, true),
            Action::SignOut { tab } => self.sign_out(tab % tabs),
            Action::Ask { tab, account } => {
                if self.tracked(tab % tabs).is_some() {
                    let account = account.map(|org| format!("org_{org}"));
                    self.call(tab % tabs, Endpoint::GetSession, account, false);
                }
            }
            Action::EndOnService => self.service.end_all(),
            Action::LeaveAccount { account } => self.service.close(&format!("org_{account}")),
            Action::Visible { tab, visible } => self.step(tab % tabs, Input::Visible { is_visible: visible }),
            Action::Online(online) => {
                self.online = online;
                self.step_all(&Input::Online { is_online: online });
            }
            Action::BelieveOffline { tab } => self.step(tab % tabs, Input::Online { is_online: false }),
            Action::Sleep(ms) => {
                self.service.now_ms += ms;
                self.set_wall();
                self.step_all(&Input::Woke);
            }
            Action::SetClock(offset) => {
                self.clock_was_set |= offset != self.offset;
                self.offset = offset;
                self.set_wall();
            }
            Action::SetServiceClock(shift) => {
                self.clock_was_set = true;
                self.service_clock_was_set = true;
                self.service.set_clock(shift);
            }
            Action::Say { what, which } => self.say(what, which),
            Action::WipeStore => self.wipe_store(),
            Action::BlockStore { tab } => self.block_store(tab % tabs),
            Action::Reload { tab } => self.reload(tab % tabs),
            Action::Freeze { tab } => self.freeze(tab % tabs),
            Action::Thaw { tab, how } => self.thaw(tab % tabs, how),
            Action::Network { delay_ms, copies } => self.delays.push_back((delay_ms, copies)),
        }
    }

    fn step_all(&mut self, input: &Input) {
        for tab in 0..self.tabs.len() {
            if !self.is_frozen(tab) {
                self.step(tab, input.clone());
            }
        }
    }

    /// Lets time pass, in the order of what is due.
    fn run_for(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        let mut wakes_at_once = 0;
        loop {
            let event = self.events.keys().next().copied().filter(|(at, _)| *at <= end);
            let awake = self.tabs.iter().enumerate().filter(|(_, tab)| tab.frozen.is_none());
            let wakes = awake.filter_map(|(number, tab)| Some((tab.wake_at?, number)));
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
                    wakes_at_once = if at > self.now.mono_ms { 0 } else { wakes_at_once + 1 };
                    assert!(wakes_at_once < 100, "a tab wakes itself without end");
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

    fn advance_to(&mut self, mono_ms: u64) {
        if mono_ms > self.now.mono_ms {
            self.service.now_ms += mono_ms - self.now.mono_ms;
            self.now.mono_ms = mono_ms;
            self.set_wall();
        }
    }

    fn set_wall(&mut self) {
        self.now.wall =
            (START + (self.service.now_ms + self.phase_ms) / 1000).saturating_add_signed(self.offset);
    }

    // ------------------------------------------------------------------------------------------ how it ends

    /// Everything works again; after a while all tabs must agree, and hold what the service would give.
    pub fn settle(&mut self) {
        self.service.mode = ServiceMode::Well;
        self.delays.clear();
        // For so long a stranger's word counts.
        if self.has_strangers() {
            self.run_for(300_000);
        }
        for tab in 0..self.tabs.len() {
            self.thaw(tab, Thaw { seen_first: true, keeps_news: false, keeps_answers: false });
        }
        self.act(&Action::Online(true));
        for tab in 0..self.tabs.len() {
            self.step(tab, Input::Visible { is_visible: true });
            // A browser that believed that it was offline learns better.
            self.step(tab, Input::Online { is_online: true });
        }
        let token = Want::Token { min_validity_seconds: 1 };
        // Whether a session is still there, only the service knows: once it is asked for sure.
        for want in [&token, &token, &Want::Refresh, &token, &token] {
            self.run_for(60_000);
            (0..self.tabs.len()).for_each(|tab| self.want(tab, want.clone()));
        }
        self.run_for(CALLER_MS[1]);
        self.check_rest();
        self.run_for(1_200_000);
        self.check_upkeep();
    }

    // ------------------------------------------------------------------------------------------ for single tests

    /// How often tabs asked for a token.
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// Whether a tab has a token that is as good as it can be.
    pub fn is_signed_in(&self, tab: usize) -> bool {
        let snapshot = self.tabs[tab].engine.session().snapshot();
        snapshot.state == State::SignedIn
            && snapshot.freshness == Freshness::Fresh
            && snapshot.expires_at.is_some()
    }
}
