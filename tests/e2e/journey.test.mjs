// People's whole ways through the demo, over the real service.

import assert from 'node:assert/strict'
import { ada, newestMail, newPerson } from './support/people.mjs'
import { failure, heading, passwordField, signIn, signUp } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('a person signs up, signs out, forgets the password, sets a new one and stays signed in', async (browser) => {
  const { page, open } = browser
  const person = newPerson()

  await open()
  await page.getByRole('link', { name: 'Create an account' }).click()
  await heading(page, 'Create an account').waitFor()
  await signUp(page, person)
  await heading(page, `Hello, ${person.name}`).waitFor()
  assert.equal(new URL(page.url()).hash, '#/')

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('You are signed out.').waitFor()
  await heading(page, 'Sign in').waitFor()

  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await page.getByLabel('E-mail or username').fill(person.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await heading(page, 'Check your mail').waitFor()

  const [inbox] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('main').getByRole('link', { name: 'Open the inbox' }).click(),
  ])
  const { link } = await newestMail(person.email)
  // Others have mail in this inbox too, with links that read the same.
  await inbox.locator(`a[href="${link}"]`).click()
  await finish(inbox, person)
})

/** From the link of the mail to a sign-in with the new password. */
async function finish(page, person) {
  await heading(page, 'Set a new password').waitFor()
  assert.equal(new URL(page.url()).hash, '#/reset', 'the token of the mail does not stay in the address bar')
  const changed = { ...person, password: `second-${person.password}` }
  await passwordField(page, 'New password').fill(changed.password)
  await page.getByRole('button', { name: 'Set password' }).click()
  await heading(page, `Hello, ${person.name}`).waitFor()
  await page.getByText('Your new password is set.').waitFor()

  await page.reload()
  await heading(page, `Hello, ${person.name}`).waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await signIn(page, person)
  await failure(page).getByText('Login failed').waitFor()
  await signIn(page, changed)
  await heading(page, `Hello, ${person.name}`).waitFor()
}

visit('a link to set a new password works once', async ({ page, open }) => {
  const person = newPerson()
  await open('#/signup')
  await signUp(page, person)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await page.getByLabel('E-mail or username').fill(person.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await heading(page, 'Check your mail').waitFor()
  const { link } = await newestMail(person.email)

  await page.goto(link)
  await passwordField(page, 'New password').fill(`second-${person.password}`)
  await page.getByRole('button', { name: 'Set password' }).click()
  await heading(page, `Hello, ${person.name}`).waitFor()

  await page.goto(link)
  await passwordField(page, 'New password').fill(`third-${person.password}`)
  await page.getByRole('button', { name: 'Set password' }).click()
  await failure(page).getByText('validation_failed').waitFor()
})

visit('a click signs in as Ada, and the page shows what her token says', async ({ page, open }) => {
  await open()
  await page.getByRole('button', { name: 'Sign in as Ada' }).click()
  await heading(page, `Hello, ${ada.name}`).waitFor()

  const claims = page.getByRole('region', { name: 'What the token says' })
  await claims.getByText(ada.email).first().waitFor()
  await claims.getByText('https://authrocket.com').first().waitFor()
  await claims.getByText('Raw claims').click()
  const raw = JSON.parse(await claims.locator('pre').textContent())
  assert.equal(raw.email, ada.email)
  assert.equal(raw.orgs.length, 1)
  assert.match(raw.sub, /^usr_/)
})

visit('a refresh brings an answer and leaves the focus on its button', async ({ page, open }) => {
  await open()
  await signIn(page, ada)
  await heading(page, `Hello, ${ada.name}`).waitFor()

  await page.getByRole('button', { name: 'Refresh token' }).click()
  // Within the same second the service makes the very same token again.
  await page.getByRole('status').getByText(/^The service (answered with a new token|sent the same token again)\.$/).waitFor()
  await page.getByRole('button', { name: 'Refresh token' }).and(page.locator(':focus')).waitFor()
})

visit('signing up with a taken address is refused with the service’s own words', async ({ page, open }) => {
  await open('#/signup')
  await signUp(page, { ...newPerson(), email: ada.email })
  const told = failure(page)
  await told.getByText(/validation_failed|conflict/).waitFor()
  assert.equal(await page.getByLabel('E-mail').inputValue(), ada.email)
})
