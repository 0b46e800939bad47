// Answers that come when nobody waits for them any more, and what a form survives. The real package answers no cancelled
// call, so a stand-in has its place here: the page must not depend on that.

import assert from 'node:assert/strict'
import { ada } from './support/people.mjs'
import { become, FULL_LOGIN, replacePackage, settle, SIGNED_IN } from './support/package.mjs'
import { heading, passwordField, signIn } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('a late refresh says nothing to whoever has signed out', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await arrive(page)
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()
  await settle(page, 'refresh', 'resolve', { result: 'okay', token: 'not.a.token' })
  assert.equal(await page.locator('#notice').textContent(), 'You are signed out.')
  await heading(page, 'Sign in').waitFor()
})

visit('a late sign-in leads nobody anywhere who has left the form', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await signIn(page, ada)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await heading(page, 'Create an account').waitFor()
  await settle(page, 'login', 'resolve', FULL_LOGIN)
  assert.equal(await heading(page, 'Create an account').count(), 1)
})

visit('what happens to the session while a form is sent waits for its answer', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await signIn(page, ada)
  await become(page, SIGNED_IN)
  assert.equal(await heading(page, 'Sign in').count(), 1)
  await settle(page, 'login', 'resolve', { result: 'error', code: 'timeout', error: 'Too late', errors: [] })
  await heading(page, 'Hello').waitFor()
  await page.getByRole('status').getByText('You signed in in another tab.').waitFor()
})

visit('whoever leaves a form hears at once what happens to the session', async ({ page, open }) => {
  await replacePackage(page)
  await open('#/signup')
  await page.getByRole('link', { name: 'Sign in' }).click()
  await signIn(page, ada)
  await page.getByRole('link', { name: 'Create an account' }).click()
  await heading(page, 'Create an account').waitFor()
  await become(page, SIGNED_IN)
  await heading(page, 'Hello').waitFor()
})

visit('a sign-out that fails late says nothing to whoever has signed in again', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await arrive(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await arrive(page)
  await settle(page, 'signOut', 'resolve', { result: 'error', code: 'timeout', error: '', errors: [] })
  assert.equal(await page.locator('#notice').textContent(), '')
})

visit('signing out of a session that has ended already is nothing to tell', async ({ page, open }) => {
  await replacePackage(page)
  await open()
  await arrive(page)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await settle(page, 'signOut', 'resolve', { result: 'error', code: 'access_denied', error: '', errors: [] })
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
    await arrive(page)
  },
  { mayLog: /a mistake/ },
)

async function arrive(page) {
  await signIn(page, ada)
  await become(page, SIGNED_IN)
  await settle(page, 'login', 'resolve', FULL_LOGIN)
  await heading(page, 'Hello').waitFor()
}
