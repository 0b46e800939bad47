//! The rules of `docs/internals/session-rules.md`, one example each: what a tab does, named after it.

#![cfg(not(target_arch = "wasm32"))]

mod ends;
#[path = "../engine_tab/mod.rs"]
mod engine_tab;
#[path = "../engine_tokens/mod.rs"]
mod engine_tokens;
mod requests;
mod strangers;
mod tabs;
mod time;

use engine_tab::{LIFETIME, Tab};

/// A tab whose token has expired.
fn expired() -> Tab {
    let mut tab = Tab::signed_in("kss_1");
    tab.hide();
    tab.wait_ms((LIFETIME + 1) * 1000);
    tab
}
