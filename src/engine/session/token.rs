//! How long a token is good for, measured where the clock cannot be trusted.
//!
//! A token is good for its lifetime, `exp - iat`, from the moment when it was requested. This is right if it was minted
//! on demand, that is, for this request: then it cannot be older. But a service may hand out the same token again
//! (protocol.md#session-lifetime). If the machine's clock is right, it shows which of the two happened. Two tokens show
//! whether the clock is right, if their `iat` are as far apart as their requests. So a token lasts as long as promised in
//! two cases:
//!
//! 1. the machine's clock is right, whatever the service does; or
//! 2. the machine's clock is wrong, by however much, but nobody sets it, and the service mints on demand.
//!
//! In both cases the machine may sleep. In any other case the promise may be wrong once: the next token corrects it.
//! There is one exception to the two cases. A service may hand out old tokens that happen to have the same age at two
//! requests. That looks like a service that mints on demand, and a clock that is wrong by that age.

use super::Granted;
use crate::protocol::{claims::Claims, secret::Secret, text::Text, time::Moment};
use std::rc::Rc;

/// `iat`, `exp` and the machine's clock are all cut to seconds. So this is taken off the time that a token has.
const ROUNDING_SECONDS: u64 = 2;

/// A token younger than this may have the same `iat` as its successor, because both are cut to seconds.
pub(super) const SAME_SECOND_MS: u64 = 1_000;

/// If a clock shortens a token by at most one part in this many of its lifetime, it is believed even against a
/// measurement. A measurement must be at least that precise.
const BELIEVED_SHARE: u64 = 4;

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The service gave it to this tab.
    Service,
    /// A sibling says that the service gave it.
    Sibling,
    /// A sibling says so, but its `iat` is in the future, as far as this tab knows.
    Ahead,
}

/// A token that came, from the service or from a sibling.
#[derive(Debug)]
pub struct ReceivedToken {
    /// The session id.
    pub session: Secret,
    /// The account that it is for.
    pub account: Option<Text>,
    /// The JWT.
    pub jwt: Secret,
    /// Its claims, if they could be read.
    pub claims: Option<Rc<Claims>>,
    /// When it was asked for.
    pub asked: Moment,
    /// Where it came from.
    pub source: Source,
}

/// A token, and when it came.
#[derive(Clone, Debug)]
pub struct Token {
    jwt: Secret,
    account: Option<Text>,
    claims: Option<Rc<Claims>>,
    asked: Moment,
    received_at: Moment,
    /// How long it was good for when it was asked for.
    valid_ms: u64,
    /// Whether it was minted on demand, and so tells the service's time.
    measured: bool,
    source: Source,
}

impl Token {
    /// A token that has just come, after `previous`.
    pub fn new(received: ReceivedToken, received_at: Moment, previous: Option<&Self>) -> Self {
        let ReceivedToken { account, jwt, claims, asked, source, .. } = received;
        let (valid, measured) = claims.as_ref().map_or((0, false), |claims| {
            let lifetime = claims.lifetime();
            let by_wall = claims.expires_at.saturating_sub(asked.wall);
            let measured =
                previous.is_some_and(|previous| previous.precedes_on_demand(claims, asked, received_at));
            // A clock is wrong if it leaves the token no time, or more than its lifetime. A clock that takes only a
            // little of the lifetime is believed even against the measurement. The reason is that a token can be as old
            // as requests take, and still pass the measurement.
            let is_possible = (1..=lifetime).contains(&by_wall);
            let is_believed = is_possible && (!measured || by_wall >= lifetime - lifetime / BELIEVED_SHARE);
            (if is_believed { by_wall } else { lifetime }, measured)
        });
        let valid_ms = valid.saturating_sub(ROUNDING_SECONDS) * 1000;
        Self { jwt, account, claims, asked, received_at, valid_ms, measured, source }
    }

    /// Whether the `iat` of this token and of the next one are as far apart as they must be if both were minted on
    /// demand. An answer that took long, for example because it waited for a frozen tab, measures nothing: its token may
    /// be as old as that.
    fn precedes_on_demand(&self, next: &Claims, asked: Moment, received_at: Moment) -> bool {
        self.claims.as_ref().is_some_and(|claims| {
            let least = (asked.since(self.received_at) / 1000).saturating_sub(ROUNDING_SECONDS);
            let most = received_at.since(self.asked) / 1000 + ROUNDING_SECONDS;
            let advance = next.issued_at.saturating_sub(claims.issued_at);
            let is_sharp = most.saturating_sub(least) <= next.lifetime() / BELIEVED_SHARE;
            is_sharp && advance > 0 && (least..=most).contains(&advance)
        })
    }

