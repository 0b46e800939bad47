//! A response body that can break off.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper::body::{Body, Bytes, Frame, SizeHint};

/// Bytes, and whether the connection breaks after them.
#[derive(Debug)]
pub(super) struct ReplyBody {
    bytes: Option<Bytes>,
    length: u64,
    state: State,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    Whole,
    /// Breaks after the bytes. hyper sends what it has when a body makes it wait, so it is made to wait once.
    Breaking {
        waited: bool,
    },
}

/// The connection is meant to break.
#[derive(Debug)]
pub(super) struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("the connection breaks here, as scripted")
    }
}

impl std::error::Error for Broken {}

impl From<Infallible> for Broken {
    fn from(never: Infallible) -> Self {
        match never {}
    }
}

impl ReplyBody {
    /// All of the bytes.
    pub(super) fn whole(bytes: Vec<u8>) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Self { bytes: Some(bytes.into()), length, state: State::Whole }
    }

    /// The first `kept` bytes of a body that was announced in full.
    pub(super) fn truncated(mut bytes: Vec<u8>, kept: usize) -> Self {
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        bytes.truncate(kept);
        Self { bytes: Some(bytes.into()), length, state: State::Breaking { waited: false } }
    }
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        if let Some(bytes) = self.bytes.take().filter(|bytes| !bytes.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match &mut self.state {
            State::Whole => Poll::Ready(None),
            State::Breaking { waited: true } => Poll::Ready(Some(Err(Broken))),
            State::Breaking { waited } => {
                *waited = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.state == State::Whole && self.bytes.as_ref().is_none_or(Bytes::is_empty)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}
