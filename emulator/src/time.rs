//! Points in time and the emulator's own clock.
//!
//! Nothing here asks the operating system: the host says what time it is, the [`Clock`] says what the realms believe.

use serde::{Deserialize, Serialize};

/// A point in time, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Time {
    millis: u64,
}

impl Time {
    /// The point that many milliseconds after the epoch.
    pub const fn from_millis(millis: u64) -> Self {
        Self { millis }
    }

    /// The point that many seconds after the epoch.
    pub const fn from_seconds(seconds: u64) -> Self {
        Self { millis: seconds.saturating_mul(1000) }
    }

    /// Milliseconds since the epoch.
    pub const fn millis(self) -> u64 {
        self.millis
    }

    /// Whole seconds since the epoch, which is how the service writes times (protocol.md#times).
    pub const fn seconds(self) -> u64 {
        self.millis / 1000
    }

    /// The point that many seconds later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: u64) -> Self {
        Self { millis: self.millis.saturating_add(seconds.saturating_mul(1000)) }
    }

    /// The point that many minutes later.
    #[must_use]
    pub const fn plus_minutes(self, minutes: u64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    /// The point that many seconds earlier, not before the epoch.
    #[must_use]
    pub const fn minus_seconds(self, seconds: u64) -> Self {
        Self { millis: self.millis.saturating_sub(seconds.saturating_mul(1000)) }
    }
}

/// The time the realms live in. It follows the host's until it is frozen, set or advanced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clock {
    /// The host's time.
    #[default]
    Host,
    /// The host's time, that many milliseconds ahead (or behind).
    Shifted(i64),
    /// Always this time.
    Frozen(Time),
}

impl Clock {
    /// What the realms believe when the host's time is `host`.
    #[must_use]
    pub const fn read(self, host: Time) -> Time {
        match self {
            Self::Host => host,
            Self::Shifted(ahead) => Time::from_millis(host.millis.saturating_add_signed(ahead)),
            Self::Frozen(at) => at,
        }
    }

    /// The clock that shows `time` now and runs on if it ran before.
    #[must_use]
    pub fn set(self, host: Time, time: Time) -> Self {
        match self {
            Self::Frozen(_) => Self::Frozen(time),
            Self::Host | Self::Shifted(_) => Self::Shifted(difference(time, host)),
        }
    }

    /// The clock stopped at what it shows now.
    #[must_use]
    pub const fn freeze(self, host: Time) -> Self {
        Self::Frozen(self.read(host))
    }

    /// The clock running again from what it shows now.
    #[must_use]
    pub fn resume(self, host: Time) -> Self {
        Self::Shifted(difference(self.read(host), host))
    }

    /// The clock turned on by that many milliseconds, stopped if it was stopped.
    #[must_use]
    pub fn advance(self, host: Time, millis: i64) -> Self {
        let target = Time::from_millis(self.read(host).millis.saturating_add_signed(millis));
        self.set(host, target)
    }
}

fn difference(later: Time, earlier: Time) -> i64 {
    i64::try_from(i128::from(later.millis) - i128::from(earlier.millis)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Clock, Time};

    const NOON: Time = Time::from_seconds(43_200);

    #[test]
    fn a_frozen_clock_stands_still_and_can_still_be_advanced() {
        let clock = Clock::Host.freeze(NOON);
        assert_eq!(clock.read(NOON.plus_minutes(5)), NOON);
        let clock = clock.advance(NOON.plus_minutes(5), 1_000);
        assert_eq!(clock.read(NOON.plus_minutes(9)), NOON.plus_seconds(1));
    }

    #[test]
    fn a_clock_that_was_set_runs_on() {
        let clock = Clock::Host.set(NOON, NOON.plus_minutes(60));
        assert_eq!(clock.read(NOON.plus_minutes(1)), NOON.plus_minutes(61));
    }

    #[test]
    fn a_resumed_clock_continues_from_where_it_stood() {
        let clock = Clock::Host.freeze(NOON).resume(NOON.plus_minutes(30));
        assert_eq!(clock.read(NOON.plus_minutes(31)), NOON.plus_minutes(1));
    }
}
