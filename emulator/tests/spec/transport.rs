//! What holds for every call (protocol.md#request-headers, #response-headers, #status-codes).

use http::{Method, Request};
use loginrocket_emulator::MAX_BODY;
use loginrocket_emulator::settings::{ErrorBody, Feature};

use crate::support::{ADA, Answer, Emulator, PASSWORD, request};

fn login_with(emulator: &mut Emulator, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::post("/v2/login");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    emulator.send(&request.body(body.as_bytes().to_vec()).unwrap())
}

fn right_body() -> String {
    format!(r#"{{"email":"{ADA}","password":"{PASSWORD}"}}"#)
}

#[test]
fn json_and_forms_are_taken_in_any_case_and_charset() {
    let mut emulator = Emulator::new();
    for media_type in ["application/json", "Application/JSON; charset=utf-8"] {
        login_with(&mut emulator, &[("content-type", media_type)], &right_body()).is_full_login();
    }
    let form = format!("email={}&password={PASSWORD}", ADA.replace('@', "%40"));
    login_with(&mut emulator, &[("content-type", "application/x-www-form-urlencoded")], &form)
        .is_full_login();
}

#[test]
fn other_media_types_are_415() {
    let mut emulator = Emulator::new();
    for media_type in ["text/plain", "multipart/form-data; boundary=x", "application/jsonp"] {
        login_with(&mut emulator, &[("content-type", media_type)], &right_body())
            .is_refused(415, "application/json");
    }
    login_with(&mut emulator, &[], &right_body()).is_refused(415, "application/json");
}

#[test]
fn malformed_json_is_400() {
    let mut emulator = Emulator::new();
    for body in ["{", "[]", "null", "\"text\"", "{\"email\":}"] {
        login_with(&mut emulator, &[("content-type", "application/json")], body).is_refused(400, "JSON");
    }
}

#[test]
fn a_parameter_of_the_wrong_type_is_422() {
    let body = r#"{"email":{"not":"text"},"password":"x"}"#;
    login_with(&mut Emulator::new(), &[("content-type", "application/json")], body)
        .is_refused(422, "Email is invalid");
}

#[test]
fn only_an_accept_field_that_rules_json_out_is_406() {
    let mut emulator = Emulator::new();
    let json = ("content-type", "application/json");
    for accept in ["application/json", "application/json, text/plain, */*", "text/html, application/*;q=0.1"]
    {
        login_with(&mut emulator, &[json, ("accept", accept)], &right_body()).is_full_login();
    }
    for accept in ["*/*;q=0, application/json", "application/*;q=0.0, application/json;q=0.001"] {
        login_with(&mut emulator, &[json, ("accept", accept)], &right_body()).is_full_login();
    }
    for accept in
        ["text/html", "application/json;q=0", "application/json;q=0, */*", "*/*, application/*; Q=0.00"]
    {
        login_with(&mut emulator, &[json, ("accept", accept)], &right_body())
            .is_refused(406, "application/json");
    }
    emulator.settings().assumptions.strict_accept = true;
    login_with(&mut emulator, &[json], &right_body()).is_refused(406, "application/json");
}

#[test]
fn the_wrong_verb_is_405_and_names_the_right_one() {
    let mut emulator = Emulator::new();
    let answer = emulator.get("/v2/login").is_refused(405, "verb");
    assert_eq!(answer.header("allow"), Some("POST"));
    let answer = emulator.send(&request(Method::PUT, "/v2/session"));
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, DELETE")));
}

#[test]
fn a_page_the_key_set_and_the_control_api_know_their_verbs_too() {
    let mut emulator = Emulator::new();
    for (method, path, allowed) in [
        (Method::PUT, "/login", "GET, POST"),
        (Method::DELETE, "/accounts/org_sample123456", "GET, POST"),
        (Method::GET, "/profile/password", "POST"),
        (Method::PATCH, "/logout", "GET"),
        (Method::POST, "/connect/jwks", "GET, HEAD"),
        (Method::DELETE, "/connect/jwks", "GET, HEAD"),
        (Method::POST, "/_emulator/mails", "GET, DELETE"),
        (Method::PUT, "/_emulator/realms", "GET, POST, DELETE"),
        (Method::GET, "/_emulator/reset", "POST"),
    ] {
        let answer = emulator.send(&request(method.clone(), path));
        assert_eq!((answer.status, answer.header("allow")), (405, Some(allowed)), "{method} {path}");
        assert!(answer.body.get("keys").is_none());
    }
    assert_eq!(emulator.send(&request(Method::HEAD, "/connect/jwks")).status, 200);
    for path in ["/nowhere", "/_emulator/nowhere"] {
        assert_eq!(emulator.send(&request(Method::PUT, path)).status, 404, "{path}");
    }
}

#[test]
fn unknown_paths_and_realms_are_404() {
    let mut emulator = Emulator::new();
    for path in ["/v2/accounts", "/v2/", "/v1/login", "/v2/login/again"] {
        emulator.get(path).is_refused(404, "nothing here");
    }
    let elsewhere = Request::get("/v2/session").header("host", "elsewhere.localhost:4400").body(Vec::new());
    emulator.send(&elsewhere.unwrap()).is_refused(404, "nothing here");
}

#[test]
fn numeric_and_foreign_hosts_mean_the_default_realm() {
    let mut emulator = Emulator::new();
    for host in ["127.0.0.1:4400", "[::1]:4400", "login.example.com", "default.localhost:4400", "LOCALHOST"] {
        let json = ("content-type", "application/json");
        login_with(&mut emulator, &[json, ("host", host)], &right_body()).is_full_login();
    }
}

#[test]
fn bodies_and_urls_have_limits() {
    let mut emulator = Emulator::new();
    let large = "x".repeat(MAX_BODY + 1);
    login_with(&mut emulator, &[("content-type", "application/json")], &large).is_refused(413, "too large");
    emulator.get(&format!("/v2/session?session={}", "x".repeat(9000))).is_refused(414, "too long");
}

#[test]
fn what_is_refused_at_the_door_is_logged_and_readable_like_any_other_answer() {
    let mut emulator = Emulator::new();
    let large = Request::post("/v2/login").body(vec![b'x'; MAX_BODY + 1]);
    let wordy = Request::get(format!("/v2/session?session={}", "x".repeat(9000))).body(Vec::new());
    let elsewhere = Request::get("/v2/session").header("host", "elsewhere.localhost:4400").body(Vec::new());
    for (request, status) in [(large, 413), (wordy, 414), (elsewhere, 404)] {
        let mut request = request.unwrap();
        request.headers_mut().insert("origin", "http://localhost:5173".parse().unwrap());
        let answer = emulator.send(&request);
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:5173"));
        assert_eq!(answer.header("vary"), Some("origin"));
        let id = answer.header("x-request-id").unwrap();
        let log = emulator.get("/_emulator/requests").body["requests"].clone();
        let last = log.as_array().unwrap().last().unwrap();
        assert_eq!((&last["status"], &last["request_id"]), (&status.into(), &id.into()));
    }
}

#[test]
fn a_scripted_answer_has_a_request_id_and_is_not_cached_either() {
    let mut emulator = Emulator::new();
    for rule in ["{\"count\":2,\"status\":503}", "{\"count\":2,\"status\":503,\"process\":true}"] {
        emulator.post("/_emulator/script", &serde_json::from_str(rule).unwrap());
        let (first, second) = (emulator.log_in(), emulator.log_in());
        assert_eq!((first.status, first.header("cache-control")), (503, Some("no-store")));
        let ids = [first.header("x-request-id").unwrap(), second.header("x-request-id").unwrap()];
        assert_ne!(ids[0], ids[1]);
    }
    let named = "{\"count\":1,\"status\":503,\"headers\":{\"x-request-id\":\"mine\"}}";
    emulator.post("/_emulator/script", &serde_json::from_str(named).unwrap());
    assert_eq!(emulator.log_in().header("x-request-id"), Some("mine"));
}

#[test]
fn every_answer_has_its_own_request_id_unless_the_realm_has_none() {
    let mut emulator = Emulator::new();
    let (first, second) = (emulator.log_in(), emulator.get("/v2/nowhere"));
    let id = first.header("x-request-id").unwrap();
    assert!(id.starts_with("rq_") && id.len() == 25);
    assert_ne!(Some(id), second.header("x-request-id"));
    emulator.settings().assumptions.request_id = false;
    assert!(emulator.log_in().header("x-request-id").is_none());
}

#[test]
fn errors_can_be_html_or_empty_as_behind_a_proxy() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.error_body = ErrorBody::Html);
    let answer = emulator.get("/v2/session");
    assert_eq!((answer.status, answer.header("content-type")), (403, Some("text/html; charset=utf-8")));
    emulator.settings().assumptions.error_body = ErrorBody::Empty;
    assert!(emulator.get("/v2/session").bytes.is_empty());
    emulator.post("/v2/login", &serde_json::json!({})).is_refused(422, "Login failed");
}

