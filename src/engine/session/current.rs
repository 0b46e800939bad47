//! Whose session this tab has: what the store holds, what siblings say, what the app's own calls bring.

use super::{
    CallContext, Command, Commands, Pending, Phase, Session,
    message::{Message, Stored},
    snapshot::SignOutReason,
    token::{ReceivedToken, Token},
};
use crate::protocol::{
    response::{Next, SignIn},
    secret::Secret,
    text::Text,
    time::{Moment, ms},
};

/// How many ended sessions are remembered, to recognise late news of them.
const ENDED_REMEMBERED: usize = 16;

/// How long a tab that opens gives its siblings to send their token, before it asks the service.
const SIBLINGS_MS: u64 = 100;

impl Session {
    pub(super) fn restored(&mut self, now: Moment, stored: Option<Stored>, out: &mut Commands) {
        match (&self.phase, stored) {
            (Phase::Loading, Some(Stored::Session { session, account })) => {
                if self.has_ended(&session) {
                    self.phase = Phase::SignedOut(SignOutReason::Elsewhere);
                    return;
                }
                self.phase = Phase::Session { session, account, pending: None };
                if self.settings.shared && self.settings.has_siblings {
                    self.siblings_until_ms = Some(now.mono_ms + SIBLINGS_MS);
                    out.command(Command::FindSiblings);
                }
            }
            (Phase::Loading, _) => self.phase = Phase::SignedOut(SignOutReason::NeverSignedIn),
            // The person signed out before it was known of what, and may have signed in again since.
            (_, Some(Stored::Session { session, .. }))
                if self.sign_outs > 0 && !self.has_ended(&session) && !self.is_tracked(&session) =>
            {
                self.revoke(session, out);
            }
            _ => {}
        }
    }

    /// Which session and which account a shared store holds is settled there and nowhere else: of two tabs that sign in
    /// at once, each would otherwise follow the other.
    pub(super) fn store_changed(&mut self, now: Moment, stored: Option<Stored>, out: &mut Commands) {
        if !self.settings.shared {
            return;
        }
        match stored {
            Some(Stored::SignedOut) => self.end(SignOutReason::Elsewhere, out),
            // Someone who did not know of its end wrote it once more.
            Some(Stored::Session { session, .. }) if self.has_ended(&session) => {
                let stored = self.stored().unwrap_or(Stored::SignedOut);
                out.command(Command::PersistOver { session, stored });
            }
            Some(Stored::Session { session, account }) => {
                let is_for_it =
                    |pending: &mut ReceivedToken| pending.session.is(&session) && pending.account == account;
                let pending = self.pending_token.take_if(is_for_it);
                if self.is_at(&session, account.as_deref()) {
                    return;
                }
                match pending {
                    Some(pending) => self.take_over(now, pending, out),
                    None => self.move_to(session, account, None, out),
                }
            }
            // Cleared by who knows whom: that ends nothing, and the next reload should find the session.
            None => out.extend(self.stored().map(Command::PersistIfAbsent)),
        }
    }

    pub(super) fn read_shared_store(&self, out: &mut Commands) {
        out.extend(self.settings.shared.then_some(Command::ReadStore));
    }

    pub(super) fn on_message(&mut self, now: Moment, message: Message, out: &mut Commands) {
        match message {
            Message::Token { session, account, token, claims, asked_at } => {
                if self.has_ended(&session) {
                    return;
                }
                let age_ms = ms(now.wall.saturating_sub(asked_at));
                let asked =
                    Moment { mono_ms: now.mono_ms.saturating_sub(age_ms), wall: asked_at.min(now.wall) };
                let is_here = self.is_at(&session, account.as_deref());
                let received = ReceivedToken { session, account, jwt: token, claims, asked };
                if is_here {
                    // Of one second it may tell of a changed profile.
                    let is_news = |mine: &Token| {
                        let claims = received.claims.as_ref();
                        mine.is_older_than(claims)
                            || claims.is_some() && !mine.is_newer_than(claims) && !mine.is(&received.jwt)
                    };
                    if self.token.as_ref().is_none_or(is_news) {
                        self.take_over(now, received, out);
                    }
                } else if self.settings.shared {
                    self.pending_token = Some(received);
                    self.read_shared_store(out);
                }
            }
            Message::SignedOut { session, expired } => {
                if self.is_tracked(&session) {
                    let reason = if expired { SignOutReason::Expired } else { SignOutReason::Elsewhere };
                    self.end(reason, out);
                } else {
                    self.remember_ended(&session);
                }
                // Where it could not be written, the next reload would bring the session back.
                self.read_shared_store(out);
            }
            Message::Hold { ms, failure } => {
                let (slack, random) = (self.slack_ms(), self.random());
                self.backoff.hold(ms, failure, now, slack, random);
            }
            Message::Ask { session } => {
                let has_token = self.token.as_ref().is_some_and(|token| token.remaining_ms(now) > 0);
                if has_token && self.is_tracked(&session) {
                    self.broadcast_token(out);
                }
            }
        }
    }

