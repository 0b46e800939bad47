//! What is to be seen of a machine.

use super::{Machine, Phase, Token};
use crate::core::session::{Effect, Freshness, Moment, Snapshot, State};

impl Machine {
    pub(super) fn publish(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let snapshot = self.look(now);
        if snapshot != self.snapshot {
            self.snapshot = snapshot;
            out.push(Effect::Notify);
        }
    }

    fn look(&self, now: Moment) -> Snapshot {
        let claims = self.token.as_ref().and_then(Token::claims);
        let has_failed = self.pace.failures() > 0;
        let cannot_ask = has_failed || !self.online || self.pace.reason(now).is_some();
        let (state, pending, reason) = match &self.phase {
            Phase::Loading => (State::Loading, None, None),
            Phase::SignedOut(reason) => (State::SignedOut, None, Some(*reason)),
            Phase::Verify => (State::Verify, None, None),
            Phase::Session { pending: Some(pending), .. } => (State::Conditional, Some(pending), None),
            Phase::Session { .. } if self.token.is_none() && !cannot_ask => (State::Loading, None, None),
            Phase::Session { .. } => (State::SignedIn, None, None),
        };
        let is_behind = match &self.token {
            None => state == State::SignedIn || state == State::Conditional && has_failed,
            Some(token) => has_failed || token.claims().is_some() && token.remaining_ms(now) == 0,
        };
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
}
