//! The host of one engine. It passes inputs to the engine, has the effects performed, and keeps the waiting callers by number.
//!
//! An engine never calls back, so it takes inputs at any time. Its effects are performed one after the other, all of them
//! before the outermost call returns. So a synchronous store has been written by then. Listeners run after that.

use super::{
    Options, Storage,
    authorized::AuthorizedFetch,
    channel::Channel,
    crypto::Keys,
    fetch,
    listeners::Listeners,
    locks::Hold,
    page::{Listener, WhileShown},
    timer,
    timer::Timer,
};
use crate::{
    Error,
    engine::{Answer, Effect, Engine, Id, Input, session::snapshot::Snapshot},
    protocol::{failure::Failure, secret::Secret},
};
use futures_channel::oneshot;
use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll},
};
use web_sys::{AbortController, AbortSignal};

/// The result of a wait.
pub(super) enum Settled {
    /// The engine's answer, with the body of the service's answer.
    Answer(Answer, Option<Secret>),
    /// The answer to a request of the app.
    Response(fetch::Response),
}

/// A caller who waits.
pub(super) struct Waiter {
    sender: oneshot::Sender<Settled>,
    /// Listens to the signal that can end the wait early.
    _signal: Option<Listener>,
    /// The parameters for the body of the call's request.
    pub(super) params: Option<Secret>,
    /// The body of the service's answer.
    pub(super) body: Option<Secret>,
    /// A request of the app, and its answer so far.
    pub(super) request: Option<AuthorizedFetch>,
    pub(super) response: Option<fetch::Response>,
}

/// What a caller passes along to the wait.
#[derive(Default)]
pub(super) struct Wait {
    pub(super) params: Option<Secret>,
    pub(super) request: Option<AuthorizedFetch>,
    pub(super) signal: Option<AbortSignal>,
}

pub(super) struct Host {
    me: Weak<Self>,
    engine: RefCell<Engine>,
    queue: RefCell<VecDeque<Effect>>,
    is_draining: Cell<bool>,
    is_attached: Cell<bool>,
    last_id: Cell<Id>,
    waiters: RefCell<BTreeMap<Id, Waiter>>,
    pub(super) listeners: Listeners,
    pub(super) storage: Storage,
    pub(super) is_server: bool,
    // What performed effects have left behind.
    pub(super) exchanges: RefCell<BTreeMap<Id, AbortController>>,
    pub(super) locks: RefCell<BTreeMap<Id, Hold>>,
    pub(super) timer: Timer,
    pub(super) channel: RefCell<Option<Channel>>,
    pub(super) watch: RefCell<Vec<Listener>>,
    pub(super) announcement: RefCell<Option<WhileShown>>,
    pub(super) keys: Keys,
}

impl Host {
    /// Errors: `invalid_option`.
    pub(super) fn open(options: Options) -> Result<Rc<Self>, Error> {
        let setup = options.setup()?;
        let is_server = setup.platform.is_server;
        let (engine, first) = Engine::new(timer::now(), setup);
        let host = Rc::new_cyclic(|me: &Weak<Self>| {
            let waking = me.clone();
            Self {
                me: me.clone(),
                engine: RefCell::new(engine),
                queue: RefCell::new(first.into()),
                is_draining: Cell::new(false),
                is_attached: Cell::new(false),
                last_id: Cell::new(0),
                waiters: RefCell::default(),
                listeners: Listeners::default(),
                storage: options.storage,
                is_server,
                exchanges: RefCell::default(),
                locks: RefCell::default(),
                timer: Timer::new(move || {
                    if let Some(host) = waking.upgrade().filter(|host| host.timer.is_due()) {
                        host.say(Input::Woke);
                    }
                }),
                channel: RefCell::default(),
                watch: RefCell::default(),
                announcement: RefCell::default(),
                keys: Keys::default(),
            }
        });
        host.drain();
        Ok(host)
    }

    /// A weak reference for callbacks: they must not keep the client alive.
    pub(super) fn weak(&self) -> Weak<Self> {
        self.me.clone()
    }

