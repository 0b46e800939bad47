//! The client for front ends in Rust: the [engine](crate::engine) on the browser's APIs.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use loginrocket_wasm::{
//!     protocol::{model::{Login, SignIn}, url::BaseUrl},
//!     web::{Client, Options, Storage},
//! };
//!
//! let mut options = Options { storage: Storage::Local, ..Options::default() };
//! options.config.url = Some(BaseUrl::parse("https://SAMPLE.e2.loginrocket.com/")?);
//! let client = Client::new(options)?;
//! let login = Login { email: "ada@example.com".into(), password: "…".into(), ..Login::default() };
//! if let SignIn::Done { .. } = client.send(&login).await? {
//!     let token = client.session().token().await?.token;
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A method begins what it is for when it is called, not when its future is first polled, and a future that is dropped
//! before its end gives the call up. Everything runs on the page's one thread.
//!
//! `host` hands inputs to the engine and has its effects performed, each by the file of its Web API. Nothing here decides
//! anything about the session or the protocol, and every call of a Web API that can throw is caught: an exception that
//! passes through Rust would leave borrows taken.

mod authorized;
mod channel;
mod client;
mod crypto;
mod effects;
mod fetch;
mod host;
mod listeners;
mod locks;
mod options;
mod page;
mod session;
mod storage;
mod timer;
mod values;

pub use client::{Client, Success};
pub use listeners::Subscription;
pub use options::{CallOptions, Environment, Options};
pub use session::{AdoptOptions, Adopted, FetchError, NotAdopted, Session};
pub use storage::Storage;
pub use values::{from_js, to_js};

use js_sys::{Reflect, global};
use wasm_bindgen::{JsCast, JsValue};

/// A member of the global scope; none where it is not there, or throws.
fn global_member(name: &str) -> Option<JsValue> {
    member(&global(), name)
}

/// A member of a value; none where it is not there, or throws.
fn member(value: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(value, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

/// The same as an object of a class that is known by its members: it may come from another realm, or be wrapped.
fn object<T: JsCast>(value: &JsValue, name: &str) -> Option<T> {
    member(value, name).filter(JsValue::is_object).map(JsCast::unchecked_into)
}
