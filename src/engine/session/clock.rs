//! The time by the service's clock, as far as this tab can know it.
//!
//! Only the service's own answers count: a link or a sibling could name any time. While they agree with the machine's
//! clock, the machine's clock counts as right.

use crate::protocol::{claims::Claims, time::Moment, verify::LEEWAY_SECONDS};

/// The tolerance for rounding: the machine's clock, the service's, and the time that an answer takes are all cut to
/// seconds.
const ROUNDING_SECONDS: u64 = 2;

/// A moment, and the service's time at that moment in epoch seconds. None while the machine's clock counts as right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock(Option<(Moment, u64)>);

impl Clock {
    /// Learns from the `iat` of a token that was requested at `asked` and has just come. The service may have issued the
    /// token before the request. But it cannot have issued it after `now`, and the token cannot have expired before the
    /// request. If the known time says otherwise, it is corrected. A token that was minted for the request
    /// (`is_measured`) always corrects it.
    pub(super) fn learn(&mut self, asked: Moment, now: Moment, claims: &Claims, is_measured: bool) {
        let is_behind = self.time(now).saturating_add(ROUNDING_SECONDS) < claims.issued_at;
        let is_ahead = self.time(asked) >= claims.expires_at;
        if is_measured || is_behind || is_ahead {
            self.0 = Some((asked, claims.issued_at));
        }
    }

    /// The time by the service's clock, in epoch seconds.
    pub(super) fn time(self, now: Moment) -> u64 {
        self.0.map_or(now.wall, |(at, seconds)| seconds.saturating_add(now.since(at) / 1000))
    }

    /// Whether a time is in the future, by more than clocks may differ.
    pub(super) fn is_to_come(self, seconds: u64, now: Moment) -> bool {
        seconds > self.time(now).saturating_add(LEEWAY_SECONDS.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: u64 = 1_790_000_000;

    fn at(seconds: u64, wall_ahead: i64) -> Moment {
        Moment { mono_ms: seconds * 1_000, wall: (WALL + seconds).saturating_add_signed(wall_ahead) }
    }

    fn taught(wall_ahead: i64, issued_at: u64, is_measured: bool) -> Clock {
        let claims = Claims {
            issued_at,
            expires_at: issued_at + 600,
            subject: "usr_sample123456".into(),
            account: None,
            profile: "{}".into(),
        };
        let mut clock = Clock::default();
        clock.learn(at(10, wall_ahead), at(12, wall_ahead), &claims, is_measured);
        clock
    }

    #[test]
    fn a_clock_that_an_answer_contradicts_is_put_right_and_no_other() {
        for (wall_ahead, issued_at, is_measured, expected) in [
            (0, WALL + 10, false, WALL + 100),
            // A token that is handed out again proves nothing, however old it is.
            (0, WALL - 500, false, WALL + 100),
            (-4, WALL + 10, false, WALL + 96),
            (-30, WALL + 10, false, WALL + 100),
            (-86_400, WALL + 10, false, WALL + 100),
            (599, WALL + 10, false, WALL + 699),
            (600, WALL + 10, false, WALL + 100),
            (86_400, WALL + 10, false, WALL + 100),
            (30, WALL + 10, true, WALL + 100),
        ] {
            let clock = taught(wall_ahead, issued_at, is_measured);
            assert_eq!(clock.time(at(100, wall_ahead)), expected, "{wall_ahead} {issued_at} {is_measured}");
        }
        assert_eq!(Clock::default().time(at(7, 5)), WALL + 12, "nothing is known");
    }

    #[test]
    fn a_token_that_is_handed_out_again_does_not_set_the_clock_back() {
        let mut clock = taught(-86_400, WALL + 10, false);
        let again = Claims {
            issued_at: WALL + 10,
            expires_at: WALL + 610,
            subject: "usr_sample123456".into(),
            account: None,
            profile: "{}".into(),
        };
        clock.learn(at(500, -86_400), at(501, -86_400), &again, false);
        assert_eq!(clock.time(at(550, -86_400)), WALL + 550);
        // By the known time this token had expired before the request. So the known time is wrong.
        clock.learn(at(700, -86_400), at(701, -86_400), &again, false);
        assert_eq!(clock.time(at(700, -86_400)), WALL + 10, "the service's clock was set back");
    }

    #[test]
    fn five_seconds_ahead_are_not_to_come() {
        let clock = taught(-86_400, WALL + 10, false);
        let now = at(100, -86_400);
        assert!(!clock.is_to_come(WALL + 105, now) && clock.is_to_come(WALL + 106, now));
        assert!(clock.is_to_come(u64::MAX, now));
    }
}