    /// Siblings are asked for their token, unless that has become pointless meanwhile.
    pub(super) fn siblings_found(&mut self, are_there: bool, out: &mut Commands) {
        let session = self.tracked_id();
        match session.filter(|_| are_there && self.siblings_until_ms.is_some()) {
            Some(session) => out.command(Command::Broadcast(Message::Ask { session })),
            None => self.siblings_until_ms = None,
        }
    }

    /// Lets siblings know whether this tab has a token to send them that is still good.
    pub(super) fn announce(&mut self, now: Moment, out: &mut Commands) {
        let is_good = self.token.as_ref().is_some_and(|token| token.remaining_ms(now) > 0);
        let has_token = self.settings.shared && self.settings.has_siblings && is_good;
        if has_token != self.is_announced {
            self.is_announced = has_token;
            out.command(Command::Announce(has_token));
        }
    }

    /// A sibling's token: what it could get, we can.
    fn take_over(&mut self, now: Moment, received: ReceivedToken, out: &mut Commands) {
        self.adopt(now, received, out);
        self.backoff.succeeded();
        self.answer_with_news(out);
    }

    /// Whether what was asked then is not what the person wants any more.
    pub fn is_late(&self, context: CallContext) -> bool {
        let is_outdone = if context.makes_session {
            // Of two sign-ins in this tab the one that began later is meant, whichever was answered last.
            self.tracked().is_some() && context.number < self.last_sign_in
        } else {
            context.generation != self.generation
        };
        is_outdone || context.sign_outs != self.sign_outs
    }

    pub(super) fn answered(
        &mut self,
        now: Moment,
        context: CallContext,
        sign_in: SignIn,
        out: &mut Commands,
    ) {
        match sign_in {
            SignIn::SignedIn { session, account, token, claims } => {
                let is_ours = self.is_tracked(&session);
                // What is known already, or was known better: "newer" is by `iat`, not by received.
                let is_late = is_ours
                    && self
                        .token
                        .as_ref()
                        .is_some_and(|mine| mine.is(&token) || mine.is_newer_than(claims.as_ref()));
                if is_late || self.has_ended(&session) {
                    return;
                }
                self.note_sign_in(context);
                self.adopt(
                    now,
                    ReceivedToken { session, account, jwt: token, claims, asked: context.at },
                    out,
                );
                self.backoff.succeeded();
                self.persist(is_ours, out);
                self.broadcast_token(out);
                self.answer_with_news(out);
            }
            SignIn::Conditional { session, account, conditions, next } => {
                let is_ours = self.is_tracked(&session);
                let has_newer = |mine: &Token| context.at.mono_ms <= mine.asked().mono_ms;
                let is_late = is_ours && self.token.as_ref().is_some_and(has_newer);
                if is_late || self.has_ended(&session) {
                    return;
                }
                self.note_sign_in(context);
                self.meet_conditions(session, account, conditions, next, out);
                self.backoff.succeeded();
                self.persist(is_ours, out);
            }
            SignIn::Verify => {
                if self.tracked().is_none() {
                    self.phase = Phase::Verify;
                }
            }
            SignIn::Accepted => {}
        }
    }

    fn note_sign_in(&mut self, context: CallContext) {
        if context.makes_session {
            self.last_sign_in = self.last_sign_in.max(context.number);
        }
    }

    pub(super) fn sign_out_here(&mut self, out: &mut Commands) {
        self.sign_outs += 1;
        let session = self.tracked_id();
        self.end(SignOutReason::Here, out);
        out.command(Command::Persist(Stored::SignedOut));
        if let Some(session) = session {
            self.revoke(session, out);
        }
    }

    fn revoke(&mut self, session: Secret, out: &mut Commands) {
        self.remember_ended(&session);
        out.command(Command::Broadcast(Message::SignedOut { session: session.clone(), expired: false }));
        out.command(Command::EndSession(session));
    }

