//! Refreshing: asking the service for a token, one request at a time, when someone needs it or it is due; and what
//! the answer means.

use super::{
    Command, Commands, Session, Ticket, Tracked, Want,
    message::{Message, Stored},
    snapshot::SignOutReason,
    token::{ReceivedToken, Source},
};
use crate::{
    Error,
    protocol::{failure::Failure, response::SignIn, text::Text, time::Moment},
};

/// In which time the schedule tries again after a failure that left it a token.
const SLACK_MS: u64 = 300_000;

/// A refresh under way.
#[derive(Debug)]
pub(super) struct Refresh {
    lock: Ticket,
    /// The request and when it was sent, once it is.
    pub(super) request: Option<(Ticket, Moment)>,
    /// What was asked for: the account, and whether that is a switch.
    account: Option<Text>,
    is_switch: bool,
    /// A refused account was left out.
    is_second_try: bool,
    pub(super) give_up_ms: u64,
    why: Why,
}

/// Why a refresh was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A stored session has no token yet.
    Restored,
    /// The token is old enough.
    Due,
    /// A caller needs a token.
    Wanted,
    /// A caller asked for a new one.
    Asked,
    /// A caller switches the account.
    Switch,
}

impl Why {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Restored, Self::Due, Self::Wanted, Self::Asked, Self::Switch];

    /// For `explain()`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Restored => "restored",
            Self::Due => "due",
            Self::Wanted => "wanted",
            Self::Asked => "asked",
            Self::Switch => "switch",
        }
    }
}

/// The last refresh, for `explain()`.
#[derive(Clone, Debug)]
pub struct LastRefresh {
    /// Why it was made.
    pub why: Why,
    /// When it ended.
    pub at: Moment,
    /// What it failed with, if it did.
    pub error: Option<Error>,
}

impl Session {
    /// Answers who can be answered, and starts a refresh if someone needs one or it is time.
    pub(super) fn advance(&mut self, now: Moment, out: &mut Commands) {
        self.answer_who_can_be(now, out);
        if self.refresh.is_some() || self.siblings_until_ms.is_some() {
            return;
        }
        let Some(Tracked { account, .. }) = self.tracked() else { return };
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
        if let Some(failure) = self.why_not_now(now, requests_for(account.as_ref())) {
            // With nobody waiting, what the schedule wants may still be possible: it may need fewer requests.
            self.settle_all(failure, out);
            if why != Why::Restored && why != Why::Due {
                self.advance(now, out);
            }
            return;
        }
        let lock = self.next_ticket();
        self.refresh = Some(Refresh {
            lock,
            request: None,
            is_switch,
            account,
            is_second_try: false,
            give_up_ms: now.mono_ms + self.settings.refresh_cap_ms,
            why,
        });
        out.command(Command::Lock(lock));
    }

    /// In how many milliseconds the schedule wants a refresh, which nobody asked for.
    pub(super) fn refresh_in_ms(&self, now: Moment) -> Option<u64> {
        let Some(Tracked { account, pending: None, .. }) = self.tracked() else { return None };
        if !self.visible || self.refresh.is_some() || self.siblings_until_ms.is_some() {
            return None;
        }
        let due = match &self.token {
            None => 0,
            Some(token) if token.claims().is_none() || self.stalled => return None,
            // What could not be had when it was asked for is tried again: whoever asked may want it still.
            Some(_) if self.backoff.failures() > 0 => 0,
            Some(token) => self.replace_at_ms.saturating_sub(token.age_ms(now)),
        };
        // That the browser says offline may be wrong: then it is tried once, and from time to time.
        let offline_ms = if self.online { 0 } else { self.backoff.offline_wait_ms(now) };
        let wait_ms = self.backoff.schedule_wait_ms(now, requests_for(account.as_ref()));
        Some(due.max(wait_ms).max(offline_ms))
    }

    /// With a token at hand the next one has time; whoever needs it at once asks for it.
    pub(super) fn slack_ms(&self) -> u64 {
        self.token.as_ref().map_or(0, |_| SLACK_MS)
    }

