//! The one place for versions of tools that Cargo installs. What npm installs is pinned in `xtask/tools/package.json`,
//! `tests/stores/package.json`, `xtask/docs/package.json` and the `package.json` files of `tests/packages/apps`, with their lock
//! files.

use std::fs;

use anyhow::{Context, Result};

use crate::workspace::Workspace;

/// A tool that `cargo install` brings, with the name of the executable that proves it is there.
pub(crate) struct CargoTool {
    pub(crate) name: &'static str,
    pub(crate) executable: &'static str,
    pub(crate) version: String,
    /// Whether the lock file it was published with is used.
    pub(crate) locked: bool,
    /// Crates in which a debug build spends its time: optimised, each later run takes half as long.
    pub(crate) optimised: &'static [&'static str],
    /// How long the installation takes on two cores, for the reader of the progress line.
    pub(crate) duration: &'static str,
}

/// Builds the module: cargo, then wasm-bindgen, then the optimiser.
pub(crate) fn wasm_pack() -> CargoTool {
    CargoTool {
        name: "wasm-pack",
        executable: "wasm-pack",
        version: "0.15.1".to_owned(),
        locked: true,
        optimised: &[],
        duration: "less than a minute",
    }
}

/// wasm-bindgen's tools must be of exactly the version that the crate is built with, so Cargo.lock decides.
pub(crate) fn wasm_bindgen_cli(workspace: &Workspace) -> Result<CargoTool> {
    Ok(CargoTool {
        name: "wasm-bindgen-cli",
        executable: "wasm-bindgen",
        version: locked_version(workspace, "wasm-bindgen")?,
        // Its lock file names webpki-roots 1.0.11, which the registry does not have.
        locked: false,
        optimised: &[
            "walrus",
            "wasmparser",
            "wasm-encoder",
            "wasm-bindgen-cli-support",
            "rustc-demangle",
            "id-arena",
        ],
        duration: "about a minute and a half",
    })
}

/// The version of a package in Cargo.lock.
pub(crate) fn locked_version(workspace: &Workspace, package: &str) -> Result<String> {
    let file = workspace.path("Cargo.lock");
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    version_in_lock(&text, package).with_context(|| format!("Cargo.lock has no package `{package}`"))
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let block = lock.split("[[package]]").find(|block| block.lines().any(|line| line == name))?;
    let version = block.lines().find_map(|line| line.strip_prefix("version = \""))?;
    version.strip_suffix('"').map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\ndependencies = [\n \"wasm-bindgen-shared\",\n]\n";

    #[test]
    fn the_version_is_that_of_the_very_package() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen-futures").as_deref(), Some("0.4.80"));
    }

    #[test]
    fn a_dependency_line_is_not_a_package() {
        assert_eq!(version_in_lock(LOCK, "wasm-bindgen-shared"), None);
    }
}
