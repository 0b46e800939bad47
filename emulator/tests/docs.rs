//! `docs/reference/emulator.md` says what is so: its commands are run, its sample answers have the shape of the real ones, and its
//! tables list every setting with its default.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that meets what it did not expect should stop there"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use loginrocket_emulator::settings::Settings;
use serde_json::Value;

/// How a block begins that starts an emulator; its arguments come after that.
const STARTS: [&str; 2] = ["cargo run -p loginrocket-emulator", "npx loginrocket-emulator"];

/// Comes after the output of each block.
const END_OF_BLOCK: &str = "--- end of block ---";

/// A block of commands, and the sample answer that follows it.
struct Block {
    commands: String,
    sample: Option<Value>,
}

struct Running {
    child: Child,
    ready: Value,
}

impl Running {
    fn start(arguments: &[&str], folder: &Path) -> Self {
        let mut child = command().args(arguments).current_dir(folder).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{arguments:?} printed {line:?}"));
        Self { child, ready }
    }

    fn text(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().trim_end_matches('/').to_owned()
    }

    /// Ends it as Ctrl-C does.
    fn interrupt(mut self) {
        Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
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

fn page() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/reference/emulator.md")).unwrap()
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        match language {
            "sh" => blocks.push(Block { commands: text.join("\n"), sample: None }),
            "json" => {
                let sample = serde_json::from_str(&text.join("\n")).expect("a sample answer is JSON");
                blocks.last_mut().expect("a sample answer follows its command").sample = Some(sample);
            }
            _ => {}
        }
    }
    blocks
}

fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("docs");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("www")).unwrap();
    folder
}

/// Whether an answer has what a sample shows, with the same types.
fn fits(sample: &Value, answer: &Value) -> bool {
    match (sample, answer) {
        (Value::Object(sample), Value::Object(answer)) => {
            sample.iter().all(|(name, value)| answer.get(name).is_some_and(|found| fits(value, found)))
        }
        (Value::Array(sample), Value::Array(answer)) => {
            sample.is_empty() || (!answer.is_empty() && answer.iter().all(|item| fits(&sample[0], item)))
        }
        _ => std::mem::discriminant(sample) == std::mem::discriminant(answer),
    }
}

#[test]
fn every_command_works_and_answers_as_shown() {
    let folder = folder();
    let blocks = blocks(&page());
    let (starts, calls): (Vec<&Block>, Vec<&Block>) =
        blocks.iter().partition(|block| STARTS.iter().any(|start| block.commands.starts_with(start)));
    assert!(starts.len() >= 3 && calls.len() >= 10, "the page was read");

    let emulator = Running::start(&["--port", "0", "--core-port", "0", "--json"], &folder);
    // A refused call is a mistake of the page; curl alone would not mind.
    let mut script = String::from("set -eu -o pipefail\ncurl() { command curl --fail-with-body \"$@\"; }\n");
    for block in &calls {
        writeln!(script, "{}\nprintf '\\n{END_OF_BLOCK}\\n'", block.commands).unwrap();
    }
    let script = script.replace("http://127.0.0.1:4400", &emulator.text("loginrocket"));
    let output = Command::new("bash")
        .args(["-c", &script])
        .current_dir(&folder)
        .env("CORE", emulator.text("core"))
        .env("API_KEY", emulator.text("api_key"))
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{printed}\n{}", String::from_utf8_lossy(&output.stderr));
    for (block, printed) in calls.iter().zip(printed.split(END_OF_BLOCK)) {
        let Some(sample) = &block.sample else { continue };
        // Several answers of one block are written one after another; the sample shows the last.
        let mut answers = serde_json::Deserializer::from_str(printed).into_iter::<Value>();
        let last = answers.by_ref().last().expect("an answer").expect("an answer is JSON");
        assert!(fits(sample, &last), "{}\nanswers {last}\nbut the page shows {sample}", block.commands);
    }

    // With the seed file that the page writes, and ports that are free here.
    for block in starts {
        let rest = STARTS.iter().find_map(|start| block.commands.strip_prefix(start)).unwrap();
        let arguments: Vec<&str> = rest.split_whitespace().skip_while(|word| *word == "--").collect();
        let free = ["--port", "0", "--core-port", "0", "--json"];
        let missing: Vec<&str> = if arguments.contains(&"--port") { Vec::new() } else { free.to_vec() };
        Running::start(&[arguments, missing].concat(), &folder).interrupt();
    }
}

#[test]
fn the_tables_list_every_setting_with_its_default() {
    let page = page();
    let mut settings = serde_json::to_value(Settings::default()).unwrap();
    let assumptions = settings["assumptions"].take();
    for (heading, defaults) in [("| setting |", &settings), ("| assumption |", &assumptions)] {
        let table = page.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
        let rows = table.take_while(|line| line.starts_with('|')).map(|line| {
            let cells: Vec<&str> = line.split('|').map(|cell| cell.trim().trim_matches('`')).collect();
            (cells[1].to_owned(), serde_json::from_str(cells[2]).unwrap_or_else(|_| panic!("{line}")))
        });
        let rows: BTreeMap<String, Value> = rows.collect();
        let mut wanted: BTreeMap<String, Value> = serde_json::from_value(defaults.clone()).unwrap();
        wanted.remove("assumptions");
        assert_eq!(rows, wanted);
    }
}
