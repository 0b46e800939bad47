// An emulator that runs elsewhere: by `npx loginrocket-emulator`, or the native one.

import { callBy, emulatorOf } from './control'
import { EmulatorError } from './errors'
import type { Emulator, Fetch } from './types'

/** The global one, as it is when it is called. The two kinds of types that Node and pages have for it say the same. */
export const globalFetch: Fetch = (input, init) => (globalThis.fetch as Fetch)(input, init)

/** Takes hold of a running emulator, by its LoginRocket URL. */
export const connectEmulator = async (url: string | URL): Promise<Emulator> => {
  let root: URL
  try {
    root = new URL('/', url)
  } catch {
    throw new EmulatorError('connectEmulator() needs the URL of an emulator, such as http://127.0.0.1:4400/')
  }
  try {
    return await emulatorOf(callBy(globalFetch, root.href), globalFetch)
  } catch (cause) {
    if (cause instanceof EmulatorError) throw cause
    throw new EmulatorError(`no emulator answers at ${root.href}: start one with \`npx loginrocket-emulator\``, { cause })
  }
}
