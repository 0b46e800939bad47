//! What is published is what its registries and users understand: of the tarball publint and arethetypeswrong find nothing
//! wrong, npm itself says what it would publish, and Cargo takes the crate.

use std::fs;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::package;
use crate::process;
use crate::workspace::Workspace;

/// Builds the tarballs and has both tools look at them.
pub(super) fn check(workspace: &Workspace) -> Result<String> {
    let tarballs = [package::emulator::pack(workspace)?, package::pack(workspace)?];
    for tarball in tarballs {
        let mut command = workspace.command("node");
        command.arg("xtask/tools/lint-package.mjs").arg(&tarball);
        process::run(command.env("LOGINROCKET_TOOLS", workspace.npm_tools()))?;
    }
    Ok(format!("{}; {}", dry_run(workspace, "pkg")?, dry_run(workspace, "emulator/npm")?))
}

#[derive(Deserialize)]
struct Packed {
    id: String,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct File {
    path: String,
}

/// Asks npm what it would publish, which must be what is listed, and the files that npm always adds.
fn dry_run(workspace: &Workspace, folder: &str) -> Result<String> {
    let mut command = workspace.command("npm");
    command.current_dir(workspace.path(folder)).args(["pack", "--dry-run", "--json", "--ignore-scripts"]);
    let packed = process::output(&mut command)?;
    let manifest = format!("{folder}/package.json");
    let manifest = fs::read_to_string(workspace.path(&manifest))
        .with_context(|| format!("{manifest} cannot be read"))?;
    judge(&packed, &manifest)
}

fn judge(packed: &str, manifest: &str) -> Result<String> {
    #[derive(Deserialize)]
    struct Manifest {
        files: Vec<String>,
    }
    let [packed]: [Packed; 1] =
        serde_json::from_str(packed).context("npm did not say what it would publish")?;
    let manifest: Manifest = serde_json::from_str(manifest).context("pkg/package.json is not right")?;
    let always = ["README.md", "package.json"].map(str::to_owned);
    let mut expected: Vec<_> = manifest.files.into_iter().chain(always).collect();
    let mut found: Vec<_> = packed.files.into_iter().map(|file| file.path).collect();
    expected.sort();
    found.sort();
    if found != expected {
        bail!("npm would publish {} and not {}", found.join(", "), expected.join(", "));
    }
    Ok(format!("{}, {} files", packed.id, found.len()))
}

/// Has Cargo make the crate's package, of the files as they are.
pub(super) fn check_crate(workspace: &Workspace) -> Result<String> {
    let mut command = workspace.cargo();
    // Not compiled from the archive: the lints have compiled the same files already.
    command.args(["package", "--quiet", "--package", "loginrocket-wasm", "--allow-dirty", "--no-verify"]);
    process::run(&mut command)?;
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = r#"{"files":["dist/index.js"]}"#;

    fn packed(files: &[&str]) -> String {
        let files: Vec<_> = files.iter().map(|path| serde_json::json!({ "path": path })).collect();
        serde_json::json!([{ "id": "sample@1.0.0", "files": files }]).to_string()
    }

    #[test]
    fn what_is_listed_and_what_npm_adds_is_published() {
        let files = packed(&["README.md", "dist/index.js", "package.json"]);
        assert_eq!(judge(&files, MANIFEST).unwrap(), "sample@1.0.0, 3 files");
    }

    #[test]
    fn a_file_that_is_missing_or_too_many_is_refused() {
        for files in
            [vec!["README.md", "package.json"], vec!["README.md", "dist/index.js", "notes", "package.json"]]
        {
            assert!(judge(&packed(&files), MANIFEST).is_err());
        }
    }
}
