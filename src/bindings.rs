//! The binding of the engine for a script. It decides nothing.
//!
//! No code here calls the script. So the script can never call `handle` while another `handle` runs.

use crate::{
    engine::Engine,
    protocol::{secret::Secret, time::Moment},
    wire,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// The engine of one client, which a script hosts.
#[wasm_bindgen(js_name = Engine, skip_typescript)]
#[derive(Debug, Default)]
pub struct ScriptEngine(Option<Engine>);

#[wasm_bindgen(js_class = Engine)]
impl ScriptEngine {
    /// Creates an engine that has no options yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a list in JSON, and the text that goes beside it. At first the list holds the options of the client. After
    /// they were accepted, every list is one input. Gives the effects as a list of lists.
    pub fn handle(&mut self, mono_ms: f64, wall: f64, list: &str, beside: Option<String>) -> String {
        let now = moment(mono_ms, wall);
        let effects = match &mut self.0 {
            Some(engine) => match wire::read(list, beside.map(Secret::new)) {
                Some(input) => engine.handle(now, input),
                None => Vec::new(),
            },
            None => match wire::setup(list) {
                Ok(setup) => {
                    let (engine, effects) = Engine::new(now, setup);
                    self.0 = Some(engine);
                    effects
                }
                Err(error) => vec![wire::misuse(error)],
            },
        };
        wire::write(&effects)
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "what is no such time saturates")]
fn moment(mono_ms: f64, wall: f64) -> Moment {
    Moment { mono_ms: mono_ms as u64, wall: wall as u64 }
}
