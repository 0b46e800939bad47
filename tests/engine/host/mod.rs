//! A browser made of fakes, under a time that passes when a test says so: tabs with an engine each, and what they share.
//!
//! [`world`] holds the state and decides what happens next, [`effects`] performs what engines want done, [`page`] is what a
//! tab has of its own, [`service`] answers requests, [`tab`] is what a test calls, [`pending`] what comes of it, [`app`] the
//! app's own requests, [`realm`] a realm for them, [`tokens`] the signed tokens of the fixtures. Nothing here decides
//! anything about a session, and whatever an engine wants that it may not want fails the test: to answer somebody twice, to
//! stop what is not under way, to post to a closed channel, to give back a lock that it has not got.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::struct_excessive_bools,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and no test uses all of it"
)]

pub mod app;
mod effects;
pub mod page;
pub mod pending;
pub mod realm;
pub mod service;
pub mod tab;
pub mod tokens;
mod world;

use loginrocket_wasm::engine::Input;
use page::{FakeStore, Page};
pub use pending::Pending;
pub use service::{Answer, Sent};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
pub use tab::Tab;
use world::{Holder, Task, World};

/// The time at which every browser begins, in epoch seconds.
pub const BEGINNING: u64 = 1_790_000_000;

/// A browser with its tabs. Clones are the same browser.
#[derive(Clone, Default)]
pub struct Browser {
    world: Rc<RefCell<World>>,
    /// How many engines and listeners are in the middle of something.
    depth: Rc<Cell<usize>>,
    is_running: Rc<Cell<bool>>,
    /// The store that tabs share.
    pub store: Rc<FakeStore>,
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
    // ------------------------------------------------------------------------------------------ time

    /// Lets everything happen that needs no time. In the middle of something it happens after that.
    pub fn run(&self) {
        if self.depth.get() > 0 || self.is_running.replace(true) {
            return;
        }
        loop {
            let task = self.world.borrow_mut().next_task();
            match task {
                Some(task) => self.act(task),
                None => break,
            }
        }
        self.is_running.set(false);
    }

    /// Lets time pass, from one timer to the next.
    pub fn pass(&self, ms: u64) {
        self.run();
        let end = self.world.borrow().now_ms + ms;
        loop {
            let next = self.world.borrow().next_due().filter(|at| *at <= end);
            self.world.borrow_mut().go_to(next.unwrap_or(end));
            self.run();
            if next.is_none() {
                return;
            }
        }
    }

    /// The machine sleeps: the clocks go on, and timers stand still.
    pub fn sleep(&self, ms: u64) {
        self.world.borrow_mut().sleep(ms);
        self.run();
    }

    /// Something happens at once, and what it leads to.
    pub fn does<T>(&self, what: impl FnOnce() -> T) -> T {
        let done = what();
        self.run();
        done
    }

    /// Several things happen at once, before anything that they lead to.
    pub fn at_once<T>(&self, what: impl FnOnce() -> T) -> T {
        self.depth.set(self.depth.get() + 1);
        let done = what();
        self.depth.set(self.depth.get() - 1);
        self.run();
        done
    }

    /// The time by the clock of everyone, in epoch seconds.
    pub fn now(&self) -> u64 {
        BEGINNING + self.now_ms() / 1000
    }

    /// The machine's clock is ahead of everyone's by so many seconds.
    pub fn set_clock(&self, ahead: i64) {
        self.world.borrow_mut().clock_ahead = ahead;
    }

    /// Milliseconds since the browser began.
    pub fn now_ms(&self) -> u64 {
        self.world.borrow().now_ms
    }

    // ------------------------------------------------------------------------------------------ the service

    /// What answers the requests for which nothing is scripted.
    pub fn serve(&self, service: impl Fn(&Sent) -> Answer + 'static) {
        self.world.borrow_mut().service = Some(Rc::new(service));
    }

