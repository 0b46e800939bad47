//! One tab for examples: its engine, a clock to turn, and a note of everything that was to be done.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::struct_excessive_bools,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and each flag is a fact of its own"
)]

mod texts;

use crate::engine_tokens::parameter;
use loginrocket_wasm::{
    engine::{
        Answer, CallOptions, Effect, Engine, Id, Input, OWN_IDS, Platform, Setup, StorageScope,
        session::{
            Want,
            message::{Entry, Message, Stored},
            snapshot::{Freshness, SignOutReason, Snapshot, State},
        },
    },
    protocol::{
        config::Config,
        endpoint::{Endpoint, Method},
        request::{Params, Request},
        response::Reply,
        secret::Secret,
        text::Text,
        time::Moment,
        url::BaseUrl,
    },
};
use std::collections::{BTreeMap, VecDeque};
pub use texts::{
    conditional, denied, hold_message, limited, limited_until, message_of, page, sign_out_message, signed_in,
    signed_in_at, token_message, unavailable,
};

/// Of every token, in seconds.
pub const LIFETIME: u64 = 600;

/// How long a tab waits for a message before it reads what others stored.
pub const MESSAGE_MS: u64 = 20;

/// What comes of a request.
#[derive(Clone, Debug)]
pub enum Outcome {
    Reply(Reply),
    /// The connection fails.
    Cut,
    /// Nothing, for as long as a request may take.
    Silence,
}

impl From<Reply> for Outcome {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

pub struct Tab {
    pub engine: Engine,
    pub now: Moment,
    /// The service's clock ahead of the tab's, in seconds.
    pub skew: i64,
    pub grants_locks: bool,
    /// Whether the store answers; what it is asked meanwhile waits.
    pub answers_store: bool,
    /// Whether another tab has announced that it has a token.
    pub has_sibling: bool,
    pub stored: Option<Secret>,
    pub broadcast: Vec<Message>,
    pub ended: Vec<String>,
    pub aborted: usize,
    /// How often a lock was given back.
    pub unlocked: usize,
    pub notified: usize,
    /// How often the store was read.
    pub reads: usize,
    /// Under which name the tab lets others find that it has a token.
    pub announced: Option<Text>,
    refreshes: Vec<(Id, Option<String>)>,
    answered: usize,
    store_reports: Vec<Effect>,
    settled: BTreeMap<Id, &'static str>,
    ids: Id,
    wake_at: Option<u64>,
}

impl Tab {
    /// A tab that has not read the store yet.
    pub fn new() -> Self {
        Self::with(StorageScope::Shared, None)
    }

    /// A tab whose store no other one sees.
    pub fn alone() -> Self {
        let mut tab = Self::with(StorageScope::Tab, None);
        tab.restore();
        tab.sign_in("kss_1");
        tab
    }

    /// A tab that opens where a session is stored.
    pub fn opened(has_sibling: bool) -> Self {
        Self::opened_with(has_sibling, 0, true)
    }

    /// The same, on a machine whose clock is ahead by so many seconds, and where the browser says whether there is a network.
    pub fn opened_with(has_sibling: bool, ahead: i64, is_online: bool) -> Self {
        let session =
            Stored::Session { session: "kss_1".into(), account: Some("org_0".into()), profile: None };
        let mut tab = Self::with(StorageScope::Shared, Some(session.to_text()));
        tab.now.wall = tab.now.wall.saturating_add_signed(ahead);
        tab.skew = -ahead;
        tab.set_online(is_online);
        tab.has_sibling = has_sibling;
        tab.restore();
        tab
    }

    pub fn signed_in(session: &str) -> Self {
        let mut tab = Self::new();
        tab.restore();
        tab.sign_in(session);
        tab
    }

    fn with(scope: StorageScope, stored: Option<Secret>) -> Self {
        let now = Moment { mono_ms: 5_000, wall: 1_767_225_600 };
        let url = BaseUrl::parse("https://sample.e2.loginrocket.com").unwrap();
        let platform =
            Platform { scope, has_locks: true, has_channel: true, seed: 1843, ..Platform::default() };
        let config = Config { url: Some(url), ..Config::default() };
        let (engine, effects) = Engine::new(now, Setup { config, platform, ..Setup::default() });
        let mut tab = Self {
            engine,
            now,
            skew: 0,
            grants_locks: true,
            answers_store: false,
            has_sibling: false,
            stored,
            broadcast: Vec::new(),
            ended: Vec::new(),
            aborted: 0,
            unlocked: 0,
            notified: 0,
            reads: 0,
            announced: None,
            refreshes: Vec::new(),
            answered: 0,
            store_reports: Vec::new(),
            settled: BTreeMap::new(),
            ids: 0,
            wake_at: None,
        };
        tab.perform_all(effects);
        tab
    }

