//! A tab, as a test uses it: what an app can ask of an engine, and what is to be seen of it.

use super::{
    Browser, Live,
    app::AppFetch,
    page::Page,
    pending::{Pending, Slot},
    realm::REALM,
    world::TabState,
};
use loginrocket_wasm::{
    engine::{
        Answer, AuthorizedFetch, CallOptions, Engine, Id, Input, Setup, StorageScope,
        explain::{Explanation, Problem},
        session::{
            Want,
            snapshot::{Freshness, SignOutReason, Snapshot, State},
        },
    },
    protocol::{
        self, claims,
        config::Timeout,
        endpoint::{Endpoint, Method},
        hosted::Visit,
        request::Params,
        secret::Secret,
        text::Text,
        url::BaseUrl,
        verify::{Leeway, Rules},
    },
};
use serde_json::{Value as Json, json};
use std::rc::Rc;

pub(super) type Listener = Rc<dyn Fn(&Snapshot)>;

/// Names a listener.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription(pub u32);

/// An engine in a page. Clones are the same.
#[derive(Clone)]
pub struct Tab {
    pub browser: Browser,
    pub page: Rc<Page>,
    index: usize,
}

impl Tab {
    // ------------------------------------------------------------------------------------------ from start to end

    pub fn open(browser: &Browser, scope: StorageScope) -> Self {
        Self::of(browser, scope, browser.page())
    }

    pub fn of(browser: &Browser, scope: StorageScope, page: Rc<Page>) -> Self {
        let setup = page.setup(scope, REALM);
        Self::start(browser, page, setup)
    }

    pub fn start(browser: &Browser, page: Rc<Page>, setup: Setup) -> Self {
        let index = {
            let world = &mut *browser.world.borrow_mut();
            let (engine, effects) = Engine::new(world.now(), setup);
            world.tabs.push(TabState::new(Rc::clone(&page), engine, effects));
            world.tabs.len() - 1
        };
        browser.drain(index);
        browser.run();
        Self { browser: browser.clone(), page, index }
    }

    /// A tab in which someone has signed in.
    pub fn signed_in(browser: &Browser, scope: StorageScope) -> Self {
        let tab = Self::open(browser, scope);
        tab.attach();
        tab.sign_in();
        tab
    }

    pub fn attach(&self) {
        self.handle(Input::Attach);
    }

    pub fn dispose(&self) {
        let listeners = self.with(|state| {
            state.is_disposed = true;
            std::mem::take(&mut state.listeners)
        });
        drop(listeners);
        self.handle(Input::Dispose);
    }

    /// The tab is closed, or its process gone: nothing of it runs any more.
    pub fn die(&self) {
        self.browser.world.borrow_mut().bury(self.index);
        self.browser.run();
    }

    /// Points it at another realm, or at none.
    pub fn set_url(&self, url: Option<&str>) -> Pending {
        let url = url.map(|url| BaseUrl::parse(url).unwrap());
        self.ask(|id| Input::SetUrl { id, url })
    }

    // ------------------------------------------------------------------------------------------ what an app asks

    /// Lets the engine take in an input.
    pub fn handle(&self, input: Input) {
        self.browser.handle(self.index, input);
        self.browser.run();
    }

    /// Asks the engine for something.
    pub fn ask(&self, input: impl FnOnce(Id) -> Input) -> Pending {
        let pending = self.pending();
        self.handle(input(pending.id));
        pending
    }

    fn pending(&self) -> Pending {
        self.with(|state| {
            state.ids += 1;
            let slot = Slot::default();
            state.slots.insert(state.ids, Rc::clone(&slot));
            Pending { id: state.ids, slot }
        })
    }

    pub fn cancel(&self, pending: &Pending) {
        self.handle(Input::Cancel { id: pending.id });
    }

    pub fn call(&self, endpoint: Endpoint, params: Json) -> Pending {
        self.call_with(endpoint, params, CallOptions::default())
    }

