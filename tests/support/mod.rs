//! A platform made of fakes: scripted answers, a clock that moves when told, and a record of what was sent.
//!
//! [`tabs`] gives it what a session needs beside that, [`browser`] several of them.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and no test uses all of it"
)]

pub mod browser;
pub mod tabs;
pub mod tokens;

use futures::{channel::oneshot, executor::LocalPool, task::LocalSpawnExt};
pub use loginrocket_wasm::native::JsonRecord;
use loginrocket_wasm::{
    Error,
    client::{
        CallOptions, Client,
        ports::{Clock, Signatures, Timer, Transport, Verdict},
    },
    core::{
        config::Config,
        jwks::PublicKey,
        query::Pair,
        request::{Endpoint, Parameters, Request},
        response::{Body, Headers, Outcome, Reply},
        secret::Secret,
        url::BaseUrl,
    },
    native::RsaKey,
};
use serde_json::Value as Json;
use std::{cell::RefCell, collections::VecDeque, rc::Rc};

/// The time at which every world begins, in epoch seconds.
pub const BEGINNING: u64 = 1_790_000_000;

/// What a test may look at of a request that was sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Which tab sent it, and when, in epoch seconds.
    pub tab: u64,
    pub at: u64,
    pub method: &'static str,
    pub url: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Option<Json>,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// The path below the API's URL, or else below the realm's root, without parameters.
    pub fn path(&self) -> &str {
        let path = match self.url.split_once("/v2/") {
            Some((_, path)) => path,
            None => self.url.splitn(4, '/').last().unwrap(),
        };
        path.split('?').next().unwrap()
    }

    /// A parameter, in the query or in the body.
    pub fn parameter(&self, name: &str) -> Option<String> {
        if let Some(body) = &self.body {
            return body[name].as_str().map(str::to_owned);
        }
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

/// The next answer of the service.
#[derive(Clone)]
pub enum Answer {
    Status(u16, &'static str),
    Json(u16, Json),
    /// 429 with `Retry-After`, in seconds.
    Limited(u32),
    Fault(Error),
    /// Nothing ever comes.
    Hang,
    /// What the test says when it is time; see [`Fake::answer`].
    Held,
    /// An answer that takes so many milliseconds.
    After(u32, Box<Answer>),
}

type Service = Rc<dyn Fn(&Sent) -> Answer>;

/// What all tabs have in common.
#[derive(Default)]
struct World {
    now_ms: u64,
    sleepers: Vec<(u64, oneshot::Sender<()>)>,
    answers: VecDeque<Answer>,
    /// Answers what is not scripted.
    service: Option<Service>,
    held: Vec<(usize, oneshot::Sender<Answer>)>,
    sent: Vec<Sent>,
    in_flight: usize,
    browser: tabs::Shared,
}

impl World {
    /// Wakes those whose time has come.
    fn due(&mut self) -> Vec<oneshot::Sender<()>> {
        let now = self.now_ms;
        self.sleepers.extract_if(.., |(at, _)| *at <= now).map(|(_, sleeper)| sleeper).collect()
    }

    /// When the next one is to be woken.
    fn next_due(&self) -> Option<u64> {
        self.sleepers.iter().filter(|(_, sleeper)| !sleeper.is_canceled()).map(|(at, _)| *at).min()
    }
}

/// A platform whose world a test holds too.
#[derive(Clone, Default)]
pub struct Fake {
    world: Rc<RefCell<World>>,
    /// What is this tab's own.
    pub tab: Rc<tabs::Own>,
}

impl Fake {
    pub fn answering(answers: impl IntoIterator<Item = Answer>) -> Self {
        let fake = Self::default();
        fake.script(answers);
        fake
    }

    /// Adds answers to those that will be given.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.world.borrow_mut().answers.extend(answers);
    }

    /// Gives the oldest request of those that are held its answer.
    pub fn answer(&self, answer: Answer) {
        let (_, held) = self.world.borrow_mut().held.remove(0);
        // A request that was aborted has no receiver any more.
        let _ = held.send(answer);
    }

    pub fn advance(&self, ms: u64) {
        let due = {
            let world = &mut *self.world.borrow_mut();
            world.now_ms += ms;
            world.due()
        };
        for sleeper in due {
            // A sleeper that was dropped has no receiver any more.
            let _ = sleeper.send(());
        }
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.world.borrow().sent.clone()
    }

    pub fn in_flight(&self) -> usize {
        self.world.borrow().in_flight
    }

    /// Timers that still have someone waiting for them.
    pub fn live_timers(&self) -> usize {
        self.world.borrow().sleepers.iter().filter(|(_, sleeper)| !sleeper.is_canceled()).count()
    }
}

struct InFlight(Fake);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.world.borrow_mut().in_flight -= 1;
    }
}

impl Transport for Fake {
    type Record = JsonRecord;

