//! The engine in a browser of fakes, under virtual time: what an app asks of it, on a platform that is slow, broken, or full
//! of other tabs. What the session alone decides is tested with the session.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a panic here is a failed test"
)]

mod host;

mod adopt;
mod authorize;
mod callers;
mod calls;
mod challenge;
mod channel;
mod conditions;
mod disposal;
mod faults;
mod hosted;
mod keys;
mod locks;
mod notify;
mod profile;
mod realms;
mod siblings;
mod storage;
