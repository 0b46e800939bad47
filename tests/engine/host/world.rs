//! What all tabs of a browser have in common, what each of them waits for, and what happens next.
//!
//! Everything waits in a row, so a run is the same every time: first what has come, then what tabs send each other.
//! Messages come before the events of a store, or after them: no standard says which.

use super::{
    Answer, BEGINNING, Live, Sent,
    app::AppFetch,
    page::{FakeStore, Locking, Page},
    pending::Slot,
    service::Service,
    tab::{Listener, Subscription},
};
use loginrocket_wasm::{
    engine::{Effect, Engine, Id, Input, session::snapshot::Snapshot},
    protocol::{secret::Secret, text::Text, time::Moment},
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

/// Something that happens when its turn comes.
pub(super) enum Task {
    Input { tab: usize, input: Input },
    Reply { tab: usize, id: Id, answer: Answer },
    AppReply { tab: usize, id: Id },
    Granted { tab: usize, id: Id, name: Text },
    LookForSiblings { tab: usize, id: Id, name: Text },
    Store { tab: usize, id: Id, key: Text, operation: Operation },
    Message { channel: u64, text: Secret },
    StorageEvent { tab: usize, key: Option<Text> },
}

/// What a store is asked.
#[derive(Clone)]
pub(super) enum Operation {
    Read,
    Write(Secret),
    Remove,
}

/// Who has a lock, or waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Tab(usize, Id),
    /// A tab that is none of ours.
    Stranger,
}

#[derive(Default)]
pub(super) struct Queue {
    pub(super) holder: Option<Holder>,
    pub(super) waiting: VecDeque<Holder>,
}

pub(super) struct Channel {
    pub(super) number: u64,
    pub(super) tab: usize,
    pub(super) name: Text,
}

#[derive(Default)]
pub(super) struct World {
    pub(super) now_ms: u64,
    tasks: VecDeque<Task>,
    sleepers: Vec<(u64, Task)>,
    messages: VecDeque<Task>,
    events: VecDeque<Task>,
    pub(super) has_events_first: bool,
    pub(super) is_quiet: bool,
    pub(super) loses_messages: bool,
    /// The machine's clock ahead of everyone's, in seconds.
    pub(super) clock_ahead: i64,
    pub(super) answers: VecDeque<Answer>,
    /// Answers what is not scripted.
    pub(super) service: Option<Service>,
    pub(super) held: Vec<(usize, Id)>,
    pub(super) held_by_app: Vec<(usize, Id)>,
    pub(super) sent: Vec<Sent>,
    pub(super) in_flight: Vec<(usize, Id)>,
    pub(super) tabs: Vec<TabState>,
    pub(super) pages: u64,
    pub(super) locks: BTreeMap<Text, Queue>,
    pub(super) channels: Vec<Channel>,
    pub(super) channel_count: u64,
    /// What was posted, and in which channel.
    pub(super) said: Vec<(String, String)>,
}

/// An engine, and what its host holds for it.
pub(super) struct TabState {
    pub(super) page: Rc<Page>,
    pub(super) engine: Engine,
    /// What the engine wanted first.
    pub(super) initial: Option<Vec<Effect>>,
    pub(super) queue: VecDeque<Input>,
    pub(super) is_handling: bool,
    pub(super) is_dead: bool,
    pub(super) is_disposed: bool,
    /// When its timer goes off.
    pub(super) wake_at: Option<u64>,
    pub(super) ids: Id,
    /// Who waits for an answer.
    pub(super) slots: BTreeMap<Id, Slot>,
    /// Who was answered together, in order.
    pub(super) settled: Vec<Vec<Id>>,
    /// The parameters of calls that have a body.
    pub(super) bodies: BTreeMap<Id, Json>,
    /// The app's own requests, and the status of the answer that each has.
    pub(super) fetches: BTreeMap<Id, (AppFetch, Option<u16>)>,
    /// Names of the locks that it has or waits for.
    pub(super) locks: BTreeMap<Id, Text>,
    pub(super) channel: Option<u64>,
    pub(super) is_watching: bool,
    pub(super) announced: Option<Text>,
    /// Pages that it left for.
    pub(super) visited: Vec<String>,
    /// Addresses that took the place of the page's own.
    pub(super) addresses: Vec<String>,
    pub(super) version: u64,
    pub(super) subscriptions: u32,
    pub(super) listeners: Vec<(Subscription, Listener, u64)>,
    pub(super) is_notifying: bool,
}

