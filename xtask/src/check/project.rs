//! The addresses of the project are those of `project.json`, wherever they are published.

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;

/// Compares them, and writes anew what says otherwise.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    process::run(workspace.command("node").arg("xtask/docs/project.mjs"))?;
    Ok(String::new())
}
