// The published entry `"."`. It holds the bytes of the module and compiles them when the first client is made, so that importing
// it costs nothing, changes nothing, and works where WebAssembly is blocked until it is really used.

import { bytesOf, warmUp } from './bytes'
import { LoginRocket, useModule } from './client'
import { startNow } from './engine'
import { text } from './module'

useModule(() => startNow(new WebAssembly.Module(bytesOf(text))), warmUp)

export * from './public'
export { LoginRocket, LoginRocket as default }
