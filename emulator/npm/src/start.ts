// An emulator with sockets, for browsers and other processes.

import { checkOptions, seedText, withoutLine, type Load } from './create'
import { globalFetch } from './connect'
import { callBy, emulatorOf } from './control'
import { EmulatorError } from './errors'
import { entropyOf, Host } from './host'
import { bind, isLoopback, rootOf, serve } from './server'
import type { Fetch, LocalEmulator, StartOptions } from './types'

const OPTIONS = ['seed', 'apiKey', 'realm', 'random', 'module', 'host', 'port', 'corePort', 'dangerouslyAllowPublicBind']

/** What a server has beside the emulator. */
export interface Served {
  readonly host: Host
  readonly root: string
  readonly core: string
  close(): Promise<void>
}

/** Binds the ports and serves the realms of a document on them. `app` is the root of an app that is served beside them. */
export const serveRealms = async (load: Load, options: StartOptions, seed: string | undefined, app?: string): Promise<Served> => {
  const { host: address = '127.0.0.1', port = 4400, corePort = 4401, dangerouslyAllowPublicBind: open = false } = options
  const name = address.toLowerCase() === 'localhost' ? '127.0.0.1' : address
  if (!isLoopback(name) && !open) {
    throw new EmulatorError(
      `${address} can be reached from other machines, and this service hands out sessions to everyone; ` +
        'bind 127.0.0.1, or say --dangerously-allow-public-bind (dangerouslyAllowPublicBind: true)',
    )
  }
  const module = await load(options.module)
  const servers = [await bind(name, port, '--port')]
  try {
    servers.push(await bind(name, corePort, '--core-port'))
    const [main, back] = servers as [(typeof servers)[0], (typeof servers)[0]]
    const { root, port: bound } = rootOf(name, main)
    const core = rootOf(name, back).root
    const place = { root, port: bound, core, app, api_key: options.apiKey, realm: options.realm, open: !isLoopback(name) }
    const host = new Host(module, seed, place, entropyOf(options.random))
    serve(main, host, false)
    serve(back, host, true)
    const close = async (): Promise<void> => {
      host.stop()
      await Promise.all(servers.map((server) => closed(server)))
    }
    return { host, root, core, close }
  } catch (error) {
    await Promise.all(servers.map((server) => closed(server)))
    throw error
  }
}

/** Ends a server and what hangs on it. */
export const closed = (server: import('node:http').Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })

/** Starts a server in this process. */
export const startBy =
  (load: Load) =>
  async (options: StartOptions = {}): Promise<LocalEmulator> => {
    checkOptions(options, OPTIONS)
    const served = await serveRealms(load, options, seedText(options.seed)).catch(withoutLine)
    let over: Promise<void> | undefined
    // Requests of this process go the way of everybody's: what is tested is what is served.
    const fetch: Fetch = async (input, init) => {
      if (over) throw new EmulatorError('this emulator was stopped: start another one')
      return globalFetch(input, init)
    }
    const stop = (): Promise<void> => (over ??= served.close())
    try {
      const emulator = await emulatorOf(callBy(fetch, served.root), fetch)
      return Object.assign(emulator, { handle: (request: Request) => fetch(request), stop, [Symbol.asyncDispose ?? '@@asyncDispose']: stop }) as LocalEmulator
    } catch (error) {
      await stop()
      throw error
    }
  }
