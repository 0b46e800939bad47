//! The emulator's npm package: the module of the realms, the scripts that host it, and its types.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use super::bundle::{empty, read, write};
use super::{LICENCES, digest_of, glue, notices, pack_folder, tarball_path, wasm};
use crate::digest::{Stamp, copy_folder};
use crate::process;
use crate::progress::Plan;
use crate::setup;
use crate::setup::versions::locked_version;
use crate::workspace::Workspace;

const NAME: &str = "loginrocket-emulator";
const PACKAGE: &str = "emulator/npm";
const DIST: &str = "emulator/npm/dist";
const STAMP: &str = "stamps/emulator-package";

/// Everything that the package is made from, how it is made included.
const INPUTS: [&str; 17] = [
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "emulator/Cargo.toml",
    "emulator/assets",
    "emulator/js",
    "emulator/npm/package.json",
    "emulator/npm/src",
    "emulator/seeds",
    "emulator/src",
    "emulator/templates",
    "rust-toolchain.toml",
    "xtask/src/package",
    "xtask/src/setup/versions.rs",
    "xtask/tools/package-lock.json",
    "xtask/tools/roll-types.mjs",
];

/// The files that are made and published, beside what is in `DIST`.
const OUTPUTS: [&str; 4] =
    [DIST, "emulator/npm/LICENSE-APACHE", "emulator/npm/LICENSE-MIT", notices::EMULATOR.file];

/// What the package finds where it is used: itself, by its other entries, and what its helpers help with.
const FOREIGN: [&str; 4] = ["@playwright/test", NAME, "msw", "vitest"];

/// The entries, and whether there is a `CommonJS` twin.
const SCRIPTS: [(&str, bool); 6] = [
    ("browser", false),
    ("cli", false),
    ("index", true),
    ("msw", true),
    ("playwright", true),
    // Vitest itself is a module only.
    ("vitest", false),
];

/// Adds the steps that build the package, unless what is there was made from exactly these inputs.
pub(crate) fn plan_build<'a>(workspace: &'a Workspace, plan: &mut Plan<'a>) -> Result<()> {
    let inputs = digest_of(workspace, &INPUTS)?;
    let stamp = Stamp::at(workspace.output(STAMP));
    let made = OUTPUTS.iter().all(|output| workspace.path(output).exists());
    if made && stamp.is(&with_outputs(workspace, &inputs)?) {
        return Ok(());
    }
    plan.add("compiling the emulator to WebAssembly (about a minute, the first time)", move || {
        Stamp::at(workspace.output(STAMP)).clear();
        prepare(workspace)
    });
    plan.add("bundling the emulator", move || {
        write_all(workspace)?;
        for name in LICENCES {
            fs::copy(workspace.path(name), workspace.path(PACKAGE).join(name))
                .with_context(|| format!("{name} cannot be copied"))?;
        }
        notices::write(workspace, &notices::EMULATOR)?;
        stamp.record(&with_outputs(workspace, &inputs)?)
    });
    Ok(())
}

/// Builds the package and its tarball; gives the tarball's path.
pub(crate) fn pack(workspace: &Workspace) -> Result<PathBuf> {
    let mut plan = Plan::default();
    setup::plan(workspace, setup::FOR_PACKAGE, &mut plan)?;
    plan_build(workspace, &mut plan)?;
    plan.add("packing the emulator", || pack_built(workspace).map(drop));
    plan.run()?;
    tarball_path(workspace, PACKAGE, NAME)
}

