//! The entry of the store. Operations run in the order in which they were asked for, and each has a time limit. If
//! the store fails, memory takes its place.

use super::{
    Due, Effect, Engine, Event, Id, Resumed, Setup, StorageScope, StoreFault,
    lists::List,
    session::message::{Entry, Message, Stored},
};
use crate::protocol::{secret::Secret, text::Text};

/// How long one operation of a store may take.
const STORE_CAP_MS: u64 = 2_000;

/// What went wrong last with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is no store, or access to it is denied.
    Blocked,
    /// It is full.
    Full,
    /// It failed for another reason.
    Failed,
    /// It did not answer in time.
    Slow,
    /// Its entry is broken, or was written by another version or another app.
    Unreadable,
}

impl Problem {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Blocked, Self::Full, Self::Failed, Self::Slow, Self::Unreadable];

    /// The name in `explain()`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Blocked => "blocked",
            Self::Full => "full",
            Self::Failed => "failed",
            Self::Slow => "slow",
            Self::Unreadable => "unreadable",
        }
    }
}

impl From<StoreFault> for Problem {
    fn from(fault: StoreFault) -> Self {
        match fault {
            StoreFault::Blocked => Self::Blocked,
            StoreFault::Full => Self::Full,
            StoreFault::Failed => Self::Failed,
        }
    }
}

/// A task for a store.
#[derive(Debug)]
pub(super) enum Task {
    /// Read it for the first time.
    Restore,
    /// Read it again.
    Read,
    Write(Stored),
    WriteIfAbsent(Stored),
    WriteOver(Secret, Stored),
    /// Send the other tabs a message, after all earlier tasks.
    Post(Secret),
}

/// An operation of a store.
#[derive(Debug)]
enum Operation {
    /// Read the entry, for that task.
    Read(Task),
    /// Write the entry. Holds what was known to be in it before.
    Write(Option<Secret>),
    /// Remove the entry, because it could not be written.
    Remove,
}

/// One entry of a store: what is known of it, and the tasks for it.
#[derive(Debug)]
pub(super) struct Store {
    /// The entry's name; none without a realm.
    key: Option<Text>,
    tasks: List<Task>,
    /// The operation that is under way. There is one at a time.
    asked: Option<(Id, Operation)>,
    /// What the entry last held, as far as is known here.
    known: Option<Secret>,
    source: Source,
    problem: Option<Problem>,
}

/// Which text of the entry counts.
#[derive(Debug)]
enum Source {
    /// That in the store.
    Store,
    /// That in `known`, because the store did not take it. The digest is that of the text before. If the store still
    /// holds that text, it is out of date.
    Unwritten(Option<u64>),
    /// That in `known`, because there is no store.
    Memory,
}

/// The entry for the realm of an engine.
pub(super) fn of(setup: &Setup) -> Store {
    let is_memory = setup.platform.scope == StorageScope::Memory;
    Store {
        key: setup.config.url.as_ref().map(|url| Secret::of(&["loginrocket:", url.as_str()]).into()),
        tasks: List::default(),
        asked: None,
        known: None,
        source: if is_memory { Source::Memory } else { Source::Store },
        problem: None,
    }
}

impl Store {
    /// Takes in the result of a read. Gives what the entry is.
    fn learn(&mut self, read: Result<Option<Secret>, Problem>) -> Entry {
        match (read, &self.source) {
            (Err(problem), Source::Store) => self.problem = Some(problem),
            (Ok(text), Source::Store) => {
                self.problem = None;
                self.known = text;
            }
            // Another tab has written, although this one could not.
            (Ok(Some(text)), Source::Unwritten(old)) if *old != Some(text.digest()) => {
                self.problem = None;
                self.known = Some(text);
                self.source = Source::Store;
            }
            _ => {}
        }
        let entry = Entry::read(self.known.as_ref());
        if matches!(entry, Entry::Unreadable | Entry::Foreign) {
            self.problem = Some(Problem::Unreadable);
        }
        entry
    }

    /// Takes in that a write failed.
    fn miss(&mut self, problem: Problem, before: Option<Secret>) {
        self.problem = Some(problem);
        let old = match std::mem::replace(&mut self.source, Source::Memory) {
            Source::Unwritten(old) => old,
            Source::Store | Source::Memory => before.map(|before| before.digest()),
        };
        self.source = Source::Unwritten(old);
    }

    fn is_idle(&self) -> bool {
        self.tasks.is_empty() && self.asked.is_none()
    }
}

impl Engine {
    /// Adds a task for the store of this realm.
    pub(super) fn store(&mut self, task: Task) {
        let Some(last) = self.stores.len().checked_sub(1) else { return };
        if let Some(store) = self.stores.get_mut(last) {
            let is_read = |task: &Task| matches!(task, Task::Read);
            // Two reads without a task between them can be one.
            if !is_read(&task) || !store.tasks.last().is_some_and(|last| is_read(last)) {
                store.tasks.add(task);
            }
        }
        self.work_on(last);
    }

    /// The entry's name, if it has one.
    pub(super) fn store_key(&self) -> Option<&str> {
        self.stores.last()?.key.as_deref()
    }

    pub(super) fn store_problem(&self) -> Option<Problem> {
        self.stores.last()?.problem
    }

    /// Changes to the store of another realm. The one before still gets its pending writes.
    pub(super) fn change_store(&mut self) {
        self.stores.take_all(&Store::is_idle);
        self.stores.add(of(&self.setup));
    }

