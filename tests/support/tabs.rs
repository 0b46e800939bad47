//! The ports that a session needs beside those of a call, for one of several tabs: tasks, store, locks, channel,
//! surroundings.

use super::{Fake, World};
use futures::{
    channel::oneshot,
    executor::LocalSpawner,
    future::{AbortHandle, Abortable, FutureExt},
    task::LocalSpawnExt,
};
use loginrocket_wasm::{
    client::ports::{Ask, Event, Locks, Random, Spawn, Store, StoreFault, Surroundings, Tabs, Timer},
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
    pub(super) messages: VecDeque<Box<dyn FnOnce()>>,
    pub(super) events: VecDeque<Box<dyn FnOnce()>>,
    pub(super) has_events_first: bool,
    pub(super) is_quiet: bool,
    pub(super) tabs: Vec<Weak<Own>>,
    pub(super) locks: BTreeMap<String, Queue>,
    pub(super) channels: Vec<(u64, String, Hear)>,
    /// What was said, and in which channel.
    pub(super) said: Vec<(String, String)>,
    ids: u64,
}

impl Shared {
    pub(super) fn next_mail(&mut self) -> Option<Box<dyn FnOnce()>> {
        let (first, second) = if self.has_events_first {
            (&mut self.events, &mut self.messages)
        } else {
            (&mut self.messages, &mut self.events)
        };
        first.pop_front().or_else(|| second.pop_front())
    }
}

pub(super) type Hear = Rc<dyn Fn(Secret)>;
pub(super) type Tell = Rc<dyn Fn(Event)>;

/// Who holds a lock, and who waits for it.
#[derive(Default)]
pub(super) struct Queue {
    pub(super) is_held: bool,
    pub(super) waiting: VecDeque<oneshot::Sender<Lock>>,
}

/// What is a tab's own.
#[derive(Default)]
pub struct Own {
    pub number: u64,
    pub(super) spawner: Option<LocalSpawner>,
    pub(super) tasks: RefCell<Vec<AbortHandle>>,
    pub(super) watches: RefCell<Vec<(u64, Tell)>>,
    pub(super) is_hidden: Cell<bool>,
    pub(super) is_offline: Cell<bool>,
    pub is_server: Cell<bool>,
    pub shelf: RefCell<Rc<Shelf>>,
    /// How its store does each.
    pub reading: Cell<Manner>,
    pub writing: Cell<Manner>,
    pub removing: Cell<Manner>,
    /// What the app's own store does in the middle of its next write.
    pub meddling: RefCell<Option<Box<dyn FnOnce()>>>,
    pub locking: Cell<Locking>,
    pub has_no_channels: Cell<bool>,
    pub has_no_crypto: Cell<bool>,
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

    pub(super) fn tell(&mut self, speaker: u64, name: &str, text: &str) {
        self.browser.said.push((name.to_owned(), text.to_owned()));
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
    pub(super) fn stored(&mut self, place: &Rc<Shelf>, by: u64, key: &str) {
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

    /// Its store was changed, and it is told so.
    pub fn hear_of_store(&self, key: Option<&str>) {
        self.tab.tell(&Event::Stored(key.map(str::to_owned)));
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

    async fn read(&self, key: &str) -> Result<Option<Secret>, StoreFault> {
        let place = self.shelf();
        place.log("read");
        self.take_time(self.tab.reading.get()).await?;
        place.log("done");
        Ok(place.entries.borrow().get(key).map(|text| Secret::from(text.as_str())))
    }

    async fn change(&self, key: &str, value: Option<&Secret>) -> Result<(), StoreFault> {
        let (place, value) = (self.shelf(), value.map(Secret::expose));
        place.log(if value.is_some() { "write" } else { "remove" });
        if let Some(meddle) = self.tab.meddling.take() {
            meddle();
        }
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
    async fn ask(&self, key: &str, what: Ask<'_>) -> Result<Option<Secret>, StoreFault> {
        let value = match what {
            Ask::Read => return self.read(key).await,
            Ask::Write(value) => Some(value),
            Ask::Remove => None,
        };
        self.change(key, value).await.map(|()| None)
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