/// Makes the tarball of the package as it was built, which has to stay within its budget.
pub(crate) fn pack_built(workspace: &Workspace) -> Result<PathBuf> {
    let tarball = pack_folder(workspace, PACKAGE, NAME)?;
    let size = fs::metadata(&tarball).context("the emulator's tarball cannot be measured")?.len();
    let budget = fs::read_to_string(workspace.path("emulator/npm/size-budget.json"))
        .context("emulator/npm/size-budget.json cannot be read")?;
    judge(size, &budget)?;
    Ok(tarball)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budgets {
    tarball: Budget,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    bytes: u64,
    reason: String,
}

fn judge(size: u64, budgets: &str) -> Result<()> {
    let Budgets { tarball: Budget { bytes, reason } } =
        serde_json::from_str(budgets).context("emulator/npm/size-budget.json is not right")?;
    if size > bytes {
        bail!("the emulator's tarball has {size} bytes, more than the {bytes} of its budget ({reason})");
    }
    Ok(())
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.output("emulator")
}

/// Builds the module, and puts its glue beside the sources.
fn prepare(workspace: &Workspace) -> Result<()> {
    let built = folder(workspace).join("wasm");
    empty(&built)?;
    wasm::build_realms(workspace, &built)?;
    let source = folder(workspace).join("src");
    empty(&source)?;
    copy_folder(&workspace.path("emulator/npm/src"), &source)?;
    let glue = read(&built.join(wasm::REALMS_GLUE))?;
    write(&source.join("glue.js"), glue::factory(&String::from_utf8_lossy(&glue), "Realms")?)
}

/// Writes all published files of the package's `dist`.
fn write_all(workspace: &Workspace) -> Result<()> {
    let dist = workspace.path(DIST);
    empty(&dist)?;
    let version = format!("--define:VERSION=\"{}\"", locked_version(workspace, NAME)?);
    for (entry, has_twin) in SCRIPTS {
        bundle(workspace, &dist, entry, "esm", &version)?;
        if has_twin {
            bundle(workspace, &dist, entry, "cjs", &version)?;
        }
    }
    write(&dist.join("realms.wasm"), read(&folder(workspace).join("wasm").join(wasm::REALMS))?)?;
    write_types(workspace, &dist)
}

fn bundle(workspace: &Workspace, dist: &Path, entry: &str, format: &str, version: &str) -> Result<()> {
    let platform = if entry == "browser" { "browser" } else { "node" };
    let mut command = workspace.command(workspace.npm_binary("esbuild"));
    command
        .arg(folder(workspace).join("src").join(format!("{entry}.ts")))
        .args([
            "--bundle",
            "--target=es2022",
            "--charset=utf8",
            "--legal-comments=none",
            "--log-level=warning",
        ])
        .args([format!("--platform={platform}"), format!("--format={format}"), version.to_owned()])
        .args(FOREIGN.map(|name| format!("--external:{name}")));
    let extension = if format == "cjs" {
        // Where the script is, by the names that it has in `CommonJS`.
        command.arg("--define:import.meta.url=place");
        command.arg("--banner:js=const place = require('node:url').pathToFileURL(__filename).href;");
        "cjs"
    } else {
        if entry == "cli" {
            command.arg("--banner:js=#!/usr/bin/env node");
        }
        "js"
    };
    process::run(command.arg(format!("--outfile={}", dist.join(format!("{entry}.{extension}")).display())))
}

/// Writes the types, as the compiler emits them, rolled up to one file for each entry.
fn write_types(workspace: &Workspace, dist: &Path) -> Result<()> {
    let emitted = folder(workspace).join("types");
    empty(&emitted)?;
    let mut compile = workspace.command(workspace.npm_binary("tsc"));
    compile.args(["--project", "emulator/npm/src", "--noEmit", "false", "--declaration"]);
    process::run(compile.args(["--emitDeclarationOnly", "--outDir"]).arg(&emitted))?;
    let entries = || SCRIPTS.iter().filter(|(entry, _)| !["browser", "cli"].contains(entry));
    let mut roll = workspace.command("node");
    roll.arg("xtask/tools/roll-types.mjs").args([&emitted, dist]);
    roll.args(entries().map(|(entry, _)| *entry).filter(|entry| *entry != "index"));
    process::run(roll.env("LOGINROCKET_TOOLS", workspace.npm_tools()))?;
    // `await using` is newer than what projects mostly say they know.
    let index = dist.join("index.d.ts");
    let types = read(&index)?;
    write(
        &index,
        format!("/// <reference lib=\"esnext.disposable\" />\n{}", String::from_utf8_lossy(&types)),
    )?;
    for (entry, _) in entries().filter(|(_, has_twin)| *has_twin) {
        let types = read(&dist.join(format!("{entry}.d.ts")))?;
        let twin = String::from_utf8_lossy(&types).replace("'./index.js'", "'./index.cjs'");
        write(&dist.join(format!("{entry}.d.cts")), twin)?;
    }
    Ok(())
}

/// The inputs' digest with that of the files as they are now: a file that was changed or removed is made again.
fn with_outputs(workspace: &Workspace, inputs: &str) -> Result<String> {
    Ok(format!("{inputs} {}", digest_of(workspace, &OUTPUTS)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Scratch;

    #[test]
    fn a_tarball_over_its_budget_is_refused_with_the_budgets_reason() {
        let budgets = r#"{ "tarball": { "bytes": 10, "reason": "enough for a sample" } }"#;
        assert!(judge(10, budgets).is_ok());
        assert!(judge(11, budgets).unwrap_err().to_string().contains("enough for a sample"));
    }

    #[test]
    fn a_change_of_anything_that_it_is_made_from_builds_the_emulator_again() {
        let scratch = Scratch::new("emulator-package");
        for file in INPUTS.iter().chain(&OUTPUTS) {
            // A folder is made for what lies in it.
            let is_file =
                file.rsplit('/').next().is_some_and(|name| name.contains('.') || name.contains('-'));
            scratch.write(&if is_file { (*file).to_owned() } else { format!("{file}/sample") }, "as built");
        }
        let is_planned = || {
            let workspace = scratch.workspace();
            let mut plan = Plan::default();
            plan_build(&workspace, &mut plan).unwrap();
            !plan.is_empty()
        };
        let record = || {
            let workspace = scratch.workspace();
            let inputs = digest_of(&workspace, &INPUTS).unwrap();
            Stamp::at(workspace.output(STAMP)).record(&with_outputs(&workspace, &inputs).unwrap()).unwrap();
        };
        record();
        assert!(!is_planned());
        for file in [
            "emulator/npm/src/sample",
            "emulator/src/sample",
            "xtask/src/package/sample",
            "xtask/src/setup/versions.rs",
            "xtask/tools/package-lock.json",
            "xtask/tools/roll-types.mjs",
        ] {
            scratch.write(file, "changed");
            assert!(is_planned(), "{file}");
            record();
        }
    }

    #[test]
    fn every_script_is_published_with_its_types() {
        let manifest = include_str!("../../../emulator/npm/package.json");
        let manifest: serde_json::Value = serde_json::from_str(manifest).unwrap();
        let published: Vec<_> =
            manifest["files"].as_array().unwrap().iter().filter_map(|file| file.as_str()).collect();
        let mut expected = vec!["dist/realms.wasm".to_owned()];
        for (entry, has_twin) in SCRIPTS {
            expected.push(format!("dist/{entry}.js"));
            let is_typed = !["browser", "cli"].contains(&entry);
            expected.extend(is_typed.then(|| format!("dist/{entry}.d.ts")));
            if has_twin {
                expected.extend([format!("dist/{entry}.cjs"), format!("dist/{entry}.d.cts")]);
            }
        }
        expected.extend(["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-LICENSES.md"].map(str::to_owned));
        expected.sort_by_key(|file| (!file.starts_with("dist/"), file.clone()));
        assert_eq!(published, expected);
    }
}
