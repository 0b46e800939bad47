//! A request of the app's own, which may carry the token.

use super::{fetch, options::origin_of, page};
use crate::{
    engine,
    protocol::{secret::Secret, text::Text},
};
use js_sys::TypeError;
use web_sys::{AbortSignal, Request};

/// A finished request: what is judged is what is sent.
#[derive(Clone)]
pub(super) struct AuthorizedFetch(Request);

impl AuthorizedFetch {
    pub(super) fn new(request: Request) -> Self {
        Self(request)
    }

    /// The signal that ends it.
    pub(super) fn signal(&self) -> AbortSignal {
        self.0.signal()
    }

    /// What the engine is told of it.
    pub(super) fn of_engine(&self) -> engine::AuthorizedFetch {
        let origin = origin_of(&self.0.url());
        engine::AuthorizedFetch {
            is_same_origin: origin.is_some() && origin == page::origin(),
            origin: origin.map(Text::from),
            is_authorized: self.0.headers().has("authorization").unwrap_or(true),
            // Copies are sent, so that what its body holds is there once more.
            is_repeatable: !self.0.body_used(),
            is_aborted: self.0.signal().aborted(),
        }
    }

    /// Sends it, with a token if there is one; never without one that it was to have.
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

/// Lets go of an answer that nobody will read.
pub(super) fn discard(response: fetch::Response) {
    if let Some(body) = response.ok().and_then(|response| response.body()) {
        // A body that somebody reads already cannot be cancelled, and is theirs.
        if !body.locked() {
            let _ = body.cancel();
        }
    }
}
