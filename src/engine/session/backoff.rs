//! Backoff: when the service may be asked again. That depends on what the service says, on our own backoff, and on a
//! limit that always holds.
//!
//! A caller waits no longer than needed. The schedule, for which nobody waits, waits a random time longer, so each tab
//! waits for another time. So a million clients that failed together do not come back together.

use super::super::lists::List;
use crate::protocol::{failure::Failure, time::Moment};

/// No tab asks more often than this in a minute, whatever its callers do.
pub const MOST_PER_MINUTE: usize = 6;

const MINUTE_MS: u64 = 60_000;
const FIRST_BACK_OFF_MS: u64 = 2_000;
const LONGEST_BACK_OFF_MS: u64 = 5 * MINUTE_MS;

/// Our own back-off lets callers wait no longer than this: a person who tries again is no flood of requests.
const LONGEST_FOR_CALLERS_MS: u64 = 30_000;

/// Clients that lost the network together come back spread over this time.
const NETWORK_SPREAD_MS: u64 = 5_000;

/// A wait that a sibling reports counts for no longer than this: any script in the page could have sent the message.
const LONGEST_TOLD_MS: u64 = 5 * MINUTE_MS;

/// How long the schedule waits after a request while the browser says that it is offline. It may be wrong, so the wait
/// has an end.
const OFFLINE_MS: u64 = 5 * MINUTE_MS;

/// The longest wait that the service can ask for. A longer one must be a mistake.
const LONGEST_HOLD_MS: u64 = 24 * 60 * MINUTE_MS;

/// What requests, answers and siblings have shown, and when the service may be asked.
#[derive(Debug, Default)]
pub struct Backoff {
    /// When the last requests were sent, oldest first.
    sent: List<u64>,
    /// Failures since the last answer.
    failures: u32,
    /// The wait that the service asked this tab for. Nothing shortens it.
    asked: Option<Hold>,
    /// The wait that the service asked a sibling for, as the sibling says.
    told: Option<Hold>,
    /// Our own back-off.
    own: Option<Hold>,
    /// Until when the schedule waits after the network came back. Callers do not wait for that.
    spread_until_ms: u64,
}

#[derive(Debug)]
struct Hold {
    /// Until when callers wait.
    until_ms: u64,
    /// Until when the schedule waits.
    schedule_ms: u64,
    failure: Failure,
}

impl Backoff {
    /// Notes a request.
    pub fn sent(&mut self, now: Moment) {
        while self.sent.first().is_some_and(|at| now.mono_ms.saturating_sub(**at) >= MINUTE_MS) {
            self.sent.take_first();
        }
        self.sent.add(now.mono_ms);
    }

