//! Steps the machine, and does what it wants done; `effects` says how.
//!
//! Inputs wait in a row: what an effect leads to is taken in after all effects of the step are done, and listeners run
//! after that, outside every borrow.

mod effects;

use super::{
    Kept, TokenOrigins, Verify,
    listeners::{Listener, Listeners, Subscription},
    storage::{Storage, Task},
};
use crate::{
    Error,
    client::{
        Client,
        oneshot::{Receiver, Sender, oneshot},
        ports::{Event, Platform},
        tokens::Verifier,
    },
    core::{
        jwt::Jwt,
        response::{Failure, Outcome},
        secret::Secret,
        session::{
            Claims, Granted, Input, Machine, Moment, Settings, Snapshot, Ticket, Waiter, Want, claims, wire,
        },
    },
};
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

/// How long a refresh may take, from asking for the lock to its answer.
const REFRESH_CAP_MS: u64 = 30_000;

/// How long what is told takes to be heard, for all that is known: no standard orders the ways between tabs. The lock of a
/// refresh is kept for that time, and news of the store wait for it, which say less than the channel.
const HEARING_MS: u32 = 20;

/// What who wants something gets.
pub type Answer = Result<Granted, Failure>;

/// One session of one page.
pub(super) struct Driver<P: Platform> {
    pub(super) client: Client<P>,
    pub(super) kept: Kept,
    pub(super) origins: TokenOrigins,
    pub(super) machine: RefCell<Machine>,
    pub(super) listeners: Listeners,
    pub(super) storage: RefCell<Rc<Storage>>,
    pub(super) callers: RefCell<Vec<(Waiter, Sender<Answer>)>>,
    is_server: bool,
    /// Counts realms, so that what was begun for one does not reach the next.
    pub(super) era: Cell<u32>,
    /// In the order in which they came. They are few: what a queue of another kind needs is more than moving them up.
    inputs: RefCell<Vec<Input>>,
    is_stepping: Cell<bool>,
    /// What goes on, by ticket; dropping an end stops it.
    under_way: RefCell<Vec<(Ticket, Sender<()>)>>,
    /// Calls of the app that go on; dropping an end stops one.
    calls: RefCell<Vec<Sender<()>>>,
    /// A token that was refused by the app's own service right after it was got.
    pub(super) refused: RefCell<Option<Secret>>,
    pub(super) verifier: Rc<Verifier<P>>,
    pub(super) verify: Cell<Verify>,
    /// The token that was verified last.
    pub(super) trusted: RefCell<Option<Secret>>,
    /// A token that came for somebody else than who is signed in, until the person says what is meant.
    pub(super) offered: RefCell<Option<Secret>>,
    /// A token that came and could not be judged yet.
    pub(super) unjudged: RefCell<Option<Secret>>,
    /// A session of whose end somebody tells the service already.
    farewell: RefCell<Option<Secret>>,
    /// Who waits for what the store holds; none once that is known.
    restoring: RefCell<Option<Vec<Sender<()>>>>,
    waiters: Cell<u64>,
    wake_at: Cell<Option<u64>>,
    timer: RefCell<Option<Sender<()>>>,
    is_attached: Cell<bool>,
    pub(super) is_disposed: Cell<bool>,
    pub(super) channel: RefCell<Option<Rc<P::Channel>>>,
    watch: RefCell<Option<P::Watch>>,
    /// Somebody listens, and so it lives even if nobody holds it.
    myself: RefCell<Option<Rc<Self>>>,
}

impl<P: Platform> Driver<P> {
    pub(super) fn new(client: Client<P>, kept: Kept, origins: TokenOrigins) -> Self {
        Self {
            machine: RefCell::new(machine(&client, kept)),
            storage: RefCell::new(storage(&client, kept)),
            is_server: client.platform().is_server(),
            verifier: Rc::new(Verifier::new(client.clone())),
            verify: Cell::default(),
            trusted: RefCell::default(),
            offered: RefCell::default(),
            unjudged: RefCell::default(),
            client,
            kept,
            origins,
            listeners: Listeners::default(),
            callers: RefCell::default(),
            era: Cell::default(),
            inputs: RefCell::default(),
            is_stepping: Cell::default(),
            under_way: RefCell::default(),
            calls: RefCell::default(),
            refused: RefCell::default(),
            farewell: RefCell::default(),
            restoring: RefCell::default(),
            waiters: Cell::default(),
            wake_at: Cell::default(),
            timer: RefCell::default(),
            is_attached: Cell::default(),
            is_disposed: Cell::default(),
            channel: RefCell::default(),
            watch: RefCell::default(),
            myself: RefCell::default(),
        }
    }

    pub(super) fn platform(&self) -> &P {
        self.client.platform()
    }

