//! What goes over the wire. It is pure: no I/O, no clock, no web type.
//!
//! A call is two halves: [`request`] says where it goes, [`response`] what its answer means. [`jwt`], [`jwks`], [`verify`] and
//! [`claims`] are about tokens, [`hosted`] about the realm's own pages, [`url`](mod@url) about its address.

pub mod claims;
pub mod config;
pub mod endpoint;
pub mod failure;
pub mod hosted;
pub mod json;
pub mod jwks;
pub mod jwt;
#[cfg(any(feature = "web", feature = "native"))]
pub mod model;
pub mod query;
pub mod request;
pub mod response;
pub mod secret;
pub mod text;
pub mod time;
pub mod url;
pub mod verify;
