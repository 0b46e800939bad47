//! A request of the app, which may carry the token.

use super::{fetch, options::origin_of, page};
use crate::{
    engine,
    protocol::{config::is_own, secret::Secret, text::Text},
};
use js_sys::TypeError;
use web_sys::{AbortSignal, Request};

/// A finished request. The request that the engine judges is the one that is sent.
#[derive(Clone)]
pub(super) struct AuthorizedFetch(Request);

impl AuthorizedFetch {
    pub(super) fn new(request: Request) -> Self {
        Self(request)
    }

    /// The signal that can end it.
    pub(super) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }

    /// What the engine is told of it.
    pub(super) fn of_engine(&self) -> engine::AuthorizedFetch {
        let url = self.0.url();
        let origin = origin_of(&url);
        engine::AuthorizedFetch {
            is_same_origin: page::origin().is_some_and(|own| is_own(&url, origin.as_deref(), &own)),
            origin: origin.map(Text::from),
            is_authorized: self.0.headers().has("authorization").unwrap_or(true),
            // Only copies of the request are sent, so its body can be sent again.
            is_repeatable: !self.0.body_used(),
            is_aborted: self.0.signal().aborted(),
        }
    }

    /// Sends a copy, with the token if there is one. If the request cannot carry the token, it is not sent.
    pub(super) async fn send(&self, token: Option<Secret>) -> fetch::Response {
        let request = Request::clone(&self.0)?;
        if let Some(token) = token {
            let headers = request.headers();
            headers.set("authorization", &format!("Bearer {}", token.expose()))?;
            if !headers.has("authorization")? {
                let message =
                    "this kind of request takes no Authorization header: use another mode than no-cors";
                return Err(TypeError::new(message).into());
            }
        }
        fetch::send(&request).await
    }
}

/// Cancels an answer that nobody will read.
pub(super) fn discard(response: fetch::Response) {
    if let Some(body) = response.ok().and_then(|response| response.body()) {
        // A locked body is being read by somebody else. It cannot be cancelled, and must not be.
        if !body.locked() {
            let _ = body.cancel();
        }
    }
}
