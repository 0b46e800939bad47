//! `cargo xtask demo`: the product working, by one command.

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

/// Builds what is missing, serves the demo, and stays until it is stopped.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut plan = Plan::default();
    setup::plan(workspace, setup::FOR_PACKAGE, &mut plan)?;
    package::plan_build(workspace, &mut plan)?;
    emulator::plan_build(workspace, &mut plan);
    plan.run()?;

    let settings = Settings {
        with_app: true,
        port: options.port,
        core_port: options.core_port,
        app_port: options.app_port,
    };
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
