//! Every dependency, and everything that npm brings for building and testing, is under a licence that this project can be used with.
//! What users' apps and test runners are made with is their own affair, and tried as they have it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use spdx::{Expression, ParseMode};

use crate::process;
use crate::setup::{NPM_DOCS, NPM_FRAMEWORKS, NPM_TOOLS};
use crate::workspace::Workspace;

/// Permissive licences, and one (MPL-2.0) that covers only the files it is on.
const ALLOWED: [&str; 15] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Each workspace has a lock file of its own.
const MANIFESTS: [&str; 2] = ["Cargo.toml", "tests/rust-app/Cargo.toml"];

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    /// Where it came from; nothing for a package of this project.
    source: Option<String>,
}

impl Package {
    fn is_foreign(&self) -> bool {
        self.source.is_some()
    }

    fn declaration(self) -> (String, Option<String>) {
        (format!("{} {}", self.name, self.version), self.license)
    }
}

#[derive(Deserialize)]
struct NpmLock {
    packages: BTreeMap<String, NpmPackage>,
}

#[derive(Deserialize)]
struct NpmPackage {
    license: Option<String>,
}

/// Compares the licences that packages declare with the list.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let mut all = BTreeMap::new();
    for manifest in MANIFESTS {
        let mut command = workspace.cargo();
        command.args(["metadata", "--locked", "--format-version", "1", "--manifest-path", manifest]);
        let metadata: Metadata =
            serde_json::from_str(&process::output(&mut command)?).context("`cargo metadata` gave no JSON")?;
        all.extend(metadata.packages.into_iter().filter(Package::is_foreign).map(Package::declaration));
    }
    for folder in [NPM_TOOLS, NPM_FRAMEWORKS, NPM_DOCS] {
        let file = format!("{folder}/package-lock.json");
        let lock =
            fs::read_to_string(workspace.path(&file)).with_context(|| format!("{file} cannot be read"))?;
        let lock: NpmLock =
            serde_json::from_str(&lock).with_context(|| format!("{file} is not what npm writes"))?;
        let packages = lock.packages.into_iter().filter(|(path, _)| !path.is_empty());
        all.extend(packages.map(|(path, package)| (format!("{folder}/{path}"), package.license)));
    }
    let refused: Vec<_> = all
        .iter()
        .filter_map(|(name, licence)| refusal(licence.as_deref()).map(|why| format!("{name}: {why}")))
        .collect();
    if !refused.is_empty() {
        bail!("{}", refused.join("; "));
    }
    Ok(format!("{} packages", all.len()))
}

/// Why a licence is refused, or `None` if it is not.
fn refusal(licence: Option<&str>) -> Option<String> {
    let Some(licence) = licence else {
        return Some("declares no licence".to_owned());
    };
    // Lax: older crates write `MIT/Apache-2.0`.
    let Ok(expression) = Expression::parse_mode(licence, ParseMode::LAX) else {
        return Some(format!("`{licence}` is no licence expression"));
    };
    let allowed = expression
        .evaluate(|requirement| requirement.license.id().is_some_and(|id| ALLOWED.contains(&id.name)));
    (!allowed).then(|| format!("`{licence}` is not on the list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissive_licences_are_accepted_in_every_spelling() {
        for licence in [
            "MIT",
            "MIT OR Apache-2.0",
            "MIT/Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
        ] {
            assert_eq!(refusal(Some(licence)), None, "{licence}");
        }
    }

    #[test]
    fn a_choice_needs_one_good_branch_and_a_sum_needs_all() {
        assert_eq!(refusal(Some("GPL-3.0-only OR MIT")), None);
        assert!(refusal(Some("GPL-3.0-only AND MIT")).is_some());
    }

    #[test]
    fn an_unknown_or_missing_licence_is_refused() {
        assert!(refusal(Some("Commercial, ask us")).is_some());
        assert!(refusal(None).is_some());
    }
}