    /// The same token has come again, so it keeps its age. Its text may be another, because its profile may have changed.
    #[must_use]
    pub fn repeated(self, received: ReceivedToken) -> Self {
        let source = if received.source == Source::Service { received.source } else { self.source };
        Self { jwt: received.jwt, claims: received.claims, source, ..self }
    }

    /// How long it is still good for.
    pub fn remaining_ms(&self, now: Moment) -> u64 {
        self.valid_ms.saturating_sub(self.age_ms(now))
    }

    /// How long ago it was asked for.
    pub fn age_ms(&self, now: Moment) -> u64 {
        now.since(self.asked)
    }

    /// When it was asked for.
    pub fn asked(&self) -> Moment {
        self.asked
    }

    /// Where it came from.
    pub fn source(&self) -> Source {
        self.source
    }

    /// Whether this token had come before something was requested at `asked`.
    pub fn was_here_before(&self, asked: Moment) -> bool {
        self.received_at.mono_ms < asked.mono_ms
    }

    /// Whether a service that mints on demand answers a request at `asked` with a later `iat`. Only the monotonic clock
    /// counts here, because the other one is cut to seconds too.
    pub fn has_aged(&self, asked: Moment) -> bool {
        asked.mono_ms.saturating_sub(self.received_at.mono_ms) >= SAME_SECOND_MS
    }

    /// How long it was good for when it was asked for.
    pub fn valid_ms(&self) -> u64 {
        self.valid_ms
    }

    /// How many seconds the service's clock is ahead of the machine's, if that was measured.
    pub fn skew_seconds(&self) -> Option<i64> {
        let claims = self.claims.as_ref().filter(|_| self.measured)?;
        i64::try_from(claims.issued_at).ok()?.checked_sub(i64::try_from(self.asked.wall).ok()?)
    }

    /// Whether it was minted on demand, as far as two tokens can tell.
    pub fn is_measured(&self) -> bool {
        self.measured
    }

    /// Whether another one is newer: by `iat`, not by when it came. If both have the same `iat`, the one that lasts
    /// longer is newer.
    pub fn is_older_than(&self, other: Option<&Rc<Claims>>) -> bool {
        match (self.claims.as_ref(), other) {
            (Some(mine), Some(other)) => age_order(mine) < age_order(other),
            (_, other) => other.is_some(),
        }
    }

    /// Whether neither is newer.
    pub fn is_as_old_as(&self, other: Option<&Rc<Claims>>) -> bool {
        !self.is_older_than(other) && !self.is_newer_than(other)
    }

    /// Whether this one is newer than another.
    pub fn is_newer_than(&self, other: Option<&Rc<Claims>>) -> bool {
        matches!((self.claims.as_ref(), other), (Some(mine), Some(other)) if age_order(mine) > age_order(other))
    }

    /// Whether that is its JWT.
    pub fn is(&self, jwt: &Secret) -> bool {
        self.jwt.is(jwt)
    }

    /// Its claims, if they could be read.
    pub fn claims(&self) -> Option<&Rc<Claims>> {
        self.claims.as_ref()
    }

    /// What a caller gets.
    pub fn grant(&self) -> Granted {
        Granted {
            token: self.jwt.clone(),
            account: self.account.clone(),
            claims: self.claims.clone(),
            is_verified: false,
        }
    }
}

