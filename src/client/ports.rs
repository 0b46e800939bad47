//! What a platform has to provide. A port does one thing and decides nothing.

use crate::{
    Error,
    core::{
        jwks::PublicKey,
        request::Request,
        response::{Record, Reply},
        secret::Secret,
    },
};
use std::pin::Pin;

/// Sends requests.
pub trait Transport {
    /// A JSON object as the platform holds it.
    type Record: Record;

    /// Sends the request and reads the whole answer. Redirects are not followed; nothing is cached; no credentials
    /// of the browser go along. Dropping the future aborts the request.
    ///
    /// Errors: `network_error`, `invalid_option`. What goes wrong after the headers is part of the answer.
    fn send(&self, request: Request) -> impl Future<Output = Result<Reply<Self::Record>, Error>>;

    /// Reads a JSON object that came another way than in an answer; none if it is none.
    fn parse(&self, json: &str) -> Option<Self::Record>;
}

/// Tells the time.
pub trait Clock {
    /// Epoch seconds, as the machine believes.
    fn now(&self) -> u64;

    /// Milliseconds since some start, never going back.
    fn mono_ms(&self) -> u64;
}

/// Waits.
pub trait Timer {
    /// Completes when that many milliseconds are over. Dropping the future releases the timer.
    fn sleep(&self, ms: u32) -> impl Future<Output = ()>;
}

/// Runs work that nobody waits for.
pub trait Spawn {
    /// Starts it, now or soon.
    fn spawn(&self, work: impl Future<Output = ()> + 'static);
}

/// Gives random numbers that need not be secret.
pub trait Random {
    /// Anything, each time another.
    fn random(&self) -> u64;
}

/// Whether something is so, as will be known later.
pub type Verdict = Pin<Box<dyn Future<Output = bool>>>;

/// Verifies RS256 signatures: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 §3.3).
pub trait Signatures {
    /// A public key, ready for use.
    type Key: Clone;

    /// Whether signatures can be verified at all.
    fn can_verify(&self) -> bool;

    /// Reads a public key.
    ///
    /// Errors: `unusable_key`, also for a key of less than 2048 bits; `crypto_unavailable`.
    fn import(&self, key: &PublicKey) -> impl Future<Output = Result<Self::Key, Error>>;

    /// Whether a signature is that of a text; it keeps neither.
    fn verify(&self, key: &Self::Key, signed: &str, signature: &[u8]) -> Verdict;
}

/// Keeps text under a name, longer than the page lives.
pub trait Store {
    /// Reads, writes or removes; only what is read comes to a text.
    fn ask(&self, key: &str, what: Ask<'_>) -> impl Future<Output = Result<Option<Secret>, StoreFault>>;
}

/// What a store is asked about an entry.
#[derive(Clone, Copy, Debug)]
pub enum Ask<'a> {
    /// What it is.
    Read,
    /// That it be this from now on.
    Write(&'a Secret),
    /// That it be gone.
    Remove,
}

/// Why a store did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// There is none, or it may not be touched.
    Blocked,
    /// It takes no more.
    Full,
    /// It failed otherwise.
    Failed,
}

/// Lets one tab at a time do something.
pub trait Locks {
    /// A lock that is held; dropping it gives it back.
    type Lock;

    /// Whether there are locks at all.
    fn has_locks(&self) -> bool;

    /// Waits for a lock, however long; none if it cannot be had. Dropping the future stops the waiting.
    fn lock(&self, name: &str) -> impl Future<Output = Option<Self::Lock>>;
}

/// Speaks to the same app's other tabs.
pub trait Tabs {
    /// An open channel; dropping it closes it.
    type Channel;

    /// Opens a channel, and hands on every text that another one of that name says; none if there are no channels.
    fn open(&self, name: &str, hear: impl Fn(Secret) + 'static) -> Option<Self::Channel>;

    /// Says something to all others.
    fn tell(channel: &Self::Channel, text: &Secret);
}

/// The page, or whatever the code runs in.
pub trait Surroundings {
    /// What watches; dropping it ends the watching.
    type Watch;

    /// Whether this is a server, where one object would serve many people.
    fn is_server(&self) -> bool;

    /// Whether someone may look at the page.
    fn is_visible(&self) -> bool;

    /// Whether the browser believes that there is a network.
    fn is_online(&self) -> bool;

    /// Watches for what happens.
    fn watch(&self, tell: impl Fn(Event) + 'static) -> Self::Watch;
}

/// What happens around the session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The page became visible or hidden, or came back from where it was kept.
    Visible(bool),
    /// The network came or went.
    Online(bool),
    /// Someone else changed a store's entry, or all of them if none is named.
    Stored(Option<String>),
}

/// Everything that a session needs.
pub trait Platform:
    Transport + Clock + Timer + Spawn + Random + Signatures + Store + Locks + Tabs + Surroundings + 'static
{
}

impl<P> Platform for P where
    P: Transport
        + Clock
        + Timer
        + Spawn
        + Random
        + Signatures
        + Store
        + Locks
        + Tabs
        + Surroundings
        + 'static
{
}
