//! The transitions.
//!
//! Every step first takes the input in, then looks at what is wanted and due as a whole. So it does not matter which
//! event came first, and a timer that fires late, early or never does no harm.

use super::{
    Claims, Effect, Freshness, Granted, Input, Message, Moment, SignOutReason, Snapshot, Standing, State,
    Stored, Ticket, Waiter, Want, pace::Pace, token::Token,
};
use crate::{
    Error,
    core::{
        response::{Failure, Next},
        secret::Secret,
    },
};

/// A token that lasts shorter than asked for is not asked for again while it is younger than this.
const YOUNG_MS: u64 = 60_000;

/// How many ended sessions are remembered, to recognise late news of them.
const ENDED_REMEMBERED: usize = 16;

/// What a machine is set up with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether siblings share one store, and so one session.
    pub shared: bool,
    /// How long a refresh may take from asking for the lock to its answer, in milliseconds.
    pub refresh_cap_ms: u64,
    /// Start of the random numbers; another one in every tab.
    pub seed: u64,
}

/// The session of one tab.
#[derive(Debug)]
pub struct Machine {
    settings: Settings,
    random: u64,
    generation: u64,
    phase: Phase,
    token: Option<Token>,
    /// At which age the token is to be replaced.
    replace_at_ms: u64,
    /// The last refresh brought nothing newer: the schedule stops.
    stalled: bool,
    flight: Option<Flight>,
    waiting: Vec<Waiting>,
    pace: Pace,
    visible: bool,
    online: bool,
    ended: Vec<Secret>,
    /// A token that a sibling told of, for when the store says that its session is the one.
    offer: Option<Offer>,
    tickets: u64,
    wake_at: Option<u64>,
    snapshot: Snapshot,
    last: Option<LastRefresh>,
    disposed: bool,
}

#[derive(Clone, Debug)]
enum Phase {
    Loading,
    SignedOut(SignOutReason),
    Verify,
    Session { session: Secret, account: Option<String>, pending: Option<Pending> },
}

/// What stands in the way of a token.
#[derive(Clone, Debug)]
struct Pending {
    conditions: Vec<String>,
    next: Next,
}

#[derive(Debug)]
struct Offer {
    session: Secret,
    account: Option<String>,
    token: Secret,
    claims: Option<Claims>,
}

/// A refresh under way.
#[derive(Debug)]
struct Flight {
    lock: Ticket,
    /// Of the request, once it is sent.
    request: Option<Ticket>,
    /// What was asked for: the account, and whether that is a switch.
    account: Option<String>,
    is_switch: bool,
    /// A refused account was left out.
    is_second_try: bool,
    give_up_ms: u64,
    why: Why,
}

#[derive(Debug)]
struct Waiting {
    waiter: Waiter,
    want: Want,
    deadline_ms: u64,
}

/// Why a refresh was made, for `explain()`.
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

/// The last refresh, for `explain()`.
#[derive(Clone, Debug)]
pub struct LastRefresh {
    /// Why it was made.
    pub why: Why,
    /// When it ended.
    pub at: Moment,
    /// `okay`, or the code of its failure.
    pub code: &'static str,
}

impl Machine {
    /// A machine that knows nothing yet: the first input is what the store held.
    pub fn new(settings: Settings) -> Self {
        Self {
            random: settings.seed | 1,
            settings,
            generation: 0,
            phase: Phase::Loading,
            token: None,
            replace_at_ms: 0,
            stalled: false,
            flight: None,
            waiting: Vec::new(),
            pace: Pace::default(),
            visible: true,
            online: true,
            ended: Vec::new(),
            offer: None,
            tickets: 0,
            wake_at: None,
            snapshot: Snapshot {
                state: State::Loading,
                freshness: Freshness::Fresh,
                user: None,
                membership: None,
                expires_at: None,
                conditions: Vec::new(),
                next: None,
                reason: None,
            },
            last: None,
            disposed: false,
        }
    }