    async fn send(&self, request: Request) -> Result<Reply<JsonRecord>, Error> {
        let sent = Sent {
            tab: self.tab.number,
            at: self.now(),
            method: request.method.as_str(),
            url: request.url.expose().to_owned(),
            headers: request.headers.clone(),
            body: request.body.as_ref().map(|body| serde_json::from_str(body.expose()).unwrap()),
        };
        let (number, scripted, service) = {
            let world = &mut *self.world.borrow_mut();
            world.in_flight += 1;
            world.sent.push(sent.clone());
            (world.sent.len(), world.answers.pop_front(), world.service.clone())
        };
        let _guard = InFlight(self.clone());
        let mut answer = scripted
            .or_else(|| service.map(|service| service(&sent)))
            .unwrap_or_else(|| panic!("the test scripted no answer for this request"));
        loop {
            answer = match answer {
                Answer::Status(status, body) => return Ok(reply(status, body)),
                Answer::Json(status, body) => return Ok(reply(status, &body.to_string())),
                Answer::Limited(seconds) => {
                    let headers =
                        Headers { retry_after: Some(seconds.to_string()), ..Headers::default() }.into();
                    return Ok(Reply { headers, ..reply(429, "") });
                }
                Answer::Fault(error) => return Err(error),
                Answer::Hang => std::future::pending().await,
                Answer::Held => {
                    let (sender, held) = oneshot::channel();
                    self.world.borrow_mut().held.push((number, sender));
                    held.await.unwrap()
                }
                Answer::After(ms, answer) => {
                    self.sleep(ms).await;
                    *answer
                }
            }
        }
    }

    fn parse(&self, json: &str) -> Option<JsonRecord> {
        JsonRecord::parse(json)
    }
}

impl Clock for Fake {
    fn now(&self) -> u64 {
        BEGINNING + self.world.borrow().now_ms / 1000
    }

    fn mono_ms(&self) -> u64 {
        self.world.borrow().now_ms
    }
}

impl Timer for Fake {
    async fn sleep(&self, ms: u32) {
        let (sender, receiver) = oneshot::channel();
        {
            let world = &mut *self.world.borrow_mut();
            world.sleepers.push((world.now_ms + u64::from(ms), sender));
        }
        receiver.await.unwrap();
    }
}

impl Signatures for Fake {
    type Key = RsaKey;

    fn can_verify(&self) -> bool {
        !self.tab.has_no_crypto.get()
    }

    async fn import(&self, key: &PublicKey) -> Result<RsaKey, Error> {
        RsaKey::import(key)
    }

    fn verify(&self, key: &RsaKey, signed: &str, signature: &[u8]) -> Verdict {
        Box::pin(std::future::ready(key.verifies(signed, signature)))
    }
}

/// Parameters as a test writes them.
pub struct Params(pub Json);

impl Parameters for Params {
    fn to_json(&self) -> Result<Secret, Error> {
        Ok(Secret::new(self.0.to_string()))
    }

    fn to_pairs(&self) -> Result<Vec<Pair>, Error> {
        let Json::Object(members) = &self.0 else { panic!("parameters are an object") };
        Ok(members.iter().map(|(name, value)| (name.clone(), text(value))).collect())
    }
}

fn text(value: &Json) -> Option<Secret> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(Secret::new(text.clone())),
        _ => Some(Secret::new(value.to_string())),
    }
}

/// An answer with a body, read as the browser reads it.
pub fn reply(status: u16, body: &str) -> Reply<JsonRecord> {
    let body = match serde_json::from_str(body) {
        Ok(json @ Json::Object(_)) => Body::Object(JsonRecord(json)),
        Ok(_) => Body::OtherJson,
        Err(_) if body.trim().is_empty() => Body::Empty,
        Err(_) => Body::NotJson,
    };
    Reply { status, is_hidden_redirect: false, headers: Headers::default().into(), body }
}

/// What a caller would see: the code of a failure, the step after a success.
pub fn told(outcome: &Outcome<JsonRecord>) -> &'static str {
    match outcome {
        Outcome::Success(_, next) => next.map_or("success", |next| next.as_str()),
        Outcome::Done => "success",
        Outcome::Refused(_, refusal) => refusal.facts.code,
        Outcome::Failed(failure) => failure.facts.code,
    }
}

pub fn config(url: &str) -> Config {
    Config { url: Some(BaseUrl::parse(url).unwrap()), ..Config::default() }
}

/// A call that runs beside the test, which looks in on it and moves time.
pub struct Running {
    pool: LocalPool,
    outcome: oneshot::Receiver<Outcome<JsonRecord>>,
}

impl Running {
    /// Starts a call with default options.
    pub fn start(client: &Client<Fake>, endpoint: Endpoint, params: Json) -> Self {
        Self::start_with(client, endpoint, params, &CallOptions::default(), std::future::pending())
    }

    /// Starts a call; it runs until it waits for something.
    pub fn start_with(
        client: &Client<Fake>,
        endpoint: Endpoint,
        params: Json,
        options: &CallOptions,
        cancelled: impl Future<Output = ()> + 'static,
    ) -> Self {
        let mut pool = LocalPool::new();
        let (sender, outcome) = oneshot::channel();
        let call = client.call(endpoint, &Params(params), options, cancelled);
        pool.spawner()
            .spawn_local(async move {
                let _ = sender.send(call.await);
            })
            .unwrap();
        pool.run_until_stalled();
        Self { pool, outcome }
    }

    /// The outcome, if there is one by now.
    pub fn outcome(&mut self) -> Option<Outcome<JsonRecord>> {
        self.pool.run_until_stalled();
        self.outcome.try_recv().unwrap()
    }
}
