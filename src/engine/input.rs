//! Inputs: what the app wants, the results of effects, and what happens around the page.

use super::session::Want;
use crate::{
    Error,
    protocol::{
        config::{Config, Locale, Timeout},
        endpoint::Endpoint,
        hosted::Visit,
        request::Params,
        response::Reply,
        secret::Secret,
        text::Text,
        url::BaseUrl,
        verify::{Leeway, Rules},
    },
};

/// Identifies a wait. A host numbers those of the app from 1. The engine numbers its own from [`OWN_IDS`].
pub type Id = u32;

/// Ids from here on are the engine's own.
pub const OWN_IDS: Id = 1 << 31;

/// What an engine is set up with.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// The URL of the API, the language, the timeout, and the like.
    pub config: Config,
    /// The origins, beside the page's own, to which [`Input::Authorize`] sends the token.
    pub token_origins: Vec<Text>,
    /// Whether tokens are verified before they are given out.
    pub policy: TokenPolicy,
    /// Whether a second factor that is due outlives a reload, in the tab's own storage.
    pub keeps_challenge: bool,
    /// Whether the store also holds what a token says about the person.
    pub keeps_profile: bool,
    /// What the engine runs on.
    pub platform: Platform,
}

/// Whether tokens from the API are verified before they are given out. They come over TLS, from the realm that the app
/// names. A signature shows in addition that they do not come from a proxy in between, such as a company's own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenPolicy {
    /// They are not verified.
    #[default]
    Off,
    /// They are verified, and a wrong token is never given out. If verifying is not possible now, the token is given out.
    Lazy,
    /// Only verified tokens are given out.
    Strict,
}

/// What a host has.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Platform {
    /// Who shares the store.
    pub scope: StorageScope,
    /// Whether the engine runs on a server. There one object serves many people, so it has no session.
    pub is_server: bool,
    /// Whether tabs have locks.
    pub has_locks: bool,
    /// Whether tabs have a channel.
    pub has_channel: bool,
    /// Whether signatures can be verified.
    pub has_crypto: bool,
    /// The seed of the random numbers. They need not be secret, but must differ from tab to tab.
    pub seed: u64,
}

/// Who shares the store of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StorageScope {
    /// Nobody: there is no store, and the session ends with the page.
    #[default]
    Memory,
    /// Only this tab.
    Tab,
    /// All tabs.
    Shared,
}

/// Options of a single call; each overrides the client's own.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Language of the service's messages.
    pub locale: Option<Locale>,
    /// How long the call may take in all.
    pub timeout: Option<Timeout>,
    /// Whether the caller has given up already.
    pub is_aborted: bool,
}

/// A request of the app's own that may carry the token.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct AuthorizedFetch {
    /// The origin of its URL; none if that is not known.
    pub origin: Option<Text>,
    /// Whether that is the origin of the page.
    pub is_same_origin: bool,
    /// Whether it has an `Authorization` header of its own.
    pub is_authorized: bool,
    /// Whether it can be sent twice.
    pub is_repeatable: bool,
    /// Whether the caller has given up already.
    pub is_aborted: bool,
}

/// What went wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// There is no store, or access to it is denied.
    Blocked,
    /// It is full.
    Full,
    /// It failed for another reason.
    Failed,
}

impl StoreFault {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Blocked, Self::Full, Self::Failed];
}

/// The result of verifying a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It is the signature of that key.
    Good {
        /// The length of the key's modulus, in bits.
        key_bits: u32,
    },
    /// It is not the signature of that key.
    Bad {
        /// The length of the key's modulus, in bits.
        key_bits: u32,
    },
    /// The key cannot be read.
    UnreadableKey,
    /// Signatures cannot be verified here, although [`Platform::has_crypto`] says so.
    Unavailable,
}

