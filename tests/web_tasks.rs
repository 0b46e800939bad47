//! Futures and what they wait for in a real browser, as a Rust front end has them.

#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    reason = "clippy does not know these functions for tests; an unwrap here is a failed one"
)]

use loginrocket_wasm::{
    browser::{self, Web},
    client::ports::{Spawn as _, Timer as _},
};
use std::{
    cell::Cell,
    pin::{Pin, pin},
    rc::Rc,
    task::{Context, Waker},
};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::AbortController;

wasm_bindgen_test_configure!(run_in_browser);

fn is_pending(future: Pin<&mut impl Future>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

async fn a_moment() {
    Web::default().sleep(1).await;
}

#[wasm_bindgen_test]
async fn what_a_task_comes_to_after_it_was_given_up_is_told_to_no_other() {
    let [first, second] = [(); 2].map(|()| AbortController::new().unwrap());
    let mut given_up = Box::pin(browser::aborted(Some(first.signal().into())));
    assert!(is_pending(given_up.as_mut()));
    first.abort();
    drop(given_up);
    let mut next = pin!(browser::aborted(Some(second.signal().into())));
    assert!(is_pending(next.as_mut()));
    a_moment().await;
    assert!(is_pending(next.as_mut()));
    second.abort();
    next.await;
}

#[wasm_bindgen_test]
async fn work_begins_when_whoever_starts_it_is_done() {
    let steps = Rc::new(Cell::new(0));
    let (outer, inner) = (Rc::clone(&steps), Rc::clone(&steps));
    Web::default().spawn(async move {
        Web::default().spawn(async move { inner.set(inner.get() * 10 + 2) });
        outer.set(outer.get() * 10 + 1);
    });
    assert_eq!(steps.get(), 0);
    a_moment().await;
    assert_eq!(steps.get(), 12);
}

#[wasm_bindgen_test]
async fn a_thousand_works_that_wait_all_go_on() {
    let done = Rc::new(Cell::new(0));
    for ms in 0..1000 {
        let done = Rc::clone(&done);
        Web::default().spawn(async move {
            for part in 0..3 {
                Web::default().sleep((ms + part) % 3).await;
            }
            done.set(done.get() + 1);
        });
    }
    while done.get() < 1000 {
        a_moment().await;
    }
}

#[wasm_bindgen_test]
async fn work_that_waits_for_other_work_is_woken_by_it() {
    let (first, second) = (Rc::new(Cell::new(None::<Waker>)), Rc::new(Cell::new(false)));
    let (waker, is_done) = (Rc::clone(&first), Rc::clone(&second));
    Web::default().spawn(async move {
        let mut polls = 0;
        std::future::poll_fn(|context| {
            polls += 1;
            waker.set(Some(context.waker().clone()));
            if polls > 1 { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
        is_done.set(true);
    });
    a_moment().await;
    assert!(!second.get());
    let waker = first.take().unwrap();
    waker.wake_by_ref();
    assert!(!second.get(), "not under whoever wakes it");
    a_moment().await;
    assert!(second.get());
    // Who is over is woken in vain.
    waker.wake();
    a_moment().await;
}
