// The command: flags, ready line and end as those of the native binary.

import { open, readFile, rename, rm } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { checkMount, mountOf, serveApp, type Mount } from './app'
import { globalFetch } from './connect'
import { callBy, type Info } from './control'
import { EmulatorError } from './errors'
import { SEED_IS_WRONG } from './host'
import { loader } from './module'
import { bind, rootOf } from './server'
import { closed, serveRealms } from './start'

declare const VERSION: string

const HELP = `A LoginRocket realm on localhost, for development and tests

Usage: loginrocket-emulator [OPTIONS]

Options:
      --host <HOST>            Address to bind [default: 127.0.0.1]
      --port <PORT>            Port of the browser API, the hosted pages and the control API; 0 takes any free one [default: 4400]
      --core-port <CORE_PORT>  Port of the Core API; 0 takes any free one [default: 4401]
      --app <PATH=DIR>         Serves a folder to the browser, from an origin of its own: \`/=www\`. Repeatable
      --app-port <APP_PORT>    Port of those folders; 0 takes any free one [default: 4402]
      --import <FILE>          Starts with the realms of this file
      --export <FILE>          Writes the realms to this file at the end. It then holds live sessions: keep it to yourself
      --api-key <KEY>          Fixes the key of the Core API; otherwise it is the file's, or a new one
      --realm <ID>             Fixes the id of the default realm; otherwise it is the file's, or a new one
      --json                   Prints one JSON object when ready, instead of sentences
      --dangerously-allow-public-bind
                               Lets everyone who can reach this machine mint tokens and read the inbox
  -h, --help                   Print help
  -V, --version                Print version`

const load = loader(
  () => new URL('./realms.wasm', import.meta.url),
  (url) => readFile(url),
)

const portOf = (text: string, flag: string): number => {
  const port = Number(text)
  if (!/^\d+$/.test(text) || port > 65_535) throw new EmulatorError(`${flag} ${text}: expected a port, 0 to 65535`)
  return port
}

const flags = () => {
  try {
    const { values } = parseArgs({
      options: {
        host: { type: 'string', default: '127.0.0.1' },
        port: { type: 'string', default: '4400' },
        'core-port': { type: 'string', default: '4401' },
        app: { type: 'string', multiple: true, default: [] },
        'app-port': { type: 'string', default: '4402' },
        import: { type: 'string' },
        export: { type: 'string' },
        'api-key': { type: 'string' },
        realm: { type: 'string' },
        json: { type: 'boolean', default: false },
        'dangerously-allow-public-bind': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        version: { type: 'boolean', short: 'V', default: false },
      },
    })
    const text = (name: 'host' | 'port' | 'core-port' | 'app-port'): string => values[name] ?? ''
    return { ...values, app: values.app ?? [], host: text('host'), port: text('port'), 'core-port': text('core-port'), 'app-port': text('app-port') }
  } catch (error) {
    throw new EmulatorError(`${(error as Error).message.split('. ')[0]}; --help lists the options`)
  }
}

/** Writes the document beside its place first, so that a failure leaves the old one, readable by its owner alone. */
const write = async (path: string, document: unknown): Promise<void> => {
  const draft = `${path}.part`
  try {
    // What lies there, such as a link to elsewhere or a file that others may read, is not written into.
    await rm(draft, { force: true })
    const file = await open(draft, 'wx', 0o600)
    await file.writeFile(`${JSON.stringify(document, null, 2)}\n`)
    await file.close()
    await rename(draft, path)
  } catch (error) {
    throw new EmulatorError(`cannot write ${path}: ${(error as Error).message}`)
  }
}

const seedOf = async (path: string | undefined): Promise<string | undefined> => {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new EmulatorError(`cannot read ${path}: ${(error as Error).message}`)
  }
}

/** Resolves when the process is asked to end. */
const end = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

const run = async (): Promise<void> => {
  const given = flags()
  if (given.help || given.version) {
    console.log(given.help ? HELP : `loginrocket-emulator ${VERSION}`)
    return
  }
  const mounts: Mount[] = given.app.map(mountOf)
  const appPort = portOf(given['app-port'], '--app-port')
  const options = {
    host: given.host,
    port: portOf(given.port, '--port'),
    corePort: portOf(given['core-port'], '--core-port'),
    apiKey: given['api-key'],
    realm: given.realm,
    dangerouslyAllowPublicBind: given['dangerously-allow-public-bind'] ?? false,
  }
  const seed = await seedOf(given.import)
  for (const mount of mounts) await checkMount(mount)
  const address = given.host.toLowerCase() === 'localhost' ? '127.0.0.1' : given.host
  const app = mounts.length > 0 ? await bind(address, appPort, '--app-port') : undefined
  const appRoot = app && rootOf(address, app).root
  const served = await serveRealms(load, options, seed, appRoot).catch((error: Error) => {
    if (given.import === undefined) throw error
    throw new EmulatorError(error.message.replace(SEED_IS_WRONG, `${given.import}, `), { cause: error })
  })
  if (app) serveApp(app, mounts, served.root, given.import === undefined)
  const ended = end()
  if (process.stderr.isTTY && !given.json) {
    process.stderr.write('making the first signing key …')
    await served.host.ready()
    process.stderr.write('\r\u001b[K')
  } else {
    void served.host.ready().catch(() => {})
  }
  const call = callBy(globalFetch, served.root)
  const info = await call<Info>('GET', 'info')
  const inbox = `${served.root}_emulator/`
  const ready = { loginrocket: served.root, core: served.core, api_key: info.api_key, realm: info.realm, inbox, ...(appRoot && { app: appRoot }) }
  console.log(
    given.json
      ? JSON.stringify(ready)
      : [
          'The LoginRocket emulator is ready; Ctrl-C ends it.',
          `  LoginRocket URL  ${ready.loginrocket}`,
          `  inbox            ${inbox}`,
          `  Core API         ${ready.core}v2/  (API key ${ready.api_key}, realm ${ready.realm})`,
          ...(appRoot ? [`  app              ${appRoot}`] : []),
        ].join('\n'),
  )
  await ended
  if (given.export !== undefined) await write(given.export, await call('GET', 'seed'))
  await Promise.all([served.close(), app && closed(app)])
}

run().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(`loginrocket-emulator: ${error instanceof Error ? error.message : String(error)}`)
    process.exit(1)
  },
)
