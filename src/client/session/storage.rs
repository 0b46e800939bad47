//! The entry of the store: read and written in the order in which that is wanted, within bounds, and from memory where the
//! store does not do its part.

use crate::{
    client::{
        ports::{Ask, Platform, StoreFault},
        race::{Either, race},
    },
    core::{
        secret::Secret,
        session::{Message, Stored, wire},
    },
};
use std::cell::{Cell, RefCell};

/// How long a store may take.
const STORE_CAP_MS: u32 = 2_000;

/// What went wrong with a store last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It failed.
    Fault(StoreFault),
    /// It did not answer in time.
    Slow,
    /// Its entry is broken, or another app's.
    Unreadable,
}

impl Problem {
    /// For `explain()`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fault(StoreFault::Blocked) => "blocked",
            Self::Fault(StoreFault::Full) => "full",
            Self::Fault(StoreFault::Failed) => "failed",
            Self::Slow => "slow",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What is wanted of the store.
pub(super) enum Task {
    Restore,
    Read,
    Write(Stored),
    WriteIfAbsent(Stored),
    WriteOver(Secret, Stored),
    /// Tell the others, when all that is to be written before is written.
    Tell(Box<Message>),
}

/// What a store holds.
pub(super) enum Entry {
    /// Nothing, or what nobody can read.
    Absent,
    /// What we can read.
    Stored(Stored),
    /// What another version of this package wrote, and can read.
    Foreign,
}

impl Entry {
    /// What can be read of it.
    pub(super) fn known(self) -> Option<Stored> {
        match self {
            Self::Stored(stored) => Some(stored),
            Self::Absent | Self::Foreign => None,
        }
    }
}

/// What one entry of a store is known to be, and what is wanted of it.
pub(super) struct Storage {
    /// The entry's name; of no realm there is none.
    pub(super) key: Option<String>,
    pub(super) tasks: RefCell<Vec<Task>>,
    pub(super) is_busy: Cell<bool>,
    /// What it was last, as far as is known here.
    known: RefCell<Option<Secret>>,
    source: RefCell<Source>,
    problem: Cell<Option<Problem>>,
}

/// What counts.
enum Source {
    /// The store.
    Store,
    /// What should have been written: the store did not take it, and if it still holds this, that is older.
    Unwritten(Option<Secret>),
    /// There is no store.
    Memory,
}

impl Storage {
    pub(super) fn new(key: Option<String>, is_only_memory: bool) -> Self {
        Self {
            key,
            tasks: RefCell::default(),
            is_busy: Cell::default(),
            known: RefCell::default(),
            source: RefCell::new(if is_only_memory { Source::Memory } else { Source::Store }),
            problem: Cell::default(),
        }
    }

    pub(super) fn problem(&self) -> Option<Problem> {
        self.problem.get()
    }

    pub(super) async fn read<P: Platform>(&self, platform: &P, key: &str) -> Entry {
        let is_only_memory = matches!(*self.source.borrow(), Source::Memory);
        if !is_only_memory {
            let read = ask(platform, key, Ask::Read).await;
            self.learn(read);
        }
        let Some(text) = self.known.borrow().clone() else { return Entry::Absent };
        let Some(record) = platform.parse(text.expose()) else { return self.unreadable(Entry::Absent) };
        match wire::read_stored(&record) {
            Some(stored) => Entry::Stored(stored),
            None if wire::is_of_other_version(&record) => self.unreadable(Entry::Foreign),
            None => self.unreadable(Entry::Absent),
        }
    }

    fn unreadable(&self, entry: Entry) -> Entry {
        self.problem.set(Some(Problem::Unreadable));
        entry
    }

    fn learn(&self, read: Result<Option<Secret>, Problem>) {
        let source = &mut *self.source.borrow_mut();
        match (read, &*source) {
            (Err(problem), Source::Store) => self.problem.set(Some(problem)),
            (Ok(text), Source::Store) => {
                self.problem.set(None);
                self.known.replace(text);
            }
            // Another tab could write what this one could not.
            (Ok(Some(text)), Source::Unwritten(old)) if !old.as_ref().is_some_and(|old| old.is(&text)) => {
                self.problem.set(None);
                self.known.replace(Some(text));
                *source = Source::Store;
            }
            _ => {}
        }
    }

    pub(super) async fn write<P: Platform>(&self, platform: &P, key: &str, stored: &Stored) {
        let text = wire::write_stored(stored);
        let before = self.known.replace(Some(text.clone()));
        if matches!(*self.source.borrow(), Source::Memory) {
            return;
        }
        let problem = ask(platform, key, Ask::Write(&text)).await.err();
        self.problem.set(problem);
        if problem.is_none() {
            self.source.replace(Source::Store);
            return;
        }
        let old = match self.source.replace(Source::Memory) {
            Source::Unwritten(old) => old,
            Source::Store | Source::Memory => before,
        };
        self.source.replace(Source::Unwritten(old));
        // What it holds is over, and a reload must not bring it back.
        let _ = ask(platform, key, Ask::Remove).await;
    }
}

/// Asks the store and waits for as long as it may take.
async fn ask(platform: &impl Platform, key: &str, what: Ask<'_>) -> Result<Option<Secret>, Problem> {
    match race(platform.ask(key, what), platform.sleep(STORE_CAP_MS)).await {
        Either::First(done) => done.map_err(Problem::Fault),
        Either::Second(()) => Err(Problem::Slow),
    }
}