    /// One object serves everyone who comes to a server: there is nobody whose session it could be.
    pub(super) fn is_server(&self) -> bool {
        self.is_server
    }

    pub(super) fn moment(&self) -> Moment {
        Moment { mono_ms: self.platform().mono_ms(), wall: self.platform().now() }
    }

    // ------------------------------------------------------------------------------------------ from start to end

    pub(super) fn start(self: &Rc<Self>) {
        if self.is_server() {
            return;
        }
        if self.kept == Kept::Page {
            // Nobody looks yet; see `attach`.
            self.step(Input::Visible(false));
            self.step(Input::Restored(None));
        } else if self.storage.borrow().key.is_some() {
            self.restoring.replace(Some(Vec::new()));
            self.attach();
            self.store(Task::Restore);
        } else {
            // Of no realm there is no session.
            self.step(Input::Restored(None));
        }
    }

    pub(super) fn attach(self: &Rc<Self>) {
        if self.is_server() || self.is_disposed.get() || self.is_attached.replace(true) {
            return;
        }
        let myself = Rc::downgrade(self);
        let watch = self.platform().watch(move |event| {
            if let Some(driver) = myself.upgrade() {
                driver.happened(event);
            }
        });
        self.watch.replace(Some(watch));
        self.open_channel();
        self.look_around();
        // What was wanted before anyone looked.
        self.set_timer();
    }

    fn look_around(self: &Rc<Self>) {
        self.step(Input::Online(self.platform().is_online()));
        self.step(Input::Visible(self.platform().is_visible()));
    }

    fn open_channel(self: &Rc<Self>) {
        let channel = self.shared_name().and_then(|name| {
            let (myself, era) = (Rc::downgrade(self), self.era.get());
            self.platform().open(&name, move |text| {
                if let Some(driver) = Self::in_era(&myself, era) {
                    driver.heard(&text);
                }
            })
        });
        self.channel.replace(channel.map(Rc::new));
    }

    /// The name of the entry is also that of the lock and of the channel, if there may be others to share them with.
    fn shared_name(&self) -> Option<String> {
        self.storage.borrow().key.clone().filter(|_| self.kept != Kept::Page)
    }

    /// What a client is pointed at may change; a session never goes along to another realm.
    pub(super) fn follow_url(self: &Rc<Self>) {
        let storage = storage(&self.client, self.kept);
        if self.is_server() || self.is_disposed.get() || self.storage.borrow().key == storage.key {
            return;
        }
        self.step(Input::Disposed);
        self.era.set(self.era.get() + 1);
        self.under_way.take();
        self.inputs.take();
        self.callers.take();
        self.offered.take();
        self.unjudged.take();
        self.farewell.take();
        self.restoring.take();
        self.wake_at.take();
        self.timer.take();
        // What is still to be written of the old one is written there.
        self.storage.replace(storage);
        self.machine.replace(machine(&self.client, self.kept));
        self.listeners.changed();
        self.start();
        if self.is_attached.get() {
            self.open_channel();
            self.look_around();
        }
        self.tell();
    }

    pub(super) fn dispose(self: &Rc<Self>) {
        self.step(Input::Disposed);
        self.is_disposed.set(true);
        self.listeners.clear();
        self.verifier.dispose();
        // What is still to be written is held by what writes it.
        self.storage.replace(Rc::new(Storage::new(None, true)));
        self.callers.take();
        self.calls.take();
        self.refused.take();
        self.trusted.take();
        self.offered.take();
        self.unjudged.take();
        self.farewell.take();
        self.under_way.take();
        self.timer.take();
        self.restoring.take();
        self.channel.take();
        self.watch.take();
        self.myself.take();
    }

    fn in_era(myself: &Weak<Self>, era: u32) -> Option<Rc<Self>> {
        myself.upgrade().filter(|driver| driver.era.get() == era && !driver.is_disposed.get())
    }

    // ------------------------------------------------------------------------------------------ what happens

    fn happened(self: &Rc<Self>, event: Event) {
        match event {
            Event::Visible(visible) => self.step(Input::Visible(visible)),
            Event::Online(online) => self.step(Input::Online(online)),
            Event::Stored(key) => {
                if key.is_some() && self.storage.borrow().key != key {
                    return;
                }
                if self.channel.borrow().is_none() {
                    return self.store(Task::Read);
                }
                let (myself, client, era) = (Rc::downgrade(self), self.client.clone(), self.era.get());
                self.platform().spawn(async move {
                    client.platform().sleep(HEARING_MS).await;
                    if let Some(driver) = Self::in_era(&myself, era) {
                        driver.store(Task::Read);
                    }
                });
            }
        }
    }

    fn heard(self: &Rc<Self>, text: &Secret) {
        let message = self.platform().parse(text.expose());
        let message = message.and_then(|record| wire::read_message(&record, |jwt| self.claims(jwt)));
        if let Some(message) = message {
            self.step(Input::Heard(message));
        }
    }

