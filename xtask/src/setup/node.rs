//! Node, npm, and the tools that npm brings.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::digest::{Digest, Stamp};
use crate::process;
use crate::progress::Plan;
use crate::workspace::{Workspace, find_on_path};

/// The oldest Node that the package supports, and so the oldest that its tests run on.
const OLDEST_NODE: u32 = 20;

/// The executables that are started by name.
const BINARIES: [&str; 3] = ["esbuild", "tsc", "wasm-opt"];

const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Adds a step that installs the npm tools, unless they are there and belong to the lock file.
pub(super) fn plan_tools<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let node = demand_node(workspace)?;
    let mut digest = Digest::default();
    for name in MANIFESTS {
        digest.add_path(workspace.root(), &format!("xtask/tools/{name}"))?;
    }
    // Native executables belong to a platform, and a new major version of Node may want other ones.
    digest.add(
        "platform",
        format!("{}-{} node {node}", std::env::consts::OS, std::env::consts::ARCH).as_bytes(),
    );
    let digest = digest.finish();
    let stamp = Stamp::at(workspace.output("stamps/npm-tools"));
    if stamp.is(&digest) && are_there(workspace) {
        return Ok(());
    }
    plan.add("installing the npm tools (a few seconds)", move || {
        stamp.clear();
        let folder = workspace.npm_tools();
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
        for name in MANIFESTS {
            fs::copy(workspace.path("xtask/tools").join(name), folder.join(name))
                .with_context(|| format!("{name} cannot be copied"))?;
        }
        // No tool needs its install script; one that runs is one more thing to trust.
        let mut command = workspace.command("npm");
        process::run_quietly(command.current_dir(&folder).args([
            "ci",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]))?;
        stamp.record(&digest)
    });
    Ok(())
}

fn are_there(workspace: &Workspace) -> bool {
    BINARIES.iter().all(|name| workspace.npm_binary(name).exists())
}

/// The major version of Node; an error if it is missing or too old, or if npm is missing.
fn demand_node(workspace: &Workspace) -> Result<u32> {
    for program in ["node", "npm"] {
        if find_on_path(program).is_none() {
            bail!("{program} is missing: install Node.js {OLDEST_NODE} or newer, which brings npm with it");
        }
    }
    let version = process::output(workspace.command("node").arg("--version"))?;
    let major = major(&version)
        .with_context(|| format!("`node --version` said `{}`, which is no version", version.trim()))?;
    if major < OLDEST_NODE {
        bail!("Node.js {} is too old: install {OLDEST_NODE} or newer", version.trim());
    }
    Ok(major)
}

fn major(version: &str) -> Option<u32> {
    version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    #[test]
    fn the_tools_are_there_when_none_is_missing() {
        let scratch = Scratch::new("npm tools");
        for name in BINARIES {
            assert!(!are_there(&scratch.workspace()), "without {name}");
            scratch.write(&format!("target/tools/npm/node_modules/.bin/{name}"), "");
        }
        assert!(are_there(&scratch.workspace()));
    }

    #[test]
    fn every_executable_that_is_started_is_looked_for() {
        let sources =
            crate::digest::files_in(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
        let mut started = Vec::new();
        for source in sources {
            let text = fs::read_to_string(source).unwrap();
            let calls = text.split("npm_binary(\"").skip(1).filter_map(|rest| rest.split_once('"'));
            started.extend(
                calls
                    .map(|(name, _)| name.to_owned())
                    .filter(|name| name.chars().all(|c| c.is_alphanumeric() || c == '-')),
            );
        }
        started.sort();
        started.dedup();
        assert_eq!(started, BINARIES);
    }

    #[test]
    fn the_major_version_of_node_is_read() {
        assert_eq!(major("v20.20.2\n"), Some(20));
        assert_eq!(major("v24.0.0-nightly"), Some(24));
        assert_eq!(major("20.1.0"), None);
    }
}
