//! What wasm-bindgen makes around the module, put into a function.
//!
//! By itself it makes a `TextDecoder` when it is imported, has one instance for ever, and lets what was freed of one instance
//! reach the next; in a function all of that belongs to one instance. That one is started by who calls the function, since
//! some browsers start none of this size but asynchronously. Codecs come from the caller, too: some runtimes have none.

use anyhow::{Result, bail};

/// Where the glue begins to load modules by itself. What stands before is kept.
const LOADER: &str = "let wasmModule, wasmInstance, wasm;";

/// How an engine that nobody holds any more is freed. Where its instance has failed that fails as well, in nobody's call.
const FREE: &str = "ptr => wasm.__wbg_engine_free(ptr, 1)";
const FREE_QUIETLY: &str = "ptr => { try { wasm.__wbg_engine_free(ptr, 1) } catch {} }";

/// Where it makes codecs, and how it asks for them instead.
const CODECS: [(&str, &str); 2] =
    [("new TextDecoder('utf-8', { ignoreBOM: true })", "decoder()"), ("new TextEncoder()", "encoder()")];

/// Puts the function around it.
pub(super) fn factory(glue: &str) -> Result<String> {
    let kept = glue.split_once(LOADER).map(|(kept, _)| kept).filter(|kept| kept.contains(FREE));
    let Some(kept) = kept else {
        bail!("wasm-bindgen makes another glue than before: look at xtask/src/package/glue.rs");
    };
    let lines: Vec<_> = kept.lines().map(|line| line.strip_prefix("export ").unwrap_or(line)).collect();
    let mut body = lines.join("\n").replace(FREE, FREE_QUIETLY);
    for (made, asked) in CODECS {
        body = body.replace(made, asked);
    }
    if body.contains("new Text") {
        bail!("wasm-bindgen makes its codecs another way than before: look at xtask/src/package/glue.rs");
    }
    Ok(format!(
        "export function glue(decoder, encoder) {{\nlet wasm;\n{body}\nreturn {{ imports: __wbg_get_imports(), use(instance) {{ wasm = instance.exports; return Engine; }} }};\n}}\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_put_around_the_glue_and_its_loader_is_left_out() {
        let [(decoder, _), (encoder, _)] = CODECS;
        let glue = format!(
            "export class Engine {{}}\nnew FinalizationRegistry({FREE});\n{decoder};\n{encoder};\nfunction __wbg_get_imports() {{}}\n{LOADER}\nasync function load() {{}}"
        );
        let made = factory(&glue).unwrap();
        assert!(made.starts_with("export function glue(decoder, encoder) {\nlet wasm;\nclass Engine {}"));
        assert!(made.ends_with("return Engine; } };\n}\n") && !made.contains("load()"));
        assert!(made.contains(FREE_QUIETLY) && made.contains("\ndecoder();\nencoder();\n"));
    }

    #[test]
    fn a_glue_that_is_another_one_is_refused() {
        assert!(factory("export class Engine {}").is_err());
        assert!(factory(&format!("export class Engine {{}}\n{LOADER}")).is_err());
        assert!(
            factory(&format!("new TextDecoder('utf-8');\nnew FinalizationRegistry({FREE});\n{LOADER}"))
                .is_err()
        );
    }
}
