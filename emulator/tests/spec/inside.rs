//! What is asked of the service itself, because no host lets anybody at it: its keys, the host's clock, and faults before a host has
//! carried them out.

use std::collections::BTreeSet;

use http::{Method, Request};
use loginrocket_emulator::settings::RateScope;
use loginrocket_emulator::{Ending, Listener};
use serde_json::{Value, json};

use crate::rate::limited;
use crate::support::{ADA, Answer, Emulator, answer, key, rng};

fn from(emulator: &mut Emulator, address: &str) -> Answer {
    let request = Request::get("/v2/session").body(Vec::new()).unwrap();
    answer(emulator.service.handle(Listener::LoginRocket, &request, address, emulator.now, &mut rng()))
}

#[test]
fn an_emulator_that_is_public_is_so_here_too() {
    let mut emulator = Emulator::new();
    emulator.service.open_control();
    let request = Request::get("/_emulator/mails").header("host", "emulator:4400");
    assert_eq!(emulator.send(&request.body(Vec::new()).unwrap()).status, 200);
}

#[test]
fn sessions_and_tokens_follow_the_realms_clock() {
    let mut emulator = Emulator::new();
    let login = emulator.log_in();
    let frozen = emulator.post("/_emulator/clock", &json!({ "freeze": true }));
    assert_eq!(
        (&frozen.body["frozen"], frozen.body["now"].as_u64()),
        (&json!(true), Some(emulator.now.seconds()))
    );
    emulator.advance_minutes(9);
    assert_eq!(emulator.refresh(&login.session()).claims()["iat"], login.claims()["iat"]);
    emulator.post("/_emulator/clock", &json!({ "advance_seconds": 86400 }));
    emulator.refresh(&login.session()).is_logged_out();
    let set = emulator.post("/_emulator/clock", &json!({ "set": 1_800_000_000, "freeze": false }));
    assert_eq!(set.body, json!({ "now": 1_800_000_000, "frozen": false }));
    assert_eq!(emulator.log_in().claims()["iat"], 1_800_000_000);
    emulator.post("/_emulator/clock", &json!({ "reset": true }));
    assert_eq!(emulator.get("/_emulator/clock").body["now"].as_u64(), Some(emulator.now.seconds()));
    emulator.post("/_emulator/clock", &json!({ "advance_seconds": 1e300 })).is_refused(422, "out of range");
}

#[test]
fn transport_faults_are_the_hosts_to_carry_out() {
    let mut emulator = Emulator::new();
    let login = Request::post("/v2/login").body(Vec::new()).unwrap();
    for (rule, delay, ending) in [
        (json!({ "count": 1, "cut": true }), 0, Ending::Cut),
        (json!({ "count": 1, "hang": true }), 0, Ending::Hang),
        (json!({ "count": 1, "truncate": 5, "delay_ms": 20 }), 20, Ending::Truncated(5)),
    ] {
        emulator.post("/_emulator/script", &rule);
        let reply = emulator.reply(Listener::LoginRocket, &login);
        assert_eq!((reply.delay_millis, reply.ending), (delay, ending));
    }
}

#[test]
fn the_keys_of_a_dropped_realm_are_used_again_under_new_ids() {
    let mut emulator = Emulator::new();
    let used = |emulator: &mut Emulator, name: &str| -> Value {
        emulator.post("/_emulator/realms", &json!({ "name": name }));
        let keys = emulator.get(&format!("/_realm/{name}/connect/jwks")).body;
        emulator.delete(&format!("/_emulator/realms?realm={name}"));
        keys["keys"][0].clone()
    };
    let all: Vec<Value> = (0..5).map(|index| used(&mut emulator, &format!("r{index}"))).collect();
    let ids: BTreeSet<&str> = all.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    let keys: BTreeSet<&str> = all.iter().map(|key| key["n"].as_str().unwrap()).collect();
    assert_eq!(
        (ids.len(), keys.len()),
        (5, 2),
        "five realms had the two keys that there are, each by an id of its own"
    );
    assert_eq!(emulator.service.spare_keys(), 2);
}

#[test]
fn a_key_that_was_dropped_by_a_rotation_never_comes_back() {
    let mut emulator = Emulator::new();
    let before = emulator.get("/connect/jwks").body["keys"][0]["n"].clone();
    emulator.post("/_emulator/keys", &json!({ "drop_old": true }));
    assert_eq!(emulator.service.spare_keys(), 0);
    emulator.service.offer_key(key(1));
    emulator.post("/_emulator/keys", &json!({ "drop_old": true }));
    assert_ne!(emulator.get("/connect/jwks").body["keys"][0]["n"], before);
}

#[test]
fn a_realm_with_a_shared_secret_waits_for_no_key() {
    let mut emulator = Emulator::new();
    emulator.post("/_emulator/keys", &json!({}));
    emulator.post("/_emulator/keys", &json!({}));
    emulator.post("/_emulator/realms", &json!({ "name": "secret", "settings": { "jwt_algo": "hs256" } }));
    emulator.post("/_emulator/realms", &json!({ "name": "public" }));
    let lacks = |emulator: &Emulator, path: &str| {
        let request = Request::builder().method(Method::POST).uri(path).body(Vec::new()).unwrap();
        emulator.service.lacks_key(Listener::LoginRocket, &request)
    };
    assert!(!lacks(&emulator, "/_realm/secret/v2/login"));
    assert!(lacks(&emulator, "/_realm/secret/connect/jwks") && lacks(&emulator, "/_realm/public/v2/login"));
}

#[test]
fn calls_can_be_counted_by_address() {
    let mut emulator = limited(RateScope::Address);
    for _ in 0..2 {
        from(&mut emulator, "127.0.0.1").is_logged_out();
    }
    from(&mut emulator, "127.0.0.1").is_refused(429, "too many");
    from(&mut emulator, "127.0.0.2").is_logged_out();
}

#[test]
fn debug_output_holds_no_secret() {
    let mut emulator = Emulator::new();
    let login = emulator.log_in();
    emulator.post("/v2/password/forgot", &json!({ "email": ADA })).is_okay();
    let token = emulator.mailed_token(ADA);
    let api_key = emulator.api_key();
    let records = format!("{:?}", emulator.service);
    assert!(records.contains(ADA), "there is something to see");
    for secret in [login.session(), login.token(), token, "argon2".into(), "jsk_".into(), api_key] {
        assert!(!records.contains(&secret), "{secret} shows in debug output");
    }
}
