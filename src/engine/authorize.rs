//! Authorized fetch: the app's own requests, with the session's token if their origin may have it.

use super::{AuthorizedFetch, Effect, Engine, Id, MIN_VALIDITY_SECONDS, Want, session};
use crate::Error;
use crate::protocol::text::Text;

/// A request that may carry the token.
#[derive(Debug)]
pub(super) struct Authorization {
    id: Id,
    /// Its id among the engine's own waiters.
    own: Id,
    is_repeatable: bool,
    /// The session and account that its token is for, as they were when the token was requested. Of the session id it is
    /// only the digest: the app's own service may be slow, so this may outlive the session.
    session_key: Option<(u64, Option<Text>)>,
    /// The digest of the token that it was sent with last.
    token: Option<u64>,
    step: Step,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// It waits for the store to say whether somebody is signed in.
    Restored,
    /// It waits for a token.
    Wanted,
    /// It was sent.
    Sent,
    /// It was refused, and waits for a newer token.
    WantedAgain,
    /// It was sent once more.
    SentAgain,
}

impl Engine {
    pub(super) fn authorize(&mut self, id: Id, request: &AuthorizedFetch) {
        let is_listed = |origin: &Text| self.setup.token_origins.contains(origin);
        let may_have_token = request.is_same_origin || request.origin.as_ref().is_some_and(is_listed);
        if request.is_authorized || !may_have_token {
            return self.send_without_token(id);
        }
        if self.is_disposed {
            return self.fail(id, Error::Disposed);
        }
        let own = self.next_id();
        let is_repeatable = request.is_repeatable;
        let step = Step::Restored;
        let authorization =
            Box::new(Authorization { id, own, is_repeatable, session_key: None, token: None, step });
        if request.is_aborted && (self.is_restoring || self.session.tracked().is_some()) {
            return self.fail(id, Error::Aborted);
        }
        if self.is_restoring {
            self.authorizations.add(authorization);
        } else {
            self.want_authorization(authorization);
        }
    }

    /// The store has said whether somebody is signed in.
    pub(super) fn resume_authorizations(&mut self) {
        let is_waiting = |authorization: &Authorization| authorization.step == Step::Restored;
        let mut waiting = self.authorizations.take_all(&is_waiting);
        while let Some(authorization) = waiting.take_first() {
            self.want_authorization(authorization);
        }
    }

    fn want_authorization(&mut self, mut authorization: Box<Authorization>) {
        let session_key =
            self.session.tracked().map(|tracked| (tracked.session.digest(), tracked.account.clone()));
        // Nobody is signed in. A second factor may still be due.
        let Some(session_key) = session_key else { return self.send_without_token(authorization.id) };
        if let Err(error) = self.setup.config.usable_url() {
            return self.fail(authorization.id, error);
        }
        let own = authorization.own;
        authorization.session_key = Some(session_key);
        authorization.step = Step::Wanted;
        self.authorizations.add(authorization);
        self.attach();
        self.wait_for(own, Want::Token { min_validity_seconds: MIN_VALIDITY_SECONDS }, None);
    }

    /// A request has its token, or cannot have it.
    pub(super) fn resume_authorization(&mut self, own: Id, answer: session::Answer) {
        let is_it = |authorization: &Authorization| authorization.own == own;
        let Some(mut authorization) = self.authorizations.take(&is_it) else { return };
        let id = authorization.id;
        let is_first = authorization.step == Step::Wanted;
        match answer {
            Ok(granted) if self.is_same_session(&authorization) => {
                let digest = Some(granted.token.digest());
                if authorization.token == digest {
                    self.refused = digest;
                    return self.emit(Effect::Release { id });
                }
                authorization.token = digest;
                authorization.step = if is_first { Step::Sent } else { Step::SentAgain };
                self.authorizations.add(authorization);
                self.emit(Effect::SendAuthorized { id, token: Some(granted.token) });
            }
            // Another user signed in meanwhile; never send this as them.
            Ok(_) if is_first => self.fail(id, Error::Aborted),
            // Nobody is signed in any more, or the session has conditions. If there is a session that can have a token,
            // the request fails: it must not be sent as if nobody were signed in.
            Err(failure)
                if is_first
                    && matches!(failure.error, Error::NotSignedIn | Error::NoToken)
                    && !self.session.expects_token() =>
            {
                self.send_without_token(id);
            }
            Err(failure) if is_first || failure.error == Error::Aborted => self.fail(id, failure),
            _ => self.emit(Effect::Release { id }),
        }
    }

    /// A request was answered.
    pub(super) fn authorized(&mut self, id: Id, status: u16) {
        let is_it = |authorization: &Authorization| {
            authorization.id == id && matches!(authorization.step, Step::Sent | Step::SentAgain)
        };
        let Some(mut authorization) = self.authorizations.take(&is_it) else {
            return self.emit(Effect::Release { id });
        };
        let token = authorization.token;
        let is_unauthorized = status == 401;
        if authorization.step == Step::SentAgain {
            if is_unauthorized {
                // The token was got because of a refusal, and was refused as well. Another one would not help.
                self.refused = token;
            }
            return self.emit(Effect::Release { id });
        }
        let was_refused = token.is_some() && self.refused == token;
        if !is_unauthorized || !self.is_same_session(&authorization) || was_refused || self.is_disposed {
            return self.emit(Effect::Release { id });
        }
        // Another request may have got a newer token already.
        let has_newer =
            token.is_some() && self.session.token().is_some_and(|now| Some(now.digest()) != token);
        let want = if has_newer { Want::Token { min_validity_seconds: 0 } } else { Want::Refresh };
        if !authorization.is_repeatable {
            // This request cannot be sent again, but the next one should have a better token.
            self.want_unattended(want);
            return self.emit(Effect::Release { id });
        }
        let own = authorization.own;
        authorization.step = Step::WantedAgain;
        self.authorizations.add(authorization);
        self.wait_for(own, want, None);
    }

    /// The id under which a request waits for a token, if there is such a request.
    pub(super) fn authorization_waiter(&self, id: Id) -> Option<Id> {
        self.authorizations.iter().find(|authorization| authorization.id == id).map(|one| one.own)
    }

    /// Cancels a request that still waits for the store. Gives whether there was one.
    pub(super) fn cancel_authorization(&mut self, id: Id) -> bool {
        let is_it =
            |authorization: &Authorization| authorization.id == id && authorization.step == Step::Restored;
        let is_there = self.authorizations.take(&is_it).is_some();
        if is_there {
            self.fail(id, Error::Aborted);
        }
        is_there
    }

    /// Fails all requests that still wait for the store.
    pub(super) fn drop_authorizations(&mut self, error: Error) {
        let is_waiting = |authorization: &Authorization| authorization.step == Step::Restored;
        while let Some(authorization) = self.authorizations.take(&is_waiting) {
            self.fail(authorization.id, error);
        }
    }

    fn send_without_token(&mut self, id: Id) {
        self.emit(Effect::SendAuthorized { id, token: None });
    }

    /// Whether the session and account are still those that a request's token is for. A request that had no account yet
    /// fits any account.
    fn is_same_session(&self, authorization: &Authorization) -> bool {
        let Some((session, account)) = &authorization.session_key else { return false };
        let is_same_account = |now: Option<&Text>| account.is_none() || now == account.as_ref();
        let is_same = |now: &session::Tracked| {
            now.session.digest() == *session && is_same_account(now.account.as_ref())
        };
        self.session.tracked().is_some_and(is_same)
    }
}
