// A test in a browser of its own, with what holds for every page at all times checked at its end: no error in the
// console, no violation of the content security policy, no secret in the document or the address bar.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startBrowser } from '../../support/browser.mjs'
import { emulator } from './environment.mjs'
import { makeRealm } from './realm.mjs'

let browser
before(async () => {
  browser = await startBrowser()
})
after(() => browser?.close())

/**
 * Defines a test that visits the demo.
 *
 * `run` gets the `context` and its `page`, not yet opened, `open(path, page)`, and `secrets()`, which gives the session ids
 * and tokens that the pages have been handed so far. `mayFail` names resources of the demo itself that the test keeps
 * from loading, `mayLog` the console messages and the exceptions that it provokes.
 */
export function visit(name, run, { mayFail, mayLog, ...contextOptions } = {}) {
  test(name, { timeout: 60_000 }, () => withBrowser(emulator.loginrocket, run, { mayFail, mayLog, ...contextOptions }))
}

/**
 * Defines a test that visits the demo in a realm of its own. `run` also gets the `realm`, and `pass(seconds)`, which lets
 * time pass there and in every page; it passes by itself, too. The realm is made with `person` and `settings`, if they are
 * given.
 */
export function visitRealm(name, run, { person, settings, ...options } = {}) {
  test(name, { timeout: 60_000 }, async () => {
    const realm = await makeRealm({ person, settings })
    const prepared = async (given) => {
      await given.context.clock.install()
      await realm.takeOver(given.context)
      await run({ ...given, realm, pass: (seconds) => realm.pass(given.context, seconds) })
    }
    try {
      await withBrowser(realm.url, prepared, options)
    } finally {
      await realm.remove()
    }
  })
}

async function withBrowser(service, run, { mayFail, mayLog, ...contextOptions }) {
  const context = await browser.newContext({ locale: 'en', reducedMotion: 'reduce', ...contextOptions })
  context.setDefaultTimeout(10_000)
  try {
    const watch = await watchOver(context, service, { mayFail, mayLog })
    const page = await context.newPage()
    const open = (path = '', tab = page) => tab.goto(new URL(path, emulator.app).href)
    await run({ page, context, open, secrets: watch.handedOut })
    await watch.check()
  } finally {
    await context.close()
  }
}

async function watchOver(context, service, { mayFail, mayLog }) {
  const errors = []
  const addresses = []
  const secrets = new Set()

  context.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    const { url } = message.location()
    // The browser itself notes every answer from 400 on and every cut connection. Tests provoke those of the service;
    // none of the demo's own files may be missing.
    const noted = message.text().startsWith('Failed to load resource')
    if (noted && (url.startsWith(service) || mayFail?.test(url))) return
    if (mayLog?.test(message.text())) return
    errors.push(message.text())
  })
  context.on('weberror', (error) => {
    const text = String(error.error())
    if (!mayLog?.test(text)) errors.push(text)
  })
  context.on('page', (page) => page.on('framenavigated', (frame) => addresses.push(frame.url())))
  await context.exposeFunction('tellHandedOut', (secret) => secrets.add(secret))
  await context.addInitScript(tellWhatIsHandedOut)

  return {
    async handedOut() {
      await Promise.all(context.pages().map((page) => page.evaluate(() => globalThis.allHandedOut())))
      return secrets
    },
    async check() {
      assert.deepEqual(errors, [], 'the console stays empty')
      for (const page of context.pages()) {
        await assertKeptSecret(page, secrets)
        assert.doesNotMatch(page.url(), /[?&]token=/, 'what a hosted page handed over does not stay in the address bar')
      }
      // The way to a hosted page has the session in it, and the way back a token: protocol.md#hosted-pages wants it so.
      const own = addresses.filter((address) => address.startsWith(emulator.app) && !/[?&]token=ey/.test(address))
      for (const secret of secrets) {
        assert.ok(!own.some((address) => address.includes(secret)), 'no secret was ever in the address bar')
      }
    },
  }
}

/**
 * Has a page tell which session ids and tokens it is handed: asked afterwards, the browser may have let go of a body.
 * Runs in the page.
 */
function tellWhatIsHandedOut() {
  const send = globalThis.fetch
  const told = []
  const tell = async (copy) => {
    const { session, token } = (await copy.json().catch(() => null)) ?? {}
    for (const secret of [session, token]) {
      if (typeof secret === 'string' && secret !== '') await globalThis.tellHandedOut(secret)
    }
  }
  globalThis.fetch = async (...given) => {
    const answer = await send(...given)
    told.push(tell(answer.clone()))
    return answer
  }
  globalThis.allHandedOut = () => Promise.all(told).then(() => {})
}

/** Fails if a secret is anywhere in the document, seen or unseen. */
export async function assertKeptSecret(page, secrets) {
  const document = await page.content()
  const typed = await page.locator('input').evaluateAll((inputs) => inputs.map((input) => input.value))
  for (const secret of secrets) {
    assert.ok(!document.includes(secret), 'no secret is in the document')
    assert.ok(!typed.includes(secret), 'no secret is in a field')
  }
}
