//! Which tokens may be trusted: the realm's keys, fetched when they are needed and as rarely as possible, and the
//! tokens that wait to be verified.
//!
//! What makes a token good is in [`crate::protocol::verify`], when keys are fetched in [`crate::protocol::jwks`].

use super::{
    Answer, Due, EXTRA_TIMEOUT_MS, Effect, Engine, Id, OWN_IDS, Resumed, Signature, SignedToken, TokenPolicy,
    exchanges::Purpose,
    lists::{List, take_id},
    session,
};
use crate::{
    Error,
    protocol::{
        failure::Failure,
        json::Json,
        jwks::{self, Cache, Lookup, PublicKey},
        jwt::Jwt,
        response::{self, Body, Reply},
        secret::Secret,
        verify::{self, Leeway, Rules},
    },
};

/// The least length of a modulus.
const MIN_KEY_BITS: u32 = 2048;

/// The realm's keys, and the tokens that wait for a verdict.
#[derive(Debug, Default)]
pub(super) struct Keys {
    cache: Cache<Key>,
    count: u32,
    judgements: List<Judgement>,
}

/// A key, and the number under which a host finds it again.
#[derive(Clone, Debug)]
struct Key {
    number: u32,
    public_key: PublicKey,
}

/// A token that is judged.
#[derive(Debug)]
struct Judgement {
    id: Id,
    purpose: For,
    token: Secret,
    rules: Rules,
    /// Whether the clock counts. How old a session's own token is, the session knows better.
    by_the_clock: bool,
    /// Of which realm it is to be.
    generation: u32,
    /// What it says and what that is worth, once only the signature is open.
    verdict: Option<(Secret, Result<(), Error>)>,
}

/// For whom a token is judged.
#[derive(Debug)]
enum For {
    /// A call of the app's.
    App(Id),
    /// Those who wait for a token of that session.
    Waiters(Vec<Id>, session::Granted, Secret),
    /// A redirect.
    Adoption(Id),
}

/// Why a token is not trusted; and, if that may change by itself, in how many milliseconds.
struct Refused(Error, Option<u64>);

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self(error, None)
    }
}

impl Engine {
    pub(super) fn verify_token(&mut self, id: Id, token: Secret, rules: Rules) {
        self.judge(For::App(id), token, rules, true);
    }

    pub(super) fn decode_token(&mut self, id: Id, token: &Secret) {
        match Jwt::parse(token.expose()).filter(|jwt| verify::parts(jwt).is_ok()) {
            Some(jwt) => {
                let payload = Secret::from_wiped(jwt.payload);
                self.settle(id, Answer::Claims { payload, is_trusted: false });
            }
            None => self.fail(id, Error::MalformedToken),
        }
    }

    pub(super) fn verify_redirect(&mut self, adoption: Id, token: Secret, leeway: Leeway) {
        let rules = Rules { leeway_seconds: leeway.0, account: None };
        self.judge(For::Adoption(adoption), token, rules, true);
    }

    /// Gives a token to those who waited for it, if it may be.
    pub(super) fn give_out(&mut self, waiters: Vec<Id>, answer: session::Answer) {
        match answer {
            Ok(granted) if self.setup.policy != TokenPolicy::Off => {
                let Some(session) = self.session.tracked_id() else {
                    return self.deliver(waiters, Err(Error::NotSignedIn.into()));
                };
                if self.last_verified.as_ref().is_some_and(|known| known.is(&granted.token)) {
                    return self.deliver(waiters, Ok(session::Granted { is_verified: true, ..granted }));
                }
                let token = granted.token.clone();
                self.judge(For::Waiters(waiters, granted, session), token, Rules::default(), false);
            }
            answer => self.deliver(waiters, answer),
        }
    }

    fn judge(&mut self, purpose: For, token: Secret, rules: Rules, by_the_clock: bool) {
        let generation = self.generation;
        // A host finds the token again by the id of who has given it.
        let id = if let For::App(id) = purpose { id } else { self.next_id() };
        let judgement = Judgement { id, purpose, token, rules, by_the_clock, generation, verdict: None };
        let timeout_ms = u64::from(self.setup.config.timeout.as_ms()) + EXTRA_TIMEOUT_MS;
        self.deadlines.set(Due::Judgement(id), self.now.mono_ms + timeout_ms);
        self.consider(Box::new(judgement));
    }

