//! The control API (`/_emulator/`) and scripted answers.

use http::{Method, Request};
use serde_json::{Value, json};

use crate::support::{ADA, Answer, Emulator, PASSWORD, request};

fn script(emulator: &mut Emulator, rule: &Value) {
    assert_eq!(emulator.post("/_emulator/script", rule).status, 200);
}

// ------------------------------------------------------------------------------------------------ who may call

#[test]
fn neither_foreign_pages_nor_rebound_hosts_get_in() {
    let mut emulator = Emulator::new();
    let ask = |emulator: &mut Emulator, host: &str, origin: Option<&str>| {
        let mut request = Request::get("/_emulator/mails").header("host", host);
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        emulator.send(&request.body(Vec::new()).unwrap()).status
    };
    assert_eq!(ask(&mut emulator, "127.0.0.1:4400", None), 200);
    assert_eq!(ask(&mut emulator, "default.localhost:4400", Some("http://localhost:5173")), 200);
    assert_eq!(ask(&mut emulator, "127.0.0.1:4400", Some("https://evil.example.com")), 403);
    assert_eq!(ask(&mut emulator, "127.0.0.1:4400", Some("null")), 403);
    assert_eq!(ask(&mut emulator, "[::1]:4400", None), 200);
    for rebound in ["rebound.example.com", "127.evil.example", "127.0.0.1.evil.example:4400", "10.0.0.1"] {
        assert_eq!(ask(&mut emulator, rebound, None), 403, "{rebound}");
    }
}

#[test]
fn a_realm_that_closes_its_list_of_origins_still_lets_its_test_in() {
    let mut emulator = Emulator::with(|settings| settings.allowed_origins.clear());
    let request =
        Request::get("/_emulator/mails").header("host", "localhost").header("origin", "http://localhost:1");
    let answer = emulator.send(&request.body(Vec::new()).unwrap());
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:1"));
}

// ------------------------------------------------------------------------------------------------ realms and people

#[test]
fn a_test_gets_a_realm_of_its_own_by_host_name() {
    let mut emulator = Emulator::new();
    let made = emulator.post(
        "/_emulator/realms",
        &json!({ "name": "mine", "people": [{ "email": ADA, "password": "another-one" }] }),
    );
    assert_eq!(made.body["loginrocket"], "http://mine.localhost:4400/");
    let login = |emulator: &mut Emulator, host: &str, password: &str| {
        let body = json!({ "email": ADA, "password": password }).to_string().into_bytes();
        let request =
            Request::post("/v2/login").header("host", host).header("content-type", "application/json");
        emulator.send(&request.body(body).unwrap())
    };
    let mine = login(&mut emulator, "mine.localhost:4400", "another-one").is_full_login();
    login(&mut emulator, "127.0.0.1:4400", "another-one").is_refused(422, "Login failed");
    emulator.refresh(&mine.session()).is_logged_out();
    assert_eq!(mine.claims()["rid"], made.body["id"]);
    assert_eq!(emulator.delete("/_emulator/realms?realm=mine").status, 200);
    login(&mut emulator, "mine.localhost:4400", "another-one").is_refused(404, "nothing");
}

#[test]
fn realms_need_a_usable_name_of_their_own() {
    let mut emulator = Emulator::new();
    emulator.post("/_emulator/realms", &json!({})).is_refused(422, "name");
    emulator.post("/_emulator/realms", &json!({ "name": "No Host" })).is_refused(422, "field `name`");
    emulator.post("/_emulator/realms", &json!({ "name": "default" })).is_refused(409, "another realm");
    let twice = json!({ "name": "x", "people": [{ "email": ADA }, { "email": ADA }] });
    emulator.post("/_emulator/realms", &twice).is_refused(422, "people[1].email");
    emulator.delete("/_emulator/realms").is_refused(409, "default realm");
    emulator.get("/_emulator/people?realm=nowhere").is_refused(404, "no such realm");
}

