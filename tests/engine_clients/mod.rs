//! Several clients of one service in one browser, where whatever an engine wants done may fail, come late, twice or never;
//! and how long each of those may wait who want something of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and what is simple is fast enough"
)]

mod host;

use loginrocket_wasm::{
    Error,
    engine::{
        Answer, AuthorizedFetch, CallOptions, Effect, Engine, Id, Input, Platform, Setup, StorageScope,
        TokenPolicy, session::Want,
    },
    protocol::{
        config::{Config, Timeout},
        endpoint::Endpoint,
        hosted::Visit,
        request::Params,
        response::Next,
        secret::Secret,
        text::Text,
        time::Moment,
        url::BaseUrl,
        verify::{Leeway, Rules},
    },
};
use std::collections::{BTreeMap, VecDeque};

const START: u64 = 1_767_225_600;

/// How long a call may take.
const CALL_MS: u64 = 10_000;
/// How long a token is waited for; likewise its verdict.
const TOKEN_MS: u64 = CALL_MS + 5_000;
/// How long the store may hold anyone.
const STORE_MS: u64 = 2_000;
const SIGN_OUT_MS: u64 = 5_000;

/// What happens to an effect.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    None,
    /// In one of several ways.
    Fails(u8),
    /// It may be done, and nothing is reported.
    Silent,
    Late(u64),
    Twice,
}

/// What an app wants.
#[derive(Clone, Debug)]
pub enum Flow {
    SignIn {
        timeout_ms: Option<u16>,
    },
    /// Asks about the session.
    Ask,
    Token {
        timeout_ms: Option<u16>,
    },
    Refresh,
    Switch(u8),
    SignOut,
    /// Comes back from a hosted page.
    Adopt {
        is_other_user: bool,
        switch_user: bool,
    },
    Verify,
    Authorize {
        is_repeatable: bool,
    },
    Open {
        page: &'static str,
    },
    /// To one of two realms, or to none.
    SetUrl(u8),
    Dispose,
    /// Somebody who waits gives up.
    Cancel(usize),
    Visible(bool),
    Online(bool),
}

/// Somebody who waits.
#[derive(Clone, Copy, Debug)]
struct Wait {
    /// None while it is not the engine that is waited for.
    deadline_ms: Option<u64>,
    can_cancel: bool,
    what: &'static str,
}

struct Client {
    engine: Engine,
    policy: TokenPolicy,
    wake_at: Option<u64>,
    ids: Id,
    waits: BTreeMap<Id, Wait>,
    answers: BTreeMap<Id, Answer>,
    channel: Option<Text>,
    announced: Option<Text>,
    is_disposed: bool,
}

pub struct Clients {
    now_ms: u64,
    list: Vec<Client>,
    events: BTreeMap<(u64, u64), (usize, Input)>,
    stores: BTreeMap<Text, Secret>,
    locks: BTreeMap<Text, VecDeque<(usize, Id)>>,
    faults: Vec<Fault>,
    effects: usize,
    /// From now on nothing fails.
    is_well: bool,
    ended: Vec<String>,
    count: u64,
}

impl Clients {
    pub fn new(scope: StorageScope, policies: &[TokenPolicy], faults: Vec<Fault>) -> Self {
        let mut clients = Self {
            now_ms: 1_000_000,
            list: Vec::new(),
            events: BTreeMap::new(),
            stores: BTreeMap::new(),
            locks: BTreeMap::new(),
            faults,
            effects: 0,
            is_well: false,
            ended: Vec::new(),
            count: 0,
        };
        for (number, policy) in (0..).zip(policies) {
            let platform = Platform {
                scope,
                has_locks: true,
                has_channel: true,
                has_crypto: true,
                seed: number,
                ..Platform::default()
            };
            let config = Config { url: url(0), ..Config::default() };
            let setup = Setup { config, platform, policy: *policy, ..Setup::default() };
            let (engine, effects) = Engine::new(clients.now(), setup);
            clients.list.push(Client {
                engine,
                policy: *policy,
                wake_at: None,
                ids: 0,
                waits: BTreeMap::new(),
                answers: BTreeMap::new(),
                channel: None,
                announced: None,
                is_disposed: false,
            });
            clients.perform_all(clients.list.len() - 1, effects);
        }
        clients
    }

    fn now(&self) -> Moment {
        Moment { mono_ms: self.now_ms, wall: self.wall() }
    }

    fn wall(&self) -> u64 {
        START + self.now_ms / 1000
    }

    pub fn heal(&mut self) {
        self.is_well = true;
    }

