//! How long a token is good for, measured where the clock cannot be trusted.
//!
//! A token is measured from its receipt. The service's clock is learnt from `iat`: two tokens whose `iat` are as far
//! apart as their receipts were both minted when they were sent for, and then `iat` is the service's time at receipt.
//! Until that is known, the machine's own clock is believed as long as what it says is possible.

use super::{Claims, Granted, Moment};
use crate::core::secret::Secret;

/// Two tokens were minted on demand if their `iat` are as far apart as their receipts, but for the way and the work.
const ON_DEMAND_WITHIN_SECONDS: u64 = 30;

/// A token, and when it came.
#[derive(Clone, Debug)]
pub struct Token {
    jwt: Secret,
    account: Option<String>,
    claims: Option<Claims>,
    received: Moment,
    /// How long it was good for when it came.
    valid_ms: u64,
    /// Whether that was measured by the service's clock.
    measured: bool,
}

impl Token {
    /// A token that has just come, after `previous`.
    pub fn new(
        jwt: Secret,
        account: Option<String>,
        claims: Option<Claims>,
        received: Moment,
        previous: Option<&Self>,
    ) -> Self {
        let (valid_ms, measured) = claims.as_ref().map_or((0, false), |claims| {
            let lifetime = claims.expires_at.saturating_sub(claims.issued_at);
            let by_wall = claims.expires_at.saturating_sub(received.wall);
            let measured = previous.is_some_and(|previous| previous.was_minted_on_demand(claims, received));
            // A clock that gives it no time, or more than it ever had, is wrong.
            let possible = (1..=lifetime).contains(&by_wall);
            let valid = if measured || !possible { lifetime } else { by_wall };
            (valid * 1000, measured)
        });
        Self { jwt, account, claims, received, valid_ms, measured }
    }

    fn was_minted_on_demand(&self, next: &Claims, received: Moment) -> bool {
        self.claims.as_ref().is_some_and(|claims| {
            let between = (received.mono_ms - self.received.mono_ms) / 1000;
            next.issued_at > claims.issued_at
                && (next.issued_at - claims.issued_at).abs_diff(between) <= ON_DEMAND_WITHIN_SECONDS
        })
    }

    /// How long it is still good for. The clock that has run further counts: one may have stood still in sleep.
    pub fn remaining_ms(&self, now: Moment) -> u64 {
        self.valid_ms.saturating_sub(self.age_ms(now))
    }

    /// How long ago it came.
    pub fn age_ms(&self, now: Moment) -> u64 {
        let by_wall = now.wall.saturating_sub(self.received.wall).saturating_mul(1000);
        now.mono_ms.saturating_sub(self.received.mono_ms).max(by_wall)
    }

    /// How long it was good for when it came.
    pub fn valid_ms(&self) -> u64 {
        self.valid_ms
    }

    /// The service's clock ahead of the machine's, in seconds, where it was measured.
    pub fn skew_seconds(&self) -> Option<i64> {
        let claims = self.claims.as_ref().filter(|_| self.measured)?;
        i64::try_from(claims.issued_at).ok()?.checked_sub(i64::try_from(self.received.wall).ok()?)
    }

    /// Whether another one is newer: by `iat`, not by arrival. Of two that cannot be told apart by it, the one that
    /// lasts longer.
    pub fn is_older_than(&self, other: Option<&Claims>) -> bool {
        match (&self.claims, other) {
            (Some(mine), Some(other)) => {
                (mine.issued_at, mine.expires_at) < (other.issued_at, other.expires_at)
            }
            (_, other) => other.is_some(),
        }
    }

    /// What it says.
    pub fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    /// For a caller.
    pub fn grant(&self) -> Granted {
        Granted {
            token: self.jwt.clone(),
            expires_at: self.claims.as_ref().map(|claims| claims.expires_at),
            account: self.account.clone(),
        }
    }
}
