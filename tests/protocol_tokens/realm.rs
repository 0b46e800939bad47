//! The tokens of `tests/fixtures/tokens`, an engine that judges them, and a host that has the realm's keys.

use loginrocket_wasm::{
    engine::{Answer, Effect, Engine, Id, Input, OWN_IDS, Platform, Setup, Signature},
    native::RsaKey,
    protocol::{
        config::Config,
        failure::Failure,
        jwks::PublicKey,
        jwt::Jwt,
        response::{Body, Reply},
        time::Moment,
        url::BaseUrl,
        verify::{LEEWAY_SECONDS, Rules},
    },
};
use serde_json::Value;
use std::{collections::VecDeque, sync::LazyLock};

/// A token of `tests/fixtures/tokens`, and what it comes to.
pub struct Row {
    pub name: String,
    pub token: String,
    /// `okay` if it is good.
    pub code: String,
    leeway_seconds: u32,
    account: Option<String>,
}

impl Row {
    pub fn rules(&self) -> Rules {
        let account = self.account.as_deref().map(Into::into);
        Rules { leeway_seconds: self.leeway_seconds, account }
    }
}

pub struct Tokens {
    /// The time at which each is judged, in epoch seconds.
    pub now: u64,
    pub jwks: Value,
    pub rows: Vec<Row>,
}

pub static TOKENS: LazyLock<Tokens> = LazyLock::new(|| {
    let file: Value = serde_json::from_str(include_str!("../fixtures/tokens/tokens.json")).unwrap();
    let text = |row: &Value, member: &str| row[member].as_str().map(str::to_owned);
    let row = |row: &Value| Row {
        name: text(row, "name").unwrap(),
        token: text(row, "token").unwrap(),
        code: text(row, "code").unwrap(),
        leeway_seconds: row["leewaySeconds"].as_u64().map_or(LEEWAY_SECONDS, |s| u32::try_from(s).unwrap()),
        account: text(row, "account"),
    };
    Tokens {
        now: file["now"].as_u64().unwrap(),
        jwks: file["jwks"].clone(),
        rows: file["rows"].as_array().unwrap().iter().map(row).collect(),
    }
});

pub fn token(name: &str) -> &'static str {
    let row = TOKENS.rows.iter().find(|row| row.name == name);
    &row.unwrap_or_else(|| panic!("there is no token \"{name}\"")).token
}

pub const GOOD: &str = "as the service makes it";

/// An engine that verifies tokens, and a host that has the realm's keys.
pub struct Realm {
    pub engine: Engine,
    pub now_ms: u64,
    /// How many seconds the machine's clock is ahead.
    pub wall_ahead: u64,
    /// What the realm answers for its keys; nothing if it does not answer.
    pub keys: Option<Reply>,
    /// What the host finds every signature to be; the truth if that is not said.
    pub signature: Option<Signature>,
    /// The requests for keys that are not answered, the numbers of the keys that were used, and the answers.
    pub unanswered: Vec<Id>,
    pub requests: usize,
    pub used: Vec<u32>,
    pub answers: Vec<(Id, Answer)>,
    pub aborted: Vec<Id>,
    pub wake_at: Option<u64>,
    pub last: Id,
}

pub fn reply(status: u16, body: &str) -> Reply {
    Reply { status, body: Body::Text(body.into()), ..Reply::default() }
}

impl Realm {
    pub fn with(setup: Setup) -> Self {
        let (engine, _) = Engine::new(Moment { mono_ms: 0, wall: TOKENS.now }, setup);
        Self {
            engine,
            now_ms: 0,
            wall_ahead: 0,
            keys: Some(reply(200, &TOKENS.jwks.to_string())),
            signature: None,
            unanswered: Vec::new(),
            requests: 0,
            used: Vec::new(),
            answers: Vec::new(),
            aborted: Vec::new(),
            wake_at: None,
            last: 0,
        }
    }

    pub fn new() -> Self {
        Self::with(setup())
    }

    pub fn now(&self) -> Moment {
        Moment { mono_ms: self.now_ms, wall: TOKENS.now + self.wall_ahead + self.now_ms / 1000 }
    }

