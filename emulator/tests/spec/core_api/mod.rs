//! The server-side API (protocol.md#core-api): the calls that the official server libraries and their own tests make.

mod auth_providers;
mod credentials;
mod inactive;
mod realms;
mod rest;
mod sessions;
mod users;

use http::{Method, Request};
use loginrocket_emulator::Listener;
use serde_json::{Value, json};

use crate::support::{Answer, Emulator, answer};

/// An app's backend: it has the API key, and a realm made for the test.
struct Backend {
    emulator: Emulator,
    key: String,
    realm: String,
    language: Option<&'static str>,
}

impl Backend {
    fn new() -> Self {
        let emulator = Emulator::new();
        let key = emulator.api_key();
        let mut backend = Self { emulator, key, realm: String::new(), language: None };
        let realm = backend.call(Method::POST, "realms", &json!({ "realm": { "name": "AR-node 17-42" } }));
        backend.realm = id(&realm);
        backend
    }

    fn call(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/v2/{path}"))
            .header("authrocket-api-key", &self.key)
            .header("content-type", "application/json");
        if !self.realm.is_empty() {
            request = request.header("authrocket-realm", &self.realm);
        }
        if let Some(language) = self.language {
            request = request.header("accept-language", language);
        }
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        answer(self.emulator.reply(Listener::Core, &request.body(body).unwrap()))
    }

    fn get(&mut self, path: &str) -> Answer {
        self.call(Method::GET, path, &Value::Null)
    }

    fn delete(&mut self, path: &str) -> Answer {
        self.call(Method::DELETE, path, &Value::Null)
    }

    #[track_caller]
    fn create(&mut self, path: &str, root: &str, attributes: &Value) -> Value {
        let answer = self.call(Method::POST, path, &json!({ root: attributes }));
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.body["object"].is_string(), "{}", answer.body);
        answer.body
    }

    #[track_caller]
    fn update(&mut self, path: &str, root: &str, attributes: &Value) -> Value {
        let answer = self.call(Method::PUT, path, &json!({ root: attributes }));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    fn user(&mut self) -> Value {
        let attributes = json!({ "email": "George@Example.com", "password": "quick-fox-jumped-over-the-moon", "first_name": "george" });
        self.create("users", "user", &attributes)
    }

    fn org(&mut self) -> Value {
        self.create("orgs", "org", &json!({ "name": "default1" }))
    }

    /// A person with an account.
    fn member(&mut self) -> (String, String) {
        let (user, org) = (self.user()["id"].clone(), self.org()["id"].clone());
        self.create("memberships", "membership", &json!({ "user_id": user, "org_id": org }));
        (text(&user), text(&org))
    }

    /// A call of the browser API to the same realm.
    fn browser(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let fqdn = text(&self.create("domains", "domain", &json!({ "domain_type": "loginrocket" }))["fqdn"]);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", fqdn)
            .header("content-type", "application/json");
        self.emulator.send(&request.body(body.to_string().into_bytes()).unwrap())
    }
}

fn id(answer: &Answer) -> String {
    text(&answer.body["id"])
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text")).to_owned()
}

#[track_caller]
fn is_refused(answer: &Answer, status: u16, part: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body["errors"][0].as_str().unwrap_or_default().contains(part), "{}", answer.body);
}
