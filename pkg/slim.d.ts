/**
 * The same client with the WebAssembly module in a file of its own, which {@link init} loads before the first client is
 * made. `loginrocket-wasm` itself needs none of this.
 */

export * from './index.js';
export { default } from './index.js';

/**
 * Where {@link init} gets the module from: an address, an answer of `fetch`, the bytes, or the module, compiled already.
 * What an address leads to is checked to be the module of this very version.
 */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

/**
 * Loads and compiles the module. Until it has resolved, making a client throws `not_initialized`.
 *
 * Without a source it loads `loginrocket.wasm` from where this file is. Any number of calls, also at the same time, load
 * it once; after a failure the next call tries again. Rejects with a {@link LoginRocketError} of `wasm_not_loaded` or
 * `wasm_blocked`.
 */
export function init(source?: WasmSource | PromiseLike<WasmSource>): Promise<void>;
