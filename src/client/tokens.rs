//! Verifies tokens with the realm's keys, which it asks for when they are needed and as rarely as it may.
//!
//! What makes a token good is in [`crate::core::verify`], when keys are asked for in [`crate::core::jwks`].

use super::{
    Client,
    oneshot::{Receiver, Sender, oneshot},
    ports::{Platform, Verdict},
    race::{Either, race},
};
use crate::{
    Error,
    core::{
        config::Config,
        jwks::{self, Cache, Keys, Lookup, PublicKey, Ticket},
        jwt::Jwt,
        response::{self, Body, Failure, Record as _},
        secret::Secret,
        session::Moment,
        url::BaseUrl,
        verify::{self, Header, Rules},
    },
};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

/// Verifies tokens of the realm of one client.
pub struct Verifier<P: Platform> {
    client: Client<P>,
    cache: RefCell<Cache<P::Key>>,
    /// The URL whose keys they are.
    realm: RefCell<Option<BaseUrl>>,
    /// Counts realms.
    era: Cell<u32>,
    /// The header of the token that was judged last.
    header: RefCell<Option<Header>>,
    waiting: RefCell<Vec<Sender<()>>>,
    /// The request under way; dropping it stops it.
    under_way: RefCell<Option<Sender<()>>>,
    is_disposed: Cell<bool>,
}

impl<P: Platform> Verifier<P> {
    /// A verifier; nothing is sent until the first token.
    pub fn new(client: Client<P>) -> Self {
        Self {
            client,
            cache: RefCell::default(),
            realm: RefCell::default(),
            era: Cell::default(),
            header: RefCell::default(),
            waiting: RefCell::default(),
            under_way: RefCell::default(),
            is_disposed: Cell::default(),
        }
    }

    /// Ends all that goes on; who waits, and who comes later, gets `disposed`.
    pub fn dispose(&self) {
        self.is_disposed.set(true);
        self.under_way.take();
        self.waiting.take();
    }

    /// The payload of a token that may be trusted now.
    ///
    /// Errors: `malformed_token`, `v1_token`, `unsupported_algorithm`, `unsupported_header`, `missing_key_id`,
    /// `unknown_key`, `unusable_key`, `invalid_signature`, `wrong_issuer`, `missing_claim`, `invalid_claim`,
    /// `token_expired`, `token_not_yet_valid`, `wrong_account`; `keys_unavailable` and `crypto_unavailable` where that
    /// cannot be known; `missing_url`, `insecure_url`; `disposed`, and
    /// `aborted` where the client was pointed at another realm meanwhile.
    pub async fn verify(self: &Rc<Self>, jwt: &Secret, rules: &Rules) -> Result<P::Record, Failure> {
        self.judge(jwt, rules, true).await
    }

    /// The same, whatever time it is: for who knows better than the device's clock how old the token is.
    pub(super) async fn verify_at_any_time(self: &Rc<Self>, jwt: &Secret) -> Result<P::Record, Failure> {
        self.judge(jwt, &Rules::default(), false).await
    }

    async fn judge(
        self: &Rc<Self>,
        jwt: &Secret,
        rules: &Rules,
        by_the_clock: bool,
    ) -> Result<P::Record, Failure> {
        let mut era = None;
        let refused = loop {
            match self.begin(jwt, rules, by_the_clock, &mut era) {
                Ok(Begun::Waits(answered)) => answered.await,
                Ok(Begun::Judged { is_signed, verdict, payload }) => {
                    let verdict = if is_signed.await { verdict } else { Err(Error::InvalidSignature) };
                    match verdict {
                        Ok(()) => return Ok(payload),
                        Err(error) => break error.into(),
                    }
                }
                Err(refused) => break refused,
            };
        };
        Err(refused.into())
    }

