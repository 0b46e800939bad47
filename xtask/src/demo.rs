//! `cargo xtask demo`: the product working, by one command.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use crate::emulator::{self, Settings};
use crate::package;
use crate::process;
use crate::progress::Plan;
use crate::setup;
use crate::workspace::Workspace;

/// Ports, where the usual ones are taken; 0 is any free one.
#[derive(Args)]
pub(crate) struct Options {
    /// Port of the emulated LoginRocket API (default: 4400)
    #[arg(long)]
    port: Option<u16>,
    /// Port of the emulated Core API (default: 4401)
    #[arg(long)]
    core_port: Option<u16>,
    /// Port of the demo page (default: 4402)
    #[arg(long)]
    app_port: Option<u16>,
}

/// Where everything is served unless that is taken.
const USUAL: [u16; 3] = [4400, 4401, 4402];

/// Builds what is missing, serves the demo, and stays until it is stopped.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    // Before anything is built, which takes minutes.
    let [port, core_port, app_port] = ports(options, is_free)?;
    let mut plan = Plan::default();
    setup::plan(workspace, setup::FOR_PACKAGE, &mut plan)?;
    package::plan_build(workspace, &mut plan)?;
    emulator::plan_build(workspace, &mut plan);
    plan.run()?;

    let settings = Settings { with_app: true, port, core_port, app_port };
    let mut emulator = emulator::start(workspace, &settings)?;
    let ready = &emulator.ready;
    let app = ready.app.as_deref().context("the emulator serves no demo page")?;
    let person = emulator::person(workspace, app)?;
    println!();
    println!("  Demo   {app}");
    println!("  Inbox  {}", ready.inbox);
    println!();
    println!("  Sign in as {} with the password {}", person.email, person.password);
    println!("  Ctrl-C ends it.");

    let status = emulator.wait()?;
    if !process::interrupted() && !status.success() {
        bail!("the emulator ended by itself ({status}); what it said is above");
    }
    Ok(())
}

/// The ports to take: those that are asked for, else the usual ones, and any free one where those are taken.
fn ports(options: &Options, is_free: impl Fn(u16) -> bool) -> Result<[Option<u16>; 3]> {
    let asked =
        [("--port", options.port), ("--core-port", options.core_port), ("--app-port", options.app_port)];
    let mut ports = [None; 3];
    for (((flag, asked), usual), port) in asked.into_iter().zip(USUAL).zip(&mut ports) {
        *port = match asked {
            Some(asked) if asked != 0 && !is_free(asked) => {
                bail!("port {asked} is taken: choose another with {flag}, or {flag} 0 for any free one")
            }
            None if !is_free(usual) => {
                eprintln!("port {usual} is taken, so another one is used");
                Some(0)
            }
            asked => asked,
        };
    }
    Ok(ports)
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(port: Option<u16>) -> Options {
        Options { port, core_port: None, app_port: None }
    }

    #[test]
    fn a_usual_port_that_is_taken_makes_room_for_a_free_one() {
        assert_eq!(ports(&options(None), |_| true).unwrap(), [None; 3]);
        assert_eq!(ports(&options(None), |port| port != 4401).unwrap(), [None, Some(0), None]);
    }

    #[test]
    fn a_port_that_was_asked_for_and_is_taken_is_told_before_anything_is_built() {
        let error = ports(&options(Some(7000)), |port| port != 7000).unwrap_err();
        assert_eq!(
            error.to_string(),
            "port 7000 is taken: choose another with --port, or --port 0 for any free one"
        );
        assert_eq!(ports(&options(Some(0)), |_| true).unwrap(), [Some(0), None, None]);
    }

    #[test]
    fn who_listens_has_the_port() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        assert!(!is_free(listener.local_addr().unwrap().port()));
    }
}
