//! What each layer runs: the tests, what must be built, installed and started for them, and what they are told.
//! The runners are in `runners`, what is built once in `shared`, how a tarball is installed in `install`.

use anyhow::{Result, bail};

use super::counts::Counts;
use super::install::{self, EMPTY_PROJECT};
use super::runners::{self, name_engines};
use super::shared::Bench;
use crate::digest::files_in;
use crate::emulator::{self, Emulator, Settings};
use crate::package;
use crate::setup::{APPS, DOCS, FRAMEWORKS, NPM_APPS, NPM_EMULATOR, engines};

/// Tests of the npm package alone in the folders of the behaviour suite: what it does on a server or without a class for requests,
/// where there is no Rust host, and pages that load it by its own address.
const SCRIPT_SESSION: &[&str] = &["parts", "server"];
const SCRIPT_TOKENS: &[&str] = &["docs", "matrix"];

/// What is specified of the service alone: the pieces of an answer, thousands of calls in a row, and what no host lets anybody at.
const IN_PROCESS: [&str; 3] = ["inside::", "listing::", "promises::"];

/// Tests that ask hosts over HTTP at the same time; each may have two hosts.
const SPEC_THREADS: usize = 2;

/// All tests of a crate, natively.
pub(super) fn cargo_test(bench: &Bench, package: &str) -> Result<Counts> {
    let mut command = bench.workspace.cargo();
    command.args(["test", "--quiet", "--package", package, "--no-fail-fast"]);
    // Property tests try the same inputs in every run, so that a run says something about the change alone; another
    // seed from outside, or `cargo test`, tries others.
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        command.env("PROPTEST_RNG_SEED", "1843");
    }
    runners::cargo(&mut command)
}

/// The module and the glue around it in Node, and the script host where it meets a page that is not as it should be.
pub(super) fn host(bench: &Bench) -> Result<Counts> {
    bench.tarball()?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    let made = package::bundle::folder(bench.workspace);
    runners::node(bench.workspace, "tests/host", &emulator, |command| {
        command.env("LOGINROCKET_MADE", made);
    })
}

/// The Rust front end under `tests/rust-app`, built as its users would build it.
pub(super) fn rust_app(bench: &Bench) -> Result<Counts> {
    let site = bench.rust_site()?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    runners::node(bench.workspace, "tests/rust-app", &emulator, |command| {
        command.env("LOGINROCKET_RUST_APP", &site);
    })
}

/// The behaviour suite, which the npm package passes in the layers `session` and `tokens`, with the Rust host.
pub(super) fn rust_host(bench: &Bench) -> Result<Counts> {
    let site = bench.rust_site()?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    let mut counts = Counts::default();
    for (folder, others) in [("tests/session", SCRIPT_SESSION), ("tests/tokens", SCRIPT_TOKENS)] {
        counts += runners::node_but(bench.workspace, folder, others, &emulator, |command| {
            // Nothing is installed: no page asks for the package.
            command.env("LOGINROCKET_INSTALLED", &site).env("LOGINROCKET_RUST_HOST", &site);
        })?;
    }
    Ok(counts)
}

/// Each project under `tests/types` with the packed package installed, by the two newest major versions of TypeScript:
/// that of the tools, and that of the apps.
pub(super) fn types(bench: &Bench) -> Result<Counts> {
    let folder = install::in_project(bench, "test/types", "tests/types")?;
    let mut counts = Counts::default();
    for file in files_in(&bench.workspace.path("tests/types"))? {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with("tsconfig.") {
            continue;
        }
        let of_apps = bench.workspace.output(APPS).join("node_modules/.bin/tsc");
        for (which, compiler) in [("new", bench.workspace.npm_binary("tsc")), ("old", of_apps)] {
            // TypeScript 7 knows that resolution no more.
            if which == "new" && name == "tsconfig.node10.json" {
                continue;
            }
            let mut command = bench.workspace.command(compiler);
            command.current_dir(&folder).args(["--project", name.as_ref()]);
            let counted = runners::program(&mut command)?;
            println!("{} {name}, {which} TypeScript", if counted.failed == 0 { "ok    " } else { "FAILED" });
            counts += counted;
        }
    }
    counts += runners::node_alone(bench.workspace, "tests/types", |command| {
        command.env("LOGINROCKET_INSTALLED", &folder).env("LOGINROCKET_APPS", bench.workspace.output(APPS));
    })?;
    Ok(counts)
}

/// The emulator's tarball beside the SDK's: its command under the tests of the native host, and the package in Node, in a
/// page, and from the test runners of its users.
pub(super) fn emulated(bench: &Bench) -> Result<Counts> {
    let folder = install::in_emulator_users(bench)?;
    let command = folder.join("node_modules/loginrocket-emulator/dist/cli.js");
    let mut contract = bench.workspace.cargo();
    contract.args(["test", "--quiet", "--package", "loginrocket-emulator", "--no-fail-fast"]);
    contract
        .args(["--test", "socket", "--test", "docs"])
        .env("LOGINROCKET_EMULATOR_COMMAND", format!("node;{}", command.display()));
    let mut counts = runners::cargo(&mut contract)?;
    let by_node = || {
        let mut host = bench.workspace.command("node");
        host.arg(&command);
        emulator::start_host(host, &Settings::for_tests(false))
    };
    counts += specified(bench, by_node)?;
    counts += specified(bench, || bench.start_emulator(&Settings::for_tests(false)))?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    let engines = engines::find();
    counts += runners::node(bench.workspace, NPM_EMULATOR, &emulator, |command| {
        command.env("LOGINROCKET_INSTALLED", &folder);
        // What drives the engines is among the tools of the apps.
        command.env("LOGINROCKET_APPS", bench.workspace.output(APPS));
        name_engines(command, engines);
    })?;
    Ok(counts)
}

