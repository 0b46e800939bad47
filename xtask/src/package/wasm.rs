//! Compiles the crate with wasm-pack, so that nothing in the module tells where it was built.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::workspace::Workspace;

/// Separates flags in `CARGO_ENCODED_RUSTFLAGS`, which unlike `RUSTFLAGS` can hold paths with spaces.
const SEPARATOR: &str = "\u{1f}";

/// Builds the standard library with the crate: the one that comes with the compiler uses reference types, which `wasm2js`
/// refuses. It is unstable for its command line, not for what it makes, as are the flags below, so the pinned stable compiler is
/// used and told that this is meant.
const STANDARD_LIBRARY: &str = "-Zbuild-std=std,panic_abort";

/// A panic is a trap that says nothing; lints see to it that none is written. `pkg/size-budget.json` says what that buys, how it was
/// measured, and why it stays.
const UNSTABLE: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];

/// What a call weighs when the compiler decides whether to inline a function (25 by itself), and that values are not loaded before
/// they are used. Without both the module is 1.4 % larger.
const WEIGHTS: &str = "-Cllvm-args=-inline-call-penalty=15 -enable-load-pre=false";

/// The stack, in bytes. What follows it in memory has shorter addresses than after the megabyte that the linker would leave.
const STACK: &str = "-Clink-arg=-zstack-size=65536";

/// What every engine knows that the package runs in. What the compiler would use beside it, such as reference types,
/// `wasm2js` refuses.
const BASELINE: [&str; 2] = ["-Ctarget-cpu=mvp", "-Ctarget-feature=+bulk-memory,+mutable-globals,+sign-ext"];

/// What wasm-pack leaves in its folder: the optimised module, and what is around it.
pub(super) const MODULE: &str = "loginrocket_wasm_bg.wasm";
pub(super) const GLUE: &str = "loginrocket_wasm.js";

/// The same of the emulator.
pub(super) const REALMS: &str = "loginrocket_emulator_js_bg.wasm";
pub(super) const REALMS_GLUE: &str = "loginrocket_emulator_js.js";

/// Builds the module of the engine into a folder, with its glue.
pub(super) fn build(workspace: &Workspace, folder: &Path) -> Result<()> {
    if !workspace.npm_binary("wasm-opt").exists() {
        // wasm-pack would only skip the optimiser, and nobody would notice but by the size.
        bail!(
            "the optimiser wasm-opt is missing from {}: remove target/stamps/npm-tools and try again",
            workspace.npm_tools().display()
        );
    }
    let mut command = workspace.command("wasm-pack");
    command
        .args(["--log-level", "error", "build", "pkg/module", "--release", "--target", "web"])
        .args(["--mode", "no-install", "--out-name", "loginrocket_wasm"])
        // The manifest, the types and the ignore file are not its business.
        .args(["--no-pack", "--no-typescript", "--no-gitignore", "--out-dir"])
        .arg(folder)
        .args(["--", STANDARD_LIBRARY])
        // Other flags than other builds': in one folder each would throw out what the other has compiled.
        .env("CARGO_TARGET_DIR", workspace.output("package/cargo"));
    let mut flags = flags(workspace)?;
    for flag in BASELINE.into_iter().chain([STACK, WEIGHTS]) {
        flags.push(SEPARATOR);
        flags.push(flag);
    }
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", flags).env_remove("RUSTFLAGS");
    process::run(&mut command)
}

/// Builds the module of the emulator into a folder, with its glue. Neither is it optimised as a whole nor its standard library
/// built along: what is waited for in it is arithmetic, and a developer fetches it once.
pub(super) fn build_realms(workspace: &Workspace, folder: &Path) -> Result<()> {
    let target = workspace.output("emulator/cargo");
    let mut build = workspace.cargo();
    build
        .args(["build", "--quiet", "--locked", "--profile", "realms", "--target", "wasm32-unknown-unknown"])
        .args(["--package", "loginrocket-emulator-js"])
        .env("CARGO_TARGET_DIR", &target)
        .env("CARGO_ENCODED_RUSTFLAGS", paths(workspace)?.join(SEPARATOR.as_ref()))
        .env_remove("RUSTFLAGS");
    process::run(&mut build)?;
    let mut bindgen = workspace.command("wasm-bindgen");
    bindgen
        .args(["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section"])
        .arg("--out-dir")
        .arg(folder);
    let module = target.join("wasm32-unknown-unknown/realms/loginrocket_emulator_js.wasm");
    process::run_quietly(bindgen.arg(module))
}

/// Panic messages hold source paths: of this project, of its dependencies and of the standard library. They are
/// shortened to what tells a developer something and is the same on every machine.
fn flags(workspace: &Workspace) -> Result<OsString> {
    let mut flags: Vec<_> = UNSTABLE.iter().map(OsString::from).collect();
    flags.extend(paths(workspace)?);
    Ok(flags.join(SEPARATOR.as_ref()))
}

fn paths(workspace: &Workspace) -> Result<Vec<OsString>> {
    let cargo_home = cargo_home()?;
    let sysroot = sysroot(workspace)?;
    // The name that the standard library's sources have where they are not installed.
    let library = format!("/rustc/{}", compiler_commit(workspace)?);
    let mut folders = vec![
        (workspace.root().to_path_buf(), "loginrocket-wasm"),
        (cargo_home.clone(), "cargo"),
        (sysroot.clone(), "rust"),
        (sysroot.join("lib/rustlib/src/rust"), library.as_str()),
    ];
    // The last flag that fits wins. These folders are named after the host that crates came from, mirrors included.
    folders.extend(subfolders(&cargo_home.join("registry/src")).map(|folder| (folder, "crates")));
    Ok(folders.iter().map(|(folder, name)| remap(folder, name)).collect())
}

/// Where the compiler is, with everything that came with it.
pub(super) fn sysroot(workspace: &Workspace) -> Result<PathBuf> {
    let sysroot = process::output(workspace.command("rustc").args(["--print", "sysroot"]))?;
    Ok(PathBuf::from(sysroot.trim()))
}

fn compiler_commit(workspace: &Workspace) -> Result<String> {
    let version = process::output(workspace.command("rustc").arg("-vV"))?;
    let commit = version.lines().find_map(|line| line.strip_prefix("commit-hash: "));
    commit.map(str::to_owned).context("`rustc -vV` names no commit")
}

/// The folders in a folder; none if it is not there.
fn subfolders(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir())
}

fn remap(folder: &Path, name: &str) -> OsString {
    let mut flag = OsString::from("--remap-path-prefix=");
    flag.push(folder);
    flag.push("=");
    flag.push(name);
    flag
}

fn cargo_home() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("CARGO_HOME") {
        return Ok(folder.into());
    }
    let home = env::home_dir().context("there is neither CARGO_HOME nor a home folder")?;
    Ok(home.join(".cargo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_spaces_stays_one_flag() {
        assert_eq!(remap(Path::new("/home/a b/c"), "cargo"), "--remap-path-prefix=/home/a b/c=cargo");
    }
}
