//! A host of the emulator, so that what is specified in-process is asked of it over HTTP as well. `cargo xtask test` starts some and
//! names them in `LOGINROCKET_EMULATORS`; without that variable nothing here is used.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::{Mutex, OnceLock};

use http::{HeaderName, HeaderValue, Method, Request, Response};
use loginrocket_emulator::{Ending, Listener, Reply, Time};
use serde_json::{Value, json};

/// What belongs to the connection, and not to the answer.
const OF_THE_CONNECTION: [&str; 5] =
    ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

/// The port that the tests know; a host has another one.
const KNOWN: &str = "4400";

/// The hosts that are free. Each is one test's at a time, and a test may have two.
fn free() -> Option<&'static Mutex<Vec<Value>>> {
    static FREE: OnceLock<Option<Mutex<Vec<Value>>>> = OnceLock::new();
    let read = || {
        let lines = std::env::var("LOGINROCKET_EMULATORS").ok()?;
        Some(Mutex::new(lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()))
    };
    FREE.get_or_init(read).as_ref()
}

/// A host that is this test's own until it ends.
pub struct Remote {
    ready: Value,
    pub api_key: String,
    /// What its clocks were set to.
    shown: Option<Time>,
    /// The realm as it was read last, before a test changed it.
    snapshot: Option<String>,
}

impl Remote {
    /// Takes a host, and puts a document's realms into it. `None` where everything is in-process.
    pub fn take(document: &str) -> Option<Self> {
        let ready = free()?.lock().unwrap().pop().expect("there are two hosts for each thread of the tests");
        let mut seed: Value = serde_json::from_str(document).unwrap();
        if seed.get("api_key").is_none_or(Value::is_null) {
            seed["api_key"] = ready["api_key"].clone();
        }
        let api_key = seed["api_key"].as_str().unwrap().to_owned();
        let remote = Self { ready, api_key, shown: None, snapshot: None };
        remote.control(Method::PUT, "seed", &seed.to_string());
        Some(remote)
    }

    /// All realms as a document.
    pub fn export(&self) -> String {
        self.control(Method::GET, "seed", "")
    }

    /// The default realm as it is now; what is changed in it until the next request goes back with that.
    pub fn read(&mut self) -> String {
        let snapshot = self.control(Method::GET, "snapshot", "");
        self.snapshot = Some(snapshot.clone());
        snapshot
    }

    /// Takes over what a test did to the realm since it was read.
    pub fn write(&mut self, snapshot: &str) {
        if self.snapshot.take().is_some_and(|read| read != snapshot) {
            self.control(Method::PUT, "snapshot", snapshot);
        }
    }

    pub fn has_read(&self) -> bool {
        self.snapshot.is_some()
    }

    /// Sends a request at a time.
    pub fn send(&mut self, listener: Listener, request: &Request<Vec<u8>>, now: Time) -> Reply {
        self.show(now);
        let path = request.uri().path();
        if request.method() != Method::GET && (path.ends_with("/realms") || path.ends_with("/seed")) {
            // Realms that are new have a clock of their own, which runs.
            self.shown = None;
        }
        let response = self.exchange(listener, request);
        let ending = if response.is_some() { Ending::Whole } else { Ending::Cut };
        Reply { response: response.unwrap_or_default(), delay_millis: 0, ending }
    }

    /// Stops all clocks at a time.
    fn show(&mut self, now: Time) {
        if self.shown == Some(now) {
            return;
        }
        let realms: Value = serde_json::from_str(&self.control(Method::GET, "realms", "")).unwrap();
        let change = json!({ "freeze": true, "set": now.seconds() }).to_string();
        for realm in realms["realms"].as_array().unwrap() {
            self.control(Method::POST, &format!("clock?realm={}", realm["id"].as_str().unwrap()), &change);
        }
        self.shown = Some(now);
    }

    fn control(&self, method: Method, name: &str, body: &str) -> String {
        let request = Request::builder().method(method).uri(format!("/_emulator/{name}"));
        let request = request.header("host", "127.0.0.1").header("content-type", "application/json");
        let response = self.exchange(Listener::LoginRocket, &request.body(body.as_bytes().to_vec()).unwrap());
        let response = response.expect("the control API answers");
        let text = String::from_utf8(response.body().clone()).unwrap();
        assert!(response.status().is_success(), "{name}: {text}");
        text
    }

    /// One request on a connection of its own. `None` if that breaks before the first byte.
    fn exchange(&self, listener: Listener, request: &Request<Vec<u8>>) -> Option<Response<Vec<u8>>> {
        let name = if listener == Listener::Core { "core" } else { "loginrocket" };
        let address = self.ready[name].as_str().unwrap();
        let address = address.strip_prefix("http://").unwrap().trim_end_matches('/');
        let port =
            self.ready["loginrocket"].as_str().unwrap().trim_end_matches('/').rsplit_once(':').unwrap().1;
        let (there, back) =
            (|text: &str| in_port(text, KNOWN, port), |text: &str| in_port(text, port, KNOWN));

        // A header or a body need not be a text.
        let body = match std::str::from_utf8(request.body()) {
            Ok(text) => there(text).into_bytes(),
            Err(_) => request.body().clone(),
        };
        let mut head =
            format!("{} {} HTTP/1.1\r\n", request.method(), there(&request.uri().to_string())).into_bytes();
        if !request.headers().contains_key("host") {
            head.extend_from_slice(b"host: 127.0.0.1\r\n");
        }
        for (name, value) in request.headers() {
            head.extend_from_slice(format!("{name}: ").as_bytes());
            match value.to_str() {
                Ok(text) => head.extend_from_slice(there(text).as_bytes()),
                Err(_) => head.extend_from_slice(value.as_bytes()),
            }
            head.extend_from_slice(b"\r\n");
        }
        head.extend_from_slice(
            format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes(),
        );
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(&head).unwrap();
        // A host that has read enough may be gone before all is written.
        let _ = stream.write_all(&body);
        read(stream, back)
    }
}

impl Drop for Remote {
    fn drop(&mut self) {
        if let Some(Ok(mut free)) = free().map(Mutex::lock) {
            free.push(self.ready.take());
        }
    }
}

fn read(stream: TcpStream, back: impl Fn(&str) -> String) -> Option<Response<Vec<u8>>> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    if stream.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let status: u16 =
        line.split(' ').nth(1).unwrap_or_else(|| panic!("no answer: {line:?}")).parse().unwrap();
    let mut response = Response::new(Vec::new());
    *response.status_mut() = status.try_into().unwrap();
    loop {
        line.clear();
        stream.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        let name: HeaderName = name.parse().unwrap();
        if !OF_THE_CONNECTION.contains(&name.as_str()) {
            response.headers_mut().append(name, HeaderValue::from_str(&back(value.trim())).unwrap());
        }
    }
    let mut bytes = Vec::new();
    // What was not read of a body makes the connection end with a reset, after the answer.
    let _ = stream.read_to_end(&mut bytes);
    *response.body_mut() = match std::str::from_utf8(&bytes) {
        Ok(text) => back(text).into_bytes(),
        Err(_) => bytes,
    };
    Some(response)
}

/// A text with another port in its addresses, also where they are parameters.
fn in_port(text: &str, from: &str, to: &str) -> String {
    text.replace(&format!(":{from}"), &format!(":{to}")).replace(&format!("%3A{from}"), &format!("%3A{to}"))
}
