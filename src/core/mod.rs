//! The protocol, pure: no I/O, no async, no clock, no web type.
//!
//! Every call is two halves: [`request`] builds it, [`response`] classifies the answer.

pub(crate) mod json;
pub mod jwks;
pub mod members;
pub mod model;
pub mod request;
pub mod response;
pub mod session;
pub mod verify;

pub(crate) use crate::protocol::text;
pub use crate::protocol::{config, hosted, http_date, jwt, query, secret, url};