/// What is specified of the realm in-process, asked of hosts of one kind over HTTP.
fn specified(bench: &Bench, start: impl Fn() -> Result<Emulator>) -> Result<Counts> {
    let hosts = (0..2 * SPEC_THREADS).map(|_| start()).collect::<Result<Vec<_>>>()?;
    let lines: Vec<&str> = hosts.iter().map(|host| host.line.as_str()).collect();
    let mut spec = bench.workspace.cargo();
    spec.args(["test", "--quiet", "--package", "loginrocket-emulator", "--test", "spec", "--"])
        .arg(format!("--test-threads={SPEC_THREADS}"))
        .args(IN_PROCESS.iter().flat_map(|module| ["--skip", module]))
        .env("LOGINROCKET_EMULATORS", lines.join("\n"));
    runners::cargo(&mut spec)
}

/// The tarball, as Node and a page use it.
pub(super) fn package(bench: &Bench) -> Result<Counts> {
    installed_test(bench, "tests/packages", "test/package", EMPTY_PROJECT)
}

/// The tarball in apps, as their tools find it.
pub(super) fn apps(bench: &Bench) -> Result<Counts> {
    let tarball = bench.tarball()?;
    let folder = install::in_apps(bench)?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    let places = bench.workspace.write_output("test/places/apps.jsonl", "")?;
    runners::node(bench.workspace, NPM_APPS, &emulator, |command| {
        command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
        command.env("LOGINROCKET_APPS", &folder).env("LOGINROCKET_PLACES", places);
    })
}

/// The tarball in every engine that is installed, on the pages of the apps.
pub(super) fn engines(bench: &Bench) -> Result<Counts> {
    let tarball = bench.tarball()?;
    let folder = install::in_apps(bench)?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    let places = bench.workspace.write_output("test/places/engines.jsonl", "")?;
    let engines = engines::find();
    runners::node(bench.workspace, "tests/engines", &emulator, |command| {
        command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
        command.env("LOGINROCKET_APPS", &folder).env("LOGINROCKET_PLACES", places);
        name_engines(command, engines);
    })
}

/// Compares the table on its page with what the layers before it found, and writes it anew where it differs.
pub(super) fn table(bench: &Bench) -> Result<Counts> {
    let places = bench.workspace.output("test/places");
    for layer in ["apps", "engines"] {
        if !places.join(format!("{layer}.jsonl")).is_file() {
            bail!("the layer `{layer}` has not run yet: the table is made of what it finds");
        }
    }
    let mut command = bench.workspace.command("node");
    command
        .arg("tests/packages/table.mjs")
        .env("LOGINROCKET_PLACES", places)
        .env("LOGINROCKET_ENGINES", engines::find().names().join(","));
    runners::program(&mut command)
}

/// The tarball's session, in one tab and in many.
pub(super) fn session(bench: &Bench) -> Result<Counts> {
    installed_test(bench, "tests/session", "test/session", EMPTY_PROJECT)
}

/// Tokens that the tarball verifies, and the hosted pages.
pub(super) fn tokens(bench: &Bench) -> Result<Counts> {
    installed_test(bench, "tests/tokens", "test/tokens", EMPTY_PROJECT)
}

/// The tarball's session in apps of four frameworks, which are installed one folder up.
pub(super) fn stores(bench: &Bench) -> Result<Counts> {
    installed_test(bench, "tests/stores", &format!("{FRAMEWORKS}/apps"), "tests/stores/apps")
}

/// The apps that the guide's pages are made of, and the documentation's site.
pub(super) fn docs(bench: &Bench) -> Result<Counts> {
    let tarball = bench.tarball()?;
    let folder = install::in_project(bench, "test/docs", EMPTY_PROJECT)?;
    crate::docs::build(bench.workspace)?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    runners::node(bench.workspace, "tests/docs", &emulator, |command| {
        command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
        command.env("LOGINROCKET_APPS", bench.workspace.output(APPS));
        command.env("LOGINROCKET_DOCS", bench.workspace.output(DOCS));
    })
}

/// Journeys over the demo page.
pub(super) fn e2e(bench: &Bench) -> Result<Counts> {
    bench.tarball()?;
    let emulator = bench.start_emulator(&Settings::for_tests(true))?;
    runners::node(bench.workspace, "tests/e2e", &emulator, |_| {})
}

/// Tests of the tarball, which is installed in a copy of a project, with an emulator.
fn installed_test(bench: &Bench, tests: &str, output: &str, project: &str) -> Result<Counts> {
    let tarball = bench.tarball()?;
    let folder = install::in_project(bench, output, project)?;
    let emulator = bench.start_emulator(&Settings::for_tests(false))?;
    runners::node(bench.workspace, tests, &emulator, |command| {
        command.env("LOGINROCKET_TARBALL", &tarball).env("LOGINROCKET_INSTALLED", &folder);
    })
}