#[test]
fn people_are_added_and_shown_without_secrets() {
    let mut emulator = Emulator::new();
    let made = emulator
        .post("/_emulator/people", &json!({ "email": "Bob@Example.com", "password": "a-good-password" }));
    assert_eq!(made.body["email"], "bob@example.com");
    emulator
        .post("/v2/login", &json!({ "email": "bob@example.com", "password": "a-good-password" }))
        .is_full_login();
    let people = emulator.get("/_emulator/people");
    assert_eq!(people.body["people"][1]["sessions"], 1);
    assert!(!people.text().contains("argon2") && !people.text().contains("kss_"));
    emulator.post("/_emulator/people", &json!({ "email": ADA })).is_refused(409, "email");
    emulator.post("/_emulator/people", &json!({ "emial": ADA })).is_refused(422, "emial");
    emulator.post("/_emulator/people", &json!({})).is_refused(422, "needs an email");
}

#[test]
fn sessions_are_shown_without_ids_and_ended_by_person() {
    let mut emulator = Emulator::new();
    let (ada, bob) = (emulator.log_in().session(), emulator.sign_up("bob@example.com").session());
    let sessions = emulator.get("/_emulator/sessions?user=ada@example.com");
    assert_eq!(sessions.body["sessions"].as_array().unwrap().len(), 1);
    assert!(!sessions.text().contains("kss_"));
    assert_eq!(emulator.delete("/_emulator/sessions?user=ada@example.com").status, 200);
    emulator.refresh(&ada).is_logged_out();
    emulator.refresh(&bob).is_full_login();
    emulator.delete("/_emulator/sessions?user=nobody").is_refused(404, "no such person");
}

#[test]
fn a_session_that_is_over_is_shown_nowhere() {
    let mut emulator = Emulator::new();
    emulator.log_in();
    assert_eq!(emulator.get("/_emulator/people").body["people"][0]["sessions"], 1);
    emulator.advance_minutes(1441);
    assert_eq!(emulator.get("/_emulator/people").body["people"][0]["sessions"], 0);
    assert_eq!(emulator.get("/_emulator/sessions").body["sessions"], json!([]));
}

#[test]
fn the_code_of_a_second_factor_can_be_read() {
    let mut emulator = Emulator::with(|settings| settings.totp = true);
    let person = json!({ "email": "bob@example.com", "password": "a-good-password", "totp_seed": "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U" });
    emulator.post("/_emulator/people", &person);
    let token = emulator
        .post("/v2/login", &json!({ "email": "bob@example.com", "password": "a-good-password" }))
        .token();
    let code = emulator.get("/_emulator/totp?user=bob@example.com").body["code"].clone();
    emulator.post("/v2/login/verify", &json!({ "token": token, "code": code })).is_full_login();
    emulator.get("/_emulator/totp?user=ada@example.com").is_refused(404, "second factor");
}

#[test]
fn settings_change_one_by_one() {
    let mut emulator = Emulator::new();
    let change = json!({ "signup": "closed", "assumptions": { "signup_closed_status": 403 } });
    let answer = emulator.put("/_emulator/settings", &change);
    assert_eq!((&answer.body["signup"], &answer.body["session_minutes"]), (&json!("closed"), &json!(1440)));
    emulator.sign_up("bob@example.com").is_refused(403, "closed");
    emulator.put("/_emulator/settings", &json!({ "signup": "maybe" })).is_refused(422, "signup");
    emulator
        .put("/_emulator/settings", &json!({ "assumptions": { "guess": 1 } }))
        .is_refused(422, "assumptions");
    assert_eq!(emulator.get("/_emulator/settings").body["signup"], "closed");
}

#[test]
fn rotated_keys_overlap_until_they_are_dropped() {
    let mut emulator = Emulator::new();
    let kids = |emulator: &mut Emulator| -> Vec<Value> {
        emulator.get("/connect/jwks").body["keys"]
            .as_array()
            .unwrap()
            .iter()
            .map(|key| key["kid"].clone())
            .collect()
    };
    let before = kids(&mut emulator);
    let new = emulator.post("/_emulator/keys", &json!({})).body["kid"].clone();
    assert_eq!(kids(&mut emulator), [new.clone(), before[0].clone()]);
    let newest = emulator.post("/_emulator/keys", &json!({ "drop_old": true })).body["kid"].clone();
    assert_eq!(kids(&mut emulator), [newest]);
}

// ------------------------------------------------------------------------------------------------ inbox and clock

