//! Runs futures, and lets them wait for scripts.
//!
//! In the place of wasm-bindgen-futures, which makes two closures for every promise that is waited for and sends every
//! step through the queue of microtasks. Here one closure serves all, and what waits for a script goes on in the very
//! reaction in which the script tells.
//!
//! Scripts tell in reactions of promises and in timers alone, so that nothing of this module is on the stack when its
//! futures go on.

use std::{
    cell::{Cell, OnceCell, RefCell},
    mem,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/browser/web.js")]
extern "C" {
    #[wasm_bindgen(js_namespace = tasks)]
    fn soon(told: &Told);
}

thread_local! {
    static EXECUTOR: Executor = const { Executor::new() };
}

/// Starts work that nobody waits for: soon, when whoever starts it is done.
pub(super) fn spawn(future: Pin<Box<dyn Future<Output = ()>>>) {
    EXECUTOR.with(|executor| executor.spawn(future));
}

/// A wait for what a script tells.
pub(super) struct Wait(u32);

impl Wait {
    /// Lets a script begin something: it is given what to call and with which key, and gives what it likes.
    pub(super) fn begin<T>(begin: impl FnOnce(&Told, u32) -> T) -> (Self, T) {
        EXECUTOR.with(|executor| {
            let key = executor.waits.borrow_mut().reserve();
            executor.waits.borrow_mut().put(key, Waiting::Alone);
            (Self(key), begin(executor.told(), key))
        })
    }

    pub(super) fn poll(&self, context: &Context<'_>) -> Poll<JsValue> {
        let asked = Waiting::Asked(context.waker().clone());
        // Dropped when nothing is borrowed any more: a waker may be somebody else's and hold anything.
        let before = EXECUTOR.with(|executor| {
            executor.waits.borrow_mut().get(self.0).map(|waiting| mem::replace(waiting, asked))
        });
        match before {
            Some(Waiting::Told(value)) => Poll::Ready(value),
            _ => Poll::Pending,
        }
    }
}

impl Drop for Wait {
    /// The script must not tell any more, for another wait may have that key next.
    fn drop(&mut self) {
        EXECUTOR.with(|executor| {
            let _waiting = executor.waits.borrow_mut().take(self.0);
            executor.waits.borrow_mut().free(self.0);
        });
    }
}

/// What scripts call: with the key of a wait and what it came to, or with [`NOBODY`], only to let work go on.
pub(super) type Told = Closure<dyn Fn(u32, JsValue)>;

const NOBODY: u32 = 0;

struct Executor {
    works: RefCell<Places<Work>>,
    /// Which work can go on.
    ready: RefCell<Vec<u32>>,
    waits: RefCell<Places<Waiting>>,
    told: OnceCell<Told>,
    is_running: Cell<bool>,
    /// Whether it will run soon.
    is_due: Cell<bool>,
}

struct Work {
    future: Pin<Box<dyn Future<Output = ()>>>,
    waker: Waker,
}

enum Waiting {
    /// Nobody asked yet.
    Alone,
    /// Somebody asked and is to be woken.
    Asked(Waker),
    /// What it came to.
    Told(JsValue),
}

impl Executor {
    const fn new() -> Self {
        Self {
            works: RefCell::new(Places::new()),
            ready: RefCell::new(Vec::new()),
            waits: RefCell::new(Places::new()),
            told: OnceCell::new(),
            is_running: Cell::new(false),
            is_due: Cell::new(false),
        }
    }

    fn told(&self) -> &Told {
        self.told
            .get_or_init(|| Closure::new(|key, value| EXECUTOR.with(|executor| executor.hear(key, value))))
    }

    fn spawn(&self, future: Pin<Box<dyn Future<Output = ()>>>) {
        let key = self.works.borrow_mut().reserve();
        self.works.borrow_mut().put(key, Work { future, waker: Arc::new(Key(key)).into() });
        self.wake(key);
    }

    fn wake(&self, key: u32) {
        self.ready.borrow_mut().push(key);
        if !self.is_running.get() && !self.is_due.replace(true) {
            soon(self.told());
        }
    }

    fn hear(&self, key: u32, value: JsValue) {
        if key == NOBODY {
            self.is_due.set(false);
        }
        let is_first = !self.is_running.replace(true);
        let waiting = self.waits.borrow_mut().get(key).map(|it| mem::replace(it, Waiting::Told(value)));
        if let Some(Waiting::Asked(waker)) = waiting {
            waker.wake();
        }
        if is_first {
            self.run();
            self.is_running.set(false);
        }
    }

    fn run(&self) {
        loop {
            let ready = self.ready.take();
            if ready.is_empty() {
                break;
            }
            for key in ready {
                // Elsewhere while it goes on: it may start other work.
                let Some(mut work) = self.works.borrow_mut().take(key) else { continue };
                let state = work.future.as_mut().poll(&mut Context::from_waker(&work.waker));
                if state.is_pending() {
                    self.works.borrow_mut().put(key, work);
                } else {
                    self.works.borrow_mut().free(key);
                }
            }
        }
    }
}

/// The key of some work, which is all that a waker holds: they are for all threads, and futures here are for one.
struct Key(u32);

impl Wake for Key {
    fn wake(self: Arc<Self>) {
        EXECUTOR.with(|executor| executor.wake(self.0));
    }
}

/// Values by key. A key is never [`NOBODY`].
struct Places<T> {
    all: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Places<T> {
    const fn new() -> Self {
        Self { all: Vec::new(), free: Vec::new() }
    }

    /// A key that nobody has.
    #[expect(clippy::cast_possible_truncation, reason = "more do not fit the memory of a page")]
    fn reserve(&mut self) -> u32 {
        self.free.pop().unwrap_or_else(|| {
            self.all.push(None);
            self.all.len() as u32
        })
    }

    fn place(&mut self, key: u32) -> Option<&mut Option<T>> {
        self.all.get_mut((key as usize).wrapping_sub(1))
    }

    fn get(&mut self, key: u32) -> Option<&mut T> {
        self.place(key)?.as_mut()
    }

    fn put(&mut self, key: u32, value: T) {
        if let Some(place) = self.place(key) {
            *place = Some(value);
        }
    }

    /// Takes the value away; its key stays reserved.
    fn take(&mut self, key: u32) -> Option<T> {
        self.place(key)?.take()
    }

    fn free(&mut self, key: u32) {
        self.free.push(key);
    }
}
