//! The browser of the world: its tabs, and what it gives them or keeps from them: a lock, a channel, a store, timers and
//! the network; also how it freezes, reloads and wakes them. What machines want done is done here.

use super::{CALLER_MS, World, service::Mood, truth::Page};
use loginrocket_wasm::{
    Error,
    core::{
        response::Failure,
        session::{Effect, Input, Machine, Settings, Stored, Ticket, Waiter, Want},
    },
};

/// How long the transport waits for an answer.
const TRANSPORT_MS: u64 = 10_000;
/// How long a tab waits for the lock.
const LOCK_CAP_MS: u64 = 3_000;

pub struct Tab {
    pub machine: Machine,
    pub wake_at: Option<u64>,
    pub page: Page,
    /// Counts reloads, so that what was meant for a page before does not reach the one after.
    pub number: u64,
    /// Sessions that were signed out on pages before, which this tab must never have again.
    pub left: Vec<String>,
    /// What waits for a frozen tab.
    pub frozen: Option<Vec<Event>>,
    /// The store cannot be written, and the tab keeps what it would hold by itself.
    pub is_blocked: bool,
    pub own_store: Option<Stored>,
}

pub enum Event {
    Input(Input),
    /// The browser says that another tab has written to the store.
    Written,
    /// The store is read.
    Read,
    LockCap(Ticket),
}

/// How a frozen tab thaws.
#[derive(Clone, Copy, Debug)]
pub struct Thaw {
    /// Whether it learns that it is seen before or after all that has waited, timers among it.
    pub seen_first: bool,
    /// Whether storage events and messages come late, or never.
    pub keeps_news: bool,
    /// Likewise the answers of the service.
    pub keeps_answers: bool,
}

impl World {
    pub(super) fn open(&mut self) -> Tab {
        self.count += 1;
        let seed = self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let settings = Settings { shared: self.shared, refresh_cap_ms: 30_000, seed };
        Tab {
            machine: Machine::new(settings),
            wake_at: None,
            page: Page::default(),
            number: 0,
            left: Vec::new(),
            frozen: None,
            is_blocked: false,
            own_store: None,
        }
    }

    pub(super) fn restore(&mut self, tab: usize) {
        let stored = self.stored(tab);
        self.step(tab, Input::Restored(stored));
    }

    pub(super) fn is_frozen(&self, tab: usize) -> bool {
        self.tabs[tab].frozen.is_some()
    }

    // ------------------------------------------------------------------------------------------ what pages go through

    pub(super) fn reload(&mut self, tab: usize) {
        self.expect_reload(tab);
        let new = self.open();
        let old = std::mem::replace(&mut self.tabs[tab], new);
        let new = &mut self.tabs[tab];
        new.number = old.number + 1;
        new.left = [old.left, old.page.left].concat();
        new.is_blocked = old.is_blocked;
        let held = self.lock.front().is_some_and(|(holder, _)| *holder == tab);
        self.lock.retain(|(holder, _)| *holder != tab);
        if held {
            self.grant_lock(0);
        }
        self.restore(tab);
    }

    /// No event, timer or answer reaches the tab. It keeps the lock, if it has it.
    pub(super) fn freeze(&mut self, tab: usize) {
        if !self.is_frozen(tab) {
            self.tabs[tab].frozen = Some(Vec::new());
            self.expect_nothing_heard(tab);
        }
    }