    /// What goes into a body stays with the host, and the engine has the members that it needs.
    pub fn call_with(&self, endpoint: Endpoint, params: Json, options: CallOptions) -> Pending {
        let pending = self.pending();
        let id = pending.id;
        let has_body = matches!(endpoint.route().0, Method::Post | Method::Put);
        let needed = if has_body {
            let members = params.as_object().unwrap();
            let is_needed = |name: &str| ["session", "account", "token"].contains(&name);
            let needed: serde_json::Map<_, _> =
                members.clone().into_iter().filter(|(name, _)| is_needed(name)).collect();
            self.with(|state| state.bodies.insert(id, params));
            Json::Object(needed)
        } else {
            params
        };
        let params = Params(Secret::new(needed.to_string()));
        self.handle(Input::Call { id, endpoint, params, options });
        pending
    }

    pub fn sign_in(&self) {
        let login = self.call(Endpoint::Login, json!({ "email": "ada@example.com", "password": "engine" }));
        assert_eq!(login.code(), Some("done"));
    }

    pub fn want(&self, want: Want) -> Pending {
        self.want_with(want, CallOptions::default())
    }

    pub fn want_with(&self, want: Want, options: CallOptions) -> Pending {
        self.ask(|id| Input::Want { id, want, options })
    }

    /// A token that is good for that long.
    pub fn token(&self, min_validity_seconds: u32) -> Pending {
        self.want(Want::Token { min_validity_seconds })
    }

    /// The same, but the caller waits for so long only.
    pub fn token_within(&self, ms: u32) -> Pending {
        let timeout = Some(Timeout::from_ms(f64::from(ms)).unwrap());
        self.want_with(
            Want::Token { min_validity_seconds: 5 },
            CallOptions { timeout, ..CallOptions::default() },
        )
    }

    pub fn refresh(&self) -> Pending {
        self.want(Want::Refresh)
    }

    /// A token for that account.
    pub fn switch(&self, account: &str) -> Pending {
        self.want(Want::Account(account.into()))
    }

    pub fn sign_out(&self) -> Pending {
        self.ask(|id| Input::SignOut { id })
    }

    /// Takes a token over that came with a URL, or one that was there before.
    pub fn adopt(&self, url: Option<&str>, is_location: bool, switch_user: bool) -> Pending {
        self.adopt_with(url, is_location, switch_user, Leeway::default())
    }

    pub fn adopt_with(
        &self,
        url: Option<&str>,
        is_location: bool,
        switch_user: bool,
        leeway: Leeway,
    ) -> Pending {
        let url = url.map(Secret::from);
        self.ask(|id| Input::Adopt { id, url, is_location, switch_user, leeway })
    }

    pub fn verify(&self, token: &str) -> Pending {
        self.ask(|id| Input::VerifyToken { id, token: token.into(), rules: Rules::default() })
    }

    /// Goes to a hosted page.
    pub fn open_hosted(&self, page: &str) -> Pending {
        let visit = Visit { page: page.into(), ..Visit::default() };
        self.ask(|id| Input::OpenHosted { id, visit })
    }

    /// Sends a request of the app's own.
    pub fn authorize(&self, fetch: &AppFetch) -> Pending {
        self.authorize_with(fetch, false)
    }

    /// The same, where the caller may have given up already.
    pub fn authorize_with(&self, fetch: &AppFetch, is_aborted: bool) -> Pending {
        let request = AuthorizedFetch {
            origin: fetch.origin.map(Into::into),
            is_same_origin: fetch.is_same_origin,
            is_authorized: fetch.is_authorized,
            is_repeatable: fetch.is_repeatable,
            is_aborted,
        };
        let pending = self.pending();
        let id = pending.id;
        self.with(|state| state.fetches.insert(id, (fetch.clone(), None)));
        self.handle(Input::Authorize { id, request });
        pending
    }

    // ------------------------------------------------------------------------------------------ listeners

    /// Calls a listener now and after every change.
    pub fn subscribe(&self, listener: impl Fn(&Snapshot) + 'static) -> Subscription {
        self.attach();
        let listener: Listener = Rc::new(listener);
        let subscription = self.with(|state| {
            state.subscriptions += 1;
            let subscription = Subscription(state.subscriptions);
            if !state.is_disposed && !state.page.is_server.get() {
                state.listeners.push((subscription, Rc::clone(&listener), state.version));
            }
            subscription
        });
        listener(&self.snapshot());
        subscription
    }

