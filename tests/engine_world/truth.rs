//! What the world knows and no engine does, and what must hold by it.

use super::{
    World,
    browser::stored,
    service::{Minted, Served},
};
use loginrocket_wasm::{
    engine::{
        Answer, Effect, Id, Input, StorageScope,
        session::{
            Want,
            message::{Message, Stored},
            snapshot::{SignOutReason, Snapshot, State},
        },
    },
    protocol::secret::Secret,
};
use std::collections::BTreeMap;

/// A tab asks no more often than this in a minute (rule 3), whatever the engine thinks.
const MOST_PER_MINUTE: usize = 6;

/// After that time the engine gives up on a store.
const STORE_MS: u64 = 2_000;

/// How long a refresh may be wanted for which nobody waits.
const UNATTENDED_MS: u64 = 30_000;

/// The truth about one page in a tab.
#[derive(Default)]
pub struct Page {
    /// Requests under way.
    pub live: BTreeMap<Id, Live>,
    pub sent: Vec<u64>,
    /// Callers, with what they want and by when.
    pub waiting: BTreeMap<Id, (Waited, u64)>,
    /// From when to when the service, by its own word, is not to be asked; and whether a sibling said so.
    silences: Vec<(u64, u64, bool)>,
    /// A refresh brought what was there already.
    pub stalled: bool,
    token_since_ms: u64,
    pub last_answer: Option<Result<(), &'static str>>,
    /// Sessions that were signed out on this page, which it must never have again.
    pub left: Vec<String>,
    /// Since when the store owes an answer.
    pub store_asked_ms: Option<u64>,
    /// Whether the page went on without the store.
    pub is_apart: bool,
    /// Whether the page found a session in the store when it opened, and whether it has looked for siblings.
    found_session: bool,
    pub has_looked: bool,
    /// Until when the engine itself may want a refresh.
    unattended_until_ms: u64,
}

/// A request about a session.
pub struct Live {
    pub is_refresh: bool,
    /// Whether the service knew the session when it answered.
    pub is_known: bool,
    pub served: Served,
}

/// What a caller waits for.
pub enum Waited {
    Want(Want),
    Call,
    /// A call that finds that a second factor is due.
    HalfSignIn,
    SignOut,
}

/// Which session should be there in the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    Session(String),
    SignedOut,
    /// The world was too cruel: there is more than one right answer.
    Unknown,
}

/// How an engine stood before a step.
pub struct Before {
    snapshot: Snapshot,
    tracked: Option<(String, Option<String>)>,
}

/// What a step is caused by, as far as it matters.
#[derive(Debug)]
pub struct Cause {
    kind: Kind,
    /// Whether the engine has waited for the store for so long that it goes on without it.
    is_store_late: bool,
}

#[derive(Debug)]
enum Kind {
    Stored,
    Call(Id),
    /// Whether it was answered.
    Refresh(Id, bool),
    Message,
    SignOut,
    Shown,
    Other,
}

impl Cause {
    pub(super) fn is_call(&self) -> bool {
        matches!(self.kind, Kind::Call(_))
    }

    /// Whether the step may take in what the store holds.
    fn is_store(&self) -> bool {
        self.is_store_late || matches!(self.kind, Kind::Stored)
    }
}

impl Before {
    pub(super) fn session(&self) -> Option<&str> {
        self.tracked.as_ref().map(|(session, _)| session.as_str())
    }
}

impl World {
    pub(super) fn look(&self, tab: usize) -> Before {
        Before { snapshot: self.tabs[tab].engine.session().snapshot().clone(), tracked: self.tracked(tab) }
    }

