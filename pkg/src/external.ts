// The published entry `"./external"`: the same client without the bytes of the module, which `init` loads from the file beside it
// or takes from whoever has them. For pages that want the module in a file of its own: compiled while it arrives, cached by
// itself, checked by its digest.

import { LoginRocket, useModule } from './client'
import { startNow, surrounding, type Engine } from './engine'
import { notInitialized, notLoaded, notStarted } from './errors'
import { bare } from './members'
import { textOf, trait } from './plain'
import type { FetchResponse, UrlLike, WasmModule } from './public'

/**
 * Where {@link init} gets the module from: an address, an answer of `fetch`, the bytes, or the module, compiled already.
 * What an address leads to is checked to be the module of this very version.
 */
export type WasmSource = string | UrlLike | FetchResponse | ArrayBuffer | ArrayBufferView | WasmModule

let ready: WebAssembly.Module | undefined
/** An instance that nobody has used. Some browsers start none of this size but asynchronously, and so it is done before. */
let unused: (new () => Engine) | undefined
let starting: Promise<void> | undefined

useModule(() => {
  const first = unused
  unused = undefined
  if (first) return first
  if (!ready) throw notInitialized()
  try {
    return startNow(ready)
  } catch (cause) {
    // Where one after the first is refused, `init` can start it.
    starting = undefined
    throw cause
  }
})

/**
 * Loads and compiles the module. Until it has resolved, making a client throws `not_initialized`.
 *
 * Without a source it loads `loginrocket.wasm` from where this file is. Any number of calls, also at the same time, load
 * it once; after a failure the next call tries again. Rejects with a {@link LoginRocketError} of `wasm_not_loaded` or
 * `wasm_blocked`.
 */
export function init(source?: WasmSource | PromiseLike<WasmSource>): Promise<void> {
  starting ??= start(source).catch((error: unknown) => {
    starting = undefined
    throw error
  })
  return starting
}

const start = async (source: WasmSource | PromiseLike<WasmSource> | undefined) => {
  try {
    const module = await compile(await (source ?? new URL('./loginrocket.wasm', import.meta.url)))
    // A stranger could be compiled as well, and would only fail when the first client is made.
    if (!WebAssembly.Module.exports(module).some(({ name }) => name === 'engine_handle')) {
      throw new TypeError('this is another module')
    }
    const { imports, use } = surrounding()
    unused = use(await WebAssembly.instantiate(module, imports))
    ready = module
  } catch (cause) {
    throw notStarted(cause, notLoaded)
  }
}

const isAnswer = (given: unknown): given is Response => typeof trait(given, 'arrayBuffer') === 'function'

const compile = async (source: WasmSource): Promise<WebAssembly.Module> => {
  if (source instanceof WebAssembly.Module) return source
  // Only what this entry was built with fits it; a file that an older deployment left in a cache does not.
  const address = textOf(source)
  const response = address === undefined ? source : await fetch(address, bare({ integrity: INTEGRITY }))
  // Known by what it can do: not everything that has WebAssembly has a class of that name.
  if (!isAnswer(response)) return WebAssembly.compile(response as BufferSource)
  if (!response.ok) throw new Error(`the answer has the status ${response.status}`)
  // Compiling while it arrives is for servers that know the type of the file.
  const isTyped = response.headers.get('content-type') === 'application/wasm'
  if (isTyped && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}

export * from './public'
export { LoginRocket, LoginRocket as default }
