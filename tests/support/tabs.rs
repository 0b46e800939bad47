//! A browser made of fakes: tabs that share stores, locks and channels, and a time that passes when told.
//!
//! Everything runs in one pool, and what tabs tell each other waits in a row: a run is the same every time. Messages come
//! before the events of a store, or after them: no standard says which.

use super::{Answer, Fake, Sent, World};
use futures::{
    channel::oneshot,
    executor::{LocalPool, LocalSpawner},
    future::{AbortHandle, Abortable, FutureExt},
    task::LocalSpawnExt,
};
use loginrocket_wasm::{
    client::ports::{Event, Locks, Random, Spawn, Store, StoreFault, Surroundings, Tabs, Timer},
    core::secret::Secret,
};
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    rc::{Rc, Weak},
};

/// What the tabs of a browser share, beside time and the service.
#[derive(Default)]
pub(super) struct Shared {
    messages: VecDeque<Box<dyn FnOnce()>>,
    events: VecDeque<Box<dyn FnOnce()>>,
    has_events_first: bool,
    is_quiet: bool,
    tabs: Vec<Weak<Own>>,
    locks: BTreeMap<String, Queue>,
    channels: Vec<(u64, String, Hear)>,
    ids: u64,
}

impl Shared {
    fn next_mail(&mut self) -> Option<Box<dyn FnOnce()>> {
        let (first, second) = if self.has_events_first {
            (&mut self.events, &mut self.messages)
        } else {
            (&mut self.messages, &mut self.events)
        };
        first.pop_front().or_else(|| second.pop_front())
    }
}

type Hear = Rc<dyn Fn(Secret)>;
type Tell = Rc<dyn Fn(Event)>;

/// Who holds a lock, and who waits for it.
#[derive(Default)]
struct Queue {
    is_held: bool,
    waiting: VecDeque<oneshot::Sender<Lock>>,
}

/// What is a tab's own.
#[derive(Default)]
pub struct Own {
    pub number: u64,
    spawner: Option<LocalSpawner>,
    tasks: RefCell<Vec<AbortHandle>>,
    watches: RefCell<Vec<(u64, Tell)>>,
    is_hidden: Cell<bool>,
    is_offline: Cell<bool>,
    pub is_server: Cell<bool>,
    pub shelf: RefCell<Rc<Shelf>>,
    /// How its store does each.
    pub reading: Cell<Manner>,
    pub writing: Cell<Manner>,
    pub removing: Cell<Manner>,
    pub locking: Cell<Locking>,
    pub has_no_channels: Cell<bool>,
}

/// How a store does what it is asked.
#[derive(Clone, Copy, Default)]
pub enum Manner {
    #[default]
    AtOnce,
    After(u32),
    Never,
    Fails(StoreFault),
}

/// What a tab has of locks.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub enum Locking {
    #[default]
    Fair,
    /// No locks at all.
    Missing,
    /// There are locks, and none can be had.
    Refused,
    /// There are locks, and nobody ever says anything.
    Silent,
}

/// Entries, and what was done with them.
#[derive(Default)]
pub struct Shelf {
    pub entries: RefCell<BTreeMap<String, String>>,
    /// Begun and ended operations, in their order.
    pub log: RefCell<Vec<String>>,
}

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

    /// Something happens at once, and what it leads to.
    pub fn does<T>(&self, what: impl FnOnce() -> T) -> T {
        let done = what();
        self.run();
        done
    }

    pub fn script(&self, answers: impl IntoIterator<Item = Answer>) {
        self.world.borrow_mut().answers.extend(answers);
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

impl Shelf {
    pub fn put(&self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.entries.borrow_mut().insert(key.to_owned(), value.to_owned()),
            None => self.entries.borrow_mut().remove(key),
        };
    }

    /// Its only entry.
    pub fn entry(&self) -> Option<String> {
        let entries = self.entries.borrow();
        assert!(entries.len() < 2, "{entries:?}");
        entries.values().next().cloned()
    }

    fn log(&self, what: &str) {
        self.log.borrow_mut().push(what.to_owned());
    }
}

impl World {
    fn id(&mut self) -> u64 {
        self.browser.ids += 1;
        self.browser.ids
    }

    fn tell(&mut self, speaker: u64, name: &str, text: &str) {
        for (number, other, hear) in &self.browser.channels {
            if *number != speaker && other == name {
                let (hear, text) = (Rc::downgrade(hear), Secret::from(text));
                // One that is closed by then hears nothing.
                let deliver = move || hear.upgrade().into_iter().for_each(|hear| hear(text.clone()));
                self.browser.messages.push_back(Box::new(deliver));
            }
        }
    }

    /// Tells every tab but the one that did it.
    fn stored(&mut self, place: &Rc<Shelf>, by: u64, key: &str) {
        for tab in self.browser.tabs.iter().filter_map(Weak::upgrade) {
            if !self.browser.is_quiet && tab.number != by && Rc::ptr_eq(&tab.shelf.borrow(), place) {
                let key = key.to_owned();
                let tab = Rc::downgrade(&tab);
                self.browser.events.push_back(Box::new(move || {
                    if let Some(tab) = tab.upgrade() {
                        tab.tell(&Event::Stored(Some(key)));
                    }
                }));
            }
        }
    }
}

impl Own {
    fn tell(&self, event: &Event) {
        let watches: Vec<_> = self.watches.borrow().iter().map(|(_, tell)| Rc::clone(tell)).collect();
        for tell in watches {
            tell(event.clone());
        }
    }
}

impl Fake {
    pub fn show(&self, is_visible: bool) {
        self.tab.is_hidden.set(!is_visible);
        self.tab.tell(&Event::Visible(is_visible));
    }

