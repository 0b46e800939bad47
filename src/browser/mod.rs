//! The ports of [`crate::client`] on Web APIs, one API per file. Nothing here decides anything.

mod body;
mod fetch;
pub mod interop;
mod record;
mod signal;
mod timer;
mod url;

use crate::{
    Error,
    client::ports::{Clock, Timer, Transport},
    core::{request::Request, response::Reply},
};
use js_sys::Function;
pub use record::JsRecord;
#[cfg(feature = "npm")]
pub(crate) use record::parse_json;
pub use signal::{Signal, aborted};
pub use url::usable_url;

/// The browser, or anything else with `fetch` and `setTimeout`: a worker, Node, Deno, Bun.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// What sends requests in the place of the global `fetch`.
    pub fetch: Option<Function>,
}

impl Transport for Web {
    type Record = JsRecord;

    fn send(&self, request: Request) -> impl Future<Output = Result<Reply<JsRecord>, Error>> {
        fetch::send(request, self.fetch.clone())
    }
}

impl Clock for Web {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a time since 1970 in seconds fits"
    )]
    fn now(&self) -> u64 {
        (js_sys::Date::now() / 1000.0) as u64
    }
}

impl Timer for Web {
    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        timer::sleep(ms)
    }
}
