//! Whose session this tab has: what the store holds, what siblings say, what the app's own calls bring.

use super::{
    super::{MIN_VALIDITY_SECONDS, lists::List},
    CallContext, Command, Commands, Pending, Phase, Session,
    message::{Message, Stored},
    snapshot::SignOutReason,
    token::{ReceivedToken, SAME_SECOND_MS, Source, Token},
};
use crate::protocol::{
    claims::Claims,
    response::{Next, SignIn},
    secret::Secret,
    text::Text,
    time::{Moment, ms},
};
use std::rc::Rc;

/// How many ended sessions are remembered, to recognise late news of them.
const ENDED_REMEMBERED: usize = 16;

/// How long a sibling's token waits for the store to say that its session is the one.
const PENDING_MS: u64 = 5_000;

/// A sibling's token that lasts longer than that, in seconds, is none that a realm makes.
const LONGEST_TOKEN: u64 = 86_400;

/// How long a tab that opens gives its siblings to send their token, before it asks the service.
const SIBLINGS_MS: u64 = 100;

impl Session {
    pub(super) fn restored(&mut self, now: Moment, stored: Option<Stored>, out: &mut Commands) {
        match (&self.phase, stored) {
            (Phase::Loading, Some(Stored::Session { session, account, profile })) => {
                if self.has_ended(&session) {
                    self.phase = Phase::SignedOut(SignOutReason::Elsewhere);
                    return;
                }
                self.phase = Phase::Session { session, account, pending: None };
                if self.settings.keeps_profile {
                    self.kept_profile = profile;
                } else if profile.is_some() {
                    // An app that does not keep it any more leaves none behind.
                    self.persist_over(self.tracked_id(), out);
                }
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
            Some(Stored::SignedOut) => {
                self.pending_token = None;
                self.end(SignOutReason::Elsewhere, out);
            }
            // Someone who did not know of its end wrote it once more.
            Some(Stored::Session { session, .. }) if self.has_ended(&session) => {
                let stored = self.stored().unwrap_or(Stored::SignedOut);
                out.command(Command::PersistOver { session, stored });
            }
            Some(Stored::Session { session, account, profile }) => {
                let pending = self
                    .pending_token
                    .take_if(|(_, pending)| pending.session.is(&session) && pending.account == account);
                if self.is_at(&session, account.as_ref()) {
                    return;
                }
                if let Some((_, pending)) = pending {
                    self.take_over(now, pending, out);
                } else {
                    self.move_to(session, account, None, out);
                    self.kept_profile = profile.filter(|_| self.settings.keeps_profile);
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
                let is_here = self.is_at(&session, account.as_ref());
                let is_to_come =
                    claims.as_ref().is_some_and(|claims| self.clock.is_to_come(claims.issued_at, now));
                let source = if is_to_come { Source::Ahead } else { Source::Sibling };
                let received = ReceivedToken { session, account, jwt: token, claims, asked, source };
                if !self.is_plausible(now, &received) {
                    return;
                }
                if is_here {
                    if self.token.as_ref().is_none_or(|mine| is_news(now, mine, &received)) {
                        self.take_over(now, received, out);
                    }
                } else if self.settings.shared {
                    self.pending_token = Some((now.mono_ms + PENDING_MS, received));
                    self.read_shared_store(out);
                }
            }
            Message::SignedOut { session, expired } => {
                if self.is_tracked(&session) {
                    let reason = if expired { SignOutReason::Expired } else { SignOutReason::Elsewhere };
                    self.end(reason, out);
                } else {
                    remember(&mut self.told_ended, &session);
                }
                // Where it could not be written, the next reload would bring the session back.
                self.read_shared_store(out);
            }
            Message::Hold { ms, failure } => {
                let (slack, random) = (self.slack_ms(), self.random());
                self.backoff.told(ms, failure, now, slack, random);
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

    /// Whether a sibling's token can be one of that session, of the same person and account, and is not over. Anything that
    /// runs in the page can send a message.
    fn is_plausible(&self, now: Moment, received: &ReceivedToken) -> bool {
        let Some(claims) = &received.claims else { return false };
        let is_same_person = !self.is_tracked(&received.session)
            || self.subject().is_none_or(|subject| *subject == claims.subject);
        let is_same_account =
            claims.account.is_none() || received.account.is_none() || claims.account == received.account;
        let age_ms = now.since(received.asked);
        let lifetime = claims.lifetime();
        is_same_person && is_same_account && lifetime <= LONGEST_TOKEN && age_ms < ms(lifetime)
    }

    /// Whether the token that there is stays when the service answers with that one: by `iat`, whichever came last. But one that
    /// is as good as over, or came by a sibling's word, is no match for an answer that was asked for later.
    pub(super) fn has_newer_than(&self, now: Moment, received: &ReceivedToken) -> bool {
        self.token.as_ref().is_some_and(|mine| {
            let is_almost_over = mine.remaining_ms(now) <= ms(MIN_VALIDITY_SECONDS.into());
            let is_weak = is_almost_over || mine.source() != Source::Service;
            let is_later = mine.was_here_before(received.asked);
            mine.is_newer_than(received.claims.as_ref()) && !(is_weak && is_later)
        })
    }

    /// Takes in what the token of an answer tells of the service's clock.
    pub(super) fn learn_time(&mut self, now: Moment, asked: Moment, claims: Option<&Rc<Claims>>) {
        let is_measured = self.token.as_ref().is_some_and(Token::is_measured);
        if let Some(claims) = claims {
            self.clock.learn(asked, now, claims, is_measured);
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
        let is_outdone = is_outdone || context.is_link && context.switches != self.switches;
        is_outdone || context.sign_outs != self.sign_outs
    }

    pub(super) fn answered(
        &mut self,
        now: Moment,
        context: CallContext,
        sign_in: SignIn,
        out: &mut Commands,
    ) {
        // Whatever the browser believes: what was answered went over a network.
        self.online |= !context.is_link;
        match sign_in {
            SignIn::SignedIn { session, account, token, claims } => {
                let is_ours = self.is_tracked(&session);
                let is_known = self.token.as_ref().is_some_and(|mine| mine.is(&token));
                let received = ReceivedToken {
                    session,
                    account,
                    jwt: token,
                    claims: claims.clone(),
                    asked: context.at,
                    source: Source::Service,
                };
                // Who has just chosen another account on a hosted page wants that one, though the old one's token was renewed
                // while the page came back.
                let is_choice = context.is_link && self.account() != received.account.as_ref();
                // What is known already, or was known better.
                let is_late = is_ours && !is_choice && (is_known || self.has_newer_than(now, &received));
                if is_late || self.has_ended(&received.session) {
                    return;
                }
                self.note_sign_in(context);
                self.adopt(now, received, out);
                if !context.is_link {
                    self.learn_time(now, context.at, claims.as_ref());
                }
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
            SignIn::Verify { .. } => self.second_factor_is_due(),
            SignIn::Accepted { .. } => {}
        }
    }

    pub(super) fn second_factor_is_due(&mut self) {
        if self.tracked().is_none() {
            self.phase = Phase::Verify;
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
        remember(&mut self.ended, &session);
        out.command(Command::Broadcast(Message::SignedOut { session: session.clone(), expired: false }));
        out.command(Command::EndSession(session));
    }

    /// Ends what there is, without telling anyone.
    pub(super) fn end(&mut self, reason: SignOutReason, out: &mut Commands) {
        self.drop_refresh(out);
        match &self.phase {
            Phase::Session { session, .. } => {
                remember(&mut self.ended, session);
                self.generation += 1;
            }
            // What ended elsewhere is not what someone is signing in to here.
            Phase::SignedOut(_) | Phase::Verify if reason != SignOutReason::Here => return,
            _ => {}
        }
        // What the service has ended is what a link may follow: from the page where the person signed in anew.
        self.switches += u32::from(reason != SignOutReason::Expired);
        self.phase = Phase::SignedOut(reason);
        self.token = None;
        self.kept_profile = None;
        self.pending_token = None;
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
        if !self.is_tracked(&session) {
            self.generation += 1;
            self.switches += 1;
            self.backoff.forget_told();
        }
        if !self.is_at(&session, account.as_ref()) || pending.is_some() {
            self.drop_refresh(out);
            self.token = None;
            self.kept_profile = None;
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
        let is_same = self.is_at(&received.session, received.account.as_ref());
        let previous = self.token.take();
        self.siblings_until_ms = None;
        self.drop_what_waits_for_the_lock(out);
        self.move_to(received.session.clone(), received.account.clone(), None, out);
        match previous {
            Some(previous) if is_same && previous.is_as_old_as(received.claims.as_ref()) => {
                self.stalled |= previous.has_aged(received.asked);
                self.token = Some(previous.repeated(received));
            }
            previous => {
                let token = Token::new(received, now, previous.as_ref());
                // Between 70 and 85 per cent of its time: early enough for a few tries, and each tab at another moment. One that
                // seems to be over at once is replaced when there can be a newer one, which tells the time.
                self.replace_at_ms = (token.valid_ms() / 100 * (70 + self.random() % 16)).max(SAME_SECOND_MS);
                self.stalled = false;
                self.token = Some(token);
            }
        }
        if self.settings.keeps_profile {
            let claims = self.token.as_ref().and_then(Token::claims);
            self.kept_profile = claims.map(|claims| claims.profile.clone());
        }
    }

    pub(super) fn is_at(&self, session: &Secret, account: Option<&Text>) -> bool {
        self.is_tracked(session) && self.account() == account
    }

    pub(super) fn account(&self) -> Option<&Text> {
        self.tracked().and_then(|(_, account)| account)
    }

    pub(super) fn has_ended(&self, session: &Secret) -> bool {
        let digest = session.digest();
        is_among(&self.ended, digest) || is_among(&self.told_ended, digest)
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
        let profile = self.kept_profile.clone();
        Some(Stored::Session { session: session.clone(), account: account.cloned(), profile })
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

/// Whether a sibling's token is newer than the one there is.
fn is_news(now: Moment, mine: &Token, received: &ReceivedToken) -> bool {
    let claims = received.claims.as_ref();
    let is_later = mine.was_here_before(received.asked);
    let is_over = mine.remaining_ms(now) == 0;
    match (mine.source(), received.source) {
        _ if mine.is(&received.jwt) => false,
        _ if is_over && is_later => true,
        // What is said to be of the future is not newer than anything.
        (Source::Ahead, _) => is_later,
        (_, Source::Ahead) => false,
        // Of one second it may tell of a changed profile.
        _ => !mine.is_newer_than(claims),
    }
}

fn is_among(digests: &List<u64>, digest: u64) -> bool {
    digests.iter().any(|other| **other == digest)
}

/// Remembers a session that is over, of those that were remembered before the last few.
fn remember(ended: &mut List<u64>, session: &Secret) {
    let digest = session.digest();
    if !is_among(ended, digest) {
        if ended.len() == ENDED_REMEMBERED {
            ended.take_first();
        }
        ended.add(digest);
    }
}