    /// Why the service is not to be asked now. That the browser says offline is no reason: it may be wrong.
    fn why_not_now(&self, now: Moment, requests: usize) -> Option<Failure> {
        let wait_ms = self.backoff.wait_ms(now, requests);
        (wait_ms > 0).then(|| {
            let reason = self.backoff.reason(now).cloned();
            reason.unwrap_or_else(|| Failure::new(Error::RefreshLimited)).after(wait_ms)
        })
    }

    pub(super) fn lock_settled(&mut self, now: Moment, lock: Ticket, out: &mut Commands) {
        let Some(refresh) = self.refresh.as_ref().filter(|refresh| refresh.lock == lock) else {
            out.command(Command::Unlock(lock));
            return;
        };
        if refresh.request.is_some() {
            return;
        }
        // While it waited, a sibling may have been told to keep away.
        match self.why_not_now(now, requests_for(refresh.account.as_ref())) {
            None => self.send(now, out),
            Some(failure) => {
                self.drop_refresh(out);
                self.settle_all(failure, out);
            }
        }
    }

    fn send(&mut self, now: Moment, out: &mut Commands) {
        let ticket = self.next_ticket();
        let Some(session) = self.tracked_id() else { return };
        let Some(refresh) = &mut self.refresh else { return };
        refresh.request = Some((ticket, now));
        let account = refresh.account.clone().filter(|_| !refresh.is_second_try);
        out.command(Command::Send { ticket, session, account });
        self.backoff.sent(now);
    }

    pub(super) fn refreshed(
        &mut self,
        now: Moment,
        ticket: Ticket,
        answer: Result<SignIn, Failure>,
        out: &mut Commands,
    ) {
        let is_current = |refresh: &Refresh| refresh.request.is_some_and(|(sent, _)| sent == ticket);
        let Some(refresh) = self.refresh.take_if(|refresh| is_current(refresh)) else { return };
        // A refused account is not a refused session: only without one does a 403 end it (protocol.md#get-session).
        let is_denied = answer.as_ref().is_err_and(|failure| failure.error == Error::AccessDenied);
        let is_sure = refresh.account.is_none() || refresh.is_second_try;
        if is_denied && !is_sure {
            match self.why_not_now(now, 1) {
                None => {
                    self.refresh = Some(Refresh { is_second_try: true, ..refresh });
                    self.send(now, out);
                }
                Some(failure) => {
                    out.command(Command::Unlock(refresh.lock));
                    self.settle_all(failure, out);
                }
            }
            return;
        }
        let answer = answer.and_then(|sign_in| self.usable(sign_in));
        let error = answer.as_ref().err().map(|failure| failure.error);
        self.last = Some(LastRefresh { why: refresh.why, at: now, error });
        // Whoever gets the lock next should know what this brought.
        match answer {
            Ok(sign_in) => self.take_answer(now, &refresh, sign_in, out),
            Err(failure) if is_denied => self.expire(failure, out),
            Err(failure) => self.fail(now, failure, out),
        }
        out.command(Command::Unlock(refresh.lock));
    }

    /// An answer from which something can be concluded.
    fn usable(&self, sign_in: SignIn) -> Result<SignIn, Failure> {
        match &sign_in {
            // What ended here does not come back with another session's refresh.
            SignIn::SignedIn { session, .. } | SignIn::Conditional { session, .. }
                if self.has_ended(session) =>
            {
                Err(Failure::new(Error::NoToken))
            }
            // No answer to a session that exists.
            SignIn::Verify { .. } => Err(Failure::new(Error::NoToken)),
            SignIn::Accepted { .. } => Err(Failure::new(Error::UnexpectedStatus)),
            _ => Ok(sign_in),
        }
    }

