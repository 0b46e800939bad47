//! Asking the service for a token: one request at a time, when someone needs it or it is due, and what its answer means.

use super::{Arrival, Flight, LastRefresh, Machine, Phase, Why};
use crate::{
    Error,
    core::{
        response::Failure,
        session::{Effect, Message, Moment, SignOutReason, Standing, Stored, Ticket, Want},
    },
};

/// In which time the schedule tries again after a failure that left it a token.
const LEISURE_MS: u64 = 300_000;

impl Machine {
    /// Answers who can be answered, and starts a refresh if someone needs one or it is time.
    pub(super) fn pursue(&mut self, now: Moment, out: &mut Vec<Effect>) {
        self.answer_who_can_be(now, out);
        if self.flight.is_some() {
            return;
        }
        let Phase::Session { account, .. } = &self.phase else { return };
        let switch = self.waiting.iter().find_map(|waiting| match &waiting.want {
            Want::Account(account) => Some(account.clone()),
            _ => None,
        });
        let is_asked = self.waiting.iter().any(|waiting| waiting.want == Want::Refresh);
        let why = if switch.is_some() {
            Why::Switch
        } else if is_asked {
            Why::Asked
        } else if !self.waiting.is_empty() {
            Why::Wanted
        } else if self.refresh_in_ms(now) == Some(0) {
            if self.token.is_none() { Why::Restored } else { Why::Due }
        } else {
            return;
        };
        let (is_switch, account) = (switch.is_some(), switch.or_else(|| account.clone()));
        if let Some(failure) = self.why_not_now(now, requests_for(account.as_deref())) {
            // With nobody waiting, what the schedule wants may still be possible: it may need fewer requests.
            self.settle_all(&failure, out);
            if why != Why::Restored && why != Why::Due {
                self.pursue(now, out);
            }
            return;
        }
        let lock = self.next_ticket();
        self.flight = Some(Flight {
            lock,
            request: None,
            is_switch,
            account,
            is_second_try: false,
            give_up_ms: now.mono_ms + self.settings.refresh_cap_ms,
            why,
        });
        out.push(Effect::Lock(lock));
    }

    /// In how many milliseconds the schedule wants a refresh, which nobody asked for.
    pub(super) fn refresh_in_ms(&self, now: Moment) -> Option<u64> {
        let Phase::Session { account, pending: None, .. } = &self.phase else { return None };
        if !self.visible || !self.online || self.flight.is_some() {
            return None;
        }
        let due = match &self.token {
            None => 0,
            Some(token) if token.claims().is_none() || self.stalled => return None,
            // What could not be had when it was asked for is tried again: whoever asked may want it still.
            Some(_) if self.pace.failures() > 0 => 0,
            Some(token) => self.replace_at_ms.saturating_sub(token.age_ms(now)),
        };
        Some(due.max(self.pace.schedule_wait_ms(now, requests_for(account.as_deref()))))
    }

    /// With a token at hand the next one has time; whoever needs it at once asks for it.
    pub(super) fn leisure_ms(&self) -> u64 {
        self.token.as_ref().map_or(0, |_| LEISURE_MS)
    }

    /// Why the service is not to be asked now. That the browser says offline is no reason: it may be wrong.
    fn why_not_now(&self, now: Moment, requests: usize) -> Option<Failure> {
        let wait_ms = self.pace.wait_ms(now, requests);
        (wait_ms > 0).then(|| {
            let mut failure =
                self.pace.reason(now).cloned().unwrap_or_else(|| Failure::new(Error::RefreshLimited));
            failure.facts.retry_after_seconds = u32::try_from(wait_ms.div_ceil(1000)).ok();
            failure
        })
    }

    pub(super) fn lock_settled(&mut self, now: Moment, lock: Ticket, out: &mut Vec<Effect>) {
        let Some(flight) = self.flight.as_ref().filter(|flight| flight.lock == lock) else {
            out.push(Effect::Unlock(lock));
            return;
        };
        if flight.request.is_some() {
            return;
        }
        // While it waited, a sibling may have been told to keep away.
        match self.why_not_now(now, requests_for(flight.account.as_deref())) {
            None => self.send(now, out),
            Some(failure) => {
                self.drop_flight(out);
                self.settle_all(&failure, out);
            }
        }
    }

    fn send(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let ticket = self.next_ticket();
        let Phase::Session { session, .. } = &self.phase else { return };
        let Some(flight) = &mut self.flight else { return };
        flight.request = Some((ticket, now));
        let account = flight.account.clone().filter(|_| !flight.is_second_try);
        out.push(Effect::Send { ticket, session: session.clone(), account });
        self.pace.sent(now);
    }

