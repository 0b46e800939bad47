//! The listeners of a session.
//!
//! A listener is called when everything is settled, and may call anything. If it causes a change, the listeners are called anew
//! from the first one. Each gets only the newest snapshot.

use super::host::Host;
use crate::engine::session::snapshot::Snapshot;
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

type Callback = Rc<dyn Fn(&Rc<Snapshot>)>;

struct Entry {
    number: u64,
    callback: Callback,
    seen: u64,
}

#[derive(Default)]
pub(super) struct Listeners {
    entries: RefCell<Vec<Entry>>,
    added: Cell<u64>,
    version: Cell<u64>,
    is_notifying: Cell<bool>,
}

impl Listeners {
    /// Notes that the snapshot has changed.
    pub(super) fn changed(&self) {
        self.version.set(self.version.get() + 1);
    }

    pub(super) fn add(&self, callback: Callback) -> u64 {
        let number = self.added.get() + 1;
        self.added.set(number);
        self.entries.borrow_mut().push(Entry { number, callback, seen: self.version.get() });
        number
    }

    pub(super) fn remove(&self, number: u64) {
        // The entry is dropped after the borrow has ended, because dropping it may call this again.
        let removed = {
            let mut entries = self.entries.borrow_mut();
            let at = entries.iter().position(|entry| entry.number == number);
            at.map(|at| entries.remove(at))
        };
        drop(removed);
    }

    pub(super) fn clear(&self) {
        drop(self.entries.take());
    }

    /// Calls every listener that has not seen the newest snapshot.
    pub(super) fn notify(&self, snapshot: impl Fn() -> Rc<Snapshot>) {
        if self.is_notifying.replace(true) {
            return;
        }
        while let Some(callback) = self.next() {
            callback(&snapshot());
        }
        self.is_notifying.set(false);
    }

    fn next(&self) -> Option<Callback> {
        let version = self.version.get();
        let mut entries = self.entries.borrow_mut();
        let entry = entries.iter_mut().find(|entry| entry.seen != version)?;
        entry.seen = version;
        Some(Rc::clone(&entry.callback))
    }
}

/// A subscription. The listener is called until this is dropped.
#[must_use = "the listener is called no more when this is dropped"]
pub struct Subscription {
    pub(super) host: Weak<Host>,
    pub(super) number: u64,
}

impl std::fmt::Debug for Subscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Subscription")
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(host) = self.host.upgrade() {
            host.listeners.remove(self.number);
        }
    }
}
