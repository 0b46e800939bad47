//! The protocol, pure: no I/O, no async, no clock, no web type.
//!
//! Every call is two halves: [`request`] builds it, [`response`] classifies the answer.

pub mod config;
pub mod hosted;
pub mod http_date;
pub(crate) mod json;
pub mod jwks;
pub mod jwt;
pub mod members;
pub mod model;
pub mod query;
pub mod request;
pub mod response;
pub mod secret;
pub mod session;
pub(crate) mod text;
pub mod url;
pub mod verify;
