//! How tests are run and counted: those that Cargo runs, those that Node runs in a folder, and programs that are one test
//! each; and what tests are told about the machine. Which of them a layer runs is said in `layers`.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::counts::{self, Counts};
use crate::digest::files_in;
use crate::emulator::Emulator;
use crate::process;
use crate::setup::{browser, engines};
use crate::workspace::Workspace;

/// A layer that takes longer hangs; the machine that runs it may be slow, but not that slow.
const LIMIT: Duration = Duration::from_mins(20);

/// What Cargo's harness counts in all binaries that the command runs.
pub(super) fn cargo(command: &mut Command) -> Result<Counts> {
    let watched = process::watch(command, LIMIT)?;
    Ok(counts::of_cargo(&watched.output)
        .with_failure_unless(watched.status.is_some_and(|status| status.success())))
}

/// A program that is one test, and good if it ends well.
pub(super) fn program(command: &mut Command) -> Result<Counts> {
    let good = process::watch(command, LIMIT)?.status.is_some_and(|status| status.success());
    Ok(Counts { passed: u64::from(good), failed: u64::from(!good), skipped: 0 })
}

/// The tests of a folder, with an emulator and a browser.
pub(super) fn node(
    workspace: &Workspace,
    folder: &str,
    emulator: &Emulator,
    extend: impl FnOnce(&mut Command),
) -> Result<Counts> {
    node_but(workspace, folder, &[], emulator, extend)
}

/// The tests of a folder without those files.
pub(super) fn node_but(
    workspace: &Workspace,
    folder: &str,
    others: &[&str],
    emulator: &Emulator,
    extend: impl FnOnce(&mut Command),
) -> Result<Counts> {
    let chrome = browser::find()?.chrome;
    run_node(workspace, folder, others, |command| {
        command.env("LOGINROCKET_EMULATOR", &emulator.line).env("CHROME", chrome);
        extend(command);
    })
}

/// The tests of a folder that need neither an emulator nor a browser.
pub(super) fn node_alone(
    workspace: &Workspace,
    folder: &str,
    extend: impl FnOnce(&mut Command),
) -> Result<Counts> {
    run_node(workspace, folder, &[], extend)
}

fn run_node(
    workspace: &Workspace,
    folder: &str,
    others: &[&str],
    extend: impl FnOnce(&mut Command),
) -> Result<Counts> {
    let folder = workspace.path(folder);
    // Not those of folders below, which are layers of their own.
    let is_test = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let is_other = others.iter().any(|other| name == format!("{other}.test.mjs"));
        name.ends_with(".test.mjs") && !is_other && file.parent() == Some(folder.as_path())
    };
    let files: Vec<_> = files_in(&folder)?.into_iter().filter(is_test).collect();
    if files.is_empty() {
        bail!("there is no {}/*.test.mjs", folder.display());
    }
    let report = workspace.write_output("test/report.tap", "")?;
    let mut command = workspace.command("node");
    command
        .args(["--test", "--test-reporter=spec", "--test-reporter-destination=stdout"])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", report.display()))
        .env("LOGINROCKET_TOOLS", workspace.npm_tools());
    extend(&mut command);
    command.args(files);
    let watched = process::watch(&mut command, LIMIT)?;
    let report = fs::read_to_string(&report).context("node left no report")?;
    Ok(counts::of_node(&report).with_failure_unless(watched.status.is_some_and(|status| status.success())))
}

/// Tells tests which engines there are, and where.
pub(super) fn name_engines(command: &mut Command, engines: engines::Engines) {
    command.env("LOGINROCKET_ENGINES", engines.names().join(","));
    if let Some(firefox) = engines.firefox {
        command.env("FIREFOX", firefox);
    }
    if let Some(webkit) = engines.webkit {
        command.env("WEBKIT_DRIVER", webkit.driver).env("WEBKIT_BROWSER", webkit.browser);
        command.env("WEBKIT_PYTHON", webkit.python);
    }
}
