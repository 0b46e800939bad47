//! Rate limits in fixed windows (protocol.md#rate-limits).
//!
//! Counting is all there is to it; the crates for it read a clock of their own, and here the realm's clock has to rule.

use http::{HeaderMap, HeaderName, HeaderValue};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use crate::settings::{RateLimit, RateScope};
use crate::time::Time;

/// Open windows by what is counted together.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Windows {
    open: IndexMap<String, Window>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Window {
    begin: Time,
    calls: u32,
}

/// What a call may know about its limit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Standing {
    limit: u32,
    remaining: u32,
    reset: Time,
    now: Time,
    /// Whether the call is refused.
    pub(crate) exceeded: bool,
}

impl Windows {
    /// Counts a call.
    pub(crate) fn count(&mut self, limit: RateLimit, address: &str, now: Time) -> Standing {
        let key = match limit.scope {
            RateScope::Realm => "",
            RateScope::Address => address,
        };
        let end = |window: Window| window.begin.plus_seconds(limit.window_seconds);
        // A clock that was turned back opens a new window too.
        self.open.retain(|_, window| window.begin <= now && end(*window) > now);
        let window = self.open.entry(key.to_owned()).or_insert(Window { begin: now, calls: 0 });
        let exceeded = window.calls >= limit.requests;
        window.calls = window.calls.saturating_add(1);
        let remaining = limit.requests.saturating_sub(window.calls);
        Standing { limit: limit.requests, remaining, reset: end(*window), now, exceeded }
    }
}

impl Standing {
    /// Tells the caller. `Ratelimit-Reset` is an HTTP date in v2 of the service.
    pub(crate) fn tell(&self, headers: &mut HeaderMap, with_retry_after: bool) {
        headers.insert(HeaderName::from_static("ratelimit-limit"), self.limit.into());
        headers.insert(HeaderName::from_static("ratelimit-remaining"), self.remaining.into());
        // A date has whole seconds. It is rounded up, so that nobody comes too early.
        let seconds = self.reset.millis().div_ceil(1000);
        if let Ok(date) = HeaderValue::from_str(&http_date(seconds)) {
            headers.insert(HeaderName::from_static("ratelimit-reset"), date);
        }
        if with_retry_after && self.exceeded {
            let wait = self.reset.millis().saturating_sub(self.now.millis()).div_ceil(1000);
            headers.insert(http::header::RETRY_AFTER, wait.into());
        }
    }
}

/// An HTTP date (RFC 9110 §5.6.7).
pub(crate) fn http_date(seconds: u64) -> String {
    // `httpdate` goes through the system's type for times, which ends in the year 9999 as the format does.
    let latest = 253_402_300_799;
    httpdate::fmt_http_date(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds.min(latest)))
}
