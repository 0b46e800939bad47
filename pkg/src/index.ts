// The published entry `"."`. It holds the bytes of the module and compiles them when the first client is made, so that importing
// it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.

import { LoginRocket, useModule } from './client'
import { notStarted } from './errors'
import { MASK, text } from './module'

useModule(() => {
  try {
    return new WebAssembly.Module(Uint8Array.from(text, (letter) => letter.charCodeAt(0) ^ MASK))
  } catch (cause) {
    // A refusal is not remembered: the next client tries again.
    throw notStarted(cause)
  }
})

export * from './public'
export { LoginRocket, LoginRocket as default }
