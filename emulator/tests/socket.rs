//! The emulator as a process: its command line, its sockets, and the faults only a real connection can have.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

const LOGIN: &str = r#"{"email":"ada@example.com","password":"engine-of-1843"}"#;

/// A running emulator; ended with the test.
struct Running {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    ready: Value,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let free = ["--port", "0", "--core-port", "0", "--app-port", "0", "--json"];
        let mut child = command()
            .args(free)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the ready line is {line:?}"));
        Self { child, stdout, ready }
    }

    fn address(&self, name: &str) -> String {
        let url = self.ready[name].as_str().unwrap();
        url.strip_prefix("http://").unwrap().trim_end_matches('/').to_owned()
    }

    fn connect(&self, name: &str) -> TcpStream {
        TcpStream::connect(self.address(name)).unwrap()
    }

    fn send(&self, name: &str, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let mut stream = self.connect(name);
        write_request(&mut stream, method, path, headers, body);
        Answer::read(stream)
    }

    fn post(&self, path: &str, body: &str) -> Answer {
        self.send("loginrocket", "POST", path, "content-type: application/json\r\n", body)
    }

    fn script(&self, rule: &Value) {
        assert_eq!(self.post("/_emulator/script", &rule.to_string()).status, 200);
    }

    /// Ends it as Ctrl-C does, and returns what else it printed.
    fn interrupt(mut self, signal: &str) -> (Option<i32>, String) {
        assert!(
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success()
        );
        let status = self.child.wait().unwrap();
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        self.child.stderr.take().unwrap().read_to_string(&mut rest).unwrap();
        (status.code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn read(mut stream: TcpStream) -> Self {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        Self::parse(&text)
    }

    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head: head.to_lowercase(), body: body.to_owned() }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.body))
    }
}

fn write_request(stream: &mut TcpStream, method: &str, path: &str, headers: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A server that has read enough may be gone before all is written.
    let _ = stream.write_all(body.as_bytes());
}

/// The host that is tested: the native one, or the command that `LOGINROCKET_EMULATOR_COMMAND` names, with `;` between its words.
fn command() -> Command {
    let Ok(words) = std::env::var("LOGINROCKET_EMULATOR_COMMAND") else {
        return Command::new(env!("CARGO_BIN_EXE_loginrocket-emulator"));
    };
    let mut words = words.split(';');
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

/// A folder for a test's files, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[track_caller]
fn fails_with(output: &Output, part: &str) {
    let sentence = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success());
    assert!(sentence.contains(part), "{sentence}");
    assert_eq!(sentence.lines().count(), 1, "{sentence}");
}

// ------------------------------------------------------------------------------------------------ command line

#[test]
fn the_ready_line_is_one_json_object_with_every_url() {
    let emulator = Running::start(&[]);
    let names: Vec<&String> = emulator.ready.as_object().unwrap().keys().collect();
    assert_eq!(names, ["api_key", "core", "inbox", "loginrocket", "realm"]);
    assert!(emulator.ready["api_key"].as_str().unwrap().starts_with("ks_"));
    assert!(emulator.ready["realm"].as_str().unwrap().starts_with("rl_"));
    assert_eq!(
        emulator.ready["inbox"],
        format!("{}_emulator/", emulator.ready["loginrocket"].as_str().unwrap())
    );
}

#[test]
fn nothing_that_opens_a_door_is_printed() {
    let emulator = Running::start(&[]);
    let session = emulator.post("/v2/login", LOGIN).json()["session"].as_str().unwrap().to_owned();
    let (code, printed) = emulator.interrupt("-INT");
    assert_eq!(code, Some(0));
    assert!(printed.is_empty(), "{printed} (a session was {session})");
}

#[test]
fn both_signals_end_it_cleanly() {
    for signal in ["-INT", "-TERM"] {
        assert_eq!(Running::start(&[]).interrupt(signal).0, Some(0), "{signal}");
    }
}

#[test]
fn a_busy_port_is_told_in_one_sentence() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = command().args(["--port", &port, "--core-port", "0"]).output().unwrap();
    fails_with(&output, &format!("port {port} on 127.0.0.1 is in use"));
}

