//! When the service may be asked again: its own word, our back-off, and a limit that nothing passes.

use super::Moment;
use crate::core::response::Failure;

/// No tab asks more often than this in a minute, whatever its callers do.
pub const MOST_PER_MINUTE: usize = 6;

const MINUTE_MS: u64 = 60_000;
const FIRST_BACK_OFF_MS: u64 = 2_000;
const LONGEST_BACK_OFF_MS: u64 = 5 * MINUTE_MS;

/// What is known of the way to the service.
#[derive(Clone, Debug, Default)]
pub struct Pace {
    /// When the last requests were sent, oldest first.
    sent: Vec<u64>,
    /// Failures since the last answer.
    failures: u32,
    /// Until when to wait, why, and whether the service said so.
    hold: Option<Hold>,
}

#[derive(Clone, Debug)]
struct Hold {
    until_ms: u64,
    failure: Failure,
    asked_for: bool,
}

impl Pace {
    /// Notes a request.
    pub fn sent(&mut self, now: Moment) {
        self.sent.retain(|at| now.mono_ms.saturating_sub(*at) < MINUTE_MS);
        self.sent.push(now.mono_ms);
    }

    /// Notes an answer.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.hold = None;
    }

    /// Notes a failure; `random` is anything, each time another.
    ///
    /// `Retry-After` is kept to the letter. Otherwise the back-off is exponential with full jitter: the waits of many
    /// tabs that failed together end apart.
    pub fn failed(&mut self, failure: Failure, now: Moment, random: u64) {
        let longest = FIRST_BACK_OFF_MS.saturating_mul(1 << self.failures.min(20)).min(LONGEST_BACK_OFF_MS);
        self.failures = self.failures.saturating_add(1);
        let asked_for = failure.facts.retry_after_seconds;
        let wait = asked_for.map_or_else(|| random % (longest + 1), |seconds| u64::from(seconds) * 1000);
        self.hold = Some(Hold { until_ms: now.mono_ms + wait, failure, asked_for: asked_for.is_some() });
    }

    /// A sibling was told to wait.
    pub fn heard_hold(&mut self, ms: u64, failure: Failure, now: Moment) {
        let until_ms = now.mono_ms + ms.min(24 * 60 * MINUTE_MS);
        if self.hold.as_ref().is_none_or(|hold| hold.until_ms < until_ms) {
            self.hold = Some(Hold { until_ms, failure, asked_for: true });
        }
    }

    /// The network is back: what we waited for by ourselves may be over; what the service asked for is not.
    pub fn network_came(&mut self) {
        if self.hold.as_ref().is_some_and(|hold| !hold.asked_for) {
            self.hold = None;
        }
    }

    /// How long to wait, in milliseconds.
    pub fn wait_ms(&self, now: Moment) -> u64 {
        let hold = self.hold.as_ref().map_or(0, |hold| hold.until_ms.saturating_sub(now.mono_ms));
        let recent = self.sent.iter().rev().nth(MOST_PER_MINUTE - 1);
        let limit = recent.map_or(0, |sixth| (sixth + MINUTE_MS).saturating_sub(now.mono_ms));
        hold.max(limit)
    }

    /// Why to wait, if anything but our own limit says so.
    pub fn reason(&self, now: Moment) -> Option<&Failure> {
        self.hold.as_ref().filter(|hold| hold.until_ms > now.mono_ms).map(|hold| &hold.failure)
    }

    /// How long the service asked to wait, for the siblings.
    pub fn asked_for_ms(&self, now: Moment) -> Option<u64> {
        let hold = self.hold.as_ref().filter(|hold| hold.asked_for)?;
        Some(hold.until_ms.saturating_sub(now.mono_ms)).filter(|ms| *ms > 0)
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