#[test]
fn the_inbox_is_narrowed_down_and_emptied_by_address() {
    let mut emulator = Emulator::new();
    emulator.sign_up("bob@example.com");
    for email in [ADA, "bob@example.com"] {
        emulator.post("/v2/password/forgot", &json!({ "email": email }));
    }
    assert_eq!(emulator.mail_count(), 2);
    emulator.delete("/_emulator/mails?to=ADA@example.com");
    assert_eq!(emulator.mail_to("bob@example.com")["to"], "bob@example.com");
    assert_eq!(emulator.mail_count(), 1);
    emulator.delete("/_emulator/mails");
    assert_eq!(emulator.mail_count(), 0);
}

#[test]
fn turning_one_realms_clock_leaves_the_others_alone() {
    let mut emulator = Emulator::new();
    emulator.post("/_emulator/realms", &json!({ "name": "other" }));
    emulator.post("/_emulator/clock?realm=other", &json!({ "advance_seconds": 86400 }));
    assert_eq!(emulator.get("/_emulator/clock").body["now"].as_u64(), Some(emulator.now.seconds()));
}

// ------------------------------------------------------------------------------------------------ scripted answers

#[test]
fn a_scripted_answer_is_given_as_often_as_asked_and_to_nobody_else() {
    let mut emulator = Emulator::new();
    emulator.sign_up("bob@example.com");
    let session = emulator.log_in().session();
    script(
        &mut emulator,
        &json!({ "path": "/v2/session", "user": ADA, "count": 2, "status": 503, "headers": { "retry-after": "7" } }),
    );
    let bob = emulator
        .post("/v2/login", &json!({ "email": "bob@example.com", "password": "a-good-password" }))
        .session();
    emulator.refresh(&bob).is_full_login();
    emulator.log_in().is_full_login();
    for _ in 0..2 {
        let answer = emulator.refresh(&session).is_refused(503, "scripted");
        assert_eq!(answer.header("retry-after"), Some("7"));
    }
    emulator.refresh(&session).is_full_login();
}

#[test]
fn a_script_names_people_by_email_id_or_a_name_nobody_has() {
    let mut emulator = Emulator::new();
    let id = emulator.user_id(ADA);
    script(&mut emulator, &json!({ "user": id, "count": 1, "status": 500 }));
    assert_eq!(emulator.log_in().status, 500);
    script(&mut emulator, &json!({ "user": "new@example.com", "count": 1, "status": 500 }));
    emulator.log_in().is_full_login();
    assert_eq!(emulator.sign_up("new@example.com").status, 500);
    emulator.sign_up("new@example.com").is_full_login();
}

