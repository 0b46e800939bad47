//! Tabs in any weather: whatever happens in whatever order, everyone is answered, the tabs agree when it is over, and
//! nothing is left. The machine alone is tried like this in the hundred thousands; here it is what connects it.
//! `PROPTEST_CASES=10000 cargo test --test session_driver weather` tries more.

use crate::{
    support::{
        Answer,
        browser::{Browser, Live},
        tabs::{Locking, Manner},
    },
    tab::{Pending, Tab, browser, conditional},
};
use loginrocket_wasm::{
    Error,
    client::session::Kept,
    core::{
        request::Endpoint,
        response::Failure,
        session::{Granted, State, Want},
    },
};
use proptest::{collection::vec, prelude::*, sample::select, test_runner::RngAlgorithm};
use serde_json::json;

const TABS: usize = 3;

/// What can happen, mostly in one of the tabs.
#[derive(Clone, Debug)]
enum Event {
    Call(usize, Endpoint),
    SignOut(usize),
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
    Weather(Weather),
    EventsFirst,
    Pass(u64),
}

/// What comes of the next request.
#[derive(Clone, Debug)]
enum Weather {
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
    let weather = select(vec![
        Weather::Down,
        Weather::Limited,
        Weather::Silent,
        Weather::Slow,
        Weather::Html,
        Weather::NoAccount,
    ]);
    prop_oneof![
        5 => (tab(), endpoint).prop_map(|(tab, endpoint)| Event::Call(tab, endpoint)),
        1 => tab().prop_map(Event::SignOut),
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
        4 => weather.prop_map(Event::Weather),
        1 => Just(Event::EventsFirst),
        4 => select(vec![0, 10, 30, 500, 3_000, 20_000, 200_000, 700_000]).prop_map(Event::Pass),
    ]
}

struct World {
    browser: Browser,
    tabs: [Tab; TABS],
    waiting: Vec<Pending<Result<Granted, Failure>>>,
}

impl World {
    fn new() -> Self {
        let browser = browser();
        let tabs = [(); TABS].map(|()| Tab::open(&browser, Kept::Shared));
        Self { browser, tabs, waiting: Vec::new() }
    }

    fn happen(&mut self, event: &Event) {
        let tab = |number: &usize| &self.tabs[*number];
        match event {
            Event::Call(number, endpoint) => drop(tab(number).call(*endpoint, json!({}))),
            Event::SignOut(number) => drop(tab(number).sign_out()),
            Event::Token(number, seconds) => self.waiting.push(tab(number).token(*seconds)),
            Event::Refresh(number) => self.waiting.push(tab(number).refresh()),
            Event::Switch(number, account) => {
                self.waiting.push(tab(number).want(Want::Account(format!("org_sample{account}"))));
            }
            Event::Reload(number) => {
                tab(number).session.dispose();
                self.tabs[*number] = Tab::open(&self.browser, Kept::Shared);
            }
            Event::Die(number) => {
                tab(number).platform.die();
                self.browser.run();
                // Nobody is left in it to be answered.
                self.waiting.retain(Pending::has_asker);
                self.tabs[*number] = Tab::open(&self.browser, Kept::Shared);
            }
            Event::Show(number, is_visible) => tab(number).platform.show(*is_visible),
            Event::Connect(number, is_online) => tab(number).platform.connect(*is_online),
            Event::Lock(number, locking) => tab(number).platform.tab.locking.set(*locking),
            Event::Slow(number, ms) => slow_down(tab(number), *ms),
            Event::Wipe => self.browser.shelf.entries.borrow_mut().clear(),
            Event::Weather(weather) => self.browser.script([match weather {
                Weather::Down => Answer::Status(503, ""),
                Weather::Limited => Answer::Limited(30),
                Weather::Silent => Answer::Hang,
                Weather::Slow => Answer::After(8_000, Box::new(Answer::Fault(Error::Network))),
                Weather::Html => Answer::Status(200, "<html>"),
                Weather::NoAccount => conditional("kss_half", None, "no_account_selected"),
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

    /// The weather is good again, and everyone has had the time that they need.
    fn settle(&mut self) {
        self.browser.forget_script();
        for tab in &self.tabs {
            tab.platform.tab.locking.set(Locking::Fair);
            slow_down(tab, 0);
            tab.platform.connect(true);
            tab.platform.show(true);
        }
        self.browser.pass(1_000_000);
        assert!(self.waiting.iter().all(Pending::is_over), "someone still waits");
        for tab in &self.tabs {
            tab.platform.show(true);
        }
        self.browser.pass(1_000);
        let seen: Vec<_> = self.tabs.iter().map(|tab| (tab.state(), tab.account())).collect();
        assert!(seen.iter().all(|one| *one == seen[0]), "{seen:?}");
        assert_ne!(seen[0].0, State::Loading);
        let live = self.browser.live();
        assert!(live.timers <= TABS, "{live:?}");
        assert_eq!(Live { timers: 0, ..live }, Live { channels: TABS, watches: TABS, ..Live::default() });
        for tab in &self.tabs {
            tab.session.dispose();
        }
        self.browser.pass(100);
        assert_eq!(self.browser.live(), Live::default());
    }
}

fn slow_down(tab: &Tab, ms: u32) {
    let own = &tab.platform.tab;
    for manner in [&own.reading, &own.writing, &own.removing] {
        manner.set(if ms == 0 { Manner::AtOnce } else { Manner::After(ms) });
    }
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
    fn after_any_weather_everyone_is_answered_and_the_tabs_agree(events in vec(event(), 1..60)) {
        run(&events);
    }
}
