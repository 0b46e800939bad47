//! Tabs under any faults: whatever happens in whatever order, everyone is answered, the tabs agree when it is over, and
//! nothing is left. The session alone is tried like this in the hundred thousands; here it is what connects it.
//! `PROPTEST_CASES=10000 cargo test --test engine faults` tries more.

use crate::host::{
    Answer, Browser, Live, Pending, Tab,
    app::AppFetch,
    page::{Behaviour, Locking},
    realm::{browser, conditional},
};
use loginrocket_wasm::{
    engine::{StorageScope, session::snapshot::State},
    protocol::endpoint::Endpoint,
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
    test_runner::RngAlgorithm,
};
use serde_json::json;

const TABS: usize = 3;

/// What can happen, mostly in one of the tabs.
#[derive(Clone, Debug)]
enum Event {
    Call(usize, Endpoint),
    SignOut(usize),
    Authorize(usize),
    Cancel(Index),
    Token(usize, u32),
    Refresh(usize),
    Switch(usize, u8),
    Reload(usize),
    Die(usize),
    Show(usize, bool),
    Connect(usize, bool),
    Lock(usize, Locking),
    Slow(usize, u32),
    Wipe,
    Fault(Fault),
    EventsFirst,
    Pass(u64),
}

/// What comes of the next request.
#[derive(Clone, Debug)]
enum Fault {
    Down,
    Limited,
    Silent,
    Slow,
    Html,
    NoAccount,
}

fn event() -> impl Strategy<Value = Event> {
    let tab = || 0..TABS;
    let endpoint = select(vec![
        Endpoint::Login,
        Endpoint::Login,
        Endpoint::GetSession,
        Endpoint::UpdateProfile,
        Endpoint::UpdatePassword,
        Endpoint::Logout,
    ]);
    let locking = select(vec![Locking::Fair, Locking::Missing, Locking::Refused, Locking::Silent]);
    let fault =
        select(vec![Fault::Down, Fault::Limited, Fault::Silent, Fault::Slow, Fault::Html, Fault::NoAccount]);
    prop_oneof![
        5 => (tab(), endpoint).prop_map(|(tab, endpoint)| Event::Call(tab, endpoint)),
        1 => tab().prop_map(Event::SignOut),
        2 => tab().prop_map(Event::Authorize),
        2 => any::<Index>().prop_map(Event::Cancel),
        4 => (tab(), select(vec![0, 5, 300, 100_000])).prop_map(|(tab, seconds)| Event::Token(tab, seconds)),
        2 => tab().prop_map(Event::Refresh),
        2 => (tab(), 0..3_u8).prop_map(|(tab, account)| Event::Switch(tab, account)),
        1 => tab().prop_map(Event::Reload),
        1 => tab().prop_map(Event::Die),
        2 => (tab(), any::<bool>()).prop_map(|(tab, is_visible)| Event::Show(tab, is_visible)),
        1 => (tab(), any::<bool>()).prop_map(|(tab, is_online)| Event::Connect(tab, is_online)),
        1 => (tab(), locking).prop_map(|(tab, locking)| Event::Lock(tab, locking)),
        1 => (tab(), select(vec![0, 10, 500, 1_500])).prop_map(|(tab, ms)| Event::Slow(tab, ms)),
        1 => Just(Event::Wipe),
        4 => fault.prop_map(Event::Fault),
        1 => Just(Event::EventsFirst),
        4 => select(vec![0, 10, 30, 500, 3_000, 20_000, 200_000, 700_000]).prop_map(Event::Pass),
    ]
}

struct World {
    browser: Browser,
    tabs: [Tab; TABS],
    waiting: Vec<(Tab, Pending)>,
}

impl World {
    fn new() -> Self {
        let browser = browser();
        let tabs = [(); TABS].map(|()| Tab::open(&browser, StorageScope::Shared));
        Self { browser, tabs, waiting: Vec::new() }
    }

