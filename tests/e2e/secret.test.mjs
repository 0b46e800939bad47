// Secrets stay where they belong, and the page runs under a policy that would stop foreign script.

import assert from 'node:assert/strict'
import { emulator } from './support/environment.mjs'
import { newPerson } from './support/people.mjs'
import { arriveSignedIn, heading, kept } from './support/steps.mjs'
import { assertKeptSecret, visit } from './support/visit.mjs'

visit('neither the session id nor the token is ever in the document', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  await page.getByText('Raw claims').click()
  const secrets = await browser.secrets()
  assert.equal(secrets.size, 2, 'the sign-up handed out a session id and a token')
  await assertKeptSecret(page, secrets)
  await page.reload()
  await heading(page, 'Hello').waitFor()
  await page.getByText('Raw claims').click()
  await assertKeptSecret(page, await browser.secrets())
})

visit('the storage holds the session id, the account and the profile, and nothing else', async (browser) => {
  const { page, context } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  const record = await kept(page)
  assert.deepEqual(Object.keys(record).sort(), ['account', 'profile', 'session', 'v'])
  assert.equal(JSON.parse(record.profile).email, person.email)
  assert.match(record.session, /^kss_/)
  assert.match(record.account, /^org_/)
  assert.equal(record.v, '1', 'the version of the record')
  assert.equal(await page.evaluate(() => localStorage.length), 1)
  assert.equal(await page.evaluate(() => sessionStorage.length), 0)
  assert.deepEqual(await context.cookies(), [])
})

visit('signing out leaves nothing behind and ends the session at the service', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  const { session } = await kept(page)
  const deleted = page.waitForResponse((response) => response.request().method() === 'DELETE')
  await page.getByRole('button', { name: 'Sign out' }).click()
  assert.equal((await deleted).status(), 200)
  const left = await page.evaluate(() => Object.values(localStorage))
  assert.deepEqual(left, ['{"v":"1","signed_out":"true"}'], 'that somebody signed out, for the other tabs')

  const url = new URL('v2/session', emulator.loginrocket)
  url.searchParams.set('session', session)
  assert.equal((await fetch(url, { headers: { accept: 'application/json' } })).status, 403)
})

visit(
  'the policy is in force: no markup from strings, no inline script',
  async ({ page, open }) => {
    const answer = await open()
    assert.doesNotMatch(answer.headers()['content-security-policy'], /'unsafe-inline'|'unsafe-eval'/)
    await heading(page, 'Sign in').waitFor()
    const outcome = await page.evaluate(() => {
      const script = document.createElement('script')
      script.append('globalThis.inlineScriptRan = true')
      try {
        document.head.append(script)
        document.createElement('div').innerHTML = '<b>bold</b>'
        return 'markup from a string was allowed'
      } catch (error) {
        return { markup: error.name, inlineScriptRan: globalThis.inlineScriptRan ?? false }
      }
    })
    assert.deepEqual(outcome, { markup: 'TypeError', inlineScriptRan: false })
  },
  { mayLog: /TrustedHTML|TrustedScript|Content Security Policy/ },
)
