//! Makes the published files: one script per module system with the WebAssembly bytes inside, one with the bytes beside
//! it, the types, and the digests by which a page can tell that it got exactly these files.

use std::collections::BTreeMap;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha384};

use super::{names, streams, text, wasm};
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
    write_module(workspace, &folder, &short)?;
    prove(workspace, &folder, &short)?;
    let renaming = names.flags(&folder.join("names.json"))?;
    bundle(workspace, "esm", "pkg/entry.js", "pkg/dist/index.js", &renaming)?;
    bundle(workspace, "cjs", "pkg/entry.js", "pkg/dist/index.cjs", &renaming)?;
    // In CommonJS a file does not know where it is, so there is no twin of this one.
    let integrity = format!("--define:INTEGRITY=\"{}\"", integrity_of(&short)?);
    bundle(workspace, "esm", "pkg/slim.js", "pkg/dist/slim.js", &[renaming, vec![integrity]].concat())?;
    copy(&short, &workspace.path("pkg/dist/loginrocket.wasm"))?;
    copy(&workspace.path("pkg/slim.d.ts"), &workspace.path("pkg/dist/slim.d.ts"))?;
    write_integrity(workspace)?;
    // Both scripts have the same exports, so both have the same types; the extension tells TypeScript the module system.
    for name in ["pkg/dist/index.d.ts", "pkg/dist/index.d.cts"] {
        copy(&workspace.path("src/bindings/types.d.ts"), &workspace.path(name))?;
    }
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).with_context(|| format!("{} cannot be written", to.display()))
}

/// Writes the digests of what a page loads, as its `integrity` attributes want them.
fn write_integrity(workspace: &Workspace) -> Result<()> {
    let mut digests = BTreeMap::new();
    for name in ["index.js", "loginrocket.wasm", "slim.js"] {
        digests.insert(name, integrity_of(&workspace.path("pkg/dist").join(name))?);
    }
    let json = serde_json::to_string_pretty(&digests).context("digests are always JSON")?;
    fs::write(workspace.path("pkg/dist/integrity.json"), json + "\n")
        .context("integrity.json cannot be written")
}

/// A file's digest in the form of Subresource Integrity.
fn integrity_of(file: &Path) -> Result<String> {
    let bytes = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(format!("sha384-{}", base64(&Sha384::digest(bytes))))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |value: u32| LETTERS.get((value & 63) as usize).map_or('=', |letter| char::from(*letter));
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or_default());
        let value = byte(0) << 16 | byte(1) << 8 | byte(2);
        let four = [letter(value >> 18), letter(value >> 12), letter(value >> 6), letter(value)];
        text.extend(four.iter().take(group.len() + 1));
        text.extend(iter::repeat_n('=', 3 - group.len()));
    }
    text
}

/// Writes the one script that knows where wasm-pack put things and holds the bytes; the entry imports from it.
fn write_module(workspace: &Workspace, folder: &Path, binary: &Path) -> Result<()> {
    let bytes = fs::read(binary).with_context(|| format!("{} cannot be read", binary.display()))?;
    let errors = find_errors(&files_in(folder)?)?;
    let errors = errors.strip_prefix(folder).unwrap_or(&errors);
    let text = text::encode(&streams::split(&bytes)?)?;
    let file = folder.join("module.js");
    fs::write(&file, module_script(errors, &text, &base64(&wasm::build_unpacker(workspace)?)))
        .with_context(|| format!("{} cannot be written", file.display()))
}

/// Lets the script that is published read the text that is published: what it gives must be the module, to the byte.
fn prove(workspace: &Workspace, folder: &Path, module: &Path) -> Result<()> {
    let mut command = workspace.command("node");
    process::run_quietly(command.arg("xtask/tools/prove-bytes.mjs").arg(folder.join("module.js")).arg(module))
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

fn module_script(errors: &Path, text: &str, unpacker: &str) -> String {
    format!(
        "export {{ initSync, LoginRocket }} from './loginrocket_wasm.js';\nexport * from './{}';\nexport const text = '{text}';\nexport const unpacker = '{unpacker}';\n",
        errors.display()
    )
}

fn bundle(workspace: &Workspace, format: &str, entry: &str, output: &str, flags: &[String]) -> Result<()> {
    let version = locked_version(workspace, "loginrocket-wasm")?;
    let mut command = workspace.command(workspace.npm_binary("esbuild"));
    command
        .arg(entry)
        .args(["--bundle", "--minify", "--platform=neutral", "--target=es2022", "--legal-comments=none"])
        // The glue's own loader, which is dropped, names `import.meta`; CommonJS has none.
        .args(["--log-level=warning", "--log-override:empty-import-meta=silent"])
        .arg(format!("--define:VERSION=\"{version}\""))
        .args(flags)
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
    fn three_bytes_become_four_letters_and_fewer_are_filled_up() {
        assert_eq!(base64(b"\0\0\0"), "AAAA");
        assert_eq!(base64(b"a module!"), "YSBtb2R1bGUh");
        assert_eq!(base64(&[0xff, 0xef, 0xbe]), "/+++");
        assert_eq!([base64(b"a"), base64(b"ab"), base64(b"")], ["YQ==", "YWI=", ""]);
    }

    #[test]
    fn the_module_holds_the_bytes_and_names_the_files() {
        let script = module_script(Path::new("snippets/x/src/bindings/errors.js"), "A b", "AGFzbQ==");
        assert!(script.contains("export * from './snippets/x/src/bindings/errors.js';"));
        assert!(script.contains("text = 'A b'"));
        assert!(script.contains("unpacker = 'AGFzbQ=='"));
    }
}
