//! Inputs: what the app wants, and what came of the effects that the host performed.

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

/// Names a wait. A host numbers what the app wants from 1; the engine numbers what it wants itself from [`OWN_IDS`].
pub type Id = u32;

/// The first id that an engine gives.
pub const OWN_IDS: Id = 1 << 31;

/// What an engine is set up with.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Where the API is, in which language, with how much time.
    pub config: Config,
    /// The origins, beside the page's own, to which [`Input::Authorize`] sends the token.
    pub token_origins: Vec<Text>,
    /// Which tokens are given out.
    pub policy: TokenPolicy,
    /// Whether a second factor that is due outlives a reload, in the tab's own storage.
    pub keeps_challenge: bool,
    /// Whether what a token says of the person is stored beside the session.
    pub keeps_profile: bool,
    /// What the engine runs on.
    pub platform: Platform,
}

/// Whether tokens that came from the API are verified before they are given out. They came over TLS from the realm that
/// the app names; what their signature adds is that nobody in between, such as a proxy of the company's own, made them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenPolicy {
    /// They are not.
    #[default]
    Off,
    /// They are, and one that is wrong is never given out; where that cannot be known, they are given out all the same.
    Lazy,
    /// Only what was verified is given out.
    Strict,
}

/// What a host has.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Platform {
    /// Who shares the store.
    pub scope: StorageScope,
    /// Whether one object serves many people, so that there is nobody whose session it could be.
    pub is_server: bool,
    /// Whether tabs have locks.
    pub has_locks: bool,
    /// Whether tabs have a channel.
    pub has_channel: bool,
    /// Whether signatures can be verified.
    pub has_crypto: bool,
    /// Start of the random numbers, which need not be secret; another one in every tab.
    pub seed: u64,
}

/// Who shares the store of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StorageScope {
    /// Nobody: there is none, and the session goes with the page.
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
    /// Where it goes; none where that cannot be known.
    pub origin: Option<Text>,
    /// Whether that is where the page came from.
    pub is_same_origin: bool,
    /// Whether it says itself who asks.
    pub is_authorized: bool,
    /// Whether it can be sent twice.
    pub is_repeatable: bool,
    /// Whether the caller has given up already.
    pub is_aborted: bool,
}

/// What went wrong with a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// There is none, or it may not be touched.
    Blocked,
    /// It takes no more.
    Full,
    /// It failed otherwise.
    Failed,
}

impl StoreFault {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Blocked, Self::Full, Self::Failed];
}

/// What a host found a signature to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    /// That of the key, which has so many bits.
    Good {
        /// The length of the modulus.
        key_bits: u32,
    },
    /// Not that of the key, which has so many bits.
    Bad {
        /// The length of the modulus.
        key_bits: u32,
    },
    /// The key cannot be read.
    UnreadableKey,
    /// Signatures cannot be verified here after all.
    Unavailable,
}

