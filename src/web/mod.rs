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
//! A method begins its work when it is called, not when its future is first polled. Dropping the future before its end cancels
//! the call. Everything runs on the page's one thread.
//!
//! `host` passes inputs to the engine and has its effects performed, each by the file of its Web API. Nothing here decides
//! anything about the session or the protocol. Every exception of a Web API is caught: if one passed through Rust code,
//! borrows would stay taken.

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

/// A member of the global scope. None if it is missing, or if reading it throws.
fn global_member(name: &str) -> Option<JsValue> {
    member(&global(), name)
}

/// A member of a value. None if it is missing, or if reading it throws.
fn member(value: &JsValue, name: &str) -> Option<JsValue> {
    let found = Reflect::get(value, &name.into()).ok()?;
    (!found.is_undefined() && !found.is_null()).then_some(found)
}

/// A member as an object of a class. The class is not checked, because the object may come from another frame, or be wrapped.
fn object<T: JsCast>(value: &JsValue, name: &str) -> Option<T> {
    member(value, name).filter(JsValue::is_object).map(JsCast::unchecked_into)
}
