//! What tabs share: the entry of the store, and the messages between them.

use super::{
    Command, Commands, Session, Tracked,
    current::remember,
    message::{Message, Stored},
    snapshot::SignOutReason,
    token::{ReceivedToken, Source, Token},
};
use crate::protocol::{
    secret::Secret,
    time::{Moment, ms},
};

/// How long a sibling's token waits for the store to name its session.
const PENDING_MS: u64 = 5_000;

/// The longest lifetime of a sibling's token, in seconds. No realm makes tokens that last longer.
const LONGEST_TOKEN: u64 = 86_400;

impl Session {
    /// Takes in what the store holds. Only a shared store decides which session and account its tabs have. Otherwise, if
    /// two tabs sign in at once, each would follow the other.
    pub(super) fn store_changed(&mut self, now: Moment, stored: Option<Stored>, out: &mut Commands) {
        if !self.settings.shared {
            return;
        }
        match stored {
            Some(Stored::SignedOut) => {
                self.pending_token = None;
                self.end(SignOutReason::Elsewhere, out);
            }
            // A tab that did not know of the session's end has written it again.
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
            // Anyone may have cleared the store. That ends nothing. The session is written again, so that the next reload
            // finds it.
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
                // The sign-out may not have been written. Then the next reload would bring the session back, so look at
                // the store.
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

    /// Asks siblings for their token, if there are any and this tab still waits for one.
    pub(super) fn siblings_found(&mut self, are_there: bool, out: &mut Commands) {
        let session = self.tracked_id();
        match session.filter(|_| are_there && self.siblings_until_ms.is_some()) {
            Some(session) => out.command(Command::Broadcast(Message::Ask { session })),
            None => self.siblings_until_ms = None,
        }
    }

    /// Announces to siblings whether this tab has a token that is still good.
    pub(super) fn announce(&mut self, now: Moment, out: &mut Commands) {
        let is_good = self.token.as_ref().is_some_and(|token| token.remaining_ms(now) > 0);
        let has_token = self.settings.shared && self.settings.has_siblings && is_good;
        if has_token != self.is_announced {
            self.is_announced = has_token;
            out.command(Command::Announce(has_token));
        }
    }

    /// Whether a sibling's token can be one of its session: of the same person and account, and not expired. Any script
    /// in the page could have sent the message.
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

    /// Takes a sibling's token over. It shows that the service can be asked, so our own back-off ends.
    fn take_over(&mut self, now: Moment, received: ReceivedToken, out: &mut Commands) {
        self.adopt(now, received, out);
        self.backoff.succeeded();
        self.answer_with_news(out);
    }

    /// Writes the session. A new one is what the person wants, so it is written over anything. News of the session from
    /// before are only written over that session.
    pub(super) fn persist(&self, is_ours: bool, out: &mut Commands) {
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
        let Tracked { session, account, .. } = self.tracked()?;
        let profile = self.kept_profile.clone();
        Some(Stored::Session { session: session.clone(), account: account.clone(), profile })
    }

    pub(super) fn broadcast_token(&self, out: &mut Commands) {
        if let (Some(Tracked { session, account, .. }), Some(token)) = (self.tracked(), &self.token) {
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
        // An `iat` in the future does not make a token newer.
        (Source::Ahead, _) => is_later,
        (_, Source::Ahead) => false,
        // A token with the same times counts too: its profile may have changed.
        _ => !mine.is_newer_than(claims),
    }
}
