//! A tab with a session, a realm that answers it, and what a test asks of them.

use crate::support::{
    Answer, Fake, JsonRecord, Params, Sent,
    browser::{Browser, Live},
    config, told,
};
use futures::channel::oneshot;
use loginrocket_wasm::{
    client::{
        CallOptions, Client,
        ports::{Clock, Spawn},
        session::{Explanation, Kept, Session, TokenOrigins},
    },
    core::{
        config::Timeout,
        request::Endpoint,
        response::{Failure, Outcome},
        session::{Freshness, Granted, SignOutReason, State, Want},
    },
};
use serde_json::{Value as Json, json};
use std::{
    cell::{Cell, RefCell},
    future::pending,
    rc::Rc,
};

/// Of every token, in seconds.
pub const LIFETIME: u64 = 600;

pub const REALM: &str = "https://sample.e2.loginrocket.com/";

/// The name of its entry in a store, of its lock and of its channel.
pub const KEY: &str = "loginrocket:https://sample.e2.loginrocket.com/v2/";

/// What a store holds of a sign-out.
pub const SIGNED_OUT: &str = r#"{"v":"1","signed_out":"true"}"#;

/// A browser whose service signs everyone in. Each sign-in makes `kss_sample1`, `kss_sample2` and so on.
pub fn browser() -> Browser {
    let browser = Browser::default();
    let sign_ins = Cell::new(0);
    browser.serve(move |sent| {
        let session = || sent.parameter("session").unwrap_or_else(|| "kss_unknown".to_owned());
        match (sent.method, sent.path()) {
            ("GET", "session") | ("PUT", "profile") => full_login(&session(), sent),
            ("POST", "login" | "login/verify" | "password/reset" | "signup") => {
                sign_ins.set(sign_ins.get() + 1);
                full_login(&format!("kss_sample{}", sign_ins.get()), sent)
            }
            _ => Answer::Json(200, json!({ "result": "okay" })),
        }
    });
    browser
}

fn full_login(session: &str, sent: &Sent) -> Answer {
    let account = sent.parameter("account").unwrap_or_else(|| "org_sample1".to_owned());
    signed_in(session, &account, sent.at)
}

/// An answer that signs in.
pub fn signed_in(session: &str, account: &str, issued_at: u64) -> Answer {
    let token = jwt(session, account, issued_at);
    Answer::Json(
        200,
        json!({ "result": "full_login", "session": session, "account": account, "token": token }),
    )
}

/// An answer with a session and no token.
pub fn conditional(session: &str, account: Option<&str>, condition: &str) -> Answer {
    Answer::Json(
        200,
        json!({ "result": "conditional_login", "session": session, "account": account, "conditions": [condition] }),
    )
}

/// A JWT that nobody signed.
pub fn jwt(session: &str, account: &str, issued_at: u64) -> String {
    let payload = json!({
        "iat": issued_at,
        "exp": issued_at + LIFETIME,
        "sid": session,
        "sub": "usr_sample123456",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "orgs": [{ "oid": account, "mid": "mb_sample123456", "name": "Engine", "perm": [], "selected": true }],
    });
    format!("e30.{}.c2ln", base64url(payload.to_string().as_bytes()))
}

fn base64url(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let symbol = |chunk: &[u8], at: usize| {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        char::from(SYMBOLS[(bits >> (18 - 6 * at)) as usize & 63])
    };
    bytes.chunks(3).flat_map(|chunk| (0..=chunk.len()).map(move |at| symbol(chunk, at))).collect()
}

/// What comes of something that was begun.
pub struct Pending<T>(Rc<RefCell<Option<T>>>);

impl<T> Pending<T> {
    pub fn take(&self) -> Option<T> {
        self.0.take()
    }

    pub fn is_over(&self) -> bool {
        self.0.borrow().is_some()
    }

    /// Whether the one who asks is still there, or has its answer.
    pub fn has_asker(&self) -> bool {
        self.is_over() || Rc::strong_count(&self.0) > 1
    }
}

impl Pending<Result<Granted, Failure>> {
    /// `okay`, the code of a failure, or nothing as long as there is none of both.
    pub fn told(&self) -> Option<&'static str> {
        let answer = self.0.borrow();
        answer.as_ref().map(|answer| answer.as_ref().map_or_else(|failure| failure.facts.code, |_| "okay"))
    }

    /// The token.
    pub fn token(&self) -> String {
        let answer = self.take().unwrap();
        answer.map_err(|failure| failure.facts.code).unwrap().token.expose().to_owned()
    }
}

impl Pending<Outcome<JsonRecord>> {
    pub fn told(&self) -> Option<&'static str> {
        self.0.borrow().as_ref().map(told)
    }
}

/// Two tabs that share a session; the first one signed in, and the second one has asked nothing yet.
pub fn siblings(browser: &Browser) -> [Tab; 2] {
    let tabs = [Tab::open(browser, Kept::Shared), Tab::open(browser, Kept::Shared)];
    tabs[0].sign_in();
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedIn; 2]);
    assert!(tabs[1].sent().is_empty());
    tabs
}

