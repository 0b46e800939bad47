//! The code of every page compiles as strict TypeScript, with the types that are published.

use anyhow::Result;

use crate::digest::files_in;
use crate::package;
use crate::process;
use crate::progress::Plan;
use crate::setup::{self, APPS, DOCS, EMULATOR_USERS, Part};
use crate::workspace::Workspace;

/// The pages beside those in `docs`.
const READMES: [&str; 3] = ["README.md", "pkg/README.md", "emulator/npm/README.md"];

/// Compiles them; how pages say what their code needs is in `docs/internals/documentation.md`.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut plan = Plan::default();
    setup::plan(workspace, &[Part::DocsTools, Part::AppTools, Part::EmulatorTools], &mut plan)?;
    package::plan_build(workspace, &mut plan)?;
    package::emulator::plan_build(workspace, &mut plan)?;
    plan.run()?;

    let mut command = workspace.command("node");
    command.arg("xtask/docs/snippets.mjs").args(READMES);
    for file in files_in(&workspace.path("docs"))? {
        // What is written from the types declares and does not run.
        if file.ends_with("reference/api.md") {
            continue;
        }
        if file.extension().is_some_and(|extension| extension == "md") {
            command.arg(file.strip_prefix(workspace.root())?);
        }
    }
    command
        .env("LOGINROCKET_DOCS", workspace.output(DOCS))
        .env("LOGINROCKET_APPS", workspace.output(APPS))
        .env("LOGINROCKET_EMULATOR_USERS", workspace.output(EMULATOR_USERS))
        .env("LOGINROCKET_TSC", workspace.npm_binary("tsc"));
    Ok(process::output(&mut command)?.trim().to_owned())
}