#[test]
fn a_public_address_is_refused_unless_told_loudly() {
    let output = command().args(["--host", "0.0.0.0", "--port", "0", "--core-port", "0"]).output().unwrap();
    fails_with(&output, "--dangerously-allow-public-bind");
}

#[test]
fn a_bad_seed_is_told_with_file_line_and_field() {
    let seed = folder("bad-seed").join("seed.json");
    fs::write(&seed, "{ \"realms\": [\n { \"name\": \"x\", \"people\": [{ \"email\": 7 }] }\n] }").unwrap();
    let output = command().args(["--port", "0", "--core-port", "0", "--import"]).arg(&seed).output().unwrap();
    fails_with(&output, "seed.json, line 2, field `realms[0].people[0].email`");
    let output = command().args(["--import", "no-such-file.json"]).output().unwrap();
    fails_with(&output, "cannot read no-such-file.json");
}

#[test]
fn the_api_key_and_the_realms_id_can_be_fixed() {
    let emulator = Running::start(&["--api-key", "ks_test", "--realm", "rl_test"]);
    assert_eq!(
        (&emulator.ready["api_key"], &emulator.ready["realm"]),
        (&json!("ks_test"), &json!("rl_test"))
    );
    let answer = emulator.send("core", "GET", "/v2/realms/rl_test", "authrocket-api-key: ks_test\r\n", "");
    assert_eq!(answer.json()["id"], "rl_test");
    let refused = |flag: &str, part: &str| {
        let output = command().args(["--port", "0", "--core-port", "0", flag, "not one\n"]).output().unwrap();
        fails_with(&output, part);
    };
    refused("--api-key", "the API key has to be of letters, digits");
    refused("--realm", "the realm's id has to be of letters, digits");
}

#[test]
fn a_missing_folder_is_told() {
    fails_with(&command().args(["--app", "/=no-such-folder"]).output().unwrap(), "no-such-folder");
}

#[test]
fn sessions_survive_an_export_and_import_and_the_file_is_private() {
    let file = folder("export").join("state.json");
    let path = file.to_str().unwrap();
    let emulator = Running::start(&["--export", path]);
    let session = emulator.post("/v2/login", LOGIN).json()["session"].as_str().unwrap().to_owned();
    let api_key = emulator.ready["api_key"].clone();
    assert_eq!(emulator.interrupt("-INT").0, Some(0));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let again = Running::start(&["--import", path]);
    assert_eq!(again.ready["api_key"], api_key);
    let answer = again.send("loginrocket", "GET", &format!("/v2/session?session={session}"), "", "");
    assert_eq!(answer.json()["result"], "full_login");
}

// ------------------------------------------------------------------------------------------------ sockets

#[test]
fn a_page_of_another_origin_can_log_in() {
    let emulator = Running::start(&[]);
    let ask = "origin: http://localhost:5173\r\naccess-control-request-method: POST\r\naccess-control-request-headers: content-type, lr-agent\r\n";
    let preflight = emulator.send("loginrocket", "OPTIONS", "/v2/login", ask, "");
    assert_eq!(preflight.status, 204);
    assert!(preflight.head.contains("access-control-allow-origin: http://localhost:5173"));
    let headers = "content-type: application/json\r\norigin: http://localhost:5173\r\n";
    let login = emulator.send("loginrocket", "POST", "/v2/login", headers, LOGIN);
    assert_eq!(login.json()["result"], "full_login");
    assert!(login.head.contains("access-control-allow-origin: http://localhost:5173"));
}

#[test]
fn the_core_listener_wants_its_key_and_knows_no_cors() {
    let emulator = Running::start(&[]);
    assert_eq!(emulator.send("core", "GET", "/v2/users", "origin: http://localhost:1\r\n", "").status, 403);
    let key = format!(
        "authrocket-api-key: {}\r\norigin: http://localhost:1\r\n",
        emulator.ready["api_key"].as_str().unwrap()
    );
    let answer = emulator.send("core", "GET", "/v2/users", &key, "");
    assert_eq!(answer.json()["collection"][0]["email"], "ada@example.com");
    assert!(!answer.head.contains("access-control"));
}

