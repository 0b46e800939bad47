//! Time, as a host gives it to an engine.

/// A moment on the two clocks of a machine. Neither is to be trusted alone: the monotonic one may stand still while the
/// machine sleeps, the other may be wrong and is set from time to time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since some start, never going back.
    pub mono_ms: u64,
    /// Epoch seconds, as the machine believes.
    pub wall: u64,
}

impl Moment {
    /// Milliseconds since an earlier one. The clock that has run further counts: one may have stood still in sleep, the
    /// other may have been set back.
    pub fn since(self, earlier: Self) -> u64 {
        let by_wall = ms(self.wall.saturating_sub(earlier.wall));
        self.mono_ms.saturating_sub(earlier.mono_ms).max(by_wall)
    }
}

/// Seconds in milliseconds. Checked, the product would need 128 bits, of which WebAssembly knows nothing.
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
            // It slept.
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
