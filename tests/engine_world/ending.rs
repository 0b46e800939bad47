//! Which session should be there in the end, and whether it is.

use super::{
    World,
    browser::stored,
    truth::{Before, Cause, Expected},
};
use loginrocket_wasm::engine::{
    StorageScope,
    session::{message::Stored, snapshot::State},
};
use std::collections::BTreeSet;

impl World {
    /// Of a slow store that all tabs share it is not known who writes last.
    pub(super) fn is_lax(&self) -> bool {
        self.setup.has_slow_store && self.setup.scope == StorageScope::Shared
    }

    fn expect(&mut self, slot: usize, expected: Expected) {
        self.expected[slot] = if self.is_lax() { Expected::Unknown } else { expected };
    }

    // ------------------------------------------------------------------------------------------ what is expected

    /// A new session is what the person wants.
    pub(super) fn expect_from(&mut self, tab: usize, before: &Before, after: &Before, cause: &Cause) {
        if let (true, Some(session), true) =
            (cause.is_call(), after.session(), before.session() != after.session())
        {
            let session = Expected::Session(session.to_owned());
            self.expect(self.slot(tab), session);
        }
    }

    fn shares_store(&self, tab: usize) -> bool {
        self.setup.scope == StorageScope::Shared && !self.tabs[tab].is_blocked
    }

    /// Tabs without a common store have each their own session.
    fn slot(&self, tab: usize) -> usize {
        if self.shares_store(tab) { self.tabs.len() } else { tab }
    }

    pub(super) fn expect_sign_out(&mut self, tab: usize) {
        let sessions: Vec<_> = self.service.sessions().cloned().collect();
        self.signed_out.extend(sessions);
        self.expect(self.slot(tab), Expected::SignedOut);
        // Tabs with another store may have the same session from before. They learn of its end by message, or not.
        if let Some((session, _)) = self.tracked(tab).filter(|_| self.setup.has_channel) {
            let expected = Expected::Session(session);
            self.expected
                .iter_mut()
                .filter(|other| **other == expected)
                .for_each(|other| *other = Expected::Unknown);
        }
    }

    /// The tab stores on its own from now on. Where it has not followed the others yet, it may still, or never.
    pub(super) fn expect_separation(&mut self, tab: usize) {
        let tracked = self.tracked(tab).map(|(session, _)| session);
        let own = tracked.map_or(Expected::SignedOut, Expected::Session);
        let is_together = self.expected[self.slot(tab)] == own;
        self.expect(tab, if is_together { own } else { Expected::Unknown });
    }

    /// What a store says to a frozen tab comes late, and the tab may have gone on without it.
    pub(super) fn expect_late_store(&mut self, tab: usize) {
        if self.tabs[tab].page.store_asked_ms.is_some() {
            self.expect(self.slot(tab), Expected::Unknown);
            self.tabs[tab].page.is_apart = true;
        }
    }

    /// The store is gone. As long as all tabs agree, that changes nothing; otherwise nobody knows who is right.
    pub(super) fn expect_wipe(&mut self) {
        let held = session_of(stored(self.store.as_ref()));
        let session = |tab: usize| self.tracked(tab).map(|(session, _)| session);
        if (0..self.tabs.len()).any(|tab| self.shares_store(tab) && session(tab) != held) {
            self.be_cruel();
        }
    }

    /// A page goes, and with it what only it knew.
    pub(super) fn expect_reload(&mut self, tab: usize) {
        let slot = self.slot(tab);
        if self.setup.scope == StorageScope::Tab {
            let tracked = self.tracked(tab).map(|(session, _)| session);
            if session_of(stored(self.tabs[tab].own_store.as_ref())) != tracked {
                self.expect(tab, Expected::Unknown);
            }
            if self.expected[tab] == Expected::Unknown {
                self.tabs[tab].left.clear();
                self.tabs[tab].page.left.clear();
            }
        } else if slot == tab {
            self.expect(tab, Expected::SignedOut);
        } else if self.store.is_none() || self.expected[slot] == Expected::Unknown {
            self.be_cruel();
            self.tabs[tab].page.left.clear();
        }
    }

    /// What pages before knew is lost.
    fn be_cruel(&mut self) {
        let together = self.tabs.len();
        self.expected[together] = Expected::Unknown;
        self.tabs.iter_mut().for_each(|tab| tab.left.clear());
    }

    // ------------------------------------------------------------------------------------------ the end

    pub(super) fn check_callers(&self) {
        for tab in self.tabs.iter().filter(|tab| tab.frozen.is_none()) {
            for (waiter, (_, deadline)) in &tab.page.waiting {
                assert!(self.now.mono_ms <= *deadline, "nobody woke to answer caller {waiter}");
            }
        }
    }

    pub(super) fn check_rest(&self) {
        for tab in &self.tabs {
            assert!(tab.page.waiting.is_empty(), "a caller was forgotten");
            let state = tab.engine.session().snapshot().state;
            match (state, &tab.page.last_answer) {
                (State::SignedIn, Some(Ok(())))
                | (State::SignedOut | State::Verify, Some(Err("not_signed_in"))) => {}
                (State::Conditional, Some(Err("no_token"))) => assert!(self.service.multi_user),
                other => panic!("a tab rests in {other:?}"),
            }
        }
        for tab in 0..self.tabs.len() {
            let session = self.tracked(tab).map(|(session, _)| session);
            match &self.expected[self.slot(tab)] {
                Expected::Session(expected) if self.service.is_alive(expected) => {
                    assert_eq!(session.as_ref(), Some(expected), "the session is lost");
                }
                Expected::Session(_) | Expected::SignedOut => assert_eq!(session, None, "a session is back"),
                Expected::Unknown => {}
            }
        }
        let is_together = |tab: &usize| self.shares_store(*tab) && !self.tabs[*tab].page.is_apart;
        let together = (0..self.tabs.len()).filter(is_together);
        let stands: BTreeSet<_> = together.map(|tab| self.tracked(tab)).collect();
        assert!(stands.len() <= 1, "tabs disagree: {stands:?}");
        if let (Some(Stored::Session { session, account, .. }), Some(stand)) =
            (stored(self.store.as_ref()), stands.first())
        {
            let held = Some((session.expose().to_owned(), account.as_deref().map(str::to_owned)));
            assert_eq!(&held, stand, "the next page will have another session");
        }
    }

    /// The schedule alone keeps a token.
    pub(super) fn check_upkeep(&self) {
        for tab in &self.tabs {
            let snapshot = tab.engine.session().snapshot();
            if snapshot.state == State::SignedIn && !tab.page.stalled {
                let expires_at = snapshot.expires_at.expect("a token");
                assert!(self.service.lasts(expires_at, 0), "the schedule let a token expire");
            }
        }
    }
}

fn session_of(stored: Option<Stored>) -> Option<String> {
    match stored? {
        Stored::Session { session, .. } => Some(session.expose().to_owned()),
        Stored::SignedOut => None,
    }
}