    /// From now on the store answers, also what it was asked before.
    pub fn restore(&mut self) {
        self.answers_store = true;
        let asked = std::mem::take(&mut self.store_reports);
        self.perform_all(asked);
    }

    pub fn sign_in(&mut self, session: &str) {
        let call = self.call(Endpoint::Login);
        self.answer_call(call, signed_in(session, self.service_time()));
    }

    pub fn sign_out(&mut self) -> Id {
        self.ids += 1;
        self.step(Input::SignOut { id: self.ids });
        self.ids
    }

    pub fn hide(&mut self) {
        self.show(false);
    }

    pub fn show(&mut self, is_visible: bool) {
        self.step(Input::Visible { is_visible });
    }

    pub fn set_online(&mut self, is_online: bool) {
        self.step(Input::Online { is_online });
    }

    pub fn service_time(&self) -> u64 {
        self.now.wall.saturating_add_signed(self.skew)
    }

    /// Lets time pass, and wakes the engine when it wants to be woken.
    pub fn wait_ms(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        while let Some(at) = self.wake_at.filter(|at| *at <= end) {
            assert!(at > self.now.mono_ms, "a tab wakes itself at once");
            self.turn_to(at);
            self.wake_at = None;
            self.step(Input::Woke);
        }
        self.turn_to(end);
    }

    /// The wall clock follows in whole seconds.
    fn turn_to(&mut self, mono_ms: u64) {
        self.now.wall += mono_ms / 1000 - self.now.mono_ms / 1000;
        self.now.mono_ms = mono_ms;
    }

    // ------------------------------------------------------------------------------------------ callers

    pub fn ask_for_tokens(&mut self, count: usize) -> Vec<Id> {
        (0..count).map(|_| self.ask_for_token(0)).collect()
    }

    pub fn ask_for_token(&mut self, min_validity_seconds: u32) -> Id {
        self.want(Want::Token { min_validity_seconds })
    }

    pub fn want(&mut self, want: Want) -> Id {
        self.ids += 1;
        self.step(Input::Want { id: self.ids, want, options: CallOptions::default() });
        self.ids
    }

    /// Begins a call of the app's.
    pub fn call(&mut self, endpoint: Endpoint) -> Id {
        self.ids += 1;
        let (id, params, options) = (self.ids, Params("{}".into()), CallOptions::default());
        self.step(Input::Call { id, endpoint, params, options });
        id
    }

    pub fn answer_call(&mut self, id: Id, reply: Reply) {
        self.step(Input::Replied { id, reply });
    }

    /// `okay`, or the code of a failure; none as long as the caller waits.
    pub fn answer_to(&self, caller: Id) -> Option<&'static str> {
        self.settled.get(&caller).copied()
    }

    // ------------------------------------------------------------------------------------------ the service

    /// How often the service was asked for a token.
    pub fn requests(&self) -> usize {
        self.refreshes.len()
    }

    pub fn is_asked(&self) -> bool {
        self.answered < self.refreshes.len()
    }

    /// Answers the last request for a token.
    pub fn answer(&mut self, outcome: impl Into<Outcome>) {
        let id = self.refreshes.last().unwrap().0;
        self.answered = self.refreshes.len();
        match outcome.into() {
            Outcome::Reply(reply) => self.step(Input::Replied { id, reply }),
            Outcome::Cut => self.step(Input::Unanswered { id, is_misuse: false }),
            Outcome::Silence => self.wait_ms(10_000),
        }
    }

    pub fn asked_account(&self) -> Option<String> {
        self.refreshes.last().unwrap().1.clone()
    }

    // ------------------------------------------------------------------------------------------ other tabs

    /// Another tab sends a message.
    pub fn receive(&mut self, message: &Message) {
        self.step(Input::Message { text: message.to_text() });
    }

