//! Effects: what an engine wants done. A host performs the effects of one call in their order. Then it reports the
//! results that they ask for.

use super::{
    Id,
    explain::Explanation,
    session::{Granted, snapshot::Snapshot},
};
use crate::protocol::{
    failure::Failure, jwks::PublicKey, request::Request, response::Next, secret::Secret, text::Text,
};
use std::rc::Rc;

/// The answer to a caller who waits.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Answer {
    /// The service did the call. The app gets what it said as it is, with what comes next if the call can sign in.
    Success {
        /// What comes next.
        next: Option<Next>,
    },
    /// It was done, and there is nothing to tell.
    Done,
    /// The service refused the call. The app gets what it said, with these facts.
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
    /// The result of a redirect.
    Adopted {
        /// Whether the session is now that of the redirect's token. If not, there was no token to take over.
        is_adopted: bool,
        /// The URL without the token.
        rest: Option<Text>,
    },
    /// A redirect's token was not taken.
    NotAdopted {
        /// Why.
        failure: Failure,
        /// The user of the token, if it is good and another user is signed in: its payload as a JSON object.
        profile: Option<Text>,
        /// The URL without the token.
        rest: Option<Text>,
    },
    /// What a token says: its payload as a JSON object.
    Claims {
        /// The payload.
        payload: Secret,
        /// Whether it was verified, and may be trusted.
        is_trusted: bool,
    },
    /// A URL.
    Url {
        /// The URL, which may contain a session id.
        url: Secret,
    },
    /// A language, if one is set.
    Locale {
        /// The language.
        locale: Option<Text>,
    },
    /// The state of the session.
    Snapshot {
        /// The snapshot.
        snapshot: Rc<Snapshot>,
    },
    /// The state of the session, and the reasons for it.
    Explanation {
        /// The explanation. It is in a box, or every answer would be as large as this one.
        explanation: Box<Explanation>,
    },
}

/// A token whose signature is to be verified.
#[derive(Clone, Debug)]
pub struct SignedToken {
    /// The JWT. The part after its last dot is the signature of everything before that dot, in strict base64url.
    pub jwt: Secret,
    /// Whether the app gave it, in the call with the id of the effect. Then the host has it already.
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
        /// The ids of the waits.
        ids: Vec<Id>,
        /// The answer.
        answer: Answer,
    },
    /// Send a request, and report `Replied` or `Unanswered`. Follow no redirects, cache nothing, and send no credentials
    /// of the browser along.
    Fetch {
        /// For the report. If a caller gets the answer, it is the caller's id, and the caller's parameters are the body,
        /// if the request has one.
        id: Id,
        /// The request.
        request: Request,
    },
    /// Stop that request; no report is wanted any more.
    Abort {
        /// The id of the request.
        id: Id,
    },
    /// Report `Woke` at that time of the monotonic clock, or later. The time replaces any earlier one; none means never.
    /// If a timer fires too early, the host sets it again by itself, because no effect is repeated.
    WakeAt {
        /// When, in milliseconds.
        at_ms: Option<u64>,
    },
    /// Read an entry of the store, and report `Stored`.
    Read {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
    },
    /// Write an entry, and report `Stored`.
    Write {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
        /// What it holds from now on.
        value: Secret,
    },
    /// Remove an entry, and report `Stored`.
    Remove {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
    },
    /// Read an entry of the tab's own storage, wherever the session is stored, and report `Stored`.
    ReadTab {
        /// For the report.
        id: Id,
        /// Its name.
        key: Text,
    },
    /// Write an entry of the tab's own storage, or remove it. Nothing is reported.
    WriteTab {
        /// Its name.
        key: Text,
        /// What it holds from now on; none removes it.
        value: Option<Secret>,
    },
    /// Wait for a lock, without a time limit, and report `LockSettled`.
    Lock {
        /// For the report.
        id: Id,
        /// Its name.
        name: Text,
    },
    /// Give a lock back, or stop waiting for it.
    Unlock {
        /// The id of the lock.
        id: Id,
    },
    /// Look whether another tab announces itself under that name, and report `SiblingsFound`.
    FindSiblings {
        /// For the report.
        id: Id,
        /// The name.
        name: Text,
    },
    /// Announce this tab under a name. None ends the announcement.
    Announce {
        /// The name.
        name: Option<Text>,
    },
    /// Open the channel of that name in place of any other, and report `Message` for each message. None closes the
    /// channel.
    Listen {
        /// The name.
        name: Option<Text>,
    },
    /// Send a message to all others in the channel.
    Post {
        /// Its text.
        text: Secret,
    },
    /// Watch the page: report `Visible` and `Online` now and at every change, and every `StorageChanged`. Or stop
    /// watching.
    Watch {
        /// Whether to watch.
        is_on: bool,
    },
    /// The snapshot has changed. Call those who subscribed, after all other effects.
    Notify,
    /// Verify the signature of a token (RSASSA-PKCS1-v1_5 with SHA-256, RFC 7518 §3.3), and report `Verified`.
    VerifySignature {
        /// For the report.
        id: Id,
        /// The number of the key. A host may import a key once and use it again.
        key: u32,
        /// The key.
        public_key: PublicKey,
        /// The token.
        token: SignedToken,
    },
    /// Send a request of the app's own, with a token if there is one, and report `Authorized`. Its answer replaces any
    /// earlier one.
    SendAuthorized {
        /// The id of the request.
        id: Id,
        /// The token.
        token: Option<Secret>,
    },
    /// Give the app the answer that its request has.
    Release {
        /// The id of the request.
        id: Id,
    },
    /// Replace the page's address without loading another page.
    ReplaceUrl {
        /// The new address.
        url: Text,
    },
    /// Leave for another page.
    Navigate {
        /// Its URL, which may contain a session id.
        url: Secret,
    },
}
