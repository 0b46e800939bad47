//! The package as it is to be: the engine alone as the module, and the script host of `pkg/src` around it. It is built
//! beside the published one, into `target/host`, until it takes its place.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::wasm;
use crate::process;
use crate::workspace::Workspace;

const FOLDER: &str = "host";

/// Where wasm-bindgen's glue begins to load modules by itself. What stands before is kept.
const LOADER: &str = "let wasmModule, wasmInstance, wasm;";

/// Builds it; gives the folder, in which `index.js` is the whole, `engine.wasm` the module and `glue.js` what is around it.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.output(FOLDER);
    let module = wasm::build_engine(workspace, &folder.join("wasm"))?;
    let bytes = fs::read(&module).with_context(|| format!("{} cannot be read", module.display()))?;
    let source = folder.join("src");
    if source.exists() {
        fs::remove_dir_all(&source).with_context(|| format!("{} cannot be removed", source.display()))?;
    }
    crate::digest::copy_folder(&workspace.path("pkg/src"), &source)?;
    let glue = folder.join("wasm/loginrocket_wasm.js");
    let glue = fs::read_to_string(&glue).with_context(|| format!("{} cannot be read", glue.display()))?;
    write(&source.join("glue.js"), &factory(&glue)?)?;
    write(&source.join("module.js"), &module_script(&bytes))?;
    write(&folder.join("glue.js"), &factory(&glue)?)?;
    fs::write(folder.join("engine.wasm"), &bytes).context("engine.wasm cannot be written")?;
    let mut command = workspace.command(workspace.npm_binary("esbuild"));
    command
        .arg(source.join("index.ts"))
        .args(["--bundle", "--minify", "--platform=neutral", "--target=es2022", "--format=esm"])
        // A text of letters up to U+00FF is one byte a letter in the file, too.
        .args(["--charset=utf8", "--legal-comments=none", "--log-level=warning"])
        .arg(format!("--outfile={}", folder.join("index.js").display()));
    process::run(&mut command)?;
    Ok(folder)
}

fn write(file: &PathBuf, text: &str) -> Result<()> {
    fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}

/// Puts a function around the glue that wasm-bindgen makes. By itself it makes a `TextDecoder` when it is imported, has one
/// instance for ever, and lets what was freed of one instance reach the next; in a function all of that belongs to the
/// instance that the function makes.
fn factory(glue: &str) -> Result<String> {
    let Some((kept, _)) = glue.split_once(LOADER) else {
        bail!("wasm-bindgen makes another glue than before: look at `factory` in xtask/src/package/host.rs");
    };
    let lines: Vec<_> = kept.lines().map(|line| line.strip_prefix("export ").unwrap_or(line)).collect();
    Ok(format!(
        "export function instantiate(module) {{\nlet wasm;\n{}\nwasm = new WebAssembly.Instance(module, __wbg_get_imports()).exports;\nreturn Engine;\n}}\n",
        lines.join("\n")
    ))
}

/// What turns the commonest bytes of a module into letters that need no escape in a script.
const MASK: u8 = 0x40;

/// The bytes as text: one letter for each, which one line reads. No letter is above U+00FF, so that engines keep the whole
/// script in one byte a letter.
fn module_script(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let mut bytes = bytes.iter().map(|byte| char::from(byte ^ MASK)).peekable();
    while let Some(letter) = bytes.next() {
        match letter {
            '\\' | '\'' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            // A digit after it would make it another escape.
            '\0' if bytes.peek().is_some_and(char::is_ascii_digit) => text.push_str("\\x00"),
            '\0' => text.push_str("\\0"),
            letter => text.push(letter),
        }
    }
    format!("export const MASK = {MASK}\nexport const text = '{text}'\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_put_around_the_glue_and_its_loader_is_left_out() {
        let glue = format!(
            "export class Engine {{}}\nfunction __wbg_get_imports() {{}}\n{LOADER}\nasync function load() {{}}"
        );
        let made = factory(&glue).unwrap();
        assert!(made.starts_with("export function instantiate(module) {\nlet wasm;\nclass Engine {}"));
        assert!(made.ends_with("return Engine;\n}\n") && !made.contains("load()"));
    }

    #[test]
    fn a_glue_that_is_another_one_is_refused() {
        assert!(factory("export class Engine {}").is_err());
    }

    #[test]
    fn every_byte_is_one_letter_and_what_ends_a_text_is_escaped() {
        let masked = |letters: &str| letters.bytes().map(|byte| byte ^ MASK).collect::<Vec<_>>();
        assert!(module_script(&masked("aé")).contains("text = 'aÃ©'"));
        assert!(module_script(&masked("\\'\n\r")).contains(r"text = '\\\'\n\r'"));
        assert!(module_script(&masked("\0a\u{0}1")).contains(r"text = '\0a\x001'"));
    }
}
