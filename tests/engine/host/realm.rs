//! A realm that signs everyone in, its answers and its tokens, and tabs that share a session of it.

use super::{Answer, Browser, Sent, Tab};
use loginrocket_wasm::{
    engine::{StorageScope, session::snapshot::State},
    protocol::{config::Config, url::BaseUrl},
};
use serde_json::{Value as Json, json};
use std::cell::Cell;

/// Of every token, in seconds.
pub const LIFETIME: u64 = 600;

pub const REALM: &str = "https://sample.e2.loginrocket.com/";

/// The name of its entry in a store, of its lock and of its channel.
pub const KEY: &str = "loginrocket:https://sample.e2.loginrocket.com/v2/";

/// What a store holds of a sign-out.
pub const SIGNED_OUT: &str = r#"{"v":"1","signed_out":"true"}"#;

pub fn config(url: &str) -> Config {
    Config { url: Some(BaseUrl::parse(url).unwrap()), ..Config::default() }
}

/// A browser whose service signs everyone in. Each sign-in makes `kss_sample1`, `kss_sample2` and so on.
pub fn browser() -> Browser {
    let browser = Browser::default();
    let sign_ins = Cell::new(0);
    browser.serve(move |sent| {
        let session = || sent.parameter("session").unwrap_or_else(|| "kss_unknown".to_owned());
        match (sent.method, sent.path()) {
            ("GET", "session") | ("PUT", "profile") => full_login(&session(), sent),
            ("POST", "login" | "login/verify" | "password/reset" | "signup") => {
                sign_ins.set(sign_ins.get() + 1);
                full_login(&format!("kss_sample{}", sign_ins.get()), sent)
            }
            _ => Answer::Json(200, json!({ "result": "okay" })),
        }
    });
    browser
}

fn full_login(session: &str, sent: &Sent) -> Answer {
    let account = sent.parameter("account").unwrap_or_else(|| "org_sample1".to_owned());
    signed_in(session, &account, sent.at)
}

/// An answer that signs in.
pub fn signed_in(session: &str, account: &str, issued_at: u64) -> Answer {
    let token = jwt(session, account, issued_at);
    Answer::Json(
        200,
        json!({ "result": "full_login", "session": session, "account": account, "token": token }),
    )
}

/// An answer that signs in a person whose address is verified.
pub fn verified(session: &str, issued_at: u64) -> Answer {
    let token = jwt_of(&payload(session, "org_sample1", issued_at, true));
    Answer::Json(
        200,
        json!({ "result": "full_login", "session": session, "account": "org_sample1", "token": token }),
    )
}

/// An answer with a session and no token.
pub fn conditional(session: &str, account: Option<&str>, condition: &str) -> Answer {
    Answer::Json(
        200,
        json!({ "result": "conditional_login", "session": session, "account": account, "conditions": [condition] }),
    )
}

/// A JWT that nobody signed.
pub fn jwt(session: &str, account: &str, issued_at: u64) -> String {
    jwt_of(&payload(session, account, issued_at, false))
}

fn jwt_of(payload: &Json) -> String {
    format!("e30.{}.c2ln", base64url(payload.to_string().as_bytes()))
}

fn payload(session: &str, account: &str, issued_at: u64, is_email_verified: bool) -> Json {
    let mut payload = json!({
        "iat": issued_at,
        "exp": issued_at + LIFETIME,
        "sid": session,
        "sub": "usr_sample123456",
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "orgs": [{ "oid": account, "mid": "mb_sample123456", "name": "Engine", "perm": [], "selected": true }],
    });
    // Only where it is (protocol.md#claims).
    if is_email_verified {
        payload["email_verified"] = true.into();
    }
    payload
}

fn base64url(bytes: &[u8]) -> String {
    const SYMBOLS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let symbol = |chunk: &[u8], at: usize| {
        let bits =
            chunk.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - chunk.len()));
        char::from(SYMBOLS[(bits >> (18 - 6 * at)) as usize & 63])
    };
    bytes.chunks(3).flat_map(|chunk| (0..=chunk.len()).map(move |at| symbol(chunk, at))).collect()
}

/// Two tabs that share a session; the first one signed in, and the second one has asked nothing yet.
pub fn siblings(browser: &Browser) -> [Tab; 2] {
    let tabs = [Tab::open(browser, StorageScope::Shared), Tab::open(browser, StorageScope::Shared)];
    tabs[0].sign_in();
    assert_eq!(tabs.each_ref().map(Tab::state), [State::SignedIn; 2]);
    assert!(tabs[1].sent().is_empty());
    tabs
}

/// Lets the tokens of tabs expire while nobody looks.
pub fn expire<'a>(tabs: impl IntoIterator<Item = &'a Tab>) {
    let tabs: Vec<_> = tabs.into_iter().collect();
    for tab in &tabs {
        tab.show(false);
    }
    tabs[0].browser.pass((LIFETIME + 1) * 1000);
}
