// The published entry `"."`. It holds the bytes of the module and compiles them when the first client is made, so that importing
// it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.

import { LoginRocket, useModule } from './client'
import { notStarted } from './errors'
import { MASK, text } from './module'

useModule(() => {
  try {
    const bytes = new Uint8Array(text.length)
    for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at) ^ MASK
    return new WebAssembly.Module(bytes)
  } catch (cause) {
    // A refusal is not remembered: the next client tries again.
    throw notStarted(cause)
  }
})

export * from './public'
export { LoginRocket, LoginRocket as default }
