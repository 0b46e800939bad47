//! When the service may be asked again: its own word, our back-off, and a limit that nothing passes.
//!
//! A caller waits for what must be waited for; the schedule, which nobody watches, waits somewhat longer and each tab
//! differently, so that a million clients that failed together do not come back together.

use crate::protocol::{failure::Failure, time::Moment};

/// No tab asks more often than this in a minute, whatever its callers do.
pub const MOST_PER_MINUTE: usize = 6;

const MINUTE_MS: u64 = 60_000;
const FIRST_BACK_OFF_MS: u64 = 2_000;
const LONGEST_BACK_OFF_MS: u64 = 5 * MINUTE_MS;

/// A person who tries again is no storm: our own back-off keeps callers away for no longer than this.
const LONGEST_FOR_CALLERS_MS: u64 = 30_000;

/// In which time those come back who lost the network together.
const NETWORK_SPREAD_MS: u64 = 5_000;

/// Whoever asks us to wait for longer is mistaken.
const LONGEST_HOLD_MS: u64 = 24 * 60 * MINUTE_MS;

/// What is known of the way to the service, and when it may be asked.
#[derive(Clone, Debug, Default)]
pub struct Backoff {
    /// When the last requests were sent, oldest first.
    sent: Vec<u64>,
    /// Failures since the last answer.
    failures: u32,
    /// What the service asked for, here or in a sibling: nothing shortens it.
    asked: Option<Hold>,
    /// What we hold back by ourselves.
    own: Option<Hold>,
    /// Until when the schedule alone waits.
    spread_until_ms: u64,
}

#[derive(Clone, Debug)]
struct Hold {
    /// For callers.
    until_ms: u64,
    /// For the schedule.
    schedule_ms: u64,
    failure: Failure,
}

impl Backoff {
    /// Notes a request.
    pub fn sent(&mut self, now: Moment) {
        self.sent.retain(|at| now.mono_ms.saturating_sub(*at) < MINUTE_MS);
        self.sent.push(now.mono_ms);
    }

    /// Notes an answer.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.own = None;
    }

    /// Notes a failure. `slack_ms` is the time in which the schedule would like to try again, if it has more than it
    /// needs; `random` is anything, each time another.
    ///
    /// Where the service does not say how long to wait, the back-off is exponential with full jitter.
    pub fn failed(&mut self, failure: Failure, now: Moment, slack_ms: u64, random: u64) {
        let longest = (FIRST_BACK_OFF_MS << self.failures.min(20)).min(LONGEST_BACK_OFF_MS);
        self.failures = self.failures.saturating_add(1);
        if let Some(seconds) = failure.retry_after {
            self.hold(u64::from(seconds) * 1000, failure, now, slack_ms, random);
        } else {
            let slack = slack_ms.max(longest);
            self.own = Some(Hold {
                until_ms: now.mono_ms + random % (longest.min(LONGEST_FOR_CALLERS_MS) + 1),
                schedule_ms: now.mono_ms + random % (slack + 1),
                failure,
            });
        }
    }

    /// The service asked to wait, or a sibling says that it did. The schedule adds up to a quarter, or its slack:
    /// `Ratelimit-Reset` names the same moment to everyone.
    pub fn hold(&mut self, ms: u64, failure: Failure, now: Moment, slack_ms: u64, random: u64) {
        let ms = ms.min(LONGEST_HOLD_MS);
        let until_ms = now.mono_ms + ms;
        if self.asked.as_ref().is_none_or(|hold| hold.until_ms < until_ms) {
            let slack = slack_ms.max(ms / 4);
            let schedule_ms = until_ms + random % (FIRST_BACK_OFF_MS + slack);
            self.asked = Some(Hold { until_ms, schedule_ms, failure });
        }
    }

    /// The network is back: what we waited for by ourselves is over. The schedule takes its time, since a whole office or
    /// a whole region may be back at once.
    pub fn network_came(&mut self, now: Moment, random: u64) {
        self.own = None;
        self.spread_until_ms = now.mono_ms + random % NETWORK_SPREAD_MS;
    }

    /// How long a caller waits who needs that many requests, in milliseconds.
    pub fn wait_ms(&self, now: Moment, requests: usize) -> u64 {
        let until = self.holds().map(|hold| hold.until_ms).max().unwrap_or_default();
        until.saturating_sub(now.mono_ms).max(self.limit_ms(now, requests))
    }

    /// How long the schedule waits.
    pub fn schedule_wait_ms(&self, now: Moment, requests: usize) -> u64 {
        let holds = self.holds().map(|hold| hold.schedule_ms).max().unwrap_or_default();
        let until = holds.max(self.spread_until_ms);
        until.saturating_sub(now.mono_ms).max(self.limit_ms(now, requests))
    }

    fn limit_ms(&self, now: Moment, requests: usize) -> u64 {
        let blocking = self.sent.iter().rev().nth(MOST_PER_MINUTE.saturating_sub(requests));
        blocking.map_or(0, |at| (at + MINUTE_MS).saturating_sub(now.mono_ms))
    }

    fn holds(&self) -> impl Iterator<Item = &Hold> {
        self.asked.iter().chain(&self.own)
    }

    /// Why a caller waits, if anything but our own limit says so.
    pub fn reason(&self, now: Moment) -> Option<&Failure> {
        let longest = self.holds().max_by_key(|hold| hold.until_ms);
        longest.filter(|hold| hold.until_ms > now.mono_ms).map(|hold| &hold.failure)
    }

    /// Failures since the last answer.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Requests of the last minute.
    pub fn recent(&self, now: Moment) -> usize {
        self.sent.iter().filter(|at| now.mono_ms.saturating_sub(**at) < MINUTE_MS).count()
    }
}