impl TabState {
    pub(super) fn new(page: Rc<Page>, engine: Engine, initial: Vec<Effect>) -> Self {
        Self {
            page,
            engine,
            initial: Some(initial),
            queue: VecDeque::new(),
            is_handling: false,
            is_dead: false,
            is_disposed: false,
            wake_at: None,
            ids: 0,
            slots: BTreeMap::new(),
            settled: Vec::new(),
            bodies: BTreeMap::new(),
            fetches: BTreeMap::new(),
            locks: BTreeMap::new(),
            channel: None,
            is_watching: false,
            announced: None,
            visited: Vec::new(),
            addresses: Vec::new(),
            version: 0,
            subscriptions: 0,
            listeners: Vec::new(),
            is_notifying: false,
        }
    }

    /// The first one who has not got the newest snapshot.
    pub(super) fn next_listener(&mut self) -> Option<(Listener, Snapshot)> {
        let version = self.version;
        let (_, listener, seen) = self.listeners.iter_mut().find(|(.., seen)| *seen != version)?;
        *seen = version;
        Some((Rc::clone(listener), self.engine.session().snapshot().clone()))
    }
}

impl World {
    // ------------------------------------------------------------------------------------------ what happens next

    pub(super) fn now(&self) -> Moment {
        let wall = (BEGINNING + self.now_ms / 1000).saturating_add_signed(self.clock_ahead);
        Moment { mono_ms: self.now_ms, wall }
    }

    pub(super) fn soon(&mut self, task: Task) {
        self.tasks.push_back(task);
    }

    pub(super) fn later(&mut self, ms: u32, task: Task) {
        self.sleepers.push((self.now_ms + u64::from(ms), task));
    }

    pub(super) fn next_task(&mut self) -> Option<Task> {
        let (first, second) = if self.has_events_first {
            (&mut self.events, &mut self.messages)
        } else {
            (&mut self.messages, &mut self.events)
        };
        self.tasks.pop_front().or_else(|| first.pop_front()).or_else(|| second.pop_front())
    }

    /// When time has come for something.
    pub(super) fn next_due(&self) -> Option<u64> {
        let sleepers = self.sleepers.iter().map(|(at, _)| *at);
        sleepers.chain(self.tabs.iter().filter_map(|tab| tab.wake_at)).min()
    }

    pub(super) fn go_to(&mut self, now_ms: u64) {
        self.now_ms = now_ms;
        let due = self.sleepers.extract_if(.., |(at, _)| *at <= now_ms);
        self.tasks.extend(due.map(|(_, task)| task));
        for (tab, state) in self.tabs.iter_mut().enumerate() {
            if state.wake_at.take_if(|at| *at <= now_ms).is_some() {
                self.tasks.push_back(Task::Input { tab, input: Input::Woke });
            }
        }
    }

    pub(super) fn sleep(&mut self, ms: u64) {
        self.now_ms += ms;
        let sleepers = self.sleepers.iter_mut().map(|(at, _)| at);
        let timers = self.tabs.iter_mut().filter_map(|tab| tab.wake_at.as_mut());
        sleepers.chain(timers).for_each(|at| *at += ms);
    }

    /// What an engine wants because of the next input.
    pub(super) fn handle_next(&mut self, tab: usize) -> Option<Vec<Effect>> {
        let now = self.now();
        let state = &mut self.tabs[tab];
        if state.is_dead {
            return None;
        }
        state.initial.take().or_else(|| Some(state.engine.handle(now, state.queue.pop_front()?)))
    }

    pub(super) fn live(&self) -> Live {
        Live {
            timers: self.tabs.iter().filter(|tab| tab.wake_at.is_some()).count(),
            requests: self.in_flight.len(),
            locks: self
                .locks
                .values()
                .map(|queue| usize::from(queue.holder.is_some()) + queue.waiting.len())
                .sum(),
            channels: self.channels.len(),
            watches: self.tabs.iter().filter(|tab| tab.is_watching).count(),
        }
    }

    /// A tab is gone, and the browser cleans up after it.
    pub(super) fn bury(&mut self, tab: usize) {
        let state = &mut self.tabs[tab];
        state.is_dead = true;
        state.wake_at = None;
        state.is_watching = false;
        state.announced = None;
        state.slots.clear();
        state.listeners.clear();
        for (id, name) in std::mem::take(&mut state.locks) {
            self.release_lock(Holder::Tab(tab, id), &name);
        }
        self.channels.retain(|channel| channel.tab != tab);
        self.in_flight.retain(|(other, _)| *other != tab);
    }

