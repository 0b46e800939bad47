//! Adopting the token that a hosted page sends back (protocol.md#hosted-pages).
//!
//! Anybody can make a link with a token in it. So the token is always verified. It never replaces the session of another
//! user, unless the person agrees.

use super::{Answer, Effect, Engine, Event, Id, Want, session::CallContext};
use crate::{
    Error,
    protocol::{
        claims::Claims, failure::Failure, hosted, json::Json, jwt::Jwt, response::SignIn, secret::Secret,
        text::Text, verify::Leeway,
    },
};

/// A token from a redirect, on its way to be taken over.
#[derive(Debug)]
pub(super) struct Adoption {
    /// Its id among the engine's own waiters.
    pub(super) own: Id,
    ids: Vec<Id>,
    token: Secret,
    rest: Option<Text>,
    switch_user: bool,
    pub(super) context: CallContext,
    generation: u32,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// The token waits for its verdict.
    Judged,
    /// It waits for the store to say who is signed in.
    Restored,
    /// It waits for the service to say who is signed in.
    Asked,
}

/// A token that may be taken over later, with the context of its arrival.
#[derive(Debug)]
pub(super) struct Postponed {
    token: Secret,
    pub(super) context: CallContext,
}

impl Engine {
    pub(super) fn adopt(
        &mut self,
        id: Id,
        url: Option<&Secret>,
        is_location: bool,
        switch_user: bool,
        leeway: Leeway,
    ) {
        let landing = url.and_then(|url| hosted::landing(url.expose()));
        // A caller that comes during an adoption gets the same answer. For example, a UI framework may call twice.
        if landing.is_none()
            && !switch_user
            && let Some(adoption) = self.adoptions.last_mut()
        {
            return adoption.ids.push(id);
        }
        let (token, rest): (_, Option<Text>) =
            landing.map_or((None, None), |landing| (Some(landing.token), Some(landing.rest.into())));
        // This comes first, so that the token leaves the address bar before anything else happens.
        if let Some(url) = rest.clone().filter(|_| is_location) {
            self.emit(Effect::ReplaceUrl { url });
        }
        if self.is_disposed {
            let failure = Error::Disposed.into();
            return self.settle(id, Answer::NotAdopted { failure, profile: None, rest });
        }
        // A new token replaces the pending one, and `switch_user` takes the pending one up. Any other call leaves it
        // pending.
        let asked = if token.is_some() || switch_user { self.pending_switch.take() } else { None };
        let unverified = self.unverified.take();
        // The context is taken now. A sign-in or sign-out from here on is later than the token.
        let found = token.map(|token| {
            let context = self.session.link_context(self.now);
            Box::new(Postponed { token, context })
        });
        let found = found.or(asked).or(unverified);
        let Some(found) = found.filter(|_| !self.setup.platform.is_server) else {
            return self.settle(id, Answer::Adopted { is_adopted: false, rest });
        };
        let Postponed { token, context } = *found;
        let own = self.next_id();
        self.adoptions.add(Adoption {
            own,
            ids: vec![id],
            token: token.clone(),
            rest,
            switch_user,
            context,
            generation: self.generation,
            step: Step::Judged,
        });
        self.verify_redirect(own, token, leeway);
    }

    /// The token has its verdict.
    pub(super) fn resume_adoption(&mut self, own: Id, verdict: Result<(), Failure>) {
        let Some(mut adoption) = self.take_adoption(own) else { return };
        if let Err(failure) = verdict {
            if failure.retryable {
                let (token, context) = (adoption.token.clone(), adoption.context);
                self.unverified = Some(Box::new(Postponed { token, context }));
            }
            return self.end_adoption(adoption, failure);
        }
        self.attach();
        if self.is_restoring {
            adoption.step = Step::Restored;
            self.adoptions.add(adoption);
        } else {
            self.ask_who_is_there(adoption);
        }
    }

