//! What wasm-bindgen makes around the module, put into a function.
//!
//! By itself it makes a `TextDecoder` when it is imported, has one instance for ever, and lets what was freed of one instance
//! reach the next; in a function all of that belongs to the instance that the function makes.

use anyhow::{Result, bail};

/// Where the glue begins to load modules by itself. What stands before is kept.
const LOADER: &str = "let wasmModule, wasmInstance, wasm;";

/// What a module has to have done before anything else, where it uses reference types.
const START: &str = "wasm.__wbindgen_start();";

/// How an object that nobody holds any more is freed. Where its instance has failed that fails as well, in nobody's call.
fn free(class: &str) -> (String, String) {
    let call = format!("wasm.__wbg_{}_free(ptr, 1)", class.to_lowercase());
    (format!("ptr => {call}"), format!("ptr => {{ try {{ {call} }} catch {{}} }}"))
}

/// Puts the function around it, which gives the class.
pub(super) fn factory(glue: &str, class: &str) -> Result<String> {
    let (free, free_quietly) = free(class);
    let kept = glue.split_once(LOADER).filter(|(kept, _)| kept.contains(&free));
    let Some((kept, loader)) = kept else {
        bail!("wasm-bindgen makes another glue than before: look at xtask/src/package/glue.rs");
    };
    let lines: Vec<_> = kept.lines().map(|line| line.strip_prefix("export ").unwrap_or(line)).collect();
    Ok(format!(
        "export function instantiate(module) {{\nlet wasm;\n{}\nwasm = new WebAssembly.Instance(module, __wbg_get_imports()).exports;\n{}return {class};\n}}\n",
        lines.join("\n").replace(&free, &free_quietly),
        if loader.contains(START) { format!("{START}\n") } else { String::new() }
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_put_around_the_glue_and_its_loader_is_left_out() {
        let (before, after) = free("Engine");
        let glue = format!(
            "export class Engine {{}}\nnew FinalizationRegistry({before});\nfunction __wbg_get_imports() {{}}\n{LOADER}\nasync function load() {{}}"
        );
        let made = factory(&glue, "Engine").unwrap();
        assert!(made.starts_with("export function instantiate(module) {\nlet wasm;\nclass Engine {}"));
        assert!(made.ends_with("return Engine;\n}\n") && !made.contains("load()"));
        assert!(made.contains(&after) && !made.contains(START));
        let made = factory(&format!("{glue}\n{START}"), "Engine").unwrap();
        assert!(made.ends_with("wasm.__wbindgen_start();\nreturn Engine;\n}\n"));
    }

    #[test]
    fn a_glue_that_is_another_one_is_refused() {
        assert!(factory("export class Engine {}", "Engine").is_err());
        assert!(factory(&format!("export class Engine {{}}\n{LOADER}"), "Engine").is_err());
    }
}
