//! The service of the world: its sessions, its clock, how it behaves, and what it sends.

use crate::engine_tokens::{jwt, payload, reply, signed_in_body};
use loginrocket_wasm::protocol::response::{Body, Headers, Reply};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub const TOKEN_SECONDS: u64 = 600;
pub const START: u64 = 1_767_225_600;

/// What the service does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceMode {
    Well,
    /// 503.
    Down,
    /// 429, with the seconds to wait.
    Limited(u32),
    /// No answer at all.
    Silent,
    /// The same token again, as long as it lasts.
    Reusing,
}

impl ServiceMode {
    pub fn is_well(self) -> bool {
        matches!(self, Self::Well | Self::Reusing)
    }
}

/// What the service says.
#[derive(Clone, Debug)]
pub enum Served {
    SignedIn(Minted),
    /// An account must be selected.
    Conditional(String),
    /// A second factor is due.
    Half,
    /// The session is over.
    Done,
    Denied,
    Down,
    Limited(u32),
    Silence,
}

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minted {
    pub session: String,
    pub account: String,
    pub issued_at: u64,
    pub expires_at: u64,
}

pub struct Service {
    pub mode: ServiceMode,
    /// Since the start, by its own clock, which is right by definition.
    pub now_ms: u64,
    /// How far its clock was set, in seconds.
    shift: i64,
    /// Whether a person with several accounts has to select one.
    pub multi_user: bool,
    /// Whether a token was ever given that was not minted for the request.
    pub has_reused: bool,
    alive: BTreeMap<String, bool>,
    members: BTreeSet<String>,
    last_token: BTreeMap<String, (u64, u64)>,
    minted: HashMap<String, Minted>,
}

impl Service {
    pub fn new(multi_user: bool) -> Self {
        Self {
            mode: ServiceMode::Well,
            now_ms: 0,
            shift: 0,
            multi_user,
            has_reused: false,
            alive: BTreeMap::new(),
            members: ["org_0", "org_1"].map(str::to_owned).into(),
            last_token: BTreeMap::new(),
            minted: HashMap::new(),
        }
    }

    pub fn begin(&mut self, session: &str) {
        self.alive.insert(session.to_owned(), true);
    }

    pub fn end(&mut self, session: &str) {
        self.alive.insert(session.to_owned(), false);
    }

    pub fn end_all(&mut self) {
        self.alive.values_mut().for_each(|alive| *alive = false);
    }

    pub fn close(&mut self, account: &str) {
        self.members.remove(account);
    }

    pub fn is_alive(&self, session: &str) -> bool {
        self.alive.get(session).copied().unwrap_or(false)
    }

    pub fn sessions(&self) -> impl Iterator<Item = &String> {
        self.alive.keys()
    }

    /// Whether a token is good for that long.
    pub fn lasts(&self, expires_at: u64, seconds: u32) -> bool {
        let now_ms = (START * 1000 + self.now_ms).saturating_add_signed(self.shift * 1000);
        expires_at * 1000 >= now_ms + u64::from(seconds) * 1000
    }

    /// Somebody sets its clock.
    pub fn set_clock(&mut self, shift: i64) {
        self.shift = shift;
    }

    /// The time by its clock, in epoch seconds.
    pub fn time(&self) -> u64 {
        (START + self.now_ms / 1000).saturating_add_signed(self.shift)
    }

    /// What is in a token.
    pub fn read(&self, token: &str) -> &Minted {
        self.minted.get(token).unwrap()
    }

    /// What it answers instead of anything else, as it is at the moment.
    pub fn trouble(&self) -> Option<Served> {
        match self.mode {
            ServiceMode::Down => Some(Served::Down),
            ServiceMode::Limited(seconds) => Some(Served::Limited(seconds)),
            ServiceMode::Silent => Some(Served::Silence),
            ServiceMode::Well | ServiceMode::Reusing => None,
        }
    }

    /// The answer to a call about a session.
    pub fn serve(&mut self, session: &str, account: Option<&str>) -> Served {
        if let Some(trouble) = self.trouble() {
            return trouble;
        }
        let is_member = account.is_none_or(|account| self.members.contains(account));
        if !self.is_alive(session) || !is_member {
            return Served::Denied;
        }
        if self.multi_user && account.is_none() {
            return Served::Conditional(session.to_owned());
        }
        let first = || self.members.first().cloned().unwrap_or_default();
        let account = account.map_or_else(first, str::to_owned);
        let fresh = (self.time(), self.time() + TOKEN_SECONDS);
        let reused = self.last_token.get(session).copied();
        let reused = reused.filter(|token| self.mode == ServiceMode::Reusing && token.1 > fresh.0);
        self.has_reused |= reused.is_some_and(|token| token != fresh);
        let (issued_at, expires_at) = reused.unwrap_or(fresh);
        self.last_token.insert(session.to_owned(), (issued_at, expires_at));
        Served::SignedIn(Minted { session: session.to_owned(), account, issued_at, expires_at })
    }

    /// How it says that; nothing where it says nothing.
    pub fn reply(&mut self, served: &Served) -> Option<Reply> {
        Some(match served {
            Served::SignedIn(minted) => {
                let Minted { session, account, issued_at, expires_at } = minted;
                let account = (!account.is_empty()).then_some(account.as_str());
                let token = jwt(&payload(session, account, *issued_at, *expires_at));
                let reply = reply(200, &signed_in_body(session, account, &token));
                self.minted.insert(token, minted.clone());
                reply
            }
            Served::Conditional(session) => {
                reply(200, &format!(r#"{{"session":"{session}","conditions":["no_account_selected"]}}"#))
            }
            Served::Half => reply(200, r#"{"result":"second_factor_due","token":"tmf:sample"}"#),
            Served::Done => reply(204, ""),
            Served::Denied => reply(403, r#"{"result":"error"}"#),
            Served::Down => reply(503, ""),
            Served::Limited(seconds) => Reply {
                status: 429,
                headers: Headers { retry_after: Some(seconds.to_string().into()), ..Headers::default() },
                body: Body::Text("".into()),
                ..Reply::default()
            },
            Served::Silence => return None,
        })
    }
}
