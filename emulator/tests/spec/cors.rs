//! Cross-origin calls (protocol.md#cors).

use http::{Method, Request};

use crate::support::{Answer, Emulator};

fn ask(emulator: &mut Emulator, method: Method, origin: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri("/v2/login")
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,lr-agent,accept-language");
    emulator.send(&request.body(Vec::new()).unwrap())
}

#[test]
fn a_preflight_allows_what_clients_send() {
    let answer = ask(&mut Emulator::new(), Method::OPTIONS, "http://localhost:5173");
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("access-control-allow-origin"), Some("http://localhost:5173"));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET, POST, PUT, DELETE"));
    assert_eq!(
        answer.header("access-control-allow-headers"),
        Some("content-type, lr-agent, accept-language, accept")
    );
    assert_eq!(answer.header("access-control-max-age"), Some("7200"));
    assert!(answer.header("access-control-allow-credentials").is_none());
}

#[test]
fn pages_of_shells_may_call_where_their_origins_are_listed() {
    let listed = ["capacitor://localhost", "app://-", "null", "file://"];
    let mut emulator = Emulator::with(|settings| {
        settings.allowed_origins = listed.map(str::to_owned).into();
        assert!(settings.find_mistake().is_none());
    });
    for origin in listed {
        let answer = ask(&mut emulator, Method::OPTIONS, origin);
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    }
    let answer = ask(&mut emulator, Method::OPTIONS, "ionic://localhost");
    assert!(answer.header("access-control-allow-origin").is_none());
}

#[test]
fn an_unlisted_origin_gets_no_header_at_all() {
    let mut emulator = Emulator::new();
    for method in [Method::OPTIONS, Method::POST] {
        let answer = ask(&mut emulator, method, "https://evil.example.com");
        assert!(
            answer.headers.keys().all(|name| !name.as_str().starts_with("access-control")),
            "{:?}",
            answer.headers
        );
        assert_eq!(answer.header("vary"), Some("origin"));
    }
}

#[test]
fn refusals_can_be_read_across_origins_too() {
    let answer = ask(&mut Emulator::new(), Method::POST, "http://127.0.0.1:8080");
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (422, Some("http://127.0.0.1:8080"))
    );
}

#[test]
fn the_list_max_age_and_exposed_headers_are_the_realms() {
    let mut emulator = Emulator::with(|settings| {
        settings.allowed_origins = vec!["https://app.example.com".into()];
        settings.assumptions.cors_max_age_seconds = 5;
        settings.assumptions.cors_exposed_headers = vec!["x-request-id".into(), "ratelimit-reset".into()];
    });
    assert!(
        ask(&mut emulator, Method::OPTIONS, "http://localhost:3000")
            .header("access-control-allow-origin")
            .is_none()
    );
    let preflight = ask(&mut emulator, Method::OPTIONS, "https://app.example.com");
    assert_eq!(preflight.header("access-control-max-age"), Some("5"));
    let call = ask(&mut emulator, Method::POST, "https://app.example.com");
    assert_eq!(call.header("access-control-expose-headers"), Some("x-request-id, ratelimit-reset"));
}
