//! The public API is what its committed page says. Whoever changes it changes the page as well, and sees what
//! changed.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::package;
use crate::process;
use crate::progress::Plan;
use crate::setup::{self, APPS, Part};
use crate::workspace::Workspace;

const REPORT: &str = "docs/reference/api.md";

const INTRODUCTION: &str = "# API\n\n\
    Every type of the package, with its comments. `cargo xtask check` writes this page from the types that are published: a change of a \
    declaration here is a change for users.\n\n";

const TYPES: [&str; 2] = ["pkg/dist/index.d.ts", "pkg/dist/external.d.ts"];

/// Makes the report anew and compares.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut plan = Plan::default();
    setup::plan(workspace, &[Part::AppTools], &mut plan)?;
    package::plan_build(workspace, &mut plan)?;
    plan.run()?;

    let mut command = workspace.command("node");
    command.arg("xtask/tools/api-report.mjs").args(TYPES);
    let report = process::output(command.env("LOGINROCKET_APPS", workspace.output(APPS)))?;
    let file = workspace.path(REPORT);
    compare(&fs::read_to_string(&file).unwrap_or_default(), &report, |report| {
        fs::write(&file, report).with_context(|| format!("{REPORT} cannot be written"))
    })
}

fn compare(known: &str, report: &str, write: impl FnOnce(&str) -> Result<()>) -> Result<String> {
    let report = format!("{INTRODUCTION}{report}");
    if known == report {
        return Ok(String::new());
    }
    write(&report)?;
    bail!("{REPORT} said otherwise: it is written anew, look at it and commit it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_says_the_same_is_good_and_is_not_written() {
        let known = format!("{INTRODUCTION}export type A = 1;\n");
        assert!(compare(&known, "export type A = 1;\n", |_| bail!("was written")).is_ok());
    }

    #[test]
    fn another_api_writes_the_report_and_fails() {
        let mut written = String::new();
        let error = compare("export type A = 1;\n", "export type A = 2;\n", |report| {
            report.clone_into(&mut written);
            Ok(())
        });
        assert!(error.unwrap_err().to_string().contains("commit it"));
        assert!(written.ends_with("export type A = 2;\n"));
    }
}
