//! Whose session this tab has: what the store holds, what siblings say, what the app's own calls bring.

use super::{Arrival, Machine, Pending, Phase, Token};
use crate::core::{
    response::Next,
    secret::Secret,
    session::{Begun, Effect, Message, Moment, SignOutReason, Standing, Stored, ms},
};

/// How many ended sessions are remembered, to recognise late news of them.
const ENDED_REMEMBERED: usize = 16;

impl Machine {
    pub(super) fn restored(&mut self, stored: Option<Stored>, out: &mut Vec<Effect>) {
        match (&self.phase, stored) {
            (Phase::Loading, Some(Stored::Session { session, account })) => {
                self.phase = if self.has_ended(&session) {
                    Phase::SignedOut(SignOutReason::Elsewhere)
                } else {
                    Phase::Session { session, account, pending: None }
                };
            }
            (Phase::Loading, _) => self.phase = Phase::SignedOut(SignOutReason::NeverSignedIn),
            // The person signed out before it was known of what.
            (Phase::SignedOut(SignOutReason::Here), Some(Stored::Session { session, .. }))
                if !self.has_ended(&session) =>
            {
                self.say_good_bye(session, out);
            }
            _ => {}
        }
    }

    /// Which session and which account a shared store holds is settled there and nowhere else: of two tabs that sign in
    /// at once, each would otherwise follow the other.
    pub(super) fn store_changed(&mut self, now: Moment, stored: Option<Stored>, out: &mut Vec<Effect>) {
        if !self.settings.shared {
            return;
        }
        match stored {
            Some(Stored::SignedOut) => self.end(SignOutReason::Elsewhere, out),
            // Someone who had not heard of its end wrote it once more.
            Some(Stored::Session { session, .. }) if self.has_ended(&session) => {
                let stored = self.stored().unwrap_or(Stored::SignedOut);
                out.push(Effect::PersistOver { session, stored });
            }
            Some(Stored::Session { session, account }) => {
                let is_offered = |offer: &mut Arrival| offer.session.is(&session) && offer.account == account;
                let offer = self.offer.take_if(is_offered);
                if self.is_at(&session, account.as_deref()) {
                    return;
                }
                match offer {
                    Some(offer) => self.take_over(now, offer, out),
                    None => self.move_to(session, account, None, out),
                }
            }
            // Cleared by who knows whom: that ends nothing, and the next reload should find the session.
            None => out.extend(self.stored().map(Effect::PersistIfAbsent)),
        }
    }

    pub(super) fn read_shared_store(&self, out: &mut Vec<Effect>) {
        out.extend(self.settings.shared.then_some(Effect::ReadStore));
    }

    pub(super) fn heard(&mut self, now: Moment, message: Message, out: &mut Vec<Effect>) {
        match message {
            Message::Token { session, account, token, claims, asked_at } => {
                if self.has_ended(&session) {
                    return;
                }
                let age_ms = ms(now.wall.saturating_sub(asked_at));
                let asked =
                    Moment { mono_ms: now.mono_ms.saturating_sub(age_ms), wall: asked_at.min(now.wall) };
                let is_here = self.is_at(&session, account.as_deref());
                let arrival = Arrival { session, account, jwt: token, claims, asked };
                if is_here {
                    // Of one second it may tell of a changed profile.
                    let is_news = |mine: &Token| {
                        let claims = arrival.claims.as_ref();
                        mine.is_older_than(claims)
                            || claims.is_some() && !mine.is_newer_than(claims) && !mine.is(&arrival.jwt)
                    };
                    if self.token.as_ref().is_none_or(is_news) {
                        self.take_over(now, arrival, out);
                    }
                } else if self.settings.shared {
                    self.offer = Some(arrival);
                    self.read_shared_store(out);
                }
            }
            Message::SignedOut { session, expired } => {
                if self.is_tracked(&session) {
                    let reason = if expired { SignOutReason::Expired } else { SignOutReason::Elsewhere };
                    self.end(reason, out);
                } else {
                    self.remember_ended(session);
                }
                // Where it could not be written, the next reload would bring the session back.
                self.read_shared_store(out);
            }
            Message::Hold { ms, failure } => {
                let (leisure, random) = (self.leisure_ms(), self.random());
                self.pace.hold(ms, failure, now, leisure, random);
            }
        }
    }

    /// A sibling's token: what it could get, we can.
    fn take_over(&mut self, now: Moment, arrival: Arrival, out: &mut Vec<Effect>) {
        self.adopt(now, arrival, out);
        self.pace.succeeded();
        self.answer_with_news(out);
    }

    /// Whether what was asked then is not what the person wants any more.
    pub(super) fn is_late(&self, begun: Begun) -> bool {
        let is_outdone = if begun.makes_session {
            // Of two sign-ins in this tab the one that began later is meant, whichever was answered last.
            self.tracked().is_some() && begun.number < self.last_sign_in
        } else {
            begun.moves != self.moves
        };
        is_outdone || begun.sign_outs != self.sign_outs
    }

    pub(super) fn answered(&mut self, now: Moment, begun: Begun, standing: Standing, out: &mut Vec<Effect>) {
        match standing {
            Standing::SignedIn { session, account, token, claims } => {
                let is_ours = self.is_tracked(&session);
                // What is known already, or was known better: "newer" is by `iat`, not by arrival.
                let is_late = is_ours
                    && self
                        .token
                        .as_ref()
                        .is_some_and(|mine| mine.is(&token) || mine.is_newer_than(claims.as_ref()));
                if is_late || self.has_ended(&session) {
                    return;
                }
                self.note_sign_in(begun);
                self.adopt(now, Arrival { session, account, jwt: token, claims, asked: begun.at }, out);
                self.pace.succeeded();
                self.persist(is_ours, out);
                self.tell_token(out);
                self.answer_with_news(out);
            }
            Standing::Conditional { session, account, conditions, next } => {
                let is_ours = self.is_tracked(&session);
                let has_newer = |mine: &Token| begun.at.mono_ms <= mine.asked().mono_ms;
                let is_late = is_ours && self.token.as_ref().is_some_and(has_newer);
                if is_late || self.has_ended(&session) {
                    return;
                }
                self.note_sign_in(begun);
                self.meet_conditions(session, account, conditions, next, out);
                self.pace.succeeded();
                self.persist(is_ours, out);
            }
            Standing::Verify => {
                if self.tracked().is_none() {
                    self.phase = Phase::Verify;
                }
            }
        }
    }

