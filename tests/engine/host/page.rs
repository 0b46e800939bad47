//! What a tab has of its own: how its store, its locks and its channel behave, and who looks at it.

use super::realm::config;
use loginrocket_wasm::{
    engine::{Platform, Setup, StorageScope, StoreFault, TokenPolicy},
    protocol::secret::Secret,
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

/// The page of a tab, as it is before and while an engine runs in it.
pub struct Page {
    pub number: u64,
    pub is_hidden: Cell<bool>,
    pub is_offline: Cell<bool>,
    pub is_server: Cell<bool>,
    pub store: RefCell<Rc<FakeStore>>,
    /// How its store does each.
    pub reading: Cell<Behaviour>,
    pub writing: Cell<Behaviour>,
    pub removing: Cell<Behaviour>,
    /// What the app's own store does in the middle of its next write.
    pub interrupting: RefCell<Option<Box<dyn FnOnce()>>>,
    pub locking: Cell<Locking>,
    pub channels: Cell<Channels>,
    pub has_no_crypto: Cell<bool>,
    /// Whether what is to be verified never is.
    pub has_silent_crypto: Cell<bool>,
    /// Options of the client.
    pub keeps_challenge: Cell<bool>,
    pub keeps_profile: Cell<bool>,
    /// The tab's own storage.
    pub tab_entries: RefCell<BTreeMap<String, Secret>>,
}

/// How a store does what it is asked.
#[derive(Clone, Copy, Debug, Default)]
pub enum Behaviour {
    #[default]
    AtOnce,
    After(u32),
    Never,
    Fails(StoreFault),
}

/// What a tab has of locks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locking {
    #[default]
    Fair,
    /// No locks at all.
    Missing,
    /// There are locks, and none can be had.
    Refused,
    /// There are locks, and nobody ever says anything.
    Silent,
}

/// What a tab has of channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Channels {
    #[default]
    Open,
    /// No channels at all.
    Missing,
    /// There are channels, and none can be opened.
    Failing,
}

impl Page {
    pub(super) fn new(number: u64, store: Rc<FakeStore>) -> Self {
        Self {
            number,
            is_hidden: Cell::default(),
            is_offline: Cell::default(),
            is_server: Cell::default(),
            store: RefCell::new(store),
            reading: Cell::default(),
            writing: Cell::default(),
            removing: Cell::default(),
            interrupting: RefCell::default(),
            locking: Cell::default(),
            channels: Cell::default(),
            has_no_crypto: Cell::default(),
            has_silent_crypto: Cell::default(),
            keeps_challenge: Cell::default(),
            keeps_profile: Cell::default(),
            tab_entries: RefCell::default(),
        }
    }

    /// How an engine in this page is set up.
    pub fn setup(&self, scope: StorageScope, url: &str) -> Setup {
        Setup {
            config: config(url),
            token_origins: vec!["https://api.example.com".into()],
            policy: TokenPolicy::Off,
            keeps_challenge: self.keeps_challenge.get(),
            keeps_profile: self.keeps_profile.get(),
            platform: Platform {
                scope,
                is_server: self.is_server.get(),
                has_locks: self.locking.get() != Locking::Missing,
                has_channel: self.channels.get() != Channels::Missing,
                has_crypto: !self.has_no_crypto.get(),
                seed: (self.number + 1_000).wrapping_mul(0x9e37_79b9_7f4a_7c15),
            },
        }
    }

    /// How the store does everything from now on.
    pub fn set_store_behaviour(&self, behaviour: Behaviour) {
        for operation in [&self.reading, &self.writing, &self.removing] {
            operation.set(behaviour);
        }
    }
}

/// Entries, and what was done with them.
#[derive(Default)]
pub struct FakeStore {
    pub entries: RefCell<BTreeMap<String, String>>,
    /// Begun and ended operations, in their order.
    pub log: RefCell<Vec<String>>,
}

impl FakeStore {
    pub fn put(&self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.entries.borrow_mut().insert(key.to_owned(), value.to_owned()),
            None => self.entries.borrow_mut().remove(key),
        };
    }

    pub fn get(&self, key: &str) -> Option<String> {
        self.entries.borrow().get(key).cloned()
    }

    /// Its only entry.
    pub fn entry(&self) -> Option<String> {
        let entries = self.entries.borrow();
        assert!(entries.len() < 2, "{entries:?}");
        entries.values().next().cloned()
    }

    pub(super) fn log(&self, what: &str) {
        self.log.borrow_mut().push(what.to_owned());
    }
}
