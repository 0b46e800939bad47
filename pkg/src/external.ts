// The published entry `"./external"`: the same client without the bytes of the module. `init` loads them from the file beside it,
// or takes them from the app. It is for pages that want the module in its own file, which is compiled while it arrives, cached
// separately, and checked by its digest.

import { LoginRocket, useModule } from './client'
import { startNow, surrounding, type Engine } from './engine'
import { notInitialized, notLoaded, notStarted } from './errors'
import { bare } from './members'
import { textOf, trait } from './plain'
import type { FetchResponse, UrlLike, WasmModule } from './public'

/**
 * Where {@link init} gets the module from: an address, a `Response`, the bytes, or a compiled module. A file that is loaded from an
 * address must be the module of exactly this version.
 */
export type WasmSource = string | UrlLike | FetchResponse | ArrayBuffer | ArrayBufferView | WasmModule

let ready: WebAssembly.Module | undefined
/** An instance that is not used yet. Some browsers start so large a module only asynchronously, so `init` does it in advance. */
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
    // The browser may refuse to start another instance at once. The next `init` starts one asynchronously.
    starting = undefined
    throw cause
  }
})

/**
 * Loads and compiles the module. Until it has resolved, making a client throws `not_initialized`.
 *
 * Without a source it loads `loginrocket.wasm` from the folder of this file. Any number of calls, also at the same time, load it
 * once. After a failure the next call tries again. Rejects with a {@link LoginRocketError} of `wasm_not_loaded` or `wasm_blocked`.
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
    // Another module compiles as well, and would fail only when the first client is made.
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
  // Only the module that this entry was built with fits. The digest refuses a file that an older deployment left in a cache.
  const address = textOf(source)
  const response = address === undefined ? source : await fetch(address, bare({ integrity: INTEGRITY }))
  // A `Response` is recognised by its methods: some runtimes have WebAssembly, but no class of that name.
  if (!isAnswer(response)) return WebAssembly.compile(response as BufferSource)
  if (!response.ok) throw new Error(`the answer has the status ${response.status}`)
  // `compileStreaming` needs a server that sends the file with its content type.
  const isTyped = response.headers.get('content-type') === 'application/wasm'
  if (isTyped && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response)
  return WebAssembly.compile(await response.arrayBuffer())
}

export * from './public'
export { LoginRocket, LoginRocket as default }
