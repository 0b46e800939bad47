// The entry for Node.

import { readFile } from 'node:fs/promises'
import { createBy } from './create'
import { loader } from './module'
import { startBy } from './start'
import type { EmulatorOptions, LocalEmulator, StartOptions } from './types'

export { connectEmulator } from './connect'
export * from './public'

const load = loader(
  () => new URL('./realms.wasm', import.meta.url),
  (url) => readFile(url),
)

/**
 * Makes an emulator in this process, without a socket: give its `fetch` and its `url` to the SDK.
 */
export const createEmulator: (options?: EmulatorOptions) => Promise<LocalEmulator> = createBy(load)

/**
 * Starts an emulator that browsers and other processes reach. It keeps the process alive until `stop()`.
 */
export const startEmulator: (options?: StartOptions) => Promise<LocalEmulator> = startBy(load)
