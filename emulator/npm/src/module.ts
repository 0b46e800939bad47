// The module `realms.wasm`: found beside this script, or given; compiled once for all emulators.

import { EmulatorError } from './errors'
import type { EmulatorOptions } from './types'

/** Reads a file, where that can be done. */
export type ReadFile = (url: URL) => Promise<Uint8Array>

const isModule = (given: unknown): given is WebAssembly.Module => Object.prototype.toString.call(given) === '[object WebAssembly.Module]'

const bytesFrom = async (given: NonNullable<EmulatorOptions['module']>, read: ReadFile | undefined): Promise<BufferSource> => {
  if (typeof given === 'string' || given instanceof URL) {
    const url = new URL(given)
    if (url.protocol === 'file:' && read) return (await read(url)) as Uint8Array<ArrayBuffer>
    const response = await fetch(url)
    if (!response.ok) throw new EmulatorError(`${url} answers ${response.status}`)
    return response.arrayBuffer()
  }
  if (typeof (given as Response).arrayBuffer === 'function') return (given as Response).arrayBuffer()
  return given as BufferSource
}

/** What compiles the module that is beside a script, or the one that is given. */
export const loader = (beside: () => string | URL, read?: ReadFile): ((given: EmulatorOptions['module']) => Promise<WebAssembly.Module>) => {
  const compile = async (given: NonNullable<EmulatorOptions['module']>): Promise<WebAssembly.Module> => {
    if (isModule(given)) return given
    try {
      return await WebAssembly.compile(await bytesFrom(given, read))
    } catch (cause) {
      throw new EmulatorError('the module realms.wasm cannot be had: say where it is by the option `module`', { cause })
    }
  }
  let own: Promise<WebAssembly.Module> | undefined
  return (given) => {
    if (given !== undefined) return compile(given)
    // After a failure, such as a network that was away, the next emulator tries again.
    own ??= compile(beside()).catch((error: unknown) => {
      own = undefined
      throw error
    })
    return own
  }
}
