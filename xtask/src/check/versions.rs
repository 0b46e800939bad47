//! The crate, both npm packages and the changelog speak of the same version.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::setup::versions::locked_version;
use crate::workspace::Workspace;

/// Compares them.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let version = locked_version(workspace, "loginrocket-wasm")?;
    for file in ["pkg/package.json", "emulator/npm/package.json"] {
        let manifest =
            fs::read_to_string(workspace.path(file)).with_context(|| format!("{file} cannot be read"))?;
        let manifest: serde_json::Value =
            serde_json::from_str(&manifest).with_context(|| format!("{file} is not JSON"))?;
        let npm = manifest.get("version").and_then(serde_json::Value::as_str).unwrap_or("none");
        if npm != version {
            bail!("Cargo.toml says {version} and {file} says {npm}");
        }
    }
    let changelog =
        fs::read_to_string(workspace.path("CHANGELOG.md")).context("CHANGELOG.md cannot be read")?;
    match newest(&changelog) {
        Some(heading) if heading == version => Ok(version),
        Some(heading) => {
            bail!("Cargo.toml says {version} and the first heading of CHANGELOG.md says {heading}")
        }
        None => bail!("CHANGELOG.md has no heading with a version, such as `## {version}`"),
    }
}

/// The version in the first heading that has one: `## 0.1.0`, `## [0.1.0] - 2026-11-24`.
fn newest(changelog: &str) -> Option<String> {
    let headings = changelog.lines().filter_map(|line| line.strip_prefix("## "));
    headings
        .flat_map(|heading| heading.split_whitespace())
        .map(|word| word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric()).trim_start_matches('v'))
        .find(|word| word.split('.').count() == 3 && word.starts_with(|letter: char| letter.is_ascii_digit()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_is_in_the_first_heading_that_has_one() {
        assert_eq!(newest("# Changes\n\n## [0.2.0] - 2026-12-01\n\n## [0.1.0]\n").as_deref(), Some("0.2.0"));
        assert_eq!(newest("## Unreleased\n\n## v1.0.0-rc.1, not yet\n").as_deref(), None);
        assert_eq!(newest("## 0.1.0 (unreleased)\n").as_deref(), Some("0.1.0"));
        assert_eq!(newest("no heading\n"), None);
    }
}
