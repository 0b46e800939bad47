//! The engine for a script: a page of code, which decides nothing.
//!
//! Nothing of the script's is called from here, so a call of the script's can never come back in the middle of another.

use crate::{
    engine::Engine,
    protocol::{secret::Secret, time::Moment},
    wire,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// A client of one realm, which a script hosts.
#[wasm_bindgen(js_name = Engine, skip_typescript)]
#[derive(Debug, Default)]
pub struct ScriptEngine(Option<Engine>);

#[wasm_bindgen(js_class = Engine)]
impl ScriptEngine {
    /// An engine that is not open yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens it with the options of a client, as a list in JSON; gives what is to be done first, likewise.
    pub fn open(&mut self, mono_ms: f64, wall: f64, options: &str) -> String {
        match wire::setup(options) {
            Ok(setup) => {
                let (engine, effects) = Engine::new(moment(mono_ms, wall), setup);
                self.0 = Some(engine);
                wire::write(&effects)
            }
            Err(error) => wire::write_misuse(error),
        }
    }

    /// Takes an input in, as a list in JSON and the text that goes beside it; gives what is to be done, likewise.
    pub fn handle(&mut self, mono_ms: f64, wall: f64, list: &str, beside: Option<String>) -> String {
        let mut effects = Vec::new();
        if let (Some(engine), Some(input)) = (&mut self.0, wire::read(list, beside.map(Secret::new))) {
            effects = engine.handle(moment(mono_ms, wall), input);
        }
        wire::write(&effects)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
fn moment(mono_ms: f64, wall: f64) -> Moment {
    Moment { mono_ms: mono_ms as u64, wall: wall as u64 }
}
