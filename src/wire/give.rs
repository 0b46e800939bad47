//! Writes effects and answers: each of their types as items of a list.

use super::{Item, answer};
use crate::{
    Error,
    engine::{
        Answer, Id, SignedToken,
        explain::Explanation,
        session::{Granted, snapshot::Snapshot},
    },
    protocol::{
        failure::Failure, json::Writer, jwks::PublicKey, request::Request, response::Next, secret::Secret,
        text::Text,
    },
};
use std::rc::Rc;

/// A value that can be written to a list.
pub(super) trait Give {
    /// Its items.
    const ITEMS: &'static [Item];

    /// Writes them.
    fn give(&self, writer: &mut Writer);
}

fn null(writer: &mut Writer) {
    writer.raw("null");
}

fn flag(writer: &mut Writer, flag: bool) {
    writer.raw(if flag { "true" } else { "false" });
}

fn number(writer: &mut Writer, number: Option<u64>) {
    match number {
        Some(number) => writer.number(number),
        None => null(writer),
    }
}

/// Takes the secret itself, which is one pointer, so that the code to unpack it is here and nowhere else.
fn text(writer: &mut Writer, text: Option<&Secret>) {
    match text {
        Some(text) => writer.text(text.expose()),
        None => null(writer),
    }
}

fn optional<T: AsRef<Secret>>(writer: &mut Writer, value: Option<&T>) {
    text(writer, value.map(AsRef::as_ref));
}

fn texts(writer: &mut Writer, texts: &[Text]) {
    writer.open(b'[');
    for one in texts {
        text(writer, Some(one.as_ref()));
    }
    writer.close(b']');
}

impl Give for u32 {
    const ITEMS: &'static [Item] = &[Item::Field("number")];

    fn give(&self, writer: &mut Writer) {
        writer.number((*self).into());
    }
}

impl Give for Option<u64> {
    const ITEMS: &'static [Item] = &[Item::Field("number | null")];

    fn give(&self, writer: &mut Writer) {
        number(writer, *self);
    }
}

impl Give for bool {
    const ITEMS: &'static [Item] = &[Item::Field("boolean")];

    fn give(&self, writer: &mut Writer) {
        flag(writer, *self);
    }
}

impl Give for Vec<Id> {
    const ITEMS: &'static [Item] = &[Item::Field("number[]")];

    fn give(&self, writer: &mut Writer) {
        writer.open(b'[');
        for id in self {
            writer.number((*id).into());
        }
        writer.close(b']');
    }
}

impl Give for Text {
    const ITEMS: &'static [Item] = &[Item::Field("string")];

    fn give(&self, writer: &mut Writer) {
        text(writer, Some(self.as_ref()));
    }
}

impl Give for Option<Text> {
    const ITEMS: &'static [Item] = &[Item::Field("string | null")];

    fn give(&self, writer: &mut Writer) {
        optional(writer, self.as_ref());
    }
}

impl Give for Secret {
    const ITEMS: &'static [Item] = &[Item::Field("string")];

    fn give(&self, writer: &mut Writer) {
        text(writer, Some(self));
    }
}

impl Give for Option<Secret> {
    const ITEMS: &'static [Item] = &[Item::Field("string | null")];

    fn give(&self, writer: &mut Writer) {
        text(writer, self.as_ref());
    }
}

impl Give for Option<Next> {
    const ITEMS: &'static [Item] = &[Item::Field("number | null")];

    fn give(&self, writer: &mut Writer) {
        number(writer, self.map(|next| next as u64));
    }
}

impl Give for Answer {
    const ITEMS: &'static [Item] = &[Item::Field("Answer")];

    fn give(&self, writer: &mut Writer) {
        writer.open(b'[');
        answer(self, writer);
        writer.close(b']');
    }
}

impl Give for Request {
    const ITEMS: &'static [Item] = &[
        Item::Named("method", "string"),
        Item::Named("url", "string"),
        Item::Named("headers", "Record<string, string>"),
        Item::Named("additions", "string | null"),
        Item::Named("outlivesPage", "boolean"),
    ];

    fn give(&self, writer: &mut Writer) {
        writer.text(self.method.as_str());
        text(writer, Some(&self.url));
        writer.open(b'{');
        for (name, value) in self.headers() {
            writer.member(name, value);
        }
        writer.close(b'}');
        text(writer, self.additions.as_ref());
        flag(writer, self.outlives_page);
    }
}

impl Give for PublicKey {
    const ITEMS: &'static [Item] = &[
        Item::Named("n", "string | null"),
        Item::Named("e", "string | null"),
        Item::Named("spki", "string | null"),
    ];

    fn give(&self, writer: &mut Writer) {
        let (n, e, spki) = match self {
            Self::Components { n, e } => (Some(n), Some(e), None),
            Self::Spki(spki) => (None, None, Some(spki)),
        };
        for part in [n, e, spki] {
            optional(writer, part);
        }
    }
}

