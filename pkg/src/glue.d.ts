// What wasm-bindgen makes for `src/bindings.rs`, in a function that the build puts around it.

import type { Glue } from './engine'
import type { Decoder, Encoder } from './utf8'

/** Makes what is around one instance; everything that the glue keeps belongs to it. */
export function glue(decoder: () => Decoder, encoder: () => Encoder): Glue