    /// Adds answers to those that will be given.
    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.world.borrow_mut().answers.extend(answers);
    }

    /// What is scripted and was not asked for is not given any more.
    pub fn forget_script(&self) {
        self.world.borrow_mut().answers.clear();
    }

    /// Gives the oldest request that is held its answer. One that was aborted has none any more.
    pub fn answer(&self, answer: Answer) {
        let (tab, id) = self.world.borrow_mut().held.remove(0);
        self.act(Task::Reply { tab, id, answer });
        self.run();
    }

    /// Lets the app's own service answer the oldest request that is held.
    pub fn answer_app(&self) {
        let (tab, id) = self.world.borrow_mut().held_by_app.remove(0);
        self.act(Task::AppReply { tab, id });
        self.run();
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.world.borrow().sent.clone()
    }

    // ------------------------------------------------------------------------------------------ what tabs share

    /// A page for a new tab.
    pub fn page(&self) -> Rc<Page> {
        let mut world = self.world.borrow_mut();
        world.pages += 1;
        Rc::new(Page::new(world.pages, Rc::clone(&self.store)))
    }

    /// What was posted so far, and in which channel.
    pub fn said(&self) -> Vec<(String, String)> {
        self.world.borrow().said.clone()
    }

    /// Posts something to a channel that is none of the tabs' doing.
    pub fn say(&self, name: &str, text: &str) {
        self.world.borrow_mut().post(0, name, text);
        self.run();
    }

    /// From now on the events of a store overtake messages.
    pub fn put_events_first(&self) {
        self.world.borrow_mut().has_events_first = true;
    }

    /// From now on a store notifies nobody of changes.
    pub fn keep_changes_quiet(&self) {
        self.world.borrow_mut().is_quiet = true;
    }

    /// From now on what is posted reaches nobody.
    pub fn lose_messages(&self) {
        self.world.borrow_mut().loses_messages = true;
    }

    /// Somebody else changes the shared store, and a moment passes.
    pub fn put(&self, key: &str, value: Option<&str>) {
        self.store.put(key, value);
        self.world.borrow_mut().store_changed(&self.store, 0, key);
        self.pass(50);
    }

    /// Takes a lock as a tab does that is none of ours.
    pub fn hold_lock(&self, name: &str) {
        let is_granted = self.world.borrow_mut().request_lock(Holder::Stranger, name);
        assert!(is_granted, "somebody holds the lock");
    }

    /// Gives it back.
    pub fn release_lock(&self, name: &str) {
        self.world.borrow_mut().release_lock(Holder::Stranger, name);
        self.run();
    }

    pub fn live(&self) -> Live {
        self.world.borrow().live()
    }

    // ------------------------------------------------------------------------------------------ engines

    fn act(&self, task: Task) {
        match task {
            Task::Input { tab, input } => self.handle(tab, input),
            Task::Reply { tab, id, answer } => {
                let input = self.world.borrow_mut().resolve(tab, id, answer);
                if let Some(input) = input {
                    self.handle(tab, input);
                }
            }
            Task::AppReply { tab, id } => {
                let status = self.world.borrow_mut().resolve_app(tab, id);
                self.handle(tab, Input::Authorized { id, status });
            }
            Task::Granted { tab, id, name } => {
                if self.world.borrow().is_holder(Holder::Tab(tab, id), &name) {
                    self.handle(tab, Input::LockSettled { id, is_granted: true });
                }
            }
            Task::LookForSiblings { tab, id, name } => {
                let are_there = self.world.borrow().has_sibling(tab, &name);
                if let Some(are_there) = are_there {
                    self.handle(tab, Input::SiblingsFound { id, are_there });
                }
            }
            Task::Store { tab, id, key, operation } => {
                let entry = self.world.borrow_mut().finish_operation(tab, &key, operation);
                self.handle(tab, Input::Stored { id, result: Ok(entry) });
            }
            Task::Message { channel, text } => {
                let tab = self.world.borrow().tab_of_channel(channel);
                if let Some(tab) = tab {
                    self.handle(tab, Input::Message { text });
                }
            }
            Task::StorageEvent { tab, key } => {
                if self.world.borrow().tabs[tab].is_watching {
                    self.handle(tab, Input::StorageChanged { key });
                }
            }
        }
    }

    /// Lets an engine take an input in, and performs what it wants. What that leads to at once is taken in after all of
    /// it, before this returns. Then listeners run, who may call anything.
    fn handle(&self, tab: usize, input: Input) {
        {
            let state = &mut self.world.borrow_mut().tabs[tab];
            if state.is_dead {
                return;
            }
            state.queue.push_back(input);
        }
        self.drain(tab);
    }

    fn drain(&self, tab: usize) {
        if std::mem::replace(&mut self.world.borrow_mut().tabs[tab].is_handling, true) {
            return;
        }
        self.depth.set(self.depth.get() + 1);
        loop {
            let effects = self.world.borrow_mut().handle_next(tab);
            let Some(effects) = effects else { break };
            for effect in effects {
                self.perform(tab, effect);
            }
        }
        self.world.borrow_mut().tabs[tab].is_handling = false;
        self.notify(tab);
        self.depth.set(self.depth.get() - 1);
    }

    /// Notifies everyone who has not got the newest snapshot.
    fn notify(&self, tab: usize) {
        if std::mem::replace(&mut self.world.borrow_mut().tabs[tab].is_notifying, true) {
            return;
        }
        loop {
            let next = self.world.borrow_mut().tabs[tab].next_listener();
            let Some((listener, snapshot)) = next else { break };
            listener(&snapshot);
        }
        self.world.borrow_mut().tabs[tab].is_notifying = false;
    }
}
