//! What the world's tabs go through: opening, reloading, freezing and thawing, and what their apps ask for.

use super::{
    CALLER_MS, World,
    browser::Event,
    truth::{Page, Waited},
};
use loginrocket_wasm::{
    engine::{CallOptions, Effect, Engine, Input, Platform, Setup, StorageScope, session::Want},
    protocol::{
        config::{Config, Timeout},
        endpoint::Endpoint,
        request::Params,
        secret::Secret,
    },
};

/// How long a call, and a sign-out, may take.
const CALL_MS: u64 = 10_000;
const SIGN_OUT_MS: u64 = 5_000;

pub struct Tab {
    pub engine: Engine,
    pub wake_at: Option<u64>,
    pub page: Page,
    /// Counts reloads, so that what was meant for a page before does not reach the one after.
    pub number: u64,
    /// Sessions that were signed out on pages before, which this tab must never have again.
    pub left: Vec<String>,
    /// What waits for a frozen tab.
    pub frozen: Option<Vec<Event>>,
    /// The store fails whatever it is asked.
    pub is_blocked: bool,
    /// What a store holds that is this tab's alone.
    pub own_store: Option<Secret>,
    pub is_announced: bool,
    pub is_listening: bool,
}

/// How a frozen tab thaws.
#[derive(Clone, Copy, Debug)]
pub struct Thaw {
    /// Whether it learns that it is seen before or after all that has waited, timers among it.
    pub seen_first: bool,
    /// Whether storage events and messages come late, or never.
    pub keeps_news: bool,
    /// Likewise the answers of the service.
    pub keeps_answers: bool,
}

impl World {
    /// Opens one more tab; its first effects are to be performed.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        let (engine, effects) = self.engine();
        self.tabs.push(Tab {
            engine,
            wake_at: None,
            page: Page::default(),
            number: 0,
            left: Vec::new(),
            frozen: None,
            is_blocked: false,
            own_store: None,
            is_announced: false,
            is_listening: false,
        });
        effects
    }

    fn engine(&mut self) -> (Engine, Vec<Effect>) {
        self.count += 1;
        let platform = Platform {
            scope: self.setup.scope,
            has_locks: self.setup.has_locks,
            has_channel: self.setup.has_channel,
            seed: self.count.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            ..Platform::default()
        };
        let config = Config { url: Some(self.url.clone()), ..Config::default() };
        let (mut engine, mut effects) = Engine::new(self.now, Setup { config, platform, ..Setup::default() });
        if self.setup.scope == StorageScope::Memory {
            // An app looks at the session.
            effects.extend(engine.handle(self.now, Input::Attach));
        }
        (engine, effects)
    }

    pub(super) fn is_frozen(&self, tab: usize) -> bool {
        self.tabs[tab].frozen.is_some()
    }

    // ------------------------------------------------------------------------------------------ what pages go through

    pub(super) fn reload(&mut self, tab: usize) {
        self.expect_reload(tab);
        let (engine, effects) = self.engine();
        let old = &mut self.tabs[tab];
        old.engine = engine;
        old.wake_at = None;
        old.number += 1;
        let page = std::mem::take(&mut old.page);
        old.left.extend(page.left);
        old.frozen = None;
        old.is_announced = false;
        old.is_listening = false;
        let held = self.lock.front().is_some_and(|(holder, _)| *holder == tab);
        self.lock.retain(|(holder, _)| *holder != tab);
        if held {
            self.grant_lock();
        }
        self.perform_all(tab, effects);
    }

    /// No event, timer or answer reaches the tab. It keeps the lock, if it has it.
    pub(super) fn freeze(&mut self, tab: usize) {
        if !self.is_frozen(tab) {
            self.tabs[tab].frozen = Some(Vec::new());
            self.expect_no_messages(tab);
            self.expect_late_store(tab);
        }
    }

    pub(super) fn thaw(&mut self, tab: usize, how: Thaw) {
        let Some(waiting) = self.tabs[tab].frozen.take() else { return };
        let now_ms = self.now.mono_ms;
        // Callers froze with their tab: nobody could answer them in time.
        for (_, deadline_ms) in self.tabs[tab].page.waiting.values_mut() {
            *deadline_ms = now_ms.max(*deadline_ms);
        }
        if how.seen_first {
            self.step(tab, Input::Visible { is_visible: true });
        } else {
            let wake_at = &mut self.tabs[tab].wake_at;
            *wake_at = wake_at.map(|at| at.max(now_ms));
        }
        for event in waiting {
            match event {
                Event::Input(Input::StorageChanged { .. } | Input::Message { .. }) if !how.keeps_news => {}
                Event::Input(Input::Replied { id, .. }) if !how.keeps_answers => {
                    self.later(tab, 0, Event::Input(Input::Unanswered { id, is_misuse: false }));
                }
                event => self.later(tab, 0, event),
            }
        }
        if !how.seen_first {
            self.later(tab, 1, Event::Input(Input::Visible { is_visible: true }));
        }
    }

    /// From now on the store does nothing for the tab, which remembers by itself what it would hold.
    pub(super) fn block_store(&mut self, tab: usize) {
        if self.setup.scope == StorageScope::Shared && !self.tabs[tab].is_blocked {
            self.expect_separation(tab);
            self.tabs[tab].is_blocked = true;
        }
    }

    // ------------------------------------------------------------------------------------------ what apps ask for

    /// A caller wants a token, and says every other time how long it waits.
    pub(super) fn want(&mut self, tab: usize, want: Want) {
        self.ids += 1;
        let id = self.ids;
        let [timeout_ms, default_ms] = CALLER_MS;
        let timeout = id.is_multiple_of(2).then(|| Timeout::from_ms(8_000.0).unwrap());
        let deadline_ms = self.now.mono_ms + if timeout.is_some() { timeout_ms } else { default_ms };
        self.tabs[tab].page.waiting.insert(id, (Waited::Want(want.clone()), deadline_ms));
        let options = CallOptions { timeout, ..CallOptions::default() };
        self.step(tab, Input::Want { id, want, options });
    }

    pub(super) fn call(&mut self, tab: usize, endpoint: Endpoint, account: Option<String>, is_half: bool) {
        self.ids += 1;
        let id = self.ids;
        let waited = if is_half { Waited::HalfSignIn } else { Waited::Call };
        self.tabs[tab].page.waiting.insert(id, (waited, self.now.mono_ms + CALL_MS));
        let params = account.map_or("{}".to_owned(), |account| format!(r#"{{"account":"{account}"}}"#));
        let params = Params(params.into());
        self.step(tab, Input::Call { id, endpoint, params, options: CallOptions::default() });
    }

    pub(super) fn sign_out(&mut self, tab: usize) {
        self.ids += 1;
        let id = self.ids;
        let tracked = self.tracked(tab).map(|(session, _)| session);
        self.tabs[tab].page.left.extend(tracked);
        self.tabs[tab].page.waiting.insert(id, (Waited::SignOut, self.now.mono_ms + SIGN_OUT_MS));
        self.expect_sign_out(tab);
        self.step(tab, Input::SignOut { id });
    }

    pub(super) fn tracked(&self, tab: usize) -> Option<(String, Option<String>)> {
        let tracked = self.tabs[tab].engine.session().tracked()?;
        Some((tracked.session.expose().to_owned(), tracked.account.as_ref().map(ToString::to_string)))
    }
}