    /// The store has said who is signed in.
    pub(super) fn resume_adoptions(&mut self) {
        let is_waiting = |adoption: &Adoption| matches!(adoption.step, Step::Restored);
        let mut waiting = self.adoptions.take_all(&is_waiting);
        while let Some(adoption) = waiting.take_first() {
            self.ask_who_is_there(adoption);
        }
    }

    /// The service has said who is signed in, or could not be asked. Gives whether an adoption waited for that.
    pub(super) fn resume_asked_adoption(&mut self, own: Id) -> bool {
        let adoption = self.take_adoption(own);
        let is_there = adoption.is_some();
        if let Some(adoption) = adoption {
            self.decide_adoption(adoption);
        }
        is_there
    }

    /// Asks the service who is signed in if that is not known, as after a reload. Then decides.
    fn ask_who_is_there(&mut self, mut adoption: Box<Adoption>) {
        let session = session_of(&adoption.token);
        let is_unknown = self.has_other(session.as_ref()) && self.session.subject().is_none();
        let can_ask = self.setup.config.usable_url().is_ok() && !self.is_disposed;
        if is_unknown && can_ask && adoption.generation == self.generation {
            let own = adoption.own;
            adoption.step = Step::Asked;
            self.adoptions.add(adoption);
            self.wait_for(own, Want::Token { min_validity_seconds: 0 }, None);
        } else {
            self.decide_adoption(adoption);
        }
    }

    fn decide_adoption(&mut self, adoption: Box<Adoption>) {
        if self.is_disposed {
            return self.end_adoption(adoption, Error::Disposed);
        }
        if adoption.generation != self.generation {
            return self.end_adoption(adoption, Error::Aborted);
        }
        let Some(claims) = Claims::of(adoption.token.expose()) else {
            return self.end_adoption(adoption, Error::InvalidClaim);
        };
        let Some(session) = session_of(&adoption.token) else {
            return self.end_adoption(adoption, Error::MissingClaim);
        };
        // An unknown user counts as another user.
        let is_anothers = self.has_other(Some(&session)) && self.session.subject() != Some(&claims.subject);
        if is_anothers && !adoption.switch_user {
            let Adoption { ids, token, rest, context, .. } = *adoption;
            self.pending_switch = Some(Box::new(Postponed { token, context }));
            let failure = Failure::new(Error::AnotherUser);
            let answer = Answer::NotAdopted { failure, profile: Some(claims.profile.clone()), rest };
            return self.emit(Effect::Settle { ids, answer });
        }
        let Adoption { ids, token, rest, context, .. } = *adoption;
        let account = claims.account.clone();
        let sign_in = SignIn::SignedIn { session: session.clone(), account, token, claims: Some(claims) };
        self.step(Event::Answered { context, sign_in });
        let answer = if self.session.is_tracked(&session) {
            Answer::Adopted { is_adopted: true, rest }
        } else {
            Answer::NotAdopted { failure: Error::NotSignedIn.into(), profile: None, rest }
        };
        self.emit(Effect::Settle { ids, answer });
    }

    #[expect(clippy::boxed_local, reason = "so it moves as one pointer")]
    fn end_adoption(&mut self, adoption: Box<Adoption>, failure: impl Into<Failure>) {
        let Adoption { ids, rest, .. } = *adoption;
        let answer = Answer::NotAdopted { failure: failure.into(), profile: None, rest };
        self.emit(Effect::Settle { ids, answer });
    }

    /// Whether another session is tracked.
    fn has_other(&self, session: Option<&Secret>) -> bool {
        self.session
            .tracked()
            .is_some_and(|tracked| !session.is_some_and(|session| session.is(&tracked.session)))
    }

    fn take_adoption(&mut self, own: Id) -> Option<Box<Adoption>> {
        self.adoptions.take(&|adoption| adoption.own == own)
    }
}

/// The session id in a token.
fn session_of(token: &Secret) -> Option<Secret> {
    let jwt = Jwt::parse(token.expose())?;
    let session = Json::object(&jwt.payload)?.text_of("sid")?;
    (!session.expose().is_empty()).then_some(session)
}
