//! The engine stays what it is: every wait is data. What would let it wait, remember or call back by itself does not come in,
//! nor does anything of the web, a clock or a thread.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a panic here is a failed test")]

use std::{fs, path::Path};

/// What a pure machine has no use for.
const FORBIDDEN: [&str; 16] = [
    "async ",
    ".await",
    "Future",
    "Waker",
    "Cell<",
    "RefCell",
    "Mutex",
    "Box<dyn",
    "Rc<dyn",
    "thread_local",
    "std::time",
    "std::thread",
    "std::sync",
    "js_sys",
    "web_sys",
    "wasm_bindgen",
];

fn check(folder: &Path, found: &mut Vec<String>, files: &mut usize) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            check(&path, found, files);
            continue;
        }
        *files += 1;
        let source = fs::read_to_string(&path).unwrap();
        // Tests may use what they like.
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        for line in code.lines().map(|line| line.split("//").next().unwrap_or_default()) {
            let words = FORBIDDEN.iter().filter(|word| line.contains(*word));
            found.extend(words.map(|word| format!("{}: {word}", path.display())));
        }
    }
}

#[test]
fn no_future_cell_callback_or_clock_is_in_the_engine() {
    let (mut found, mut files) = (Vec::new(), 0);
    for folder in ["src/engine", "src/protocol"] {
        check(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found, &mut files);
    }
    assert!(files > 30, "only {files} files were looked at");
    assert_eq!(found, Vec::<String>::new());
}
