//! The second factor that is due: the one-time token that is sent along with the code. If the app wants that, the token
//! outlives a reload in the tab's own storage.

use super::{Effect, Engine, Event, session::CallContext};
use crate::protocol::{
    json::{Json, Writer},
    secret::{Secret, decimal},
    text,
    text::Text,
};

/// How long a challenge is kept for a reload, in seconds. Somebody may need that long to find their phone.
const KEPT_SECONDS: u64 = 600;

#[derive(Debug)]
pub(super) struct Challenge {
    token: Secret,
    /// The context of the call that met it.
    context: CallContext,
}

impl Engine {
    /// The one-time token, for a code that the app sends without one.
    pub(super) fn challenge_token(&self) -> Option<Secret> {
        self.challenge.as_ref().map(|challenge| challenge.token.clone())
    }

    /// A call has met a challenge. Of two challenges, that of the later call counts.
    pub(super) fn met_challenge(&mut self, context: CallContext, token: &Secret) {
        let is_outdone = self.challenge.as_ref().is_some_and(|known| known.context.is_later_than(context));
        if is_outdone || self.session.is_late(context) {
            return;
        }
        self.challenge = Some(Challenge { token: token.clone(), context });
        if self.setup.keeps_challenge {
            let mut kept = Writer::default();
            kept.open(b'{');
            kept.member("token", token.expose());
            kept.member("until", decimal(self.now.wall + KEPT_SECONDS).expose());
            kept.close(b'}');
            self.keep_challenge(Some(kept.finish()));
        }
    }

    /// Reads the challenge from before the reload.
    pub(super) fn recall_challenge(&mut self) {
        if let Some(key) = self.challenge_key() {
            let id = self.next_id();
            self.recalling = Some(id);
            self.emit(Effect::ReadTab { id, key });
        }
    }

    /// Takes in what was kept. Anything that runs in the page could have written it, so it proves nothing. The service
    /// decides what the token is good for.
    pub(super) fn recalled_challenge(&mut self, kept: Option<&Secret>) {
        let Some(kept) = kept else { return };
        let found = Json::object(kept.expose());
        let until = found.and_then(|found| text::decimal(found.text_of("until")?.expose()));
        // If the clock was set back, the time that is left looks longer than a challenge is ever kept. Such a challenge
        // is dropped.
        let is_timely =
            until.is_some_and(|until| (self.now.wall..=self.now.wall + KEPT_SECONDS).contains(&until));
        match found.filter(|_| is_timely).and_then(|found| found.text_of("token")) {
            Some(token) => {
                let context = self.session.call_context(self.now, true);
                self.challenge = Some(Challenge { token, context });
                self.show_challenge();
            }
            None => self.keep_challenge(None),
        }
    }

    /// Shows that a code is due, as soon as it is known that there is no session.
    pub(super) fn show_challenge(&mut self) {
        if self.challenge.is_some() && !self.is_restoring {
            self.step(Event::SecondFactorDue);
        }
    }

    /// Forgets the challenge after a sign-in or sign-out.
    pub(super) fn forget_old_challenge(&mut self) {
        let session = &self.session;
        let is_over = |challenge: &mut Challenge| session.is_late(challenge.context);
        if self.challenge.take_if(is_over).is_some() {
            self.keep_challenge(None);
        }
    }

    fn keep_challenge(&mut self, value: Option<Secret>) {
        if let Some(key) = self.challenge_key() {
            self.emit(Effect::WriteTab { key, value });
        }
    }

    /// The entry's name, if challenges are kept.
    fn challenge_key(&self) -> Option<Text> {
        let key = self.store_key().filter(|_| self.setup.keeps_challenge)?;
        Some(Secret::of(&[key, "#challenge"]).into())
    }
}
