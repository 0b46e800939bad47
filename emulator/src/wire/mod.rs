//! What goes over the wire: parameters in, answers and refusals out. Nothing here knows a realm's records.

mod answer;
mod params;
mod reply;

pub(crate) use answer::{Answer, Refusal, error_shape, html};
pub(crate) use params::{Params, decode_query};
pub use reply::{Ending, Reply};
