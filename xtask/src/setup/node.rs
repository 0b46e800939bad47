//! Node, npm, and what npm brings: the tools, and the frameworks and tools that the tests use the package with.

use std::fs;
use std::path::{Path, PathBuf};

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

/// What npm installs by a manifest and a lock file of this project.
struct Packages {
    what: &'static str,
    stamp: &'static str,
    /// Where the two files are.
    manifests: &'static str,
    /// Where the packages go.
    folder: PathBuf,
    /// How long it takes, for the reader of the progress line.
    duration: &'static str,
}

/// Adds a step that installs the npm tools, unless they are there and belong to the lock file.
pub(super) fn plan_tools<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let tools = Packages {
        what: "the npm tools",
        stamp: "stamps/npm-tools",
        manifests: super::NPM_TOOLS,
        folder: workspace.npm_tools(),
        duration: "a few seconds",
    };
    plan_packages(workspace, plan, tools, are_there(workspace))
}

/// Adds a step that installs the frameworks, unless they are there and belong to the lock file.
pub(super) fn plan_frameworks<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let folder = workspace.output(super::FRAMEWORKS);
    // npm writes it last.
    let complete = folder.join("node_modules/.package-lock.json").exists();
    let frameworks = Packages {
        what: "the frameworks",
        stamp: "stamps/frameworks",
        manifests: super::NPM_FRAMEWORKS,
        folder,
        duration: "a few seconds",
    };
    plan_packages(workspace, plan, frameworks, complete)
}

/// Adds a step that installs the tools that apps are made with, unless they are there and belong to the lock file.
pub(super) fn plan_app_tools<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let folder = workspace.output(super::APPS);
    let complete = folder.join("node_modules/.package-lock.json").exists();
    let tools = Packages {
        what: "the tools of other people's apps",
        stamp: "stamps/app-tools",
        manifests: super::NPM_APPS,
        folder,
        duration: "less than a minute",
    };
    plan_packages(workspace, plan, tools, complete)
}

/// Adds a step that installs the test runners that the emulator is used from, unless they are there and belong to the lock file.
pub(super) fn plan_emulator_tools<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let folder = workspace.output(super::EMULATOR_USERS);
    let complete = folder.join("node_modules/.package-lock.json").exists();
    let tools = Packages {
        what: "the test runners",
        stamp: "stamps/emulator-tools",
        manifests: super::NPM_EMULATOR,
        folder,
        duration: "less than a minute",
    };
    plan_packages(workspace, plan, tools, complete)
}

/// Adds a step that installs what makes the documentation, unless it is there and belongs to the lock file.
pub(super) fn plan_docs_tools<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let folder = workspace.output(super::DOCS);
    let complete = folder.join("node_modules/.package-lock.json").exists();
    let tools = Packages {
        what: "the generator of the documentation",
        stamp: "stamps/docs-tools",
        manifests: super::NPM_DOCS,
        folder,
        duration: "less than a minute",
    };
    plan_packages(workspace, plan, tools, complete)
}

fn plan_packages<'a>(
    workspace: &'a Workspace,
    plan: &mut Plan<'a>,
    packages: Packages,
    complete: bool,
) -> Result<()> {
    let node = demand_node(workspace)?;
    let Packages { what, stamp, manifests, folder, duration } = packages;
    let names = manifests_in(&workspace.path(manifests))?;
    let mut digest = Digest::default();
    for name in &names {
        digest.add_path(workspace.root(), &format!("{manifests}/{name}"))?;
    }
    // Native executables belong to a platform, and a new major version of Node may want other ones.
    digest.add(
        "platform",
        format!("{}-{} node {node}", std::env::consts::OS, std::env::consts::ARCH).as_bytes(),
    );
    let digest = digest.finish();
    let stamp = Stamp::at(workspace.output(stamp));
    if complete && stamp.is(&digest) {
        return Ok(());
    }
    plan.add(format!("installing {what} ({duration})"), move || {
        stamp.clear();
        install(workspace, &workspace.path(manifests), &names, &folder)?;
        stamp.record(&digest)
    });
    Ok(())
}

/// The manifest and the lock file, and if the manifest has `workspaces`, which here means all folders beside it, theirs.
fn manifests_in(folder: &Path) -> Result<Vec<String>> {
    let mut names: Vec<_> = MANIFESTS.map(str::to_owned).into();
    let manifest = folder.join("package.json");
    let manifest =
        fs::read_to_string(&manifest).with_context(|| format!("{} cannot be read", manifest.display()))?;
    if manifest.contains("\"workspaces\"") {
        let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in entries {
            let member = format!("{}/package.json", entry?.file_name().to_string_lossy());
            if folder.join(&member).is_file() {
                names.push(member);
            }
        }
    }
    names.sort();
    Ok(names)
}

fn install(workspace: &Workspace, manifests: &Path, names: &[String], folder: &Path) -> Result<()> {
    for name in names {
        let copy = folder.join(name);
        let parent = copy.parent().unwrap_or(folder);
        fs::create_dir_all(parent).with_context(|| format!("{} cannot be created", parent.display()))?;
        fs::copy(manifests.join(name), copy).with_context(|| format!("{name} cannot be copied"))?;
    }
    // Nothing here needs its install script; one that runs is one more thing to trust.
    let mut command = workspace.command("npm");
    process::run_quietly(command.current_dir(folder).args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
    ]))
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

    /// npm itself does it, with a package that is a folder, so that nothing is fetched.
    #[test]
    fn what_the_lock_file_says_is_installed_once() {
        let scratch = Scratch::new("frameworks");
        let lock = |version: &str| {
            let root = r#""":{"name":"app","dependencies":{"sample":"file:sample"}}"#;
            let link = r#""node_modules/sample":{"resolved":"sample","link":true}"#;
            let sample = format!(r#""sample":{{"version":"{version}"}}"#);
            format!(r#"{{"name":"app","lockfileVersion":3,"packages":{{{root},{link},{sample}}}}}"#)
        };
        scratch
            .write("tests/stores/package.json", r#"{"name":"app","dependencies":{"sample":"file:sample"}}"#);
        scratch.write("tests/stores/package-lock.json", &lock("1.0.0"));
        scratch.write("target/test/stores/sample/package.json", r#"{"name":"sample","version":"1.0.0"}"#);
        let workspace = scratch.workspace();
        let missing = || {
            let mut plan = Plan::default();
            plan_frameworks(&workspace, &mut plan).unwrap();
            plan
        };

        missing().run().unwrap();
        assert!(missing().is_empty());
        scratch.write("tests/stores/package-lock.json", &lock("1.0.1"));
        assert!(!missing().is_empty());
        scratch.write("tests/stores/package-lock.json", &lock("1.0.0"));
        assert!(missing().is_empty());
        fs::remove_dir_all(workspace.output("test/stores/node_modules")).unwrap();
        assert!(!missing().is_empty());
    }

    #[test]
    fn a_folder_of_apps_has_a_manifest_for_each() {
        let scratch = Scratch::new("workspaces");
        scratch.write("package.json", r#"{"workspaces":["*"]}"#);
        scratch.write("vite/package.json", "{}");
        scratch.write("shared/app.js", "");
        let of_all = manifests_in(scratch.workspace().root()).unwrap();
        assert_eq!(of_all, ["package-lock.json", "package.json", "vite/package.json"]);
        scratch.write("package.json", "{}");
        assert_eq!(manifests_in(scratch.workspace().root()).unwrap(), ["package-lock.json", "package.json"]);
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
