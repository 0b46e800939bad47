//! No secret stays behind: in none of the blocks of memory that are given back, and when a session is over in none at all.
//!
//! What is looked for is the session id, and each token as it is written and as it is read. The host keeps nothing, so that
//! whatever is found is the engine's.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    missing_docs,
    unreachable_pub,
    reason = "a panic here is a failed test"
)]

#[path = "../engine_tokens/mod.rs"]
mod engine_tokens;
mod host;
mod watch;

use host::{Host, Minted, Purpose, session_mark};
use loginrocket_wasm::{
    engine::{Input, Signature, TokenPolicy, session::Want},
    protocol::endpoint::Endpoint,
};
use std::sync::{Mutex, MutexGuard, PoisonError};
use watch::{MARK, Watch};

#[global_allocator]
static MEMORY: Watch = Watch::new();

/// Marks are everybody's, so one test at a time.
static TURN: Mutex<()> = Mutex::new(());

const POLICIES: [TokenPolicy; 3] = [TokenPolicy::Off, TokenPolicy::Lazy, TokenPolicy::Strict];
const GOOD: Signature = Signature::Good { key_bits: 2048 };

/// What is looked for, by name.
struct Looking {
    names: Vec<String>,
    _turn: MutexGuard<'static, ()>,
}

impl Looking {
    fn begin() -> Self {
        Self { names: Vec::new(), _turn: TURN.lock().unwrap_or_else(PoisonError::into_inner) }
    }

    fn look_for(&mut self, sessions: &[usize], tokens: &[Minted]) {
        // In no block of memory, where they would be found.
        let mut marks = [[0; MARK]; 16];
        self.names.clear();
        for session in sessions {
            marks[self.names.len()] = session_mark(*session);
            self.names.push(format!("the id of session {session}"));
        }
        for token in tokens {
            for (mark, what) in token.marks().iter().zip(["payload", "signature", "read signature"]) {
                marks[self.names.len()] = *mark;
                self.names.push(format!("the {what} of token {}", token.serial));
            }
        }
        MEMORY.look_for(&marks[..self.names.len()]);
    }

    fn assert_clean(&self, case: &str) {
        let (dirty, which) = MEMORY.dirty();
        assert_eq!(dirty, 0, "{case}: {} was left in memory that was given back", self.names[which]);
    }

    fn assert_gone(&self, case: &str) {
        self.assert_clean(case);
        let held = MEMORY.held();
        let held: Vec<_> = self.names.iter().zip(held).filter(|(_, is_held)| *is_held).collect();
        assert!(held.is_empty(), "{case}: the engine holds {held:?}");
    }
}

fn assert_held(case: &str) {
    assert!(MEMORY.held().contains(&true), "{case}: nothing would be found");
}

/// How things end.
type End = fn(&mut Host);

/// Somebody is signed in and has a verified token.
fn signed_in(policy: TokenPolicy) -> Host {
    let mut host = Host::new(policy);
    host.call(Endpoint::Login);
    let token = host.mint(0, 1);
    host.sign_in_with(Purpose::Login, token);
    let caller = host.want(Want::Token { min_validity_seconds: 0 });
    if policy != TokenPolicy::Off {
        host.give_keys();
        host.verified(GOOD);
    }
    assert_eq!(host.answers[&caller], "okay");
    host
}

/// And much goes on: a request of the app's with the token, callers who wait for a newer one, that one's verification, a
/// refresh, a call, and a token for a session that the store does not know of.
fn busy(policy: TokenPolicy) -> Host {
    let mut host = signed_in(policy);
    host.authorize();
    host.pass(2);
    host.want(Want::Refresh);
    let newer = host.mint(0, 2);
    host.sign_in_with(Purpose::Refresh, newer);
    host.call(Endpoint::UpdateProfile);
    host.pass(2);
    host.want(Want::Refresh);
    let stranger = host.mint(1, 3);
    host.message_token(stranger);
    let link = host.mint(1, 4);
    host.adopt(Some(link), false);
    // What the app gives to be verified is the app's, until that is said.
    host.verify(Minted { session: 2, serial: 9, ..link });
    assert_eq!(host.sent.len(), 1);
    host
}

