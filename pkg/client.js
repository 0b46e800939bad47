// What both entries share: the exported class, and what is said when the module behind it cannot be started. How the
// module gets there is each entry's own. What the client does is written in Rust; nothing here decides anything else.
import { LoginRocket as Glue, LoginRocketError, initSync } from './dist/wasm/module.js';

export {
  AccessDenied,
  LoginRocketError,
  RateLimited,
  RecordNotFound,
  isLoginRocketError,
  unwrap,
} from './dist/wasm/module.js';

/** An error that never reaches the Rust side, with what made it. */
export function failure(code, message, cause) {
  const error = new LoginRocketError(message, code);
  if (cause) error.cause = cause;
  return error;
}

/**
 * The error for a module that was not started. Engines name the policy each in their own way, and WebKit compiles what it
 * then refuses to start; so the smallest module there is tells whether it is the policy or the module.
 */
export function refusal(cause, otherwise) {
  try {
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    return failure(
      'wasm_blocked',
      "WebAssembly is blocked or missing here: if the page has a Content-Security-Policy, add 'wasm-unsafe-eval' to its script-src",
      cause,
    );
  }
  return otherwise(cause);
}

/** Makes an instance of the compiled module, of which there is one. */
export const startWith = (module) => initSync({ module });

/** The exported class; `start` is called before a client is made, and throws if that is not possible. */
export function clientAfter(start) {
  class LoginRocket extends Glue {
    static VERSION = VERSION;

    constructor(options) {
      start();
      if (!globalThis.fetch && !options?.fetch) {
        throw failure(
          'unsupported_browser',
          'this browser has no fetch: give one as the option `fetch`, or use a newer browser',
        );
      }
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
  return LoginRocket;
}
