//! The lock that lets one tab at a time refresh: requested, waited for, given back, or done without. And the
//! announcement by which a tab that opens finds out whether another one has a token for it.

use super::{Due, Effect, Engine, Event, Id, StorageScope, session::Ticket};
use crate::protocol::text::Text;

/// How long a tab waits for another one's refresh before it asks by itself: the other one may be frozen.
const LOCK_CAP_MS: u64 = 3_000;

/// How long a message takes to arrive, for all that is known: no standard orders the ways between tabs. The lock of a refresh
/// is held for that time, and news of the store wait for it, which say less than the channel.
pub(super) const MESSAGE_MS: u64 = 20;

/// A lock that a refresh has, or waits for.
#[derive(Debug)]
pub(super) struct RefreshLock {
    id: Id,
    ticket: Ticket,
    is_held: bool,
}

impl Engine {
    /// The name of the entry is also that of the lock and of the channel, if there may be others to share them with.
    pub(super) fn shared_name(&self) -> Option<Text> {
        let is_shared = self.setup.platform.scope != StorageScope::Memory;
        self.store_key().filter(|_| is_shared).map(Text::from)
    }

    pub(super) fn lock(&mut self, ticket: Ticket) {
        let Some(name) = self.shared_name().filter(|_| self.setup.platform.has_locks) else {
            return self.step(Event::LockSettled(ticket));
        };
        let id = self.next_id();
        self.locks.add(RefreshLock { id, ticket, is_held: false });
        self.deadlines.set(Due::Lock(id), self.now.mono_ms + LOCK_CAP_MS);
        self.emit(Effect::Lock { id, name });
    }

    pub(super) fn lock_settled(&mut self, id: Id, is_granted: bool) {
        let Some(at) = self.locks.iter().position(|lock| lock.id == id && !lock.is_held) else { return };
        self.deadlines.clear(Due::Lock(id));
        let Some(lock) = self.locks.get_mut(at) else { return };
        let ticket = lock.ticket;
        lock.is_held = true;
        if !is_granted {
            self.locks.remove(at);
        }
        self.step(Event::LockSettled(ticket));
    }

    /// It does not come in time; the refresh goes on without it.
    pub(super) fn lock_is_late(&mut self, id: Id) {
        self.emit(Effect::Unlock { id });
        self.lock_settled(id, false);
    }

    pub(super) fn unlock(&mut self, ticket: Ticket) {
        let Some(at) = self.locks.iter().position(|lock| lock.ticket == ticket) else { return };
        let RefreshLock { id, is_held, .. } = *self.locks.remove(at);
        self.deadlines.clear(Due::Lock(id));
        if is_held && self.is_channel_open {
            self.deadlines.set(Due::Unlock(id), self.now.mono_ms + MESSAGE_MS);
        } else {
            self.emit(Effect::Unlock { id });
        }
    }

    /// Gives all locks back at once.
    pub(super) fn drop_locks(&mut self) {
        while let Some(lock) = self.locks.take_first() {
            let id = lock.id;
            self.deadlines.clear(Due::Lock(id));
            self.emit(Effect::Unlock { id });
        }
        while let Some(id) = self.deadlines.take_unlock() {
            self.emit(Effect::Unlock { id });
        }
    }

    pub(super) fn find_siblings(&mut self) {
        let Some(name) = self.shared_name().filter(|_| self.is_channel_open) else {
            return self.step(Event::Siblings(false));
        };
        let id = self.next_id();
        self.looking = Some(id);
        self.emit(Effect::FindSiblings { id, name });
    }
}
