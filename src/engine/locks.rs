//! The lock that lets one tab at a time refresh: to request it, to give it back, and to go on without it. Also the search
//! for other tabs: a tab that opens finds out whether another one has a token for it.

use super::{Due, Effect, Engine, Event, Id, StorageScope, session::Ticket};
use crate::protocol::text::Text;

/// How long a tab waits for the refresh of another tab, which may be frozen. Then it asks the service by itself.
const LOCK_CAP_MS: u64 = 3_000;

/// How long a message between tabs may take. This is an assumption: no standard says in which order messages, locks and
/// storage events arrive. After its refresh, a tab keeps the lock for that time. A change of the store waits for that
/// time too, because the message about it says more.
pub(super) const MESSAGE_MS: u64 = 20;

/// A lock that a refresh has, or waits for.
#[derive(Debug)]
pub(super) struct RefreshLock {
    id: Id,
    ticket: Ticket,
    is_held: bool,
}

impl Engine {
    /// The name of the lock and of the channel, which is that of the store's entry. None if no other tab can have the
    /// session.
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

    /// The lock does not come in time; the refresh goes on without it.
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