    /// What a JWT says, if it can be read.
    pub(super) fn claims(&self, jwt: &Secret) -> Option<Claims> {
        claims::read(&self.platform().parse(&Jwt::parse(jwt.expose())?.payload)?)
    }

    /// Whether it is not known yet what the store holds.
    pub(super) fn is_restoring(&self) -> bool {
        self.restoring.borrow().is_some()
    }

    /// Completes when it is known what the store holds; that is bounded.
    pub(super) async fn restored(&self) {
        let (sender, restored) = oneshot();
        match &mut *self.restoring.borrow_mut() {
            Some(waiting) => waiting.push(sender),
            None => drop(sender),
        }
        restored.await;
    }

    /// Notes a call of the app; what this gives completes when it is to be given up.
    pub(super) fn begin_call(&self) -> Receiver<()> {
        let (end, ended) = oneshot();
        let mut calls = self.calls.borrow_mut();
        calls.retain(|call| !call.is_over());
        calls.push(end);
        ended
    }

    /// A caller wants something and waits at the other end.
    pub(super) fn ask(self: &Rc<Self>, want: Want, patience_ms: u32, caller: Sender<Answer>) {
        self.waiters.set(self.waiters.get() + 1);
        let waiter = Waiter(self.waiters.get());
        self.callers.borrow_mut().push((waiter, caller));
        let deadline_ms = self.platform().mono_ms() + u64::from(patience_ms);
        self.step(Input::Wanted { waiter, want, deadline_ms });
    }

    /// Signs out here; gives the call that tells the service, if there is a session that it knows of.
    pub(super) fn sign_out(
        self: &Rc<Self>,
    ) -> Result<impl Future<Output = Outcome<P::Record>> + use<P>, Outcome<P::Record>> {
        if self.is_disposed.get() {
            return Err(Error::Disposed.into());
        }
        if self.is_server() {
            return Err(Outcome::Done);
        }
        let session = self.tracked_session();
        self.sign_out_without_telling(session.clone());
        session.map(|session| self.end_session(session)).ok_or(Outcome::Done)
    }

    /// Signs out here; whoever calls this tells the service of the end of that session.
    pub(super) fn sign_out_without_telling(self: &Rc<Self>, session: Option<Secret>) {
        self.farewell.replace(session);
        self.step(Input::SignOut);
    }

    pub(super) fn tracked_session(&self) -> Option<Secret> {
        self.machine.borrow().tracked().map(|(session, _)| session.clone())
    }

    pub(super) fn current_token(&self) -> Option<Secret> {
        self.machine.borrow().token()
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        self.machine.borrow().snapshot().clone()
    }

    pub(super) fn subscribe(self: &Rc<Self>, listener: &Listener) -> Subscription {
        let subscription = self.listeners.add(Rc::clone(listener));
        if self.is_server() || self.is_disposed.get() {
            // Nothing changes any more; a server that kept listeners would keep one for everyone who ever came.
            self.listeners.remove(subscription);
        } else {
            self.myself.replace(Some(Rc::clone(self)));
        }
        listener(&self.snapshot());
        subscription
    }

    pub(super) fn unsubscribe(&self, subscription: Subscription) {
        self.listeners.remove(subscription);
        if self.listeners.len() == 0 {
            self.myself.take();
        }
    }

    // ------------------------------------------------------------------------------------------ steps

    pub(super) fn step(self: &Rc<Self>, input: Input) {
        self.inputs.borrow_mut().push(input);
        if self.is_stepping.replace(true) {
            return;
        }
        loop {
            let Some(input) = first(&self.inputs) else { break };
            let (now, era) = (self.moment(), self.era.get());
            let effects = self.machine.borrow_mut().step(now, input);
            for effect in effects {
                if self.era.get() == era {
                    self.perform(effect);
                }
            }
        }
        self.is_stepping.set(false);
        self.tell();
    }

    fn tell(&self) {
        self.listeners.tell(|| self.snapshot());
    }
}

/// Takes the first one out.
fn first<T>(row: &RefCell<Vec<T>>) -> Option<T> {
    let mut row = row.borrow_mut();
    (!row.is_empty()).then(|| row.remove(0))
}

fn machine<P: Platform>(client: &Client<P>, kept: Kept) -> Machine {
    Machine::new(Settings {
        shared: kept == Kept::Shared,
        refresh_cap_ms: REFRESH_CAP_MS,
        seed: client.platform().random(),
    })
}

/// The entry of the realm that a client is for.
fn storage<P>(client: &Client<P>, kept: Kept) -> Rc<Storage> {
    let key = client.config().url.as_ref().map(|url| ["loginrocket:", url.as_str()].concat());
    Rc::new(Storage::new(key, kept == Kept::Page))
}