    /// Ends what there is, without telling anyone.
    pub(super) fn end(&mut self, reason: SignOutReason, out: &mut Commands) {
        self.drop_refresh(out);
        match &self.phase {
            Phase::Session { session, .. } => {
                let session = session.clone();
                self.remember_ended(&session);
                self.generation += 1;
            }
            // What ended elsewhere is not what someone is signing in to here.
            Phase::SignedOut(_) | Phase::Verify if reason != SignOutReason::Here => return,
            _ => {}
        }
        self.phase = Phase::SignedOut(reason);
        self.token = None;
        self.siblings_until_ms = None;
        self.stalled = false;
    }

    /// The session and account from now on. Another one than before has no token yet, and what was under way for the old
    /// one is dropped.
    fn move_to(
        &mut self,
        session: Secret,
        account: Option<Text>,
        pending: Option<Pending>,
        out: &mut Commands,
    ) {
        self.generation += u32::from(!self.is_tracked(&session));
        if !self.is_at(&session, account.as_deref()) || pending.is_some() {
            self.drop_refresh(out);
            self.token = None;
            self.siblings_until_ms = None;
            self.stalled = false;
        }
        self.phase = Phase::Session { session, account, pending };
    }

    pub(super) fn meet_conditions(
        &mut self,
        session: Secret,
        account: Option<Text>,
        conditions: Vec<Text>,
        next: Next,
        out: &mut Commands,
    ) {
        self.move_to(session, account, Some(Pending { conditions, next }), out);
    }

    /// Takes a token over. What is already waiting for the lock is not needed any more.
    pub(super) fn adopt(&mut self, now: Moment, received: ReceivedToken, out: &mut Commands) {
        let is_same = self.is_at(&received.session, received.account.as_deref());
        let previous = self.token.take();
        self.siblings_until_ms = None;
        self.drop_what_waits_for_the_lock(out);
        self.move_to(received.session.clone(), received.account.clone(), None, out);
        match previous {
            Some(previous) if is_same && !previous.is_older_than(received.claims.as_ref()) => {
                self.stalled |= previous.has_aged(received.asked);
                self.token = Some(previous.repeated(received));
            }
            previous => {
                let token = Token::new(received, now, previous.as_ref());
                // Between 70 and 85 per cent of its time: early enough for a few tries, and each tab at another moment.
                self.replace_at_ms = token.valid_ms() / 100 * (70 + self.random() % 16);
                self.stalled = false;
                self.token = Some(token);
            }
        }
    }

    pub(super) fn is_at(&self, session: &Secret, account: Option<&str>) -> bool {
        self.is_tracked(session) && self.account() == account
    }

    pub(super) fn account(&self) -> Option<&str> {
        self.tracked().and_then(|(_, account)| account)
    }

    pub(super) fn has_ended(&self, session: &Secret) -> bool {
        self.ended.contains(&session.digest())
    }

    fn remember_ended(&mut self, session: &Secret) {
        if !self.has_ended(session) {
            if self.ended.len() == ENDED_REMEMBERED {
                self.ended.remove(0);
            }
            self.ended.push(session.digest());
        }
    }

    /// A new session is what the person wants, whatever the store holds; news of the one there is are no more than that.
    fn persist(&self, is_ours: bool, out: &mut Commands) {
        let old = self.tracked_id().filter(|_| is_ours);
        match old {
            Some(session) => self.persist_over(Some(session), out),
            None => out.extend(self.stored().map(Command::Persist)),
        }
    }

    pub(super) fn persist_over(&self, old: Option<Secret>, out: &mut Commands) {
        if let (Some(session), Some(stored)) = (old, self.stored()) {
            out.command(Command::PersistOver { session, stored: stored.clone() });
            out.command(Command::PersistIfAbsent(stored));
        }
    }

    fn stored(&self) -> Option<Stored> {
        let (session, account) = self.tracked()?;
        Some(Stored::Session { session: session.clone(), account: account.map(Text::from) })
    }

    pub(super) fn broadcast_token(&self, out: &mut Commands) {
        if let (Phase::Session { session, account, .. }, Some(token)) = (&self.phase, &self.token) {
            out.command(Command::Broadcast(Message::Token {
                session: session.clone(),
                account: account.clone(),
                token: token.grant().token,
                claims: token.claims().cloned(),
                asked_at: token.asked().wall,
            }));
        }
    }
}