    pub(super) fn refreshed(
        &mut self,
        now: Moment,
        ticket: Ticket,
        answer: Result<Standing, Failure>,
        out: &mut Vec<Effect>,
    ) {
        let is_current = |flight: &Flight| flight.request.is_some_and(|(sent, _)| sent == ticket);
        let Some(flight) = self.flight.take_if(|flight| is_current(flight)) else { return };
        // A refused account is not a refused session: only without one does a 403 end it (contract §2.3).
        let is_denied =
            answer.as_ref().is_err_and(|failure| failure.facts.code == Error::AccessDenied.code());
        let is_sure = flight.account.is_none() || flight.is_second_try;
        if is_denied && !is_sure {
            match self.why_not_now(now, 1) {
                None => {
                    self.flight = Some(Flight { is_second_try: true, ..flight });
                    self.send(now, out);
                }
                Some(failure) => {
                    out.push(Effect::Unlock(flight.lock));
                    self.settle_all(&failure, out);
                }
            }
            return;
        }
        let code = answer.as_ref().map_or_else(|failure| failure.facts.code, |_| "okay");
        self.last = Some(LastRefresh { why: flight.why, at: now, code });
        // Whoever gets the lock next should have heard what this brought.
        match answer {
            Ok(standing) => self.stand(now, &flight, standing, out),
            Err(failure) if is_denied => self.expire(&failure, out),
            Err(failure) => self.fail(now, &failure, out),
        }
        out.push(Effect::Unlock(flight.lock));
    }

    /// Takes in where a refresh says that the person stands.
    fn stand(&mut self, now: Moment, flight: &Flight, standing: Standing, out: &mut Vec<Effect>) {
        // Whatever the browser believes: there is a network.
        self.online = true;
        let unavailable = || Failure::new(Error::AccountUnavailable);
        match standing {
            Standing::SignedIn { session, account, token, claims } => {
                self.pace.succeeded();
                let is_wanted = !flight.is_switch || account == flight.account;
                if is_wanted || account.as_deref() == self.account() {
                    let asked = flight.request.map_or(now, |(_, asked)| asked);
                    let arrival = Arrival { session, account, jwt: token, claims, asked };
                    self.take_refreshed(now, arrival, out);
                }
                if !is_wanted {
                    self.settle_switches(flight.account.as_deref(), &unavailable(), out);
                }
                self.settle_refreshed(now, out);
            }
            Standing::Conditional { .. } if flight.is_switch => {
                self.pace.succeeded();
                self.settle_switches(flight.account.as_deref(), &unavailable(), out);
            }
            Standing::Conditional { session, account, conditions, next } => {
                self.pace.succeeded();
                let old = self.tracked().map(|(session, _)| session.clone());
                self.meet_conditions(session, account, conditions, next, out);
                self.persist_over(old, out);
                self.settle_all(&Failure::new(Error::NoToken), out);
            }
            // No answer to a session that exists; nothing can be concluded from it.
            Standing::Verify => self.fail(now, &Failure::new(Error::NoToken), out),
        }
    }

    fn take_refreshed(&mut self, now: Moment, arrival: Arrival, out: &mut Vec<Effect>) {
        let is_same = self.is_at(&arrival.session, arrival.account.as_deref());
        let is_older = |mine: &super::Token| mine.is_newer_than(arrival.claims.as_ref());
        // A sibling may have been quicker, and its token newer.
        if self.has_ended(&arrival.session) || is_same && self.token.as_ref().is_some_and(is_older) {
            return;
        }
        let old = self.tracked().map(|(session, _)| session.clone());
        self.adopt(now, arrival, out);
        if !is_same {
            self.persist_over(old, out);
        }
        self.tell_token(out);
    }

    /// The service says that the session is over.
    fn expire(&mut self, failure: &Failure, out: &mut Vec<Effect>) {
        if let Some((session, _)) = self.tracked() {
            let session = session.clone();
            self.end(SignOutReason::Expired, out);
            out.push(Effect::Broadcast(Message::SignedOut { session: session.clone(), expired: true }));
            out.push(Effect::PersistOver { session, stored: Stored::SignedOut });
        }
        self.settle_all(failure, out);
    }

    /// The service could not be asked: nothing ends, everyone who waited is told, and the next try waits.
    pub(super) fn fail(&mut self, now: Moment, failure: &Failure, out: &mut Vec<Effect>) {
        let (leisure, random) = (self.leisure_ms(), self.random());
        self.pace.failed(failure.clone(), now, leisure, random);
        if let Some(seconds) = failure.facts.retry_after_seconds {
            let ms = u64::from(seconds) * 1000;
            out.push(Effect::Broadcast(Message::Hold { ms, failure: failure.clone() }));
        }
        self.settle_all(failure, out);
    }

    pub(super) fn drop_flight(&mut self, out: &mut Vec<Effect>) {
        if let Some(flight) = self.flight.take() {
            out.extend(flight.request.map(|(ticket, _)| Effect::Abort(ticket)));
            out.push(Effect::Unlock(flight.lock));
        }
    }

    /// A sibling's news spare what still waits for the lock, unless that is for another account.
    pub(super) fn drop_what_waits_for_the_lock(&mut self, out: &mut Vec<Effect>) {
        if self.flight.as_ref().is_some_and(|flight| flight.request.is_none() && !flight.is_switch) {
            self.drop_flight(out);
        }
    }
}

/// With an account the service may have to be asked twice, and a first try must leave room for the second.
fn requests_for(account: Option<&str>) -> usize {
    1 + usize::from(account.is_some())
}
