//! Where a tarball is installed before it is tested: in copies of projects, among the apps, and beside the test runners of the
//! emulator's users. npm installs it as it would for a user, but from this machine alone.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::shared::Bench;
use crate::digest::copy_folder;
use crate::process;
use crate::setup::{APPS, EMULATOR_USERS, NPM_APPS, NPM_EMULATOR};
use crate::workspace::Workspace;

/// What npm itself keeps among the packages.
const NPM_FILES: [&str; 2] = [".bin", ".package-lock.json"];

/// A project of which nothing is wanted but that the tarball is installed in it.
pub(super) const EMPTY_PROJECT: &str = "tests/packages/empty";

/// Makes a folder with copies of a project's files and the tarball installed, as a user would.
pub(super) fn in_project(bench: &Bench, output: &str, project: &str) -> Result<PathBuf> {
    let tarball = bench.tarball()?;
    let folder = bench.workspace.output(output);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    copy_folder(&bench.workspace.path(project), &folder)?;
    let mut command = bench.workspace.command("npm");
    command
        .current_dir(&folder)
        .args(["install", "--ignore-scripts", "--no-audit", "--no-fund", "--offline"])
        .arg(tarball);
    process::run_quietly(&mut command)?;
    Ok(folder)
}

/// Copies the apps to where their tools are, and installs the tarball there. Nothing is left of earlier runs but the
/// tools: not what an app was built into, and not what a tool remembers of it.
pub(super) fn in_apps(bench: &Bench) -> Result<PathBuf> {
    let tarball = bench.tarball()?;
    let folder = bench.workspace.output(APPS);
    remove_all_but_packages(&folder)?;
    copy_folder(&bench.workspace.path(NPM_APPS), &folder)?;
    anew(bench.workspace, &folder, &["loginrocket-wasm"], &[tarball])?;
    Ok(folder)
}

/// The same for both tarballs and the projects of the emulator's users, each under its own test runner.
pub(super) fn in_emulator_users(bench: &Bench) -> Result<PathBuf> {
    let tarballs = [bench.emulator_tarball()?, bench.tarball()?];
    let folder = bench.workspace.output(EMULATOR_USERS);
    remove_all_but_packages(&folder)?;
    copy_folder(&bench.workspace.path(NPM_EMULATOR).join("users"), &folder)?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(bench.workspace.path(NPM_EMULATOR).join(name), folder.join(name))
            .with_context(|| format!("{name} cannot be copied"))?;
    }
    anew(bench.workspace, &folder, &["loginrocket-emulator", "loginrocket-wasm"], &tarballs)?;
    Ok(folder)
}

/// Installs tarballs beside what is there already.
fn anew(workspace: &Workspace, folder: &Path, names: &[&str], tarballs: &[PathBuf]) -> Result<()> {
    for name in names {
        let package = folder.join("node_modules").join(name);
        if package.exists() {
            // npm would keep it, because the version is the same.
            fs::remove_dir_all(&package)
                .with_context(|| format!("{} cannot be removed", package.display()))?;
        }
    }
    let mut command = workspace.command("npm");
    command
        .current_dir(folder)
        .args(["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--offline"])
        .args(tarballs);
    process::run_quietly(&mut command)
}

/// Empties a folder but for the packages below it. Among those, what starts with a dot is a cache of some tool's, except
/// for npm's own.
fn remove_all_but_packages(folder: &Path) -> Result<()> {
    let failed = || format!("{} cannot be emptied", folder.display());
    let in_packages = folder.ends_with("node_modules");
    for entry in fs::read_dir(folder).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if in_packages && (!name.starts_with('.') || NPM_FILES.contains(&name.as_str())) {
            continue;
        }
        if !path.is_dir() {
            fs::remove_file(&path).with_context(failed)?;
        } else if in_packages {
            fs::remove_dir_all(&path).with_context(failed)?;
        } else {
            remove_all_but_packages(&path)?;
            // One that holds packages is not empty and stays.
            let _ = fs::remove_dir(&path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::files_in;
    use crate::workspace::Scratch;

    #[test]
    fn an_app_starts_without_what_an_earlier_run_left() {
        let scratch = Scratch::new("apps");
        let files = [
            ".parcel-cache/old",
            "app/dist/old.js",
            "app/node_modules/.vite/old.js",
            "app/node_modules/vite/index.js",
            "gone/main.js",
            "node_modules/.bin/vite",
            "node_modules/.package-lock.json",
            "node_modules/.vite/deps/old.js",
            "node_modules/vite/index.js",
        ];
        for file in files {
            scratch.write(file, "");
        }
        let root = scratch.workspace().root().to_path_buf();
        remove_all_but_packages(&root).unwrap();
        let left: Vec<_> = files_in(&root).unwrap();
        let left: Vec<_> =
            left.iter().map(|file| file.strip_prefix(&root).unwrap().to_str().unwrap()).collect();
        let expected = [
            "app/node_modules/vite/index.js",
            "node_modules/.bin/vite",
            "node_modules/.package-lock.json",
            "node_modules/vite/index.js",
        ];
        assert_eq!(left, expected);
    }
}