    /// How the session stands.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Counts the sign-outs of this tab: the answer to a call that began before one is not taken in.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The session id and account, for calls that use the tracked session.
    pub fn tracked(&self) -> Option<(&Secret, Option<&str>)> {
        match &self.phase {
            Phase::Session { session, account, .. } => Some((session, account.as_deref())),
            _ => None,
        }
    }

    /// The last refresh.
    pub fn last_refresh(&self) -> Option<&LastRefresh> {
        self.last.as_ref()
    }

    /// The pace.
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// When the machine wants to be woken.
    pub fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }

    /// The service's clock ahead of ours, in seconds, where it is known.
    pub fn skew_seconds(&self) -> Option<i64> {
        self.token.as_ref().and_then(Token::skew_seconds)
    }

    /// Whether a refresh is under way, and whether it holds the lock.
    pub fn is_refreshing(&self) -> Option<bool> {
        self.flight.as_ref().map(|flight| flight.request.is_some())
    }

    /// Takes an input in, and says what to do about it.
    pub fn step(&mut self, now: Moment, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.disposed {
            if let Input::Wanted { waiter, .. } = input {
                out.push(Effect::Settle(waiter, Err(Failure::new(Error::Disposed))));
            }
            return out;
        }
        self.take_in(now, input, &mut out);
        self.give_up_what_is_late(now, &mut out);
        self.pursue(now, &mut out);
        self.plan_wake(now, &mut out);
        self.publish(now, &mut out);
        out
    }

    fn take_in(&mut self, now: Moment, input: Input, out: &mut Vec<Effect>) {
        match input {
            Input::Restored(stored) => self.restored(stored),
            Input::StoreChanged(stored) => self.store_changed(now, stored, out),
            Input::Heard(message) => self.heard(now, message, out),
            Input::Answered { generation, standing } if generation == self.generation => {
                self.answered(now, standing, out);
            }
            Input::Answered { .. } => {}
            Input::Wanted { waiter, want, deadline_ms } => {
                self.waiting.push(Waiting { waiter, want, deadline_ms });
            }
            Input::LockSettled(lock) => self.lock_settled(now, lock, out),
            Input::Refreshed { ticket, answer } => self.refreshed(now, ticket, answer, out),
            Input::SignOut => self.sign_out_here(out),
            Input::Woke => self.wake_at = None,
            Input::Visible(visible) => self.visible = visible,
            Input::Online(online) => {
                if online && !self.online {
                    self.pace.network_came();
                }
                self.online = online;
            }
            Input::Disposed => {
                self.drop_flight(out);
                self.settle_all(&Failure::new(Error::Disposed), out);
                self.disposed = true;
            }
        }
    }

    // ------------------------------------------------------------------------------------------ where we stand

    fn restored(&mut self, stored: Option<Stored>) {
        if !matches!(self.phase, Phase::Loading) {
            return;
        }
        self.phase = match stored {
            Some(Stored::Session { session, account }) => Phase::Session { session, account, pending: None },
            _ => Phase::SignedOut(SignOutReason::NeverSignedIn),
        };
    }

    /// Which session and which account a shared store holds is settled there and nowhere else: of two tabs that sign in
    /// at once, each would otherwise follow the other.
    fn store_changed(&mut self, now: Moment, stored: Option<Stored>, out: &mut Vec<Effect>) {
        if !self.settings.shared {
            return;
        }
        match stored {
            Some(Stored::SignedOut) => self.end(SignOutReason::Elsewhere, out),
            Some(Stored::Session { session, .. }) if self.has_ended(&session) => {}
            Some(Stored::Session { session, account }) => {
                let is_offered = |offer: &mut Offer| offer.session.is(&session) && offer.account == account;
                let is_there = self.is_tracked(&session) && self.account() == account.as_deref();
                match self.offer.take_if(is_offered) {
                    Some(offer) if !is_there => {
                        self.adopt(now, session, account, offer.token, offer.claims, out);
                        self.pace.succeeded();
                    }
                    _ if is_there => {}
                    _ => self.move_to(session, account, None, out),
                }
            }
            // Cleared by who knows whom: that ends nothing, and the next reload should find the session.
            None => out.extend(self.stored().map(Effect::PersistIfAbsent)),
        }
    }

    fn heard(&mut self, now: Moment, message: Message, out: &mut Vec<Effect>) {
        match message {
            Message::Token { session, account, token, claims } => {
                if self.has_ended(&session) {
                    return;
                }
                let is_ours = self.is_tracked(&session);
                let is_same = is_ours && self.account() == account.as_deref();
                if self.settings.shared && !is_same {
                    self.offer = Some(Offer { session, account, token, claims });
                    out.push(Effect::ReadStore);
                } else if is_ours
                    && self.token.as_ref().is_none_or(|mine| mine.is_older_than(claims.as_ref()))
                {
                    self.adopt(now, session, account, token, claims, out);
                    self.pace.succeeded();
                }
            }
            Message::SignedOut { session } => {
                if self.is_tracked(&session) {
                    self.end(SignOutReason::Elsewhere, out);
                } else {
                    self.remember_ended(session);
                }
            }
            Message::Hold { ms, failure } => self.pace.heard_hold(ms, failure, now),
        }
    }

    fn answered(&mut self, now: Moment, standing: Standing, out: &mut Vec<Effect>) {
        match standing {
            Standing::SignedIn { session, account, token, claims } => {
                if self.has_ended(&session) {
                    return;
                }
                let is_same = self.is_tracked(&session) && self.account() == account.as_deref();
                if is_same && !self.token.as_ref().is_none_or(|mine| mine.is_older_than(claims.as_ref())) {
                    return;
                }
                self.adopt(now, session, account, token, claims, out);
                self.pace.succeeded();
                self.persist(out);
                self.tell_token(out);
            }
            Standing::Conditional { session, account, conditions, next } => {
                if !self.has_ended(&session) {
                    self.move_to(session, account, Some(Pending { conditions, next }), out);
                    self.persist(out);
                }
            }
            Standing::Verify => {
                if self.tracked().is_none() {
                    self.phase = Phase::Verify;
                }
            }
        }
    }

    fn sign_out_here(&mut self, out: &mut Vec<Effect>) {
        self.generation += 1;
        let session = self.tracked().map(|(session, _)| session.clone());
        self.end(SignOutReason::Here, out);
        out.push(Effect::Persist(Stored::SignedOut));
        if let Some(session) = session {
            out.push(Effect::Broadcast(Message::SignedOut { session: session.clone() }));
            out.push(Effect::EndSession(session));
        }
    }

    /// Ends what there is, without telling anyone.
    fn end(&mut self, reason: SignOutReason, out: &mut Vec<Effect>) {
        self.drop_flight(out);
        if let Phase::Session { session, .. } = &self.phase {
            let session = session.clone();
            self.remember_ended(session);
        } else if matches!(self.phase, Phase::SignedOut(_)) && reason != SignOutReason::Here {
            return;
        }
        self.phase = Phase::SignedOut(reason);
        self.token = None;
        self.stalled = false;
    }

    /// The session and account from now on. Another one than before has no token yet, and what was under way for the old
    /// one is dropped.
    fn move_to(
        &mut self,
        session: Secret,
        account: Option<String>,
        pending: Option<Pending>,
        out: &mut Vec<Effect>,
    ) {
        if !self.is_tracked(&session) || self.account() != account.as_deref() || pending.is_some() {
            self.drop_flight(out);
            self.token = None;
            self.stalled = false;
        }
        self.phase = Phase::Session { session, account, pending };
    }

    /// Takes a token over. What is already waiting for the lock is not needed any more.
    fn adopt(
        &mut self,
        now: Moment,
        session: Secret,
        account: Option<String>,
        jwt: Secret,
        claims: Option<Claims>,
        out: &mut Vec<Effect>,
    ) {
        let previous = self.token.take();
        if self.flight.as_ref().is_some_and(|flight| flight.request.is_none() && !flight.is_switch) {
            self.drop_flight(out);
        }
        self.move_to(session, account.clone(), None, out);
        self.stalled = previous.as_ref().is_some_and(|previous| !previous.is_older_than(claims.as_ref()));
        let token = Token::new(jwt, account, claims, now, previous.as_ref());
        // Between 70 and 85 per cent of its time: early enough for a few tries, and each tab at another moment.
        self.replace_at_ms = token.valid_ms() / 100 * (70 + self.random() % 16);
        self.token = Some(token);
    }

    // ------------------------------------------------------------------------------------------ refreshing

    /// Answers who can be answered, and starts a refresh if someone needs one or it is time.
    fn pursue(&mut self, now: Moment, out: &mut Vec<Effect>) {
        self.answer_who_can_be(now, out);
        if self.flight.is_some() {
            return;
        }
        let Phase::Session { account, pending, .. } = &self.phase else { return };
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
        } else if pending.is_none() && self.is_due(now) {
            if self.token.is_none() { Why::Restored } else { Why::Due }
        } else {
            return;
        };
        if let Some(failure) = self.why_not_now(now) {
            self.settle_all(&failure, out);
            return;
        }
        let (is_switch, account) = (switch.is_some(), switch.or_else(|| account.clone()));
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

    /// Whether the token is to be replaced without anyone asking.
    fn is_due(&self, now: Moment) -> bool {
        self.visible
            && match &self.token {
                None => true,
                Some(token) => {
                    token.claims().is_some() && !self.stalled && token.age_ms(now) >= self.replace_at_ms
                }
            }
    }

    /// Why the service is not to be asked now.
    fn why_not_now(&self, now: Moment) -> Option<Failure> {
        let wait_ms = self.pace.wait_ms(now);
        if wait_ms > 0 {
            let mut failure =
                self.pace.reason(now).cloned().unwrap_or_else(|| Failure::new(Error::RefreshLimited));
            failure.facts.retry_after_seconds = u32::try_from(wait_ms.div_ceil(1000)).ok();
            return Some(failure);
        }
        (!self.online).then(|| Failure::new(Error::Network))
    }

    fn lock_settled(&mut self, now: Moment, lock: Ticket, out: &mut Vec<Effect>) {
        let is_waited_for =
            self.flight.as_ref().is_some_and(|flight| flight.lock == lock && flight.request.is_none());
        if is_waited_for {
            self.send(now, out);
        } else if self.flight.as_ref().is_none_or(|flight| flight.lock != lock) {
            out.push(Effect::Unlock(lock));
        }
    }

    fn send(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let ticket = self.next_ticket();
        let Phase::Session { session, .. } = &self.phase else { return };
        let Some(flight) = &mut self.flight else { return };
        flight.request = Some(ticket);
        let account = flight.account.clone().filter(|_| !flight.is_second_try);
        out.push(Effect::Send { ticket, session: session.clone(), account });
        self.pace.sent(now);
    }

    fn refreshed(
        &mut self,
        now: Moment,
        ticket: Ticket,
        answer: Result<Standing, Failure>,
        out: &mut Vec<Effect>,
    ) {
        if self.flight.as_ref().is_none_or(|flight| flight.request != Some(ticket)) {
            return;
        }
        // A refused account is not a refused session: only without one does a 403 end it (contract §2.3).
        let is_denied =
            answer.as_ref().is_err_and(|failure| failure.facts.code == Error::AccessDenied.code());
        if is_denied
            && let Some(flight) = &mut self.flight
            && flight.account.is_some()
            && !flight.is_second_try
            && self.pace.wait_ms(now) == 0
        {
            flight.is_second_try = true;
            self.send(now, out);
            return;
        }
        let Some(flight) = self.flight.take() else { return };
        out.push(Effect::Unlock(flight.lock));
        let code = answer.as_ref().map_or_else(|failure| failure.facts.code, |_| "okay");
        self.last = Some(LastRefresh { why: flight.why, at: now, code });
        let is_sure = flight.account.is_none() || flight.is_second_try;
        match answer {
            Ok(standing) => {
                self.pace.succeeded();
                self.stand(now, &flight, standing, out);
            }
            Err(failure) if is_denied && is_sure => {
                self.end(SignOutReason::Expired, out);
                out.push(Effect::Persist(Stored::SignedOut));
                self.settle_all(&failure, out);
            }
            Err(failure) => {
                let random = self.random();
                self.pace.failed(failure.clone(), now, random);
                if let Some(ms) = self.pace.asked_for_ms(now) {
                    out.push(Effect::Broadcast(Message::Hold { ms, failure: failure.clone() }));
                }
                self.settle_all(&failure, out);
            }
        }
    }

    /// Takes in where a refresh says that the person stands.
    fn stand(&mut self, now: Moment, flight: &Flight, standing: Standing, out: &mut Vec<Effect>) {
        match standing {
            Standing::SignedIn { session, account, token, claims } => {
                let is_wanted = !flight.is_switch || account == flight.account;
                if is_wanted || account.as_deref() == self.account() {
                    let is_same = self.is_tracked(&session) && self.account() == account.as_deref();
                    // A sibling may have been quicker, and its token newer.
                    let is_late = is_same
                        && self.token.as_ref().is_some_and(|mine| {
                            let theirs = mine.claims().zip(claims.as_ref());
                            theirs.is_some_and(|(mine, theirs)| mine.issued_at > theirs.issued_at)
                        });
                    if !is_late {
                        self.adopt(now, session, account, token, claims, out);
                        if !is_same {
                            self.persist(out);
                        }
                        self.tell_token(out);
                    }
                }
                if !is_wanted {
                    self.settle_switches(
                        flight.account.as_deref(),
                        &Failure::new(Error::AccountUnavailable),
                        out,
                    );
                }
                self.settle_refreshed(now, out);
            }
            Standing::Conditional { .. } if flight.is_switch => {
                self.settle_switches(
                    flight.account.as_deref(),
                    &Failure::new(Error::AccountUnavailable),
                    out,
                );
            }
            Standing::Conditional { session, account, conditions, next } => {
                self.move_to(session, account, Some(Pending { conditions, next }), out);
                self.persist(out);
                self.settle_all(&Failure::new(Error::NoToken), out);
            }
            // No answer to a session that exists; nothing can be concluded from it.
            Standing::Verify => self.settle_all(&Failure::new(Error::NoToken), out),
        }
    }

    fn drop_flight(&mut self, out: &mut Vec<Effect>) {
        if let Some(flight) = self.flight.take() {
            out.extend(flight.request.map(Effect::Abort));
            out.push(Effect::Unlock(flight.lock));
        }
    }

    // ------------------------------------------------------------------------------------------ callers

    /// Answers the callers whose answer does not need the service.
    fn answer_who_can_be(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let refusal = match &self.phase {
            Phase::Loading => return,
            Phase::SignedOut(_) | Phase::Verify => Some(Error::NotSignedIn),
            // Whether a condition is cleared, only the service knows; a caller who just needs a token waits for that.
            Phase::Session { pending: Some(_), .. } => Some(Error::NoToken),
            Phase::Session { pending: None, .. } => None,
        };
        let is_session = self.tracked().is_some();
        let token = self.token.as_ref();
        self.waiting.retain(|waiting| {
            let answer = match (&waiting.want, refusal) {
                (Want::Refresh | Want::Account(_), Some(_)) if is_session => None,
                (_, Some(refusal)) => Some(Err(Failure::new(refusal))),
                (Want::Token { min_validity_seconds }, None) => {
                    token.and_then(|token| serve(token, *min_validity_seconds, now))
                }
                _ => None,
            };
            match answer {
                Some(answer) => {
                    out.push(Effect::Settle(waiting.waiter, answer));
                    false
                }
                None => true,
            }
        });
    }

    /// Answers the callers of a refresh that succeeded.
    fn settle_refreshed(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let Some(token) = &self.token else { return };
        let account = self.account().map(str::to_owned);
        self.waiting.retain(|waiting| {
            let answer = match &waiting.want {
                Want::Refresh => Ok(token.grant()),
                Want::Account(wanted) if account.as_ref() == Some(wanted) => Ok(token.grant()),
                Want::Account(_) => return true,
                Want::Token { min_validity_seconds } => serve(token, *min_validity_seconds, now)
                    .unwrap_or_else(|| Err(Failure::new(Error::NoFreshToken))),
            };
            out.push(Effect::Settle(waiting.waiter, answer));
            false
        });
    }

    fn settle_switches(&mut self, account: Option<&str>, failure: &Failure, out: &mut Vec<Effect>) {
        self.waiting.retain(|waiting| {
            let is_meant = matches!(&waiting.want, Want::Account(wanted) if Some(wanted.as_str()) == account);
            if is_meant {
                out.push(Effect::Settle(waiting.waiter, Err(failure.clone())));
            }
            !is_meant
        });
    }

    fn settle_all(&mut self, failure: &Failure, out: &mut Vec<Effect>) {
        out.extend(
            self.waiting.drain(..).map(|waiting| Effect::Settle(waiting.waiter, Err(failure.clone()))),
        );
    }

    fn give_up_what_is_late(&mut self, now: Moment, out: &mut Vec<Effect>) {
        self.waiting.retain(|waiting| {
            let is_late = waiting.deadline_ms <= now.mono_ms;
            if is_late {
                out.push(Effect::Settle(waiting.waiter, Err(Failure::new(Error::Timeout))));
            }
            !is_late
        });
        if self.flight.as_ref().is_some_and(|flight| flight.give_up_ms <= now.mono_ms) {
            self.drop_flight(out);
            let (failure, random) = (Failure::new(Error::Timeout), self.random());
            self.pace.failed(failure.clone(), now, random);
            self.settle_all(&failure, out);
        }
    }

    // ------------------------------------------------------------------------------------------ the rest

    fn plan_wake(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let deadlines = self.waiting.iter().map(|waiting| waiting.deadline_ms);
        let give_up = self.flight.as_ref().map(|flight| flight.give_up_ms);
        let expiry = self.token.as_ref().map(|token| token.remaining_ms(now)).filter(|ms| *ms > 0);
        let wake_at = deadlines
            .chain(give_up)
            .chain(self.refresh_in_ms(now).map(|ms| now.mono_ms + ms.max(1)))
            .chain(expiry.map(|ms| now.mono_ms + ms))
            .min()
            .filter(|_| !self.disposed);
        if wake_at != self.wake_at {
            self.wake_at = wake_at;
            out.push(Effect::WakeAt(wake_at));
        }
    }

    /// In how many milliseconds the schedule wants a refresh.
    fn refresh_in_ms(&self, now: Moment) -> Option<u64> {
        let is_waiting = matches!(&self.phase, Phase::Session { pending: None, .. })
            && self.visible
            && self.online
            && self.flight.is_none();
        if !is_waiting {
            return None;
        }
        let due = match &self.token {
            None => 0,
            Some(token) if token.claims().is_none() || self.stalled => return None,
            Some(token) => self.replace_at_ms.saturating_sub(token.age_ms(now)),
        };
        Some(due.max(self.pace.wait_ms(now)))
    }

    fn publish(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let snapshot = self.look(now);
        if snapshot != self.snapshot {
            self.snapshot = snapshot;
            out.push(Effect::Notify);
        }
    }

    fn look(&self, now: Moment) -> Snapshot {
        let claims = self.token.as_ref().and_then(Token::claims);
        let is_unanswered = self.token.is_none() && self.pace.failures() == 0 && self.online;
        let (state, pending, reason) = match &self.phase {
            Phase::Loading => (State::Loading, None, None),
            Phase::SignedOut(reason) => (State::SignedOut, None, Some(*reason)),
            Phase::Verify => (State::Verify, None, None),
            Phase::Session { pending: Some(pending), .. } => (State::Conditional, Some(pending), None),
            Phase::Session { .. } if is_unanswered => (State::Loading, None, None),
            Phase::Session { .. } => (State::SignedIn, None, None),
        };
        let is_expired =
            self.token.as_ref().is_some_and(|token| token.claims().is_some() && token.remaining_ms(now) == 0);
        let is_behind = self.tracked().is_some() && (self.pace.failures() > 0 || is_expired);
        Snapshot {
            state,
            freshness: match (self.online, is_behind) {
                (false, _) => Freshness::Offline,
                (true, true) => Freshness::Stale,
                (true, false) => Freshness::Fresh,
            },
            user: claims.map(|claims| claims.user.clone()),
            membership: claims.and_then(|claims| claims.membership.clone()),
            expires_at: claims.map(|claims| claims.expires_at),
            conditions: pending.map(|pending| pending.conditions.clone()).unwrap_or_default(),
            next: pending.map(|pending| pending.next),
            reason,
        }
    }

    fn is_tracked(&self, session: &Secret) -> bool {
        self.tracked().is_some_and(|(tracked, _)| tracked.is(session))
    }

    fn account(&self) -> Option<&str> {
        self.tracked().and_then(|(_, account)| account)
    }

    fn has_ended(&self, session: &Secret) -> bool {
        self.ended.iter().any(|ended| ended.is(session))
    }

    fn remember_ended(&mut self, session: Secret) {
        if !self.has_ended(&session) {
            self.ended.push(session);
            let forgotten = self.ended.len().saturating_sub(ENDED_REMEMBERED);
            self.ended.drain(..forgotten);
        }
    }

    fn persist(&self, out: &mut Vec<Effect>) {
        out.extend(self.stored().map(Effect::Persist));
    }

    fn stored(&self) -> Option<Stored> {
        let (session, account) = self.tracked()?;
        Some(Stored::Session { session: session.clone(), account: account.map(str::to_owned) })
    }

    fn tell_token(&self, out: &mut Vec<Effect>) {
        if let (Phase::Session { session, account, .. }, Some(token)) = (&self.phase, &self.token) {
            out.push(Effect::Broadcast(Message::Token {
                session: session.clone(),
                account: account.clone(),
                token: token.grant().token,
                claims: token.claims().cloned(),
            }));
        }
    }

    fn next_ticket(&mut self) -> Ticket {
        self.tickets += 1;
        Ticket(self.tickets)
    }

    /// Not for secrets: spreads tabs apart (xorshift64*, Vigna 2016).
    fn random(&mut self) -> u64 {
        self.random ^= self.random >> 12;
        self.random ^= self.random << 25;
        self.random ^= self.random >> 27;
        self.random.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
}

/// A token for a caller who needs it for some time; none if another one could serve better.
fn serve(token: &Token, min_validity_seconds: u32, now: Moment) -> Option<Result<Granted, Failure>> {
    // What cannot be read cannot be judged either; whoever gets it finds out.
    if token.claims().is_none() {
        return Some(Ok(token.grant()));
    }
    let remaining_ms = token.remaining_ms(now);
    if remaining_ms > u64::from(min_validity_seconds) * 1000 {
        return Some(Ok(token.grant()));
    }
    let lasts_too_short = u64::from(min_validity_seconds) * 1000 >= token.valid_ms();
    let is_young = remaining_ms > 0 && token.age_ms(now) < YOUNG_MS;
    (lasts_too_short && is_young).then(|| Err(Failure::new(Error::NoFreshToken)))
}
