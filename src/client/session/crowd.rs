//! Those who want the same at the same time, such as all parts of a page that wakes up: they wait together.

use super::{Session, driver::Answer};
use crate::{
    client::{
        Work,
        oneshot::{Pending, oneshot},
        ports::Platform,
    },
    core::session::Want,
};
use std::{cell::RefCell, future::pending as never};

/// How much later than the first one somebody may come and wait along. His patience ends with the first one's, and what is
/// left of it is more than a lock and a call take.
const TOGETHER_MS: u64 = 1_000;

/// Those who came last, and what they wait for, in a form that can be handed to many, such as a promise.
pub struct Crowd<T>(RefCell<Option<Together<T>>>);

struct Together<T> {
    want: Want,
    since_ms: u64,
    /// Until the machine has an answer: who comes after that asks anew.
    pending: Pending<Answer>,
    shared: T,
    /// How many came after the first one.
    joined: usize,
}

impl<T> Default for Crowd<T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<T> std::fmt::Debug for Crowd<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Crowd").field(&self.joined()).finish()
    }
}

impl<T> Crowd<T> {
    /// How many wait along with the first one.
    pub fn joined(&self) -> usize {
        let crowd = self.0.borrow();
        crowd.as_ref().filter(|crowd| crowd.pending.is_pending()).map_or(0, |crowd| crowd.joined)
    }

    /// Lets go of what they waited for.
    pub fn clear(&self) {
        self.0.take();
    }
}

impl<P: Platform> Session<P> {
    /// Gets what is wanted for somebody who never gives up, as [`Session::want`] does, and for all of the crowd who want it
    /// meanwhile. `start` makes of a wait what is handed to them.
    pub fn want_together<T: Clone>(
        &self,
        want: Want,
        crowd: &Crowd<T>,
        start: impl FnOnce(Work<Answer>) -> T,
    ) -> T {
        let now = self.client().platform().mono_ms();
        if let Some(crowd) = &mut *crowd.0.borrow_mut()
            && crowd.pending.is_pending()
            && crowd.want == want
            && now <= crowd.since_ms + TOGETHER_MS
        {
            crowd.joined += 1;
            return crowd.shared.clone();
        }
        let ends = oneshot();
        let pending = ends.1.pending();
        let shared = start(Box::pin(self.await_answer_at(want.clone(), None, Box::pin(never()), ends)));
        let together = Together { want, since_ms: now, pending, shared: shared.clone(), joined: 0 };
        crowd.0.replace(Some(together));
        shared
    }
}
