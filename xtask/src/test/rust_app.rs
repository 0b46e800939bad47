//! The Rust front end under `tests/rust-app`, with the Rust host beside it: a workspace of its own, built as its users would
//! build it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::progress::Plan;
use crate::workspace::Workspace;

/// Builds both and makes what pages load; gives the folder it is in.
pub(super) fn build_site(workspace: &Workspace) -> Result<PathBuf> {
    let target = target(workspace);
    let site = target.join("site");
    let mut plan = Plan::default();
    plan.add("building the Rust front end (about a minute, the first time)", || {
        process::run(cargo(workspace, "build").args(["--quiet", "--locked", "--workspace"]))
    });
    plan.add("making its glue", || {
        for module in ["rust-app", "rust_host"] {
            let module = target.join(format!("wasm32-unknown-unknown/debug/{module}.wasm"));
            let mut bindgen = workspace.command("wasm-bindgen");
            bindgen.args(["--target", "web", "--no-typescript", "--out-dir"]).arg(&site);
            process::run_quietly(bindgen.arg(module))?;
        }
        let shape = workspace.path("tests/rust-app/host/host.js");
        fs::copy(&shape, site.join("host.js"))
            .with_context(|| format!("{} cannot be copied", shape.display()))?;
        Ok(())
    });
    plan.run()?;
    Ok(site)
}

/// A command of Cargo's in that workspace.
pub(crate) fn cargo(workspace: &Workspace, command: &str) -> Command {
    let mut cargo = workspace.cargo();
    cargo
        .current_dir(workspace.path("tests/rust-app"))
        .args([command, "--target", "wasm32-unknown-unknown"])
        .env("CARGO_TARGET_DIR", target(workspace));
    cargo
}

fn target(workspace: &Workspace) -> PathBuf {
    workspace.output("rust-app")
}