    pub fn connect(&self, is_online: bool) {
        self.tab.is_offline.set(!is_online);
        self.tab.tell(&Event::Online(is_online));
    }

    /// The tab is closed, or its process gone: nothing of it runs any more.
    pub fn die(&self) {
        self.tab.tasks.take().iter().for_each(AbortHandle::abort);
        self.tab.watches.take();
    }

    async fn take_time(&self, manner: Manner) -> Result<(), StoreFault> {
        match manner {
            Manner::AtOnce => Ok(()),
            Manner::After(ms) => {
                self.sleep(ms).await;
                Ok(())
            }
            Manner::Never => std::future::pending().await,
            Manner::Fails(fault) => Err(fault),
        }
    }

    fn shelf(&self) -> Rc<Shelf> {
        Rc::clone(&self.tab.shelf.borrow())
    }

    async fn change(&self, key: &str, value: Option<&Secret>) -> Result<(), StoreFault> {
        let (place, value) = (self.shelf(), value.map(Secret::expose));
        place.log(if value.is_some() { "write" } else { "remove" });
        self.take_time(if value.is_some() { &self.tab.writing } else { &self.tab.removing }.get()).await?;
        place.put(key, value);
        place.log("done");
        self.world.borrow_mut().stored(&place, self.tab.number, key);
        Ok(())
    }
}

impl Spawn for Fake {
    fn spawn(&self, work: impl Future<Output = ()> + 'static) {
        let (handle, registration) = AbortHandle::new_pair();
        self.tab.tasks.borrow_mut().push(handle);
        let work = Abortable::new(work, registration).map(drop);
        self.tab.spawner.as_ref().unwrap().spawn_local(work).unwrap();
    }
}

impl Random for Fake {
    fn random(&self) -> u64 {
        let number = self.world.borrow_mut().id() + self.tab.number * 1_000;
        number.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

impl Store for Fake {
    async fn read(&self, key: &str) -> Result<Option<Secret>, StoreFault> {
        let place = self.shelf();
        place.log("read");
        self.take_time(self.tab.reading.get()).await?;
        place.log("done");
        Ok(place.entries.borrow().get(key).map(|text| Secret::from(text.as_str())))
    }

    async fn write(&self, key: &str, value: &Secret) -> Result<(), StoreFault> {
        self.change(key, Some(value)).await
    }

    async fn remove(&self, key: &str) -> Result<(), StoreFault> {
        self.change(key, None).await
    }
}

/// A lock that is held; dropping it gives it to the next.
pub struct Lock {
    world: Rc<RefCell<World>>,
    name: String,
}

impl Drop for Lock {
    fn drop(&mut self) {
        let next = {
            let world = &mut *self.world.borrow_mut();
            let queue = world.browser.locks.get_mut(&self.name).unwrap();
            let next = std::iter::from_fn(|| queue.waiting.pop_front()).find(|next| !next.is_canceled());
            queue.is_held = next.is_some();
            next
        };
        if let Some(next) = next {
            // Whoever does not wait any more drops it, and so gives it on.
            let _ = next.send(Self { world: Rc::clone(&self.world), name: self.name.clone() });
        }
    }
}

impl Locks for Fake {
    type Lock = Lock;

    fn has_locks(&self) -> bool {
        self.tab.locking.get() != Locking::Missing
    }

    async fn lock(&self, name: &str) -> Option<Lock> {
        match self.tab.locking.get() {
            Locking::Fair => {}
            Locking::Missing | Locking::Refused => return None,
            Locking::Silent => std::future::pending().await,
        }
        let granted = {
            let world = &mut *self.world.borrow_mut();
            let queue = world.browser.locks.entry(name.to_owned()).or_default();
            if queue.is_held {
                let (sender, granted) = oneshot::channel();
                queue.waiting.push_back(sender);
                Some(granted)
            } else {
                queue.is_held = true;
                None
            }
        };
        match granted {
            Some(granted) => Some(granted.await.unwrap()),
            None => Some(Lock { world: Rc::clone(&self.world), name: name.to_owned() }),
        }
    }
}

/// An open channel.
pub struct Channel {
    world: Rc<RefCell<World>>,
    number: u64,
    name: String,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.world.borrow_mut().browser.channels.retain(|(number, ..)| *number != self.number);
    }
}

impl Tabs for Fake {
    type Channel = Channel;

    fn open(&self, name: &str, hear: impl Fn(Secret) + 'static) -> Option<Channel> {
        if self.tab.has_no_channels.get() {
            return None;
        }
        let world = &mut *self.world.borrow_mut();
        let number = world.id();
        world.browser.channels.push((number, name.to_owned(), Rc::new(hear)));
        Some(Channel { world: Rc::clone(&self.world), number, name: name.to_owned() })
    }

    fn tell(channel: &Channel, text: &Secret) {
        channel.world.borrow_mut().tell(channel.number, &channel.name, text.expose());
    }
}

/// Watches until it is dropped.
pub struct Watch {
    tab: Weak<Own>,
    number: u64,
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(tab) = self.tab.upgrade() {
            tab.watches.borrow_mut().retain(|(number, _)| *number != self.number);
        }
    }
}

impl Surroundings for Fake {
    type Watch = Watch;

    fn is_server(&self) -> bool {
        self.tab.is_server.get()
    }

    fn is_visible(&self) -> bool {
        !self.tab.is_hidden.get()
    }

    fn is_online(&self) -> bool {
        !self.tab.is_offline.get()
    }

    fn watch(&self, tell: impl Fn(Event) + 'static) -> Watch {
        let number = self.world.borrow_mut().id();
        self.tab.watches.borrow_mut().push((number, Rc::new(tell)));
        Watch { tab: Rc::downgrade(&self.tab), number }
    }
}
