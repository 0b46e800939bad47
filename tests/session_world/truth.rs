//! What the world knows and no machine does, and what must hold by it.

use super::World;
use loginrocket_wasm::core::{
    response::Failure,
    session::{Effect, Granted, Input, SignOutReason, Snapshot, Standing, State, Stored, Ticket, Want},
};
use std::collections::{BTreeMap, BTreeSet};

/// A tab asks no more often than this in a minute (rule 3), whatever the machine thinks.
const MOST_PER_MINUTE: usize = 6;

/// The truth about one page in a tab.
#[derive(Default)]
pub struct Page {
    /// Requests under way, and whether the service knew the session when it answered.
    pub live: BTreeMap<Ticket, bool>,
    pub sent: Vec<u64>,
    /// Callers, with what they want and by when.
    pub waiting: BTreeMap<u64, (Want, u64)>,
    /// From when to when the service, by its own word, is not to be asked.
    silences: Vec<(u64, u64)>,
    /// A refresh brought what was there already.
    stalled: bool,
    token_since_ms: u64,
    last_answer: Option<Result<Granted, &'static str>>,
    /// Sessions that were signed out on this page, which it must never have again.
    pub left: Vec<String>,
}

/// Which session should be there in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    Session(String),
    SignedOut,
    /// The world was too cruel: there is more than one right answer.
    Unknown,
}

/// How a machine stood before a step.
pub struct Before {
    snapshot: Snapshot,
    tracked: Option<(String, Option<String>)>,
}

impl World {
    pub(super) fn look(&self, tab: usize) -> Before {
        Before { snapshot: self.tabs[tab].machine.snapshot().clone(), tracked: self.tracked(tab) }
    }

    // ------------------------------------------------------------------------------------------ every step

    pub(super) fn check(&mut self, tab: usize, before: &Before, input: &Input, effects: &[Effect]) {
        let after = self.look(tab);
        let notified = effects.iter().any(|effect| matches!(effect, Effect::Notify));
        assert_eq!(
            notified,
            before.snapshot != after.snapshot,
            "a snapshot changes when and only when that is told"
        );
        self.expect_from(tab, before, &after, input);
        self.check_who_is_signed_in(tab, before, &after, input);
        check_age(before, &after);
        self.note_silence_and_stall(tab, before, &after, input);
        let page = &self.tabs[tab].page;
        assert!(page.live.len() <= 1, "a tab has one refresh under way at most");
        for (waiter, (_, deadline)) in &page.waiting {
            assert!(self.now.mono_ms <= *deadline, "caller {waiter} still waits after its time");
        }
    }

    fn check_who_is_signed_in(&self, tab: usize, before: &Before, after: &Before, input: &Input) {
        let session = |look: &Before| look.tracked.as_ref().map(|(session, _)| session.clone());
        let (was, is) = (session(before), session(after));
        if let Some(session) = &is {
            assert!(!self.has_left(tab, session), "a signed-out session is back");
        }
        let (Some(was), true) = (was.clone(), was != is) else { return };
        if is.is_some() {
            let may_move =
                matches!(input, Input::StoreChanged(_) | Input::Answered { .. } | Input::Restored(_));
            assert!(may_move, "another session came from {input:?}");
            if let (Input::Answered { .. }, Some(is)) = (input, &is) {
                let [(tab_before, before), (tab_now, now)] = [&was, is].map(|session| self.begun[session]);
                assert!(
                    tab_before != tab_now || before < now,
                    "a sign-in undid the one after it in the same tab"
                );
            }
            return;
        }
        match (after.snapshot.reason, input) {
            (Some(SignOutReason::Here), Input::SignOut) => {}
            (Some(SignOutReason::Expired), Input::Refreshed { ticket, .. }) => {
                let was_known = self.tabs[tab].page.live.get(ticket);
                assert_eq!(was_known, Some(&false), "a session was given up that the service knew");
            }
            (Some(SignOutReason::Expired), Input::Heard(_)) => {
                assert!(!self.service.is_alive(&was), "a living session was called expired");
            }
            (Some(SignOutReason::Elsewhere), Input::Heard(_) | Input::StoreChanged(_)) => {
                // A stored sign-out does not say of which session it is. Where the tab has not yet seen that another one
                // was stored in the place of its own, it is of that one, and rightly ends both.
                let is_replaced = matches!(input, Input::StoreChanged(_)) && self.replaced.contains(&was);
                let may_be_over =
                    is_replaced || self.signed_out.contains(&was) || !self.service.is_alive(&was);
                assert!(may_be_over, "a session was lost to the end of another one");
            }
            (reason, input) => panic!("a session ended for {reason:?} by {input:?}"),
        }
    }

