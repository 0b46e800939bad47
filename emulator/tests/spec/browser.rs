//! A browser in a test's hands, for the hosted pages.

use http::{Method, Request};
use loginrocket_emulator::settings::Settings;
use serde_json::Value;

use crate::support::{ADA, Answer, Emulator, PASSWORD, claims, rng};

/// Where the realm's app lives.
pub const APP: &str = "http://localhost:3000/app";

/// A browser: it keeps the cookie and follows redirects within the host when told to.
pub struct Browser {
    pub emulator: Emulator,
    pub cookie: Option<String>,
}

impl Browser {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut emulator = Emulator::with(change);
        let now = emulator.now;
        emulator.realm().set_login_urls(&[APP.into()], now, &mut rng());
        Self { emulator, cookie: None }
    }

    pub fn send(
        &mut self,
        method: Method,
        path: &str,
        form: &[(&str, &str)],
        origin: Option<&str>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:4400");
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}"));
        }
        if let Some(origin) = origin {
            request =
                request.header("origin", origin).header("content-type", "application/x-www-form-urlencoded");
        }
        let body = form
            .iter()
            .map(|(name, value)| format!("{name}={}", value.replace('@', "%40").replace(' ', "+")));
        let body = body.collect::<Vec<_>>().join("&").into_bytes();
        let answer = self.emulator.send(&request.body(body).unwrap());
        if let Some(cookie) = answer.header("set-cookie") {
            assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
            let value = cookie.split(';').next().unwrap().to_owned();
            self.cookie = Some(value).filter(|_| !cookie.contains("Max-Age=0"));
        }
        answer
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(Method::GET, path, &[], None)
    }

    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(Method::POST, path, form, Some("http://127.0.0.1:4400"))
    }

    pub fn log_in(&mut self) -> Answer {
        self.post("/login", &[("email", ADA), ("password", PASSWORD)])
    }
}

#[track_caller]
pub fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").unwrap().to_owned()
}

/// The claims of the token that a hand-off carries.
#[track_caller]
pub fn handed_off(answer: &Answer, base: &str) -> Value {
    let location = location(answer);
    let (before, token) = location.split_once("token=").unwrap_or_else(|| panic!("no token in {location}"));
    assert!(before.starts_with(base) && before.ends_with(['?', '&']), "{location}");
    claims(token)
}

#[track_caller]
pub fn shows(answer: &Answer, part: &str) {
    assert!(answer.text().contains(part), "{part} is not on the page: {}", answer.text());
}
