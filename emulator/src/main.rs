//! A `LoginRocket` realm on localhost: the command.

use std::process::ExitCode;

use clap::Parser as _;
use loginrocket_emulator::host::{Args, run};

#[tokio::main]
async fn main() -> ExitCode {
    match run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("loginrocket-emulator: {failure}");
            ExitCode::FAILURE
        }
    }
}
