//! The app's calls: begun, deferred until it is known whose session there is, ended, given up. A call that names no session uses
//! this one, and the session takes over what the call brings.

use super::{
    Answer, CallOptions, Due, Effect, Engine, Event, Id, Resumed, UNATTENDED_TIMEOUT_MS, Want,
    exchanges::{Exchange, Purpose, SIGN_OUT_CAP},
    lists::take_id,
    session::{CallContext, Tracked},
};
use crate::{
    Error, Misuse,
    protocol::{
        config::Timeout,
        endpoint::Endpoint,
        request::{self, Params},
        response::{self, Outcome, SignIn},
        secret::Secret,
    },
};

#[derive(Debug)]
pub(super) struct Call {
    pub(super) endpoint: Endpoint,
    context: CallContext,
    /// The digest of the tracked session, if the call is about it.
    about: Option<u64>,
    /// Whether the session ended here when the call began.
    pub(super) ends_here: bool,
    generation: u32,
}

/// A call that waits for the store to say whose session it is about.
#[derive(Debug)]
pub(super) struct Deferred {
    id: Id,
    endpoint: Endpoint,
    params: Params,
    options: CallOptions,
    /// When its time is over: waiting is part of it.
    deadline_ms: u64,
}

impl Engine {
    pub(super) fn call(&mut self, id: Id, endpoint: Endpoint, params: Params, options: CallOptions) {
        if self.is_disposed {
            return self.fail(id, Error::Disposed);
        }
        let waits = self.is_restoring && endpoint.is_about_a_session() && params.session().is_none();
        if !waits {
            return self.begin_call(id, endpoint, &params, &options);
        }
        // Signed out before it was known of what: the session is revoked when it is.
        if endpoint == Endpoint::Logout {
            self.step(Event::SignOut);
            return self.settle(id, Answer::Done);
        }
        if options.is_aborted {
            return self.fail(id, Error::Aborted);
        }
        let timeout = options.timeout.unwrap_or(self.setup.config.timeout);
        let deadline_ms = self.now.mono_ms + u64::from(timeout.as_ms());
        self.deadlines.set(Due::Request(id), deadline_ms);
        self.deferred.add(Deferred { id, endpoint, params, options, deadline_ms });
    }

    /// What waited for the store goes on.
    pub(super) fn resume_deferred(&mut self) {
        let mut waiting = std::mem::take(&mut self.deferred);
        while let Some(deferred) = waiting.take_first() {
            let Deferred { id, endpoint, params, mut options, deadline_ms } = *deferred;
            self.deadlines.clear(Due::Request(id));
            let left_ms = deadline_ms.saturating_sub(self.now.mono_ms);
            // The host's timer may be late.
            if left_ms == 0 {
                self.fail(id, Error::Timeout);
                continue;
            }
            options.timeout = Some(Timeout::of_ms(u32::try_from(left_ms).unwrap_or(u32::MAX)));
            self.begin_call(id, endpoint, &params, &options);
        }
    }

    /// What waited for the store is not done.
    pub(super) fn drop_deferred(&mut self, error: Error) {
        while let Some(call) = self.deferred.take_first() {
            self.deadlines.clear(Due::Request(call.id));
            self.fail(call.id, error);
        }
    }

    fn begin_call(&mut self, id: Id, endpoint: Endpoint, params: &Params, options: &CallOptions) {
        let (mut additions, about) = self.tracked_for(endpoint, params);
        let needs_token = endpoint == Endpoint::VerifyLogin && !params.has_token();
        let token = self.challenge_token().filter(|_| needs_token);
        let lacks_token = needs_token && token.is_none();
        additions.extend(token.map(|token| ("token", token)));
        let locale = options.locale.as_ref();
        let mut request = request::build(&self.setup.config, locale, endpoint, params, &additions);
        if lacks_token && request.is_ok() {
            request = Err(Error::InvalidParams(Misuse::NoChallenge));
        }
        // Whatever asks about another session than the one there is brings that other one.
        let makes_session = !endpoint.is_about_a_session() || about.is_none();
        let context = self.session.call_context(self.now, makes_session);
        // What cannot be read names no session.
        let is_readable = !matches!(request, Err(Error::InvalidParams(_)));
        let ends_here = endpoint == Endpoint::Logout && about.is_some() && is_readable;
        if ends_here {
            self.pending_logout.clone_from(&about);
            self.step(Event::SignOut);
        }
        let digest = about.as_ref().map(Secret::digest);
        let call = Call { endpoint, context, about: digest, ends_here, generation: self.generation };
        if options.is_aborted {
            // Signed out here it is all the same, and the service should know.
            if let Some(session) = about.filter(|_| ends_here) {
                self.revoke(&session, None);
            }
            return self.end_call(id, &call, Error::Aborted.into());
        }
        match request {
            Ok(request) => {
                let timeout = options.timeout.unwrap_or(self.setup.config.timeout);
                self.send(id, request, timeout, Purpose::Call(call));
            }
            Err(error) => self.end_call(id, &call, error.into()),
        }
    }