    fn note_sign_in(&mut self, begun: Begun) {
        if begun.makes_session {
            self.last_sign_in = self.last_sign_in.max(begun.number);
        }
    }

    pub(super) fn sign_out_here(&mut self, out: &mut Vec<Effect>) {
        self.sign_outs += 1;
        let session = self.tracked().map(|(session, _)| session.clone());
        self.end(SignOutReason::Here, out);
        out.push(Effect::Persist(Stored::SignedOut));
        if let Some(session) = session {
            self.say_good_bye(session, out);
        }
    }

    fn say_good_bye(&mut self, session: Secret, out: &mut Vec<Effect>) {
        self.remember_ended(session.clone());
        out.push(Effect::Broadcast(Message::SignedOut { session: session.clone(), expired: false }));
        out.push(Effect::EndSession(session));
    }

    /// Ends what there is, without telling anyone.
    pub(super) fn end(&mut self, reason: SignOutReason, out: &mut Vec<Effect>) {
        self.drop_flight(out);
        match &self.phase {
            Phase::Session { session, .. } => {
                let session = session.clone();
                self.remember_ended(session);
                self.moves += 1;
            }
            // What ended elsewhere is not what someone is signing in to here.
            Phase::SignedOut(_) | Phase::Verify if reason != SignOutReason::Here => return,
            _ => {}
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
        self.moves += u64::from(!self.is_tracked(&session));
        if !self.is_at(&session, account.as_deref()) || pending.is_some() {
            self.drop_flight(out);
            self.token = None;
            self.stalled = false;
        }
        self.phase = Phase::Session { session, account, pending };
    }

    pub(super) fn meet_conditions(
        &mut self,
        session: Secret,
        account: Option<String>,
        conditions: Vec<String>,
        next: Next,
        out: &mut Vec<Effect>,
    ) {
        self.move_to(session, account, Some(Pending { conditions, next }), out);
    }

    /// Takes a token over. What is already waiting for the lock is not needed any more.
    pub(super) fn adopt(&mut self, now: Moment, arrival: Arrival, out: &mut Vec<Effect>) {
        let is_same = self.is_at(&arrival.session, arrival.account.as_deref());
        let previous = self.token.take();
        self.drop_what_waits_for_the_lock(out);
        self.move_to(arrival.session.clone(), arrival.account.clone(), None, out);
        match previous {
            Some(previous) if is_same && !previous.is_older_than(arrival.claims.as_ref()) => {
                self.stalled |= previous.has_aged(arrival.asked);
                self.token = Some(previous.repeated(arrival));
            }
            previous => {
                let token = Token::new(arrival, now, previous.as_ref());
                // Between 70 and 85 per cent of its time: early enough for a few tries, and each tab at another moment.
                self.replace_at_ms = token.valid_ms() / 100 * (70 + self.random() % 16);
                self.stalled = false;
                self.token = Some(token);
            }
        }
    }

    pub(super) fn is_tracked(&self, session: &Secret) -> bool {
        self.tracked().is_some_and(|(tracked, _)| tracked.is(session))
    }

    pub(super) fn is_at(&self, session: &Secret, account: Option<&str>) -> bool {
        self.is_tracked(session) && self.account() == account
    }

    pub(super) fn account(&self) -> Option<&str> {
        self.tracked().and_then(|(_, account)| account)
    }

    pub(super) fn has_ended(&self, session: &Secret) -> bool {
        self.ended.iter().any(|ended| ended.is(session))
    }

    fn remember_ended(&mut self, session: Secret) {
        if !self.has_ended(&session) {
            self.ended.push(session);
            let forgotten = self.ended.len().saturating_sub(ENDED_REMEMBERED);
            self.ended.drain(..forgotten);
        }
    }

    /// A new session is what the person wants, whatever the store holds; news of the one there is are no more than that.
    fn persist(&self, is_ours: bool, out: &mut Vec<Effect>) {
        let old = self.tracked().filter(|_| is_ours).map(|(session, _)| session.clone());
        match old {
            Some(session) => self.persist_over(Some(session), out),
            None => out.extend(self.stored().map(Effect::Persist)),
        }
    }

    pub(super) fn persist_over(&self, old: Option<Secret>, out: &mut Vec<Effect>) {
        if let (Some(session), Some(stored)) = (old, self.stored()) {
            out.push(Effect::PersistOver { session, stored: stored.clone() });
            out.push(Effect::PersistIfAbsent(stored));
        }
    }

    fn stored(&self) -> Option<Stored> {
        let (session, account) = self.tracked()?;
        Some(Stored::Session { session: session.clone(), account: account.map(str::to_owned) })
    }

    pub(super) fn tell_token(&self, out: &mut Vec<Effect>) {
        if let (Phase::Session { session, account, .. }, Some(token)) = (&self.phase, &self.token) {
            out.push(Effect::Broadcast(Message::Token {
                session: session.clone(),
                account: account.clone(),
                token: token.grant().token,
                claims: token.claims().cloned(),
                asked_at: token.asked().wall,
            }));
        }
    }
}
