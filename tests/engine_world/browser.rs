//! The browser of the world, which hosts an engine in each tab: it performs what the engines want done, and gives tabs or
//! keeps from them a lock, a channel, a store and timers.

use super::World;
use loginrocket_wasm::{
    engine::{
        Effect, Id, Input, StorageScope, StoreFault,
        session::message::{Entry, Stored},
    },
    protocol::secret::Secret,
};

/// The name of the store's entry, of the lock and of the channel.
const NAME: &str = "loginrocket:https://sample.e2.loginrocket.com/v2/";

pub enum Event {
    Input(Input),
    /// A slow store does what it was asked.
    Store(Effect),
}

impl World {
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
            Event::Input(Input::StorageChanged { .. }) if self.tabs[tab].is_blocked => {}
            Event::Input(input) => self.step(tab, input),
            Event::Store(effect) => {
                let report = self.ask_store(tab, effect);
                self.step(tab, report);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ what engines do

    pub(super) fn step(&mut self, tab: usize, input: Input) {
        self.take_in(tab, input);
        self.pass_on_reports(tab);
    }

    /// What a tab does first, and what comes of it.
    pub(super) fn perform_all(&mut self, tab: usize, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(tab, effect);
        }
        self.pass_on_reports(tab);
    }

    fn pass_on_reports(&mut self, tab: usize) {
        while let Some(report) = self.reports.pop_front() {
            self.take_in(tab, report);
        }
    }

    fn take_in(&mut self, tab: usize, input: Input) {
        self.steps += 1;
        let again = self.steps.is_multiple_of(4).then(|| input.clone());
        let before = self.look(tab);
        let cause = self.cause(tab, &input);
        let effects = self.tabs[tab].engine.handle(self.now, input);
        self.check(tab, &before, &cause, &effects);
        for effect in effects {
            self.perform(tab, effect);
        }
        self.check_announcement(tab);
        if let Some(input) = again {
            for effect in self.check_repetition(tab, input) {
                self.perform(tab, effect);
            }
        }
    }

    fn perform(&mut self, tab: usize, effect: Effect) {
        match effect {
            Effect::Lock { id, name } => {
                assert_eq!(name, NAME);
                self.check_schedule(tab);
                self.lock.push_back((tab, id));
                if self.lock.len() == 1 {
                    self.grant_lock();
                }
            }
            Effect::Unlock { id } => {
                let held = self.lock.front() == Some(&(tab, id));
                self.lock.retain(|waiting| *waiting != (tab, id));
                if held {
                    self.grant_lock();
                }
            }
            Effect::Fetch { id, request } => self.fetch(tab, id, &request),
            Effect::Abort { id } => {
                self.tabs[tab].page.live.remove(&id);
            }
            Effect::Read { .. } | Effect::Write { .. } | Effect::Remove { .. } => {
                self.tabs[tab].page.store_asked_ms = Some(self.now.mono_ms);
                if self.setup.has_slow_store {
                    self.later(tab, 1, Event::Store(effect));
                } else {
                    let report = self.ask_store(tab, effect);
                    self.reports.push_back(report);
                }
            }
            Effect::Post { text } => self.post(tab, &text),
            Effect::FindSiblings { id, name } => {
                assert_eq!(name, NAME);
                self.tabs[tab].page.has_looked = true;
                let are_there =
                    (0..self.tabs.len()).any(|other| other != tab && self.tabs[other].is_announced);
                self.later(tab, 1, Event::Input(Input::SiblingsFound { id, are_there }));
            }
            Effect::Announce { name } => self.tabs[tab].is_announced = name.is_some(),
            Effect::Listen { name } => self.tabs[tab].is_listening = name.is_some(),
            Effect::WakeAt { at_ms } => self.tabs[tab].wake_at = at_ms,
            Effect::Settle { ids, answer } => {
                for id in ids {
                    self.check_answer(tab, id, &answer);
                }
            }
            Effect::Watch { .. } => {
                self.reports.push_back(Input::Visible { is_visible: true });
                self.reports.push_back(Input::Online { is_online: self.online });
            }
            Effect::Notify => {}
            other => panic!("nobody wants {other:?}"),
        }
    }

    pub(super) fn grant_lock(&mut self) {
        if let Some((tab, id)) = self.lock.front().copied() {
            self.later(tab, 0, Event::Input(Input::LockSettled { id, is_granted: true }));
        }
    }

    fn post(&mut self, tab: usize, text: &Secret) {
        self.posted.push(text.clone());
        for other in (0..self.tabs.len()).filter(|other| *other != tab) {
            if self.tabs[other].is_listening {
                self.later(other, 1, Event::Input(Input::Message { text: text.clone() }));
            }
        }
    }

    // ------------------------------------------------------------------------------------------ the store

    fn ask_store(&mut self, tab: usize, effect: Effect) -> Input {
        let (id, result): (Id, _) = match effect {
            Effect::Read { id, .. } | Effect::Write { id, .. } | Effect::Remove { id, .. }
                if self.tabs[tab].is_blocked =>
            {
                (id, Err(StoreFault::Blocked))
            }
            Effect::Read { id, key } => {
                assert_eq!(key, NAME);
                let is_shared = self.setup.scope == StorageScope::Shared;
                let held = if is_shared { &self.store } else { &self.tabs[tab].own_store };
                (id, Ok(held.clone()))
            }
            Effect::Write { id, value, .. } => {
                self.write(tab, Some(value));
                (id, Ok(None))
            }
            Effect::Remove { id, .. } => {
                assert!(self.setup.has_slow_store, "what a store could take is taken away");
                self.write(tab, None);
                (id, Ok(None))
            }
            other => panic!("no store does {other:?}"),
        };
        Input::Stored { id, result }
    }

    fn write(&mut self, tab: usize, value: Option<Secret>) {
        if self.setup.scope != StorageScope::Shared {
            self.tabs[tab].own_store = value;
            return;
        }
        self.note_replacement(value.as_ref());
        self.store = value;
        for other in (0..self.tabs.len()).filter(|other| *other != tab) {
            let key = Some(NAME.into());
            self.later(other, 2, Event::Input(Input::StorageChanged { key }));
        }
    }

    pub(super) fn wipe_store(&mut self) {
        self.expect_wipe();
        self.store = None;
        for tab in 0..self.tabs.len() {
            if self.tabs[tab].own_store.take().is_some() {
                // Whether it is read before, or written after, nobody knows.
                self.expect_late_store(tab);
            }
            self.later(tab, 1, Event::Input(Input::StorageChanged { key: None }));
        }
    }
}

/// What an entry of the store says.
pub fn stored(text: Option<&Secret>) -> Option<Stored> {
    Entry::read(text).known()
}
