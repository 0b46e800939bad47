//! A browser made of fakes: tabs that share stores, locks and channels, and a time that passes when told.
//!
//! Everything runs in one pool, and what tabs tell each other waits in a row: a run is the same every time. Messages come
//! before the events of a store, or after them: no standard says which.

use super::{
    Answer, Fake, Sent, World,
    tabs::{Lock, Own, Shelf},
};
use futures::{channel::oneshot, executor::LocalPool};
use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

/// A browser with its tabs.
#[derive(Clone, Default)]
pub struct Browser {
    world: Rc<RefCell<World>>,
    pool: Rc<RefCell<LocalPool>>,
    pub shelf: Rc<Shelf>,
}

/// What is not released yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Live {
    pub timers: usize,
    pub requests: usize,
    pub locks: usize,
    pub channels: usize,
    pub watches: usize,
}

impl Browser {
    /// What answers the requests for which nothing is scripted.
    pub fn serve(&self, service: impl Fn(&Sent) -> Answer + 'static) {
        self.world.borrow_mut().service = Some(Rc::new(service));
    }

    /// A platform for a new tab.
    pub fn platform(&self) -> Fake {
        let mut world = self.world.borrow_mut();
        let tab = Rc::new(Own {
            number: world.browser.tabs.len() as u64 + 1,
            spawner: Some(self.pool.borrow().spawner()),
            shelf: RefCell::new(Rc::clone(&self.shelf)),
            ..Own::default()
        });
        world.browser.tabs.push(Rc::downgrade(&tab));
        Fake { world: Rc::clone(&self.world), tab }
    }

    /// Lets everything happen that needs no time.
    pub fn run(&self) {
        loop {
            self.pool.borrow_mut().run_until_stalled();
            let mail = self.world.borrow_mut().browser.next_mail();
            match mail {
                Some(deliver) => deliver(),
                None => return,
            }
        }
    }

    /// Lets time pass, from one timer to the next.
    pub fn pass(&self, ms: u64) {
        self.run();
        let end = self.world.borrow().now_ms + ms;
        loop {
            let next = self.world.borrow().next_due().filter(|at| *at <= end);
            let due = {
                let world = &mut *self.world.borrow_mut();
                world.now_ms = next.unwrap_or(end);
                world.due()
            };
            for sleeper in due {
                let _ = sleeper.send(());
            }
            self.run();
            if next.is_none() {
                return;
            }
        }
    }

    /// The machine sleeps: the clocks go on, and timers stand still.
    pub fn sleep(&self, ms: u64) {
        {
            let world = &mut *self.world.borrow_mut();
            world.now_ms += ms;
            world.sleepers.iter_mut().for_each(|(at, _)| *at += ms);
        }
        self.run();
    }

    /// Something happens at once, and what it leads to.
    pub fn does<T>(&self, what: impl FnOnce() -> T) -> T {
        let done = what();
        self.run();
        done
    }

    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.world.borrow_mut().answers.extend(answers);
    }

    /// What is scripted and was not asked for is not given any more.
    pub fn forget_script(&self) {
        self.world.borrow_mut().answers.clear();
    }

    /// Gives the oldest request that is held its answer.
    pub fn answer(&self, answer: Answer) {
        let (_, held) = self.world.borrow_mut().held.remove(0);
        let _ = held.send(answer);
        self.run();
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.world.borrow().sent.clone()
    }

    pub fn live(&self) -> Live {
        let world = self.world.borrow();
        let waits = |waiting: &oneshot::Sender<Lock>| !waiting.is_canceled();
        let tabs = world.browser.tabs.iter().filter_map(Weak::upgrade);
        Live {
            timers: world.sleepers.iter().filter(|(_, sleeper)| !sleeper.is_canceled()).count(),
            requests: world.in_flight,
            locks: world
                .browser
                .locks
                .values()
                .map(|lock| {
                    usize::from(lock.is_held) + lock.waiting.iter().filter(|other| waits(other)).count()
                })
                .sum(),
            channels: world.browser.channels.len(),
            watches: tabs.map(|tab| tab.watches.borrow().len()).sum(),
        }
    }

    /// Platforms that something still holds.
    pub fn platforms(&self) -> usize {
        self.world.borrow().browser.tabs.iter().filter(|tab| tab.strong_count() > 0).count()
    }

    /// What was said so far, and in which channel.
    pub fn said(&self) -> Vec<(String, String)> {
        self.world.borrow().browser.said.clone()
    }

    /// Says something in a channel that is none of the tabs' doing.
    pub fn say(&self, name: &str, text: &str) {
        self.world.borrow_mut().tell(0, name, text);
        self.run();
    }

    /// From now on the events of a store overtake messages.
    pub fn put_events_first(&self) {
        self.world.borrow_mut().browser.has_events_first = true;
    }

    /// From now on a store tells nobody of changes.
    pub fn keep_changes_quiet(&self) {
        self.world.borrow_mut().browser.is_quiet = true;
    }

    /// Somebody else changes the shared store, and a moment passes.
    pub fn put(&self, key: &str, value: Option<&str>) {
        self.shelf.put(key, value);
        self.world.borrow_mut().stored(&self.shelf, 0, key);
        self.pass(50);
    }
}
