//! The options of a client, and its environment.

use super::{Storage, channel, crypto, global_member, locks, member};
use crate::{
    Error, Misuse,
    engine::{self, Platform, Setup, TokenPolicy},
    protocol::config::{Config, Locale, Timeout, token_origin},
};
use js_sys::{Math, Object, global};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortSignal, Url};

/// Options of a [`Client`](super::Client).
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The base URL, the language, the timeout, and the client's name for the service.
    pub config: Config,
    /// Where the session is stored. Default: in memory, so that it ends with the page.
    pub storage: Storage,
    /// Other origins than the page's own to which [`Session::fetch`](super::Session::fetch) sends the token, such as
    /// `https://api.example.com`. They have no path, and use https; loopback hosts may use http. Default: none.
    pub token_origins: Vec<String>,
    /// Whether a token from the API is verified before it is given out. Default: it is not.
    pub policy: TokenPolicy,
    /// Whether the client remembers over a reload that a second factor is due. Its one-time token is then stored in
    /// `sessionStorage` until it is used or somebody signs in or out, for ten minutes at most. Default: false.
    pub keeps_challenge: bool,
    /// Whether what the token says of the person is stored together with the session. A page can then greet the person after a
    /// reload even while the service cannot be reached. Default: false.
    pub keeps_profile: bool,
    /// Whether one person uses this client, or all visitors of a server. Default: [`Environment::Auto`].
    pub environment: Environment,
}

impl Options {
    /// The set-up of the engine.
    ///
    /// Errors: `invalid_option`.
    pub(super) fn setup(&self) -> Result<Setup, Error> {
        let mut token_origins = Vec::new();
        for given in &self.token_origins {
            let origin = origin_of(given).unwrap_or_default();
            token_origins
                .push(token_origin(given, &origin).ok_or(Error::InvalidOption(Misuse::TokenOrigins))?);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0 to 2^52")]
        let seed = (Math::random() * 2_f64.powi(52)) as u64;
        Ok(Setup {
            config: self.config.clone(),
            token_origins,
            policy: self.policy,
            keeps_challenge: self.keeps_challenge,
            keeps_profile: self.keeps_profile,
            platform: Platform {
                scope: self.storage.scope(),
                is_server: self.environment.is_server(),
                has_locks: locks::exist(),
                has_channel: channel::exist(),
                has_crypto: crypto::exists(),
                seed,
            },
        })
    }
}

/// Options of a single call. `locale` and `timeout` override those of the client.
#[derive(Clone, Debug, Default)]
pub struct CallOptions {
    /// Language of the service's messages.
    pub locale: Option<Locale>,
    /// How long the call may take in all.
    pub timeout: Option<Timeout>,
    /// Cancels the call, which then fails with `aborted`. Dropping its future cancels it too.
    pub signal: Option<AbortSignal>,
}

impl CallOptions {
    pub(super) fn of_engine(&self) -> engine::CallOptions {
        engine::CallOptions {
            locale: self.locale.clone(),
            timeout: self.timeout,
            is_aborted: self.signal.as_ref().is_some_and(AbortSignal::aborted),
        }
    }
}

/// Who uses a client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Environment {
    /// One person in a page or a worker of a browser; all visitors of a server everywhere else.
    #[default]
    Auto,
    /// One person, wherever the program runs.
    Browser,
    /// All visitors of a server. The session belongs to nobody and stays `loading`.
    Server,
}

impl Environment {
    fn is_server(self) -> bool {
        match self {
            Self::Auto => !has_page() && !is_worker(),
            Self::Browser => false,
            Self::Server => true,
        }
    }
}

/// A browser's `document` cannot be redefined (HTML standard, `LegacyUnforgeable`). That of an imitated DOM on a server can.
fn has_page() -> bool {
    let own = Object::get_own_property_descriptor(&global(), &"document".into());
    own.is_object() && member(&own, "configurable") == Some(JsValue::FALSE)
}

/// Some server runtimes define the classes of workers too, but none of them has a `location`.
fn is_worker() -> bool {
    let is_scope = |class: JsValue| {
        class.dyn_ref::<js_sys::Function>().is_some_and(|class| {
            member(class, "prototype").is_some_and(|prototype| {
                prototype.dyn_ref::<Object>().is_some_and(|prototype| prototype.is_prototype_of(&global()))
            })
        })
    };
    global_member("location").is_some() && global_member("WorkerGlobalScope").is_some_and(is_scope)
}

/// The origin of an absolute URL as the browser parses it. None if the URL is neither http nor https.
pub(super) fn origin_of(url: &str) -> Option<String> {
    let url = Url::new(url).ok()?;
    let is_web = matches!(url.protocol().as_str(), "http:" | "https:");
    is_web.then(|| url.origin())
}
