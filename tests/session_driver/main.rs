//! The session's driver on fakes: what the machine wants, done on a platform that is slow, broken, or full of other
//! tabs. What the machine decides is tested with the machine.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "a panic here is a failed test"
)]

#[path = "../support/mod.rs"]
mod support;

mod bearer;
mod callers;
mod calls;
mod channel;
mod hosted;
mod listeners;
mod locks;
mod memory;
mod realms;
mod storage;
mod tab;
mod tokens;
mod weather;
