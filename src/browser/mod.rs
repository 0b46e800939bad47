//! The ports of [`crate::client`] on Web APIs, one API per file: its section of `web.js` calls the API and waits, the Rust
//! says what comes of that. Nothing here decides anything.
//!
//! The scripts never throw, whatever they meet: an exception that passes through Rust leaves borrows taken and the stack
//! where it was, until the memory of every client in the page is spoiled. No other import that can throw is used without
//! `catch`, here or in `bindings`.
//!
//! Waiting is in scripts because a state machine of a few awaits is a line there and a kilobyte in the module.

mod channel;
mod crypto;
mod errand;
mod executor;
mod fetch;
mod locks;
mod page;
mod record;
mod signal;
mod storage;
mod task;
mod timer;
mod url;

use crate::{
    Error,
    client::ports::{
        Ask, Clock, Event, Locks, Random, Signatures, Spawn, Store, StoreFault, Surroundings, Tabs, Timer,
        Transport, Verdict,
    },
    core::{
        jwks::PublicKey,
        request::Request,
        response::{Failure, Reply},
        secret::Secret,
    },
};
pub use errand::{AppRequest, AppResponse};
use js_sys::Function;
pub use record::JsRecord;
use serde::Serialize as _;
pub use signal::{Signal, aborted};
pub use storage::Storage;
pub use task::promised;
pub use url::{origin_of, usable_url};
use wasm_bindgen::JsValue;

/// The browser, or anything else with `fetch` and `setTimeout`: a worker, Node, Deno, Bun.
#[derive(Clone, Default)]
pub struct Web {
    /// What sends requests in the place of the global `fetch`.
    pub fetch: Option<Function>,
    /// Where a session is kept.
    pub storage: Storage,
}

// By hand: how JavaScript's values are printed is theirs to say, and an adapter may hold the session id as a member.
impl std::fmt::Debug for Web {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Web")
    }
}

/// A failure as JavaScript's object, with the same members as in the npm package: for a Rust front end that hands it on to
/// scripts.
pub fn to_js(failure: &Failure) -> JsValue {
    // Strings, numbers and booleans always serialise.
    failure.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

impl Transport for Web {
    type Record = JsRecord;

    fn send(&self, request: Request) -> impl Future<Output = Result<Reply<JsRecord>, Error>> {
        fetch::send(request, self.fetch.clone())
    }

    fn parse(&self, json: &str) -> Option<JsRecord> {
        JsRecord::from_json(json)
    }
}

impl Clock for Web {
    fn now(&self) -> u64 {
        timer::wall()
    }

    fn mono_ms(&self) -> u64 {
        timer::mono_ms()
    }
}

impl Timer for Web {
    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        timer::sleep(ms)
    }
}

impl Spawn for Web {
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        executor::spawn(Box::pin(work));
    }
}

impl Random for Web {
    fn random(&self) -> u64 {
        js_sys::Math::random().to_bits()
    }
}

impl Signatures for Web {
    type Key = JsValue;

    fn can_verify(&self) -> bool {
        crypto::can_verify()
    }

    fn import(&self, key: &PublicKey) -> impl Future<Output = Result<JsValue, Error>> {
        crypto::import(key)
    }

    fn verify(&self, key: &JsValue, signed: &str, signature: &[u8]) -> Verdict {
        crypto::verify(key, signed, signature)
    }
}

impl Store for Web {
    fn ask(&self, key: &str, what: Ask<'_>) -> impl Future<Output = Result<Option<Secret>, StoreFault>> {
        self.storage.ask(key, what)
    }
}

impl Locks for Web {
    type Lock = locks::Lock;

    fn has_locks(&self) -> bool {
        locks::exist()
    }

    fn lock(&self, name: &str) -> impl Future<Output = Option<locks::Lock>> {
        locks::lock(name)
    }
}

impl Tabs for Web {
    type Channel = channel::Channel;

    fn open(&self, name: &str, hear: impl Fn(Secret) + 'static) -> Option<channel::Channel> {
        channel::Channel::open(name, hear)
    }

    fn tell(channel: &channel::Channel, text: &Secret) {
        channel.tell(text);
    }
}

impl Surroundings for Web {
    type Watch = Option<task::Watch>;

    fn is_server(&self) -> bool {
        page::is_server()
    }

    fn is_visible(&self) -> bool {
        page::is_visible()
    }

    fn is_online(&self) -> bool {
        page::is_online()
    }

    fn watch(&self, tell: impl Fn(Event) + 'static) -> Option<task::Watch> {
        page::watch(self.storage.area(), tell)
    }
}