#[test]
fn an_oversized_body_is_413_and_readable_by_the_page_that_sent_it() {
    let emulator = Running::start(&[]);
    let body = "x".repeat(1024 * 1024);
    let mut stream = emulator.connect("loginrocket");
    let headers = "content-type: application/json\r\norigin: http://localhost:5173\r\n";
    write_request(&mut stream, "POST", "/v2/login", headers, &body);
    // What was not read makes the connection end with a reset, after the answer.
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let answer = Answer::parse(&String::from_utf8(bytes).unwrap());
    assert_eq!(answer.status, 413);
    for header in ["access-control-allow-origin: http://localhost:5173", "vary: origin", "x-request-id: rq_"]
    {
        assert!(answer.head.contains(header), "{header} is not in {}", answer.head);
    }
}

#[test]
fn a_cut_connection_ends_before_the_first_byte() {
    let emulator = Running::start(&[]);
    emulator.script(&json!({ "path": "/v2/login", "count": 1, "cut": true }));
    let mut stream = emulator.connect("loginrocket");
    write_request(&mut stream, "POST", "/v2/login", "content-type: application/json\r\n", LOGIN);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    assert!(bytes.is_empty());
    assert_eq!(emulator.post("/v2/login", LOGIN).status, 200);
}

#[test]
fn a_truncated_answer_announces_more_than_it_sends() {
    let emulator = Running::start(&[]);
    emulator.script(&json!({ "path": "/v2/login", "count": 1, "truncate": 10 }));
    let mut stream = emulator.connect("loginrocket");
    write_request(&mut stream, "POST", "/v2/login", "content-type: application/json\r\n", LOGIN);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let answer = Answer::parse(&String::from_utf8(bytes).unwrap());
    assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"result":"#));
    let length = answer.head.split("content-length: ").nth(1).unwrap().lines().next().unwrap();
    assert!(length.parse::<usize>().unwrap() > 10);
}

