// The published entry `"./slim"`: the same client without the WebAssembly bytes, which `init` loads from the file beside
// it or takes from whoever has them. For pages that want the module in a file of its own: compiled while it arrives,
// cached by itself, checked by its digest.
import { clientAfter, failure, refusal, startWith } from './client.js';

let started = false;
let starting;

/** Loads and compiles the module, once however often it is called; a failure is not remembered. */
export function init(source) {
  starting ??= start(source).catch((error) => {
    starting = undefined;
    throw error;
  });
  return starting;
}

async function start(source) {
  try {
    const module = await compile(await (source ?? new URL('./loginrocket.wasm', import.meta.url)));
    // A stranger that asks for nothing could be started, and would stay; one that asks for more than is there cannot.
    if (WebAssembly.Module.imports(module).length === 0) throw new TypeError('this is another module');
    startWith(module);
  } catch (cause) {
    throw refusal(cause, notLoaded);
  }
  started = true;
}

const notLoaded = (cause) =>
  failure(
    'wasm_not_loaded',
    'init() got no module of this version: see `cause`, and check that the url it was given, or the one beside this file, leads to loginrocket.wasm itself',
    cause,
  );

async function compile(source) {
  if (source instanceof WebAssembly.Module) return source;
  // Only what this entry was built with fits it; a file that an older deployment left in a cache does not.
  const isAddress = typeof source === 'string' || source instanceof URL;
  const response = isAddress ? await fetch(source, { integrity: INTEGRITY }) : source;
  if (!(response instanceof Response)) return WebAssembly.compile(response);
  if (!response.ok) throw new Error(`the answer has the status ${response.status}`);
  // Compiling while it arrives is for servers that know the type of the file.
  const isTyped = response.headers.get('content-type') === 'application/wasm';
  if (isTyped && WebAssembly.compileStreaming) return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

const LoginRocket = clientAfter(() => {
  if (started) return;
  throw failure(
    'not_initialized',
    "the module is not there yet: call `await init()`, from 'loginrocket-wasm/slim', before making a client",
  );
});

export { AccessDenied, LoginRocketError, RateLimited, RecordNotFound, isLoginRocketError, unwrap } from './client.js';
export { LoginRocket, LoginRocket as default };
