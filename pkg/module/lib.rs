//! The WebAssembly module of the npm package: what `loginrocket-wasm` exports with its feature `npm`, and nothing else.

#[cfg(target_arch = "wasm32")]
pub use loginrocket_wasm::ScriptEngine;
