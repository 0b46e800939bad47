//! Calls from start to end, on an engine whose host is the test: what is sent, what a caller gets, and what is left
//! behind.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test"
)]

mod answers;
mod host;
mod late;
mod sent;
mod session;
