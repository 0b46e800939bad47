// A realm of the test's own in the given emulator, for tests that turn the clock or break the service, with the demo
// pointed at it.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { emulator } from './environment.mjs'
import { grace } from './people.mjs'

/** How long a token lasts here, in seconds. */
export const LIFETIME = 600

/** Makes a realm in which Grace lives, or who is given, and nobody else. Its hosted pages send the browser to the demo. */
export async function makeRealm({ person: given = grace, settings: others = {} } = {}) {
  const name = `demo-${randomUUID()}`
  const settings = { jwt_minutes: LIFETIME / 60, ...others }
  const { name: _, ...person } = given
  const seed = { name, settings, people: [person], login_urls: [emulator.app] }
  const { loginrocket } = await control('POST', 'realms', {}, seed)
  return new Realm(name, loginrocket)
}

class Realm {
  #name

  constructor(name, url) {
    this.#name = name
    /** Its LoginRocket URL. */
    this.url = url
  }

  /** Has the demo, in all pages of a browser, work with this realm in place of the emulator's default one. */
  async takeOver(context) {
    const { url } = this
    const settings = { loginrocket: url, inbox: `${url}_emulator/` }
    await context.route('**/emulator.json', (route) => route.fulfill({ json: settings }))
    // A document that a test has had in its hands comes from nowhere, and such a one may not call a loopback address without
    // being allowed to. Older browsers know no such permission, and ask for none.
    await context.grantPermissions(['local-network-access']).catch(() => {})
    // The emulator's policy lets the page talk to the default realm alone.
    await context.route(
      (address) => address.href.startsWith(emulator.app) && address.pathname === '/',
      async (route) => {
        const response = await route.fetch()
        const headers = response.headers()
        const policy = headers['content-security-policy'].replace(new URL(emulator.loginrocket).origin, new URL(url).origin)
        await route.fulfill({ response, headers: { ...headers, 'content-security-policy': policy } })
      },
    )
  }

  /** Lets time pass, here and in the pages, whose clocks have to be installed. */
  async pass(context, seconds) {
    await this.#control('POST', 'clock', { advance_seconds: seconds })
    await context.clock.fastForward(Math.round(seconds * 1000))
  }

  /** What the next requests for a token get in place of the realm's own answer. */
  script(rule) {
    return this.#control('POST', 'script', { path: '/v2/session', method: 'GET', ...rule })
  }

  /** All such rules. */
  async rules() {
    return (await this.#control('GET', 'script')).script
  }

  /** The code that a person's authenticator shows. */
  async code({ email }) {
    return (await control('GET', 'totp', { realm: this.#name, user: email })).code
  }

  /** The newest mail to an address, with the `link` in it. */
  async mail(to) {
    const { mails } = await control('GET', 'mails', { realm: this.#name, to })
    assert.notEqual(mails.length, 0, 'there is a mail')
    return mails.at(-1)
  }

  /** Ends all sessions, and tells no page. */
  endSessions() {
    return this.#control('DELETE', 'sessions')
  }

  /** How many requests for a token there were. */
  async refreshCount() {
    const { requests } = await this.#control('GET', 'requests')
    return requests.filter(({ method, path }) => method === 'GET' && path === '/v2/session').length
  }

  /** Removes the realm and all in it. */
  remove() {
    return this.#control('DELETE', 'realms')
  }

  #control(method, what, body) {
    return control(method, what, { realm: this.#name }, body)
  }
}

async function control(method, what, query, body) {
  const url = new URL(what, emulator.inbox)
  url.search = new URLSearchParams(query)
  const response = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const text = await response.text()
  assert.ok(response.ok, `${method} ${what}: ${response.status} ${text}`)
  return JSON.parse(text)
}
