//! The emulator as a child: built, started, and known to be ready.

use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;

use crate::process::{self, Group, Lines};
use crate::progress::Plan;
use crate::workspace::Workspace;

/// A debug build starts in well under a second; a busy machine may take a while all the same.
const START_LIMIT: Duration = Duration::from_secs(30);

/// The demo page with what it imports: `PATH=DIR`, relative to the root.
const APP: [&str; 3] = ["/=www", "/pkg=pkg", "/vendor/pico=target/tools/npm/node_modules/@picocss/pico/css"];

/// What the emulator says of itself when it is ready. Only what is used here; the tests get the whole line.
#[derive(Deserialize)]
pub(crate) struct Ready {
    pub(crate) inbox: String,
    pub(crate) app: Option<String>,
}

/// A running emulator; dropping it ends it.
pub(crate) struct Emulator {
    group: Group,
    /// Keeps the emulator's output flowing.
    _lines: Lines,
    /// Its ready line, one JSON object.
    pub(crate) line: String,
    pub(crate) ready: Ready,
}

/// How an emulator is started.
#[derive(Default)]
pub(crate) struct Settings {
    /// Serves the demo page on a listener of its own.
    pub(crate) with_app: bool,
    /// `None` takes the emulator's own default.
    pub(crate) port: Option<u16>,
    pub(crate) core_port: Option<u16>,
    pub(crate) app_port: Option<u16>,
}

impl Settings {
    /// Ports that nobody else uses: tests run beside a demo, and beside each other.
    pub(crate) fn for_tests(with_app: bool) -> Self {
        Self { with_app, port: Some(0), core_port: Some(0), app_port: with_app.then_some(0) }
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = vec!["--json".to_owned()];
        for (flag, port) in
            [("--port", self.port), ("--core-port", self.core_port), ("--app-port", self.app_port)]
        {
            if let Some(port) = port {
                arguments.extend([flag.to_owned(), port.to_string()]);
            }
        }
        if self.with_app {
            arguments.extend(APP.iter().flat_map(|mount| ["--app".to_owned(), (*mount).to_owned()]));
        }
        arguments
    }
}

/// Adds the step that builds the emulator. Cargo itself knows best whether there is anything to do.
pub(crate) fn plan_build<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) {
    plan.add("building the emulator", || process::run(&mut build_command(workspace)));
}

fn build_command(workspace: &Workspace) -> Command {
    let mut command = workspace.cargo();
    command.args(["build", "--quiet", "--package", "loginrocket-emulator"]);
    command
}

/// Starts the emulator and waits until it is ready.
pub(crate) fn start(workspace: &Workspace, settings: &Settings) -> Result<Emulator> {
    let binary: PathBuf = workspace.debug_binary("loginrocket-emulator");
    if !binary.is_file() {
        bail!("the emulator is not built: {} is missing", binary.display());
    }
    start_host(workspace.command(binary), settings)
}

/// Starts a host of the emulator, whichever it is, and waits until it is ready.
pub(crate) fn start_host(mut command: Command, settings: &Settings) -> Result<Emulator> {
    let mut group = Group::start(command.args(settings.arguments()).stdout(Stdio::piped()))?;
    let lines = Lines::of(group.take_stdout());
    let Some(line) = lines.next_within(START_LIMIT) else {
        match group.end() {
            Some(status) if !status.success() => bail!("the emulator could not start; it says why above"),
            _ => bail!("the emulator was not ready within {} s", START_LIMIT.as_secs()),
        }
    };
    let ready = parse_ready(&line)?;
    Ok(Emulator { group, _lines: lines, line, ready })
}

impl Emulator {
    /// Waits until the emulator ends, by itself or because this process was asked to stop.
    pub(crate) fn wait(&mut self) -> Result<ExitStatus> {
        self.group.wait()
    }
}

/// Somebody whom a new emulator knows, as it tells the demo page.
#[derive(Debug, PartialEq, Deserialize)]
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// What the emulator tells the demo page. Only what is used here.
#[derive(Deserialize)]
struct Told {
    person: Person,
}

/// Fetches what it is given. Node is there for the package anyway, and has a client.
const FETCH: &str = "process.stdout.write(await (await fetch(process.argv[1])).text())";

/// Asks a running emulator, at the address of its demo page, whom one can sign in as.
pub(crate) fn person(workspace: &Workspace, app: &str) -> Result<Person> {
    let mut node = workspace.command("node");
    node.args(["--input-type=module", "--eval", FETCH]).arg(format!("{app}emulator.json"));
    parse_person(&process::output(&mut node)?)
}

fn parse_person(json: &str) -> Result<Person> {
    // Whatever it is, it holds a password, so it is not repeated in the error.
    let told: Told = serde_json::from_str(json)
        .map_err(|_| anyhow!("the emulator's /emulator.json names no person to sign in as"))?;
    Ok(told.person)
}

fn parse_ready(line: &str) -> Result<Ready> {
    // The line holds an API key, so it is not repeated in the error.
    serde_json::from_str(line)
        .context("the emulator's first line is not the JSON object that `--json` promises")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ready_line_tells_the_addresses() {
        let ready = parse_ready(
            r#"{"loginrocket":"http://127.0.0.1:4400/","core":"http://127.0.0.1:4401/","api_key":"ks_sample","realm":"rl_sample","inbox":"http://127.0.0.1:4400/_emulator/"}"#,
        )
        .unwrap();
        assert_eq!(ready.inbox, "http://127.0.0.1:4400/_emulator/");
        assert_eq!(ready.app, None);
    }

    #[test]
    fn a_line_that_is_no_ready_line_is_refused_without_repeating_it() {
        let error = parse_ready("listening with ks_sample").err().map(|error| format!("{error:#}"));
        assert!(error.is_some_and(|text| text.contains("JSON") && !text.contains("ks_sample")));
    }

    #[test]
    fn the_person_is_whom_the_emulator_names() {
        let person = parse_person(
            r#"{"loginrocket":"http://127.0.0.1:4400/","person":{"email":"grace@example.com","password":"sample"}}"#,
        );
        let expected = Person { email: "grace@example.com".to_owned(), password: "sample".to_owned() };
        assert_eq!(person.unwrap(), expected);
        let error = parse_person(r#"{"person":"sample"}"#).unwrap_err();
        assert!(!format!("{error:#}").contains("sample"));
    }

    #[test]
    fn tests_take_any_free_port_and_the_demo_the_usual_ones() {
        assert_eq!(Settings::for_tests(false).arguments(), ["--json", "--port", "0", "--core-port", "0"]);
        let demo = Settings { with_app: true, ..Settings::default() };
        assert_eq!(demo.arguments().first().map(String::as_str), Some("--json"));
        assert!(
            demo.arguments().contains(&"/pkg=pkg".to_owned())
                && !demo.arguments().contains(&"--port".to_owned())
        );
    }
}
