//! One value from one task to another. Small enough not to need a crate, which would cost bytes in every page.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::{Rc, Weak},
    task::{Context, Poll, Waker},
};

struct Slot<T> {
    value: Option<T>,
    waker: Option<Waker>,
    is_open: bool,
}

/// Gives the value. Dropping it without one ends the wait too.
pub(super) struct Sender<T>(Rc<RefCell<Slot<T>>>);

/// Completes with the value, or with none when there will be none.
pub(super) struct Receiver<T>(Rc<RefCell<Slot<T>>>);

/// Knows whether both ends are there still.
pub(super) struct Pending<T>(Weak<RefCell<Slot<T>>>);

/// Both ends.
pub(super) fn oneshot<T>() -> (Sender<T>, Receiver<T>) {
    let slot = Rc::new(RefCell::new(Slot { value: None, waker: None, is_open: true }));
    (Sender(Rc::clone(&slot)), Receiver(slot))
}

impl<T> Sender<T> {
    /// Whether nobody waits any more.
    pub(super) fn is_over(&self) -> bool {
        Rc::strong_count(&self.0) == 1
    }

    /// Gives the value.
    pub(super) fn send(self, value: T) {
        self.0.borrow_mut().value = Some(value);
    }
}

impl<T> Receiver<T> {
    /// Knows whether a value may come still, for somebody who waits for it.
    pub(super) fn pending(&self) -> Pending<T> {
        Pending(Rc::downgrade(&self.0))
    }
}

impl<T> Pending<T> {
    /// Whether it may.
    pub(super) fn is_pending(&self) -> bool {
        self.0.strong_count() == 2
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let waker = {
            let slot = &mut *self.0.borrow_mut();
            slot.is_open = false;
            slot.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

impl<T> Future for Receiver<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let slot = &mut *self.0.borrow_mut();
        if slot.value.is_some() || !slot.is_open {
            return Poll::Ready(slot.value.take());
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::{FutureExt, executor::block_on, task::noop_waker};
    use std::{
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
        task::Wake,
    };

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_value_arrives_and_a_dropped_sender_ends_the_wait() {
        let (sender, receiver) = oneshot();
        sender.send(7);
        assert_eq!(block_on(receiver), Some(7));
        let (sender, mut receiver) = oneshot::<u8>();
        assert_eq!((&mut receiver).now_or_never(), None);
        drop(sender);
        assert_eq!(block_on(receiver), None);
    }

    #[test]
    fn only_the_task_that_asked_last_is_woken_and_once() {
        let (sender, mut receiver) = oneshot();
        let tasks = [Arc::<Count>::default(), Arc::default()];
        for task in [&tasks[0], &tasks[1], &tasks[1]] {
            let waker = Arc::clone(task).into();
            assert!(receiver.poll_unpin(&mut Context::from_waker(&waker)).is_pending());
        }
        sender.send(7);
        assert_eq!(tasks.each_ref().map(|task| task.0.load(Ordering::Relaxed)), [0, 1]);
        assert_eq!(receiver.now_or_never(), Some(Some(7)));
    }

    #[test]
    fn a_value_is_given_once_and_asking_again_does_no_harm() {
        let (sender, mut receiver) = oneshot();
        sender.send(7);
        let waker = noop_waker();
        let answers = [(); 2].map(|()| receiver.poll_unpin(&mut Context::from_waker(&waker)));
        assert_eq!(answers, [Poll::Ready(Some(7)), Poll::Ready(None)]);
    }

    #[test]
    fn a_value_for_nobody_is_dropped() {
        let (value, (sender, receiver)) = (Rc::new(()), oneshot());
        drop(receiver);
        sender.send(Rc::clone(&value));
        assert_eq!(Rc::strong_count(&value), 1);
    }

    #[test]
    fn a_value_is_pending_until_it_comes_or_nobody_gives_or_wants_it() {
        let both = || {
            let (sender, receiver) = oneshot::<u8>();
            let pending = receiver.pending();
            assert!(pending.is_pending());
            (sender, receiver, pending)
        };
        let (sender, _receiver, given) = both();
        sender.send(7);
        let (sender, _receiver, refused) = both();
        drop(sender);
        let (_sender, receiver, left) = both();
        drop(receiver);
        assert!([given, refused, left].iter().all(|pending| !pending.is_pending()));
    }
}