    pub(super) fn stored(&mut self, id: Id, result: Result<Option<Secret>, StoreFault>) {
        self.answered_by_store(id, result.map_err(Problem::from));
    }

    pub(super) fn store_is_slow(&mut self, id: Id) {
        self.answered_by_store(id, Err(Problem::Slow));
    }

    fn answered_by_store(&mut self, id: Id, result: Result<Option<Secret>, Problem>) {
        let is_asked = |store: &Store| store.asked.as_ref().is_some_and(|(asked, _)| *asked == id);
        let Some(which) = self.stores.iter().position(|store| is_asked(store)) else { return };
        self.deadlines.clear(Due::Store(id));
        let Some(store) = self.stores.get_mut(which) else { return };
        match store.asked.take() {
            Some((_, Operation::Read(task))) => {
                let entry = store.learn(result);
                self.has_read(which, task, entry);
            }
            Some((_, Operation::Write(before))) => match result {
                Ok(_) => {
                    store.problem = None;
                    store.source = Source::Store;
                }
                Err(problem) => {
                    store.miss(problem, before);
                    // The entry in the store is out of date, and a reload must not bring it back.
                    self.ask(which, Operation::Remove, None);
                }
            },
            Some((_, Operation::Remove)) | None => {}
        }
        self.work_on(which);
        if self.is_disposed {
            self.forget_entries();
        }
    }

    /// Forgets what the stores hold. Pending writes stay.
    pub(super) fn forget_entries(&mut self) {
        for store in self.stores.iter_mut() {
            store.known = None;
        }
    }

    /// Does the tasks of a store, until one of them has to wait for an answer.
    fn work_on(&mut self, which: usize) {
        loop {
            let is_current = which + 1 == self.stores.len();
            let Some(store) = self.stores.get_mut(which) else { return };
            if store.asked.is_some() {
                return;
            }
            let Some(task) = store.tasks.take_first() else { return };
            if store.key.is_none() {
                continue;
            }
            let is_memory = matches!(store.source, Source::Memory);
            match *task {
                Task::Write(stored) => self.write(which, &stored),
                // The channel may belong to another realm by now.
                Task::Post(text) if is_current => self.post(text),
                Task::Post(_) => {}
                task if is_memory => {
                    let entry = Entry::read(store.known.as_ref());
                    self.has_read(which, task, entry);
                }
                task => self.ask(which, Operation::Read(task), None),
            }
        }
    }

    fn write(&mut self, which: usize, stored: &Stored) {
        let Some(store) = self.stores.get_mut(which) else { return };
        let text = stored.to_text();
        let before = store.known.replace(text.clone());
        if !matches!(store.source, Source::Memory) {
            self.ask(which, Operation::Write(before), Some(text));
        }
    }

    fn ask(&mut self, which: usize, operation: Operation, value: Option<Secret>) {
        let id = self.next_id();
        let Some(store) = self.stores.get_mut(which) else { return };
        let Some(key) = store.key.clone() else { return };
        let effect = match (&operation, value) {
            (Operation::Read(_), _) => Effect::Read { id, key },
            (Operation::Write(_), Some(value)) => Effect::Write { id, key, value },
            (Operation::Write(_) | Operation::Remove, _) => Effect::Remove { id, key },
        };
        store.asked = Some((id, operation));
        self.emit(effect);
        self.deadlines.set(Due::Store(id), self.now.mono_ms + STORE_CAP_MS);
    }

    fn has_read(&mut self, which: usize, task: Task, entry: Entry) {
        let is_current = which + 1 == self.stores.len() && !self.is_disposed;
        match (task, entry) {
            (Task::Restore, entry) if is_current => {
                self.step(Event::Restored(entry.known()));
                self.is_restoring = false;
                self.resumed.add(Resumed::Restored);
            }
            // The entry is from another version. What it means is not known here, so it changes nothing.
            (Task::Read, Entry::Foreign) => {}
            // A pending write is newer than what was read.
            (Task::Read, entry) if self.is_to_write(which, &entry) => {}
            (Task::Read, entry) if is_current => self.step(Event::StoreChanged(entry.known())),
            (Task::WriteIfAbsent(stored), Entry::Absent | Entry::Unreadable) => self.write(which, &stored),
            (Task::WriteOver(session, stored), Entry::Stored(Stored::Session { session: held, .. }))
                if held.is(&session) =>
            {
                self.write(which, &stored);
            }
            _ => {}
        }
    }

    /// Whether a task is to write over that entry.
    fn is_to_write(&self, which: usize, entry: &Entry) -> bool {
        let is_over = |task: &Task| match (task, entry) {
            (Task::Write(_), _) => true,
            (Task::WriteOver(session, _), Entry::Stored(Stored::Session { session: held, .. })) => {
                held.is(session)
            }
            _ => false,
        };
        self.stores.get(which).is_some_and(|store| store.tasks.iter().any(|task| is_over(task)))
    }

    /// Sends the other tabs a message. A token is sent after the store was written: a tab that does not have its session
    /// yet then finds that session in the store. If the store is not shared, no other tab has the session, and no token
    /// is sent.
    pub(super) fn broadcast(&mut self, message: &Message) {
        let text = message.to_text();
        match message {
            Message::Token { .. } if self.setup.platform.scope == StorageScope::Shared => {
                self.store(Task::Post(text));
            }
            Message::Token { .. } => {}
            _ => self.post(text),
        }
    }

    fn post(&mut self, text: Secret) {
        if self.is_channel_open {
            self.emit(Effect::Post { text });
        }
    }
}