    /// Judges a token as far as that goes at once.
    fn consider(&mut self, mut judgement: Box<Judgement>) {
        match self.look_at(&mut judgement) {
            Ok(effect) => {
                if let Some(effect) = effect {
                    self.emit(effect);
                }
                self.keys.judgements.add(judgement);
            }
            Err(Refused(error, None)) => self.end_judgement(judgement, Err(error.into())),
            Err(Refused(error, Some(ms))) => self.end_judgement(judgement, Err(Failure::later(error, ms))),
        }
    }

    /// What is to be done for a verdict; nothing where its key is not here yet.
    fn look_at(&mut self, judgement: &mut Judgement) -> Result<Option<Effect>, Refused> {
        if self.is_disposed {
            return Err(Error::Disposed.into());
        }
        // A token is judged by the keys of the realm for which that was asked, or not at all.
        if judgement.generation != self.generation {
            return Err(Error::Aborted.into());
        }
        let jwt = Jwt::parse(judgement.token.expose()).ok_or(Error::MalformedToken)?;
        let (payload, key_id) = verify::read(&jwt)?;
        self.setup.config.usable_url()?;
        if !self.setup.platform.has_crypto {
            return Err(Error::CryptoUnavailable.into());
        }
        let Key { number, public_key } = match self.keys.cache.look_up(&key_id, self.now) {
            Lookup::Found(key) => key?,
            Lookup::Unknown(ms) => return Err(Refused(Error::UnknownKey, Some(ms))),
            Lookup::Unavailable(ms) => return Err(Refused(Error::KeysUnavailable, Some(ms))),
            Lookup::Wait => return Ok(None),
            Lookup::Fetch(ticket) => {
                let request = jwks::request(self.setup.config.usable_url()?);
                let id = self.next_id();
                self.send(id, request, self.setup.config.timeout, Purpose::Keys(ticket));
                return Ok(None);
            }
        };
        let issued_at = payload.issued_at().unwrap_or_default();
        let now = if judgement.by_the_clock { self.session.service_time(self.now) } else { issued_at };
        // Said only if the signature is good.
        let verdict = payload.check(&judgement.rules, now);
        judgement.verdict = Some((Secret::from_wiped(jwt.payload), verdict));
        let is_given = matches!(judgement.purpose, For::App(_));
        let token = SignedToken { jwt: judgement.token.clone(), is_given };
        Ok(Some(Effect::VerifySignature { id: judgement.id, key: number, public_key, token }))
    }

    /// The realm answered for its keys, or did not.
    pub(super) fn keys_came(&mut self, ticket: jwks::Ticket, reply: Option<&Reply>) {
        let now = self.session.service_time(self.now);
        let count = &mut self.keys.count;
        let mut number = |public_key| {
            *count += 1;
            Key { number: *count, public_key }
        };
        let keys = reply.filter(|reply| reply.status == 200).and_then(|reply| match &reply.body {
            Body::Text(text) => jwks::read_as(Json::object(text.expose())?, &mut number),
            _ => None,
        });
        let asked_to_wait = || reply.and_then(|reply| response::wait(reply.status, &reply.headers, now));
        let keys = keys.ok_or_else(asked_to_wait);
        self.keys.cache.fetched(ticket, keys, self.now);
        self.reconsider();
    }

    /// Looks once more at what waits for keys, or was to be judged by another realm's.
    fn reconsider(&mut self) {
        let generation = self.generation;
        let waits = |judgement: &Judgement| judgement.verdict.is_none() || judgement.generation != generation;
        let mut waiting = self.keys.judgements.take_all(&waits);
        while let Some(judgement) = waiting.take_first() {
            self.consider(judgement);
        }
    }

    /// The keys of one realm are nothing to another.
    pub(super) fn forget_keys(&mut self) {
        self.abort_keys();
        self.keys.cache.clear();
        self.reconsider();
    }

    pub(super) fn verified(&mut self, id: Id, signature: Signature) {
        let is_it = |judgement: &Judgement| judgement.id == id && judgement.verdict.is_some();
        let Some(judgement) = self.keys.judgements.take(&is_it) else { return };
        let verdict = match signature {
            Signature::Unavailable => Err(Error::CryptoUnavailable),
            Signature::UnreadableKey => Err(Error::UnusableKey),
            Signature::Good { key_bits } | Signature::Bad { key_bits } if key_bits < MIN_KEY_BITS => {
                Err(Error::UnusableKey)
            }
            Signature::Bad { .. } => Err(Error::InvalidSignature),
            // What was found before only the signature was open.
            Signature::Good { .. } => {
                judgement.verdict.as_ref().map_or(Err(Error::InvalidSignature), |(_, verdict)| *verdict)
            }
        };
        self.end_judgement(judgement, verdict.map_err(Failure::new));
    }

