//! Which tokens are trusted, as an engine judges them: every kind of good and forged one, as another library made them.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    missing_docs,
    unreachable_pub,
    reason = "a panic here is a failed test, and tokens are ASCII"
)]

mod keys;
mod native;
mod policy;
mod realm;
mod rows;
mod texts;