    /// What a call lacks to be about the tracked session, and the tracked session if the call is about it.
    fn tracked_for(
        &self,
        endpoint: Endpoint,
        params: &Params,
    ) -> (Vec<(&'static str, Secret)>, Option<Secret>) {
        let tracked = self.session.tracked().filter(|_| endpoint.is_about_a_session());
        let Some(Tracked { session, account, .. }) = tracked else { return (Vec::new(), None) };
        match params.session() {
            None => {
                let mut additions = vec![("session", session.clone())];
                // The service does not remember the last one, and would ask for it again.
                if let (true, Some(account), None) = (endpoint.takes_account(), account, params.account()) {
                    additions.push(("account", account.clone().into()));
                }
                (additions, Some(session.clone()))
            }
            Some(Some(named)) if named.is(session) => (Vec::new(), Some(named)),
            Some(_) => (Vec::new(), None),
        }
    }

    pub(super) fn end_call(&mut self, id: Id, call: &Call, mut outcome: Outcome) {
        let mut next = None;
        let is_current =
            call.generation == self.generation && !self.setup.platform.is_server && !self.is_disposed;
        match &mut outcome {
            Outcome::Success(sign_in) => {
                next = sign_in.as_ref().map(SignIn::next);
                if let Some(sign_in) = sign_in.take().filter(|_| is_current) {
                    if let SignIn::Verify { token } = &sign_in {
                        self.met_challenge(call.context, token);
                    }
                    self.step(Event::Answered { context: call.context, sign_in });
                }
                self.after_call(call, is_current);
            }
            Outcome::Done => self.after_call(call, is_current),
            Outcome::Failed(failure) if is_current => self.note_failure(call, failure.error),
            _ => {}
        }
        self.settle(id, settled(outcome, next));
    }

    /// What a call that cannot sign in changes of the session, the next token says.
    fn after_call(&mut self, call: &Call, is_current: bool) {
        if is_current && call.endpoint == Endpoint::VerifyEmail && self.session.tracked().is_some() {
            self.want_unattended(Want::Refresh);
        }
    }

    /// What a failure of a call about the tracked session means for that.
    fn note_failure(&mut self, call: &Call, error: Error) {
        let tracked = self.session.tracked().map(|tracked| tracked.session.digest());
        // Whether that is the end, a refresh finds out: the realm may only forbid what was asked.
        if error == Error::AccessDenied && call.about.is_some() && call.about == tracked {
            self.want_unattended(Want::Refresh);
        }
    }

    /// Asks for whoever comes next.
    pub(super) fn want_unattended(&mut self, want: Want) {
        let waiter = self.next_id();
        self.wait_for(waiter, want, Some(UNATTENDED_TIMEOUT_MS));
    }

    // ------------------------------------------------------------------------------------------ giving up

    /// A caller gives up, whatever it waits for.
    pub(super) fn cancel(&mut self, id: Id) {
        if self.end_deferred(id, Error::Aborted) || self.cancel_departure(id) {
            return;
        }
        if self.detach_logout(id) {
            return self.fail(id, Error::Aborted);
        }
        let is_call = |exchange: &Exchange| exchange.id == id && matches!(exchange.purpose, Purpose::Call(_));
        if self.exchanges.iter().any(|exchange| is_call(exchange)) {
            let Some(exchange) = self.take_exchange(id) else { return };
            self.emit(Effect::Abort { id });
            return self.end_exchange(exchange, Error::Aborted.into());
        }
        if self.cancel_authorization(id) {
            return;
        }
        let waiter = self.authorization_waiter(id).unwrap_or(id);
        self.step(Event::Cancelled(waiter));
        self.cancel_judgement(waiter);
    }

    /// Lets go of a call that signs out here: its caller does not wait any more, and the service is to know all the same.
    fn detach_logout(&mut self, id: Id) -> bool {
        let ends_here = |purpose: &Purpose| matches!(purpose, Purpose::Call(call) if call.ends_here);
        let mut exchanges = self.exchanges.iter_mut();
        let found = exchanges.find(|exchange| exchange.id == id && ends_here(&exchange.purpose));
        let Some(exchange) = found else { return false };
        exchange.purpose = Purpose::EndSession(None);
        let latest_ms = self.now.mono_ms + u64::from(SIGN_OUT_CAP.as_ms());
        self.deadlines.bring_forward(Due::Request(id), latest_ms);
        true
    }

    /// A call that waits for the store ends before it was made.
    pub(super) fn end_deferred(&mut self, id: Id, error: Error) -> bool {
        let is_there = self.deferred.take(&|call| call.id == id).is_some();
        if is_there {
            self.deadlines.clear(Due::Request(id));
            self.fail(id, error);
        }
        is_there
    }

    /// All calls of the app's end.
    pub(super) fn dispose_calls(&mut self) {
        let is_call = |purpose: &Purpose| matches!(purpose, Purpose::Call(_));
        while let Some(call) = self.exchanges.iter().find(|exchange| is_call(&exchange.purpose)) {
            let id = call.id;
            if !self.detach_logout(id) {
                self.take_exchange(id);
                self.emit(Effect::Abort { id });
            }
            self.fail(id, Error::Disposed);
        }
        self.drop_deferred(Error::Disposed);
    }

    /// Whoever waits for a token of the session, of the app or of the engine's own.
    pub(super) fn deliver(&mut self, mut ids: Vec<Id>, answer: super::session::Answer) {
        while let Some(id) = take_id(&mut ids, &|id| id >= super::OWN_IDS) {
            self.resumed.add(Resumed::Answered(id, answer.clone()));
        }
        if !ids.is_empty() {
            let answer = match answer {
                Ok(granted) => Answer::Granted { granted },
                Err(failure) => Answer::Failed { failure },
            };
            self.emit(Effect::Settle { ids, answer });
        }
    }
}

pub(super) fn settled(outcome: Outcome, next: Option<response::Next>) -> Answer {
    match outcome {
        Outcome::Success(_) => Answer::Success { next },
        Outcome::Done => Answer::Done,
        Outcome::Refused(failure) => Answer::Refused { failure },
        Outcome::Failed(failure) => Answer::Failed { failure },
    }
}
