//! What wasm-bindgen makes around the module, put into a function.
//!
//! By itself it makes a `TextDecoder` when it is imported, has one instance for ever, and lets what was freed of one instance
//! reach the next; in a function all of that belongs to the instance that the function makes.

use anyhow::{Result, bail};

/// Where the glue begins to load modules by itself. What stands before is kept.
const LOADER: &str = "let wasmModule, wasmInstance, wasm;";

/// Where it makes a codec, and how it asks for it instead. A decoder it makes again after two gigabytes, for Safari: no engine says as
/// much, and one that cannot be read any more is replaced with its codec.
const ENCODER: (&str, &str) = ("new TextEncoder()", "encoder()");
const DECODER: &str = "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });";
const DECODER_ONCE: &str = "const cachedTextDecoder = decoder();\n";

/// What a module has to have done before anything else, where it uses reference types.
const START: &str = "wasm.__wbindgen_start();";

/// How an object that nobody holds any more is freed. Where its instance has failed that fails as well, in nobody's call.
fn free(class: &str) -> (String, String) {
    let call = format!("wasm.__wbg_{}_free(ptr, 1)", class.to_lowercase());
    (format!("ptr => {call}"), format!("ptr => {{ try {{ {call} }} catch {{}} }}"))
}

/// How a text is put into the module: letter by letter as long as they are ASCII. A token takes several times as long so as by
/// the browser's own function, which in turn takes longer for the short lists.
const PASS: &str = "function passStringToWasm0(";
const PASS_QUICKLY: &str = "function passStringToWasm0(arg, malloc, realloc) {
    let len = arg.length;
    let ptr = malloc(len, 1) >>> 0;
    let offset = 0;
    const mem = getUint8ArrayMemory0();
    if (len < 200) {
        for (; offset < len; offset++) {
            const code = arg.charCodeAt(offset);
            if (code > 0x7F) break;
            mem[ptr + offset] = code;
        }
    } else if (cachedTextEncoder.encodeInto(arg, mem.subarray(ptr, ptr + len)).read === len) {
        offset = len;
    }
    if (offset !== len) {
        ptr = realloc(ptr, len, len *= 3, 1) >>> 0;
        offset = cachedTextEncoder.encodeInto(arg, getUint8ArrayMemory0().subarray(ptr, ptr + len)).written;
        ptr = realloc(ptr, len, offset, 1) >>> 0;
    }
    WASM_VECTOR_LEN = offset;
    return ptr;
}
";

/// How a text is taken out of the module: by letters as long as it is short and ASCII. A decoder, to which the browser has to hand
/// a piece of memory, takes ten times as long for a list of effects.
const TAKE: &str = "function getStringFromWasm0(";
const TAKE_QUICKLY: &str = "function getStringFromWasm0(ptr, len) {
    ptr = ptr >>> 0;
    const bytes = getUint8ArrayMemory0().subarray(ptr, ptr + len);
    if (len < 200) {
        const text = String.fromCharCode.apply(null, bytes);
        if (/^[ -~]*$/.test(text)) return text;
    }
    return cachedTextDecoder.decode(bytes);
}
";

/// What is for codecs that are no better than `encode`: those that it is given are.
const POLYFILL: &str = "if (!('encodeInto' in cachedTextEncoder)) {";

/// How memory is looked at, where it is: a module with reference types has no need to. That nobody has taken it, a module of this size need not ask a second way.
const LOOK: &str = "getDataViewMemory0()";
const VIEW: &str = "function getDataViewMemory0() {";
const VIEW_SHORTLY: &str = "function getDataViewMemory0() {
    if (cachedDataViewMemory0?.buffer !== wasm.memory.buffer) cachedDataViewMemory0 = new DataView(wasm.memory.buffer);
    return cachedDataViewMemory0;
}
";

/// What would free an object at the end of a block: it is the host's, and nobody else's.
fn dispose(class: &str) -> String {
    format!("if (Symbol.dispose) {class}.prototype[Symbol.dispose] = {class}.prototype.free;\n")
}

/// How the glue ends what it begins at the start of a line.
const END: &str = "\n}\n";

