//! The entry of the store: read and written in the order in which that is wanted, within bounds, and from memory where the
//! store does not do its part.

use crate::{
    client::{
        ports::{Platform, StoreFault},
        race::{Either, race},
    },
    core::{
        secret::Secret,
        session::{Stored, wire},
    },
};
use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

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
}

/// What a store is known to hold, and what is wanted of it.
#[derive(Default)]
pub(super) struct Storage {
    pub(super) tasks: RefCell<VecDeque<Task>>,
    pub(super) is_busy: Cell<bool>,
    /// What it held last, as far as is known here.
    known: RefCell<Option<Secret>>,
    source: Cell<Source>,
    problem: Cell<Option<Problem>>,
}

/// What counts.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Source {
    /// The store.
    #[default]
    Store,
    /// What should have been written: the store did not take it, and what it holds is older.
    Unwritten,
    /// There is no store.
    Memory,
}

impl Storage {
    /// For a session that is kept in this page alone.
    pub(super) fn in_memory() -> Self {
        Self { source: Cell::new(Source::Memory), ..Self::default() }
    }

    pub(super) fn problem(&self) -> Option<Problem> {
        self.problem.get()
    }

    pub(super) async fn read<P: Platform>(&self, platform: &P, key: &str) -> Option<Stored> {
        if self.source.get() == Source::Store {
            match bounded(platform, platform.read(key)).await {
                Ok(text) => {
                    self.problem.set(None);
                    self.known.replace(text);
                }
                Err(problem) => self.problem.set(Some(problem)),
            }
        }
        let text = self.known.borrow().clone()?;
        let stored = platform.parse(text.expose()).and_then(|record| wire::read_stored(&record));
        if stored.is_none() {
            self.problem.set(Some(Problem::Unreadable));
        }
        stored
    }

    pub(super) async fn write<P: Platform>(&self, platform: &P, key: &str, stored: &Stored) {
        let text = wire::write_stored(stored);
        self.known.replace(Some(text.clone()));
        if self.source.get() == Source::Memory {
            return;
        }
        let problem = bounded(platform, platform.write(key, &text)).await.err();
        self.problem.set(problem);
        self.source.set(if problem.is_some() { Source::Unwritten } else { Source::Store });
        if problem.is_some() {
            // What it holds is over, and a reload must not bring it back.
            let _ = bounded(platform, platform.remove(key)).await;
        }
    }
}

async fn bounded<T>(
    platform: &impl Platform,
    work: impl Future<Output = Result<T, StoreFault>>,
) -> Result<T, Problem> {
    match race(work, platform.sleep(STORE_CAP_MS)).await {
        Either::First(done) => done.map_err(Problem::Fault),
        Either::Second(()) => Err(Problem::Slow),
    }
}
