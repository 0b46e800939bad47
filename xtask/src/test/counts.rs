//! Reads how many tests passed from what the test runners print.

use std::ops::AddAssign;

/// Tests by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    /// How many there were.
    pub(super) fn total(self) -> u64 {
        self.passed + self.failed + self.skipped
    }

    /// A runner that failed without counting a failure: it did not build, crashed, or was stopped.
    pub(super) fn with_failure_unless(mut self, success: bool) -> Self {
        if !success && self.failed == 0 {
            self.failed = 1;
        }
        self
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Sums the `test result:` lines of cargo's harness and of wasm-bindgen's.
pub(super) fn of_cargo(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some((_, numbers)) = line.split_once("test result: ") else {
            continue;
        };
        for part in numbers.split([';', '.']) {
            let mut words = part.split_whitespace();
            let (Some(Ok(number)), Some(what)) = (words.next().map(str::parse::<u64>), words.next()) else {
                continue;
            };
            match what {
                "passed" => counts.passed += number,
                "failed" => counts.failed += number,
                "ignored" => counts.skipped += number,
                _ => {}
            }
        }
    }
    counts
}

/// Reads the closing lines of node's TAP report. A cancelled test failed, and one still to be written was skipped.
pub(super) fn of_node(tap: &str) -> Counts {
    let mut counts = Counts::default();
    for line in tap.lines() {
        let mut words = line.split_whitespace();
        let (Some("#"), Some(what), Some(Ok(number))) =
            (words.next(), words.next(), words.next().map(str::parse::<u64>))
        else {
            continue;
        };
        match what {
            "pass" => counts.passed += number,
            "fail" | "cancelled" => counts.failed += number,
            "skipped" | "todo" => counts.skipped += number,
            _ => {}
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_results_of_all_binaries_are_summed() {
        let output = "running 2 tests\ntest a ... ok\n\n\
            test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: FAILED. 10 passed; 1 failed; 3 ignored; 0 measured; 7 filtered out; finished in 1.20s\n";
        assert_eq!(of_cargo(output), Counts { passed: 12, failed: 1, skipped: 3 });
    }

    #[test]
    fn wasm_bindgen_results_are_read_too() {
        assert_eq!(
            of_cargo("test result: ok. 4 passed; 0 failed; 0 ignored; 0 filtered out"),
            Counts { passed: 4, failed: 0, skipped: 0 }
        );
    }

    #[test]
    fn a_test_that_prints_numbers_is_not_a_result() {
        assert_eq!(of_cargo("5 passed; 5 failed\ntest result of nothing"), Counts::default());
    }

    #[test]
    fn node_results_are_read() {
        let tap = "TAP version 13\nok 1 - works\n1..3\n# tests 9\n# suites 0\n# pass 3\n# fail 1\n# cancelled 2\n# skipped 1\n# todo 2\n# duration_ms 12.5\n";
        assert_eq!(of_node(tap), Counts { passed: 3, failed: 3, skipped: 3 });
    }

    #[test]
    fn a_crash_that_nobody_counted_is_a_failure() {
        let counts = Counts { passed: 5, failed: 0, skipped: 0 };
        assert_eq!(counts.with_failure_unless(false).failed, 1);
        assert_eq!(counts.with_failure_unless(true).failed, 0);
    }
}
