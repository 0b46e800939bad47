// The published entry `"."`. It holds the WebAssembly bytes and compiles them when the first client is made, so that
// importing it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.
import { bytes } from './bytes.js';
import { clientAfter, failure, refusal, startWith } from './client.js';
import { text, unpacker } from './dist/wasm/module.js';

const tooOld = (cause) =>
  failure('unsupported_browser', 'this browser knows only an older WebAssembly: use a newer browser', cause);

let started = false;

function start() {
  if (started) return;
  try {
    startWith(new WebAssembly.Module(bytes(text, unpacker)));
  } catch (cause) {
    // A refusal is not remembered: the next client tries again.
    throw refusal(cause, tooOld);
  }
  started = true;
}

const LoginRocket = clientAfter(start);

export { AccessDenied, LoginRocketError, RateLimited, RecordNotFound, isLoginRocketError, unwrap } from './client.js';
export { LoginRocket, LoginRocket as default };