impl Give for SignedToken {
    const ITEMS: &'static [Item] = &[Item::Field("string | null")];

    /// A token that the app gave need not cross: the script has it.
    fn give(&self, writer: &mut Writer) {
        text(writer, if self.is_given { None } else { Some(&self.jwt) });
    }
}

impl Give for Failure {
    const ITEMS: &'static [Item] = &[
        Item::Named("error", "number"),
        Item::Named("why", "number | null"),
        Item::Named("retryable", "boolean"),
        Item::Named("status", "number | null"),
        Item::Named("retryAfterSeconds", "number | null"),
        Item::Named("requestId", "string | null"),
        Item::Named("serviceErrors", "string[]"),
    ];

    fn give(&self, writer: &mut Writer) {
        writer.number(self.error.number() as u64);
        number(writer, self.error.why().map(|why| why.number() as u64));
        flag(writer, self.retryable);
        number(writer, self.status.map(u64::from));
        number(writer, self.retry_after.map(u64::from));
        optional(writer, self.request_id.as_ref());
        texts(writer, &self.service_errors);
    }
}

impl Give for Granted {
    const ITEMS: &'static [Item] = &[
        Item::Named("token", "string"),
        Item::Named("expiresAt", "number | null"),
        Item::Named("account", "string | null"),
        Item::Named("isVerified", "boolean"),
    ];

    fn give(&self, writer: &mut Writer) {
        text(writer, Some(&self.token));
        number(writer, self.claims.as_ref().map(|claims| claims.expires_at));
        optional(writer, self.account.as_ref());
        flag(writer, self.is_verified);
    }
}

impl Give for Rc<Snapshot> {
    const ITEMS: &'static [Item] = &[
        Item::Named("state", "number"),
        Item::Named("freshness", "number"),
        Item::Named("profile", "string | null"),
        Item::Named("expiresAt", "number | null"),
        Item::Named("conditions", "string[]"),
        Item::Named("next", "number | null"),
        Item::Named("signOutReason", "number | null"),
    ];

    fn give(&self, writer: &mut Writer) {
        writer.number(self.state as u64);
        writer.number(self.freshness as u64);
        optional(writer, self.profile.as_ref());
        number(writer, self.expires_at);
        texts(writer, &self.conditions);
        number(writer, self.next.map(|next| next as u64));
        number(writer, self.reason.map(|reason| reason as u64));
    }
}

impl Give for Box<Explanation> {
    const ITEMS: &'static [Item] = &[
        Item::Named("state", "number"),
        Item::Named("freshness", "number"),
        Item::Named("problem", "number | null"),
        Item::Named("hasLocks", "boolean"),
        Item::Named("hasChannel", "boolean"),
        Item::Named("isVisible", "boolean"),
        Item::Named("isOnline", "boolean"),
        Item::Named("refreshing", "boolean | null"),
        Item::Named("lastWhy", "number | null"),
        Item::Named("lastError", "number | null"),
        Item::Named("lastMsAgo", "number | null"),
        Item::Named("nextWakeMs", "number | null"),
        Item::Named("waitMs", "number | null"),
        Item::Named("waitError", "number | null"),
        Item::Named("requests", "number"),
        Item::Named("failures", "number"),
        Item::Named("skewSeconds", "number | null"),
        Item::Named("tokenMs", "number | null"),
        Item::Named("waiting", "number"),
        Item::Named("isDisposed", "boolean"),
    ];

    fn give(&self, writer: &mut Writer) {
        writer.number(self.snapshot.state as u64);
        writer.number(self.snapshot.freshness as u64);
        number(writer, self.problem.map(|problem| problem as u64));
        for is_so in [self.has_locks, self.has_channel, self.is_visible, self.is_online] {
            flag(writer, is_so);
        }
        match self.refreshing {
            Some(is_sent) => flag(writer, is_sent),
            None => null(writer),
        }
        let last = self.last_refresh.as_ref();
        number(writer, last.map(|(why, ..)| *why as u64));
        let error_number = |error: Error| error.number() as u64;
        number(writer, last.and_then(|(_, error, _)| error.map(error_number)));
        number(writer, last.map(|(.., ms)| *ms));
        number(writer, self.next_wake_ms);
        number(writer, self.wait.map(|(ms, _)| ms));
        number(writer, self.wait.map(|(_, error)| error_number(error)));
        writer.number(self.requests as u64);
        writer.number(self.failures.into());
        match self.skew_seconds {
            Some(skew) if skew < 0 => writer.negative(skew.unsigned_abs()),
            skew => number(writer, skew.map(i64::unsigned_abs)),
        }
        number(writer, self.token_ms);
        writer.number(self.waiting as u64);
        flag(writer, self.is_disposed);
    }
}