#[test]
fn rules_wait_for_their_turn_and_can_be_removed() {
    let mut emulator = Emulator::new();
    script(&mut emulator, &json!({ "path": "/v2/*", "method": "post", "skip": 1, "status": 500 }));
    emulator.log_in().is_full_login();
    assert_eq!(emulator.log_in().status, 500);
    assert_eq!(emulator.get("/v2/session").status, 403);
    let id = emulator.get("/_emulator/script").body["script"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(emulator.delete(&format!("/_emulator/script?id={id}")).status, 200);
    emulator.log_in().is_full_login();
    emulator.delete("/_emulator/script?id=script-99").is_refused(404, "no such rule");
    emulator.post("/_emulator/script", &json!({ "status": 42 })).is_refused(422, "status");
    emulator.post("/_emulator/script", &json!({ "pathh": "/" })).is_refused(422, "pathh");
    assert_eq!(emulator.post("/_emulator/script", &json!([])).status, 422);
}

#[test]
fn bodies_can_be_json_text_or_a_page() {
    let mut emulator = Emulator::new();
    script(&mut emulator, &json!({ "count": 1, "body": { "result": "surprise" } }));
    assert_eq!(emulator.log_in().body, json!({ "result": "surprise" }));
    script(&mut emulator, &json!({ "count": 1, "body": "{broken" }));
    assert_eq!(emulator.log_in().text(), "{broken");
    script(&mut emulator, &json!({ "count": 1, "html": true, "status": 200 }));
    let page = emulator.log_in();
    assert!(page.status == 200 && page.text().starts_with("<!doctype html>"));
}

#[test]
fn a_lost_answer_can_be_one_to_work_that_was_done() {
    let mut emulator = Emulator::new();
    script(&mut emulator, &json!({ "path": "/v2/signup", "count": 1, "cut": true, "process": true }));
    emulator.sign_up("bob@example.com");
    emulator.sign_up("bob@example.com").is_refused(422, "taken");
    script(&mut emulator, &json!({ "path": "/v2/signup", "count": 1, "cut": true }));
    emulator.sign_up("eve@example.com");
    emulator.sign_up("eve@example.com").is_full_login();
}

#[test]
fn scripted_answers_can_be_read_across_origins_unless_that_is_the_fault() {
    let mut emulator = Emulator::new();
    let ask = |emulator: &mut Emulator| -> Answer {
        emulator.send(
            &Request::get("/v2/session").header("origin", "http://localhost:1").body(Vec::new()).unwrap(),
        )
    };
    script(&mut emulator, &json!({ "count": 1, "status": 500 }));
    assert!(ask(&mut emulator).header("access-control-allow-origin").is_some());
    script(&mut emulator, &json!({ "count": 1, "without_cors": true }));
    assert!(ask(&mut emulator).header("access-control-allow-origin").is_none());
}

#[test]
fn a_preflight_does_not_use_a_rule_up() {
    let mut emulator = Emulator::new();
    script(&mut emulator, &json!({ "count": 1, "status": 500 }));
    let preflight = Request::options("/v2/login")
        .header("origin", "http://localhost:1")
        .header("access-control-request-method", "POST");
    assert_eq!(emulator.send(&preflight.body(Vec::new()).unwrap()).status, 204);
    assert_eq!(emulator.log_in().status, 500);
}

// ------------------------------------------------------------------------------------------------ log and page

#[test]
fn the_log_tells_who_asked_what_and_gives_no_secret_away() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    emulator.refresh(&session);
    emulator.post("/v2/password/forgot", &json!({ "email": ADA }));
    let token = emulator.mailed_token(ADA);
    emulator.post(
        "/v2/password/reset",
        &json!({ "token": token, "password": "brand-new-one", "custom": { "password": "x-secret" } }),
    );
    emulator.get("/v2/session/kss_sample123456?email=kss_sample123456");
    let log = emulator.get("/_emulator/requests");
    for secret in [PASSWORD, "brand-new-one", "x-secret", "kss_sample", &session, &token] {
        assert!(!log.text().contains(secret), "{secret} is in the log");
    }
    let first = &log.body["requests"][0];
    assert_eq!(
        (&first["path"], &first["user"], &first["status"]),
        (&json!("/v2/login"), &json!(ADA), &json!(200))
    );
    assert_eq!((&first["params"]["email"], &first["params"]["password"]), (&json!(ADA), &json!("…")));
    assert!(first["request_id"].as_str().unwrap().starts_with("rq_"));
    let later = emulator.get("/_emulator/requests?after=1&path=/v2/session&user=ada@example.com");
    assert_eq!(later.body["requests"].as_array().unwrap().len(), 1);
    emulator.delete("/_emulator/requests");
    assert_eq!(emulator.get("/_emulator/requests").body["requests"], json!([]));
}

#[test]
fn the_page_shows_everything_escaped_under_a_strict_policy() {
    let mut emulator = Emulator::new();
    let session = emulator.log_in().session();
    emulator.post(
        "/_emulator/people",
        &json!({ "email": "x@example.com", "first_name": "<script>alert(1)</script>" }),
    );
    emulator.post("/v2/password/forgot", &json!({ "email": ADA }));
    let token = emulator.mailed_token(ADA);
    let page = emulator.get("/_emulator/");
    assert_eq!(page.status, 200);
    let html = page.text();
    assert!(html.contains("Ada Lovelace") && html.contains(&format!("reset?token={token}\">Open the link")));
    assert!(!html.contains("<script>alert") && !html.contains(&session));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"));
    for file in ["pages.css", "control.js"] {
        assert_eq!(emulator.get(&format!("/_emulator/{file}")).status, 200);
    }
    emulator.get("/_emulator/nothing").is_refused(404, "nothing");
    assert_eq!(emulator.send(&request(Method::POST, "/_emulator/mails")).status, 405);
}
