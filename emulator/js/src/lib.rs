//! The emulated realms for a script that hosts them: requests, the time and randomness in, answers out. It decides nothing about
//! realms; the script has the sockets, the clock and the waiting.

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue, Request};
use loginrocket_emulator::seed::{self, Seed};
use loginrocket_emulator::{Ending, Links, Listener, Listing, Progress, Service, SigningKey, Time};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng as _;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::wasm_bindgen;

/// Where the script serves the realms.
#[derive(Deserialize)]
struct Place {
    root: String,
    port: u16,
    core: Option<String>,
    #[serde(default)]
    api_key: Option<String>,
    /// Id of the default realm.
    #[serde(default)]
    realm: Option<String>,
    #[serde(default)]
    app: Option<String>,
    /// Whether other machines may reach it.
    #[serde(default)]
    open: bool,
}

/// A request without its body.
#[derive(Deserialize)]
struct Asked {
    /// Whether it came in by the listener of the Core API.
    core: bool,
    method: String,
    /// Path and query.
    path: String,
    headers: Vec<(String, String)>,
    /// Of the caller.
    address: String,
}

/// What the host is to do about a request. It takes the body of the answer with `take_body`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Told {
    /// Answer it.
    Answer {
        status: u16,
        headers: Vec<(String, String)>,
        delay_millis: u64,
        /// After how many bytes of the body the connection breaks: none before the first byte.
        #[serde(skip_serializing_if = "Option::is_none")]
        breaks_after: Option<usize>,
        hangs: bool,
        cuts: bool,
    },
    /// Call `go_on` with this number, after other requests had their turn.
    More(u32),
    /// It needs a signing key, and there is none.
    Key,
}

/// The realms of one emulator.
#[wasm_bindgen(js_name = Realms, skip_typescript)]
#[derive(Debug)]
pub struct Realms {
    service: Service,
    rng: ChaCha20Rng,
    /// For keys alone. When one is made must not change what the realms draw.
    key_rng: ChaCha20Rng,
    body: Vec<u8>,
    listings: BTreeMap<u32, Listing>,
    last_listing: u32,
}

#[wasm_bindgen(js_class = Realms)]
impl Realms {
    /// Makes the realms of a document, or of the built-in one. `entropy` seeds all randomness. A failure is a sentence.
    #[allow(clippy::needless_pass_by_value, reason = "what may be missing cannot cross as a reference")]
    pub fn open(seed: Option<String>, place: &str, entropy: &[u8], now: f64) -> Result<Realms, String> {
        let mut seed = Seed::parse(seed.as_deref().unwrap_or(seed::DEFAULT))
            .map_err(|error| format!("the seed is wrong: {error}"))?;
        let place: Place = serde_json::from_str(place).map_err(|error| error.to_string())?;
        seed.fix(place.api_key.as_deref(), place.realm.as_deref())?;
        let mut key = [0; 32];
        for (to, from) in key.iter_mut().zip(entropy) {
            *to = *from;
        }
        let mut rng = ChaCha20Rng::from_seed(key);
        let app = place.app;
        let links = Links {
            port: place.port,
            root: place.root,
            core: place.core,
            app: app.clone(),
            default_realm: String::new(),
        };
        let mut service = Service::new(&seed, links, time(now), &mut rng);
        if let (Some(app), Some(realm)) = (&app, service.default_realm_mut())
            && realm.client_apps.is_empty()
        {
            realm.set_login_urls(std::slice::from_ref(app), time(now), &mut rng);
        }
        if place.open {
            service.open_control();
        }
        let key_rng = ChaCha20Rng::from_seed(key.map(|byte| !byte));
        Ok(Self { service, rng, key_rng, body: Vec::new(), listings: BTreeMap::new(), last_listing: 0 })
    }

    /// Answers a request, which is JSON with its body beside it. Gives in JSON what the host is to do. With `wait`, a request
    /// that needs a key is not answered while there is none.
    pub fn handle(&mut self, asked: &str, body: Vec<u8>, now: f64, wait: bool) -> String {
        let Some((listener, address, request)) = read(asked, body) else {
            return empty(400);
        };
        if wait && self.service.lacks_key(listener, &request) {
            return told(&Told::Key);
        }
        let progress = self.service.begin(listener, &request, &address, time(now), &mut self.rng);
        self.tell(progress)
    }

    /// Goes on with an answer, by its number.
    pub fn go_on(&mut self, number: u32, now: f64) -> String {
        match self.listings.remove(&number) {
            Some(listing) => {
                let progress = self.service.go_on(listing, time(now));
                self.tell(progress)
            }
            None => empty(500),
        }
    }

    /// The body of the last answer.
    pub fn take_body(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.body)
    }

    /// Adds a signing key, given as PKCS #8 in DER. Says whether it is one.
    pub fn offer_key(&mut self, pkcs8: &[u8]) -> bool {
        let key = SigningKey::from_pkcs8(pkcs8, &mut self.key_rng);
        key.is_some_and(|key| {
            self.service.offer_key(key);
            true
        })
    }

    /// Makes a signing key, which is slow. Says whether that worked.
    pub fn make_key(&mut self) -> bool {
        let key = SigningKey::generate(&mut self.key_rng);
        key.is_some_and(|key| {
            self.service.offer_key(key);
            true
        })
    }

    /// How many keys are left.
    pub fn spare_keys(&self) -> u32 {
        u32::try_from(self.service.spare_keys()).unwrap_or(u32::MAX)
    }

    fn tell(&mut self, progress: Progress) -> String {
        match progress {
            Progress::More(listing) => {
                self.last_listing = self.last_listing.wrapping_add(1);
                self.listings.insert(self.last_listing, listing);
                told(&Told::More(self.last_listing))
            }
            Progress::Done(reply) => {
                let (parts, body) = reply.response.into_parts();
                self.body = body;
                // A header is bytes; a script knows them as letters up to U+00FF.
                let letters =
                    |value: &HeaderValue| value.as_bytes().iter().copied().map(char::from).collect();
                let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), letters(value)));
                told(&Told::Answer {
                    status: parts.status.as_u16(),
                    headers: headers.collect(),
                    delay_millis: reply.delay_millis,
                    breaks_after: match reply.ending {
                        Ending::Truncated(kept) => Some(kept),
                        _ => None,
                    },
                    hangs: reply.ending == Ending::Hang,
                    cuts: reply.ending == Ending::Cut,
                })
            }
        }
    }
}

fn read(asked: &str, body: Vec<u8>) -> Option<(Listener, String, Request<Vec<u8>>)> {
    let Asked { core, method, path, headers, address } = serde_json::from_str(asked).ok()?;
    let mut request = Request::builder().method(method.as_str()).uri(path).body(body).ok()?;
    for (name, value) in headers {
        // HTTP has no letters beyond a byte. Any server would refuse them.
        let bytes: Option<Vec<u8>> = value.chars().map(|letter| u8::try_from(letter).ok()).collect();
        let (name, value) = (HeaderName::try_from(name).ok()?, HeaderValue::from_bytes(&bytes?).ok()?);
        request.headers_mut().append(name, value);
    }
    Some((if core { Listener::Core } else { Listener::LoginRocket }, address, request))
}

fn empty(status: u16) -> String {
    told(&Told::Answer {
        status,
        headers: Vec::new(),
        delay_millis: 0,
        breaks_after: None,
        hangs: false,
        cuts: false,
    })
}

fn told(told: &Told) -> String {
    // Plain structures, for which writing to memory cannot fail.
    serde_json::to_string(told).unwrap_or_default()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
fn time(millis: f64) -> Time {
    Time::from_millis(millis as u64)
}
