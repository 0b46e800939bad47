//! What comes from rustup and `cargo install`.
//!
//! `rust-toolchain.toml` lists the target and the sources, and rustup installs what it lists by itself, unless it is told
//! not to (`RUSTUP_AUTO_INSTALL=0`) or is not what brought the compiler. So both are looked for here all the same.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::versions::CargoTool;
use crate::process;
use crate::progress::Plan;
use crate::workspace::{Workspace, find_on_path};

/// The target triple of the package.
const WASM: &str = "wasm32-unknown-unknown";

/// Adds a step that installs the wasm target, if the compiler in use has none.
pub(super) fn plan_target<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let folder =
        process::output(workspace.command("rustc").args(["--print", "target-libdir", "--target", WASM]))?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    plan.add(format!("adding the {WASM} target"), || {
        find_on_path("rustup").with_context(|| {
            format!("the {WASM} target is missing and rustup is not there to add it: install rustup, or the target with your system's packages")
        })?;
        process::run(workspace.command("rustup").args(["target", "add", WASM]))
    });
    Ok(())
}

/// Adds a step that installs the sources of the standard library, if the compiler in use has none.
pub(super) fn plan_library_sources<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let sysroot = process::output(workspace.command("rustc").args(["--print", "sysroot"]))?;
    if Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library").is_dir() {
        return Ok(());
    }
    plan.add("adding the sources of the standard library", || {
        find_on_path("rustup").context(
            "the component rust-src is missing and rustup is not there to add it: install rustup, or the sources with your system's packages",
        )?;
        process::run(workspace.command("rustup").args(["component", "add", "rust-src"]))
    });
    Ok(())
}

/// Adds a step that installs a tool, unless the one that is there says it has the right version.
pub(super) fn plan_tool<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>, tool: &CargoTool) {
    if has_version(&workspace.tools().join("bin").join(tool.executable), &tool.version) {
        return;
    }
    let mut command = installation(workspace, tool);
    plan.add(format!("building {} {} (once, {})", tool.name, tool.version, tool.duration), move || {
        process::run(&mut command)
    });
}

fn has_version(executable: &Path, version: &str) -> bool {
    executable.is_file()
        && process::output(Command::new(executable).arg("--version"))
            .is_ok_and(|words| words.split_whitespace().nth(1) == Some(version))
}

fn installation(workspace: &Workspace, tool: &CargoTool) -> Command {
    let mut command = workspace.cargo();
    command
        .args([
            "install",
            tool.name,
            "--version",
            &tool.version,
            "--force",
            "--debug",
            "--config",
            "profile.dev.debug=0",
        ])
        .arg("--root")
        .arg(workspace.tools())
        // The tools have many crates in common: one folder builds them once.
        .env("CARGO_TARGET_DIR", workspace.tools().join("build"))
        // Flags that are meant for this project's code.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS");
    if tool.locked {
        command.arg("--locked");
    }
    for package in tool.optimised {
        command.arg("--config").arg(format!("profile.dev.package.{package}.opt-level=2"));
    }
    command
}
