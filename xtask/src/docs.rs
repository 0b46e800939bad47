//! `cargo xtask docs`: the documentation as a site, in `target/docs/site`. It works under any path of any server, and can be
//! read from the folder.

use std::path::PathBuf;

use anyhow::Result;

use crate::digest::{Digest, Stamp};
use crate::process;
use crate::progress::Plan;
use crate::setup::{self, DOCS, Part};
use crate::workspace::Workspace;

/// What the site is made of.
const SOURCES: [&str; 4] = ["docs", "bench/results", "xtask/docs", "project.json"];

/// Builds the site, unless it is that of these pages; gives where it begins.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.output(DOCS);
    let start = folder.join("site/index.html");
    let mut digest = Digest::default();
    for source in SOURCES {
        digest.add_path(workspace.root(), source)?;
    }
    let digest = digest.finish();
    let stamp = Stamp::at(workspace.output("stamps/site"));
    let mut plan = Plan::default();
    setup::plan(workspace, &[Part::DocsTools], &mut plan)?;
    if !(stamp.is(&digest) && start.is_file()) {
        plan.add("building the site (a quarter of a minute)", || {
            stamp.clear();
            let mut command = workspace.command("node");
            process::run(command.arg("xtask/docs/build.mjs").env("LOGINROCKET_DOCS", &folder))?;
            stamp.record(&digest)
        });
    }
    plan.run()?;
    Ok(start)
}
