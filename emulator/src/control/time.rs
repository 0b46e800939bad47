//! The realm's clock: `clock`.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{Control, Outcome, json};
use crate::time::{Clock, Time};
use crate::wire::Refusal;

/// What to do with the clock; several members are done in this order.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Change {
    /// Back to the host's time, running.
    reset: bool,
    /// Stops it (`true`) or lets it run on (`false`).
    freeze: Option<bool>,
    /// Epoch seconds to show.
    set: Option<f64>,
    /// Seconds to turn it on (or, if negative, back).
    advance_seconds: Option<f64>,
}

#[derive(Serialize)]
struct View {
    now: u64,
    frozen: bool,
}

/// `GET clock`.
pub(super) fn show(control: &Control<'_>) -> Outcome {
    let clock = control.realm()?.clock;
    let frozen = matches!(clock, Clock::Frozen(_));
    Ok(json(&View { now: clock.read(control.host_time).seconds(), frozen }))
}

/// `POST clock`: tokens, sessions, codes and rate windows follow.
pub(super) fn change(control: &mut Control<'_>) -> Outcome {
    let change: Change = control.body()?;
    let host_time = control.host_time;
    let set = change.set.map(millis).transpose()?.map(|millis| u64::try_from(millis).unwrap_or_default());
    let advance = change.advance_seconds.map(millis).transpose()?;
    let clock = &mut control.realm_mut()?.clock;
    if change.reset {
        *clock = Clock::Host;
    }
    match change.freeze {
        Some(true) => *clock = clock.freeze(host_time),
        Some(false) => *clock = clock.resume(host_time),
        None => {}
    }
    if let Some(set) = set {
        *clock = clock.set(host_time, Time::from_millis(set));
    }
    if let Some(advance) = advance {
        *clock = clock.advance(host_time, advance);
    }
    show(control)
}

fn millis(seconds: f64) -> Result<i64, Refusal> {
    // Up to the year 9999, which is as far as the dates in headers reach.
    if (-253_402_300_799.0..=253_402_300_799.0).contains(&seconds) {
        #[allow(clippy::cast_possible_truncation, reason = "the range was checked just now")]
        let millis = (seconds * 1000.0).round() as i64;
        Ok(millis)
    } else {
        Err(Refusal::plain(StatusCode::UNPROCESSABLE_ENTITY, "that time is out of range"))
    }
}