#[test]
fn a_hanging_answer_never_comes_and_holds_nobody_up() {
    let emulator = Running::start(&[]);
    emulator.script(&json!({ "path": "/v2/login", "count": 1, "hang": true }));
    let mut hanging = emulator.connect("loginrocket");
    write_request(&mut hanging, "POST", "/v2/login", "content-type: application/json\r\n", LOGIN);
    // The rule is used up as soon as the hanging request is in.
    let used_up =
        || emulator.send("loginrocket", "GET", "/_emulator/script", "", "").json()["script"] == json!([]);
    assert!((0..10_000).any(|_| used_up()), "the hanging request never came in");
    assert_eq!(emulator.post("/v2/login", LOGIN).status, 200);
    hanging.set_nonblocking(true).unwrap();
    assert_eq!(hanging.read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
}

#[test]
fn a_late_answer_comes_in_the_end() {
    let emulator = Running::start(&[]);
    emulator.script(&json!({ "path": "/v2/login", "count": 1, "delay_ms": 30 }));
    assert_eq!(emulator.post("/v2/login", LOGIN).json()["result"], "full_login");
}

// ------------------------------------------------------------------------------------------------ app

fn with_app() -> Running {
    let root = folder(&format!("app-{:?}", std::thread::current().id()));
    let www = root.join("www");
    fs::create_dir_all(www.join("sub")).unwrap();
    fs::create_dir_all(root.join("pkg")).unwrap();
    for (file, text) in
        [("index.html", "<h1>app</h1>"), ("app.mjs", "x"), (".secret", "x"), ("x.ts", "x"), ("x.wasm", "x")]
    {
        fs::write(www.join(file), text).unwrap();
    }
    fs::write(root.join("pkg/index.js"), "export {}").unwrap();
    fs::write(root.join("outside.txt"), "x").unwrap();
    let (www, pkg) = (format!("/={}", www.display()), format!("/pkg={}", root.join("pkg").display()));
    Running::start(&["--app", &www, "--app", &pkg])
}

#[test]
fn an_app_is_served_under_a_strict_policy_with_the_right_types() {
    let emulator = with_app();
    for (path, media_type) in [
        ("/", "text/html"),
        ("/app.mjs", "text/javascript"),
        ("/pkg/index.js", "text/javascript"),
        ("/x.ts", "application/typescript"),
        ("/x.wasm", "application/wasm"),
    ] {
        let answer = emulator.send("app", "GET", path, "", "");
        assert_eq!(answer.status, 200, "{path}");
        assert!(answer.head.contains(&format!("content-type: {media_type}")), "{path}: {}", answer.head);
    }
    let head = emulator.send("app", "GET", "/", "", "").head;
    let origin = emulator.ready["loginrocket"].as_str().unwrap().trim_end_matches('/').to_owned();
    assert!(head.contains(&format!("connect-src 'self' {origin};")), "{head}");
    for part in
        ["default-src 'none'", "require-trusted-types-for 'script'", "nosniff", "no-referrer", "no-cache"]
    {
        assert!(head.contains(part), "{part}");
    }
}

#[test]
fn nothing_outside_the_folders_and_nothing_hidden_is_served() {
    let emulator = with_app();
    for path in [
        "/.secret",
        "/%2esecret",
        "/../outside.txt",
        "/%2e%2e/outside.txt",
        "/pkg/../../outside.txt",
        "/sub/",
        "/none",
        "/pkgs",
    ] {
        assert_eq!(emulator.send("app", "GET", path, "", "").status, 404, "{path}");
    }
    assert_eq!(emulator.send("app", "POST", "/", "", "").status, 405);
}

#[test]
fn a_link_out_of_an_apps_folder_is_not_followed() {
    let root = folder("app-links");
    let (www, private) = (root.join("www"), root.join("private"));
    fs::create_dir_all(www.join("sub")).unwrap();
    fs::create_dir_all(www.join("page")).unwrap();
    fs::create_dir_all(&private).unwrap();
    fs::write(www.join("sub/here.txt"), "x").unwrap();
    fs::write(private.join("index.html"), "x").unwrap();
    let link = |to: &Path, at: &str| std::os::unix::fs::symlink(to, www.join(at)).unwrap();
    link(&private, "folder");
    link(&private.join("index.html"), "file.html");
    link(&private.join("index.html"), "page/index.html");
    link(&www.join("sub/here.txt"), "inside.txt");
    // The folder itself may be a link: it is the one that was asked for.
    std::os::unix::fs::symlink(&www, root.join("linked")).unwrap();
    let emulator = Running::start(&["--app", &format!("/={}", root.join("linked").display())]);
    for path in ["/folder/index.html", "/folder/", "/file.html", "/page/", "/page/index.html"] {
        assert_eq!(emulator.send("app", "GET", path, "", "").status, 404, "{path}");
    }
    for path in ["/sub/here.txt", "/inside.txt"] {
        assert_eq!(emulator.send("app", "GET", path, "", "").status, 200, "{path}");
    }
}

#[test]
fn the_app_is_told_where_the_realm_is_and_whom_to_be() {
    let emulator = with_app();
    let description = emulator.send("app", "GET", "/emulator.json", "", "").json();
    assert_eq!(description["loginrocket"], emulator.ready["loginrocket"]);
    assert_eq!(description["inbox"], emulator.ready["inbox"]);
    assert_eq!(description["person"], json!({ "email": "ada@example.com", "password": "engine-of-1843" }));
}

#[test]
fn mailed_links_lead_into_the_app() {
    let emulator = with_app();
    emulator.post("/v2/password/forgot", r#"{"email":"ada@example.com"}"#);
    let inbox = emulator.send("loginrocket", "GET", "/_emulator/mails", "", "").json();
    let (link, token) =
        (inbox["mails"][0]["link"].as_str().unwrap(), inbox["mails"][0]["token"].as_str().unwrap());
    assert_eq!(link, format!("{}#/reset?token={token}", emulator.ready["app"].as_str().unwrap()));
}
