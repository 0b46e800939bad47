// The entry for pages and workers: no sockets there.

import { createBy } from './create'
import { EmulatorError } from './errors'
import { loader } from './module'
import type { EmulatorOptions, LocalEmulator, StartOptions } from './types'

export { connectEmulator } from './connect'
export * from './public'

/** Makes an emulator in this page or worker, without a socket. */
export const createEmulator: (options?: EmulatorOptions) => Promise<LocalEmulator> = createBy(loader(() => new URL('./realms.wasm', import.meta.url)))

/** Only Node can serve: in a page this is refused. */
export const startEmulator = async (_options?: StartOptions): Promise<LocalEmulator> => {
  throw new EmulatorError('startEmulator() needs Node, which can listen: use createEmulator() in a page')
}
