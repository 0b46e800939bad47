//! The package stays within the size that was decided on, as a browser downloads it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::package;
use crate::process;
use crate::progress::Plan;
use crate::workspace::Workspace;

const BUDGETS: &str = "pkg/size-budget.json";

/// What a file of the package may weigh, and why that much.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    /// Bytes after brotli at its highest quality.
    brotli: u64,
    reason: String,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Sizes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Measures each file that has a budget.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut plan = Plan::default();
    package::plan_build(workspace, &mut plan)?;
    plan.run()?;

    let text =
        fs::read_to_string(workspace.path(BUDGETS)).with_context(|| format!("{BUDGETS} cannot be read"))?;
    let budgets: BTreeMap<String, Budget> =
        serde_json::from_str(&text).with_context(|| format!("{BUDGETS} is not right"))?;
    let mut notes = Vec::new();
    for (file, budget) in &budgets {
        notes.push(judge(file, &measure(workspace, file)?, budget)?);
    }
    if notes.is_empty() {
        bail!("{BUDGETS} has no budget");
    }
    Ok(notes.join("; "))
}

/// Measures with Node's own compressors, the reference implementations in C.
fn measure(workspace: &Workspace, file: &str) -> Result<Sizes> {
    let mut command = workspace.command("node");
    let sizes = process::output(command.arg("xtask/tools/sizes.mjs").arg(workspace.path("pkg").join(file)))?;
    serde_json::from_str(&sizes).context("sizes.mjs gave no JSON")
}

fn judge(file: &str, sizes: &Sizes, budget: &Budget) -> Result<String> {
    let Sizes { raw, gzip, brotli } = sizes;
    if *brotli > budget.brotli {
        bail!(
            "{file}: {brotli} bytes (brotli) are more than the {} of the budget ({})",
            budget.brotli,
            budget.reason
        );
    }
    Ok(format!("{file}: {raw} raw, {gzip} gzip, {brotli} brotli of {}", budget.brotli))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: Sizes = Sizes { raw: 90_000, gzip: 30_000, brotli: 20_000 };

    fn budget(brotli: u64) -> Budget {
        Budget { brotli, reason: "as small as the other one".to_owned() }
    }

    #[test]
    fn a_file_at_its_budget_is_good() {
        assert_eq!(
            judge("index.js", &SIZES, &budget(20_000)).unwrap(),
            "index.js: 90000 raw, 30000 gzip, 20000 brotli of 20000"
        );
    }

    #[test]
    fn a_file_over_its_budget_is_refused_with_the_reason_of_the_budget() {
        let error = judge("index.js", &SIZES, &budget(19_999)).unwrap_err().to_string();
        assert!(error.contains("as small as the other one"), "{error}");
    }
}
