//! The packages that this one is compared with, as `bench/package-lock.json` pins them.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::digest::{Digest, Stamp};
use crate::process;
use crate::progress::Plan;
use crate::workspace::Workspace;

const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Where they are installed.
pub(super) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.output("bench/peers")
}

/// Adds a step that installs them, unless they are there and belong to the lock file.
pub(super) fn plan<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let mut digest = Digest::default();
    for manifest in MANIFESTS {
        digest.add_path(workspace.root(), &format!("bench/{manifest}"))?;
    }
    let digest = digest.finish();
    let stamp = Stamp::at(workspace.output("stamps/peers"));
    // npm writes it last.
    let is_complete = folder(workspace).join("node_modules/.package-lock.json").exists();
    if is_complete && stamp.is(&digest) {
        return Ok(());
    }
    plan.add("installing the peers (a few seconds)", move || {
        stamp.clear();
        install(workspace)?;
        stamp.record(&digest)
    });
    Ok(())
}

fn install(workspace: &Workspace) -> Result<()> {
    let folder = folder(workspace);
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    for name in MANIFESTS {
        fs::copy(workspace.path("bench").join(name), folder.join(name))
            .with_context(|| format!("{name} cannot be copied"))?;
    }
    let mut npm = workspace.command("npm");
    process::run_quietly(npm.current_dir(&folder).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]))
}
