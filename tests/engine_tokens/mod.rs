//! What a service sends, as text: tokens that are JWTs in form, the bodies around them, and what a request's URL asks for.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    unreachable_pub,
    reason = "test support: a panic here is a failed test, and each test needs a part of it"
)]

use loginrocket_wasm::protocol::response::{Body, Headers, Reply};
use std::fmt::Write as _;

/// A JWT that nobody has signed.
pub fn jwt(payload: &str) -> String {
    jwt_of("e30", payload)
}

/// A JWT that says that a realm's key has signed it.
pub fn signed_jwt(key_id: &str, payload: &str) -> String {
    let mut header = String::new();
    push_base64url(&mut header, format!(r#"{{"alg":"RS256","kid":"{key_id}"}}"#).as_bytes());
    jwt_of(&header, payload)
}

fn jwt_of(header: &str, payload: &str) -> String {
    let mut jwt = String::with_capacity(header.len() + payload.len() * 4 / 3 + 8);
    jwt.push_str(header);
    jwt.push('.');
    push_base64url(&mut jwt, payload.as_bytes());
    jwt.push_str(".c2ln");
    jwt
}

/// A realm's key that nobody has made a signature with.
pub fn jwks(key_id: &str) -> String {
    let modulus = format!("{}w", "_".repeat(341));
    format!(r#"{{"keys":[{{"kid":"{key_id}","kty":"RSA","n":"{modulus}","e":"AQAB"}}]}}"#)
}

/// The payload of a token, in the form of the service's.
pub fn payload(session: &str, account: Option<&str>, issued_at: u64, expires_at: u64) -> String {
    let mut payload = format!(
        r#"{{"iat":{issued_at},"exp":{expires_at},"sid":"{session}","sub":"usr_sample123456","iss":"https://authrocket.com""#
    );
    if let Some(account) = account {
        write!(payload, r#","orgs":[{{"oid":"{account}","selected":true}}]"#).unwrap();
    }
    payload.push('}');
    payload
}

/// The body of an answer that signs a person in.
pub fn signed_in_body(session: &str, account: Option<&str>, token: &str) -> String {
    let mut body = format!(r#"{{"session":"{session}","token":"{token}""#);
    if let Some(account) = account {
        write!(body, r#","account":"{account}""#).unwrap();
    }
    body.push('}');
    body
}

/// An answer in JSON.
pub fn reply(status: u16, body: &str) -> Reply {
    let headers = Headers { content_type: Some("application/json".into()), ..Headers::default() };
    Reply { status, headers, body: Body::Text(body.into()), ..Reply::default() }
}

/// A parameter of a URL's query; what needs no escape alone.
pub fn parameter<'a>(url: &'a str, name: &str) -> Option<&'a str> {
    let (_, query) = url.split_once('?')?;
    query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// RFC 4648 §5, without padding.
fn push_base64url(text: &mut String, bytes: &[u8]) {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for chunk in bytes.chunks(3) {
        let mut bits = 0_u32;
        for at in 0..3 {
            bits = (bits << 8) | u32::from(chunk.get(at).copied().unwrap_or_default());
        }
        for at in 0..=chunk.len() {
            text.push(char::from(SYMBOLS[(bits >> (18 - 6 * at)) as usize & 63]));
        }
    }
}
