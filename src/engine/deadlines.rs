//! Deadlines: everything that has to happen by some time, in one list, so that one wake-up serves all of it.

use super::{Effect, Id, lists::List};

/// The longest that a host's timer is set for: one that was set before the machine slept may be late by as much.
const LONGEST_MS: u64 = 60_000;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A request has had its time.
    Request(Id),
    /// A store has had its time.
    Store(Id),
    /// A lock was waited for long enough.
    Lock(Id),
    /// A lock is to be given back.
    Unlock(Id),
    /// The store is to be read, since it was changed.
    Read,
    /// A token is to be judged by now.
    Judgement(Id),
    /// The session wants to look at itself.
    Session,
}

/// When what is due, in milliseconds of the monotonic clock.
#[derive(Debug)]
struct Deadline {
    at_ms: u64,
    due: Due,
}

/// All deadlines.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    list: List<Deadline>,
    /// When the host was told to wake the engine.
    set_for: Option<u64>,
}

impl Deadlines {
    /// Sets one, instead of any there was for the same.
    pub(super) fn set(&mut self, due: Due, at_ms: u64) {
        self.clear(due);
        self.list.add(Deadline { at_ms, due });
    }

    /// Sees to it that one there is comes no later than that.
    pub(super) fn bring_forward(&mut self, due: Due, latest_ms: u64) {
        if let Some(deadline) = self.list.iter_mut().find(|deadline| deadline.due == due) {
            deadline.at_ms = latest_ms.min(deadline.at_ms);
        }
    }

    pub(super) fn clear(&mut self, due: Due) {
        self.list.take(&|deadline| deadline.due == due);
    }

    /// Clears all but those of some kinds.
    pub(super) fn retain(&mut self, keeps: impl Fn(Due) -> bool) {
        while self.list.take(&|deadline| !keeps(deadline.due)).is_some() {}
    }

    /// Takes one out whose time has come.
    pub(super) fn take_due(&mut self, now_ms: u64) -> Option<Due> {
        self.list.take(&|deadline| deadline.at_ms <= now_ms).map(|deadline| deadline.due)
    }

    /// Takes out a lock that is to be given back, whenever that is.
    pub(super) fn take_unlock(&mut self) -> Option<Id> {
        match self.list.take(&|deadline| matches!(deadline.due, Due::Unlock(_)))?.due {
            Due::Unlock(id) => Some(id),
            _ => None,
        }
    }

    /// The wake-up that the host is to set now, if it is another one than it was. A host that is woken early sets its timer
    /// once more; that is rare, and costs less than a new timer for every call.
    pub(super) fn wake_at(&mut self, now_ms: u64) -> Option<Effect> {
        let next = self.list.iter().map(|deadline| deadline.at_ms).min();
        let set_for = self.set_for.filter(|set_for| *set_for > now_ms);
        let wanted = match (next, set_for) {
            (None, _) => None,
            (Some(next), Some(set_for)) if set_for <= next => Some(set_for),
            (Some(next), _) => Some(next.min(now_ms + LONGEST_MS)),
        };
        let is_new = wanted != self.set_for;
        self.set_for = wanted;
        is_new.then_some(Effect::WakeAt { at_ms: wanted })
    }
}
