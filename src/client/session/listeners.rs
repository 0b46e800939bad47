//! Who wants to know of changes.
//!
//! A listener runs when everything is settled and may call anything, this included. What it changes is told after
//! everyone has heard of what is now, and each hears the newest only.

use crate::core::session::Snapshot;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Names a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription(pub u32);

pub(super) type Listener = Rc<dyn Fn(&Snapshot)>;

struct Entry {
    subscription: Subscription,
    listener: Listener,
    has_seen: u64,
}

/// The listeners of one session.
#[derive(Default)]
pub(super) struct Listeners {
    entries: RefCell<Vec<Entry>>,
    count: Cell<u32>,
    version: Cell<u64>,
    is_telling: Cell<bool>,
}

impl Listeners {
    /// Notes that the snapshot is another one.
    pub(super) fn changed(&self) {
        self.version.set(self.version.get() + 1);
    }

    pub(super) fn version(&self) -> u64 {
        self.version.get()
    }

    pub(super) fn len(&self) -> usize {
        self.entries.borrow().len()
    }

    /// Adds a listener, who has yet to be told how things stand.
    pub(super) fn add(&self, listener: Listener) -> Subscription {
        self.count.set(self.count.get() + 1);
        let subscription = Subscription(self.count.get());
        self.entries.borrow_mut().push(Entry { subscription, listener, has_seen: self.version() });
        subscription
    }

    pub(super) fn remove(&self, subscription: Subscription) {
        // Dropped when nothing is borrowed any more: a listener may hold anything.
        let _removed = {
            let mut entries = self.entries.borrow_mut();
            let at = entries.iter().position(|entry| entry.subscription == subscription);
            at.map(|at| entries.remove(at))
        };
    }

    pub(super) fn clear(&self) {
        let _removed = self.entries.take();
    }

    /// Tells everyone who has not heard. Of a listener who is being told, another call of this waits for its end.
    pub(super) fn tell(&self, snapshot: impl Fn() -> Snapshot) {
        if self.is_telling.replace(true) {
            return;
        }
        while let Some(listener) = self.next() {
            listener(&snapshot());
        }
        self.is_telling.set(false);
    }

    fn next(&self) -> Option<Listener> {
        let version = self.version();
        let mut entries = self.entries.borrow_mut();
        let entry = entries.iter_mut().find(|entry| entry.has_seen != version)?;
        entry.has_seen = version;
        Some(Rc::clone(&entry.listener))
    }
}