    pub(super) fn thaw(&mut self, tab: usize, how: Thaw) {
        let Some(waiting) = self.tabs[tab].frozen.take() else { return };
        let now_ms = self.now.mono_ms;
        // Callers froze with their tab: nobody could tell them in time.
        for (_, deadline_ms) in self.tabs[tab].page.waiting.values_mut() {
            *deadline_ms = now_ms.max(*deadline_ms);
        }
        if how.seen_first {
            self.step(tab, Input::Visible(true));
        } else {
            let wake_at = &mut self.tabs[tab].wake_at;
            *wake_at = wake_at.map(|at| at.max(now_ms));
        }
        for event in waiting {
            match event {
                Event::Written | Event::Input(Input::Heard(_)) if !how.keeps_news => {}
                Event::Input(Input::Refreshed { ticket, .. }) if !how.keeps_answers => {
                    let answer = Err(Failure::new(Error::Timeout));
                    self.later(tab, 0, Event::Input(Input::Refreshed { ticket, answer }));
                }
                Event::Input(Input::Answered { .. }) if !how.keeps_answers => {}
                event => self.later(tab, 0, event),
            }
        }
        if !how.seen_first {
            self.later(tab, 1, Event::Input(Input::Visible(true)));
        }
    }

    /// From now on nothing that the tab stores is kept, and it remembers it by itself.
    pub(super) fn block_store(&mut self, tab: usize) {
        if self.shared && !self.tabs[tab].is_blocked {
            self.expect_separation(tab);
            let tracked = self.tracked(tab);
            let stored =
                tracked.map(|(session, account)| Stored::Session { session: session.into(), account });
            self.tabs[tab].own_store = stored;
            self.tabs[tab].is_blocked = true;
        }
    }

    pub(super) fn want(&mut self, tab: usize, want: Want) {
        self.count += 1;
        let (waiter, deadline_ms) = (self.count, self.now.mono_ms + CALLER_MS);
        self.tabs[tab].page.waiting.insert(waiter, (want.clone(), deadline_ms));
        self.step(tab, Input::Wanted { waiter: Waiter(waiter), want, deadline_ms });
    }

    pub(super) fn later(&mut self, tab: usize, ms: u64, event: Event) {
        self.count += 1;
        self.events.insert((self.now.mono_ms + ms, self.count), (tab, self.tabs[tab].number, event));
    }

    pub(super) fn happen(&mut self, tab: usize, event: Event) {
        if let Some(waiting) = &mut self.tabs[tab].frozen {
            waiting.push(event);
            return;
        }
        match event {
            Event::Input(input) => self.step(tab, input),
            Event::Written if self.tabs[tab].is_blocked => {}
            Event::Written | Event::Read => {
                let stored = self.stored(tab);
                self.step(tab, Input::StoreChanged(stored));
            }
            Event::LockCap(ticket) => {
                if self.lock.contains(&(tab, ticket)) {
                    self.step(tab, Input::LockSettled(ticket));
                }
            }
        }
    }

    // ------------------------------------------------------------------------------------------ what machines do

    pub(super) fn step(&mut self, tab: usize, input: Input) {
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
                if self.stored(tab).is_none() {
                    self.write(tab, stored);
                }
            }
            Effect::PersistOver { session, stored } => {
                if let Some(Stored::Session { session: held, .. }) = self.stored(tab)
                    && held.is(&session)
                {
                    self.write(tab, stored);
                }
            }
            Effect::ReadStore => self.later(tab, 1, Event::Read),
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

    // ------------------------------------------------------------------------------------------ the store

    /// What the tab reads.
    fn stored(&self, tab: usize) -> Option<Stored> {
        let tab = &self.tabs[tab];
        if tab.is_blocked { tab.own_store.clone() } else { self.store.clone() }
    }

    fn write(&mut self, tab: usize, stored: Stored) {
        if self.tabs[tab].is_blocked {
            self.tabs[tab].own_store = Some(stored);
        } else if self.shared {
            self.note_replacement(&stored);
            self.store = Some(stored);
            for other in (0..self.tabs.len()).filter(|other| *other != tab) {
                self.later(other, 2, Event::Written);
            }
        }
    }

    pub(super) fn wipe_store(&mut self) {
        self.expect_wipe();
        self.store = None;
        (0..self.tabs.len()).for_each(|tab| self.later(tab, 1, Event::Written));
    }

    pub(super) fn tracked(&self, tab: usize) -> Option<(String, Option<String>)> {
        let (session, account) = self.tabs[tab].machine.tracked()?;
        Some((session.expose().to_owned(), account.map(str::to_owned)))
    }
}