    pub(super) fn cause(&mut self, tab: usize, input: &Input) -> Cause {
        let page = &mut self.tabs[tab].page;
        let asked_ms = page.store_asked_ms;
        let is_refresh = |id| page.live.get(id).is_some_and(|live| live.is_refresh);
        let kind = match input {
            Input::Stored { .. } => {
                page.store_asked_ms = None;
                Kind::Stored
            }
            Input::Replied { id, .. } if is_refresh(id) => Kind::Refresh(*id, true),
            Input::Unanswered { id, .. } if is_refresh(id) => Kind::Refresh(*id, false),
            Input::Replied { id, .. } => Kind::Call(*id),
            Input::Message { .. } => Kind::Message,
            Input::SignOut { .. } => Kind::SignOut,
            Input::Visible { is_visible: true } => Kind::Shown,
            _ => Kind::Other,
        };
        Cause { kind, is_store_late: asked_ms.is_some_and(|at| at + STORE_MS <= self.now.mono_ms) }
    }

    // ------------------------------------------------------------------------------------------ every step

    pub(super) fn check(&mut self, tab: usize, before: &Before, cause: &Cause, effects: &[Effect]) {
        let after = self.look(tab);
        let notified = effects.iter().filter(|effect| matches!(effect, Effect::Notify)).count();
        let is_right = if before.snapshot == after.snapshot { notified != 1 } else { notified > 0 };
        assert!(is_right, "a snapshot changes when and only when that is said");
        self.expect_from(tab, before, &after, cause);
        self.check_who_is_signed_in(tab, before, &after, cause);
        // By a clock that was set back, what is said again looks new.
        let may_be_old = self.clock_was_set && self.has_strangers();
        if !self.service_clock_was_set && !may_be_old {
            check_age(before, &after);
        }
        if before.session() != after.session() {
            // What siblings were told was about another session.
            self.tabs[tab].page.silences.retain(|(.., is_told)| !is_told);
        }
        self.note_silence_and_stall(tab, before, &after, cause);
        let page = &mut self.tabs[tab].page;
        let is_opening = before.snapshot.state == State::Loading && before.tracked.is_none();
        page.found_session |= cause.is_store() && is_opening && after.tracked.is_some();
        let refreshes = page.live.values().filter(|live| live.is_refresh).count();
        assert!(refreshes <= 1, "a tab has one refresh under way at most");
        for (waiter, (_, deadline)) in &page.waiting {
            assert!(self.now.mono_ms <= *deadline, "caller {waiter} still waits after its time");
        }
    }

    fn check_who_is_signed_in(&self, tab: usize, before: &Before, after: &Before, cause: &Cause) {
        let (was, is) = (before.session(), after.session());
        if let Some(session) = is {
            assert!(!self.has_left(tab, session), "a signed-out session is back");
        }
        let (Some(was), true) = (was, was != is) else { return };
        if let Some(is) = is {
            assert!(cause.is_store() || cause.is_call(), "another session came from {cause:?}");
            if cause.is_call() {
                let [(tab_before, before), (tab_now, now)] = [was, is].map(|session| self.begun[session]);
                assert!(
                    tab_before != tab_now || before < now,
                    "a sign-in undid the one after it in the same tab"
                );
            }
            return;
        }
        match (after.snapshot.reason, &cause.kind) {
            (Some(SignOutReason::Here), Kind::SignOut) => {}
            (Some(SignOutReason::Expired), Kind::Refresh(id, true)) => {
                let is_known = self.tabs[tab].page.live[id].is_known;
                assert!(!is_known, "a session was given up that the service knew");
            }
            (Some(SignOutReason::Expired), Kind::Message) => {
                assert!(!self.service.is_alive(was), "a living session was called expired");
            }
            (Some(SignOutReason::Elsewhere), kind) if cause.is_store() || matches!(kind, Kind::Message) => {
                // A stored sign-out does not say of which session it is. Where the tab has not yet seen that another one
                // was stored in the place of its own, it is of that one, and rightly ends both.
                let is_replaced = cause.is_store() && self.replaced.contains(was);
                let may_be_over = is_replaced
                    || self.signed_out.iter().any(|session| session == was)
                    || !self.service.is_alive(was);
                assert!(may_be_over || self.is_lax(), "a session was lost to the end of another one");
            }
            (reason, _) => panic!("a session ended for {reason:?} by {cause:?}"),
        }
    }

