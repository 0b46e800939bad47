//! Makes the published files: scripts with the bytes of the module inside, one with the bytes beside it, the types, and the
//! digests by which a page can tell that it got exactly these files.

use std::collections::BTreeMap;
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use sha2::{Digest as _, Sha384};

use super::{bytes, glue, wasm};
use crate::digest::{copy_folder, files_in};
use crate::process;
use crate::setup::versions::locked_version;
use crate::workspace::Workspace;

const DIST: &str = "pkg/dist";

/// One published script.
struct Script {
    entry: &'static str,
    format: &'static str,
    output: &'static str,
}

/// In `CommonJS` a file does not know where it is, so there is no twin of `external.js`.
const SCRIPTS: [Script; 4] = [
    Script { entry: "index.ts", format: "esm", output: "index.js" },
    Script { entry: "index.ts", format: "cjs", output: "index.cjs" },
    Script { entry: "external.ts", format: "esm", output: "external.js" },
    Script { entry: "global.ts", format: "iife", output: "loginrocket.global.js" },
];

/// The folder in which the package is made: the module with its glue, and the sources with what is made for them.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.output("package")
}

/// Builds the module, and puts what is made of it beside the sources.
pub(super) fn prepare(workspace: &Workspace) -> Result<()> {
    let folder = folder(workspace);
    let built = folder.join("wasm");
    empty(&built)?;
    wasm::build(workspace, &built)?;
    let source = folder.join("src");
    empty(&source)?;
    copy_folder(&workspace.path("pkg/src"), &source)?;
    let glue = read(&built.join(wasm::GLUE))?;
    write(&source.join("glue.js"), glue::factory(&String::from_utf8_lossy(&glue), "Engine")?)?;
    write(&source.join("module.js"), bytes::module_script(&read(&built.join(wasm::MODULE))?))
}

/// Writes all published files of `pkg/dist`.
pub(super) fn write_all(workspace: &Workspace) -> Result<()> {
    let dist = workspace.path(DIST);
    empty(&dist)?;
    let module = folder(workspace).join("wasm").join(wasm::MODULE);
    let flags = [
        format!("--define:VERSION=\"{}\"", locked_version(workspace, "loginrocket-wasm")?),
        format!("--define:INTEGRITY=\"{}\"", integrity_of(&module)?),
    ];
    for Script { entry, format, output } in SCRIPTS {
        let mut command = workspace.command(workspace.npm_binary("esbuild"));
        command
            .arg(folder(workspace).join("src").join(entry))
            .args(["--bundle", "--platform=neutral", "--target=es2022"])
            .args(["--legal-comments=none", "--log-level=warning"])
            .arg(format!("--format={format}"))
            .args(&flags)
            .arg(format!("--outfile={}", dist.join(output).display()));
        // What a CommonJS script exports is read without running it, by the form in which the bundler writes that.
        let is_common = format == "cjs";
        if is_common {
            command.arg("--minify");
        }
        process::run(&mut command)?;
        if !is_common {
            minify(workspace, &dist.join(output), format)?;
        }
        check_letters(output, &String::from_utf8_lossy(&read(&dist.join(output))?))?;
    }
    write(&dist.join("loginrocket.wasm"), read(&module)?)?;
    write_types(workspace, &dist)?;
    write_integrity(&dist)
}

/// Another tool than the one that bundles: what it leaves is 5 % less after brotli.
fn minify(workspace: &Workspace, script: &Path, format: &str) -> Result<()> {
    let mut command = workspace.command("node");
    command.arg("xtask/tools/minify.mjs").arg(script).arg(format);
    process::run(command.env("LOGINROCKET_TOOLS", workspace.npm_tools()))
}

/// A page decides in which encoding a script is read. Escapes would do, but a minifier may undo them.
fn check_letters(name: &str, script: &str) -> Result<()> {
    if let Some(letter) = script.chars().find(|letter| !letter.is_ascii()) {
        bail!("{name} has the letter {letter}, which is another one where a page is not in UTF-8");
    }
    if script.contains("\\x") || script.contains("\\u") {
        bail!(
            "{name} has an escape, of which a minifier makes a letter that is another one where a page is not in UTF-8"
        );
    }
    Ok(())
}

/// Writes the types, which the sources declare: as the compiler emits them, rolled up to one file for each entry.
fn write_types(workspace: &Workspace, dist: &Path) -> Result<()> {
    let emitted = folder(workspace).join("types");
    empty(&emitted)?;
    let mut compile = workspace.command(workspace.npm_binary("tsc"));
    compile.args([
        "--project",
        "pkg/src",
        "--noEmit",
        "false",
        "--declaration",
        "--emitDeclarationOnly",
        "--outDir",
    ]);
    process::run(compile.arg(&emitted))?;
    let mut roll = workspace.command("node");
    roll.arg("xtask/tools/roll-types.mjs").args([&emitted, dist]).arg("external");
    process::run(roll.env("LOGINROCKET_TOOLS", workspace.npm_tools()))?;
    // Both scripts have the same exports, so both have the same types; the extension tells TypeScript the module system.
    let types = read(&dist.join("index.d.ts"))?;
    write(&dist.join("index.d.cts"), types)
}

/// Writes the digest of every file, as the `integrity` attributes of a page want it.
fn write_integrity(dist: &Path) -> Result<()> {
    let mut digests = BTreeMap::new();
    for file in files_in(dist)? {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        digests.insert(name, integrity_of(&file)?);
    }
    let json = serde_json::to_string_pretty(&digests).context("digests are always JSON")?;
    write(&dist.join("integrity.json"), json + "\n")
}

/// A file's digest in the form of Subresource Integrity.
fn integrity_of(file: &Path) -> Result<String> {
    Ok(format!("sha384-{}", base64(&Sha384::digest(read(file)?))))
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

pub(super) fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("{} cannot be read", file.display()))
}

pub(super) fn write(file: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(file, content).with_context(|| format!("{} cannot be written", file.display()))
}

/// Makes a folder without anything of earlier builds in it.
pub(super) fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("{} cannot be created", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_an_encoding_changes_is_named() {
        assert!(check_letters("index.js", r"a\n").is_ok());
        assert!(
            check_letters("index.js", "a…").unwrap_err().to_string().contains("index.js has the letter …")
        );
        assert!(check_letters("index.js", r"a\u2026").unwrap_err().to_string().contains("has an escape"));
    }

    #[test]
    fn three_bytes_become_four_letters_and_fewer_are_filled_up() {
        assert_eq!(base64(b"\0\0\0"), "AAAA");
        assert_eq!(base64(b"a module!"), "YSBtb2R1bGUh");
        assert_eq!(base64(&[0xff, 0xef, 0xbe]), "/+++");
        assert_eq!([base64(b"a"), base64(b"ab"), base64(b"")], ["YQ==", "YWI=", ""]);
    }
}
