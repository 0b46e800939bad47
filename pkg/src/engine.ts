// The WebAssembly instance and the engines in it.

import { instantiate, type Engine } from './glue'

let engines: (new () => Engine) | undefined

/** Makes an engine; `compile` gives the module when the first one is made. */
export const makeEngine = (compile: () => WebAssembly.Module): Engine => new (engines ??= instantiate(compile()))()
