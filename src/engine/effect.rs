//! Effects: what an engine wants done. A host performs the effects of one call in their order. Then it reports what
//! came of those that have an id.

use super::{
    Id,
    explain::Explanation,
    session::{Granted, snapshot::Snapshot},
};
use crate::protocol::{
    failure::Failure, jwks::PublicKey, request::Request, response::Next, secret::Secret, text::Text,
};
use std::rc::Rc;

/// What a wait came to.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Answer {
    /// The service did the call: what it said goes to the app as it is, with what comes next if that can sign in.
    Success {
        /// What comes next.
        next: Option<Next>,
    },
    /// It was done, and there is nothing to tell.
    Done,
    /// The service refused the call: what it said goes to the app, with these facts.
    Refused {
        /// The facts.
        failure: Failure,
    },
    /// It was not done.
    Failed {
        /// Why.
        failure: Failure,
    },
    /// A token.
    Granted {
        /// The token.
        granted: Granted,
    },
    /// What became of a redirect.
    Adopted {
        /// Whether the session is that of its token now; otherwise there was none.
        is_adopted: bool,
        /// The URL without it.
        rest: Option<Text>,
    },
    /// A redirect's token was not taken.
    NotAdopted {
        /// Why.
        failure: Failure,
        /// Whose it is, if it is good and somebody else is signed in: its payload as a JSON object.
        profile: Option<Text>,
        /// The URL without it.
        rest: Option<Text>,
    },
    /// What a token says: its payload as a JSON object.
    Claims {
        /// The payload.
        payload: Secret,
        /// Whether that may be trusted.
        is_trusted: bool,
    },
    /// A URL.
    Url {
        /// The URL, in which a session id may be.
        url: Secret,
    },
    /// A language, if one is set.
    Locale {
        /// The language.
        locale: Option<Text>,
    },
    /// How the session stands.
    Snapshot {
        /// The snapshot.
        snapshot: Rc<Snapshot>,
    },
    /// How it stands and why.
    Explanation {
        /// The explanation. In a box, as all answers would be as large as this one.
        explanation: Box<Explanation>,
    },
}

/// A token whose signature is to be verified.
#[derive(Clone, Debug)]
pub struct SignedToken {
    /// The JWT: what stands after its last dot is in strict base64url, and the signature of all before that dot.
    pub jwt: Secret,
    /// Whether it was given to be verified by whoever waits under the id of the effect, so that the host has it.
    pub is_given: bool,
}

/// Something to do.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Effect {
    /// Answer those who wait.
    Settle {
        /// Who.
        ids: Vec<Id>,
        /// What.
        answer: Answer,
    },
    /// Send a request, and say `Replied` or `Unanswered`. Redirects are not followed; nothing is cached; no credentials of
    /// the browser go along.
    Fetch {
        /// For the report; that of whoever gets what the service says, and whose parameters are its body, if it has one.
        id: Id,
        /// The request.
        request: Request,
    },
    /// Stop that request; no report is wanted any more.
    Abort {
        /// Which.
        id: Id,
    },
    /// Say `Woke` at that time of the monotonic clock, or later, instead of any time said before; never if none. A timer that
    /// comes before is to be set once more: nothing is said twice.
    WakeAt {
        /// When, in milliseconds.
        at_ms: Option<u64>,
    },
    /// Read an entry of the store, and say `Stored`.
    Read {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
    },
    /// Write an entry, and say `Stored`.
    Write {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
        /// What it holds from now on.
        value: Secret,
    },
    /// Remove an entry, and say `Stored`.
    Remove {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
    },
    /// Read an entry of the tab's own storage, wherever the session is stored, and say `Stored`.
    ReadTab {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
    },
    /// Write an entry there, or remove it. Nobody waits for what comes of it.
    WriteTab {
        /// Its name.
        key: Text,
        /// What it holds from now on; nothing if none.
        value: Option<Secret>,
    },
    /// Wait for a lock, however long, and say `LockSettled`.
    Lock {
        /// For the report.
        id: Id,
        /// Its name.
        name: Text,
    },
    /// Give a lock back, or wait for it no longer.
    Unlock {
        /// Which.
        id: Id,
    },
    /// Look whether another tab announces itself under that name, and say `SiblingsFound`.
    FindSiblings {
        /// For the report.
        id: Id,
        /// The name.
        name: Text,
    },
    /// Announce this tab under a name, or under none any more.
    Announce {
        /// The name.
        name: Option<Text>,
    },
    /// Open the channel of that name, instead of any that was open, and say `Message` for each that comes; close it if none.
    Listen {
        /// The name.
        name: Option<Text>,
    },
    /// Send a message to all others in the channel.
    Post {
        /// Its text.
        text: Secret,
    },
    /// Watch the page: say `Visible` and `Online` now and at every change, and `StorageChanged`; or watch it no longer.
    Watch {
        /// Which of the two.
        is_on: bool,
    },
    /// The snapshot is another one: tell whoever subscribed, when all else is done.
    Notify,
    /// Verify the signature of a token (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 §3.3), and say `Verified`.
    VerifySignature {
        /// For the report.
        id: Id,
        /// Names the key, which may be read once and used again.
        key: u32,
        /// The key.
        public_key: PublicKey,
        /// The token.
        token: SignedToken,
    },
    /// Send a request of the app's, with a token if there is one, instead of any answer that it has had; and say `Authorized`.
    SendAuthorized {
        /// Whose it is.
        id: Id,
        /// The token.
        token: Option<Secret>,
    },
    /// The answer that a request of the app's has is the one.
    Release {
        /// Whose it is.
        id: Id,
    },
    /// Put another address in the place of the page's own, without loading it.
    ReplaceUrl {
        /// Which.
        url: Text,
    },
    /// Leave for another page.
    Navigate {
        /// Which; a session id may be in it.
        url: Secret,
    },
}
