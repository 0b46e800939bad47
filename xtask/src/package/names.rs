//! Shortens the names by which the module and its glue know each other. wasm-bindgen makes them unique with hashes,
//! which compress badly and appear on both sides: a tenth of the package.
//!
//! The optimiser renames the module's side and tells how; the bundler then renames the same properties in the glue.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process;
use crate::workspace::Workspace;

/// What rustc uses for wasm32-unknown-unknown and every browser of the last years has. The module no longer says so
/// itself, and with more than these the optimiser would write forms that older engines cannot read.
const FEATURES: [&str; 7] = [
    "--mvp-features",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Once more for size, now that names are out of the way. The module makes its own memory, so it starts as zeros, and
/// the lowest addresses are the far end of the stack, to which no pointer with an offset leads.
const PASSES: [&str; 6] = [
    "-Oz",
    "--strip-debug",
    "--strip-producers",
    "--zero-filled-memory",
    "--low-memory-unused",
    "--minify-imports-and-exports-and-modules",
];

/// How properties of the glue start, so that nothing of the public API is ever renamed.
const GLUE: [&str; 6] = ["__", "loginrocket_", "loginrocketsession_", "wasm_bindgen_", "./", "memory"];

/// The optimiser's report: of imports the module, the old and the new name, of exports the old and the new name.
#[derive(Deserialize)]
struct Report {
    imports: Vec<(String, String, String)>,
    exports: Vec<(String, String)>,
}

/// Old names with their new ones.
pub(super) struct Names(BTreeMap<String, String>);

/// Writes the module with short names.
pub(super) fn shorten(workspace: &Workspace, long: &Path, short: &Path) -> Result<Names> {
    let report = optimise(workspace, long, short)?;
    names(serde_json::from_str(&report).context("wasm-opt did not say how it renamed things")?)
}

/// Writes a module smaller and with short names; gives the optimiser's report on these.
pub(super) fn optimise(workspace: &Workspace, long: &Path, short: &Path) -> Result<String> {
    let mut command = workspace.command(workspace.npm_binary("wasm-opt"));
    process::output(command.args(FEATURES).args(PASSES).arg(long).arg("-o").arg(short))
}

fn names(report: Report) -> Result<Names> {
    let mut names = BTreeMap::new();
    for (module, old, new) in report.imports {
        // wasm-opt puts all modules into one of this name, which is right as long as there is one.
        add(&mut names, old, new)?;
        add(&mut names, module, "a".to_owned())?;
    }
    if names.keys().filter(|name| name.starts_with("./")).count() > 1 {
        bail!("the module imports from more than one script, and their names would get mixed up");
    }
    for (old, new) in report.exports {
        add(&mut names, old, new)?;
    }
    Ok(Names(names))
}

fn add(names: &mut BTreeMap<String, String>, old: String, new: String) -> Result<()> {
    if !GLUE.iter().any(|start| old.starts_with(start)) {
        bail!("`{old}` is no name of wasm-bindgen's glue: renaming it could rename something else");
    }
    match names.get(&old) {
        Some(other) if *other != new => bail!("`{old}` has two new names, {other} and {new}"),
        _ => names.insert(old, new),
    };
    Ok(())
}

impl Names {
    /// Writes the names where the bundler reads them, and gives the flags that make it do so.
    pub(super) fn flags(&self, cache: &Path) -> Result<Vec<String>> {
        let json = serde_json::to_string(&self.0).context("names are always JSON")?;
        fs::write(cache, json).with_context(|| format!("{} cannot be written", cache.display()))?;
        Ok(vec![
            format!("--mangle-props={}", self.pattern()),
            // The name of the module is quoted, because it is a path.
            "--mangle-quoted".to_owned(),
            format!("--mangle-cache={}", cache.display()),
        ])
    }

    /// Exactly these names and no other.
    fn pattern(&self) -> String {
        let names: Vec<_> = self.0.keys().map(|name| escape(name)).collect();
        format!("^({})$", names.join("|"))
    }
}

fn escape(name: &str) -> String {
    let escaped = |letter: char| {
        if letter.is_ascii_alphanumeric() || letter == '_' { vec![letter] } else { vec!['\\', letter] }
    };
    name.chars().flat_map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(report: &str) -> Result<Names> {
        names(serde_json::from_str(report).unwrap())
    }

    #[test]
    fn every_name_of_the_module_is_renamed_and_no_other() {
        let names = of(
            r#"{"imports":[["./x_bg.js","__wbg_new_1f","b"]],"exports":[["memory","c"],["loginrocket_new","d"]]}"#,
        );
        assert_eq!(names.unwrap().pattern(), r"^(\.\/x_bg\.js|__wbg_new_1f|loginrocket_new|memory)$");
    }

    #[test]
    fn a_name_of_the_public_api_is_never_renamed() {
        assert!(of(r#"{"imports":[],"exports":[["login","a"]]}"#).is_err());
    }

    #[test]
    fn a_second_module_is_refused() {
        assert!(of(r#"{"imports":[["./a.js","__a","b"],["./b.js","__b","c"]],"exports":[]}"#).is_err());
    }

    #[test]
    fn a_name_with_two_new_ones_is_refused() {
        assert!(of(r#"{"imports":[["./a.js","__a","b"]],"exports":[["__a","c"]]}"#).is_err());
    }
}
