//! The script's side of the wire is made from the Rust side, and compared here: `cargo xtask wire` writes it.

#![cfg(not(target_arch = "wasm32"))]

use loginrocket_wasm::wire::script;
use std::{env, fs, path::Path};

#[test]
fn the_scripts_side_of_the_wire_is_what_is_made_from_this_one() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("pkg/src/wire");
    for (name, made) in script::files() {
        let path = folder.join(name);
        if env::var_os("WRITE_WIRE").is_some() {
            fs::write(&path, &made).unwrap();
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == made, "pkg/src/wire/{name} is not what src/wire makes: run `cargo xtask wire`");
    }
}