#[test]
fn successes_can_have_another_status() {
    let mut emulator = Emulator::with(|settings| settings.assumptions.success_status = 201);
    assert_eq!(emulator.log_in().status, 201);
}

#[test]
fn parts_of_the_api_can_be_off() {
    let mut emulator = Emulator::with(|settings| settings.lr_features = vec![Feature::Api]);
    emulator.log_in().is_refused(403, "logins are off");
    emulator.sign_up("bob@example.com").is_refused(422, "closed");
    emulator.get("/v2/session").is_logged_out();
    emulator.settings().lr_features.clear();
    emulator.get("/v2/session").is_refused(403, "API is off");
}

#[test]
fn what_is_off_is_off_on_hosted_pages_too() {
    let mut emulator = Emulator::with(|settings| settings.lr_features = vec![Feature::Api]);
    for (path, person) in [("/login", ADA), ("/signup", "bob@example.com")] {
        let form = format!("email={person}&password={PASSWORD}");
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        let answer = emulator.send(&request.body(form.into_bytes()).unwrap());
        assert!(answer.status == 422 && answer.header("set-cookie").is_none(), "{path}: {}", answer.text());
    }
    assert!(emulator.realm().sessions.is_empty());
}

#[test]
fn a_strict_realm_reads_parameters_where_they_belong() {
    let mut emulator = Emulator::new();
    let path = format!("/v2/login?email={ADA}&password={PASSWORD}");
    emulator.send(&request(Method::POST, &path)).is_full_login();
    emulator.settings().assumptions.lenient_params = false;
    emulator.send(&request(Method::POST, &path)).is_refused(422, "Login failed");
    let form = Request::put("/v2/profile").header("content-type", "application/x-www-form-urlencoded");
    emulator.send(&form.body(b"session=x".to_vec()).unwrap()).is_refused(415, "application/json");
}

#[test]
fn a_realm_can_say_its_own_sentences() {
    let mut emulator = Emulator::new();
    emulator.settings().assumptions.texts.insert("login_failed".into(), "No, sorry".into());
    emulator.post("/v2/login", &serde_json::json!({})).is_refused(422, "No, sorry");
}
