// The published entry `"."`. It holds the bytes of the module and compiles them when the first client is made. So importing it costs
// nothing and changes nothing, and works even where WebAssembly is blocked.

import { bytesOf, warmUp } from './bytes'
import { LoginRocket, useModule } from './client'
import { startNow } from './engine'
import { text } from './module'

useModule(() => startNow(new WebAssembly.Module(bytesOf(text))), warmUp)

export * from './public'
export { LoginRocket, LoginRocket as default }
