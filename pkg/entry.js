// The published entry `"."`. It holds the WebAssembly bytes and compiles them when the first client is made, so that
// importing it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.
import { clientAfter, failure, refusal, startWith } from './client.js';
import { hex } from './dist/wasm/module.js';

// The value of the hexadecimal digit with this character code, in lower case.
const digit = (code) => (code & 15) + (code >> 6) * 9;

function bytes() {
  // Built in since 2025 and many times faster.
  if (Uint8Array.fromHex) return Uint8Array.fromHex(hex);
  const decoded = new Uint8Array(hex.length / 2);
  for (let i = 0; i < decoded.length; i++) {
    decoded[i] = (digit(hex.charCodeAt(2 * i)) << 4) | digit(hex.charCodeAt(2 * i + 1));
  }
  return decoded;
}

const tooOld = (cause) =>
  failure('unsupported_browser', 'this browser knows only an older WebAssembly: use a newer browser', cause);

let started = false;

function start() {
  if (started) return;
  let module;
  try {
    module = new WebAssembly.Module(bytes());
  } catch (cause) {
    // A refusal is not remembered: the next client tries again.
    throw refusal(cause, tooOld);
  }
  startWith(module);
  started = true;
}

const LoginRocket = clientAfter(start);

export { AccessDenied, LoginRocketError, RateLimited, RecordNotFound, isLoginRocketError, unwrap } from './client.js';
export { LoginRocket, LoginRocket as default };
