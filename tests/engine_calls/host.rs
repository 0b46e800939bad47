//! A host whose every effect the test sees, and whose answers and time are the test's.

use loginrocket_wasm::{
    engine::{Answer, CallOptions, Effect, Engine, Id, Input, Platform, Setup, StorageScope},
    protocol::{
        config::{Config, Locale, Timeout},
        endpoint::Endpoint,
        failure::Failure,
        request::{Params, Request},
        response::{Body, Reply},
        time::Moment,
        url::BaseUrl,
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The time at which every test begins, in epoch seconds.
pub const BEGINNING: u64 = 1_790_000_000;

pub const OKAY: &str = r#"{"result":"okay"}"#;

/// A request as it goes over the wire.
#[derive(Debug)]
pub struct Sent {
    pub id: Id,
    pub request: Request,
    pub body: Option<Value>,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.request.headers().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub fn url(&self) -> &str {
        self.request.url.expose()
    }

    /// The request line without the part of the URL that is always the same.
    pub fn line(&self) -> String {
        let (_, path) = self.url().split_once("/v2/").unwrap();
        format!("{} {path}", self.request.method.as_str())
    }
}

/// A host that holds every answer back until the test gives it.
pub struct Host {
    pub engine: Engine,
    pub now_ms: u64,
    pub wake_at: Option<u64>,
    /// How often the timer was set or stopped.
    pub timers: usize,
    pub ids: Id,
    pub params: BTreeMap<Id, Value>,
    /// What the store holds, where there is one.
    pub stored: Option<&'static str>,
    /// Reads of the store that are not answered; none where they are answered at once.
    pub reads: Option<Vec<Id>>,
    pub sent: Vec<Sent>,
    pub answers: Vec<(Id, Answer)>,
    pub aborted: Vec<Id>,
}

impl Host {
    pub fn with(setup: Setup) -> Self {
        Self::open(setup, None, false)
    }

    pub fn new() -> Self {
        Self::with(at("https://a"))
    }

    pub fn open(setup: Setup, stored: Option<&'static str>, holds_reads: bool) -> Self {
        let (engine, effects) = Engine::new(Moment { mono_ms: 0, wall: BEGINNING }, setup);
        let mut host = Self {
            engine,
            now_ms: 0,
            wake_at: None,
            timers: 0,
            ids: 0,
            params: BTreeMap::new(),
            stored,
            reads: holds_reads.then(Vec::new),
            sent: Vec::new(),
            answers: Vec::new(),
            aborted: Vec::new(),
        };
        host.perform(effects);
        host
    }

    /// With a session in the store, of which nothing is asked as long as nobody looks at the page.
    pub fn signed_in() -> Self {
        let mut host = Self::open(stored(), Some(SESSION), true);
        host.input(Input::Visible { is_visible: false });
        host.finish_reads();
        host
    }

    /// Lets the engine take something in, does what it wants done, and reports what came of that.
    pub fn input(&mut self, input: Input) {
        let now = Moment { mono_ms: self.now_ms, wall: BEGINNING + self.now_ms / 1000 };
        let effects = self.engine.handle(now, input);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let reports: Vec<_> = effects.into_iter().filter_map(|effect| self.perform_one(effect)).collect();
        for report in reports {
            self.input(report);
        }
    }

    fn perform_one(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Fetch { id, request } => {
                let body = request.additions.as_ref().map(|additions| {
                    let mut body: Value = serde_json::from_str(additions.expose()).unwrap();
                    let own = self.params.get(&id).cloned().unwrap_or_else(|| json!({}));
                    body.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
                    body
                });
                self.sent.push(Sent { id, request, body });
            }
            Effect::Abort { id } => self.aborted.push(id),
            Effect::WakeAt { at_ms } => {
                self.wake_at = at_ms;
                self.timers += 1;
            }
            Effect::Settle { ids, answer } => {
                self.answers.extend(ids.into_iter().map(|id| (id, answer.clone())));
            }
            Effect::Read { id, .. } => match &mut self.reads {
                Some(reads) => reads.push(id),
                None => return Some(Input::Stored { id, result: Ok(self.stored.map(Into::into)) }),
            },
            Effect::Write { id, .. } | Effect::Remove { id, .. } => {
                return Some(Input::Stored { id, result: Ok(None) });
            }
            _ => {}
        }
        None
    }

    /// Answers the reads that were held back, and those that come from then on.
    pub fn finish_reads(&mut self) {
        for id in self.reads.take().unwrap_or_default() {
            self.input(Input::Stored { id, result: Ok(self.stored.map(Into::into)) });
        }
    }

    /// Lets time pass, and wakes the engine when it wants to be woken and at no other time.
    pub fn pass(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            self.wake_at = None;
            self.now_ms = at.max(self.now_ms);
            self.input(Input::Woke);
        }
        self.now_ms = end;
    }

    pub fn call(&mut self, endpoint: Endpoint, params: Value) -> Id {
        self.call_with(endpoint, params, CallOptions::default())
    }

    pub fn call_with(&mut self, endpoint: Endpoint, params: Value, options: CallOptions) -> Id {
        self.ids += 1;
        let id = self.ids;
        let text = Params(params.to_string().as_str().into());
        self.params.insert(id, params);
        self.input(Input::Call { id, endpoint, params: text, options });
        id
    }

    pub fn reply(&mut self, id: Id, status: u16, body: &str) {
        let reply = Reply { status, body: Body::Text(body.into()), ..Reply::default() };
        self.input(Input::Replied { id, reply });
    }

    /// What a call came to, if it has.
    pub fn answer(&self, id: Id) -> Option<&Answer> {
        let mut answers = self.answers.iter().filter(|(own, _)| *own == id).map(|(_, answer)| answer);
        let answer = answers.next();
        assert!(answers.next().is_none(), "answered more than once");
        answer
    }

    pub fn failure(&self, id: Id) -> &Failure {
        match self.answer(id) {
            Some(Answer::Failed { failure } | Answer::Refused { failure }) => failure,
            other => panic!("no failure: {other:?}"),
        }
    }

    /// What a caller would see: the code of a failure, the step after a success.
    pub fn seen(&self, id: Id) -> &'static str {
        match self.answer(id) {
            None => "nothing",
            Some(Answer::Success { next }) => next.map_or("success", |next| next.as_str()),
            Some(Answer::Done) => "done",
            Some(Answer::Refused { failure } | Answer::Failed { failure }) => failure.error.code(),
            Some(other) => panic!("{other:?}"),
        }
    }

    pub fn lines(&self) -> Vec<String> {
        self.sent.iter().map(Sent::line).collect()
    }
}

