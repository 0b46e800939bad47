//! Waiters: those who wait for a token, and their answers. Each is answered once, and by its deadline.

use super::super::lists::{List, take_id};
use super::{Answer, Command, Commands, Phase, Session, Tracked, Waiter, Want, token::Token};
use crate::{
    Error,
    protocol::{failure::Failure, text::Text, time::Moment},
};

/// Callers who come within this time after the first one can share its wait. The first one's deadline holds for all. The
/// time that is left of it is more than a lock and a call take.
const COALESCE_MS: u64 = 1_000;

/// The service may give tokens that last shorter than a caller asks for. A new one is not requested while such a token is
/// younger than this.
const YOUNG_MS: u64 = 60_000;

/// Callers who want the same.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) waiters: Vec<Waiter>,
    pub(super) want: Want,
    pub(super) deadline_ms: u64,
    /// Until when others may join them; 0 if nobody may.
    joins_until_ms: u64,
}

impl Session {
    /// Lets a caller wait with others who want the same, if there are any.
    pub(super) fn joins(&mut self, now: Moment, waiter: Waiter, want: &Want) -> bool {
        let mut waiting = self.waiting.iter_mut();
        match waiting.find(|waiting| waiting.want == *want && now.mono_ms <= waiting.joins_until_ms) {
            Some(waiting) => waiting.waiters.push(waiter),
            None => return false,
        }
        true
    }

    pub(super) fn wanted(
        &mut self,
        now: Moment,
        waiter: Waiter,
        want: Want,
        deadline_ms: u64,
        coalesces: bool,
    ) {
        let joins_until_ms = if coalesces { now.mono_ms + COALESCE_MS } else { 0 };
        self.waiting.add(Waiting { waiters: vec![waiter], want, deadline_ms, joins_until_ms });
    }

    /// A caller gives up.
    pub(super) fn cancelled(&mut self, waiter: Waiter, out: &mut Commands) {
        for waiting in self.waiting.iter_mut() {
            if take_id(&mut waiting.waiters, &|other| other == waiter).is_some() {
                out.command(Command::Settle(vec![waiter], Err(Failure::new(Error::Aborted))));
            }
        }
        self.waiting.take_all(&|waiting| waiting.waiters.is_empty());
    }

    /// Answers the callers whose answer does not need the service.
    pub(super) fn answer_who_can_be(&mut self, now: Moment, out: &mut Commands) {
        let refusal = match &self.phase {
            Phase::Loading => return,
            Phase::SignedOut(_) | Phase::Verify => Some(Error::NotSignedIn),
            // Only the service knows whether a condition is cleared. So a caller who wants it asked is not refused.
            Phase::Session(Tracked { pending: Some(_), .. }) => Some(Error::NoToken),
            Phase::Session(_) => None,
        };
        let is_session = self.tracked().is_some();
        let token = self.token.as_ref();
        answer(&mut self.waiting, out, &mut |waiting| match (&waiting.want, refusal) {
            (Want::Refresh | Want::Account(_), Some(_)) if is_session => None,
            (_, Some(refusal)) => Some(Err(Failure::new(refusal))),
            (Want::Token { min_validity_seconds }, None) => {
                token.and_then(|token| serve(token, *min_validity_seconds, now))
            }
            _ => None,
        });
    }

    /// Answers the callers who want any newer token, wherever it came from.
    pub(super) fn answer_with_news(&mut self, out: &mut Commands) {
        let Some(token) = &self.token else { return };
        answer(&mut self.waiting, out, &mut |waiting| served_by_any(&waiting.want, token));
    }

    /// Answers the callers of a refresh that succeeded.
    pub(super) fn settle_refreshed(&mut self, now: Moment, out: &mut Commands) {
        let Some(token) = &self.token else { return };
        answer(&mut self.waiting, out, &mut |waiting| match &waiting.want {
            Want::Token { min_validity_seconds } => Some(
                serve(token, *min_validity_seconds, now)
                    .unwrap_or_else(|| Err(Failure::new(Error::NoFreshToken))),
            ),
            want => served_by_any(want, token),
        });
    }

    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers make it for this: given away, they need not drop it"
    )]
    pub(super) fn settle_switches(&mut self, account: Option<&Text>, failure: Failure, out: &mut Commands) {
        answer(&mut self.waiting, out, &mut |waiting| {
            matches!(&waiting.want, Want::Account(wanted) if Some(wanted) == account)
                .then(|| Err(failure.clone()))
        });
    }

    #[expect(clippy::needless_pass_by_value, reason = "see above")]
    pub(super) fn settle_all(&mut self, failure: Failure, out: &mut Commands) {
        answer(&mut self.waiting, out, &mut |_| Some(Err(failure.clone())));
    }

    pub(super) fn give_up_what_is_late(&mut self, now: Moment, out: &mut Commands) {
        answer(&mut self.waiting, out, &mut |waiting| {
            (waiting.deadline_ms <= now.mono_ms).then(|| Err(Failure::new(Error::Timeout)))
        });
        if self.refresh.as_ref().is_some_and(|refresh| refresh.give_up_ms <= now.mono_ms) {
            self.drop_refresh(out);
            self.fail(now, Failure::new(Error::Timeout), out);
        }
    }
}

/// Answers all callers for whom there is an answer. `answer_to` is a `dyn` function, so that this code is in the module
/// only once.
fn answer(
    waiting: &mut List<Waiting>,
    out: &mut Commands,
    answer_to: &mut dyn FnMut(&Waiting) -> Option<Answer>,
) {
    let mut at = 0;
    while let Some(one) = waiting.get(at) {
        match answer_to(one) {
            Some(answer) => out.command(Command::Settle(waiting.remove(at).waiters, answer)),
            None => at += 1,
        }
    }
}

/// The answer that a new token gives to callers who do not ask how long it lasts.
fn served_by_any(want: &Want, token: &Token) -> Option<Answer> {
    match want {
        Want::Refresh => Some(Ok(token.grant())),
        Want::Account(account) => {
            let grant = token.grant();
            (grant.account.as_ref() == Some(account)).then_some(Ok(grant))
        }
        Want::Token { .. } => None,
    }
}

/// The answer that a token gives to a caller who needs it for some time. None if another token could be better.
fn serve(token: &Token, min_validity_seconds: u32, now: Moment) -> Option<Answer> {
    // If a token cannot be read, nobody knows how long it lasts. The caller gets it as it is.
    if token.claims().is_none() {
        return Some(Ok(token.grant()));
    }
    let (remaining_ms, needed_ms) = (token.remaining_ms(now), u64::from(min_validity_seconds) * 1000);
    if remaining_ms > needed_ms {
        return Some(Ok(token.grant()));
    }
    let lasts_too_short = needed_ms >= token.valid_ms();
    let is_young = remaining_ms > 0 && token.age_ms(now) < YOUNG_MS;
    (lasts_too_short && is_young).then(|| Err(Failure::new(Error::NoFreshToken)))
}