/// To be looked for: by what does not depend on whose it is and when it was issued.
fn token(serial: u8) -> Minted {
    Minted { session: 0, serial, issued_at: 0, account: 0 }
}

/// Tries an end on each policy, when much goes on.
fn ends(what: &str, end: End) {
    for policy in POLICIES {
        let mut looking = Looking::begin();
        looking.look_for(&[0, 1], &[1, 2, 3, 4].map(token));
        let mut host = busy(policy);
        let case = format!("{what}, {policy:?}");
        assert_held(&case);
        end(&mut host);
        looking.assert_gone(&case);
    }
}

#[test]
fn nothing_is_left_after_a_sign_out() {
    ends("sign-out", |host| {
        host.sign_out();
        host.refuse(Purpose::Logout, 200);
        assert_eq!(host.state(), "signed_out");
    });
}

#[test]
fn nothing_is_left_after_a_sign_out_elsewhere() {
    ends("sign-out elsewhere", |host| {
        host.message(0, r#""expired":"false""#);
        host.store_sign_out();
        assert_eq!(host.state(), "signed_out");
    });
}

#[test]
fn nothing_is_left_after_a_client_is_disposed_of() {
    ends("disposal", |host| host.input(Input::Dispose));
}

#[test]
fn nothing_but_a_link_is_left_after_the_service_has_ended_a_session() {
    for policy in POLICIES {
        let mut looking = Looking::begin();
        looking.look_for(&[0], &[1, 2, 3].map(token));
        let mut host = busy(policy);
        host.refuse(Purpose::Refresh, 403);
        host.refuse(Purpose::Refresh, 403);
        assert_eq!(host.state(), "signed_out");
        looking.assert_gone(&format!("{policy:?}"));
        // The link may be what the person signed in anew with.
        looking.look_for(&[1], &[token(4)]);
        assert_held("the link");
        host.sign_out();
        looking.assert_gone(&format!("a sign-out after it, {policy:?}"));
    }
}

#[test]
fn the_token_of_the_account_before_is_gone_after_a_switch() {
    for policy in POLICIES {
        let mut looking = Looking::begin();
        looking.look_for(&[], &[token(1)]);
        let mut host = signed_in(policy);
        host.authorize();
        assert_eq!(host.sent.len(), 1);
        host.pass(2);
        let caller = host.want(Want::Account("org_1".into()));
        let switched = Minted { account: 1, ..host.mint(0, 2) };
        host.sign_in_with(Purpose::Refresh, switched);
        if policy != TokenPolicy::Off {
            host.verified(GOOD);
        }
        assert_eq!(host.answers[&caller], "okay");
        looking.assert_gone(&format!("{policy:?}"));
        looking.look_for(&[0], &[token(2)]);
        host.sign_out();
        host.refuse(Purpose::Logout, 200);
        looking.assert_gone(&format!("a sign-out after it, {policy:?}"));
    }
}

/// Somebody is signed in, and a link of somebody else's has come.
fn refused(policy: TokenPolicy) -> Host {
    let mut host = signed_in(policy);
    let link = host.mint(2, 5);
    let adopted = host.adopt(Some(link), false);
    if policy == TokenPolicy::Off {
        host.give_keys();
    }
    host.verified(GOOD);
    assert_eq!(host.answers[&adopted], "another_user");
    host
}

#[test]
fn the_token_of_another_user_is_gone_with_what_the_person_decides() {
    let ends: [(&str, End); 4] = [
        ("sign-out", |host| {
            host.sign_out();
        }),
        ("sign-out elsewhere", |host| host.message(0, r#""expired":"false""#)),
        ("another sign-in", |host| {
            host.call(Endpoint::Login);
            let token = host.mint(1, 6);
            host.sign_in_with(Purpose::Login, token);
        }),
        ("disposal", |host| host.input(Input::Dispose)),
    ];
    for policy in POLICIES {
        for (what, end) in ends {
            let mut looking = Looking::begin();
            looking.look_for(&[2], &[token(5)]);
            let mut host = refused(policy);
            let case = format!("{what}, {policy:?}");
            // It is kept for as long as the person may want it.
            assert_held(&case);
            end(&mut host);
            looking.assert_gone(&case);
        }
        // And who was there before is gone when the person is the other.
        let mut looking = Looking::begin();
        looking.look_for(&[0], &[token(1)]);
        let mut host = refused(policy);
        let adopted = host.adopt(None, true);
        host.verified(GOOD);
        assert_eq!(host.answers[&adopted], "okay");
        looking.assert_gone(&format!("a switch, {policy:?}"));
        looking.look_for(&[2], &[token(5)]);
        host.sign_out();
        looking.assert_gone(&format!("a sign-out after it, {policy:?}"));
    }
}

#[test]
fn the_token_of_a_link_that_could_not_be_judged_is_gone_when_it_is_of_no_use() {
    for policy in POLICIES {
        // Wrong, or where nobody can say: it is not kept at all.
        for (signature, code) in [
            (Signature::Bad { key_bits: 2048 }, "invalid_signature"),
            (Signature::Unavailable, "crypto_unavailable"),
            (Signature::UnreadableKey, "unusable_key"),
        ] {
            let mut looking = Looking::begin();
            looking.look_for(&[1], &[token(4)]);
            let mut host = Host::new(policy);
            let link = host.mint(1, 4);
            let adopted = host.adopt(Some(link), false);
            host.give_keys();
            host.verified(signature);
            assert_eq!(host.answers[&adopted], code);
            looking.assert_gone(&format!("{code}, {policy:?}"));
        }
        // Where it may be judged later, it is kept until somebody signs in or out.
        let ends: [End; 3] = [
            |host| {
                host.sign_out();
            },
            |host| {
                host.call(Endpoint::Login);
                let token = host.mint(0, 6);
                host.sign_in_with(Purpose::Login, token);
            },
            |host| host.input(Input::Dispose),
        ];
        for end in ends {
            let mut looking = Looking::begin();
            looking.look_for(&[1], &[token(4)]);
            let mut host = Host::new(policy);
            let link = host.mint(1, 4);
            let adopted = host.adopt(Some(link), false);
            host.refuse(Purpose::Keys, 503);
            assert_eq!(host.answers[&adopted], "keys_unavailable");
            assert_held("for the next try");
            end(&mut host);
            looking.assert_gone(&format!("{policy:?}"));
        }
    }
}

#[test]
fn nothing_is_left_of_a_token_that_is_only_read_or_verified() {
    for signature in [GOOD, Signature::Bad { key_bits: 2048 }] {
        let mut looking = Looking::begin();
        looking.look_for(&[0], &[token(1)]);
        let mut host = Host::new(TokenPolicy::Off);
        let minted = host.mint(0, 1);
        let (decoded, verified) = (host.decode(minted), host.verify(minted));
        host.give_keys();
        host.verified(signature);
        assert!(host.answers.contains_key(&decoded) && host.answers.contains_key(&verified));
        looking.assert_gone(&format!("{signature:?}"));
    }
}

#[test]
fn nothing_is_left_of_messages_and_tokens_that_are_broken() {
    let mut looking = Looking::begin();
    looking.look_for(&[0, 1], &[token(1), token(3)]);
    let mut host = signed_in(TokenPolicy::Off);
    let stranger = host.mint(1, 3);
    host.message_token(stranger);
    host.message_token(Minted { session: 0, account: 1, ..stranger });
    for rest in [
        r#""expired":"true","#,
        r#""ask":7"#,
        r#""token":"a.b","asked_at":"1""#,
        r#""account":"\u006fx","ask":"true""#,
    ] {
        host.message(0, rest);
    }
    for cut in [1, 40, 100, 300, 500] {
        host.adopt_cut(stranger, cut);
    }
    looking.assert_clean("signed in");
    host.sign_out();
    looking.assert_gone("after it");
}