    /// Judges a token as far as that goes at once. `era` is that of the realm for which it was asked first.
    fn begin(
        self: &Rc<Self>,
        jwt: &Secret,
        rules: &Rules,
        by_the_clock: bool,
        era: &mut Option<u32>,
    ) -> Result<Begun<P::Record>, Refused> {
        if self.is_disposed.get() {
            return Err(Error::Disposed.into());
        }
        let platform = self.client.platform();
        let jwt = Jwt::parse(jwt.expose()).ok_or(Error::MalformedToken)?;
        let known = self.header.take();
        let (payload, header) = verify::read(&jwt, known, |json| platform.parse(json))?;
        self.follow_url()?;
        // A token is judged by the keys of the realm for which that was asked, or not at all.
        if *era.get_or_insert(self.era.get()) != self.era.get() {
            return Err(Error::Aborted.into());
        }
        let now = self.moment();
        let lookup = self.cache.borrow_mut().look_up(&header.key_id, now);
        self.header.replace(Some(header));
        let key = match lookup {
            Lookup::Found(key) => key?,
            Lookup::Unknown(ms) => return Err(Refused { error: Error::UnknownKey, again_ms: Some(ms) }),
            Lookup::Unavailable(ms) => {
                return Err(Refused { error: Error::KeysUnavailable, again_ms: Some(ms) });
            }
            Lookup::Wait => return Ok(Begun::Waits(self.wait())),
            Lookup::Fetch(ticket) => {
                let answered = self.wait();
                self.fetch(ticket);
                return Ok(Begun::Waits(answered));
            }
        };
        let now = if by_the_clock { now.wall } else { payload.number("iat").unwrap_or_default() };
        // Said only if the signature is good.
        let verdict = verify::check(&payload, rules, now);
        let is_signed = platform.verify(&key, jwt.signed, jwt.signature.expose());
        Ok(Begun::Judged { is_signed, verdict, payload })
    }

    fn wait(&self) -> Receiver<()> {
        let (sender, answered) = oneshot();
        self.waiting.borrow_mut().push(sender);
        answered
    }

    /// The keys of one realm are nothing to another.
    fn follow_url(&self) -> Result<(), Error> {
        let config = self.client.config();
        let url = config.usable_url()?;
        if !self.client.platform().can_verify() {
            return Err(Error::CryptoUnavailable);
        }
        if self.realm.borrow().as_ref() != Some(url) {
            self.realm.replace(Some(url.clone()));
            self.era.set(self.era.get() + 1);
            self.cache.borrow_mut().clear();
            self.under_way.take();
        }
        Ok(())
    }

    fn moment(&self) -> Moment {
        let platform = self.client.platform();
        Moment { mono_ms: platform.mono_ms(), wall: platform.now() }
    }

    /// Asks for the keys, for all who wait. Whoever gives up meanwhile does not stop it.
    fn fetch(self: &Rc<Self>, ticket: Ticket) {
        let (this, config) = (Rc::clone(self), self.client.config().clone());
        let (stop, stopped) = oneshot();
        self.under_way.replace(Some(stop));
        self.client.platform().spawn(async move {
            if let Either::Second(answer) = race(stopped, this.ask(&config)).await {
                let now = this.moment();
                this.cache.borrow_mut().fetched(ticket, answer, now);
            }
            this.waiting.take();
        });
    }

    /// The realm's keys, or for how many seconds it asks to be left alone, if it does.
    async fn ask(&self, config: &Config) -> Result<Keys<P::Key>, Option<u32>> {
        let platform = self.client.platform();
        let request = jwks::request(config.usable_url().map_err(|_| None)?);
        let answer = race(platform.sleep(config.timeout.as_ms()), platform.send(request)).await;
        let Either::Second(Ok(reply)) = answer else { return Err(None) };
        let keys = match &reply.body {
            Body::Object(jwks) if reply.status == 200 => jwks::read(jwks),
            _ => None,
        };
        let keys = keys.ok_or_else(|| response::wait(reply.status, &reply.headers, platform.now()))?;
        let mut imported = Vec::new();
        for (id, key) in keys {
            imported.push((id, self.import(key).await));
        }
        Ok(imported)
    }

    async fn import(&self, key: Result<PublicKey, Error>) -> Result<P::Key, Error> {
        self.client.platform().import(&key?).await
    }
}

/// How far a token was judged at once.
enum Begun<R> {
    /// Its key is not here yet.
    Waits(Receiver<()>),
    /// Whether its signature is good comes later, and only then the rest counts.
    Judged { is_signed: Verdict, verdict: Result<(), Error>, payload: R },
}

/// Why a token is not trusted; and, if that may change by itself, in how many milliseconds.
struct Refused {
    error: Error,
    again_ms: Option<u64>,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self { error, again_ms: None }
    }
}

impl From<Refused> for Failure {
    fn from(Refused { error, again_ms }: Refused) -> Self {
        again_ms.map_or_else(|| Self::new(error), |ms| Self::later(error, ms))
    }
}