fn age_order(claims: &Claims) -> (u64, u64) {
    (claims.issued_at, claims.expires_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: u64 = 1_790_000_000;

    fn at(seconds: u64, wall_ahead: i64) -> Moment {
        Moment { mono_ms: seconds * 1_000, wall: (WALL + seconds).saturating_add_signed(wall_ahead) }
    }

    fn claims(issued_at: u64, expires_at: u64) -> Rc<Claims> {
        Rc::new(Claims {
            issued_at,
            expires_at,
            subject: "usr_sample123456".into(),
            account: None,
            profile: "{}".into(),
        })
    }

    fn received(asked: Moment, claims: Option<Rc<Claims>>) -> ReceivedToken {
        ReceivedToken {
            session: "kss_sample123456".into(),
            account: Some("org_1".into()),
            jwt: "a.b.c".into(),
            claims,
            asked,
            source: Source::Service,
        }
    }

    /// A token of ten minutes that was minted on demand. The machine's clock is ahead by `wall_ahead` seconds.
    fn token(seconds: u64, wall_ahead: i64, previous: Option<&Token>) -> Token {
        let asked = at(seconds, wall_ahead);
        let claims = claims(WALL + seconds, WALL + seconds + 600);
        Token::new(received(asked, Some(claims)), asked, previous)
    }

    #[test]
    fn a_token_is_good_for_its_rest_by_a_clock_that_can_be_right() {
        for (wall_ahead, valid) in [(0, 598), (100, 498), (599, 0), (600, 598), (-1, 598), (-9_999, 598)] {
            let token = token(0, wall_ahead, None);
            assert_eq!(token.valid_ms(), valid * 1_000, "{wall_ahead}");
            assert_eq!(token.skew_seconds(), None);
        }
    }

    #[test]
    fn two_tokens_show_how_far_the_clock_is_wrong() {
        // A clock that takes a quarter of the lifetime at most is believed even against the measurement.
        for (wall_ahead, valid) in [(0, 598), (150, 448), (151, 598), (599, 598), (-600, 598)] {
            let first = token(0, wall_ahead, None);
            let second = token(400, wall_ahead, Some(&first));
            assert_eq!(second.valid_ms(), valid * 1_000, "{wall_ahead}");
            assert_eq!(second.skew_seconds(), Some(-wall_ahead));
        }
    }

    #[test]
    fn a_token_that_was_not_minted_on_demand_measures_nothing() {
        let first = token(0, 200, None);
        for (issued_at, answered, is_measured) in [
            (400, 400, true),
            (398, 400, true),
            (397, 400, false),
            (402, 400, true),
            (403, 400, false),
            // The answer took so long that its token may be as old as that.
            (400, 540, true),
            (400, 549, false),
        ] {
            let claims = claims(WALL + issued_at, WALL + issued_at + 600);
            let second = Token::new(received(at(400, 200), Some(claims)), at(answered, 200), Some(&first));
            assert_eq!(second.skew_seconds().is_some(), is_measured, "{issued_at} {answered}");
        }
        let same = Token::new(received(at(0, 0), Some(claims(WALL, WALL + 600))), at(0, 0), Some(&first));
        assert_eq!(same.skew_seconds(), None);
    }

    #[test]
    fn the_rest_of_a_token_goes_by_the_clock_that_has_run_further() {
        let token = token(0, 0, None);
        assert_eq!((token.age_ms(at(100, 0)), token.remaining_ms(at(100, 0))), (100_000, 498_000));
        assert_eq!(token.remaining_ms(at(100, 200)), 298_000);
        assert_eq!(token.remaining_ms(at(100, -200)), 498_000);
        assert_eq!((token.remaining_ms(at(597, 0)), token.remaining_ms(at(598, 0))), (1_000, 0));
        assert_eq!(token.remaining_ms(at(9_999, 0)), 0);
    }

    #[test]
    fn the_token_that_was_issued_later_or_lasts_longer_is_newer() {
        let token = token(10, 0, None);
        for (other, is_older, is_newer) in [
            (Some(claims(WALL + 10, WALL + 610)), false, false),
            (Some(claims(WALL + 11, WALL + 20)), true, false),
            (Some(claims(WALL + 9, WALL + 9_999)), false, true),
            (Some(claims(WALL + 10, WALL + 611)), true, false),
            (Some(claims(WALL + 10, WALL + 609)), false, true),
            (None, false, false),
        ] {
            assert_eq!(token.is_older_than(other.as_ref()), is_older, "{other:?}");
            assert_eq!(token.is_newer_than(other.as_ref()), is_newer, "{other:?}");
        }
        let unread = Token::new(received(at(0, 0), None), at(0, 0), None);
        assert!(unread.is_older_than(token.claims()) && !unread.is_newer_than(token.claims()));
        assert!(!unread.is_older_than(None) && unread.valid_ms() == 0 && unread.claims().is_none());
    }

    #[test]
    fn the_same_token_again_is_as_old_as_it_was() {
        let first = token(0, 0, None);
        assert!(!first.has_aged(Moment { mono_ms: 999, wall: WALL + 1 }) && first.has_aged(at(1, 0)));
        let again = ReceivedToken { jwt: "d.e.f".into(), ..received(at(50, 0), first.claims().cloned()) };
        let again = first.repeated(again);
        assert_eq!((again.asked(), again.valid_ms()), (at(0, 0), 598_000));
        assert!(again.is(&"d.e.f".into()) && !again.is(&"a.b.c".into()));
        let granted = again.grant();
        assert_eq!((granted.token.expose(), granted.account.as_deref()), ("d.e.f", Some("org_1")));
        let expires_at = granted.claims.map(|claims| claims.expires_at);
        assert_eq!((expires_at, granted.is_verified), (Some(WALL + 600), false));
    }
}
