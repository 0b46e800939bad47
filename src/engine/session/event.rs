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
    /// Whether what a token says of the person is stored beside the session.
    pub keeps_profile: bool,
    /// Start of the random numbers; another one in every tab.
    pub seed: u64,
}

/// How things stood when a call of the app that can sign in began.
#[derive(Clone, Copy, Debug)]
pub struct CallContext {
    pub(super) at: Moment,
    /// Which call of this tab it is, in the order in which they began.
    pub(super) number: u32,
    /// Whether it makes a session; the others ask about one that there is.
    pub(super) makes_session: bool,
    /// Whether it is no call at all, but a link that somebody was sent.
    pub(super) is_link: bool,
    pub(super) sign_outs: u32,
    pub(super) generation: u32,
    pub(super) switches: u32,
}

impl CallContext {
    /// Whether its call began after that one.
    pub fn is_later_than(&self, other: Self) -> bool {
        self.number > other.number
    }
}

/// Names one step of one refresh: its lock, or its request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(pub u32);

/// Names one caller who waits for a token.
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
    /// What it says; none where it could not be read.
    pub claims: Option<Rc<Claims>>,
    /// Whether its signature was verified.
    pub is_verified: bool,
}

/// What a caller gets, or why not.
pub type Answer = Result<Granted, Failure>;

/// What happens to the session.
#[derive(Clone, Debug)]
pub enum Event {
    /// What the store held at the start; none also where it could not be read.
    Restored(Option<Stored>),
    /// The store was changed by someone else, and holds this now; none where the entry is gone.
    StoreChanged(Option<Stored>),
    /// Whether a sibling has a token, which [`Command::FindSiblings`] asked.
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
    /// A second factor is due since before the page was loaded.
    SecondFactorDue,
    /// A caller wants something.
    Wanted {
        /// Who.
        waiter: Waiter,
        /// What.
        want: Want,
        /// When the caller has to have an answer, in milliseconds of the monotonic clock.
        deadline_ms: u64,
        /// Whether that may be up to a second earlier, so that those who want the same wait as one.
        coalesces: bool,
    },
    /// A caller gave up.
    Cancelled(Waiter),
    /// The lock was granted; or nobody can grant it, or not in time, and the refresh goes on without it.
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
    /// Time has come, or a timer thinks so.
    Woke,
    /// The page became visible, or hidden.
    Visible(bool),
    /// The network came, or went.
    Online(bool),
    /// The end; whoever waits gets this error.
    Disposed(Error),
}

/// What the session wants done, in this order.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Command {
    /// Get the lock that lets one tab at a time refresh, and say [`Event::LockSettled`] within a short time whatever comes.
    Lock(Ticket),
    /// Give the lock back, or stop waiting for it. What was said to the siblings before must reach them before the next
    /// one is granted the lock, as far as that can be had.
    Unlock(Ticket),
    /// Ask the service for a token, and say [`Event::Refreshed`].
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
    /// Read the store, and say [`Event::StoreChanged`].
    ReadStore,
    /// Say [`Event::Siblings`].
    FindSiblings,
    /// From now on, let siblings find that this tab has a token, or that it has none.
    Announce(bool),
    /// Send the siblings a message.
    Broadcast(Message),
    /// Say [`Event::Woke`] at that time of the monotonic clock, instead of any time said before; never if none. Too early
    /// does no harm: where a timer cannot wait for that long, it may wake the session on the way.
    WakeAt(Option<u64>),
    /// Answer callers.
    Settle(Vec<Waiter>, Answer),
    /// The snapshot is another one.
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
