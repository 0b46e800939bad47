//! What is stored and what tabs tell each other, as text.
//!
//! Both are JSON objects of strings with the version of this form. What is of another version, of another app, or broken
//! reads as nothing: it came from outside, and nothing follows from it.

use super::{Claims, Message, Stored};
use crate::{
    Error,
    core::{
        json,
        members::Member,
        response::{Failure, Record},
        secret::Secret,
    },
};

/// The form's version. One that older pages would read wrongly needs another number.
const VERSION: &str = "1";

/// Writes an entry of the store.
pub fn write_stored(stored: &Stored) -> Secret {
    match stored {
        Stored::Session { session, account } => write([
            ("session", Member::Text(session.expose())),
            ("account", account.into()),
            NOTHING,
            NOTHING,
        ]),
        Stored::SignedOut => write([("signed_out", Member::Text("true")), NOTHING, NOTHING, NOTHING]),
    }
}

/// Whether an entry is of this form in another version: that is not for us to write over.
pub fn is_of_other_version(record: &impl Record) -> bool {
    record.text("v").is_some() && !is_ours(record)
}

/// Reads an entry of the store.
pub fn read_stored(record: &impl Record) -> Option<Stored> {
    if !is_ours(record) {
        return None;
    }
    match record.text("session").filter(|session| !session.expose().is_empty()) {
        Some(session) => Some(Stored::Session { session, account: text(record, "account") }),
        None => record.text("signed_out").map(|_| Stored::SignedOut),
    }
}

/// Writes what a tab tells the others.
pub fn write_message(message: &Message) -> Secret {
    match message {
        Message::Token { session, account, token, asked_at, .. } => write([
            ("session", Member::Text(session.expose())),
            ("account", account.into()),
            ("token", Member::Text(token.expose())),
            ("asked_at", Member::Text(decimal(*asked_at).expose())),
        ]),
        Message::SignedOut { session, expired } => write([
            ("session", Member::Text(session.expose())),
            ("expired", Member::Text(if *expired { "true" } else { "false" })),
            NOTHING,
            NOTHING,
        ]),
        Message::Hold { ms, failure } => write([
            ("hold_ms", Member::Text(decimal(*ms).expose())),
            ("code", Member::Text(failure.facts.code)),
            NOTHING,
            NOTHING,
        ]),
    }
}

/// Reads what another tab tells; `read_claims` reads a JWT.
pub fn read_message(
    record: &impl Record,
    read_claims: impl FnOnce(&Secret) -> Option<Claims>,
) -> Option<Message> {
    if !is_ours(record) {
        return None;
    }
    let number = |member| record.text(member)?.expose().parse().ok();
    if let Some(ms) = number("hold_ms") {
        let code = record.text("code")?;
        let error = Error::ALL.into_iter().find(|error| error.code() == code.expose())?;
        return Some(Message::Hold { ms, failure: Failure::new(error) });
    }
    let session = record.text("session")?;
    if let Some(token) = record.text("token") {
        let (claims, asked_at) = (read_claims(&token), number("asked_at")?);
        return Some(Message::Token { session, account: text(record, "account"), token, claims, asked_at });
    }
    let expired = record.text("expired")?.expose() == "true";
    Some(Message::SignedOut { session, expired })
}

const NOTHING: (&str, Member<'static>) = ("", Member::Absent);

fn write([a, b, c, d]: [(&'static str, Member<'_>); 4]) -> Secret {
    json::object(&[("v", Member::Text(VERSION)), a, b, c, d])
}

fn decimal(number: u64) -> Secret {
    let mut text = Secret::default();
    text.push_number(number);
    text
}

fn is_ours(record: &impl Record) -> bool {
    record.says("v", VERSION)
}

fn text(record: &impl Record, member: &str) -> Option<String> {
    record.text(member).map(|text| text.expose().to_owned())
}