    /// Ends the next judgement of a token that its session does not have any more, or of a link that is not followed any more:
    /// nobody gets it whatever it is worth, and it is not to be held for that.
    pub(super) fn end_a_judgement_of_the_past(&mut self) -> bool {
        let (session, adoptions) = (&self.session, &self.adoptions);
        let is_past = |judgement: &Judgement| match &judgement.purpose {
            For::App(_) => false,
            For::Waiters(_, _, owner) => !session.is_tracked(owner),
            For::Adoption(id) => adoptions.iter().any(|one| one.own == *id && session.is_late(one.context)),
        };
        let Some(judgement) = self.keys.judgements.take(&is_past) else { return false };
        let verdict = match judgement.purpose {
            For::Adoption(_) => Err(Error::NotSignedIn.into()),
            _ => Ok(()),
        };
        self.end_judgement(judgement, verdict);
        true
    }

    pub(super) fn judgement_is_late(&mut self, id: Id) {
        let judgement = self.keys.judgements.take(&|judgement| judgement.id == id);
        if let Some(judgement) = judgement {
            self.end_judgement(judgement, Err(Error::Timeout.into()));
        }
    }

    #[expect(clippy::boxed_local, reason = "so it moves as one pointer")]
    fn end_judgement(&mut self, judgement: Box<Judgement>, verdict: Result<(), Failure>) {
        let Judgement { id, purpose, token, verdict: read, .. } = *judgement;
        self.deadlines.clear(Due::Judgement(id));
        match (purpose, verdict) {
            (For::App(id), Ok(())) => {
                let payload = read.map(|(payload, _)| payload).unwrap_or_default();
                self.settle(id, Answer::Claims { payload, is_trusted: true });
            }
            (For::App(id), Err(failure)) => self.fail(id, failure),
            (For::Waiters(mut waiters, granted, session), verdict) => {
                let is_lazy = self.setup.policy == TokenPolicy::Lazy;
                let answer = match verdict {
                    Err(failure) if !is_lazy || !says_nothing(&failure) => Err(failure),
                    verdict if self.session.is_tracked(&session) => {
                        let is_verified = verdict.is_ok();
                        if is_verified {
                            self.last_verified = Some(token);
                        }
                        Ok(session::Granted { is_verified, ..granted })
                    }
                    // Signed out meanwhile.
                    _ if self.session.tracked().is_none() => Err(Error::NotSignedIn.into()),
                    // Someone else signed in, and must not get it. The app's own requests look to that themselves.
                    verdict => {
                        let mut own = Vec::new();
                        while let Some(id) = take_id(&mut waiters, &|id| id >= OWN_IDS) {
                            own.push(id);
                        }
                        let is_verified = verdict.is_ok();
                        self.deliver(own, Ok(session::Granted { is_verified, ..granted }));
                        Err(Error::Aborted.into())
                    }
                };
                self.deliver(waiters, answer);
            }
            (For::Adoption(id), verdict) => self.resumed.add(Resumed::Adoption(id, verdict)),
        }
    }

    /// One of those who wait for a token, or for a verdict, gives up.
    pub(super) fn cancel_judgement(&mut self, waiter: Id) {
        let is_own = |judgement: &Judgement| matches!(judgement.purpose, For::App(id) if id == waiter);
        if let Some(judgement) = self.keys.judgements.take(&is_own) {
            return self.end_judgement(judgement, Err(Error::Aborted.into()));
        }
        for judgement in self.keys.judgements.iter_mut() {
            if let For::Waiters(waiters, ..) = &mut judgement.purpose
                && take_id(waiters, &|other| other == waiter).is_some()
            {
                return self.deliver(vec![waiter], Err(Error::Aborted.into()));
            }
        }
    }

    pub(super) fn dispose_judgements(&mut self) {
        self.abort_keys();
        self.keys.cache.clear();
        while let Some(judgement) = self.keys.judgements.take_first() {
            self.end_judgement(judgement, Err(Error::Disposed.into()));
        }
    }
}

/// Whether a failure leaves it open what a token is worth. An unknown key may be so new that not all of the service's
/// answers have it yet.
fn says_nothing(failure: &Failure) -> bool {
    matches!(
        failure.error,
        Error::KeysUnavailable | Error::CryptoUnavailable | Error::UnknownKey | Error::Timeout
    )
}
