// What the signed-in view makes of a token, whatever is in it.

import assert from 'node:assert/strict'
import { ada } from './support/people.mjs'
import { answerWith, LOGIN, sampleToken } from './support/service.mjs'
import { heading, signIn } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

for (const [what, claims] of [
  ['no list of accounts', { orgs: null }],
  ['accounts that are none', { orgs: [null, 7] }],
  ['accounts that are a text', { orgs: 'org_sample123456' }],
  ['permissions that are a text', { orgs: [{ oid: 'org_sample123456', selected: true, perm: 'x' }] }],
  ['permissions that are a record', { orgs: [{ oid: 'org_sample123456', perm: { x: true } }] }],
  ['a moment that no calendar has', { iat: 1e300, exp: 1e300 }],
  ['moments that are texts', { iat: 'soon', exp: 'later' }],
  ['a name that is a record', { name: { first: 'Ada' }, email: 7 }],
]) {
  visit(`a token with ${what} is shown as far as it can be`, async ({ page, open }) => {
    await open()
    await answerWith(page, LOGIN, 200, login({ sub: 'usr_sample123456', ...claims }))
    await signIn(page, ada)
    await heading(page, 'Hello').and(page.locator(':focus')).waitFor()
    const list = page.getByRole('region', { name: 'What the token says' })
    await list.getByText('usr_sample123456').first().waitFor()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    assert.doesNotMatch(await page.locator('#view').innerText(), /\[object|undefined|NaN|Invalid/)
  })
}

visit('a permission that is a text is shown like a list of one', async ({ page, open }) => {
  await open()
  await answerWith(page, LOGIN, 200, login({ orgs: [{ selected: true, perm: 'sample-permission' }] }))
  await signIn(page, ada)
  await page.getByRole('definition').getByText('sample-permission').waitFor()
})

visit('the countdown ends with the view', async ({ page, open }) => {
  await page.addInitScript(() => {
    const { setInterval, clearInterval } = globalThis
    const running = (globalThis.running = new Set())
    globalThis.setInterval = (...given) => {
      const timer = setInterval(...given)
      running.add(timer)
      return timer
    }
    globalThis.clearInterval = (timer) => {
      running.delete(timer)
      clearInterval(timer)
    }
  })
  const running = () => page.evaluate(() => globalThis.running.size)
  await open()
  for (let visits = 0; visits < 2; visits += 1) {
    await signIn(page, ada)
    await heading(page, 'Hello').waitFor()
    assert.equal(await running(), 1)
    await page.getByRole('button', { name: 'Sign out' }).click()
    await heading(page, 'Sign in').waitFor()
    assert.equal(await running(), 0)
  }
})

visit('where a token does not say how long it lasts there is nothing to count', async ({ page, open }) => {
  await open()
  await answerWith(page, LOGIN, 200, login({ sub: 'usr_sample123456', iat: 'soon', exp: 'later' }))
  await signIn(page, ada)
  await page.getByRole('timer').filter({ hasText: 'unknown' }).waitFor()
  assert.equal(await page.getByRole('progressbar').count(), 0)
  await page.getByText('Refreshes when asked').waitFor()
})

function login(claims) {
  return {
    result: 'full_login',
    session: 'kss_sample123456',
    account: 'org_sample123456',
    token: sampleToken(claims),
  }
}
