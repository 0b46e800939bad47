// Fixtures for Playwright: an emulator for each worker, a realm of its own for each test, and both clocks moved together.

import {
  test as base,
  expect,
  type BrowserContext,
  type Page,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type Request as PageRequest,
  type TestType,
} from '@playwright/test'
import { connectEmulator, startEmulator } from 'loginrocket-emulator'
import type { AddedRealm, Emulator, LocalEmulator, RealmSeed, Settings } from './types'

export { expect }

/** What tests may set by `test.use` or in the configuration. */
export interface EmulatorSettings {
  /** LoginRocket URL of an emulator that runs already, such as one of `webServer`; without one each worker starts its own. */
  emulatorUrl: string | undefined
  /** What a test's realm begins with; its name is given by the fixture. */
  realmSeed: Omit<RealmSeed, 'name'>
}

export interface EmulatorFixtures extends EmulatorSettings {
  /** A realm of the test's own, which goes with it. */
  emulator: AddedRealm
  /** Turns the page's clock and the realm's on by that many milliseconds. The page's is installed by the first call of it. */
  moveClocks: (ms: number) => Promise<void>
}

export interface EmulatorWorkerFixtures {
  /** The emulator that the worker's realms are of, which is started when the first test wants it. */
  workerEmulator: () => Promise<Emulator>
}

/** The person whom every realm begins with unless `realmSeed` says otherwise. */
const ADA = { email: 'ada@example.com', password: 'engine-of-1843', first_name: 'Ada', last_name: 'Lovelace', email_verified: true }

let last = 0

type TestFixtures = PlaywrightTestArgs & PlaywrightTestOptions & EmulatorFixtures
type WorkerFixtures = PlaywrightWorkerArgs & PlaywrightWorkerOptions & EmulatorWorkerFixtures

/** Playwright's `test` with an `emulator` for each test. */
export const test: TestType<TestFixtures, WorkerFixtures> = base.extend<EmulatorFixtures & { realmOfTest: { current: AddedRealm | undefined } }, EmulatorWorkerFixtures>({
  emulatorUrl: [undefined, { option: true }],
  realmSeed: [{ people: [ADA] }, { option: true }],
  workerEmulator: [
    async ({}, use) => {
      let own: Promise<LocalEmulator> | undefined
      await use(() => (own ??= startEmulator({ port: 0, corePort: 0 })))
      await (await own)?.stop()
    },
    { scope: 'worker' },
  ],
  emulator: async ({ workerEmulator, emulatorUrl, realmSeed, realmOfTest }, use, testInfo) => {
    const home = await (emulatorUrl === undefined ? workerEmulator() : connectEmulator(emulatorUrl))
    last += 1
    const realm = await home.addRealm({ ...realmSeed, name: `test-${testInfo.workerIndex}-${process.pid}-${last}` })
    realmOfTest.current = realm
    await use(realm)
    await realm.remove()
  },
  moveClocks: async ({ page, emulator }, use) => {
    let installed = false
    await use(async (ms) => {
      if (!installed) await page.clock.install({ time: await emulator.clock.now() })
      installed = true
      // The realm first: what the page does at a time finds it there already.
      await emulator.clock.advance(ms)
      await page.clock.fastForward(ms)
    })
  },
  realmOfTest: async ({}, use) => use({ current: undefined }),
  context: async ({ context, realmOfTest }, use, testInfo) => {
    const refusals = new Set<string>()
    const asked: Promise<void>[] = []
    context.on('requestfailed', (request) => {
      const realm = realmOfTest.current
      if (!realm || !isTo(request.url(), realm)) return
      const tell = ({ allowed_origins: allowed }: Settings): void => {
        const origin = originOf(request)
        if (origin && !fits(origin, allowed)) refusals.add(`${origin} is not one of the realm's \`allowed_origins\` (${allowed.join(', ')})`)
      }
      asked.push(realm.settings().then(tell, () => {}))
    })
    await use(context)
    await Promise.all(asked)
    if (testInfo.status !== testInfo.expectedStatus && refusals.size > 0) {
      testInfo.annotations.push({ type: 'refused by CORS', description: [...refusals].join('; ') })
    }
  },
})

const isTo = (url: string, realm: AddedRealm): boolean => url.startsWith(realm.url) || url.startsWith(realm.pagesUrl)

/** Of a request that was refused a browser may not tell the headers, so the page is asked where it is. */
const originOf = (request: PageRequest): string | undefined => {
  const { origin } = request.headers()
  if (origin) return origin
  try {
    return new URL(request.frame().url()).origin
  } catch {
    // A worker's has no frame.
    return undefined
  }
}

const fits = (origin: string, allowed: readonly string[]): boolean =>
  allowed.some((entry) => entry === origin || (entry.endsWith(':*') && origin.replace(/:\d+$/, '') === entry.slice(0, -2)))

/**
 * Answers a page's requests to a realm without any port: everything that is sent to `realm.url` goes to the realm by `realm.fetch`.
 * For a realm of `createEmulator()`.
 */
export const routeRealm = async (target: Page | BrowserContext, realm: Pick<AddedRealm, 'url' | 'fetch'>): Promise<void> => {
  await target.route(`${realm.url}**`, async (route) => {
    const request = route.request()
    const body = request.postDataBuffer()
    try {
      const response = await realm.fetch(request.url(), {
        method: request.method(),
        headers: await request.allHeaders().then(withoutPseudo),
        ...(body && { body: new Uint8Array(body) }),
      })
      const headers = Object.fromEntries(response.headers)
      await route.fulfill({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) })
    } catch {
      await route.abort('connectionreset')
    }
  })
}

const withoutPseudo = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':') && name !== 'host'))
