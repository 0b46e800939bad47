//! Requests under way: sending them, and what their ends mean. Those that the session needs are built here.

use super::{
    Answer, Due, Effect, Engine, Event, Id,
    calls::{Call, settled},
    session::Ticket,
};
use crate::{
    Error, Misuse,
    protocol::{
        config::Timeout,
        endpoint::Endpoint,
        failure::Failure,
        jwks,
        request::{self, Params, Request},
        response::{self, Outcome, Reply},
        secret::Secret,
        text::Text,
    },
};

/// How long the request may take that tells the service of a sign-out.
pub(super) const SIGN_OUT_CAP: Timeout = Timeout::of_ms(5_000);

/// A request under way.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) id: Id,
    pub(super) purpose: Purpose,
}

#[derive(Debug)]
pub(super) enum Purpose {
    /// A call of the app's.
    Call(Call),
    /// A refresh of the session.
    Refresh(Ticket),
    /// Telling the service that a session is over; with the caller who waits for the answer, if there is one.
    EndSession(Option<Id>),
    /// The realm's keys.
    Keys(jwks::Ticket),
}

impl Engine {
    // ------------------------------------------------------------------------------------------ for the session

    pub(super) fn refresh(&mut self, ticket: Ticket, session: &Secret, account: Option<&Text>) {
        let mut additions = vec![("session", session.clone())];
        if let Some(account) = account {
            additions.push(("account", account.clone().into()));
        }
        let id = self.next_id();
        match request::build(&self.setup.config, None, Endpoint::GetSession, &Params::none(), &additions) {
            Ok(request) => self.send(id, request, self.setup.config.timeout, Purpose::Refresh(ticket)),
            Err(error) => self.end_refresh(ticket, error.into()),
        }
    }

    fn end_refresh(&mut self, ticket: Ticket, outcome: Outcome) {
        let answer = match outcome {
            Outcome::Success(Some(sign_in)) => Ok(sign_in),
            Outcome::Success(None) => Err(Failure::new(Error::UnexpectedStatus)),
            Outcome::Done => Err(Failure::new(Error::EmptyReply)),
            Outcome::Refused(failure) | Outcome::Failed(failure) => Err(failure),
        };
        self.step(Event::Refreshed { ticket, answer });
    }

    pub(super) fn abort_refresh(&mut self, ticket: Ticket) {
        self.abort(&|purpose| matches!(purpose, Purpose::Refresh(other) if *other == ticket));
    }

    /// Signs out here. The caller waits for the service's answer.
    pub(super) fn sign_out(&mut self, id: Id) {
        if self.is_disposed {
            return self.fail(id, Error::Disposed);
        }
        if self.setup.platform.is_server {
            return self.settle(id, Answer::Done);
        }
        self.attach();
        self.sign_out_caller = Some(id);
        self.step(Event::SignOut);
        // There was no session, so there is nothing to tell the service.
        if self.sign_out_caller.take().is_some() {
            self.settle(id, Answer::Done);
        }
    }

    pub(super) fn end_session(&mut self, session: &Secret) {
        if self.pending_logout.take().is_some_and(|pending| pending.is(session)) {
            return;
        }
        let caller = self.sign_out_caller.take();
        self.revoke(session, caller);
    }

    pub(super) fn revoke(&mut self, session: &Secret, caller: Option<Id>) {
        let additions = [("session", session.clone())];
        // With the caller's id, the host gives the service's answer to the caller.
        let id = caller.unwrap_or_else(|| self.next_id());
        match request::build(&self.setup.config, None, Endpoint::Logout, &Params::none(), &additions) {
            Ok(request) => {
                let timeout = self.setup.config.timeout.min(SIGN_OUT_CAP);
                self.send(id, request, timeout, Purpose::EndSession(caller));
            }
            Err(error) => self.end_sign_out(caller, error.into()),
        }
    }

