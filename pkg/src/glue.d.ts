// The glue that wasm-bindgen makes for `src/bindings.rs`. The build wraps it in a function.

import type { Glue } from './engine'
import type { Decoder, Encoder } from './utf8'

/** Makes the glue of one instance. All state of the glue belongs to that instance. */
export function glue(decoder: () => Decoder, encoder: () => Encoder): Glue
