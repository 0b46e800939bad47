//! The events and commands of a session, and the types in them.

use super::{
    super::lists::List,
    message::{Message, Stored},
};
use crate::{
    Error,
    protocol::{
        claims::Claims, failure::Failure, response::SignIn, secret::Secret, text::Text, time::Moment,
    },
};
use std::rc::Rc;

/// What a session is set up with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether siblings share one store, and so one session.
    pub shared: bool,
    /// Whether siblings can be found and asked: where there are locks and a channel.
    pub has_siblings: bool,
    /// How long a refresh may take from asking for the lock to its answer, in milliseconds.
    pub refresh_cap_ms: u64,
    /// Whether the store also holds what a token says about the person.
    pub keeps_profile: bool,
    /// The seed of the random numbers, which must differ from tab to tab.
    pub seed: u64,
}

/// The context of a call of the app, from when it began. It shows later whether the answer comes too late.
#[derive(Clone, Copy, Debug)]
pub struct CallContext {
    pub(super) at: Moment,
    /// The number of the call. The calls of a tab are counted in the order in which they began.
    pub(super) number: u32,
    /// Whether the call makes a session. The others are about the tracked one.
    pub(super) makes_session: bool,
    /// Whether it is not a call but a link, which anybody can have sent.
    pub(super) is_link: bool,
    pub(super) sign_outs: u32,
    pub(super) generation: u32,
    pub(super) switches: u32,
}

impl CallContext {
    /// Whether its call began after the other one.
    pub fn is_later_than(&self, other: Self) -> bool {
        self.number > other.number
    }
}

/// Identifies one step of one refresh: its lock, or its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub u32);

/// Identifies a caller who waits for a token.
pub type Waiter = u32;

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
    Account(Text),
}

/// What a caller gets.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The JWT.
    pub token: Secret,
    /// The account that it is for.
    pub account: Option<Text>,
    /// Its claims; none if they could not be read.
    pub claims: Option<Rc<Claims>>,
    /// Whether its signature was verified.
    pub is_verified: bool,
}

/// What a caller gets, or why not.
pub type Answer = Result<Granted, Failure>;

/// What happens to the session.
#[derive(Clone, Debug)]
pub enum Event {
    /// What the store held at the start; none also if it could not be read.
    Restored(Option<Stored>),
    /// The store was read again, and holds this now; none if the entry is gone or cannot be read.
    StoreChanged(Option<Stored>),
    /// Whether a sibling has a token. The answer to [`Command::FindSiblings`].
    Siblings(bool),
    /// A sibling's message.
    Message(Message),
    /// A call of the app that can sign in was answered.
    Answered {
        /// What [`Session::call_context`](super::Session::call_context) gave when the call began.
        context: CallContext,
        /// What the answer says.
        sign_in: SignIn,
    },
    /// A second factor is still due from before the reload.
    SecondFactorDue,
    /// A caller wants something.
    Wanted {
        /// Who.
        waiter: Waiter,
        /// What.
        want: Want,
        /// When the caller has to have an answer, in milliseconds of the monotonic clock.
        deadline_ms: u64,
        /// Whether the answer may be due up to a second earlier, so that callers who want the same can share one wait.
        coalesces: bool,
    },
    /// A caller gave up.
    Cancelled(Waiter),
    /// The lock was granted. Or it cannot be granted, at least not in time, and the refresh goes on without it.
    LockSettled(Ticket),
    /// A refresh was answered.
    Refreshed {
        /// Which.
        ticket: Ticket,
        /// The answer.
        answer: Result<SignIn, Failure>,
    },
    /// The person signs out.
    SignOut,
    /// A timer fired, maybe too early.
    Woke,
    /// The page became visible, or hidden.
    Visible(bool),
    /// The browser went online, or offline.
    Online(bool),
    /// The session is disposed of. Everyone who waits gets this error.
    Disposed(Error),
}

/// Something that the session wants done.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Command {
    /// Get the lock that lets one tab at a time refresh. Report [`Event::LockSettled`] within a short time, whether it
    /// was granted or not.
    Lock(Ticket),
    /// Give the lock back, or stop waiting for it. As far as possible, messages from before must reach the siblings
    /// before the next one is granted the lock.
    Unlock(Ticket),
    /// Ask the service for a token, and report [`Event::Refreshed`].
    Send {
        /// For the answer.
        ticket: Ticket,
        /// The session id.
        session: Secret,
        /// The account to select.
        account: Option<Text>,
    },
    /// Stop that request; its answer is not wanted any more.
    Abort(Ticket),
    /// Tell the service that the session is over. The session does not wait for the answer.
    EndSession(Secret),
    /// Write to the store. Writes and reads happen in the order of these commands.
    Persist(Stored),
    /// Write to the store if it has no entry, or a broken one. Another tab may have stored a sign-out since the entry was
    /// cleared. That sign-out stays.
    PersistIfAbsent(Stored),
    /// Write to the store if its entry is of that session. An entry of another session is newer than what we know. If
    /// there is no entry, a newer one may have been cleared: to write a sign-out there would end that newer session.
    PersistOver {
        /// The session id.
        session: Secret,
        /// What to write.
        stored: Stored,
    },
    /// Read the store, and report [`Event::StoreChanged`].
    ReadStore,
    /// Look for siblings that have a token, and report [`Event::Siblings`].
    FindSiblings,
    /// Announce to siblings that this tab has a token, or end the announcement.
    Announce(bool),
    /// Send the siblings a message.
    Broadcast(Message),
    /// Report [`Event::Woke`] at that time of the monotonic clock. The time replaces any earlier one; none means never.
    /// It does no harm to wake the session too early.
    WakeAt(Option<u64>),
    /// Answer callers.
    Settle(Vec<Waiter>, Answer),
    /// The snapshot has changed.
    Notify,
}

/// What the session wants done, in this order.
#[derive(Debug, Default)]
pub(in super::super) struct Commands(pub(super) List<Command>);

impl Commands {
    pub(super) fn command(&mut self, command: Command) {
        self.0.add(command);
    }

    pub(super) fn extend(&mut self, command: Option<Command>) {
        if let Some(command) = command {
            self.command(command);
        }
    }
}