    fn end_sign_out(&mut self, caller: Option<Id>, outcome: Outcome) {
        let Some(id) = caller else { return };
        let answer = match outcome {
            // The session was over already (protocol.md#logout).
            Outcome::Failed(failure) if failure.error == Error::AccessDenied => Answer::Done,
            outcome => settled(outcome, None),
        };
        self.settle(id, answer);
    }

    // ------------------------------------------------------------------------------------------ requests

    pub(super) fn send(&mut self, id: Id, request: Request, timeout: Timeout, purpose: Purpose) {
        self.exchanges.add(Exchange { id, purpose });
        self.deadlines.set(Due::Request(id), self.now.mono_ms + u64::from(timeout.as_ms()));
        self.emit(Effect::Fetch { id, request });
    }

    pub(super) fn replied(&mut self, id: Id, reply: &Reply) {
        let Some(exchange) = self.take_exchange(id) else { return };
        if let Purpose::Keys(ticket) = exchange.purpose {
            return self.keys_came(ticket, Some(reply));
        }
        let now = self.session.service_time(self.now);
        let mut outcome = response::classify(exchange.endpoint(), reply, now);
        // A captive portal may answer 403 with a page of its own. That says nothing about the session. A call of the app
        // gets the 403 all the same.
        if let Outcome::Failed(failure) = &mut outcome
            && failure.error == Error::AccessDenied
            && !matches!(exchange.purpose, Purpose::Call(_))
            && !response::is_own_denial(reply)
        {
            *failure = failure.clone().of(Error::NotJson);
        }
        self.end_exchange(exchange, outcome);
    }

    pub(super) fn unanswered(&mut self, id: Id, is_misuse: bool) {
        let Some(exchange) = self.take_exchange(id) else { return };
        let error = if is_misuse {
            Error::InvalidOption(Misuse::FetchAnswer)
        } else {
            response::unanswered(exchange.endpoint())
        };
        self.end_exchange(exchange, error.into());
    }

    pub(super) fn request_is_late(&mut self, id: Id) {
        if self.end_deferred(id, Error::Timeout) {
            return;
        }
        let Some(exchange) = self.take_exchange(id) else { return };
        self.emit(Effect::Abort { id });
        let error = response::late(exchange.endpoint());
        self.end_exchange(exchange, error.into());
    }

    #[expect(clippy::boxed_local, reason = "so it moves as one pointer")]
    pub(super) fn end_exchange(&mut self, exchange: Box<Exchange>, outcome: Outcome) {
        let Exchange { id, purpose } = *exchange;
        match purpose {
            Purpose::Call(call) => self.end_call(id, &call, outcome),
            Purpose::Refresh(ticket) => self.end_refresh(ticket, outcome),
            Purpose::EndSession(caller) => self.end_sign_out(caller, outcome),
            Purpose::Keys(ticket) => self.keys_came(ticket, None),
        }
    }

    pub(super) fn take_exchange(&mut self, id: Id) -> Option<Box<Exchange>> {
        let exchange = self.exchanges.take(&|exchange| exchange.id == id)?;
        self.deadlines.clear(Due::Request(id));
        Some(exchange)
    }

    /// Aborts requests whose answers nobody wants any more.
    fn abort(&mut self, is_over: &dyn Fn(&Purpose) -> bool) {
        while let Some(exchange) = self.exchanges.iter().find(|exchange| is_over(&exchange.purpose)) {
            let id = exchange.id;
            self.take_exchange(id);
            self.emit(Effect::Abort { id });
        }
    }

    pub(super) fn abort_keys(&mut self) {
        self.abort(&|purpose| matches!(purpose, Purpose::Keys(_)));
    }
}

impl Exchange {
    /// The endpoint that says what an answer means. For the realm's keys it only says what a missing answer means.
    fn endpoint(&self) -> Endpoint {
        match &self.purpose {
            Purpose::Call(call) => call.endpoint,
            Purpose::Refresh(_) | Purpose::Keys(_) => Endpoint::GetSession,
            Purpose::EndSession(_) => Endpoint::Logout,
        }
    }
}
