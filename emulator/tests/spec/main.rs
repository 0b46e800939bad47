//! What the emulated realm answers, one file per resource. In-process, where no socket and no clock is involved, or by a host that is
//! asked over HTTP (`remote`).
#![allow(clippy::wrong_self_convention, reason = "`answer.is_okay()` reads as the sentence it is")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    unreachable_pub,
    missing_docs,
    reason = "a test that meets what it did not expect should stop there"
)]

mod assumptions;
mod browser;
mod control;
mod core_api;
mod cors;
mod email;
mod fixtures;
mod hosted;
mod hosted_conditions;
mod inside;
mod jwks;
mod listing;
mod login;
mod password;
mod profile;
mod promises;
mod rate;
mod remote;
mod reset;
mod script;
mod second_factor;
mod seed;
mod session;
mod signup;
mod support;
mod token;
mod transport;
mod whole;
