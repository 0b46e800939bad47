//! The session that outlives a call: one pure state machine.
//!
//! Inputs carry the time, outputs are [`Effect`]s; nothing here reads a clock, sleeps or awaits. The ten rules that it
//! keeps are those of `docs/sessions.md`; each is tested there where it is broken most easily.
//!
//! [`machine`] holds the transitions, [`claims`] reads a JWT, [`token`] says how long a token is good for, [`pace`] when
//! the service may be asked again, [`snapshot`] what others may see, [`message`] what tabs tell each other, [`wire`] how
//! that and the stored entry are written.

pub mod claims;
pub mod machine;
pub mod message;
pub mod pace;
pub mod snapshot;
pub mod token;
pub mod wire;

pub use claims::Claims;
pub use machine::{Machine, Settings};
pub use message::{Message, Stored};
pub use snapshot::{Freshness, SignOutReason, Snapshot, State};

pub use crate::protocol::time::Moment;
pub(in crate::core) use crate::protocol::time::ms;

use super::{
    response::{Failure, Next},
    secret::Secret,
};

/// Where the service says that a person stands.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Standing {
    /// Signed in.
    SignedIn {
        /// The session id.
        session: Secret,
        /// The selected account.
        account: Option<String>,
        /// The JWT.
        token: Secret,
        /// What the JWT says, if it could be read.
        claims: Option<Claims>,
    },
    /// A second factor is due.
    Verify,
    /// A session without a token.
    Conditional {
        /// The session id.
        session: Secret,
        /// The selected account.
        account: Option<String>,
        /// What stands in the way.
        conditions: Vec<String>,
        /// What a user interface does about it.
        next: Next,
    },
}

/// A login-like call of the app that has begun.
#[derive(Clone, Copy, Debug)]
pub struct Begun {
    at: Moment,
    /// Which call of this tab it is, in the order in which they began.
    number: u64,
    /// Whether it makes a session; the others ask about one that there is.
    makes_session: bool,
    sign_outs: u64,
    moves: u64,
}

/// Names one refresh, from asking for the lock to its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// Names one caller who waits for an answer of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Waiter(pub u64);

/// What a caller waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// A token that is good for at least that many seconds.
    Token {
        /// The least time that it must still be good for.
        min_validity_seconds: u32,
    },
    /// A token newer than the one there is.
    Refresh,
    /// A token for that account.
    Account(String),
}

/// What happens to the machine.
#[derive(Clone, Debug)]
pub enum Input {
    /// What the store held at the start; none also where it could not be read.
    Restored(Option<Stored>),
    /// The store was changed by someone else, and holds this now; none where the entry is gone.
    StoreChanged(Option<Stored>),
    /// A sibling spoke.
    Heard(Message),
    /// A login-like call of the app was answered.
    Answered {
        /// What [`Machine::begin`] gave when the call began.
        begun: Begun,
        /// What the answer says.
        standing: Standing,
    },
    /// A caller wants something.
    Wanted {
        /// Who.
        waiter: Waiter,
        /// What.
        want: Want,
        /// When the caller has to have an answer, in milliseconds of the monotonic clock.
        deadline_ms: u64,
    },
    /// The lock was granted; or nobody can grant it, or not in time, and the refresh goes on without it.
    LockSettled(Ticket),
    /// A refresh was answered.
    Refreshed {
        /// Which.
        ticket: Ticket,
        /// The answer.
        answer: Result<Standing, Failure>,
    },
    /// The person signs out.
    SignOut,
    /// Time has come, or a timer thinks so.
    Woke,
    /// The page became visible, or hidden.
    Visible(bool),
    /// The network came, or went.
    Online(bool),
    /// The end.
    Disposed,
}

/// What the machine wants done, in this order.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Effect {
    /// Get the lock that lets one tab at a time refresh, and say [`Input::LockSettled`] within a short time whatever comes.
    Lock(Ticket),
    /// Give the lock back, or stop waiting for it. What was told to the siblings before must reach them before the next
    /// one is granted the lock, as far as that can be had.
    Unlock(Ticket),
    /// Ask the service for a token, and say [`Input::Refreshed`].
    Send {
        /// For the answer.
        ticket: Ticket,
        /// The session id.
        session: Secret,
        /// The account to select.
        account: Option<String>,
    },
    /// Stop that request; its answer is not wanted any more.
    Abort(Ticket),
    /// Tell the service that the session is over; nobody waits for its answer.
    EndSession(Secret),
    /// Write to the store. Writing and reading happen in the order in which they are wanted.
    Persist(Stored),
    /// Write to the store if there is no entry. Between its clearing and this someone may have signed out.
    PersistIfAbsent(Stored),
    /// Write to the store if its entry is of that session. Another one is newer than what we know, and none may be what
    /// was cleared of a newer one: to write an end there would end that.
    PersistOver {
        /// The session id.
        session: Secret,
        /// What to write.
        stored: Stored,
    },
    /// Read the store, and say [`Input::StoreChanged`].
    ReadStore,
    /// Tell the siblings.
    Broadcast(Message),
    /// Say [`Input::Woke`] at that time of the monotonic clock, instead of any time said before; never if none. Too early
    /// does no harm: where a timer cannot wait for that long, it may wake the machine on the way.
    WakeAt(Option<u64>),
    /// Answer a caller.
    Settle(Waiter, Result<Granted, Failure>),
    /// The snapshot is another one.
    Notify,
}

/// What a caller gets.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The JWT.
    pub token: Secret,
    /// When it expires by the service's clock, in epoch seconds; none where it could not be read.
    pub expires_at: Option<u64>,
    /// The account that it is for.
    pub account: Option<String>,
    /// Whether its signature was verified, of which a machine knows nothing.
    pub is_verified: bool,
}