/// What happens.
#[derive(Clone, Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "each is moved once and dropped; a box would be one more allocation for the common one, and on wasm32 it is small"
)]
pub enum Input {
    // ------------------------------------------------------------------------------------- what the app wants
    /// Make a call. Without a member `session`, `getSession`, `logout`, `updateProfile` and `updatePassword` are about the
    /// tracked session, and the first and third about its account unless they name one.
    Call {
        /// Whose wait it is.
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
        /// Whose wait it is.
        id: Id,
        /// Which token.
        want: Want,
        /// How long to wait, and whether the caller has given up already.
        options: CallOptions,
    },
    /// Send a request of the app's with the token, if it may have it. After a 401 it is sent once more if a newer token of
    /// the same session and account can be had.
    Authorize {
        /// Whose wait it is.
        id: Id,
        /// The request.
        request: AuthorizedFetch,
    },
    /// Sign out: here and in every tab at once, then at the service, whose answer is given.
    SignOut {
        /// Whose wait it is.
        id: Id,
    },
    /// Take over the session of the token in a URL, or of one that was there before. With `switch_user`, also if somebody
    /// else is signed in, whose session lives on at the service.
    Adopt {
        /// Whose wait it is.
        id: Id,
        /// The URL that the page was opened with, if it has one.
        url: Option<Secret>,
        /// Whether that is the page's own address, from which the token is taken away.
        is_location: bool,
        /// Whether the person wants to be somebody else.
        switch_user: bool,
        /// How far the clocks of this device and of the service may be apart.
        leeway: Leeway,
    },
    /// Say whether a token may be trusted.
    VerifyToken {
        /// Whose wait it is.
        id: Id,
        /// The JWT.
        token: Secret,
        /// What is asked of it.
        rules: Rules,
    },
    /// Say what a token says, of which nothing is proven.
    DecodeToken {
        /// Whose wait it is.
        id: Id,
        /// The JWT.
        token: Secret,
    },
    /// Make the URL of a hosted page.
    HostedUrl {
        /// Whose wait it is.
        id: Id,
        /// Which page.
        visit: Visit,
    },
    /// Go to a hosted page, with the tracked session where the page takes one, so that nobody signs in twice. On the way to
    /// the page that signs out, the person is signed out here.
    OpenHosted {
        /// Whose wait it is.
        id: Id,
        /// Which page.
        visit: Visit,
    },
    /// Say how the session stands.
    Snapshot {
        /// Whose wait it is.
        id: Id,
    },
    /// Say how it stands and why.
    Explain {
        /// Whose wait it is.
        id: Id,
    },
    /// The app asked for something that cannot be meant.
    Misuse {
        /// Whose wait it is.
        id: Id,
        /// Why not.
        error: Error,
    },
    /// A caller gives up.
    Cancel {
        /// Whose wait it was.
        id: Id,
    },
    /// Begin to keep the token fresh and to watch the page. Asking for a token and signing out do so too: an app that never
    /// looks at the session causes no request that it did not make.
    Attach,
    /// Say where the API is.
    Url {
        /// Whose wait it is.
        id: Id,
    },
    /// The API is there from now on; the session of another realm is another one.
    SetUrl {
        /// Whose wait it is.
        id: Id,
        /// Where; none is nowhere.
        url: Option<BaseUrl>,
    },
    /// Say in which language the service's messages are.
    Locale {
        /// Whose wait it is.
        id: Id,
    },
    /// The service's messages are in that language from now on.
    SetLocale {
        /// Whose wait it is.
        id: Id,
        /// Which; none leaves it to the browser.
        locale: Option<Locale>,
    },
    /// End all that goes on and let go of everything. Nobody is signed out.
    Dispose,

    // ------------------------------------------------------------------------------------- what came of effects
    /// A request was answered.
    Replied {
        /// Which.
        id: Id,
        /// The answer.
        reply: Reply,
    },
    /// A request was not answered; or what the app has in the place of `fetch` gave no answer but something else.
    Unanswered {
        /// Which.
        id: Id,
        /// Whether it was the latter.
        is_misuse: bool,
    },
    /// A store did what it was asked.
    Stored {
        /// What was asked.
        id: Id,
        /// What it holds, if that was asked.
        result: Result<Option<Secret>, StoreFault>,
    },
    /// A lock was granted, or cannot be had.
    LockSettled {
        /// Which.
        id: Id,
        /// Whether it was granted.
        is_granted: bool,
    },
    /// Whether another tab has announced that it has a token.
    SiblingsFound {
        /// Who asked.
        id: Id,
        /// Whether there is one.
        are_there: bool,
    },
    /// A signature was verified, or not.
    Verified {
        /// Which.
        id: Id,
        /// What it is.
        signature: Signature,
    },
    /// A request of the app's was answered.
    Authorized {
        /// Whose wait it is.
        id: Id,
        /// The status of the answer; 0 if there is none.
        status: u16,
    },

    // ------------------------------------------------------------------------------------- what happens around it
    /// Another tab sent a message.
    Message {
        /// Its text.
        text: Secret,
    },
    /// The channel could not be opened, or was closed.
    ChannelClosed,
    /// Someone else changed an entry of the store, or all of them if none is named.
    StorageChanged {
        /// Which.
        key: Option<Text>,
    },
    /// The page became visible, or hidden.
    Visible {
        /// Which of the two.
        is_visible: bool,
    },
    /// The network came, or went.
    Online {
        /// Which of the two.
        is_online: bool,
    },
    /// Time has come, or a timer thinks so.
    Woke,
}
