//! What a host is to do with a response, faults included.

use std::fmt;

use http::Response;

/// What a host does with a response.
pub struct Reply {
    /// The response.
    pub response: Response<Vec<u8>>,
    /// How long to wait before sending it.
    pub delay_millis: u64,
    /// How sending it ends.
    pub ending: Ending,
}

/// How sending a response ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ending {
    /// As it should.
    #[default]
    Whole,
    /// The connection breaks after that many bytes of the body.
    Truncated(usize),
    /// The connection breaks before the first byte.
    Cut,
    /// Nothing is ever sent, and the connection stays open.
    Hang,
}

/// Bodies hold tokens and session ids, so they are not shown.
impl fmt::Debug for Reply {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = formatter.debug_struct("Reply");
        shown.field("status", &self.response.status()).field("delay_millis", &self.delay_millis);
        shown.field("ending", &self.ending).finish_non_exhaustive()
    }
}

impl From<Response<Vec<u8>>> for Reply {
    fn from(response: Response<Vec<u8>>) -> Self {
        Self { response, delay_millis: 0, ending: Ending::Whole }
    }
}