    /// Takes in where a refresh says that the person stands.
    fn take_answer(&mut self, now: Moment, refresh: &Refresh, sign_in: SignIn, out: &mut Commands) {
        // Whatever the browser believes: there is a network.
        self.online = true;
        let unavailable = || Failure::new(Error::AccountUnavailable);
        match sign_in {
            SignIn::SignedIn { session, account, token, claims } => {
                self.backoff.succeeded();
                let is_wanted = !refresh.is_switch || account == refresh.account;
                if is_wanted || account.as_ref() == self.account() {
                    let asked = refresh.request.map_or(now, |(_, asked)| asked);
                    let source = Source::Service;
                    let received = ReceivedToken { session, account, jwt: token, claims, asked, source };
                    self.take_refreshed(now, received, out);
                }
                if !is_wanted {
                    self.settle_switches(refresh.account.as_ref(), unavailable(), out);
                }
                self.settle_refreshed(now, out);
            }
            SignIn::Conditional { .. } if refresh.is_switch => {
                self.backoff.succeeded();
                self.settle_switches(refresh.account.as_ref(), unavailable(), out);
            }
            SignIn::Conditional { session, account, conditions, next } => {
                self.backoff.succeeded();
                let old = self.tracked_id();
                self.meet_conditions(session, account, conditions, next, out);
                self.persist_over(old, out);
                self.settle_all(Failure::new(Error::NoToken), out);
            }
            SignIn::Verify { .. } | SignIn::Accepted { .. } => {}
        }
    }

    fn take_refreshed(&mut self, now: Moment, received: ReceivedToken, out: &mut Commands) {
        let is_same = self.is_at(&received.session, received.account.as_ref());
        let (asked, claims) = (received.asked, received.claims.clone());
        // A sibling may have been quicker, and its token newer. Otherwise the service's clock was set back: what there is lasts
        // its time, and then whatever the service gives is better.
        if is_same && self.has_newer_than(now, &received) {
            if let Some(mine) = self.token.as_ref().filter(|mine| mine.has_aged(asked)) {
                self.replace_at_ms = mine.valid_ms();
            }
            return;
        }
        let old = self.tracked_id();
        self.adopt(now, received, out);
        self.learn_time(now, asked, claims.as_ref());
        if !is_same || self.settings.keeps_profile {
            self.persist_over(old, out);
        }
        self.broadcast_token(out);
    }

    /// The service says that the session is over.
    fn expire(&mut self, failure: Failure, out: &mut Commands) {
        if let Some(session) = self.tracked_id() {
            self.end(SignOutReason::Expired, out);
            out.command(Command::Broadcast(Message::SignedOut { session: session.clone(), expired: true }));
            out.command(Command::PersistOver { session, stored: Stored::SignedOut });
        }
        self.settle_all(failure, out);
    }

    /// The service could not be asked: nothing ends, everyone who waited is told, and the next try waits.
    pub(super) fn fail(&mut self, now: Moment, failure: Failure, out: &mut Commands) {
        let (slack, random) = (self.slack_ms(), self.random());
        self.backoff.failed(failure.clone(), now, slack, random);
        // What else goes wrong is this tab's alone.
        let is_for_all = matches!(failure.error, Error::RateLimited | Error::ServerError);
        if let Some(seconds) = failure.retry_after.filter(|seconds| is_for_all && *seconds > 0) {
            let ms = u64::from(seconds) * 1000;
            out.command(Command::Broadcast(Message::Hold { ms, failure: failure.clone() }));
        }
        self.settle_all(failure, out);
    }

    pub(super) fn drop_refresh(&mut self, out: &mut Commands) {
        if let Some(refresh) = self.refresh.take() {
            out.extend(refresh.request.map(|(ticket, _)| Command::Abort(ticket)));
            out.command(Command::Unlock(refresh.lock));
        }
    }

    /// A sibling's news spare what still waits for the lock, unless that is for another account.
    pub(super) fn drop_what_waits_for_the_lock(&mut self, out: &mut Commands) {
        if self.refresh.as_ref().is_some_and(|refresh| refresh.request.is_none() && !refresh.is_switch) {
            self.drop_refresh(out);
        }
    }
}

/// With an account the service may have to be asked twice, and a first try must leave room for the second.
fn requests_for(account: Option<&Text>) -> usize {
    1 + usize::from(account.is_some())
}
