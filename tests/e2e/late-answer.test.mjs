// Answers that come when nobody waits for them any more, and what a form survives. The real package answers no cancelled
// call, so a stand-in has its place here: the page must not depend on that.

import assert from 'node:assert/strict'
import { ada } from './support/people.mjs'
import { FULL_LOGIN, replacePackage, settle } from './support/package.mjs'
import { heading, passwordField, signIn } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('a late refresh does not bring a signed-out session back', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await signIn(page, ada)
  await settle(page, 'login', 'resolve', FULL_LOGIN)
  await heading(page, 'Hello').waitFor()
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()
  await settle(page, 'getSession', 'resolve', FULL_LOGIN)
  assert.equal(await page.evaluate(() => sessionStorage.length), 0)
  await heading(page, 'Sign in').waitFor()
})

visit('a late sign-in signs nobody in who has left the form', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await signIn(page, ada)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await heading(page, 'Create an account').waitFor()
  await settle(page, 'login', 'resolve', FULL_LOGIN)
  assert.equal(await page.evaluate(() => sessionStorage.length), 0)
  assert.equal(await heading(page, 'Create an account').count(), 1)
})

visit('a sign-out that fails late says nothing to whoever has signed in again', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await signIn(page, ada)
  await settle(page, 'login', 'resolve', FULL_LOGIN)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, ada)
  await settle(page, 'login', 'resolve', { ...FULL_LOGIN, session: 'kss_other123456' })
  await heading(page, 'Hello').waitFor()
  await settle(page, 'logout', 'resolve', { result: 'error', code: 'timeout', error: '', errors: [] })
  assert.equal(await page.locator('#notice').textContent(), '')
})

visit('signing out of a session that has ended already is nothing to tell', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await signIn(page, ada)
  await settle(page, 'login', 'resolve', FULL_LOGIN)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await settle(page, 'logout', 'resolve', { result: 'error', code: 'access_denied', error: '', errors: [] })
  assert.equal(await page.locator('#notice').textContent(), 'You are signed out.')
})

visit(
  'a mistake of the page does not leave a form busy',
  async ({ page, open }) => {
    await replacePackage(page)
    await open()
    await signIn(page, ada)
    await settle(page, 'login', 'reject', 'a mistake')
    assert.ok(await page.getByRole('button', { name: 'Sign in', exact: true }).isEnabled())
    assert.ok(await passwordField(page).isEnabled())
    await signIn(page, ada)
    await settle(page, 'login', 'resolve', FULL_LOGIN)
    await heading(page, 'Hello').waitFor()
  },
  { mayLog: /a mistake/ },
)
