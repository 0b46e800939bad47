//! A `LoginRocket` realm on localhost, for development and tests.
//!
//! The realm itself is pure: [`Service::handle`] takes a request, the time and a source of randomness, and returns a
//! [`Reply`]. There is no socket, clock, thread or file in it, so that tests can drive it in-process and other hosts
//! can carry it. The native host (feature `host`) is a thin shell around it.
//!
//! The emulator shares no type with the SDK: a mistake made in both would cancel out and pass every test.

mod api;
mod call;
mod control;
mod core_api;
mod cors;
mod fields;
mod hosted;
mod id;
mod jwt;
mod keys;
mod locale;
mod mail;
mod pages;
mod password;
mod rate;
mod record;
mod routes;
mod script;
mod service;
mod signin;
mod time;
mod wire;

#[cfg(feature = "host")]
pub mod host;
pub mod seed;
pub mod settings;
pub mod state;
pub mod totp;

pub use keys::{KeyPool, SigningKey};
pub use mail::Links;
pub use service::{Ending, Listener, MAX_BODY, Reply, Service};
pub use time::{Clock, Time};