    fn note_silence_and_stall(&mut self, tab: usize, before: &Before, after: &Before, cause: &Cause) {
        let now_ms = self.now.mono_ms;
        let page = &mut self.tabs[tab].page;
        let has_changed =
            before.tracked != after.tracked || before.snapshot.expires_at != after.snapshot.expires_at;
        if has_changed {
            page.stalled = false;
            page.token_since_ms = now_ms;
        }
        let (id, is_answered, is_refresh) = match cause.kind {
            Kind::Refresh(id, is_answered) => (id, is_answered, true),
            Kind::Call(id) => (id, true, false),
            // Whether an address is verified by now, the engine asks for itself.
            Kind::Shown => {
                page.unattended_until_ms = now_ms + UNATTENDED_MS;
                return;
            }
            _ => return,
        };
        let Some(live) = page.live.remove(&id).filter(|_| is_answered) else { return };
        match live.served {
            // Whether the session is over, the engine asks for itself.
            Served::Denied if !is_refresh => page.unattended_until_ms = now_ms + UNATTENDED_MS,
            Served::SignedIn(Minted { account, expires_at, .. }) if is_refresh => {
                let is_here = before.tracked.as_ref().is_some_and(|(_, tracked)| *tracked == Some(account));
                let is_same = is_here && Some(expires_at) == before.snapshot.expires_at;
                // Asked for within the second in which the last one came, it may rightly be the same.
                let asked_ms = page.sent.last().copied().unwrap_or(now_ms);
                if is_same && !has_changed && asked_ms.saturating_sub(page.token_since_ms) >= 1000 {
                    page.stalled = true;
                }
            }
            Served::Limited(seconds) if is_refresh => {
                self.silence(tab, now_ms, now_ms + u64::from(seconds) * 1000);
            }
            _ => {}
        }
    }

    /// The service asked to be left alone: the tab that got this answer does it, and at once those that it can send a message.
    fn silence(&mut self, tab: usize, from: u64, until: u64) {
        for other in 0..self.tabs.len() {
            // It takes the message a millisecond, and what was on the way to the same tab may come with it.
            let since = if other == tab { from } else { from + 2 };
            // A sibling's word counts for five minutes.
            let until = if other == tab { until } else { until.min(from + 300_000) };
            if other == tab || self.tabs[other].is_listening && !self.is_frozen(other) {
                self.tabs[other].page.silences.push((since, until, other != tab));
            }
        }
    }

    /// What is on the way to a tab that freezes may never come.
    pub(super) fn expect_no_messages(&mut self, tab: usize) {
        let now_ms = self.now.mono_ms;
        self.tabs[tab].page.silences.retain(|(from, ..)| *from <= now_ms);
    }

    /// Nothing new happens because of a timer that fires for nothing, of news that come twice, or of a report that was
    /// made already. What the engine reads once more is to be done.
    pub(super) fn check_repetition(&mut self, tab: usize, input: Input) -> Vec<Effect> {
        let (now, engine) = (self.now, &mut self.tabs[tab].engine);
        let what = input.clone();
        // What lets the session look at itself, so that it has nothing more to do at that time.
        let is_look = match &input {
            Input::Woke | Input::Visible { .. } | Input::Online { .. } => true,
            // What is no message is not looked at.
            Input::Message { text } => Message::read(text.expose()).is_some(),
            _ => false,
        };
        let is_ask = matches!(&input, Input::Message { text } if text.expose().contains("\"ask\""));
        let effects = match input {
            Input::Replied { .. }
            | Input::Unanswered { .. }
            | Input::Stored { .. }
            | Input::LockSettled { .. }
            | Input::SiblingsFound { .. } => {
                let effects = engine.handle(now, input);
                assert!(effects.is_empty(), "{what:?} twice: {effects:?}");
                effects
            }
            Input::Message { .. } | Input::StorageChanged { .. } => {
                let effects = engine.handle(now, input);
                let is_harmless = |effect: &Effect| match effect {
                    Effect::Read { .. } | Effect::WakeAt { .. } => true,
                    // Whoever asks again is answered again.
                    Effect::Post { .. } => is_ask,
                    _ => false,
                };
                assert!(effects.iter().all(is_harmless), "{what:?} twice: {effects:?}");
                effects
            }
            _ => Vec::new(),
        };
        if is_look {
            let again = engine.handle(now, Input::Woke);
            assert!(again.is_empty(), "a timer for nothing after {what:?}: {again:?}");
        }
        effects
    }

