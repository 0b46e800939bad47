//! An emulator in a test's hands: requests in, answers out, and a clock to turn.

use std::sync::OnceLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderMap, Method, Request, StatusCode};
use loginrocket_emulator::seed::{self, Seed};
use loginrocket_emulator::settings::Settings;
use loginrocket_emulator::state::Realm;
use loginrocket_emulator::{Links, Listener, Reply, Service, SigningKey, Time};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use rsa::BoxedUint;
use rsa::pkcs1v15::{Signature, VerifyingKey};
use rsa::pkcs8::DecodePublicKey as _;
use rsa::signature::Verifier as _;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::remote::Remote;

pub const ADA: &str = "ada@example.com";
pub const PASSWORD: &str = "engine-of-1843";

/// A weekday in September 2026; nothing depends on it.
pub const START: Time = Time::from_seconds(1_790_000_000);

/// The realms of a document: in-process, or, where hosts are given, in one of them. Then `service` has a copy of the default realm
/// while a test looks at it or changes it.
pub struct Emulator {
    pub service: Service,
    pub now: Time,
    rng: ChaCha20Rng,
    remote: Option<Remote>,
}

/// An answer, taken apart.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    pub body: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn session(&self) -> String {
        self.body["session"].as_str().unwrap_or_else(|| panic!("no session in {}", self.body)).to_owned()
    }

    pub fn account(&self) -> String {
        self.body["account"].as_str().unwrap_or_else(|| panic!("no account in {}", self.body)).to_owned()
    }

    pub fn token(&self) -> String {
        self.body["token"].as_str().unwrap_or_else(|| panic!("no token in {}", self.body)).to_owned()
    }

    pub fn claims(&self) -> Value {
        claims(&self.token())
    }

    #[track_caller]
    pub fn is_full_login(self) -> Self {
        assert_eq!((self.status, &self.body["result"]), (200, &json!("full_login")), "{}", self.body);
        self
    }

    #[track_caller]
    pub fn is_conditional(self, conditions: &[&str]) -> Self {
        assert_eq!((self.status, &self.body["result"]), (200, &json!("conditional_login")), "{}", self.body);
        assert_eq!(self.body["conditions"], json!(conditions));
        assert!(self.body.get("token").is_none(), "a conditional login never has a token");
        self
    }

    #[track_caller]
    pub fn is_okay(self) -> Self {
        assert_eq!((self.status, &self.body), (200, &json!({ "result": "okay" })));
        self
    }

    #[track_caller]
    pub fn is_refused(self, status: u16, part: &str) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.body["result"], "error");
        let error = self.body["error"].as_str().expect("an error has a text");
        assert!(error.contains(part), "{error:?} does not contain {part:?}");
        let errors = self.body["errors"].as_array().expect("an error has a list");
        let joined: Vec<&str> = errors.iter().map(|error| error.as_str().unwrap()).collect();
        assert_eq!(joined.join(" "), error);
        self
    }

    #[track_caller]
    pub fn is_logged_out(self) -> Self {
        self.is_refused(403, "session")
    }
}

impl Emulator {
    /// The built-in seed: Ada and default settings.
    pub fn new() -> Self {
        Self::from_seed(seed::DEFAULT)
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut emulator = Self::new();
        change(emulator.settings());
        emulator
    }

    pub fn from_seed(document: &str) -> Self {
        let links = Links {
            port: 4400,
            root: "http://127.0.0.1:4400/".into(),
            core: None,
            app: None,
            default_realm: String::new(),
        };
        let mut rng = ChaCha20Rng::seed_from_u64(1843);
        let remote = Remote::take(document);
        // Ids that were made up are the host's.
        let document = remote.as_ref().map_or_else(|| document.to_owned(), Remote::export);
        let mut service = Service::new(&Seed::parse(&document).unwrap(), links, START, &mut rng);
        if remote.is_none() {
            service.offer_key(key(0));
            service.offer_key(key(1));
        }
        Self { service, now: START, rng, remote }
    }

    pub fn realm(&mut self) -> &mut Realm {
        self.hand_over();
        if let Some(snapshot) = self.remote.as_mut().map(Remote::read) {
            self.copy(Method::PUT, snapshot.into_bytes());
        }
        self.service.default_realm_mut().unwrap()
    }

    /// Gives the host what a test did to the realm.
    fn hand_over(&mut self) {
        if self.remote.as_ref().is_some_and(Remote::has_read) {
            let snapshot = self.copy(Method::GET, Vec::new());
            if let Some(remote) = &mut self.remote {
                remote.write(&snapshot);
            }
        }
    }

    /// Reads or writes the copy of the realm.
    fn copy(&mut self, method: Method, body: Vec<u8>) -> String {
        let mut request = request(method, "/_emulator/snapshot");
        *request.body_mut() = body;
        let reply = self.service.handle(Listener::LoginRocket, &request, "", self.now, &mut self.rng);
        let answer = answer(reply);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.text()
    }

