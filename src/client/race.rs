//! The first of two futures. Small enough not to need a crate, which would cost bytes in every page.

use std::{
    future::poll_fn,
    pin::pin,
    task::Poll::{Pending, Ready},
};

/// Which of the two was first.
pub(super) enum Either<A, B> {
    /// The first.
    First(A),
    /// The second.
    Second(B),
}

/// Completes with the future that does so first; the other is dropped. If both could, the first one wins.
pub(super) async fn race<A, B>(
    first: impl Future<Output = A>,
    second: impl Future<Output = B>,
) -> Either<A, B> {
    let mut first = pin!(first);
    let mut second = pin!(second);
    poll_fn(|context| {
        if let Ready(output) = first.as_mut().poll(context) {
            return Ready(Either::First(output));
        }
        match second.as_mut().poll(context) {
            Ready(output) => Ready(Either::Second(output)),
            Pending => Pending,
        }
    })
    .await
}
