//! `cargo xtask bench`: the package beside its peers, measured in one run.
//!
//! Here: what a run needs built and started, and where its results go. `peers` installs those it is compared with,
//! `fleet` runs the simulation of many pages; what is measured and how it is written down is JavaScript, in `bench/`.

mod fleet;
mod peers;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::emulator::{self, Emulator, Settings};
use crate::package;
use crate::process;
use crate::progress::{Plan, readable};
use crate::setup::{self, Part, browser};
use crate::workspace::Workspace;

/// Where the committed results are.
const RESULTS: &str = "bench/results";

/// What to measure.
#[derive(Args)]
pub(crate) struct Options {
    /// Measures this table alone (repeatable)
    #[arg(long, value_enum, value_name = "TABLE")]
    only: Vec<Table>,
    /// Takes few samples: some minutes instead of a quarter of an hour, and numbers to match
    #[arg(long)]
    quick: bool,
    /// Measures nothing; writes the page and the plots anew from the committed results
    #[arg(long, conflicts_with_all = ["only", "quick"])]
    render: bool,
}

/// A table of the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Table {
    /// What an app's bundle grows by
    Size,
    /// From nothing to a client that can be called
    Start,
    /// What a call costs, by itself and on loopback
    Call,
    /// What verifying a token costs
    Verify,
    /// Fifty callers with an expired session, while the service answers, refuses or is silent
    Storm,
    /// Tabs of one browser, and a simulated fleet of pages
    Scale,
    /// What calls and disposed clients leave behind
    Memory,
    /// How cost grows with callers, listeners and stored accounts
    Growth,
}

impl Table {
    /// The name on the command line is the name in the results.
    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// Builds and starts what is measured, measures, and says where the results are.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    if options.render {
        return process::run(workspace.command("node").arg("bench/render.mjs"));
    }
    let start = Instant::now();
    let mut plan = Plan::default();
    setup::plan(workspace, setup::FOR_PACKAGE, &mut plan)?;
    setup::plan(workspace, &[Part::Browser], &mut plan)?;
    peers::plan(workspace, &mut plan)?;
    package::plan_build(workspace, &mut plan)?;
    emulator::plan_build(workspace, &mut plan);
    plan.add("packing and installing the package", || install(workspace));
    let wants_fleet = options.only.is_empty() || options.only.contains(&Table::Scale);
    if wants_fleet {
        fleet::plan(workspace, options.quick, &mut plan)?;
    }
    plan.run()?;

    let is_whole = options.only.is_empty() && !options.quick;
    // Only a whole run may stand beside the code; what was tried out is thrown away with `target`.
    let output = if is_whole { workspace.path(RESULTS) } else { workspace.output("bench/results") };
    let emulator = emulator::start(workspace, &Settings::for_tests(false))?;
    process::run(&mut command(workspace, options, &output, &emulator, wants_fleet)?)?;

    eprintln!("measured in {}", readable(start.elapsed()));
    println!("{}", output.join("benchmarks.md").display());
    if is_whole {
        println!("{}", workspace.path("docs/internals/benchmarks.md").display());
    }
    Ok(())
}

fn command(
    workspace: &Workspace,
    options: &Options,
    output: &Path,
    emulator: &Emulator,
    wants_fleet: bool,
) -> Result<Command> {
    let versions = serde_json::json!({
        "rustc": version_of(workspace, "rustc")?,
        "wasm-bindgen": setup::versions::locked_version(workspace, "wasm-bindgen")?,
        "commit": commit(workspace),
    });
    let mut command = workspace.command("node");
    command
        .arg("bench/run.mjs")
        .arg(output)
        .args(options.quick.then_some("--quick"))
        .args(options.only.iter().map(|table| table.name()))
        .env("LOGINROCKET_EMULATOR", &emulator.line)
        .env("LOGINROCKET_TOOLS", workspace.npm_tools())
        .env("LOGINROCKET_PEERS", peers::folder(workspace))
        .env("LOGINROCKET_INSTALLED", installed(workspace))
        .env("LOGINROCKET_VERSIONS", versions.to_string())
        .env("CHROME", browser::find()?.chrome);
    if wants_fleet {
        command.env("LOGINROCKET_FLEET", fleet::folder(workspace));
    }
    Ok(command)
}

fn installed(workspace: &Workspace) -> PathBuf {
    workspace.output("bench/installed")
}

/// Installs the tarball in an empty folder, as a user would.
fn install(workspace: &Workspace) -> Result<()> {
    let tarball = package::pack_built(workspace)?;
    let folder = installed(workspace);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    fs::write(folder.join("package.json"), r#"{"private":true}"#)
        .context("package.json cannot be written")?;
    let mut npm = workspace.command("npm");
    npm.current_dir(&folder)
        .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--offline"])
        .arg(tarball);
    process::run_quietly(&mut npm)
}

/// `rustc 1.95.0 (59807616e 2026-04-14)` without the rest.
fn version_of(workspace: &Workspace, program: &str) -> Result<String> {
    let words = process::output(workspace.command(program).arg("--version"))?;
    match words.split_whitespace().nth(1) {
        Some(version) => Ok(version.to_owned()),
        None => bail!("`{program} --version` said no version"),
    }
}

/// What was measured, where this is a repository: the commit, and whether anything was changed since.
fn commit(workspace: &Workspace) -> Option<String> {
    let commit = process::output(workspace.command("git").args(["rev-parse", "--short=10", "HEAD"])).ok()?;
    let changes = process::output(workspace.command("git").args([
        "status",
        "--porcelain",
        "--untracked-files=no",
        "--",
        "src",
        "pkg",
        "emulator",
    ]))
    .ok()?;
    let note = if changes.trim().is_empty() { "" } else { " with changes" };
    Some(format!("{}{note}", commit.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The harness is tested by its own language's runner. The files are named because a folder means something else to
    /// each version of Node.
    #[test]
    fn the_harness_counts_and_writes_as_it_should() {
        let workspace = Workspace::locate().unwrap();
        let tests = crate::digest::files_in(&workspace.path("bench/tests")).unwrap();
        assert!(!tests.is_empty());
        process::run_quietly(workspace.command("node").arg("--test").args(tests)).unwrap();
    }

    #[test]
    fn every_table_is_one_that_the_harness_has() {
        let list = include_str!("../../../bench/tables/list.mjs");
        for table in Table::value_variants() {
            assert!(list.contains(&format!("\n  {},", table.name())), "{}", table.name());
        }
    }
}
