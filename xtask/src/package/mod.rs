//! The npm package: from the crate to the files of `pkg/dist` and the tarball.
//!
//! Here: the order of the steps and when they are needed at all. `wasm` compiles the engine, `glue` and `bytes` make scripts of
//! it, `bundle` the published files with the sources in `pkg/src`, and `notices` says whose code is in them.

pub(crate) mod bundle;
mod bytes;
pub(crate) mod emulator;
mod glue;
mod notices;
mod wasm;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::digest::{Digest, Stamp, files_in};
use crate::process;
use crate::progress::Plan;
use crate::setup;
use crate::workspace::Workspace;

/// Everything that the package is made from, how it is made included.
const INPUTS: [&str; 15] = [
    ".cargo/config.toml",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "pkg/module",
    "pkg/package.json",
    "pkg/src",
    "rust-toolchain.toml",
    "src",
    "xtask/src/package",
    "xtask/src/setup/versions.rs",
    "xtask/tools/minify.mjs",
    "xtask/tools/package-lock.json",
    "xtask/tools/roll-types.mjs",
];

/// The files that are made and published.
const OUTPUTS: [&str; 12] = [
    "pkg/LICENSE-APACHE",
    "pkg/LICENSE-MIT",
    notices::SDK.file,
    "pkg/dist/external.d.ts",
    "pkg/dist/external.js",
    "pkg/dist/index.cjs",
    "pkg/dist/index.d.cts",
    "pkg/dist/index.d.ts",
    "pkg/dist/index.js",
    "pkg/dist/integrity.json",
    "pkg/dist/loginrocket.global.js",
    "pkg/dist/loginrocket.wasm",
];

const LICENCES: [&str; 2] = ["LICENSE-MIT", "LICENSE-APACHE"];

/// Adds the steps that build the package into `pkg/dist`, unless what is there was made from exactly these inputs.
pub(crate) fn plan_build<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let inputs = digest_of(workspace, &INPUTS)?;
    let stamp = Stamp::at(workspace.output("stamps/package"));
    if stamp.is(&with_outputs(workspace, &inputs)?) {
        return Ok(());
    }
    plan.add("compiling the package to WebAssembly (about a minute, the first time)", move || {
        Stamp::at(workspace.output("stamps/package")).clear();
        bundle::prepare(workspace)
    });
    plan.add("bundling the package", move || {
        bundle::write_all(workspace)?;
        for name in LICENCES {
            fs::copy(workspace.path(name), workspace.path("pkg").join(name))
                .with_context(|| format!("{name} cannot be copied"))?;
        }
        notices::write(workspace, &notices::SDK)?;
        stamp.record(&with_outputs(workspace, &inputs)?)
    });
    Ok(())
}

/// Builds the package and its tarball; gives the tarball's path.
pub(crate) fn pack(workspace: &Workspace) -> Result<PathBuf> {
    let mut plan = Plan::default();
    setup::plan(workspace, setup::FOR_PACKAGE, &mut plan)?;
    plan_build(workspace, &mut plan)?;
    plan.add("packing", || pack_built(workspace).map(drop));
    plan.run()?;
    tarball_path(workspace, "pkg", "loginrocket-wasm")
}

/// Makes the tarball of the package as it was built.
pub(crate) fn pack_built(workspace: &Workspace) -> Result<PathBuf> {
    pack_folder(workspace, "pkg", "loginrocket-wasm")
}

/// Has npm make the tarball of a folder, of the version that the crate of the same name has.
fn pack_folder(workspace: &Workspace, package: &str, name: &str) -> Result<PathBuf> {
    let folder = workspace.output("pack");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be created", folder.display()))?;
    for file in files_in(&folder)? {
        // An older tarball beside the new one would be mistaken for it sooner or later.
        if file.file_name().is_some_and(|found| found.to_string_lossy().starts_with(name)) {
            fs::remove_file(&file).with_context(|| format!("{} cannot be removed", file.display()))?;
        }
    }
    let mut command = workspace.command("npm");
    command
        .current_dir(workspace.path(package))
        .args(["pack", "--ignore-scripts", "--pack-destination"])
        .arg(&folder);
    process::run_quietly(&mut command)?;
    tarball_path(workspace, package, name)
}

