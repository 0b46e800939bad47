// The published entry `"."`. It holds the WebAssembly bytes and compiles them when the first client is made, so that
// importing it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.
// What the client does is written in Rust; nothing here decides anything else.
import {
  AccessDenied,
  LoginRocket as Glue,
  LoginRocketError,
  RateLimited,
  RecordNotFound,
  hex,
  initSync,
  isLoginRocketError,
  unwrap,
} from './dist/wasm/module.js';

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

let started = false;

function start() {
  if (started) return;
  let module;
  try {
    module = new WebAssembly.Module(bytes());
  } catch (cause) {
    // A refusal is not remembered: the next client tries again.
    const error = new LoginRocketError(
      "WebAssembly is blocked or missing here: if the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src",
      'wasm_blocked',
    );
    error.cause = cause;
    throw error;
  }
  initSync({ module });
  started = true;
}

class LoginRocket extends Glue {
  static VERSION = VERSION;

  constructor(options) {
    start();
    super(options);
    // An address in the module's memory: nobody's business, in no log and no copy.
    Object.defineProperty(this, '__wbg_ptr', { enumerable: false });
  }
}
// A literal survives minification.
Object.defineProperty(LoginRocket, 'name', { value: 'LoginRocket' });
// The memory of a client goes with it; freeing it by hand would leave methods that trap.
Object.defineProperty(LoginRocket.prototype, 'free', { value: undefined });
if (Symbol.dispose) {
  Object.defineProperty(LoginRocket.prototype, Symbol.dispose, {
    value() {
      this.session.dispose();
    },
  });
}

export {
  AccessDenied,
  LoginRocket,
  LoginRocketError,
  RateLimited,
  RecordNotFound,
  isLoginRocketError,
  unwrap,
};
export default LoginRocket;
