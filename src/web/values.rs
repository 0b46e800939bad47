//! Converts values to and from scripts, for a front end in Rust that also has scripts. The shapes are those of the npm package.

use crate::{
    Error,
    engine::{
        explain::Explanation,
        session::{Granted, snapshot::Snapshot},
    },
    protocol::{
        failure::Failure,
        model::{Membership, User},
    },
};
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use std::collections::BTreeMap;
use wasm_bindgen::JsValue;

/// Converts a value to a script's value: a [`Snapshot`], a [`Failure`], a [`Granted`], an [`Explanation`], or a type of your own.
///
/// A value that a script cannot hold becomes `undefined`.
pub fn to_js<T: Serialize + ?Sized>(value: &T) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or_default()
}

/// Converts a script's value to a type of your own, such as `serde_json::Value` for parameters. None if it does not fit.
pub fn from_js<T: for<'a> Deserialize<'a>>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}

impl Serialize for Failure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("result", "error")?;
        object.serialize_entry("error", &self.to_string())?;
        object.serialize_entry("errors", &self.sentences())?;
        object.serialize_entry("source", self.error.source_name().name())?;
        object.serialize_entry("message", self.error.message())?;
        if !self.service_errors.is_empty() {
            object.serialize_entry("serviceErrors", &texts(&self.service_errors))?;
        }
        object.serialize_entry("code", self.error.code())?;
        object.serialize_entry("retryable", &self.retryable)?;
        if let Some(status) = self.status {
            object.serialize_entry("status", &status)?;
        }
        if let Some(id) = &self.request_id {
            object.serialize_entry("requestId", &**id)?;
        }
        if let Some(seconds) = self.retry_after {
            object.serialize_entry("retryAfterSeconds", &seconds)?;
        }
        object.end()
    }
}

impl Serialize for Snapshot {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("state", self.state.as_str())?;
        object.serialize_entry("freshness", self.freshness.as_str())?;
        if let Some(user) = self.user() {
            object.serialize_entry("user", &user)?;
        }
        if let Some(membership) = self.membership() {
            object.serialize_entry("account", &Account(&membership))?;
            object.serialize_entry("membership", &Place(&membership))?;
        }
        if let Some(at) = self.expires_at {
            object.serialize_entry("expiresAt", &at)?;
        }
        if let Some(next) = self.next {
            object.serialize_entry("conditions", &texts(&self.conditions))?;
            object.serialize_entry("next", next.as_str())?;
        }
        if let Some(reason) = self.reason {
            object.serialize_entry("signOutReason", reason.as_str())?;
        }
        object.end()
    }
}

impl Snapshot {
    /// The person, as the token describes them.
    pub fn user(&self) -> Option<User> {
        User::of(self.profile.as_deref()?)
    }

    /// The account and the person's membership in it, as the token describes them.
    pub fn membership(&self) -> Option<Membership> {
        Membership::of(self.profile.as_deref()?)
    }
}

/// The result contains the JWT. Pass it only to the script that sends the token, and never log it.
impl Serialize for Granted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("result", "okay")?;
        object.serialize_entry("token", self.token.expose())?;
        if let Some(claims) = &self.claims {
            object.serialize_entry("expiresAt", &claims.expires_at)?;
        }
        if let Some(account) = &self.account {
            object.serialize_entry("account", &**account)?;
        }
        object.serialize_entry("verified", &self.is_verified)?;
        object.end()
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("state", self.snapshot.state.as_str())?;
        object.serialize_entry("freshness", self.snapshot.freshness.as_str())?;
        let problem = self.problem.map(|problem| ("problem", problem.as_str()));
        object.serialize_entry("storage", &problem.into_iter().collect::<BTreeMap<_, _>>())?;
        object.serialize_entry(
            "tabs",
            &BTreeMap::from([("lock", self.has_locks), ("channel", self.has_channel)]),
        )?;
        object.serialize_entry("visible", &self.is_visible)?;
        object.serialize_entry("online", &self.is_online)?;
        if let Some(is_sent) = self.refreshing {
            object.serialize_entry("refreshing", if is_sent { "answer" } else { "lock" })?;
        }
        if let Some((why, error, ago_ms)) = self.last_refresh {
            let code = error.map_or("okay", Error::code);
            object.serialize_entry(
                "lastRefresh",
                &LastRefresh { why: why.as_str(), code, seconds_ago: seconds(ago_ms) },
            )?;
        }
        if let Some(ms) = self.next_wake_ms {
            object.serialize_entry("nextWakeInSeconds", &seconds(ms))?;
        }
        if let Some((ms, error)) = self.wait {
            object.serialize_entry("wait", &Wait { seconds: seconds(ms), code: error.code() })?;
        }
        object.serialize_entry("requestsInLastMinute", &self.requests)?;
        object.serialize_entry("failuresInARow", &self.failures)?;
        if let Some(seconds) = self.skew_seconds {
            object.serialize_entry("skewSeconds", &seconds)?;
        }
        if let Some(ms) = self.token_ms {
            object.serialize_entry("tokenExpiresInSeconds", &seconds(ms))?;
        }
        object.serialize_entry("waiting", &self.waiting)?;
        object.serialize_entry("disposed", &self.is_disposed)?;
        object.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LastRefresh {
    why: &'static str,
    code: &'static str,
    seconds_ago: f64,
}

#[derive(Serialize)]
struct Wait {
    seconds: f64,
    code: &'static str,
}

#[expect(clippy::cast_precision_loss, reason = "pages are not open for that long")]
fn seconds(ms: u64) -> f64 {
    ms as f64 / 1000.0
}

struct Account<'a>(&'a Membership);

impl Serialize for Account<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("id", &self.0.account)?;
        if let Some(name) = &self.0.account_name {
            object.serialize_entry("name", name)?;
        }
        object.end()
    }
}

struct Place<'a>(&'a Membership);

impl Serialize for Place<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        if let Some(id) = &self.0.id {
            object.serialize_entry("id", id)?;
        }
        object.serialize_entry("permissions", &self.0.permissions)?;
        object.end()
    }
}

fn texts(texts: &[crate::protocol::text::Text]) -> Vec<&str> {
    texts.iter().map(|text| &**text).collect()
}
