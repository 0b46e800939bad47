//! Sign-in, sessions and tokens for the `LoginRocket` API: one pure engine, and thin hosts.
//!
//! [`engine`] makes every decision of a client as one state machine, over [`protocol`], which is what goes over the wire. It
//! performs nothing itself: a host does what it says, and reports what came of that.
//!
//! * A front end in Rust takes the feature `web`, without the default ones, and uses `web::Client`.
//! * A back end in Rust verifies tokens with `native`, which is the default feature.
//! * The npm package `loginrocket-wasm` is the engine behind the feature `npm`, with a host in TypeScript; `wire` is how
//!   inputs and effects cross to that.
//!
//! Imports point down: `web` → [`engine`] → [`protocol`], and `bindings` → `wire` → [`engine`].

pub mod engine;
mod error;
#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
pub mod native;
pub mod protocol;
#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod web;
#[cfg(any(not(target_arch = "wasm32"), feature = "npm"))]
pub mod wire;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
mod alloc;
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
mod bindings;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub use bindings::ScriptEngine;
pub use error::{Error, Family, Misuse, Source};
