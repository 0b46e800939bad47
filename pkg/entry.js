// The published entry `"."`. It holds the WebAssembly bytes and compiles them when the first client is made, so that
// importing it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.
import { clientAfter, failure, refusal, startWith } from './client.js';
import { text } from './dist/wasm/module.js';

// The module's bytes. The text names common ones with one letter and the others with two, and begins with how many of
// the others come before each common one (xtask/src/package/text.rs).
function bytes() {
  const numbers = [];
  let letters = 0;
  for (let code = 32; code < 127; code++) {
    if (!/["$'<\\`]/.test(String.fromCharCode(code))) numbers[code] = letters++;
  }
  let read = 0;
  const next = () => numbers[text.charCodeAt(read++)];
  const common = [];
  const rare = [];
  for (let byte = 0; byte < 256; byte++) {
    for (let others = common.length < letters - 2 ? next() : 256 - byte; others > 0; others--) rare.push(byte++);
    common.push(byte);
  }
  const decoded = new Uint8Array(text.length);
  let length = 0;
  while (read < text.length) {
    const number = next();
    decoded[length++] = number < 2 ? rare[number * letters + next()] : common[number - 2];
  }
  return decoded.subarray(0, length);
}

const tooOld = (cause) =>
  failure('unsupported_browser', 'this browser knows only an older WebAssembly: use a newer browser', cause);

let started = false;

function start() {
  if (started) return;
  try {
    startWith(new WebAssembly.Module(bytes()));
  } catch (cause) {
    // A refusal is not remembered: the next client tries again.
    throw refusal(cause, tooOld);
  }
  started = true;
}

const LoginRocket = clientAfter(start);

export { AccessDenied, LoginRocketError, RateLimited, RecordNotFound, isLoginRocketError, unwrap } from './client.js';
export { LoginRocket, LoginRocket as default };
