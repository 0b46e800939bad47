//! What the service says to a tab, and what other tabs say.

use super::LIFETIME;
use crate::engine_tokens::{jwt, payload, reply, signed_in_body};
use loginrocket_wasm::{
    Error,
    engine::session::message::Message,
    protocol::{
        claims::Claims,
        failure::Failure,
        response::{Body, Headers, Reply},
    },
};

pub fn signed_in(session: &str, issued_at: u64) -> Reply {
    signed_in_at(session, "org_0", issued_at)
}

pub fn signed_in_at(session: &str, account: &str, issued_at: u64) -> Reply {
    let token = jwt(&payload(session, Some(account), issued_at, issued_at + LIFETIME));
    reply(200, &signed_in_body(session, Some(account), &token))
}

/// A session that needs an account before it has a token.
pub fn conditional(session: &str, account: &str) -> Reply {
    let conditions = r#"["no_account_selected"]"#;
    reply(200, &format!(r#"{{"session":"{session}","account":"{account}","conditions":{conditions}}}"#))
}

pub fn denied() -> Reply {
    reply(403, r#"{"result":"error"}"#)
}

pub fn unavailable() -> Reply {
    reply(503, r#"{"result":"error"}"#)
}

pub fn limited(seconds: u32) -> Reply {
    let headers = Headers { retry_after: Some(seconds.to_string().into()), ..Headers::default() };
    Reply { status: 429, headers, body: Body::Text("".into()), ..Reply::default() }
}

/// A limit that is lifted at a time, in epoch seconds, with the `Date` of the answer if that can be read.
pub fn limited_until(name: &str, until: u64, date: Option<u64>) -> Reply {
    let mut headers = Headers { date, ..Headers::default() };
    match name {
        "retry-after" => headers.retry_at = Some(until),
        _ => headers.reset_at = Some(until),
    }
    Reply { status: 429, headers, body: Body::Text("".into()), ..Reply::default() }
}

/// The page of a proxy.
pub fn page() -> Reply {
    let headers = Headers { content_type: Some("text/html".into()), ..Headers::default() };
    Reply { status: 200, headers, body: Body::Text("<html>".into()), ..Reply::default() }
}

/// A token that another tab has just got.
pub fn token_message(session: &str, issued_at: u64, asked_at: u64) -> Message {
    message_of(session, &payload(session, Some("org_0"), issued_at, issued_at + LIFETIME), asked_at)
}

/// A token with that payload.
pub fn message_of(session: &str, payload: &str, asked_at: u64) -> Message {
    let token = jwt(payload);
    let claims = Claims::of(&token);
    let account = Some("org_0".into());
    Message::Token { session: session.into(), account, token: token.into(), claims, asked_at }
}

pub fn sign_out_message(session: &str) -> Message {
    Message::SignedOut { session: session.into(), expired: false }
}

pub fn hold_message(ms: u64) -> Message {
    Message::Hold { ms, failure: Failure::new(Error::RateLimited) }
}