/// What an engine is told.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Input {
    // ------------------------------------------------------------------------------------- what the app wants
    /// Make a call. If it names no session, `getSession`, `logout`, `updateProfile` and `updatePassword` are about the
    /// tracked session. `getSession` and `updateProfile` are then about its account too, unless they name another one.
    Call {
        /// The id of the wait.
        id: Id,
        /// Which call.
        endpoint: Endpoint,
        /// Its parameters.
        params: Params,
        /// Its options.
        options: CallOptions,
    },
    /// Get a token.
    Want {
        /// The id of the wait.
        id: Id,
        /// Which token.
        want: Want,
        /// How long to wait, and whether the caller has given up already.
        options: CallOptions,
    },
    /// Send a request of the app's own, with the token if it may have it. After a 401 the request is sent once more, if a
    /// newer token of the same session and account can be had.
    Authorize {
        /// The id of the wait.
        id: Id,
        /// The request.
        request: AuthorizedFetch,
    },
    /// Sign out: at once here and in every tab, then at the service. The caller gets the service's answer.
    SignOut {
        /// The id of the wait.
        id: Id,
    },
    /// Take over the session of the token in a URL, or of a token from before that still waits. With `switch_user`, do so
    /// even if another user is signed in. The session of that user does not end at the service.
    Adopt {
        /// The id of the wait.
        id: Id,
        /// The URL that the page was opened with, if it has one.
        url: Option<Secret>,
        /// Whether that is the page's own address. Then the token is removed from it.
        is_location: bool,
        /// Whether to replace the session of another user.
        switch_user: bool,
        /// How far the clocks of this device and of the service may differ.
        leeway: Leeway,
    },
    /// Verify a token.
    VerifyToken {
        /// The id of the wait.
        id: Id,
        /// The JWT.
        token: Secret,
        /// What it must fulfil besides the signature.
        rules: Rules,
    },
    /// Decode a token. Nothing is verified.
    DecodeToken {
        /// The id of the wait.
        id: Id,
        /// The JWT.
        token: Secret,
    },
    /// Make the URL of a hosted page.
    HostedUrl {
        /// The id of the wait.
        id: Id,
        /// Which page.
        visit: Visit,
    },
    /// Go to a hosted page, with the tracked session if the page takes one. So nobody has to sign in twice. Going to the
    /// page that signs out also signs the person out here.
    OpenHosted {
        /// The id of the wait.
        id: Id,
        /// Which page.
        visit: Visit,
    },
    /// Give the snapshot of the session.
    Snapshot {
        /// The id of the wait.
        id: Id,
    },
    /// Give the explanation of the session.
    Explain {
        /// The id of the wait.
        id: Id,
    },
    /// The app gave a value that is not allowed.
    Misuse {
        /// The id of the wait.
        id: Id,
        /// Why it is not allowed.
        error: Error,
    },
    /// A caller gives up.
    Cancel {
        /// The id of the wait that ends.
        id: Id,
    },
    /// Begin to keep the token fresh and to watch the page. Where the session is stored, this happens at the start.
    /// Otherwise any use of the session begins it too. So an app that only makes calls causes no requests by a schedule.
    Attach,
    /// Give the URL of the API.
    Url {
        /// The id of the wait.
        id: Id,
    },
    /// Set the URL of the API. Another realm has another session.
    SetUrl {
        /// The id of the wait.
        id: Id,
        /// The URL; none means that there is no realm.
        url: Option<BaseUrl>,
    },
    /// Give the language of the service's messages.
    Locale {
        /// The id of the wait.
        id: Id,
    },
    /// Set the language of the service's messages.
    SetLocale {
        /// The id of the wait.
        id: Id,
        /// The language; none leaves it to the browser.
        locale: Option<Locale>,
    },
    /// End all work and forget everything. Nobody is signed out.
    Dispose,

    // ------------------------------------------------------------------------------------- the results of effects
    /// A request was answered.
    Replied {
        /// The id of the request.
        id: Id,
        /// The answer.
        reply: Reply,
    },
    /// A request was not answered. Or the app's own `fetch` gave something that is not a response.
    Unanswered {
        /// The id of the request.
        id: Id,
        /// Whether the app's own `fetch` is to blame.
        is_misuse: bool,
    },
    /// An operation of a store has ended.
    Stored {
        /// The id of the operation.
        id: Id,
        /// What the entry holds, if it was read; or what went wrong.
        result: Result<Option<Secret>, StoreFault>,
    },
    /// A lock was granted, or cannot be had.
    LockSettled {
        /// The id of the lock.
        id: Id,
        /// Whether it was granted.
        is_granted: bool,
    },
    /// A search for other tabs has ended.
    SiblingsFound {
        /// The id of the search.
        id: Id,
        /// Whether another tab has announced that it has a token.
        are_there: bool,
    },
    /// The verification of a signature has ended.
    Verified {
        /// The id of the verification.
        id: Id,
        /// The result.
        signature: Signature,
    },
    /// A request of the app's was answered.
    Authorized {
        /// The id of the wait.
        id: Id,
        /// The status of the answer; 0 if there is none.
        status: u16,
    },

    // ------------------------------------------------------------------------------------- events around the engine
    /// Another tab sent a message.
    Message {
        /// Its text.
        text: Secret,
    },
    /// The channel could not be opened, or was closed.
    ChannelClosed,
    /// Someone else changed an entry of the store, or all of them if none is named.
    StorageChanged {
        /// The name of the entry.
        key: Option<Text>,
    },
    /// The page became visible, or hidden.
    Visible {
        /// Whether it is visible now.
        is_visible: bool,
    },
    /// The browser went online, or offline.
    Online {
        /// Whether it is online now.
        is_online: bool,
    },
    /// A timer fired, maybe too early.
    Woke,
}