fn tarball_path(workspace: &Workspace, package: &str, name: &str) -> Result<PathBuf> {
    let version = setup::versions::locked_version(workspace, name)?;
    let path = workspace.output("pack").join(format!("{name}-{version}.tgz"));
    if !path.is_file() {
        bail!(
            "npm left no {}: the versions in Cargo.toml and {package}/package.json may differ",
            path.display()
        );
    }
    Ok(path)
}

fn digest_of(workspace: &Workspace, paths: &[&str]) -> Result<String> {
    let mut digest = Digest::default();
    for path in paths {
        digest.add_path(workspace.root(), path)?;
    }
    Ok(digest.finish())
}

/// The inputs' digest with that of the files as they are now: a file that was changed or removed is made again.
fn with_outputs(workspace: &Workspace, inputs: &str) -> Result<String> {
    Ok(format!("{inputs} {}", digest_of(workspace, &OUTPUTS)?))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    /// A file of each kind that the package is made from, whatever the list above says.
    const SOURCES: [&str; 12] = [
        ".cargo/config.toml",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "pkg/package.json",
        "pkg/src/client.ts",
        "rust-toolchain.toml",
        "src/engine/mod.rs",
        "xtask/src/package/wasm.rs",
        "xtask/src/setup/versions.rs",
        "xtask/tools/package-lock.json",
    ];

    fn is_planned(workspace: &Workspace) -> bool {
        let mut plan = Plan::default();
        plan_build(workspace, &mut plan).unwrap();
        !plan.is_empty()
    }

    /// As a build leaves it behind.
    fn built() -> Scratch {
        let scratch = Scratch::new("package");
        for file in SOURCES.iter().chain(&OUTPUTS) {
            scratch.write(file, "as built");
        }
        record(&scratch.workspace());
        scratch
    }

    fn record(workspace: &Workspace) {
        let inputs = digest_of(workspace, &INPUTS).unwrap();
        Stamp::at(workspace.output("stamps/package"))
            .record(&with_outputs(workspace, &inputs).unwrap())
            .unwrap();
    }

    #[test]
    fn what_was_built_from_the_same_files_is_not_built_again() {
        let scratch = built();
        assert!(!is_planned(&scratch.workspace()));
        scratch.write("www/index.html", "is no part of the package");
        assert!(!is_planned(&scratch.workspace()));
    }

    #[test]
    fn a_change_of_anything_that_the_package_is_made_from_builds_it_again() {
        let scratch = built();
        for file in SOURCES {
            scratch.write(file, "changed");
            assert!(is_planned(&scratch.workspace()), "{file}");
            record(&scratch.workspace());
        }
        scratch.write("src/engine/new.rs", "");
        assert!(is_planned(&scratch.workspace()));
    }

    #[test]
    fn what_was_changed_or_removed_by_hand_is_made_again() {
        for file in OUTPUTS {
            let scratch = built();
            scratch.write(file, "changed");
            assert!(is_planned(&scratch.workspace()), "{file}");
            fs::remove_file(scratch.workspace().path(file)).unwrap();
            assert!(is_planned(&scratch.workspace()), "{file}");
        }
    }

    #[test]
    fn without_a_stamp_everything_is_built() {
        let scratch = built();
        Stamp::at(scratch.workspace().output("stamps/package")).clear();
        assert!(is_planned(&scratch.workspace()));
    }

    #[test]
    fn every_file_that_is_published_is_checked_to_be_as_it_was_built() {
        let manifest = include_str!("../../../pkg/package.json");
        let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
        let mut published: Vec<_> = manifest["files"]
            .as_array()
            .unwrap()
            .iter()
            .map(|file| format!("pkg/{}", file.as_str().unwrap()))
            .collect();
        published.sort();
        assert_eq!(published, OUTPUTS);
    }

    #[test]
    fn every_byte_becomes_two_digits() {
        assert_eq!(hex(&[0x00, 0x61, 0x73, 0x6d, 0x0f, 0xff]), "0061736d0fff");
        assert_eq!(hex(&[]), "");
    }
}
