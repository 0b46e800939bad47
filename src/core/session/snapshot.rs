//! What anyone may see of a session: no secret in it.

use super::claims::{Membership, User};
use crate::core::response::Next;

/// The session at one moment. Two snapshots are equal when nothing real has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Where the person stands.
    pub state: State,
    /// How current that is.
    pub freshness: Freshness,
    /// Who, as far as the token tells.
    pub user: Option<User>,
    /// In which account.
    pub membership: Option<Membership>,
    /// When the token expires by the service's clock, in epoch seconds.
    pub expires_at: Option<u64>,
    /// What stands in the way of a token.
    pub conditions: Vec<String>,
    /// What a user interface does about it.
    pub next: Option<Next>,
    /// Why the person is signed out.
    pub reason: Option<SignOutReason>,
}

impl Snapshot {
    /// Of a session of which nothing is known yet.
    pub(super) fn loading() -> Self {
        Self {
            state: State::Loading,
            freshness: Freshness::Fresh,
            user: None,
            membership: None,
            expires_at: None,
            conditions: Vec::new(),
            next: None,
            reason: None,
        }
    }
}

/// Where a person stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not known yet.
    Loading,
    /// Signed out.
    SignedOut,
    /// A second factor is due.
    Verify,
    /// A session without a token.
    Conditional,
    /// Signed in.
    SignedIn,
}

impl State {
    /// The value of `state` in a snapshot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::SignedOut => "signed_out",
            Self::Verify => "verify",
            Self::Conditional => "conditional",
            Self::SignedIn => "signed_in",
        }
    }
}

/// How current a snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As the service said last, and it could be asked.
    Fresh,
    /// The service could not be asked; what is shown may be out of date.
    Stale,
    /// There is no network.
    Offline,
}

impl Freshness {
    /// The value of `freshness` in a snapshot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Offline => "offline",
        }
    }
}

/// Why a person is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutReason {
    /// Nobody has signed in.
    NeverSignedIn,
    /// The person signed out, here.
    Here,
    /// Another tab ended the session; mostly the person signed out there.
    Elsewhere,
    /// The service says that the session is over.
    Expired,
}

impl SignOutReason {
    /// The value of `signOutReason` in a snapshot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverSignedIn => "never_signed_in",
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
            Self::Expired => "expired",
        }
    }
}
