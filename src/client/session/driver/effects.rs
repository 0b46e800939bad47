//! What the machine wants done: asking the service, waiting, storing, telling.

use super::{
    super::{
        Kept,
        storage::{Entry, Storage, Task},
    },
    Driver, HEARING_MS, first,
};
use crate::{
    client::{
        CallOptions, Work,
        oneshot::{Receiver, oneshot},
        ports::Platform,
        race::{Either, race},
    },
    core::{
        config::Timeout,
        model,
        request::Endpoint,
        response::Outcome,
        secret::Secret,
        session::{Effect, Input, Message, Stored, Ticket, wire},
    },
};
use std::{
    future::pending,
    rc::Rc,
    task::{Context, Waker},
};

/// How long a tab waits for another one's refresh before it asks by itself: the other one may be frozen.
const LOCK_CAP_MS: u32 = 3_000;

/// How long the service may take to hear of a sign-out.
const SIGN_OUT_CAP: Timeout = Timeout::of_ms(5_000);

/// The longest single timer: one that was set before the machine slept may be late by as much.
const LONGEST_TIMER_MS: u32 = 60_000;

impl<P: Platform> Driver<P> {
    pub(super) fn perform(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Lock(ticket) => self.lock(ticket),
            Effect::Unlock(ticket) | Effect::Abort(ticket) => self.stop(ticket),
            Effect::Send { ticket, session, account } => self.refresh(ticket, session, account),
            Effect::EndSession(session) => {
                let is_told = self.farewell.take().is_some_and(|told| told.is(&session));
                if !is_told {
                    let answer = self.end_session(session);
                    self.platform().spawn(async {
                        answer.await;
                    });
                }
            }
            Effect::Persist(stored) => self.store(Task::Write(stored)),
            Effect::PersistIfAbsent(stored) => self.store(Task::WriteIfAbsent(stored)),
            Effect::PersistOver { session, stored } => self.store(Task::WriteOver(session, stored)),
            Effect::ReadStore => self.store(Task::Read),
            // A token is told when the store says whose it is; others may be without the session by then.
            Effect::Broadcast(message @ Message::Token { .. }) => {
                // Nobody else has the session of a store that nobody shares.
                if self.kept == Kept::Shared {
                    self.store(Task::Tell(Box::new(message)));
                }
            }
            Effect::Broadcast(message) => self.broadcast(&message),
            Effect::WakeAt(at) => {
                self.wake_at.set(at);
                self.set_timer();
            }
            Effect::Settle(waiter, answer) => {
                let caller = {
                    let mut callers = self.callers.borrow_mut();
                    let at = callers.iter().position(|(waiting, _)| *waiting == waiter);
                    at.map(|at| callers.swap_remove(at).1)
                };
                if let Some(caller) = caller {
                    caller.send(answer);
                }
            }
            Effect::Notify => self.listeners.changed(),
        }
    }

    fn broadcast(&self, message: &Message) {
        let channel = self.channel.borrow().clone();
        if let Some(channel) = channel {
            P::tell(&channel, &wire::write_message(message));
        }
    }

    fn stop(&self, ticket: Ticket) {
        let _stopped = {
            let mut under_way = self.under_way.borrow_mut();
            let at = under_way.iter().position(|(other, _)| *other == ticket);
            at.map(|at| under_way.swap_remove(at))
        };
    }

    /// Notes something that goes on; it ends when what this gives completes.
    fn begin(&self, ticket: Ticket) -> Receiver<()> {
        let (end, ended) = oneshot();
        self.under_way.borrow_mut().push((ticket, end));
        ended
    }

    // ------------------------------------------------------------------------------------------ asking the service

    fn lock(self: &Rc<Self>, ticket: Ticket) {
        let Some(name) = self.shared_name().filter(|_| self.platform().has_locks()) else {
            return self.step(Input::LockSettled(ticket));
        };
        let mut ended = self.begin(ticket);
        let (driver, era) = (Rc::clone(self), self.era.get());
        self.start_work(async move {
            let platform = driver.platform();
            let granted = race(platform.lock(&name), platform.sleep(LOCK_CAP_MS));
            let lock = match race(&mut ended, granted).await {
                Either::First(_) => return,
                Either::Second(Either::First(lock)) => lock,
                Either::Second(Either::Second(())) => None,
            };
            if driver.era.get() == era {
                driver.step(Input::LockSettled(ticket));
            }
            ended.await;
            if lock.is_some() && driver.channel.borrow().is_some() {
                platform.sleep(HEARING_MS).await;
            }
        });
    }

    fn refresh(self: &Rc<Self>, ticket: Ticket, session: Secret, account: Option<String>) {
        let ended = self.begin(ticket);
        let call = model::GetSession { session, account };
        let answer = self.client.call(Endpoint::GetSession, &call, &CallOptions::default(), pending());
        let driver = Rc::clone(self);
        self.platform().spawn(async move {
            if let Either::Second(outcome) = race(ended, answer).await {
                driver.stop(ticket);
                let answer = driver.standing(outcome);
                driver.step(Input::Refreshed { ticket, answer });
            }
        });
    }

    /// Tells the service that a session is over.
    pub(in super::super) fn end_session(
        &self,
        session: Secret,
    ) -> impl Future<Output = Outcome<P::Record>> + use<P> {
        let timeout = self.client.config().timeout.min(SIGN_OUT_CAP);
        let options = CallOptions { timeout: Some(timeout), ..CallOptions::default() };
        self.client.call(Endpoint::Logout, &model::Logout { session }, &options, pending())
    }

    // ------------------------------------------------------------------------------------------ time

    pub(super) fn set_timer(self: &Rc<Self>) {
        self.timer.take();
        let Some(at) = self.wake_at.get().filter(|_| self.is_attached.get()) else { return };
        let ms = u32::try_from(at.saturating_sub(self.platform().mono_ms()))
            .map_or(LONGEST_TIMER_MS, |ms| ms.min(LONGEST_TIMER_MS));
        let (stop, stopped) = oneshot();
        self.timer.replace(Some(stop));
        // Whoever lets go of a session is not kept from it by a timer.
        let (myself, client) = (Rc::downgrade(self), self.client.clone());
        self.platform().spawn(async move {
            let time = client.platform().sleep(ms);
            if let (Either::Second(()), Some(driver)) = (race(stopped, time).await, myself.upgrade()) {
                driver.woke();
            }
        });
    }

    fn woke(self: &Rc<Self>) {
        self.timer.take();
        let is_time = self.wake_at.get().is_some_and(|at| at <= self.platform().mono_ms());
        if is_time {
            self.wake_at.set(None);
        }
        self.step(Input::Woke);
        // It may have come before its time; see `LONGEST_TIMER_MS`.
        if self.timer.borrow().is_none() {
            self.set_timer();
        }
    }

    // ------------------------------------------------------------------------------------------ the store

    pub(super) fn store(self: &Rc<Self>, task: Task) {
        let storage = Rc::clone(&self.storage.borrow());
        storage.tasks.borrow_mut().push(task);
        if storage.is_busy.replace(true) {
            return;
        }
        let (driver, era) = (Rc::clone(self), self.era.get());
        self.start_work(async move {
            loop {
                let Some(task) = first(&storage.tasks) else { break };
                let input = driver.keep(&storage, task).await;
                if let Some(input) = input.filter(|_| driver.era.get() == era) {
                    driver.step(input);
                    driver.restoring.take();
                }
            }
            storage.is_busy.set(false);
        });
    }

    async fn keep(&self, storage: &Storage, task: Task) -> Option<Input> {
        let (key, platform) = (storage.key.as_deref()?, self.platform());
        match task {
            Task::Write(stored) => {
                storage.write(platform, key, &stored).await;
                return None;
            }
            Task::Tell(message) => {
                // The channel may be another realm's by now.
                if std::ptr::eq(&raw const **self.storage.borrow(), storage) {
                    self.broadcast(&message);
                }
                return None;
            }
            _ => {}
        }
        let entry = storage.read(platform, key).await;
        let stored = match task {
            Task::Restore => return Some(Input::Restored(entry.known())),
            // What another version means nobody here knows, and nothing follows from it.
            Task::Read if matches!(entry, Entry::Foreign) => None,
            Task::Read => return Some(Input::StoreChanged(entry.known())),
            Task::WriteIfAbsent(stored) if matches!(entry, Entry::Absent) => Some(stored),
            Task::WriteOver(session, stored) => match entry {
                Entry::Stored(Stored::Session { session: held, .. }) if held.is(&session) => Some(stored),
                Entry::Stored(_) | Entry::Absent | Entry::Foreign => None,
            },
            Task::Write(_) | Task::WriteIfAbsent(_) | Task::Tell(_) => None,
        };
        if let Some(stored) = stored {
            storage.write(platform, key, &stored).await;
        }
        None
    }

    /// Runs work as far as it comes at once, the rest later: a store that answers at once has been written when the
    /// call returns that wanted it.
    fn start_work(&self, work: impl Future<Output = ()> + 'static) {
        let mut work: Work<()> = Box::pin(work);
        if work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            self.platform().spawn(work);
        }
    }
}
