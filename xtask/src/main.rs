//! `cargo xtask …`: every command a developer or CI runs.
//!
//! Here: the command line and the exit code. One module per command (`demo`, `test`, `check`, `package`, `docs`, `bench`), one for
//! what they need installed (`setup`), and the few things they share. Nothing in this crate is shipped.

mod bench;
mod check;
mod demo;
mod digest;
mod docs;
mod emulator;
mod package;
mod process;
mod progress;
mod setup;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Commands for building, showing, testing and checking this project.
#[derive(Parser)]
#[command(bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Builds the package, starts the emulator with the demo page, prints its URL and stays until Ctrl-C
    Demo(demo::Options),
    /// Runs every test and ends with one line `N passed, N failed`
    Test(test::Options),
    /// Runs the named checks: format, lints, docs, licences, advisories, versions, types, tarball, size, addresses
    Check(check::Options),
    /// Measures the package beside its peers; a whole run writes bench/results and docs/internals/benchmarks.md
    Bench(bench::Options),
    /// Builds the documentation's site into target/docs/site and prints where it begins
    Docs,
    /// Builds the tarballs of both packages into target/pack and prints their paths last, the SDK's at the end
    Pack,
    /// Writes the script's side of the wire, pkg/src/wire, which is made from src/wire
    Wire,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(&arguments.command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(_) if process::interrupted() => {
            eprintln!("stopped");
            ExitCode::from(130)
        }
        Err(error) => {
            // The alternate form is one line, cause after cause, and never a backtrace.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a command; `false` says that it did its work and found failures, which it has already reported.
fn run(command: &Command) -> anyhow::Result<bool> {
    process::stop_children_on_signals()?;
    let workspace = Workspace::locate()?;
    match command {
        Command::Demo(options) => demo::run(&workspace, options).map(|()| true),
        Command::Test(options) => test::run(&workspace, options),
        Command::Check(options) => check::run(&workspace, options),
        Command::Bench(options) => bench::run(&workspace, options).map(|()| true),
        Command::Wire => {
            let mut test = workspace.cargo();
            test.args(["test", "--quiet", "--test", "wire"]).env("WRITE_WIRE", "1");
            process::run(&mut test).map(|()| true)
        }
        Command::Docs => {
            println!("{}", docs::build(&workspace)?.display());
            Ok(true)
        }
        Command::Pack => {
            let emulator = package::emulator::pack(&workspace)?;
            let sdk = package::pack(&workspace)?;
            println!("{}\n{}", emulator.display(), sdk.display());
            Ok(true)
        }
    }
}