    /// Notes an answer.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.own = None;
    }

    /// Notes a failure. `slack_ms` is the time over which the schedule may spread its next try, if it is in no hurry.
    /// `random` is a new random number.
    ///
    /// If the service does not say how long to wait, the back-off is exponential with full jitter.
    pub fn failed(&mut self, failure: Failure, now: Moment, slack_ms: u64, random: u64) {
        let longest = (FIRST_BACK_OFF_MS << self.failures.min(20)).min(LONGEST_BACK_OFF_MS);
        self.failures = self.failures.saturating_add(1);
        // Zero counts as no answer. It may come from a date that is over only by a wrong clock.
        if let Some(seconds) = failure.retry_after.filter(|seconds| *seconds > 0) {
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

    /// The service asked to wait.
    pub fn hold(&mut self, ms: u64, failure: Failure, now: Moment, slack_ms: u64, random: u64) {
        lengthen(&mut self.asked, ms.min(LONGEST_HOLD_MS), failure, now, slack_ms, random);
    }

    /// A sibling says that the service asked it to wait.
    pub fn told(&mut self, ms: u64, failure: Failure, now: Moment, slack_ms: u64, random: u64) {
        lengthen(&mut self.told, ms.min(LONGEST_TOLD_MS), failure, now, slack_ms, random);
    }

    /// Somebody signed in: what siblings said was about another session.
    pub fn forget_told(&mut self) {
        self.told = None;
    }

    /// The network is back, which ends our own back-off. The schedule waits a random time, since a whole office or a
    /// whole region may be back at once.
    pub fn network_came(&mut self, now: Moment, random: u64) {
        self.own = None;
        self.spread_until_ms = now.mono_ms + random % NETWORK_SPREAD_MS;
    }

    /// How long a caller waits that needs this many requests, in milliseconds.
    pub fn wait_ms(&self, now: Moment, requests: usize) -> u64 {
        let (until, _) = self.longest(|hold| hold.until_ms);
        until.saturating_sub(now.mono_ms).max(self.limit_ms(now, requests))
    }

    /// How long the schedule waits.
    pub fn schedule_wait_ms(&self, now: Moment, requests: usize) -> u64 {
        let (until, _) = self.longest(|hold| hold.schedule_ms);
        until.max(self.spread_until_ms).saturating_sub(now.mono_ms).max(self.limit_ms(now, requests))
    }

    fn limit_ms(&self, now: Moment, requests: usize) -> u64 {
        let blocking = (self.sent.len() + requests).checked_sub(MOST_PER_MINUTE + 1);
        let blocking = blocking.and_then(|at| self.sent.get(at));
        blocking.map_or(0, |at| (**at + MINUTE_MS).saturating_sub(now.mono_ms))
    }

    /// The least time that the schedule waits while the browser says that it is offline.
    pub fn offline_wait_ms(&self, now: Moment) -> u64 {
        self.sent.last().map_or(0, |at| (**at + OFFLINE_MS).saturating_sub(now.mono_ms))
    }

    /// The end of the longest wait, and the reason for it.
    fn longest(&self, until_ms: fn(&Hold) -> u64) -> (u64, Option<&Failure>) {
        let mut longest = (0, None);
        for hold in [&self.own, &self.asked, &self.told].into_iter().flatten() {
            let until_ms = until_ms(hold);
            if until_ms > longest.0 {
                longest = (until_ms, Some(&hold.failure));
            }
        }
        longest
    }

    /// Why a caller waits. None if only our own limit makes it wait.
    pub fn reason(&self, now: Moment) -> Option<&Failure> {
        let (until_ms, failure) = self.longest(|hold| hold.until_ms);
        failure.filter(|_| until_ms > now.mono_ms)
    }

    /// Failures since the last answer.
    pub fn failures(&self) -> u32 {
        self.failures
    }

    /// Requests of the last minute.
    pub fn recent(&self, now: Moment) -> usize {
        self.sent.iter().filter(|at| now.mono_ms.saturating_sub(***at) < MINUTE_MS).count()
    }
}

/// Replaces the wait if the new one ends later. The schedule adds a random time, because `Ratelimit-Reset` names the same
/// moment to everyone. It is at most two seconds, plus a quarter of the wait or the slack, whichever is longer.
fn lengthen(hold: &mut Option<Hold>, ms: u64, failure: Failure, now: Moment, slack_ms: u64, random: u64) {
    let until_ms = now.mono_ms + ms;
    if hold.as_ref().is_none_or(|hold| hold.until_ms < until_ms) {
        let slack = slack_ms.max(ms / 4);
        let schedule_ms = until_ms + random % (FIRST_BACK_OFF_MS + slack);
        *hold = Some(Hold { until_ms, schedule_ms, failure });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Error, protocol::failure::Facts};

    const NOW: Moment = Moment { mono_ms: 1_000_000, wall: 1_790_000_000 };

    fn after(ms: u64) -> Moment {
        Moment { mono_ms: NOW.mono_ms + ms, wall: NOW.wall + ms / 1_000 }
    }

    fn failure(retry_after: Option<u32>) -> Failure {
        Facts { retry_after, ..Facts::new(Error::ServerError) }.into()
    }

    #[test]
    fn the_back_off_doubles_and_callers_wait_for_half_a_minute_at_most() {
        let waits = |failures, slack_ms, random| {
            let mut backoff = Backoff { failures, ..Backoff::default() };
            backoff.failed(failure(None), NOW, slack_ms, random);
            assert_eq!(backoff.failures(), failures + 1);
            (backoff.wait_ms(NOW, 1), backoff.schedule_wait_ms(NOW, 1))
        };
        let longest = [2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000];
        for (failures, longest) in (0..).zip(longest) {
            let for_callers = longest.min(30_000);
            // Random numbers that give the longest wait, and the shortest.
            assert_eq!(waits(failures, 0, for_callers).0, for_callers, "{failures}");
            assert_eq!(waits(failures, 0, for_callers + 1).0, 0, "{failures}");
            assert_eq!(waits(failures, 0, longest).1, longest, "{failures}");
            assert_eq!(waits(failures, 0, longest + 1).1, 0, "{failures}");
        }
        assert_eq!(waits(9_999, 0, 300_000).1, 300_000);
        assert_eq!(waits(0, 400_000, 400_000).1, 400_000, "with a token at hand there is time");
    }

    #[test]
    fn an_answer_ends_our_own_wait() {
        let mut backoff = Backoff::default();
        backoff.failed(failure(None), NOW, 0, 1_000);
        backoff.failed(failure(None), NOW, 0, 1_000);
        assert_eq!((backoff.failures(), backoff.wait_ms(NOW, 1)), (2, 1_000));
        backoff.succeeded();
        assert_eq!(
            (backoff.failures(), backoff.wait_ms(NOW, 1), backoff.schedule_wait_ms(NOW, 1)),
            (0, 0, 0)
        );
    }

    #[test]
    fn nothing_shortens_what_the_service_asked_for() {
        let mut backoff = Backoff::default();
        backoff.failed(failure(Some(60)), NOW, 0, 1_999);
        assert_eq!((backoff.wait_ms(NOW, 1), backoff.schedule_wait_ms(NOW, 1)), (60_000, 61_999));
        backoff.failed(failure(Some(20)), NOW, 0, 0);
        backoff.hold(59_999, failure(None), NOW, 0, 0);
        backoff.succeeded();
        backoff.network_came(NOW, 0);
        assert_eq!((backoff.wait_ms(NOW, 1), backoff.schedule_wait_ms(NOW, 1)), (60_000, 61_999));
        assert_eq!(backoff.reason(NOW).map(|failure| failure.retry_after), Some(Some(60)));
        assert_eq!((backoff.wait_ms(after(59_999), 1), backoff.wait_ms(after(60_000), 1)), (1, 0));
        assert!(backoff.reason(after(60_000)).is_none());
        backoff.hold(u64::MAX, failure(None), NOW, 0, 0);
        assert_eq!(backoff.wait_ms(NOW, 1), 24 * 3_600_000, "nobody means more than a day");
    }

    #[test]
    fn a_siblings_word_counts_for_five_minutes_and_until_somebody_signs_in() {
        let mut backoff = Backoff::default();
        backoff.told(u64::MAX, failure(None), NOW, 0, 0);
        assert_eq!((backoff.wait_ms(NOW, 1), backoff.wait_ms(after(300_000), 1)), (300_000, 0));
        assert!(backoff.reason(NOW).is_some());
        backoff.hold(7_000, failure(None), NOW, 0, 0);
        backoff.succeeded();
        assert_eq!(backoff.wait_ms(NOW, 1), 300_000);
        backoff.forget_told();
        assert_eq!(backoff.wait_ms(NOW, 1), 7_000, "what the service itself said stays");
    }

    #[test]
    fn a_wait_that_is_over_when_it_is_asked_for_is_our_own_back_off() {
        let mut backoff = Backoff::default();
        backoff.failed(failure(Some(0)), NOW, 0, 1_500);
        assert_eq!((backoff.wait_ms(NOW, 1), backoff.schedule_wait_ms(NOW, 1)), (1_500, 1_500));
    }

    #[test]
    fn the_schedule_adds_up_to_a_quarter_of_what_was_asked_for() {
        let wait = |slack_ms, random| {
            let mut backoff = Backoff::default();
            backoff.hold(80_000, failure(None), NOW, slack_ms, random);
            backoff.schedule_wait_ms(NOW, 1)
        };
        assert_eq!([wait(0, 0), wait(0, 21_999), wait(0, 22_000)], [80_000, 101_999, 80_000]);
        assert_eq!([wait(300_000, 301_999), wait(300_000, 302_000)], [381_999, 80_000]);
    }

    #[test]
    fn six_requests_a_minute_are_the_most() {
        let mut backoff = Backoff::default();
        for second in 0..5 {
            assert_eq!(backoff.wait_ms(after(second * 1_000), 1), 0);
            backoff.sent(after(second * 1_000));
        }
        let now = after(5_000);
        assert_eq!((backoff.recent(now), backoff.wait_ms(now, 1), backoff.wait_ms(now, 2)), (5, 0, 55_000));
        backoff.sent(now);
        assert_eq!(
            (backoff.recent(now), backoff.wait_ms(now, 1), backoff.wait_ms(now, 2)),
            (6, 55_000, 56_000)
        );
        assert_eq!(backoff.schedule_wait_ms(now, 1), 55_000);
        assert!(backoff.reason(now).is_none(), "our own limit is nobody's word");
        assert_eq!((backoff.wait_ms(after(59_999), 1), backoff.wait_ms(after(60_000), 1)), (1, 0));
        assert_eq!((backoff.recent(after(59_999)), backoff.recent(after(60_000))), (6, 5));
        backoff.succeeded();
        assert_eq!(backoff.wait_ms(now, 1), 55_000, "an answer lifts no limit");
    }

    #[test]
    fn a_network_that_is_back_spreads_the_schedule() {
        let mut backoff = Backoff::default();
        backoff.failed(failure(None), NOW, 0, 2_000);
        backoff.network_came(NOW, 4_999);
        assert_eq!((backoff.wait_ms(NOW, 1), backoff.schedule_wait_ms(NOW, 1)), (0, 4_999));
        assert!(backoff.reason(NOW).is_none());
        backoff.network_came(NOW, 5_000);
        assert_eq!(backoff.schedule_wait_ms(NOW, 1), 0);
        assert_eq!(backoff.failures(), 1);
    }
}