    fn note_silence_and_stall(&mut self, tab: usize, before: &Before, after: &Before, input: &Input) {
        let now_ms = self.now.mono_ms;
        let page = &mut self.tabs[tab].page;
        let has_changed =
            before.tracked != after.tracked || before.snapshot.expires_at != after.snapshot.expires_at;
        if has_changed {
            page.stalled = false;
            page.token_since_ms = now_ms;
        }
        let Input::Refreshed { ticket, answer } = input else { return };
        if page.live.remove(ticket).is_none() {
            return;
        }
        match answer {
            Ok(Standing::SignedIn { claims: Some(claims), account, .. }) => {
                let is_here = before.tracked.as_ref().is_some_and(|(_, tracked)| tracked == account);
                let is_same = is_here && Some(claims.expires_at) == before.snapshot.expires_at;
                // Asked for within the second in which the last one came, it may rightly be the same.
                let asked_ms = page.sent.last().copied().unwrap_or(now_ms);
                if is_same && !has_changed && asked_ms.saturating_sub(page.token_since_ms) >= 1000 {
                    page.stalled = true;
                }
            }
            Err(Failure { facts, .. }) => {
                if let Some(seconds) = facts.retry_after_seconds {
                    let until = now_ms + u64::from(seconds) * 1000;
                    self.silence(tab, now_ms, until);
                }
            }
            Ok(_) => {}
        }
    }

    /// The service asked to be left alone: the tab that heard it does, and at once those that it can tell.
    fn silence(&mut self, tab: usize, from: u64, until: u64) {
        for other in 0..self.tabs.len() {
            // It takes the message a millisecond, and what was on the way to the same tab may come with it.
            let told = if other == tab { from } else { from + 2 };
            if other == tab || self.has_channel && !self.is_frozen(other) {
                self.tabs[other].page.silences.push((told, until));
            }
        }
    }

    /// What is on the way to a tab that freezes may never come.
    pub(super) fn expect_nothing_heard(&mut self, tab: usize) {
        let now_ms = self.now.mono_ms;
        self.tabs[tab].page.silences.retain(|(from, _)| *from <= now_ms);
    }

    /// Nothing new happens because of a timer that fires for nothing, or of news that come twice.
    pub(super) fn check_repetition(&mut self, tab: usize, input: &Input) {
        let (now, machine) = (self.now, &mut self.tabs[tab].machine);
        if matches!(input, Input::Heard(_) | Input::StoreChanged(_) | Input::Refreshed { .. }) {
            let again = machine.step(now, input.clone());
            let is_harmless = |effect: &Effect| {
                matches!(effect, Effect::ReadStore | Effect::PersistIfAbsent(_) | Effect::PersistOver { .. })
            };
            assert!(again.iter().all(is_harmless), "{input:?} twice: {again:?}");
        }
        let again = machine.step(now, Input::Woke);
        assert!(again.is_empty(), "a timer for nothing after {input:?}: {again:?}");
    }

    pub(super) fn note_replacement(&mut self, stored: &Stored) {
        let Stored::Session { session, .. } = stored else { return };
        let new = session.expose().to_owned();
        self.replaced.remove(&new);
        match self.stored_last.replace(new.clone()) {
            Some(old) if old != new => self.replaced.insert(old),
            _ => false,
        };
    }

    // ------------------------------------------------------------------------------------------ every request

    pub(super) fn check_request(&mut self, tab: usize, ticket: Ticket, session: &str) {
        let now_ms = self.now.mono_ms;
        let is_known = self.service.is_alive(session);
        let page = &mut self.tabs[tab].page;
        page.live.insert(ticket, is_known);
        page.sent.push(now_ms);
        let recent = page.sent.iter().rev().take_while(|at| now_ms - **at < 60_000).count();
        assert!(recent <= MOST_PER_MINUTE, "a tab sent {recent} refreshes in a minute");
        for (from, until) in &page.silences {
            let is_silence = (*from..*until).contains(&now_ms);
            assert!(!is_silence, "asked in spite of Retry-After, {} ms early", until - now_ms);
        }
        assert!(!self.has_left(tab, session), "asked about a session that was left");
    }

    /// Whether the person signed out of that session in that tab, on this page or one before.
    fn has_left(&self, tab: usize, session: &str) -> bool {
        let tab = &self.tabs[tab];
        tab.left.iter().chain(&tab.page.left).any(|left| left == session)
    }

    /// A refresh begins.
    pub(super) fn check_schedule(&self, tab: usize) {
        let page = &self.tabs[tab].page;
        assert!(!page.stalled || !page.waiting.is_empty(), "the schedule goes on though nothing newer came");
    }

    // ------------------------------------------------------------------------------------------ every caller

