//! Deadlines: everything that has to happen by some time, in one list, so that one wake-up serves all of it.

use super::{Effect, Id, lists::List};

/// The longest time that a host's timer is set for. A timer may stand still while the machine sleeps, and then be late by
/// as much as this.
const LONGEST_MS: u64 = 60_000;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    /// A request times out.
    Request(Id),
    /// An operation of a store times out.
    Store(Id),
    /// The wait for a lock times out.
    Lock(Id),
    /// A lock is to be given back.
    Unlock(Id),
    /// The store is to be read, because it was changed.
    Read,
    /// The verification of a token times out.
    Judgement(Id),
    /// The session wants to be woken.
    Session,
}

/// What is due, and when, in milliseconds of the monotonic clock.
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
    /// Sets a deadline. It replaces an earlier one for the same.
    pub(super) fn set(&mut self, due: Due, at_ms: u64) {
        self.clear(due);
        self.list.add(Deadline { at_ms, due });
    }

    /// Lets a deadline come no later than the given time, if there is one.
    pub(super) fn bring_forward(&mut self, due: Due, latest_ms: u64) {
        if let Some(deadline) = self.list.iter_mut().find(|deadline| deadline.due == due) {
            deadline.at_ms = latest_ms.min(deadline.at_ms);
        }
    }

    pub(super) fn clear(&mut self, due: Due) {
        self.list.take(&|deadline| deadline.due == due);
    }

    /// Clears all deadlines but those to keep.
    pub(super) fn retain(&mut self, keeps: impl Fn(Due) -> bool) {
        while self.list.take(&|deadline| !keeps(deadline.due)).is_some() {}
    }

    /// Takes out a deadline whose time has come.
    pub(super) fn take_due(&mut self, now_ms: u64) -> Option<Due> {
        self.list.take(&|deadline| deadline.at_ms <= now_ms).map(|deadline| deadline.due)
    }

    /// Takes out the deadline of a lock that is to be given back, even before its time.
    pub(super) fn take_unlock(&mut self) -> Option<Id> {
        match self.list.take(&|deadline| matches!(deadline.due, Due::Unlock(_)))?.due {
            Due::Unlock(id) => Some(id),
            _ => None,
        }
    }

    /// The wake-up that the host is to set now, if it must change. One that is set for an earlier time stays. Waking too
    /// early is rare, and costs less than a new timer for every call.
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
