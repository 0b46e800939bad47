//! The tarball is one that Node, bundlers and TypeScript understand: publint and arethetypeswrong find nothing.

use anyhow::Result;

use crate::package;
use crate::process;
use crate::workspace::Workspace;

/// Builds the tarball and has both tools look at it.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let tarball = package::pack(workspace)?;
    let mut command = workspace.command("node");
    command.arg("xtask/tools/lint-package.mjs").arg(&tarball).env("LOGINROCKET_TOOLS", workspace.npm_tools());
    process::run(&mut command)?;
    Ok(String::new())
}