    /// Passes an input to the engine, and returns a future of its answer.
    pub(super) fn ask(&self, make: impl FnOnce(Id) -> Input, wait: Wait) -> Pending {
        let id = self.next_id();
        let (sender, receiver) = oneshot::channel();
        let me = self.weak();
        let signal = wait.signal.and_then(|signal| {
            Listener::new(signal.into(), "abort", move |_| {
                if let Some(host) = me.upgrade() {
                    host.say(Input::Cancel { id });
                }
            })
        });
        let Wait { params, request, .. } = wait;
        let waiter = Waiter { sender, _signal: signal, params, body: None, request, response: None };
        self.waiters.borrow_mut().insert(id, waiter);
        self.say(make(id));
        Pending { id, host: self.weak(), receiver }
    }

    /// The engine's immediate answer to an input.
    pub(super) fn query(&self, make: impl FnOnce(Id) -> Input) -> Result<Answer, Failure> {
        let id = self.next_id();
        let effects = self.engine.borrow_mut().handle(timer::now(), make(id));
        let mut found = None;
        for effect in effects {
            match effect {
                Effect::Settle { ids, answer } if ids.contains(&id) => found = Some(answer),
                other => self.queue.borrow_mut().push_back(other),
            }
        }
        self.drain();
        match found {
            Some(Answer::Failed { failure }) => Err(failure),
            Some(answer) => Ok(answer),
            // This does not happen: an engine answers such inputs at once.
            None => Err(Error::Disposed.into()),
        }
    }

    /// Begins to keep the session fresh; not on a server, where the session belongs to nobody.
    pub(super) fn attach(&self) {
        if !self.is_server && !self.is_attached.replace(true) {
            self.say(Input::Attach);
        }
    }

    /// The session now.
    pub(super) fn snapshot(&self) -> Rc<Snapshot> {
        self.engine.borrow().session().shared_snapshot()
    }

    /// Passes an input to the engine.
    pub(super) fn say(&self, input: Input) {
        let effects = self.engine.borrow_mut().handle(timer::now(), input);
        self.queue.borrow_mut().extend(effects);
        self.drain();
    }

    /// Changes a waiting caller. None if that caller does not wait any more.
    pub(super) fn with_waiter<T>(&self, id: Id, change: impl FnOnce(&mut Waiter) -> T) -> Option<T> {
        self.waiters.borrow_mut().get_mut(&id).map(change)
    }

    /// Ends the wait of a caller.
    pub(super) fn settle(&self, id: Id, settled: impl FnOnce(&mut Waiter) -> Option<Settled>) {
        let waiter = self.waiters.borrow_mut().remove(&id);
        if let Some(mut waiter) = waiter
            && let Some(settled) = settled(&mut waiter)
        {
            // The caller may have given up. Then nobody receives this.
            let _ = waiter.sender.send(settled);
        }
    }

    fn next_id(&self) -> Id {
        let id = self.last_id.get() + 1;
        self.last_id.set(id);
        id
    }

    fn next_effect(&self) -> Option<Effect> {
        self.queue.borrow_mut().pop_front()
    }

    fn drain(&self) {
        if self.is_draining.replace(true) {
            return;
        }
        while let Some(effect) = self.next_effect() {
            self.perform(effect);
        }
        self.is_draining.set(false);
        self.listeners.notify(|| self.snapshot());
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.say(Input::Dispose);
    }
}

/// The future of an answer. The work has begun already. Dropping the future cancels it.
pub(super) struct Pending {
    id: Id,
    host: Weak<Host>,
    receiver: oneshot::Receiver<Settled>,
}

impl Future for Pending {
    type Output = Settled;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Settled> {
        Pin::new(&mut self.receiver).poll(context).map(|settled| {
            // The client was dropped, so no answer will come.
            settled
                .unwrap_or_else(|_| Settled::Answer(Answer::Failed { failure: Error::Disposed.into() }, None))
        })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        let waiting = self.host.upgrade().filter(|host| host.waiters.borrow().contains_key(&self.id));
        if let Some(host) = waiting {
            host.say(Input::Cancel { id: self.id });
        }
    }
}
