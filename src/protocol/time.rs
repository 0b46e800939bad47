//! The time as an engine is told it.

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
