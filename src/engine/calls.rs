//! The app's calls: how they begin, wait for the store, end, and are given up. A call that names no session uses the
//! tracked one. If an answer brings a session, the session takes it in.

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

/// A call that waits for the store to say which session it is about.
#[derive(Debug)]
pub(super) struct Deferred {
    id: Id,
    endpoint: Endpoint,
    params: Params,
    options: CallOptions,
    /// When the call times out. The wait for the store counts.
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
        // It is not known yet which session ends. It is revoked when the store has named it.
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

    /// Begins the calls that waited for the store.
    pub(super) fn resume_deferred(&mut self) {
        let mut waiting = std::mem::take(&mut self.deferred);
        while let Some(deferred) = waiting.take_first() {
            let Deferred { id, endpoint, params, mut options, deadline_ms } = *deferred;
            self.deadlines.clear(Due::Request(id));
            let left_ms = deadline_ms.saturating_sub(self.now.mono_ms);
            // The host's timer may be late, so the time may be over.
            if left_ms == 0 {
                self.fail(id, Error::Timeout);
                continue;
            }
            options.timeout = Some(Timeout::of_ms(u32::try_from(left_ms).unwrap_or(u32::MAX)));
            self.begin_call(id, endpoint, &params, &options);
        }
    }

    /// Fails the calls that still wait for the store.
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
        // A call about another session than the tracked one brings that session, as a sign-in does.
        let makes_session = !endpoint.is_about_a_session() || about.is_none();
        let context = self.session.call_context(self.now, makes_session);
        // Parameters that cannot be read do not say which session is meant, so nothing ends here.
        let is_readable = !matches!(request, Err(Error::InvalidParams(_)));
        let ends_here = endpoint == Endpoint::Logout && about.is_some() && is_readable;
        if ends_here {
            self.pending_logout.clone_from(&about);
            self.step(Event::SignOut);
        }
        let digest = about.as_ref().map(Secret::digest);
        let call = Call { endpoint, context, about: digest, ends_here, generation: self.generation };
        if options.is_aborted {
            // The caller has given up, but the session has ended here. So the service must know.
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

    /// What to add to a call so that it is about the tracked session; and that session, if the call is about it.
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
                // The service does not remember the account that was selected. It would ask for it again.
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

    /// A verified address changes the session, but the answer brings no token. The next token shows the change.
    fn after_call(&mut self, call: &Call, is_current: bool) {
        if is_current && call.endpoint == Endpoint::VerifyEmail && self.session.tracked().is_some() {
            self.want_unattended(Want::Refresh);
        }
    }

    /// Takes in that a call failed. This matters if the call was about the tracked session.
    fn note_failure(&mut self, call: &Call, error: Error) {
        let tracked = self.session.tracked().map(|tracked| tracked.session.digest());
        // A refresh finds out whether the session is over. The realm may only have forbidden this call.
        if error == Error::AccessDenied && call.about.is_some() && call.about == tracked {
            self.want_unattended(Want::Refresh);
        }
    }

    /// Asks for a token that no caller waits for. The next caller gets it.
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

    /// Lets go of a call that signs out here. Its caller does not wait any more, but its request goes on, because the
    /// service must know. Gives whether there was one.
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

    /// Fails a call that still waits for the store. Gives whether there was one.
    pub(super) fn end_deferred(&mut self, id: Id, error: Error) -> bool {
        let is_there = self.deferred.take(&|call| call.id == id).is_some();
        if is_there {
            self.deadlines.clear(Due::Request(id));
            self.fail(id, error);
        }
        is_there
    }

    /// Fails all calls of the app. The request of a `logout` goes on.
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

    /// Gives an answer to those who wait for a token. The app gets it by an effect. The engine's own waiters go on when
    /// the session has taken in all events.
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
