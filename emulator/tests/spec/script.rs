//! What scripted answers can do and whom they are for; what becomes of them in `control`.

use serde_json::json;

use crate::browser::{APP, Browser, handed_off};
use crate::support::Emulator;

#[test]
fn a_rule_that_cannot_be_followed_is_refused_with_its_field() {
    let mut emulator = Emulator::new();
    for status in [0, 42, 100, 101, 199, 600, 999] {
        emulator.post("/_emulator/script", &json!({ "status": status })).is_refused(422, "status");
    }
    emulator.post("/_emulator/script", &json!({ "count": 0 })).is_refused(422, "count");
    emulator.post("/_emulator/script", &json!({ "method": "no verb" })).is_refused(422, "method");
    for headers in [json!({ "bad name": "x" }), json!({ "x-fine": "two\nlines" }), json!({ "": "x" })] {
        emulator.post("/_emulator/script", &json!({ "headers": headers })).is_refused(422, "headers");
    }
    assert_eq!(emulator.get("/_emulator/script").body["script"], json!([]));
    for status in [200, 599] {
        assert_eq!(emulator.post("/_emulator/script", &json!({ "status": status })).status, 200);
    }
}

#[test]
fn on_a_page_a_person_is_known_by_the_browsers_cookie() {
    let mut browser = Browser::new();
    let user = browser.emulator.user_id(crate::support::ADA);
    let rule = json!({ "user": user, "path": "/login", "method": "get", "count": 1, "status": 503 });
    browser.emulator.post("/_emulator/script", &rule);
    assert_eq!(browser.get("/login").status, 200, "nobody is logged in yet");
    browser.log_in();
    assert_eq!(browser.get("/login").status, 503);
    handed_off(&browser.get("/login"), APP);
}
