//! The service of the world: its sessions, its clock, its moods.

use loginrocket_wasm::{
    Error,
    core::{
        response::{Failure, Next},
        secret::Secret,
        session::{
            Claims, Standing,
            claims::{Membership, User},
        },
    },
};
use std::collections::{BTreeMap, BTreeSet};

const TOKEN_SECONDS: u64 = 600;
pub const START: u64 = 1_767_225_600;

/// What the service does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
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

impl Mood {
    pub fn is_well(self) -> bool {
        matches!(self, Self::Well | Self::Reusing)
    }
}

pub struct Service {
    pub mood: Mood,
    /// Since the start, by its own clock, which is right by definition.
    pub now_ms: u64,
    /// Whether a person with several accounts has to select one.
    pub multi_user: bool,
    /// Whether a token was ever given that was not minted for the request.
    pub has_reused: bool,
    alive: BTreeMap<String, bool>,
    places: BTreeSet<String>,
    last_token: BTreeMap<String, (u64, u64)>,
}

impl Service {
    pub fn new(multi_user: bool) -> Self {
        Self {
            mood: Mood::Well,
            now_ms: 0,
            multi_user,
            has_reused: false,
            alive: BTreeMap::new(),
            places: ["org_0", "org_1"].map(str::to_owned).into(),
            last_token: BTreeMap::new(),
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
        self.places.remove(account);
    }

    pub fn is_alive(&self, session: &str) -> bool {
        self.alive.get(session).copied().unwrap_or(false)
    }

    pub fn sessions(&self) -> impl Iterator<Item = &String> {
        self.alive.keys()
    }

    /// Whether a token is good for that long.
    pub fn lasts(&self, expires_at: u64, seconds: u32) -> bool {
        (expires_at - START) * 1000 >= self.now_ms + u64::from(seconds) * 1000
    }

    /// The answer to `GET session`.
    pub fn serve(&mut self, session: &str, account: Option<String>) -> Result<Standing, Failure> {
        match self.mood {
            Mood::Down => return Err(Failure::new(Error::ServerError)),
            Mood::Limited(seconds) => {
                let mut failure = Failure::new(Error::RateLimited);
                failure.facts.retry_after_seconds = Some(seconds);
                return Err(failure);
            }
            Mood::Silent => return Err(Failure::new(Error::Timeout)),
            Mood::Well | Mood::Reusing => {}
        }
        let is_place = account.as_ref().is_none_or(|account| self.places.contains(account));
        if !self.is_alive(session) || !is_place {
            return Err(Failure::new(Error::AccessDenied));
        }
        if self.multi_user && account.is_none() {
            return Ok(Standing::Conditional {
                session: Secret::new(session.to_owned()),
                account: None,
                conditions: vec!["no_account_selected".to_owned()],
                next: Next::SelectAccount,
            });
        }
        let account = account.or_else(|| self.places.first().cloned()).unwrap_or_default();
        let fresh = (START + self.now_ms / 1000, START + self.now_ms / 1000 + TOKEN_SECONDS);
        let reused = self.last_token.get(session).copied();
        let reused = reused.filter(|token| self.mood == Mood::Reusing && token.1 > fresh.0);
        self.has_reused |= reused.is_some_and(|token| token != fresh);
        let (issued_at, expires_at) = reused.unwrap_or(fresh);
        self.last_token.insert(session.to_owned(), (issued_at, expires_at));
        Ok(Standing::SignedIn {
            session: Secret::new(session.to_owned()),
            token: Secret::new(format!("{session} {account} {expires_at}")),
            claims: Some(claims(&account, issued_at, expires_at)),
            account: Some(account),
        })
    }
}

fn claims(account: &str, issued_at: u64, expires_at: u64) -> Claims {
    Claims {
        issued_at,
        expires_at,
        user: User { id: "usr_sample123456".to_owned(), ..User::default() },
        membership: Some(Membership {
            id: None,
            account_id: account.to_owned(),
            account_name: None,
            permissions: Vec::new(),
        }),
    }
}