    /// The document that makes the same realms again.
    pub fn dump(&mut self) -> Seed {
        self.hand_over();
        match &self.remote {
            Some(remote) => Seed::parse(&remote.export()).unwrap(),
            None => self.service.dump(),
        }
    }

    pub fn api_key(&self) -> String {
        let own = || self.service.api_key().reveal().to_owned();
        self.remote.as_ref().map_or_else(own, |remote| remote.api_key.clone())
    }

    pub fn settings(&mut self) -> &mut Settings {
        &mut self.realm().settings
    }

    pub fn user_id(&mut self, email: &str) -> String {
        self.realm().find_user(email).unwrap().id.clone()
    }

    pub fn advance_minutes(&mut self, minutes: u64) {
        self.now = self.now.plus_minutes(minutes);
    }

    pub fn reply(&mut self, listener: Listener, request: &Request<Vec<u8>>) -> Reply {
        self.hand_over();
        match &mut self.remote {
            Some(remote) => remote.send(listener, request, self.now),
            None => self.service.handle(listener, request, "127.0.0.1", self.now, &mut self.rng),
        }
    }

    pub fn send(&mut self, request: &Request<Vec<u8>>) -> Answer {
        answer(self.reply(Listener::LoginRocket, request))
    }

    pub fn json(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "127.0.0.1:4400")
            .header("content-type", "application/json")
            .body(body.to_string().into_bytes());
        self.send(&request.unwrap())
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.json(Method::POST, path, body)
    }

    pub fn put(&mut self, path: &str, body: &Value) -> Answer {
        self.json(Method::PUT, path, body)
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(&request(Method::GET, path))
    }

    pub fn delete(&mut self, path: &str) -> Answer {
        self.send(&request(Method::DELETE, path))
    }

    pub fn log_in(&mut self) -> Answer {
        self.post("/v2/login", &json!({ "email": ADA, "password": PASSWORD }))
    }

    pub fn sign_up(&mut self, email: &str) -> Answer {
        self.post("/v2/signup", &json!({ "email": email, "password": "a-good-password" }))
    }

    pub fn refresh(&mut self, session: &str) -> Answer {
        self.get(&format!("/v2/session?session={session}"))
    }

    /// The newest mail to an address, as the inbox shows it.
    pub fn mail_to(&mut self, email: &str) -> Value {
        let inbox = self.get(&format!("/_emulator/mails?to={email}"));
        inbox.body["mails"].as_array().unwrap().last().unwrap_or_else(|| panic!("no mail to {email}")).clone()
    }

    pub fn mailed_token(&mut self, email: &str) -> String {
        self.mail_to(email)["token"].as_str().unwrap().to_owned()
    }

    pub fn mail_count(&mut self) -> usize {
        self.get("/_emulator/mails").body["mails"].as_array().unwrap().len()
    }
}

pub fn request(method: Method, path: &str) -> Request<Vec<u8>> {
    Request::builder().method(method).uri(path).header("host", "127.0.0.1:4400").body(Vec::new()).unwrap()
}

pub fn answer(reply: Reply) -> Answer {
    let (parts, bytes) = reply.response.into_parts();
    let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
    Answer { status: StatusCode::as_u16(&parts.status), headers: parts.headers, bytes, body }
}

/// The claims of a token, unchecked.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a token has three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// Whether a token's signature fits a public key, given as modulus and exponent in base64url.
pub fn fits_components(token: &str, modulus: &str, exponent: &str) -> bool {
    let number = |text: &str| BoxedUint::from_be_slice_vartime(&URL_SAFE_NO_PAD.decode(text).unwrap());
    fits(token, rsa::PublicKey::new(number(modulus), number(exponent)).unwrap())
}

/// The same for a key as PEM.
pub fn fits_pem(token: &str, pem: &str) -> bool {
    fits(token, rsa::PublicKey::from_public_key_pem(pem).unwrap())
}

fn fits(token: &str, key: rsa::PublicKey) -> bool {
    let (message, signature) = signed(token);
    let signature = Signature::try_from(signature.as_slice()).unwrap();
    VerifyingKey::<Sha256>::new(key).verify(message.as_bytes(), &signature).is_ok()
}

/// The same for a shared secret.
pub fn fits_secret(token: &str, secret: &str) -> bool {
    let (message, signature) = signed(token);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(message.as_bytes());
    mac.verify_slice(&signature).is_ok()
}

/// A token's signed part, and the signature.
fn signed(token: &str) -> (&str, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').expect("a token has three parts");
    (message, URL_SAFE_NO_PAD.decode(signature).unwrap())
}

/// Keys take long to make: the tests share two.
pub fn key(index: usize) -> SigningKey {
    static KEYS: OnceLock<Vec<SigningKey>> = OnceLock::new();
    let make = || {
        let mut rng = ChaCha20Rng::seed_from_u64(2048);
        (0..2).map(|_| SigningKey::generate(&mut rng).unwrap()).collect()
    };
    KEYS.get_or_init(make)[index].clone()
}

/// Randomness for records that a test makes by hand.
pub fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(7)
}
