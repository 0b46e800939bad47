//! What time it is by the service's clock, as far as this tab can know.
//!
//! Only the service's own answers teach it: a link or a sibling could name any time. While they agree with the
//! machine's clock, that one counts as right.

use crate::protocol::{claims::Claims, time::Moment, verify::LEEWAY_SECONDS};

/// The machine's clock, the service's, and the time that an answer takes are all cut to seconds.
const ROUNDING_SECONDS: u64 = 2;

/// What an answer has taught: the machine's clock is wrong, and at that moment it was that time.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock(Option<(Moment, u64)>);

impl Clock {
    /// Takes in when a token was issued that was asked for then, and has just come. It may have been issued before it was
    /// asked for, but neither after it came nor so long ago that it is over. What fits that, is known as well as before.
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

    /// Whether that time is to come by more than clocks may be apart.
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
            // Handed out again: as old as it is, it proves nothing.
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
        // Nor does anything else that fits; what does not, counts.
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