    pub(super) fn check_answer(&mut self, tab: usize, waiter: u64, answer: Result<Granted, Failure>) {
        let known = self.tabs[tab].page.waiting.remove(&waiter);
        let (want, _) = known.expect("a caller is answered twice, or was never there");
        if let Ok(granted) = &answer {
            let parts: Vec<_> = granted.token.expose().split(' ').collect();
            let (session, account) = self.tracked(tab).expect("a token without a session");
            assert_eq!(parts[0], session, "a token of another session");
            assert_eq!(Some(parts[1]), account.as_deref(), "a token for another account");
            assert_eq!(granted.account, account, "a grant for another account");
            let expires_at: u64 = parts[2].parse().unwrap();
            match want {
                Want::Token { min_validity_seconds } if self.is_clock_enough() => assert!(
                    self.service.lasts(expires_at, min_validity_seconds),
                    "a token that does not last {min_validity_seconds} s"
                ),
                Want::Account(wanted) => assert_eq!(account, Some(wanted), "the switch went elsewhere"),
                _ => {}
            }
        }
        self.tabs[tab].page.last_answer = Some(answer.map_err(|failure| failure.facts.code));
    }

    /// The two cases in which `session::token` promises how long a token lasts.
    fn is_clock_enough(&self) -> bool {
        let is_right = self.offset == 0 && !self.clock_was_set;
        is_right || !self.clock_was_set && !self.service.has_reused
    }

    // ------------------------------------------------------------------------------------------ what is expected

    /// A new session is what the person wants.
    fn expect_from(&mut self, tab: usize, before: &Before, after: &Before, input: &Input) {
        let session = |look: &Before| look.tracked.as_ref().map(|(session, _)| session.clone());
        if let (Input::Answered { .. }, Some(session), true) =
            (input, session(after), session(before) != session(after))
        {
            let slot = self.slot(tab);
            self.expected[slot] = Expected::Session(session);
        }
    }

    fn shares_store(&self, tab: usize) -> bool {
        self.shared && !self.tabs[tab].is_blocked
    }

    /// Tabs without a common store have each their own session.
    pub(super) fn slot(&self, tab: usize) -> usize {
        if self.shares_store(tab) { self.tabs.len() } else { tab }
    }

    pub(super) fn expect_sign_out(&mut self, tab: usize) {
        let sessions: Vec<_> = self.service.sessions().cloned().collect();
        self.signed_out.extend(sessions);
        let slot = self.slot(tab);
        self.expected[slot] = Expected::SignedOut;
        // Tabs with another store may have the same session from before. They learn of its end by message, or not.
        if let Some((session, _)) = self.tracked(tab).filter(|_| self.has_channel) {
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
        self.expected[tab] = if is_together { own } else { Expected::Unknown };
    }

    /// The store is gone. As long as all tabs agree, that changes nothing; otherwise nobody knows who is right.
    pub(super) fn expect_wipe(&mut self) {
        let store = match &self.store {
            Some(Stored::Session { session, .. }) => Some(session.expose().to_owned()),
            _ => None,
        };
        let session = |tab: usize| self.tracked(tab).map(|(session, _)| session);
        if (0..self.tabs.len()).any(|tab| self.shares_store(tab) && session(tab) != store) {
            self.be_cruel();
        }
    }

    /// A page goes, and with it what only it knew.
    pub(super) fn expect_reload(&mut self, tab: usize) {
        let slot = self.slot(tab);
        if slot == tab {
            self.expected[tab] = Expected::SignedOut;
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
        for tab in &self.tabs {
            for (waiter, (want, deadline)) in tab.page.waiting.iter().filter(|_| tab.frozen.is_none()) {
                assert!(self.now.mono_ms <= *deadline, "nobody woke to tell caller {waiter} ({want:?})");
            }
        }
    }

    pub(super) fn check_rest(&self) {
        for tab in &self.tabs {
            assert!(tab.page.waiting.is_empty(), "a caller was forgotten");
            let state = tab.machine.snapshot().state;
            match (state, &tab.page.last_answer) {
                (State::SignedIn, Some(Ok(_)))
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
        let together = (0..self.tabs.len()).filter(|tab| self.shares_store(*tab));
        let stands: BTreeSet<_> = together.map(|tab| self.tracked(tab)).collect();
        assert!(stands.len() <= 1, "tabs disagree: {stands:?}");
        if let (Some(Stored::Session { session, account }), Some(stand)) = (&self.store, stands.first()) {
            let stored = Some((session.expose().to_owned(), account.clone()));
            assert_eq!(&stored, stand, "the next page will have another session");
        }
    }

    /// The schedule alone keeps a token.
    pub(super) fn check_upkeep(&self) {
        for tab in &self.tabs {
            let snapshot = tab.machine.snapshot();
            if snapshot.state == State::SignedIn && !tab.page.stalled {
                let expires_at = snapshot.expires_at.expect("a token");
                assert!(self.service.lasts(expires_at, 0), "the schedule let a token expire");
            }
        }
    }
}

/// Of one session and account, no older token comes after a newer one.
fn check_age(before: &Before, after: &Before) {
    if before.tracked == after.tracked
        && let (Some(was), Some(is)) = (before.snapshot.expires_at, after.snapshot.expires_at)
    {
        assert!(is >= was, "a newer token was overwritten by one that is {} s older", was - is);
    }
}