    /// Lets time pass, in the order of what is due.
    pub fn run_for(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        loop {
            let event = self.events.keys().next().copied().filter(|(at, _)| *at <= end);
            let wakes = self.list.iter().enumerate().filter_map(|(number, one)| Some((one.wake_at?, number)));
            let wake = wakes.min().filter(|(at, _)| *at <= end);
            match (event, wake) {
                (Some(key), wake) if wake.is_none_or(|(at, _)| key.0 <= at) => {
                    self.now_ms = self.now_ms.max(key.0);
                    let (client, input) = self.events.remove(&key).unwrap();
                    self.step(client, input);
                }
                (_, Some((at, client))) => {
                    self.now_ms = self.now_ms.max(at);
                    self.list[client].wake_at = None;
                    self.step(client, Input::Woke);
                }
                (_, None) => break,
            }
        }
        self.now_ms = end;
        self.check_waits();
    }

    fn check_waits(&self) {
        for (number, client) in self.list.iter().enumerate() {
            for wait in client.waits.values() {
                let is_late = wait.deadline_ms.is_some_and(|deadline| deadline < self.now_ms);
                assert!(!is_late, "client {number} is late with {wait:?} at {}", self.now_ms);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ flows

    /// Begins a flow; gives whose wait it is.
    pub fn begin(&mut self, client: usize, flow: &Flow) -> Id {
        let client = client % self.list.len();
        let Client { policy, ids, is_disposed, .. } = &mut self.list[client];
        *ids += 1;
        let id = *ids;
        // A token that is to be verified takes as long again.
        let token_ms = if *policy == TokenPolicy::Off { TOKEN_MS } else { 2 * TOKEN_MS };
        let is_disposed = *is_disposed;
        match flow.clone() {
            Flow::SignIn { timeout_ms } => {
                let bound_ms = timeout_ms.map_or(CALL_MS, u64::from);
                let (params, options) = (Params("{}".into()), options(timeout_ms));
                self.wait(client, id, bound_ms, true, "sign-in");
                self.step(client, Input::Call { id, endpoint: Endpoint::Login, params, options });
            }
            Flow::Ask => {
                let (params, options) = (Params("{}".into()), CallOptions::default());
                self.wait(client, id, STORE_MS + CALL_MS, true, "call about the session");
                self.step(client, Input::Call { id, endpoint: Endpoint::GetSession, params, options });
            }
            Flow::Token { timeout_ms } => {
                let bound_ms = timeout_ms.map_or(token_ms, |ms| token_ms - TOKEN_MS + u64::from(ms));
                let want = Want::Token { min_validity_seconds: 30 };
                self.wait(client, id, bound_ms, true, "token");
                self.step(client, Input::Want { id, want, options: options(timeout_ms) });
            }
            Flow::Refresh => {
                self.wait(client, id, token_ms, true, "refresh");
                self.step(client, Input::Want { id, want: Want::Refresh, options: CallOptions::default() });
            }
            Flow::Switch(account) => {
                let want = Want::Account(format!("org_{account}").into());
                self.wait(client, id, token_ms, true, "switch");
                self.step(client, Input::Want { id, want, options: CallOptions::default() });
            }
            Flow::SignOut => {
                self.wait(client, id, SIGN_OUT_MS, false, "sign-out");
                self.step(client, Input::SignOut { id });
            }
            Flow::Adopt { is_other_user, switch_user } => {
                self.count += 1;
                let subject = if is_other_user { "usr_other" } else { "usr_sample123456" };
                let token =
                    host::token(&format!("kss_adopted_{}", self.count), "org_0", subject, self.wall());
                let url = Some(format!("https://app.example.com/?token={token}").into());
                self.wait(client, id, TOKEN_MS + STORE_MS + token_ms, false, "adoption");
                self.step(
                    client,
                    Input::Adopt { id, url, is_location: true, switch_user, leeway: Leeway::default() },
                );
            }
            Flow::Verify => {
                let token = host::token("kss_1", "org_0", "usr_sample123456", self.wall()).into();
                self.wait(client, id, TOKEN_MS, false, "verification");
                self.step(client, Input::VerifyToken { id, token, rules: Rules::default() });
            }
            Flow::Authorize { is_repeatable } => {
                let request = AuthorizedFetch {
                    origin: None,
                    is_same_origin: true,
                    is_authorized: false,
                    is_repeatable,
                    is_aborted: false,
                };
                self.wait(client, id, STORE_MS + token_ms, true, "authorized fetch");
                self.step(client, Input::Authorize { id, request });
            }
            Flow::Open { page } => {
                let visit = Visit { page: page.into(), ..Visit::default() };
                self.wait(client, id, STORE_MS, false, "hosted page");
                self.step(client, Input::OpenHosted { id, visit });
            }
            Flow::SetUrl(realm) => {
                self.wait(client, id, 0, false, "another URL");
                self.step(client, Input::SetUrl { id, url: url(realm) });
                assert!(!self.is_waiting(client, id), "another URL takes no time");
            }
            Flow::Dispose => self.dispose(client),
            Flow::Cancel(which) => self.cancel(client, which),
            Flow::Visible(is_visible) => self.step(client, Input::Visible { is_visible }),
            Flow::Online(is_online) => self.step(client, Input::Online { is_online }),
        }
        let is_quiet = !is_disposed || matches!(flow, Flow::Authorize { .. }) || !self.is_waiting(client, id);
        assert!(is_quiet, "who is disposed of answers at once");
        id
    }

    fn dispose(&mut self, client: usize) {
        self.list[client].is_disposed = true;
        self.step(client, Input::Dispose);
        // A sign-out still waits for the service, and an app's own request is the app's.
        let may_wait = |wait: &Wait| wait.deadline_ms.is_none() || wait.what == "sign-out";
        let waits = self.list[client].waits.values();
        let left: Vec<_> = waits.filter(|wait| !may_wait(wait)).map(|wait| wait.what).collect();
        assert!(left.is_empty(), "disposed of, and still waiting: {left:?}");
    }

    fn cancel(&mut self, client: usize, which: usize) {
        let can_cancel =
            |(id, wait): (&Id, &Wait)| (wait.can_cancel && wait.deadline_ms.is_some()).then_some(*id);
        let waiting: Vec<_> = self.list[client].waits.iter().filter_map(can_cancel).collect();
        if let Some(id) = waiting.get(which % waiting.len().max(1)).copied() {
            self.step(client, Input::Cancel { id });
            assert!(!self.is_waiting(client, id), "who gives up is answered at once");
        }
    }

    fn wait(&mut self, client: usize, id: Id, bound_ms: u64, can_cancel: bool, what: &'static str) {
        let wait = Wait { deadline_ms: Some(self.now_ms + bound_ms), can_cancel, what };
        self.list[client].waits.insert(id, wait);
    }

    fn is_waiting(&self, client: usize, id: Id) -> bool {
        self.list[client].waits.contains_key(&id)
    }

    // ------------------------------------------------------------------------------------------ what is to be seen

    /// Signs in, which works unless the client was disposed of.
    pub fn expect_sign_in(&mut self, client: usize) {
        if !self.list[client].is_disposed {
            // It may be at no realm.
            self.begin(client, &Flow::SetUrl(0));
        }
        let id = self.begin(client, &Flow::SignIn { timeout_ms: None });
        self.run_for(STORE_MS);
        let Client { answers, is_disposed, .. } = &self.list[client];
        match answers.get(&id) {
            Some(Answer::Success { next: Some(Next::Done) }) if !is_disposed => {}
            Some(Answer::Failed { failure }) if *is_disposed && failure.error == Error::Disposed => {}
            other => panic!("a sign-in that should work came to {other:?}"),
        }
    }

    /// Gets a token, likewise.
    pub fn expect_token(&mut self, client: usize, flow: &Flow) {
        let id = self.begin(client, flow);
        self.run_for(STORE_MS);
        let Client { answers, is_disposed, policy, .. } = &self.list[client];
        match answers.get(&id) {
            Some(Answer::Granted { granted }) if !is_disposed => {
                assert_eq!(granted.is_verified, *policy != TokenPolicy::Off);
            }
            Some(Answer::Failed { failure }) if *is_disposed && failure.error == Error::Disposed => {}
            other => panic!("{flow:?} of client {client} should work and came to {other:?}"),
        }
    }

    /// What everyone still waits for.
    pub fn waiting(&self) -> Vec<&'static str> {
        self.list.iter().flat_map(|client| client.waits.values()).map(|wait| wait.what).collect()
    }

    // ------------------------------------------------------------------------------------------ steps

    fn step(&mut self, client: usize, input: Input) {
        let now = self.now();
        if let Input::Authorized { id, .. } = &input {
            self.clock_again(client, *id);
        }
        let effects = self.list[client].engine.handle(now, input);
        self.perform_all(client, effects);
    }

    /// A request of the app's came back, and the engine says soon whether that is all.
    fn clock_again(&mut self, client: usize, id: Id) {
        let now_ms = self.now_ms;
        if let Some(wait) = self.list[client].waits.get_mut(&id) {
            wait.deadline_ms = Some(now_ms + 2 * TOKEN_MS);
        }
    }

    fn perform_all(&mut self, client: usize, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(client, effect);
        }
    }

    fn settle(&mut self, client: usize, ids: Vec<Id>, answer: &Answer) {
        let now_ms = self.now_ms;
        for id in ids {
            let wait =
                self.list[client].waits.remove(&id).expect("somebody is answered twice, or was never there");
            let deadline_ms = wait.deadline_ms.unwrap_or(now_ms);
            assert!(now_ms <= deadline_ms, "{wait:?} was answered {} ms late", now_ms - deadline_ms);
            self.list[client].answers.insert(id, answer.clone());
        }
    }
}

fn options(timeout_ms: Option<u16>) -> CallOptions {
    let timeout = timeout_ms.map(|ms| Timeout::from_ms(f64::from(ms)).unwrap());
    CallOptions { timeout, ..CallOptions::default() }
}

fn url(realm: u8) -> Option<BaseUrl> {
    let name = ["one", "two"].get(usize::from(realm))?;
    BaseUrl::parse(&format!("https://{name}.e2.loginrocket.com")).ok()
}