    // ------------------------------------------------------------------------------------------ answers

    /// The report of an answer, if it has come and somebody waits for it.
    pub(super) fn resolve(&mut self, tab: usize, id: Id, answer: Answer) -> Option<Input> {
        match answer {
            Answer::Hang => return None,
            Answer::Held => {
                self.held.push((tab, id));
                return None;
            }
            Answer::After(ms, answer) => {
                self.later(ms, Task::Reply { tab, id, answer: *answer });
                return None;
            }
            _ => {}
        }
        let at = self.in_flight.iter().position(|other| *other == (tab, id))?;
        self.in_flight.remove(at);
        Some(answer.report(id))
    }

    pub(super) fn resolve_app(&mut self, tab: usize, id: Id) -> u16 {
        let (fetch, status) = self.tabs[tab].fetches.get_mut(&id).unwrap();
        *status.insert(fetch.next_status())
    }

    // ------------------------------------------------------------------------------------------ stores

    /// What a store holds, or that it holds something else now.
    pub(super) fn finish_operation(&mut self, tab: usize, key: &str, operation: Operation) -> Option<Secret> {
        if self.tabs[tab].is_dead {
            return None;
        }
        let page = Rc::clone(&self.tabs[tab].page);
        let store = Rc::clone(&page.store.borrow());
        store.log("done");
        let value = match operation {
            Operation::Read => return store.get(key).map(Secret::from),
            Operation::Write(value) => Some(value),
            Operation::Remove => None,
        };
        store.put(key, value.as_ref().map(Secret::expose));
        self.store_changed(&store, page.number, key);
        None
    }

    /// Notifies every tab but the one that did it.
    pub(super) fn store_changed(&mut self, store: &Rc<FakeStore>, by: u64, key: &str) {
        for (tab, state) in self.tabs.iter().enumerate() {
            let page = &state.page;
            let has_it = state.is_watching && page.number != by && Rc::ptr_eq(&page.store.borrow(), store);
            if has_it && !self.is_quiet {
                self.events.push_back(Task::StorageEvent { tab, key: Some(key.into()) });
            }
        }
    }

    // ------------------------------------------------------------------------------------------ channels

    pub(super) fn post(&mut self, sender: u64, name: &str, text: &str) {
        self.said.push((name.to_owned(), text.to_owned()));
        let others = self.channels.iter().filter(|channel| channel.number != sender && channel.name == name);
        if !self.loses_messages {
            self.messages.extend(
                others.map(|channel| Task::Message { channel: channel.number, text: Secret::from(text) }),
            );
        }
    }

    /// Whose channel that is, if it is still open.
    pub(super) fn tab_of_channel(&self, number: u64) -> Option<usize> {
        self.channels.iter().find(|channel| channel.number == number).map(|channel| channel.tab)
    }

    /// Whether another tab has announced itself; none where the browser does not say.
    pub(super) fn has_sibling(&self, tab: usize, name: &str) -> Option<bool> {
        if self.tabs[tab].page.locking.get() == Locking::Silent {
            return None;
        }
        let mut others = self.tabs.iter().enumerate().filter(|(other, _)| *other != tab);
        Some(others.any(|(_, other)| other.announced.as_deref() == Some(name)))
    }

    // ------------------------------------------------------------------------------------------ locks

    /// Whether the lock is granted at once; otherwise it is waited for.
    pub(super) fn request_lock(&mut self, holder: Holder, name: &str) -> bool {
        let queue = self.locks.entry(name.into()).or_default();
        if queue.holder.is_some() {
            queue.waiting.push_back(holder);
            return false;
        }
        queue.holder = Some(holder);
        true
    }

    pub(super) fn is_holder(&self, holder: Holder, name: &str) -> bool {
        self.locks.get(name).is_some_and(|queue| queue.holder == Some(holder))
    }

    /// Gives a lock to the next one, or waits for it no longer.
    pub(super) fn release_lock(&mut self, holder: Holder, name: &str) {
        let Some(queue) = self.locks.get_mut(name) else { return };
        if queue.holder != Some(holder) {
            queue.waiting.retain(|other| *other != holder);
            return;
        }
        queue.holder = queue.waiting.pop_front();
        if let Some(Holder::Tab(tab, id)) = queue.holder {
            self.soon(Task::Granted { tab, id, name: name.into() });
        }
    }
}
