//! Browser SDK for the `LoginRocket` API.
//!
//! The layers import downwards only: `bindings` → `browser` → [`client`] → [`core`]. The first two exist on
//! `wasm32` alone, where their web crates are dependencies; a native build proves that [`core`] and [`client`]
//! need none.

pub mod client;
pub mod core;
mod error;

#[cfg(target_arch = "wasm32")]
mod bindings;
#[cfg(target_arch = "wasm32")]
mod browser;

#[cfg(target_arch = "wasm32")]
pub use bindings::LoginRocket;
pub use error::{Error, Family, Source};
