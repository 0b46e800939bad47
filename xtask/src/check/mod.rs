//! `cargo xtask check`: named checks of what tests cannot see. All of them run; each ends in one line.
//!
//! Here: the list, and the checks that are one command of Cargo's.

mod addresses;
mod advisories;
mod api;
mod direction;
mod licences;
mod links;
mod making;
mod package;
mod project;
mod size;
mod snippets;
mod types;
mod versions;
mod words;

use std::time::Instant;

use anyhow::{Result, bail};

use crate::docs;
use crate::process;
use crate::progress::{Plan, readable};
use crate::setup;
use crate::test::{rust_app, web};
use crate::workspace::Workspace;
use making::Making;

/// Does one check; gives what is worth saying of a good result, which may be nothing.
type Check = fn(&Workspace) -> Result<String>;

/// How a note begins that tells why something could not be checked: nothing is wrong then, and nothing is known to be
/// right.
const NOT_CHECKED: &str = "not checked";

const WASM: [&str; 4] = ["--package", "loginrocket-wasm", "--target", "wasm32-unknown-unknown"];

const CHECKS: [(&str, Check); 23] = [
    ("format", format),
    ("lints, native", lints_native),
    ("lints, wasm", lints_wasm),
    ("lints, crate", lints_crate),
    ("lints, realm", lints_realm),
    ("lints, app", lints_app),
    ("docs, native", docs_native),
    ("docs, wasm", docs_wasm),
    ("direction", direction::check),
    ("words", words::check),
    ("links", links::check),
    ("licences", licences::check),
    ("advisories", advisories::check),
    ("versions", versions::check),
    ("project", project::check),
    ("types", types::check),
    ("api", api::check),
    ("snippets", snippets::check),
    ("site", site),
    ("crate", package::check_crate),
    ("package", package::check),
    ("size", size::check),
    ("addresses", addresses::check),
];

#[derive(clap::Args)]
pub(crate) struct Options {
    /// One check, by its name
    #[arg(long, value_name = "CHECK")]
    only: Option<String>,
}

/// Runs all checks, or the one that is asked for; `false` when one of them failed.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<bool> {
    let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
    let checks: Vec<_> = CHECKS.into_iter().filter(|(name, _)| wanted(name)).collect();
    if checks.is_empty() {
        let names: Vec<_> = CHECKS.iter().map(|(name, _)| *name).collect();
        bail!("there is no such check, only: {}", names.join("; "));
    }
    let mut plan = Plan::default();
    setup::plan(workspace, setup::FOR_PACKAGE, &mut plan)?;
    plan.run()?;

    let mut making = if options.only.is_none() { Some(Making::begin(workspace)?) } else { None };
    let mut verdicts = Vec::new();
    for (name, check) in checks {
        eprintln!("\n== {name} ==");
        let start = Instant::now();
        if let Some(making) = &mut making {
            making.wait_for(name)?;
        }
        let result = check(workspace);
        if process::interrupted() {
            anyhow::bail!("stopped in the check `{name}`");
        }
        verdicts.push((name, result, start.elapsed()));
    }

    println!();
    let mut good = 0;
    let mut failed = 0;
    for (name, result, time) in &verdicts {
        let (verdict, note) = match result {
            Ok(note) if note.starts_with(NOT_CHECKED) => ("open", note.clone()),
            Ok(note) => {
                good += 1;
                ("ok", note.clone())
            }
            Err(error) => {
                failed += 1;
                ("FAILED", format!("{error:#}"))
            }
        };
        println!("{verdict:<7} {name:<14} {:>12}  {note}", readable(*time));
    }
    println!();
    println!("{good} of {} checks good, {failed} failed", verdicts.len());
    Ok(failed == 0)
}

fn format(workspace: &Workspace) -> Result<String> {
    cargo(workspace, &["fmt", "--all", "--check"], &[], &[])
}

fn lints_native(workspace: &Workspace) -> Result<String> {
    cargo(workspace, &["clippy", "--quiet", "--workspace", "--all-targets", "--", "-D", "warnings"], &[], &[])
}

fn lints_wasm(workspace: &Workspace) -> Result<String> {
    let tests: Vec<_> =
        web::test_names(workspace)?.into_iter().flat_map(|test| ["--test".to_owned(), test]).collect();
    let tests: Vec<_> = tests.iter().map(String::as_str).collect();
    cargo(
        workspace,
        &["clippy", "--quiet"],
        &WASM,
        &[
            &["--lib", "--no-default-features", "--features", "web,npm"],
            tests.as_slice(),
            &["--", "-D", "warnings"],
        ]
        .concat(),
    )
}

/// As a Rust front end uses it, without what only the npm package needs.
fn lints_crate(workspace: &Workspace) -> Result<String> {
    cargo(
        workspace,
        &["clippy", "--quiet"],
        &WASM,
        &["--lib", "--no-default-features", "--features", "web", "--", "-D", "warnings"],
    )
}

/// The emulator's realm without its host: pure enough for WebAssembly, so that another host can follow.
fn lints_realm(workspace: &Workspace) -> Result<String> {
    let realm = ["clippy", "--quiet", "--package", "loginrocket-emulator", "--lib", "--no-default-features"];
    cargo(workspace, &realm, &["--target", "wasm32-unknown-unknown"], &["--", "-D", "warnings"])
}

/// The Rust front end, which Cargo does not reach from here because it is a workspace of its own.
fn lints_app(workspace: &Workspace) -> Result<String> {
    process::run(
        workspace.cargo().current_dir(workspace.path("tests/rust-app")).args(["fmt", "--all", "--check"]),
    )?;
    process::run(rust_app::cargo(workspace, "clippy").args([
        "--quiet",
        "--locked",
        "--workspace",
        "--",
        "-D",
        "warnings",
    ]))?;
    Ok(String::new())
}

fn docs_native(workspace: &Workspace) -> Result<String> {
    cargo(workspace, &["doc", "--quiet", "--workspace", "--no-deps"], &[], &[])
}

fn docs_wasm(workspace: &Workspace) -> Result<String> {
    cargo(workspace, &["doc", "--quiet", "--no-deps"], &WASM, &["--no-default-features", "--features", "web"])
}

/// The documentation's site can be built, with no link to a page that is not there.
fn site(workspace: &Workspace) -> Result<String> {
    docs::build(workspace).map(|_| String::new())
}

fn cargo(workspace: &Workspace, command: &[&str], target: &[&str], rest: &[&str]) -> Result<String> {
    process::run(workspace.cargo().args(command).args(target).args(rest).env("RUSTDOCFLAGS", "-D warnings"))?;
    Ok(String::new())
}
