// An emulator without a socket.

import { callBy, emulatorOf } from './control'
import { EmulatorError } from './errors'
import { fetchOf, type Roots } from './fetch'
import { entropyOf, Host, SEED_IS_WRONG } from './host'
import type { EmulatorOptions, LocalEmulator, Seed } from './types'

/** Compiles the module, which is one for all emulators unless another one is given. */
export type Load = (given: EmulatorOptions['module']) => Promise<WebAssembly.Module>

/** Where an emulator without a socket is. Loopback, so that everybody takes it for the machine's own. */
const ROOTS: Roots = { url: 'http://localhost:4400/', core: 'http://localhost:4401/' }

const OPTIONS = ['seed', 'apiKey', 'realm', 'random', 'module', 'dangerouslyAllowPublicOrigin']

/** Refuses options that nobody knows, which are misspelt ones mostly. */
export const checkOptions = (options: object, known: readonly string[]): void => {
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown !== undefined) throw new EmulatorError(`there is no option \`${unknown}\`: there are ${known.join(', ')}`)
}

/** An emulator makes everybody anybody: on a page that others can open it would let them in. */
const guard = (allowed: boolean | undefined): void => {
  const { protocol, hostname } = (globalThis as { location?: Partial<Location> }).location ?? {}
  const loopback = hostname === 'localhost' || hostname?.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(hostname ?? '')
  if (protocol === 'https:' && !loopback && !allowed) {
    throw new EmulatorError(
      `an emulator in a page of https://${hostname} would be one in production; if it is meant, say dangerouslyAllowPublicOrigin: true`,
    )
  }
}

/** The seed document as text. */
export const seedText = (seed: Seed | undefined): string | undefined => {
  if (seed === undefined) return undefined
  const text = JSON.stringify(seed)
  if (text?.[0] !== '{') throw new EmulatorError('the seed is wrong: it has to be an object, such as { realms: [{ name: "test" }] }')
  return text
}

/** An object has no lines: what is wrong with it is told by its field alone. */
export const withoutLine = (error: unknown): never => {
  if (error instanceof EmulatorError && error.message.startsWith(SEED_IS_WRONG)) {
    throw new EmulatorError(error.message.replace(/line \d+, /, ''), { cause: error })
  }
  throw error
}

const open = (make: () => Host): Host => {
  try {
    return make()
  } catch (error) {
    return withoutLine(error)
  }
}

/** Makes an emulator in this process, without a socket. */
export const createBy =
  (load: Load) =>
  async (options: EmulatorOptions = {}): Promise<LocalEmulator> => {
    checkOptions(options, OPTIONS)
    guard(options.dangerouslyAllowPublicOrigin)
    const module = await load(options.module)
    const place = { root: ROOTS.url, port: 4400, core: ROOTS.core, api_key: options.apiKey, realm: options.realm }
    const seed = seedText(options.seed)
    const host = open(() => new Host(module, seed, place, entropyOf(options.random)))
    const fetch = fetchOf(host, ROOTS)
    const emulator = await emulatorOf(callBy(fetch, ROOTS.url), fetch)
    const stop = async (): Promise<void> => host.stop()
    return Object.assign(emulator, { handle: (request: Request) => fetch(request), stop, [Symbol.asyncDispose ?? '@@asyncDispose']: stop }) as LocalEmulator
  }
