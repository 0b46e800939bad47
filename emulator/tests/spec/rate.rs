//! Rate limits (protocol.md#rate-limits).

use loginrocket_emulator::settings::{RateLimit, RateScope};

use crate::support::Emulator;

pub fn limited(scope: RateScope) -> Emulator {
    Emulator::with(|settings| {
        settings.assumptions.rate_limit = Some(RateLimit { requests: 2, window_seconds: 60, scope });
    })
}

#[test]
fn one_call_too_many_is_429_until_the_window_ends() {
    let mut emulator = limited(RateScope::Realm);
    for remaining in ["1", "0"] {
        let answer = emulator.log_in().is_full_login();
        assert_eq!(answer.header("ratelimit-limit"), Some("2"));
        assert_eq!(answer.header("ratelimit-remaining"), Some(remaining));
    }
    let refused = emulator.log_in().is_refused(429, "too many requests");
    assert_eq!(refused.header("ratelimit-reset"), Some("Mon, 21 Sep 2026 14:14:20 GMT"));
    assert!(refused.header("retry-after").is_none());
    emulator.advance_minutes(1);
    emulator.log_in().is_full_login();
}

#[test]
fn a_realm_may_send_retry_after_too() {
    let mut emulator = limited(RateScope::Realm);
    emulator.settings().assumptions.retry_after = true;
    emulator.log_in();
    emulator.log_in();
    emulator.now = emulator.now.plus_seconds(20);
    assert_eq!(emulator.log_in().header("retry-after"), Some("40"));
}

#[test]
fn there_is_no_limit_and_no_header_by_default() {
    assert!(Emulator::new().log_in().header("ratelimit-limit").is_none());
}
