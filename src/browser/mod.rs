//! The ports of [`crate::client`] on Web APIs, one API per file. Nothing here decides anything.

mod fetch;
mod record;
mod signal;
mod timer;

use crate::{
    Error,
    client::ports::{Timer, Transport},
    core::{request::Request, response::Reply},
};
pub use record::JsRecord;
pub use signal::aborted;

/// The browser, or anything else with `fetch` and `setTimeout`: a worker, Node, Deno, Bun.
#[derive(Debug)]
pub struct Web;

impl Transport for Web {
    type Record = JsRecord;

    fn send(&self, request: Request) -> impl Future<Output = Result<Reply<JsRecord>, Error>> {
        fetch::send(request)
    }
}

impl Timer for Web {
    fn sleep(&self, ms: u32) -> impl Future<Output = ()> {
        timer::sleep(ms)
    }
}