/// The least parameters that a call is sent with.
pub fn least(endpoint: Endpoint) -> Value {
    if endpoint == Endpoint::VerifyLogin { json!({ "token": "tmf:sample" }) } else { json!({}) }
}

pub fn at(url: &str) -> Setup {
    let config = Config { url: Some(BaseUrl::parse(url).unwrap()), ..Config::default() };
    Setup { config, ..Setup::default() }
}

pub fn stored() -> Setup {
    let platform = Platform { scope: StorageScope::Tab, ..Platform::default() };
    Setup { platform, ..at("https://a") }
}

pub fn locale(tag: &str) -> Locale {
    Locale::parse(tag).unwrap()
}

pub fn timeout(ms: u32) -> CallOptions {
    CallOptions { timeout: Some(Timeout::from_ms(f64::from(ms)).unwrap()), ..CallOptions::default() }
}

pub const SESSION: &str = r#"{"v":"1","session":"kss_sample123456","account":"org_sample1"}"#;

/// Calls that may be made twice.
pub fn is_harmless(endpoint: Endpoint) -> bool {
    matches!(
        endpoint,
        Endpoint::Login
            | Endpoint::GetSession
            | Endpoint::Logout
            | Endpoint::ForgotPassword
            | Endpoint::UpdateProfile
    )
}
