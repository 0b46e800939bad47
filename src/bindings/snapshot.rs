//! What is to be seen of a session, as JavaScript's objects.

pub(super) use super::outcome::object;
use crate::{
    browser::{Storage, Web},
    client::session::{Explanation, Session},
    core::{
        json,
        members::Member,
        secret::Secret,
        session::{Granted, Snapshot, claims::User},
    },
};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/bindings/session.js")]
extern "C" {
    fn frozen(json: &str) -> JsValue;
}

/// A snapshot, frozen.
pub(super) fn to_js(snapshot: &Snapshot) -> JsValue {
    use Member::{Absent, Text, Texts};
    let user = snapshot.user.as_ref().map(user_members);
    let membership = snapshot.membership.as_ref();
    let account = membership.map(|membership| {
        [("id", Text(&membership.account_id)), ("name", (&membership.account_name).into())]
    });
    let membership = membership
        .map(|membership| [("id", (&membership.id).into()), ("permissions", Texts(&membership.permissions))]);
    let snapshot = json::object(&[
        ("state", Text(snapshot.state.as_str())),
        ("freshness", Text(snapshot.freshness.as_str())),
        ("user", user.as_ref().map_or(Absent, |user| Member::Members(user))),
        ("account", account.as_ref().map_or(Absent, |account| Member::Members(account))),
        ("membership", membership.as_ref().map_or(Absent, |membership| Member::Members(membership))),
        ("expiresAt", seconds(snapshot.expires_at)),
        ("conditions", snapshot.next.map_or(Absent, |_| Texts(&snapshot.conditions))),
        ("next", snapshot.next.map_or(Absent, |next| Text(next.as_str()))),
        ("signOutReason", snapshot.reason.map_or(Absent, |reason| Text(reason.as_str()))),
    ]);
    frozen(snapshot.expose())
}

/// Of a person.
pub(super) fn user_members(user: &User) -> [(&str, Member<'_>); 8] {
    [
        ("id", Member::Text(&user.id)),
        ("name", (&user.name).into()),
        ("email", (&user.email).into()),
        ("emailVerified", Member::Flag(user.email_verified)),
        ("username", (&user.username).into()),
        ("firstName", (&user.first_name).into()),
        ("lastName", (&user.last_name).into()),
        ("locale", (&user.locale).into()),
    ]
}

/// A token, as JSON.
pub(super) fn grant(grant: &Granted) -> Secret {
    json::object(&[
        ("result", Member::Text("okay")),
        ("token", Member::Text(grant.token.expose())),
        ("expiresAt", seconds(grant.expires_at)),
        ("account", (&grant.account).into()),
        ("verified", Member::Flag(grant.is_verified)),
    ])
}

/// How a session stands and why; so many wait along with those of whom it knows.
pub(super) fn explanation(session: &Session<Web>, joined: usize) -> JsValue {
    use Member::{Absent, Flag, Members as Object, Text};
    let explained = session.explain();
    let Explanation { snapshot, last_refresh, wait, .. } = &explained;
    let storage = [
        ("kind", Text(kind(&session.client().platform().storage))),
        ("problem", explained.problem.map_or(Absent, |problem| Text(problem.as_str()))),
    ];
    let tabs = [("lock", Flag(explained.has_locks)), ("channel", Flag(explained.has_channel))];
    let last = last_refresh.map(|(why, code, ago)| {
        [("why", Text(why.as_str())), ("code", Text(code)), ("secondsAgo", Member::Number(ago))]
    });
    #[expect(clippy::cast_precision_loss, reason = "a difference of clocks in seconds")]
    let skew = explained.skew_seconds.map(|skew| skew as f64);
    let wait = wait.map(|(seconds, code)| [("seconds", Member::Number(seconds)), ("code", Text(code))]);
    object(&[
        ("version", Text(env!("CARGO_PKG_VERSION"))),
        ("state", Text(snapshot.state.as_str())),
        ("freshness", Text(snapshot.freshness.as_str())),
        ("storage", Object(&storage)),
        ("tabs", Object(&tabs)),
        ("visible", Flag(explained.is_visible)),
        ("online", Flag(explained.is_online)),
        (
            "refreshing",
            explained.refreshing.map_or(Absent, |is_sent| Text(if is_sent { "answer" } else { "lock" })),
        ),
        ("lastRefresh", last.as_ref().map_or(Absent, |last| Object(last))),
        ("nextWakeInSeconds", explained.next_wake_seconds.into()),
        ("wait", wait.as_ref().map_or(Absent, |wait| Object(wait))),
        ("requestsInLastMinute", count(explained.requests)),
        ("failuresInARow", Member::Count(explained.failures)),
        ("skewSeconds", skew.into()),
        ("tokenExpiresInSeconds", explained.token_seconds.into()),
        ("listeners", count(explained.listeners)),
        ("waiting", count(explained.waiting + joined)),
        ("disposed", Flag(explained.is_disposed)),
    ])
}

fn kind(storage: &Storage) -> &'static str {
    match storage {
        Storage::Memory => "memory",
        Storage::Session => "session",
        Storage::Local => "local",
        Storage::Custom(_) => "custom",
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of what fits a page")]
fn count(number: usize) -> Member<'static> {
    Member::Number(number as f64)
}

#[expect(clippy::cast_precision_loss, reason = "a time since 1970 in seconds fits")]
fn seconds(at: Option<u64>) -> Member<'static> {
    at.map(|at| at as f64).into()
}
