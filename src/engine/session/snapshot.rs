//! Snapshots: what anyone may see of a session. No secret is in one.

use super::{Command, Commands, Phase, Session, Tracked, token::Token};
use crate::protocol::{response::Next, text::Text, time::Moment};
use std::rc::Rc;

/// The session at one moment. Two snapshots are equal when nothing real has changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// Whether the person is signed in.
    pub state: State,
    /// How current that is.
    pub freshness: Freshness,
    /// The person and the account, as far as the token says: its payload as a JSON object, without what must not be
    /// shown.
    pub profile: Option<Text>,
    /// When the token expires by the service's clock, in epoch seconds.
    pub expires_at: Option<u64>,
    /// What stands in the way of a token.
    pub conditions: Vec<Text>,
    /// What a user interface does about it.
    pub next: Option<Next>,
    /// Why the person is signed out.
    pub reason: Option<SignOutReason>,
}

impl Snapshot {
    /// The snapshot of a session of which nothing is known yet.
    pub(super) fn loading() -> Self {
        Self {
            state: State::Loading,
            freshness: Freshness::Fresh,
            profile: None,
            expires_at: None,
            conditions: Vec::new(),
            next: None,
            reason: None,
        }
    }
}

/// Whether a person is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not known yet.
    Loading,
    /// Signed out.
    SignedOut,
    /// A second factor is due.
    Verify,
    /// A session without a token.
    Conditional,
    /// Signed in.
    SignedIn,
}

impl State {
    /// Every one.
    pub const ALL: [Self; 5] =
        [Self::Loading, Self::SignedOut, Self::Verify, Self::Conditional, Self::SignedIn];

    /// The value of `state` in a snapshot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::SignedOut => "signed_out",
            Self::Verify => "verify",
            Self::Conditional => "conditional",
            Self::SignedIn => "signed_in",
        }
    }
}

/// How current a snapshot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It is what the service said last, and the service can be asked.
    Fresh,
    /// The service could not be asked; what is shown may be out of date.
    Stale,
    /// There is no network.
    Offline,
}

impl Freshness {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Fresh, Self::Stale, Self::Offline];

    /// The value of `freshness` in a snapshot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Stale => "stale",
            Self::Offline => "offline",
        }
    }
}

/// Why a person is signed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignOutReason {
    /// Nobody has signed in.
    NeverSignedIn,
    /// The person signed out, here.
    Here,
    /// Another tab ended the session; mostly the person signed out there.
    Elsewhere,
    /// The service says that the session is over.
    Expired,
}

impl SignOutReason {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::NeverSignedIn, Self::Here, Self::Elsewhere, Self::Expired];

    /// The value of `signOutReason` in a snapshot.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NeverSignedIn => "never_signed_in",
            Self::Here => "here",
            Self::Elsewhere => "elsewhere",
            Self::Expired => "expired",
        }
    }
}

impl Session {
    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The snapshot, to be kept.
    pub fn shared_snapshot(&self) -> Rc<Snapshot> {
        Rc::clone(&self.snapshot)
    }

    pub(super) fn publish(&mut self, now: Moment, out: &mut Commands) {
        let snapshot = self.look(now);
        if snapshot != *self.snapshot {
            self.snapshot = Rc::new(snapshot);
            out.command(Command::Notify);
        }
    }

    fn look(&self, now: Moment) -> Snapshot {
        let claims = self.token.as_ref().and_then(Token::claims);
        let has_failed = self.backoff.failures() > 0;
        let cannot_ask = has_failed || !self.online || self.backoff.reason(now).is_some();
        let (state, pending, reason) = match &self.phase {
            Phase::Loading => (State::Loading, None, None),
            Phase::SignedOut(reason) => (State::SignedOut, None, Some(*reason)),
            Phase::Verify => (State::Verify, None, None),
            Phase::Session(Tracked { pending: Some(pending), .. }) => {
                (State::Conditional, Some(pending), None)
            }
            Phase::Session(_) if self.token.is_none() && !cannot_ask => (State::Loading, None, None),
            Phase::Session(_) => (State::SignedIn, None, None),
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
            profile: match claims {
                Some(claims) => Some(claims.profile.clone()),
                // A page can greet the person before there is a token.
                None => self.kept_profile.clone().filter(|_| state == State::SignedIn),
            },
            expires_at: claims.map(|claims| claims.expires_at),
            conditions: pending.map(|pending| pending.conditions.clone()).unwrap_or_default(),
            next: pending.map(|pending| pending.next),
            reason,
        }
    }
}
