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

/// If a refresh fails while there is a token, the schedule spreads its next try over this time.
const SLACK_MS: u64 = 300_000;

/// A refresh under way.
#[derive(Debug)]
pub(super) struct Refresh {
    lock: Ticket,
    /// The request and when it was sent. None until then.
    pub(super) request: Option<(Ticket, Moment)>,
    /// The account that is asked for; and whether a caller switches to it.
    account: Option<Text>,
    is_switch: bool,
    /// Whether this is the second try, without the account that was refused.
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
    /// Its error, if it failed.
    pub error: Option<Error>,
}

impl Session {
    /// Answers the callers who can be answered. Starts a refresh if a caller needs one, or the schedule wants one.
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
            // Nobody waits now. The schedule may need fewer requests than the callers did, so its own refresh may be
            // possible.
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

    /// In how many milliseconds the schedule wants a refresh, even if no caller asks.
    pub(super) fn refresh_in_ms(&self, now: Moment) -> Option<u64> {
        let Some(Tracked { account, pending: None, .. }) = self.tracked() else { return None };
        if !self.visible || self.refresh.is_some() || self.siblings_until_ms.is_some() {
            return None;
        }
        let due = match &self.token {
            None => 0,
            Some(token) if token.claims().is_none() || self.stalled => return None,
            // The last refresh failed. It is tried again, because its callers may still want the token.
            Some(_) if self.backoff.failures() > 0 => 0,
            Some(token) => self.replace_at_ms.saturating_sub(token.age_ms(now)),
        };
        // The browser may be wrong when it says offline. So it is tried once, and then from time to time.
        let offline_ms = if self.online { 0 } else { self.backoff.offline_wait_ms(now) };
        let wait_ms = self.backoff.schedule_wait_ms(now, requests_for(account.as_ref()));
        Some(due.max(wait_ms).max(offline_ms))
    }

    /// While there is a token, the schedule has time for the next one. A caller who needs it at once asks for it.
    pub(super) fn slack_ms(&self) -> u64 {
        self.token.as_ref().map_or(0, |_| SLACK_MS)
    }

    /// Why the service must not be asked now. It does not count that the browser says offline, because that may be wrong.
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
        // While this refresh waited for the lock, the service may have asked a sibling to wait.
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
        // A 403 may refuse only the account. It ends the session only if the request named no account
        // (protocol.md#get-session).
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
        // The lock is given back after this. So the tab that gets it next knows what this refresh brought.
        match answer {
            Ok(sign_in) => self.take_answer(now, &refresh, sign_in, out),
            Err(failure) if is_denied => self.expire(failure, out),
            Err(failure) => self.fail(now, failure, out),
        }
        out.command(Command::Unlock(refresh.lock));
    }

    /// Gives an error for an answer that says nothing about the session.
    fn usable(&self, sign_in: SignIn) -> Result<SignIn, Failure> {
        match &sign_in {
            // A session that ended here must not come back by the refresh of another one.
            SignIn::SignedIn { session, .. } | SignIn::Conditional { session, .. }
                if self.has_ended(session) =>
            {
                Err(Failure::new(Error::NoToken))
            }
            // The service gives no such answer about a session that exists.
            SignIn::Verify { .. } => Err(Failure::new(Error::NoToken)),
            SignIn::Accepted { .. } => Err(Failure::new(Error::UnexpectedStatus)),
            _ => Ok(sign_in),
        }
    }

    /// Takes in the answer to a refresh.
    fn take_answer(&mut self, now: Moment, refresh: &Refresh, sign_in: SignIn, out: &mut Commands) {
        // An answer shows that there is a network, whatever the browser says.
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
        // The current token is newer. If it came before this request, by a second or more, the service's clock was set
        // back. Then the current token is used until its end; after that, any token that the service gives is better.
        // Otherwise a sibling was quicker.
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

    /// The service could not be asked. The session does not end, everyone who waits gets the failure, and the next try
    /// waits.
    pub(super) fn fail(&mut self, now: Moment, failure: Failure, out: &mut Commands) {
        let (slack, random) = (self.slack_ms(), self.random());
        self.backoff.failed(failure.clone(), now, slack, random);
        // Other failures concern this tab alone.
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

    /// Drops a refresh that still waits for the lock, because a token has come. A switch of the account goes on.
    pub(super) fn drop_what_waits_for_the_lock(&mut self, out: &mut Commands) {
        if self.refresh.as_ref().is_some_and(|refresh| refresh.request.is_none() && !refresh.is_switch) {
            self.drop_refresh(out);
        }
    }
}

/// How many requests a refresh may need. With an account the service may have to be asked twice, and the first try must
/// leave room for the second.
fn requests_for(account: Option<&Text>) -> usize {
    1 + usize::from(account.is_some())
}
