//! How a session stands and why, without a secret in it: for a bug report.

use super::{Kept, Problem, driver::Driver};
use crate::{
    client::ports::Platform,
    core::session::{Snapshot, machine::Why},
};

/// What [`Session::explain`](super::Session::explain) gives.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Explanation {
    /// How it stands.
    pub snapshot: Snapshot,
    /// Where it is kept.
    pub kept: Kept,
    /// What went wrong with the store.
    pub problem: Option<Problem>,
    /// Whether tabs have locks.
    pub has_locks: bool,
    /// Whether tabs have a channel.
    pub has_channel: bool,
    /// Whether someone may look at the page.
    pub is_visible: bool,
    /// Whether the browser believes that there is a network.
    pub is_online: bool,
    /// Whether a refresh is under way; if so, whether it was sent, and does not wait for the lock any more.
    pub refreshing: Option<bool>,
    /// Why the last refresh was made, what it came to, and how many seconds ago.
    pub last_refresh: Option<(Why, &'static str, f64)>,
    /// In how many seconds the session does something by itself.
    pub next_wake_seconds: Option<f64>,
    /// How many seconds a caller would have to wait for a refresh, and the code of the reason.
    pub wait: Option<(f64, &'static str)>,
    /// Requests of the last minute.
    pub requests: usize,
    /// Failures since the last answer.
    pub failures: u32,
    /// The service's clock ahead of the machine's, in seconds, where it is known.
    pub skew_seconds: Option<i64>,
    /// How many seconds the token is still good for.
    pub token_seconds: Option<f64>,
    /// How many listeners there are.
    pub listeners: usize,
    /// How many callers wait.
    pub waiting: usize,
    /// Whether it was disposed of.
    pub is_disposed: bool,
}

impl<P: Platform> Driver<P> {
    pub(super) fn explain(&self) -> Explanation {
        let (machine, now) = (self.machine.borrow(), self.moment());
        #[expect(clippy::cast_precision_loss, reason = "times that fit a person's patience")]
        let seconds = |ms: u64| ms as f64 / 1000.0;
        let pace = machine.pace();
        let wait_ms = pace.wait_ms(now, 1);
        let reason = pace.reason(now).map_or("refresh_limited", |failure| failure.facts.code);
        Explanation {
            snapshot: machine.snapshot().clone(),
            kept: self.kept,
            problem: self.storage.borrow().problem(),
            has_locks: self.kept != Kept::Page && self.platform().has_locks(),
            has_channel: self.channel.borrow().is_some(),
            is_visible: self.platform().is_visible(),
            is_online: self.platform().is_online(),
            refreshing: machine.is_refreshing(),
            last_refresh: machine
                .last_refresh()
                .map(|last| (last.why, last.code, seconds(now.since(last.at)))),
            next_wake_seconds: machine.wake_at().map(|at| seconds(at.saturating_sub(now.mono_ms))),
            wait: (wait_ms > 0).then(|| (seconds(wait_ms), reason)),
            requests: pace.recent(now),
            failures: pace.failures(),
            skew_seconds: machine.skew_seconds(),
            token_seconds: machine.token_remaining_ms(now).map(seconds),
            listeners: self.listeners.len(),
            waiting: self.callers.borrow().len(),
            is_disposed: self.is_disposed.get(),
        }
    }
}