    fn happen(&mut self, event: &Event) {
        let tab = |number: &usize| &self.tabs[*number];
        let mut begin = |number: &usize, what: &dyn Fn(&Tab) -> Pending| {
            let tab = &self.tabs[*number];
            self.waiting.push((tab.clone(), what(tab)));
        };
        match event {
            Event::Call(number, endpoint) => begin(number, &|tab| tab.call(*endpoint, json!({}))),
            Event::SignOut(number) => begin(number, &Tab::sign_out),
            Event::Authorize(number) => begin(number, &|tab| tab.authorize(&AppFetch::home([401, 200]))),
            Event::Cancel(index) => {
                if !self.waiting.is_empty() {
                    let (tab, pending) = index.get(&self.waiting);
                    tab.cancel(pending);
                }
            }
            Event::Token(number, seconds) => begin(number, &|tab| tab.token(*seconds)),
            Event::Refresh(number) => begin(number, &Tab::refresh),
            Event::Switch(number, account) => {
                begin(number, &|tab| tab.switch(&format!("org_sample{account}")));
            }
            Event::Reload(number) => {
                tab(number).dispose();
                self.tabs[*number] = Tab::open(&self.browser, StorageScope::Shared);
            }
            Event::Die(number) => {
                tab(number).die();
                // Nobody is left in it to be answered.
                self.waiting.retain(|(_, pending)| pending.has_asker());
                self.tabs[*number] = Tab::open(&self.browser, StorageScope::Shared);
            }
            Event::Show(number, is_visible) => tab(number).show(*is_visible),
            Event::Connect(number, is_online) => tab(number).connect(*is_online),
            Event::Lock(number, locking) => tab(number).page.locking.set(*locking),
            Event::Slow(number, ms) => slow_down(tab(number), *ms),
            Event::Wipe => self.browser.store.entries.borrow_mut().clear(),
            Event::Fault(fault) => self.browser.script([match fault {
                Fault::Down => Answer::Status(503, ""),
                Fault::Limited => Answer::Limited(30),
                Fault::Silent => Answer::Hang,
                Fault::Slow => Answer::After(8_000, Box::new(Answer::Fault)),
                Fault::Html => Answer::Status(200, "<html>"),
                Fault::NoAccount => conditional("kss_half", None, "no_account_selected"),
            }]),
            Event::EventsFirst => self.browser.put_events_first(),
            Event::Pass(ms) => self.browser.pass(*ms),
        }
        self.browser.run();
        for tab in &self.tabs {
            let requests = tab.explain().requests;
            assert!(requests <= 6, "{requests} refreshes in a minute");
        }
    }

    /// Nothing fails any more, and everyone has had the time that they need.
    fn settle(&mut self) {
        self.browser.forget_script();
        for tab in &self.tabs {
            tab.page.locking.set(Locking::Fair);
            slow_down(tab, 0);
            tab.connect(true);
            tab.show(true);
        }
        self.browser.pass(1_000_000);
        assert!(self.waiting.iter().all(|(_, pending)| pending.is_over()), "someone still waits");
        for tab in &self.tabs {
            tab.show(true);
        }
        self.browser.pass(1_000);
        let seen: Vec<_> = self.tabs.iter().map(|tab| (tab.state(), tab.account())).collect();
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
        assert_ne!(seen[0].0, State::Loading);
        // The schedule may have refreshed just now, and holds the lock for a moment more.
        if self.browser.live().locks > 0 {
            self.browser.pass(100);
        }
        let live = self.browser.live();
        assert!(live.timers <= TABS, "{live:?}");
        assert_eq!(Live { timers: 0, ..live }, Live { channels: TABS, watches: TABS, ..Live::default() });
        for tab in &self.tabs {
            tab.dispose();
        }
        self.browser.pass(100);
        assert_eq!(self.browser.live(), Live::default());
    }
}

fn slow_down(tab: &Tab, ms: u32) {
    tab.page.set_store_behaviour(if ms == 0 { Behaviour::AtOnce } else { Behaviour::After(ms) });
}

fn run(events: &[Event]) {
    let mut world = World::new();
    for event in events {
        world.happen(event);
    }
    world.settle();
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_algorithm: RngAlgorithm::XorShift,
        // What is found is written down as a test with a name.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn after_any_faults_everyone_is_answered_and_the_tabs_agree(events in vec(event(), 1..60)) {
        run(&events);
    }
}

#[test]
fn a_session_that_was_over_does_not_come_back_with_a_refresh() {
    let browser = browser();
    let tab = Tab::open(&browser, StorageScope::Shared);
    browser.script([conditional("kss_half", None, "no_account_selected")]);
    tab.call(Endpoint::Login, json!({}));
    tab.sign_out();
    tab.sign_in();
    let other = Tab::open(&browser, StorageScope::Shared);
    browser.script([conditional("kss_half", None, "no_account_selected")]);
    assert_eq!(tab.refresh().code(), Some("no_token"));
    browser.pass(60_000);
    assert_eq!([tab.state(), other.state()], [State::SignedIn; 2]);
    assert!(browser.store.entry().unwrap().contains("kss_sample1"));
}