    /// Lets the engine take something in, does what it wants done, and reports what came of that.
    pub fn input(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            let effects = self.engine.handle(self.now(), input);
            inputs.extend(effects.into_iter().filter_map(|effect| self.perform(effect)));
        }
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            // The answer to a call is the test's.
            Effect::Fetch { request, .. } if request.url.expose().contains("/v2/") => None,
            Effect::Fetch { id, request } => {
                assert_eq!(request.method.as_str(), "GET");
                assert_eq!(request.url.expose(), "https://sample.e2.loginrocket.com/connect/jwks");
                assert_eq!(request.headers().collect::<Vec<_>>(), [("accept", "application/json")]);
                assert!(request.additions.is_none());
                self.requests += 1;
                let reply = self.keys.clone();
                if reply.is_none() {
                    self.unanswered.push(id);
                }
                reply.map(|reply| Input::Replied { id, reply })
            }
            Effect::VerifySignature { id, key, public_key, token } => {
                self.used.push(key);
                assert_eq!(token.is_given, id < OWN_IDS, "a host finds what it was given by who gave it");
                let jwt = Jwt::parse(token.jwt.expose()).unwrap();
                let found = self.signature;
                let signature =
                    found.unwrap_or_else(|| found_to_be(&public_key, jwt.signed, jwt.signature.expose()));
                Some(Input::Verified { id, signature })
            }
            Effect::Settle { ids, answer } => {
                self.answers.extend(ids.into_iter().map(|id| (id, answer.clone())));
                None
            }
            Effect::Abort { id } => {
                self.aborted.push(id);
                None
            }
            Effect::WakeAt { at_ms } => {
                self.wake_at = at_ms;
                None
            }
            _ => None,
        }
    }

    pub fn pass(&mut self, ms: u64) {
        self.now_ms += ms;
        self.input(Input::Woke);
    }

    pub fn verify(&mut self, token: &str, rules: Rules) -> Id {
        self.last += 1;
        self.input(Input::VerifyToken { id: self.last, token: token.into(), rules });
        self.last
    }

    /// What a wait came to, if it has.
    pub fn answer(&self, id: Id) -> Option<Answer> {
        let answers: Vec<_> = self.answers.iter().filter(|(own, _)| *own == id).collect();
        assert!(answers.len() <= 1, "answered more than once");
        answers.first().map(|(_, answer)| answer.clone())
    }

    pub fn failure(&self, id: Id) -> Option<Failure> {
        match self.answer(id)? {
            Answer::Failed { failure } => Some(failure),
            other => panic!("no failure: {other:?}"),
        }
    }

    pub fn code(&self, id: Id) -> Option<&'static str> {
        Some(match self.answer(id)? {
            Answer::Claims { is_trusted: true, .. } => "okay",
            Answer::Failed { failure } => failure.error.code(),
            other => panic!("no verdict: {other:?}"),
        })
    }

    /// What a token comes to at once.
    pub fn verdict(&mut self, token: &str) -> &'static str {
        let id = self.verify(token, Rules::default());
        self.code(id).unwrap()
    }
}

pub fn setup() -> Setup {
    let url = BaseUrl::parse("https://sample.e2.loginrocket.com").ok();
    Setup {
        config: Config { url, ..Config::default() },
        platform: Platform { has_crypto: true, ..Platform::default() },
        ..Setup::default()
    }
}

/// What a signature is. The library reads no key that is too short, but says no more of it: such a one is told apart by the
/// length of its modulus in base64url.
pub fn found_to_be(key: &PublicKey, signed: &str, signature: &[u8]) -> Signature {
    let letters = match key {
        PublicKey::Components { n, .. } => Some(n.len()),
        PublicKey::Spki(_) => None,
    };
    let key_bits = letters.map_or(2048, |letters| u32::try_from(letters * 6 / 8 * 8).unwrap());
    match RsaKey::import(key) {
        Ok(key) if key.verifies(signed, signature) => Signature::Good { key_bits },
        Ok(_) => Signature::Bad { key_bits },
        Err(_) if (512..2048).contains(&key_bits) => Signature::Bad { key_bits },
        Err(_) => Signature::UnreadableKey,
    }
}