/// Puts the function around it, which gives what an instance imports, and the class of one that is there.
pub(super) fn factory(glue: &str, class: &str) -> Result<String> {
    let Some((kept, loader)) = kept(glue, class) else {
        bail!("wasm-bindgen makes another glue than before: look at xtask/src/package/glue.rs");
    };
    let lines: Vec<_> = kept.lines().map(|line| line.strip_prefix("export ").unwrap_or(line)).collect();
    let body = lines.join("\n").replace(ENCODER.0, ENCODER.1);
    if body.contains("new Text") {
        bail!("wasm-bindgen makes its codecs another way than before: look at xtask/src/package/glue.rs");
    }
    let start = if loader.contains(START) { START } else { "" };
    Ok(format!(
        "export function glue(decoder, encoder) {{\nlet wasm;\n{body}\nreturn {{ imports: __wbg_get_imports(), use(instance) {{ wasm = instance.exports; {start} return {class}; }} }};\n}}\n"
    ))
}

/// What is kept of the glue, with what is put in the place of some of it, and its loader; none if anything is not as it was.
fn kept<'a>(glue: &'a str, class: &str) -> Option<(String, &'a str)> {
    let (kept, loader) = glue.split_once(LOADER)?;
    let kept = replace(kept, PASS, END, PASS_QUICKLY)?;
    let kept = replace(&kept, TAKE, END, TAKE_QUICKLY)?;
    let kept = replace(&kept, DECODER, END, DECODER_ONCE)?;
    let kept = replace(&kept, POLYFILL, END, "")?;
    let kept = if kept.contains(LOOK) { replace(&kept, VIEW, END, VIEW_SHORTLY)? } else { kept };
    let kept = replace(&kept, &dispose(class), "", "")?;
    let (free, free_quietly) = free(class);
    Some((replace(&kept, &free, "", &free_quietly)?, loader))
}

/// Puts something in the place of what goes from one text to the end of the next such other one.
fn replace(text: &str, from: &str, to: &str, with: &str) -> Option<String> {
    let (before, rest) = text.split_once(from)?;
    let (_, after) = rest.split_once(to)?;
    Some(format!("{before}{with}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glue() -> String {
        let (free, _) = free("Engine");
        let (encoder, _) = ENCODER;
        format!(
            "export class Engine {{}}\n{}new FinalizationRegistry({free});\n{DECODER}\n    old();\n}}\n{encoder};\n{VIEW}\n    old();\n}}\n{PASS}arg) {{\n    slow();\n}}\n{TAKE}ptr, len) {{\n    slow();\n}}\n{POLYFILL}\n    old();\n}}\nfunction __wbg_get_imports() {{}}\n{LOOK};\n{LOADER}\nasync function load() {{}}",
            dispose("Engine")
        )
    }

    #[test]
    fn a_function_is_put_around_the_glue_and_its_loader_is_left_out() {
        let made = factory(&glue(), "Engine").unwrap();
        assert!(made.starts_with("export function glue(decoder, encoder) {\nlet wasm;\nclass Engine {}"));
        assert!(made.ends_with("return Engine; } };\n}\n") && !made.contains("load()"));
        assert!(made.contains(&free("Engine").1) && !made.contains(START));
        assert!(made.contains("\nconst cachedTextDecoder = decoder();\nencoder();\n"));
        let made = factory(&format!("{}\n{START}", glue()), "Engine").unwrap();
        assert!(made.ends_with("wasm = instance.exports; wasm.__wbindgen_start(); return Engine; } };\n}\n"));
    }

    #[test]
    fn texts_are_passed_by_functions_of_our_own() {
        let made = factory(&glue(), "Engine").unwrap();
        assert!(
            made.contains(PASS_QUICKLY)
                && made.contains(TAKE_QUICKLY)
                && made.contains("function __wbg_get_imports() {}")
        );
        assert!(made.contains(VIEW_SHORTLY) && !made.contains("Symbol.dispose"));
        assert!(!made.contains("slow()") && !made.contains("old()"));
    }

    #[test]
    fn a_glue_that_is_another_one_is_refused() {
        assert!(factory("export class Engine {}", "Engine").is_err());
        for part in
            [free("Engine").0.as_str(), &dispose("Engine"), VIEW, PASS, TAKE, DECODER, POLYFILL, LOADER]
        {
            assert!(factory(&glue().replace(part, ""), "Engine").is_err(), "{part}");
        }
        // A module with reference types does not look at memory, and has nothing to do so with.
        let without = glue().replace(&format!("{VIEW}\n    old();\n}}\n"), "").replace(LOOK, "");
        assert!(factory(&without, "Engine").is_ok());
        assert!(factory(&glue().replace(ENCODER.0, "new TextEncoder"), "Engine").is_err());
    }
}
