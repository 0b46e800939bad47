//! What a platform has to provide. A port does one thing and decides nothing.

use crate::{
    Error,
    core::{
        request::Request,
        response::{Record, Reply},
    },
};

/// Sends requests.
pub trait Transport {
    /// A JSON object as the platform holds it.
    type Record: Record;

    /// Sends the request and reads the whole answer. Redirects are not followed; nothing is cached; no credentials
    /// of the browser go along. Dropping the future aborts the request.
    ///
    /// Errors: `network_error`, `invalid_option`. What goes wrong after the headers is part of the answer.
    fn send(&self, request: Request) -> impl Future<Output = Result<Reply<Self::Record>, Error>>;
}

/// Tells the time.
pub trait Clock {
    /// Epoch seconds, as the machine believes.
    fn now(&self) -> u64;
}

/// Waits.
pub trait Timer {
    /// Completes when that many milliseconds are over. Dropping the future releases the timer.
    fn sleep(&self, ms: u32) -> impl Future<Output = ()>;
}
