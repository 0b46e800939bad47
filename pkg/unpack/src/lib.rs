//! Puts the package's module together out of the text that holds it.
//!
//! A script could do it, too, and did; but it runs once, before an engine has compiled any of it, and took longer than all
//! the rest of starting. So it is a module of its own, of three kilobytes, that `pkg/bytes.js` starts first. The other half,
//! which makes the text, is `xtask/src/package`, with the tests of both; what both must know stands here.
//!
//! Here: reading letters, sorted streams, and the border to the script. Nothing here allocates or can panic, so that no
//! more than this is in the module.

mod letters;
mod streams;

#[cfg(target_arch = "wasm32")]
mod border;

pub use letters::{BITS, LETTERS, PREFIXES, is_letter, unletter};
pub use streams::{
    CODE_SECTION, COUNT, END, Stream, UNALIGNED, float_length, is_known, more, natural_alignment, stream_of,
    unsort,
};
