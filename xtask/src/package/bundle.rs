//! Makes the published files: one script per module system with the WebAssembly bytes inside, and the types.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{hex, names, wasm};
use crate::digest::files_in;
use crate::process;
use crate::setup::versions::locked_version;
use crate::workspace::Workspace;

/// The error classes. The wasm glue imports this very file, and so must the entry: two copies would be two classes.
const ERRORS: &str = "src/bindings/errors.js";

/// Writes all published files of `pkg/dist`.
pub(super) fn write(workspace: &Workspace) -> Result<()> {
    let folder = workspace.path(wasm::FOLDER);
    let short = folder.join("module.wasm");
    let names = names::shorten(workspace, &folder.join("loginrocket_wasm_bg.wasm"), &short)?;
    write_module(&folder, &short)?;
    let renaming = names.flags(&folder.join("names.json"))?;
    bundle(workspace, "esm", "pkg/dist/index.js", &renaming)?;
    bundle(workspace, "cjs", "pkg/dist/index.cjs", &renaming)?;
    // Both scripts have the same exports, so both have the same types; the extension tells TypeScript the module system.
    for name in ["pkg/dist/index.d.ts", "pkg/dist/index.d.cts"] {
        fs::copy(workspace.path("src/bindings/types.d.ts"), workspace.path(name))
            .with_context(|| format!("{name} cannot be written"))?;
    }
    Ok(())
}

/// Writes the one script that knows where wasm-pack put things and holds the bytes; the entry imports from it.
fn write_module(folder: &Path, binary: &Path) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("{} cannot be read", binary.display()))?;
    let errors = find_errors(&files_in(folder)?)?;
    let errors = errors.strip_prefix(folder).unwrap_or(&errors);
    let file = folder.join("module.js");
    fs::write(&file, module_script(errors, &bytes))
        .with_context(|| format!("{} cannot be written", file.display()))
}

fn find_errors(files: &[PathBuf]) -> Result<PathBuf> {
    let mut found = files.iter().filter(|file| file.ends_with(ERRORS));
    match (found.next(), found.next()) {
        (Some(file), None) => Ok(file.clone()),
        (None, _) => bail!("wasm-pack left no {ERRORS}: nothing in src/bindings imports it"),
        (Some(_), Some(_)) => {
            bail!("wasm-pack left more than one {ERRORS}, so the error classes are not one")
        }
    }
}

/// Hexadecimal digits compress better than base64, because they keep the bytes' boundaries.
fn module_script(errors: &Path, bytes: &[u8]) -> String {
    format!(
        "export {{ initSync, LoginRocket }} from './loginrocket_wasm.js';\nexport * from './{}';\nexport const hex = '{}';\n",
        errors.display(),
        hex(bytes)
    )
}

fn bundle(workspace: &Workspace, format: &str, output: &str, renaming: &[String]) -> Result<()> {
    let version = locked_version(workspace, "loginrocket-wasm")?;
    let mut command = workspace.command(workspace.npm_binary("esbuild"));
    command
        .args([
            "pkg/entry.js",
            "--bundle",
            "--minify",
            "--platform=neutral",
            "--target=es2022",
            "--legal-comments=none",
        ])
        // The glue's own loader, which is dropped, names `import.meta`; CommonJS has none.
        .args(["--log-level=warning", "--log-override:empty-import-meta=silent"])
        .arg(format!("--define:VERSION=\"{version}\""))
        .args(renaming)
        .arg(format!("--format={format}"))
        .arg(format!("--outfile={output}"));
    process::run(&mut command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_classes_are_found_wherever_wasm_bindgen_put_them() {
        let file = PathBuf::from("dist/wasm/snippets/loginrocket-wasm-1a2b/src/bindings/errors.js");
        assert_eq!(
            find_errors(&[PathBuf::from("dist/wasm/loginrocket_wasm.js"), file.clone()]).unwrap(),
            file
        );
    }

    #[test]
    fn two_copies_of_the_error_classes_are_refused() {
        let files = ["a/src/bindings/errors.js", "b/src/bindings/errors.js"].map(PathBuf::from);
        assert!(find_errors(&files).is_err());
    }

    #[test]
    fn the_module_holds_the_bytes_and_names_the_files() {
        let script = module_script(Path::new("snippets/x/src/bindings/errors.js"), b"\0asm");
        assert!(script.contains("export * from './snippets/x/src/bindings/errors.js';"));
        assert!(script.contains("hex = '0061736d'"));
    }
}
