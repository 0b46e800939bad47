//! Which session this tab has: what it finds when it opens, what the app's own calls bring, and how one session ends and
//! another takes its place.

use super::{
    super::{MIN_VALIDITY_SECONDS, lists::List},
    CallContext, Command, Commands, Pending, Phase, Session, Tracked,
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

/// How many ended sessions are remembered, to recognise late answers and messages about them.
const ENDED_REMEMBERED: usize = 16;

/// How long a tab that opens waits for a token from its siblings, before it asks the service.
const SIBLINGS_MS: u64 = 100;

impl Session {
    pub(super) fn restored(&mut self, now: Moment, stored: Option<Stored>, out: &mut Commands) {
        match (&self.phase, stored) {
            (Phase::Loading, Some(Stored::Session { session, account, profile })) => {
                if self.has_ended(&session) {
                    self.phase = Phase::SignedOut(SignOutReason::Elsewhere);
                    return;
                }
                self.phase = Phase::Session(Tracked { session, account, pending: None });
                if self.settings.keeps_profile {
                    self.kept_profile = profile;
                } else if profile.is_some() {
                    // The app does not keep profiles any more, so the stored one is removed.
                    self.persist_over(self.tracked_id(), out);
                }
                if self.settings.shared && self.settings.has_siblings {
                    self.siblings_until_ms = Some(now.mono_ms + SIBLINGS_MS);
                    out.command(Command::FindSiblings);
                }
            }
            (Phase::Loading, _) => self.phase = Phase::SignedOut(SignOutReason::NeverSignedIn),
            // The person signed out before the store was read, and may have signed in again since. The stored session is
            // the one to end.
            (_, Some(Stored::Session { session, .. }))
                if self.sign_outs > 0 && !self.has_ended(&session) && !self.is_tracked(&session) =>
            {
                self.revoke(session, out);
            }
            _ => {}
        }
    }

    /// Whether the current token stays, although the service has answered with the given one. The one with the later
    /// `iat` counts, whichever came last. But a current token that has almost expired, or that a sibling sent, never
    /// beats an answer that was requested after it came.
    pub(super) fn has_newer_than(&self, now: Moment, received: &ReceivedToken) -> bool {
        self.token.as_ref().is_some_and(|mine| {
            let is_almost_over = mine.remaining_ms(now) <= ms(MIN_VALIDITY_SECONDS.into());
            let is_weak = is_almost_over || mine.source() != Source::Service;
            let is_later = mine.was_here_before(received.asked);
            mine.is_newer_than(received.claims.as_ref()) && !(is_weak && is_later)
        })
    }

    /// Learns the service's time from the token of an answer.
    pub(super) fn learn_time(&mut self, now: Moment, asked: Moment, claims: Option<&Rc<Claims>>) {
        // A token that has come again was minted for an earlier request, and keeps the time of that.
        let is_measured =
            self.token.as_ref().is_some_and(|token| token.is_measured() && token.asked() == asked);
        if let Some(claims) = claims {
            self.clock.learn(asked, now, claims, is_measured);
        }
    }

    /// Whether a later sign-in, sign-out or change of the session has made an answer to this call worthless.
    pub fn is_late(&self, context: CallContext) -> bool {
        let is_outdone = if context.makes_session {
            // Of two sign-ins in this tab the one that began later counts, whichever was answered last.
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
        // An answer shows that there is a network, whatever the browser says.
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
                // The person has just chosen another account on a hosted page. That choice counts, even if the token of
                // the old account was renewed meanwhile.
                let is_choice = context.is_link && self.account() != received.account.as_ref();
                // The token is known already, or the current one is newer.
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

    /// Ends the session in this tab only: siblings and the service are not told here.
    pub(super) fn end(&mut self, reason: SignOutReason, out: &mut Commands) {
        self.drop_refresh(out);
        match &self.phase {
            Phase::Session(tracked) => {
                remember(&mut self.ended, &tracked.session);
                self.generation += 1;
            }
            // There is no session here. The end of one elsewhere does not concern a sign-in that is under way here.
            Phase::SignedOut(_) | Phase::Verify if reason != SignOutReason::Here => return,
            _ => {}
        }
        // The end by the service does not count as a switch. A link may follow it, from the page where the person signed
        // in anew, and that link is to be followed.
        self.switches += u32::from(reason != SignOutReason::Expired);
        self.phase = Phase::SignedOut(reason);
        self.token = None;
        self.kept_profile = None;
        self.pending_token = None;
        self.siblings_until_ms = None;
        self.stalled = false;
    }

    /// Sets the session and account. If they are not those from before, the token and the refresh that is under way are
    /// dropped.
    pub(super) fn move_to(
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
        self.phase = Phase::Session(Tracked { session, account, pending });
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

    /// Takes a token over. A refresh that still waits for the lock is not needed any more.
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
                // Replace it after 70 to 85 per cent of its time: early enough for a few tries, and in each tab at
                // another moment. A token that seems to have no time left is replaced after a second. Only then can there
                // be a newer one, which tells the time.
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
        self.tracked().and_then(|tracked| tracked.account.as_ref())
    }

    pub(super) fn has_ended(&self, session: &Secret) -> bool {
        let digest = session.digest();
        is_among(&self.ended, digest) || is_among(&self.told_ended, digest)
    }
}

fn is_among(digests: &List<u64>, digest: u64) -> bool {
    digests.iter().any(|other| **other == digest)
}

/// Remembers a session that is over. If there are too many, the oldest is forgotten.
pub(super) fn remember(ended: &mut List<u64>, session: &Secret) {
    let digest = session.digest();
    if !is_among(ended, digest) {
        if ended.len() == ENDED_REMEMBERED {
            ended.take_first();
        }
        ended.add(digest);
    }
}