    /// Another tab writes to the store, or it is cleared.
    pub fn write_elsewhere(&mut self, stored: Option<Secret>) {
        self.stored = stored;
        self.step(Input::StorageChanged { key: None });
        self.wait_ms(MESSAGE_MS);
    }

    // ------------------------------------------------------------------------------------------ what is to be seen

    pub fn entry(&self) -> Option<Stored> {
        Entry::read(self.stored.as_ref()).known()
    }

    pub fn snapshot(&self) -> &Snapshot {
        self.engine.session().snapshot()
    }

    pub fn account(&self) -> Option<String> {
        self.engine.session().tracked()?.account.as_ref().map(ToString::to_string)
    }

    pub fn session(&self) -> Option<String> {
        self.engine.session().tracked().map(|tracked| tracked.session.expose().to_owned())
    }

    pub fn look(&self) -> (State, Freshness) {
        (self.snapshot().state, self.snapshot().freshness)
    }

    pub fn reason(&self) -> Option<SignOutReason> {
        self.snapshot().reason
    }

    pub fn is_refreshing(&self) -> bool {
        self.engine.session().is_refreshing().is_some()
    }

    /// When the host is to wake the engine.
    pub fn wake_at(&self) -> Option<u64> {
        self.wake_at
    }

    // ------------------------------------------------------------------------------------------ the host

    pub fn step(&mut self, input: Input) {
        let effects = self.engine.handle(self.now, input);
        self.perform_all(effects);
    }

    /// Performs effects in their order, and reports what came of them when that is done.
    fn perform_all(&mut self, effects: Vec<Effect>) {
        let mut reports = VecDeque::new();
        for effect in effects {
            self.perform(effect, &mut reports);
        }
        while let Some(input) = reports.pop_front() {
            for effect in self.engine.handle(self.now, input) {
                self.perform(effect, &mut reports);
            }
        }
    }

    fn perform(&mut self, effect: Effect, reports: &mut VecDeque<Input>) {
        match effect {
            Effect::Read { .. } | Effect::Write { .. } | Effect::Remove { .. } => {
                self.ask_store(effect, reports);
            }
            Effect::Lock { id, .. } if self.grants_locks => {
                reports.push_back(Input::LockSettled { id, is_granted: true });
            }
            Effect::FindSiblings { id, .. } => {
                reports.push_back(Input::SiblingsFound { id, are_there: self.has_sibling });
            }
            Effect::Fetch { id, request } => self.send(id, &request),
            Effect::Abort { .. } => self.aborted += 1,
            Effect::Unlock { .. } => self.unlocked += 1,
            Effect::Post { text } => self.broadcast.push(Message::read(text.expose()).unwrap()),
            Effect::WakeAt { at_ms } => self.wake_at = at_ms,
            Effect::Settle { ids, answer } => {
                for id in ids {
                    assert_eq!(self.settled.insert(id, name_of(&answer)), None, "answered twice");
                }
            }
            Effect::Notify => self.notified += 1,
            Effect::Announce { name } => self.announced = name,
            Effect::Watch { is_on: true } => {
                reports.push_back(Input::Visible { is_visible: true });
                reports.push_back(Input::Online { is_online: true });
            }
            _ => {}
        }
    }

    fn send(&mut self, id: Id, request: &Request) {
        let url = request.url.expose();
        if request.method == Method::Delete {
            self.ended.extend(parameter(url, "session").map(str::to_owned));
        } else if id >= OWN_IDS {
            self.refreshes.push((id, parameter(url, "account").map(str::to_owned)));
        }
    }

    fn ask_store(&mut self, effect: Effect, reports: &mut VecDeque<Input>) {
        if !self.answers_store {
            return self.store_reports.push(effect);
        }
        let (id, held) = match effect {
            Effect::Read { id, .. } => {
                self.reads += 1;
                (id, self.stored.clone())
            }
            Effect::Write { id, value, .. } => {
                self.stored = Some(value);
                (id, None)
            }
            Effect::Remove { id, .. } => {
                self.stored = None;
                (id, None)
            }
            _ => return,
        };
        reports.push_back(Input::Stored { id, result: Ok(held) });
    }
}

fn name_of(answer: &Answer) -> &'static str {
    match answer {
        Answer::Failed { failure } | Answer::Refused { failure } => failure.error.code(),
        _ => "okay",
    }
}
