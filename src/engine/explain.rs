//! The explanation of a session for a bug report: its state and the reasons for it, without secrets.

pub use super::store::Problem;
use super::{
    Engine, StorageScope,
    session::{Why, snapshot::Snapshot},
};
use crate::Error;
use std::rc::Rc;

/// The state of a session, and the reasons for it.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Explanation {
    /// The state.
    pub snapshot: Rc<Snapshot>,
    /// What went wrong with the store.
    pub problem: Option<Problem>,
    /// Whether tabs have locks.
    pub has_locks: bool,
    /// Whether tabs have a channel.
    pub has_channel: bool,
    /// Whether the page is visible.
    pub is_visible: bool,
    /// Whether the browser believes that there is a network.
    pub is_online: bool,
    /// The refresh under way, if there is one: whether its request was sent. If not, it waits for the lock.
    pub refreshing: Option<bool>,
    /// The last refresh: why it was made, its error if it failed, and how many milliseconds ago it ended.
    pub last_refresh: Option<(Why, Option<Error>, u64)>,
    /// In how many milliseconds the session does something by itself.
    pub next_wake_ms: Option<u64>,
    /// How many milliseconds a caller would have to wait for a refresh, and why.
    pub wait: Option<(u64, Error)>,
    /// Requests of the last minute.
    pub requests: usize,
    /// Failures since the last answer.
    pub failures: u32,
    /// How many seconds the service's clock is ahead of the machine's, if that is known.
    pub skew_seconds: Option<i64>,
    /// How many milliseconds the token is still good for.
    pub token_ms: Option<u64>,
    /// How many callers wait.
    pub waiting: usize,
    /// Whether it was disposed of.
    pub is_disposed: bool,
}

impl Engine {
    pub(super) fn explain(&self) -> Explanation {
        let (now, session, platform) = (self.now, &self.session, &self.setup.platform);
        let backoff = session.backoff();
        let wait_ms = backoff.wait_ms(now, 1);
        let reason = backoff.reason(now).map_or(Error::RefreshLimited, |failure| failure.error);
        Explanation {
            snapshot: session.shared_snapshot(),
            problem: self.store_problem(),
            has_locks: platform.scope != StorageScope::Memory && platform.has_locks,
            has_channel: self.is_channel_open,
            is_visible: self.is_visible,
            is_online: self.is_online,
            refreshing: session.is_refreshing(),
            last_refresh: session.last_refresh().map(|last| (last.why, last.error, now.since(last.at))),
            next_wake_ms: session.wake_at().map(|at| at.saturating_sub(now.mono_ms)),
            wait: (wait_ms > 0).then_some((wait_ms, reason)),
            requests: backoff.recent(now),
            failures: backoff.failures(),
            skew_seconds: session.skew_seconds(),
            token_ms: session.token_remaining_ms(now),
            waiting: session.waiting(),
            is_disposed: self.is_disposed,
        }
    }
}