    pub fn unsubscribe(&self, subscription: Subscription) {
        let removed = self.with(|state| {
            let at = state.listeners.iter().position(|(own, ..)| *own == subscription);
            at.map(|at| state.listeners.remove(at))
        });
        drop(removed);
    }

    /// How many listen.
    pub fn listeners(&self) -> usize {
        self.with(|state| state.listeners.len())
    }

    /// Grows with every change of the snapshot.
    pub fn version(&self) -> u64 {
        self.with(|state| state.version)
    }

    // ------------------------------------------------------------------------------------------ what happens to it

    pub fn show(&self, is_visible: bool) {
        self.page.is_hidden.set(!is_visible);
        self.watched(Input::Visible { is_visible });
    }

    pub fn connect(&self, is_online: bool) {
        self.page.is_offline.set(!is_online);
        self.watched(Input::Online { is_online });
    }

    /// Its store was changed, and it is notified.
    pub fn storage_changed(&self, key: Option<&str>) {
        self.watched(Input::StorageChanged { key: key.map(Into::into) });
    }

    fn watched(&self, input: Input) {
        if self.with(|state| state.is_watching) {
            self.handle(input);
        }
    }

    /// Lets its token expire while nobody looks, so that the next caller needs another one.
    pub fn expire(&self) {
        super::realm::expire([self]);
    }

    /// Lets the lock be given back that a refresh holds for a moment after its answer.
    pub fn rest(&self) {
        self.browser.pass(100);
    }

    // ------------------------------------------------------------------------------------------ what is to be seen

    pub fn snapshot(&self) -> Snapshot {
        self.with(|state| state.engine.session().snapshot().clone())
    }

    pub fn state(&self) -> State {
        self.snapshot().state
    }

    pub fn look(&self) -> (State, Freshness) {
        let snapshot = self.snapshot();
        (snapshot.state, snapshot.freshness)
    }

    pub fn reason(&self) -> Option<SignOutReason> {
        self.snapshot().reason
    }

    /// What the snapshot says of the person: the payload of the token.
    pub fn profile(&self) -> Json {
        self.snapshot().profile.map_or(Json::Null, |profile| serde_json::from_str(&profile).unwrap())
    }

    /// The account that it shows.
    pub fn account(&self) -> Option<Text> {
        let profile = self.snapshot().profile?;
        claims::account(protocol::json::Json::parse(&profile)?)
    }

    pub fn explain(&self) -> Explanation {
        match self.ask(|id| Input::Explain { id }).answer() {
            Some(Answer::Explanation { explanation }) => *explanation,
            other => panic!("{other:?}"),
        }
    }

    /// Who was answered together, in order.
    pub fn settled(&self) -> Vec<Vec<Id>> {
        self.with(|state| state.settled.clone())
    }

    /// How the engine prints.
    pub fn printed(&self) -> String {
        self.with(|state| format!("{:?}", state.engine))
    }

    pub fn problem(&self) -> Option<&'static str> {
        self.explain().problem.map(Problem::as_str)
    }

    /// What this tab sent: methods and paths.
    pub fn sent(&self) -> Vec<String> {
        let mine = self.browser.sent().into_iter().filter(|sent| sent.tab == self.page.number);
        mine.map(|sent| format!("{} {}", sent.method, sent.path())).collect()
    }

    /// How often it asked for a token.
    pub fn refreshes(&self) -> usize {
        self.sent().iter().filter(|sent| *sent == "GET session").count()
    }

    /// The time by the clock of everyone, in epoch seconds.
    pub fn now(&self) -> u64 {
        self.browser.now()
    }

    pub fn live(&self) -> Live {
        self.browser.live()
    }

    /// Pages that it left for.
    pub fn visited(&self) -> Vec<String> {
        self.with(|state| state.visited.clone())
    }

    /// Addresses that took the place of the page's own.
    pub fn addresses(&self) -> Vec<String> {
        self.with(|state| state.addresses.clone())
    }

    /// Whether it has announced to others that it has a token.
    pub fn is_announced(&self) -> bool {
        self.with(|state| state.announced.is_some())
    }

    fn with<T>(&self, what: impl FnOnce(&mut TabState) -> T) -> T {
        what(&mut self.browser.world.borrow_mut().tabs[self.index])
    }
}