/// Lets the tokens of tabs expire while nobody looks.
pub fn expire<'a>(tabs: impl IntoIterator<Item = &'a Tab>) {
    let tabs: Vec<_> = tabs.into_iter().collect();
    for tab in &tabs {
        tab.platform.show(false);
    }
    tabs[0].browser.pass((LIFETIME + 1) * 1000);
}

/// One tab.
pub struct Tab {
    pub browser: Browser,
    pub platform: Fake,
    pub session: Session<Fake>,
}

impl Tab {
    pub fn open(browser: &Browser, kept: Kept) -> Self {
        Self::of(browser, kept, browser.platform())
    }

    pub fn of(browser: &Browser, kept: Kept, platform: Fake) -> Self {
        Self::at(browser, kept, platform, REALM)
    }

    pub fn at(browser: &Browser, kept: Kept, platform: Fake, url: &str) -> Self {
        let client = Client::new(config(url), platform.clone());
        let origins = TokenOrigins(vec!["https://api.example.com".to_owned()]);
        let session = Session::new(client, kept, origins);
        browser.run();
        Self { browser: browser.clone(), platform, session }
    }

    /// A tab in which someone has signed in.
    pub fn signed_in(browser: &Browser, kept: Kept) -> Self {
        let tab = Self::open(browser, kept);
        tab.session.attach();
        tab.sign_in();
        tab
    }

    pub fn sign_in(&self) {
        let login = self.call(Endpoint::Login, json!({ "email": "ada@example.com", "password": "engine" }));
        assert_eq!(login.told(), Some("done"));
    }

    /// Begins something and lets it run.
    pub fn begin<T: 'static>(&self, work: impl Future<Output = T> + 'static) -> Pending<T> {
        let result = Rc::new(RefCell::new(None));
        let pending = Pending(Rc::clone(&result));
        self.platform.spawn(async move {
            let done = work.await;
            result.replace(Some(done));
        });
        self.browser.run();
        pending
    }

    pub fn call(&self, endpoint: Endpoint, params: Json) -> Pending<Outcome<JsonRecord>> {
        self.begin(self.session.call(endpoint, &Params(params), &CallOptions::default(), pending()))
    }

    pub fn want(&self, want: Want) -> Pending<Result<Granted, Failure>> {
        self.begin(self.session.want(want, None, pending()))
    }

    /// A token that is good for that long.
    pub fn token(&self, min_validity_seconds: u32) -> Pending<Result<Granted, Failure>> {
        self.want(Want::Token { min_validity_seconds })
    }

    /// The same, but the caller waits for so long only.
    pub fn token_within(&self, ms: u32) -> Pending<Result<Granted, Failure>> {
        let timeout = Some(Timeout::from_ms(f64::from(ms)).unwrap());
        self.begin(self.session.want(Want::Token { min_validity_seconds: 5 }, timeout, pending()))
    }

    /// The same, until the caller gives up.
    pub fn token_until(&self, given_up: oneshot::Receiver<()>) -> Pending<Result<Granted, Failure>> {
        let cancelled = async { given_up.await.unwrap_or_default() };
        self.begin(self.session.want(Want::Token { min_validity_seconds: 5 }, None, cancelled))
    }

    pub fn refresh(&self) -> Pending<Result<Granted, Failure>> {
        self.want(Want::Refresh)
    }

    pub fn sign_out(&self) -> Pending<Outcome<JsonRecord>> {
        self.begin(self.session.sign_out())
    }

    /// Lets its token expire while nobody looks, so that the next caller needs another one.
    pub fn expire(&self) {
        expire([self]);
    }

    /// Lets the lock be given back that a refresh keeps for a moment after its answer.
    pub fn rest(&self) {
        self.browser.pass(100);
    }

    pub fn state(&self) -> State {
        self.session.snapshot().state
    }

    pub fn look(&self) -> (State, Freshness) {
        let snapshot = self.session.snapshot();
        (snapshot.state, snapshot.freshness)
    }

    pub fn reason(&self) -> Option<SignOutReason> {
        self.session.snapshot().reason
    }

    /// The account that it shows.
    pub fn account(&self) -> Option<String> {
        self.session.snapshot().membership.map(|membership| membership.account_id)
    }

    pub fn explain(&self) -> Explanation {
        self.session.explain()
    }

    pub fn problem(&self) -> Option<&'static str> {
        self.explain().problem.map(loginrocket_wasm::client::session::Problem::as_str)
    }

    /// What this tab sent: methods and paths.
    pub fn sent(&self) -> Vec<String> {
        let mine = self.browser.sent().into_iter().filter(|sent| sent.tab == self.platform.tab.number);
        mine.map(|sent| format!("{} {}", sent.method, sent.path())).collect()
    }

    /// The time by the clock of everyone, in epoch seconds.
    pub fn now(&self) -> u64 {
        self.platform.now()
    }

    /// How often it asked for a token.
    pub fn refreshes(&self) -> usize {
        self.sent().iter().filter(|sent| *sent == "GET session").count()
    }

    pub fn live(&self) -> Live {
        self.browser.live()
    }
}
