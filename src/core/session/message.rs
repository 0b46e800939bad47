//! What tabs tell each other, and what is stored.
//!
//! The JWT is told, never stored; the session id is both. A sign-out is stored as such: an entry that is merely gone may
//! have been cleared by anyone, and ends nothing.

use super::Claims;
use crate::core::{response::Failure, secret::Secret};

/// What a tab tells its siblings.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Message {
    /// A token came.
    Token {
        /// The session id.
        session: Secret,
        /// The account that it is for.
        account: Option<String>,
        /// The JWT.
        token: Secret,
        /// What it says; read by the receiver.
        claims: Option<Claims>,
        /// When it was asked for, in epoch seconds by the clock that all tabs of a machine share: a message can wait for
        /// long at the door of a frozen tab.
        asked_at: u64,
    },
    /// A session ended.
    SignedOut {
        /// Its id.
        session: Secret,
        /// Whether the service said so, not the person.
        expired: bool,
    },
    /// The service asked to wait.
    Hold {
        /// How long from now, in milliseconds.
        ms: u64,
        /// What it said.
        failure: Failure,
    },
}

/// What is stored.
#[derive(Clone, Debug)]
pub enum Stored {
    /// A session.
    Session {
        /// Its id.
        session: Secret,
        /// The selected account.
        account: Option<String>,
    },
    /// A sign-out.
    SignedOut,
}
