//! Browser SDK for the `LoginRocket` API.
//!
//! Two houses stand beside each other until the new one has taken over.
//!
//! **New:** [`engine`] makes every decision of a client as one pure machine, over [`protocol`], which is what goes over the
//! wire. `wire` is how inputs and effects cross to a script, and the feature `script` exports that with an allocator. Imports
//! point down: `engine_bindings` → `wire` → [`engine`] → [`protocol`].
//!
//! **Old:** the layers import downwards only: `bindings` → `browser` → [`client`] → [`core`]. The first two exist on
//! `wasm32` alone, where their web crates are dependencies; a native build proves that [`core`] and [`client`]
//! need none. `bindings` is the npm package's surface and behind the feature `npm`; a Rust front end switches the
//! default features off, takes the feature `web`, and uses [`client::Client`] with `browser::Web`. `native` verifies tokens in
//! programs that are in no browser.

#[cfg(all(target_arch = "wasm32", feature = "web"))]
pub mod browser;
pub mod client;
pub mod core;
pub mod engine;
mod error;
#[cfg(all(not(target_arch = "wasm32"), feature = "native"))]
pub mod native;
pub mod protocol;
#[cfg(any(not(target_arch = "wasm32"), feature = "script"))]
pub mod wire;

#[cfg(all(target_arch = "wasm32", feature = "script"))]
mod alloc;
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
#[path = "bindings/mod.rs"]
mod bindings;
#[cfg(all(target_arch = "wasm32", feature = "script"))]
#[path = "bindings.rs"]
mod engine_bindings;

#[cfg(all(target_arch = "wasm32", feature = "npm"))]
pub use bindings::LoginRocket;
#[cfg(all(target_arch = "wasm32", feature = "script"))]
pub use engine_bindings::ScriptEngine;
pub use error::{Error, Family, Misuse, Source};
