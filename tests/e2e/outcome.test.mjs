// Every form before a server that is dead, that hangs, or that is not the service: the person learns what helps next, and
// repeating is advised only where it does no harm.

import assert from 'node:assert/strict'
import { hold } from './support/service.mjs'
import { failure, heading } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

const REPEAT = /try again/
const MAY_BE_DONE = 'This may have been done: try to sign in, or look for the mail, before repeating it.'
const PASSWORD = 'four-words-that-last'

const FORMS = [
  { name: 'Sign in', path: '', call: 'login', button: 'Sign in', repeatable: true },
  { name: 'Create an account', path: '#/signup', call: 'signup', button: 'Create account' },
  { name: 'Forgot your password?', path: '#/forgot', call: 'password/forgot', button: 'Send the link', repeatable: true },
  { name: 'Set a new password', path: '#/reset?token=tpw:sample123456', call: 'password/reset', button: 'Set password' },
  { name: 'Confirm your e-mail', path: '#/verify-email?token=tve:sample123456', call: 'email/verify', button: 'Confirm' },
]

for (const form of FORMS) {
  visit(`“${form.name}” tells what to do about a dead server`, async ({ page, open }) => {
    await open(form.path)
    await page.route(`**/v2/${form.call}`, (route) => route.abort('connectionrefused'))
    await send(page, form)
    await tellsWhatHelps(page, form, { code: 'network_error', advice: 'LoginRocket could not be reached.' })
  })

  visit(`“${form.name}” tells what to do about a server that hangs`, async ({ page, open }) => {
    await open(`?timeoutMs=300${form.path}`)
    await hold(page, `**/v2/${form.call}`)
    await send(page, form)
    await tellsWhatHelps(page, form, { code: 'timeout', advice: 'LoginRocket took too long to answer.' })
  })
}

for (const [code, reply, why] of [
  ['not_json', { contentType: 'text/html', body: '<!doctype html><title>Welcome</title>' }, 'the answer is not JSON'],
  ['empty_reply', { contentType: 'application/json', body: '' }, 'the answer has no body'],
  ['redirected', null, 'the answer is a redirect'],
]) {
  visit(`the reason of ${code} can be read, for whoever has to mend it`, async ({ page, open }) => {
    await open('#/forgot')
    await page.route('**/v2/password/forgot', (route) =>
      route.fulfill({
        status: reply === null ? 302 : 200,
        headers: { 'access-control-allow-origin': '*', ...(reply === null && { location: '/elsewhere' }) },
        ...reply,
      }),
    )
    await send(page, { name: 'Forgot your password?', button: 'Send the link' })
    await failure(page).getByText(code).waitFor()
    await failure(page).getByText(why).waitFor()
  })
}

async function send(page, { name, button }) {
  await heading(page, name).waitFor()
  for (const input of await page.locator('input:required').all()) {
    await input.fill((await input.getAttribute('type')) === 'password' ? PASSWORD : 'somebody@example.com')
  }
  await page.getByRole('button', { name: button, exact: true }).click()
}

async function tellsWhatHelps(page, { button, repeatable }, { code, advice }) {
  const told = failure(page)
  await told.getByText(repeatable ? code : 'outcome_unknown', { exact: true }).waitFor()
  await told.getByText(repeatable ? advice : MAY_BE_DONE).waitFor()
  assert.equal(REPEAT.test(await told.locator('p').first().textContent()), repeatable ?? false)
  await told.getByText(repeatable ? /^no (readable|complete) answer/ : /^no whole answer came/).waitFor()
  assert.ok(await page.getByRole('button', { name: button, exact: true }).isEnabled())
}
