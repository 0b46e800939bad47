//! The simulated fleet: a test of the crate's that can also write down what it saw.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process;
use crate::progress::Plan;
use crate::workspace::Workspace;

/// Where it leaves `fleet.md` and `fleet.svg`, or `fleet.txt` where it was quick.
pub(super) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.output("bench/fleet")
}

/// Adds the step that runs it. Time in it is virtual, so the machine has no say in its numbers.
pub(super) fn plan<'a>(workspace: &'a Workspace, is_quick: bool, plan: &mut Plan<'a>) -> Result<()> {
    let folder = folder(workspace);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    let mut cargo = workspace.cargo();
    cargo.args(["test", "--quiet", "--package", "loginrocket-wasm", "--test", "engine_fleet"]);
    if is_quick {
        plan.add("running a fleet of 10,000 pages", move || {
            cargo.args(["a_fleet", "--", "--nocapture"]);
            let said = process::output(&mut cargo)?;
            fs::write(folder.join("fleet.txt"), said).context("fleet.txt cannot be written")
        });
    } else {
        plan.add("running a fleet of a million pages (about three minutes)", move || {
            // Beside the other builds, and not in their place.
            cargo.arg("a_million").env("SESSION_FLEET", &folder).env("CARGO_PROFILE_DEV_OPT_LEVEL", "2");
            process::run(&mut cargo)
        });
    }
    Ok(())
}
