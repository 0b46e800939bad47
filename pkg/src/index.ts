// The published entry `"."`. It holds the WebAssembly bytes as text and compiles them when the first client is made, so that
// importing it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.

import { clientOf } from './client'
import { MASK, text } from './module'

export const LoginRocket = clientOf(() => new WebAssembly.Module(Uint8Array.from(text, (letter) => letter.charCodeAt(0) ^ MASK)))
export { LoginRocket as default }
export { AccessDenied, LoginRocketError, RateLimited, RecordNotFound, isLoginRocketError, unwrap } from './errors'
