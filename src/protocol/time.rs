//! The time, as a host passes it to an engine.

/// A moment on the two clocks of a machine. Neither clock can be trusted alone. The monotonic one may stand still while the
/// machine sleeps. The wall clock may be wrong, and may be set at any time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since some start, by the monotonic clock.
    pub mono_ms: u64,
    /// Epoch seconds, by the wall clock.
    pub wall: u64,
}

impl Moment {
    /// Milliseconds since an earlier moment. The clock that has advanced more counts: the monotonic one may have stood still
    /// during sleep, and the wall clock may have been set back.
    pub fn since(self, earlier: Self) -> u64 {
        let by_wall = ms(self.wall.saturating_sub(earlier.wall));
        self.mono_ms.saturating_sub(earlier.mono_ms).max(by_wall)
    }
}

/// Seconds in milliseconds. A checked product would need 128 bits, which WebAssembly does not have.
pub(crate) fn ms(seconds: u64) -> u64 {
    seconds.min(u64::MAX / 1000) * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_that_has_run_further_counts() {
        let at = |mono_ms, wall| Moment { mono_ms, wall };
        let start = at(10_000, 1_790_000_000);
        for (later, ms) in [
            (start, 0),
            (at(10_999, 1_790_000_000), 999),
            (at(10_001, 1_790_000_001), 1_000),
            // The machine slept.
            (at(10_001, 1_790_003_600), 3_600_000),
            // Somebody set the clock back.
            (at(70_000, 1_700_000_000), 60_000),
            (at(0, 0), 0),
            (at(0, u64::MAX), (u64::MAX / 1_000) * 1_000),
        ] {
            assert_eq!(later.since(start), ms, "{later:?}");
        }
    }

    #[test]
    fn seconds_that_are_too_many_are_as_many_as_fit() {
        for (seconds, expected) in [(0, 0), (7, 7_000), (u64::MAX, (u64::MAX / 1_000) * 1_000)] {
            assert_eq!(ms(seconds), expected);
        }
    }
}