    pub(super) fn note_replacement(&mut self, text: Option<&Secret>) {
        let Some(Stored::Session { session, .. }) = stored(text) else { return };
        let new = session.expose().to_owned();
        self.replaced.remove(&new);
        match self.stored_last.replace(new.clone()) {
            Some(old) if old != new => self.replaced.insert(old),
            _ => false,
        };
    }

    // ------------------------------------------------------------------------------------------ every request

    pub(super) fn check_request(&mut self, tab: usize, session: &str) {
        let now_ms = self.now.mono_ms;
        let page = &mut self.tabs[tab].page;
        page.sent.push(now_ms);
        let recent = page.sent.iter().rev().take_while(|at| now_ms - **at < 60_000).count();
        assert!(recent <= MOST_PER_MINUTE, "a tab sent {recent} refreshes in a minute");
        for (from, until, _) in &page.silences {
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

    fn has_siblings(&self) -> bool {
        self.setup.scope == StorageScope::Shared && self.setup.has_locks && self.setup.has_channel
    }

    /// A refresh begins.
    pub(super) fn check_schedule(&self, tab: usize) {
        let page = &self.tabs[tab].page;
        let is_wanted = page.waiting.values().any(|(waited, _)| matches!(waited, Waited::Want(_)))
            || self.now.mono_ms <= page.unattended_until_ms;
        assert!(!page.stalled || is_wanted, "the schedule goes on though nothing newer came");
        let should_look = page.found_session && self.has_siblings();
        assert!(!should_look || page.has_looked, "a tab that opened did not ask its siblings first");
    }

    /// Siblings find who has a token.
    pub(super) fn check_announcement(&self, tab: usize) {
        let tab = &self.tabs[tab];
        // That its token has expired, or has not after all by a clock that was set back, it finds out with the next thing that
        // happens; that it announces a good one, the counts of requests prove.
        let may_announce = tab.engine.session().token().is_some() && self.has_siblings();
        assert!(!tab.is_announced || may_announce, "a tab announces what it has not");
    }

    // ------------------------------------------------------------------------------------------ every caller

    pub(super) fn check_answer(&mut self, tab: usize, id: Id, answer: &Answer) {
        let known = self.tabs[tab].page.waiting.remove(&id);
        let (waited, _) = known.expect("a caller is answered twice, or was never there");
        let Waited::Want(want) = waited else { return };
        let answer = match answer {
            Answer::Granted { granted } => {
                let Minted { session, account, expires_at, .. } = self.service.read(granted.token.expose());
                let account = (!account.is_empty()).then(|| account.clone());
                let (tracked, at) = self.tracked(tab).expect("a token without a session");
                assert_eq!(*session, tracked, "a token of another session");
                assert_eq!(account, at, "a token for another account");
                assert_eq!(granted.account.as_deref(), at.as_deref(), "a grant for another account");
                match want {
                    Want::Token { min_validity_seconds } if self.is_clock_enough() => assert!(
                        self.service.lasts(*expires_at, min_validity_seconds),
                        "a token that does not last {min_validity_seconds} s"
                    ),
                    Want::Account(other) => {
                        assert_eq!(at.as_deref(), Some(&*other), "the switch went elsewhere");
                    }
                    _ => {}
                }
                Ok(())
            }
            Answer::Failed { failure } => Err(failure.error.code()),
            other => panic!("no answer to who wants a token: {other:?}"),
        };
        self.tabs[tab].page.last_answer = Some(answer);
    }

    /// The two cases in which `session::token` promises how long a token lasts.
    fn is_clock_enough(&self) -> bool {
        let is_right = self.offset == 0 && !self.clock_was_set;
        is_right || !self.clock_was_set && !self.service.has_reused
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
