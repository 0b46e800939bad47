// What stands between a session and its token, to its end: the demo has a way on for each condition.

import assert from 'node:assert/strict'
import { grace, newPerson } from './support/people.mjs'
import { answerWith, LOGIN } from './support/service.mjs'
import { failure, heading, passwordField, signIn, signUp } from './support/steps.mjs'
import { visit, visitRealm } from './support/visit.mjs'

const elsewhere = { bypassCSP: true }

visitRealm(
  'an address that must be verified is verified by the link of the mail, and the person is in',
  async ({ page, open, realm, context }) => {
    const person = newPerson()
    await open('#/signup')
    await signUp(page, person)
    await heading(page, 'Confirm your e-mail').waitFor()
    await page.getByText(`A mail is on its way to ${person.email}.`).waitFor()
    await page.getByText('must_verify_email').waitFor()

    // The link opens another tab, as those of mails do.
    const tab = await context.newPage()
    await tab.goto((await realm.mail(person.email)).link)
    await tab.getByRole('button', { name: 'Confirm' }).click()
    await tab.getByText('Your session knows it, too.').waitFor()
    await tab.getByRole('link', { name: 'Continue' }).click()
    await heading(tab, `Hello, ${person.name}`).waitFor()
    await heading(page, `Hello, ${person.name}`).waitFor()
  },
  { settings: { email_verification: 'required' } },
)

visitRealm(
  'a sign-in before the address is verified says what to do, and can be left',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'Confirm your e-mail').waitFor()
    await page.getByText('A mail is on its way to you.').waitFor()
    await page.getByRole('button', { name: 'Check again' }).click()
    await page.getByText('The service still asks for the same.').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await heading(page, 'Sign in').waitFor()
  },
  { settings: { email_verification: 'required' } },
)

visitRealm(
  'a mail that did not come is sent again by the hosted page',
  async ({ page, open, realm }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'Confirm your e-mail').waitFor()
    await page.getByRole('button', { name: 'Send it again on the hosted page' }).click()
    await page.getByRole('button', { name: 'Send the mail again' }).click()
    await page.getByText('We sent a mail to you.').waitFor()
    assert.ok((await realm.mail(grace.email)).link)
  },
  { settings: { email_verification: 'required' }, ...elsewhere },
)

visitRealm(
  'where addresses are verified first, the link of the mail finishes the sign-up',
  async ({ page, open, realm }) => {
    const person = newPerson()
    await open('#/signup')
    await signUp(page, person)
    await heading(page, 'Check your mail').waitFor()
    await page.goto((await realm.mail(person.email)).link)
    await heading(page, 'Create an account').waitFor()
    await signUp(page, person)
    await heading(page, `Hello, ${person.name}`).waitFor()
  },
  { settings: { email_verification: 'preverify' } },
)

visitRealm(
  'an account that is not chosen yet is chosen on the hosted page',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'One more step').waitFor()
    await page.getByRole('button', { name: 'Finish on the hosted page' }).click()
    await page.getByRole('button', { name: 'Navy' }).click()
    await heading(page, 'Hello, Grace Hopper').waitFor()
    await page.getByRole('strong').getByText('Navy').waitFor()
  },
  { settings: { org_mode: 'multi_user' }, ...elsewhere },
)

visit('a condition that nobody has heard of leads to the hosted profile', async ({ page, open }) => {
  await open()
  await answerWith(page, LOGIN, 200, {
    result: 'conditional_login',
    session: 'kss_sample123456',
    account: null,
    conditions: ['must_read_the_terms'],
  })
  await signIn(page, { email: 'ada@example.com', password: 'engine-of-1843' })
  await heading(page, 'One more step').waitFor()
  const left = page.waitForRequest((request) => request.isNavigationRequest() && new URL(request.url()).pathname === '/profile')
  await page.getByRole('button', { name: 'Finish on the hosted page' }).click()
  await left
})

const withSecondFactor = {
  person: { ...grace, totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' },
  settings: { totp: true },
}

visitRealm(
  'a reload does not cost the person the second factor that is due',
  async ({ page, open, realm }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'Enter your code').waitFor()
    await page.reload()
    await heading(page, 'Enter your code').waitFor()
    await page.getByLabel('Code', { exact: true }).fill('000000')
    await page.getByRole('button', { name: 'Continue' }).click()
    await failure(page).waitFor()
    await page.getByLabel('Code', { exact: true }).fill(await realm.code(grace))
    await page.getByRole('button', { name: 'Continue' }).click()
    await heading(page, 'Hello, Grace Hopper').waitFor()
    assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), {})
  },
  withSecondFactor,
)

visitRealm(
  'whoever starts again is asked for the password, also after a reload',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await page.getByRole('button', { name: 'Start again' }).click()
    await heading(page, 'Sign in').waitFor()
    await page.reload()
    await heading(page, 'Sign in').waitFor()
    await passwordField(page).waitFor()
  },
  withSecondFactor,
)

visitRealm(
  'another account is chosen on the hosted page, though one is chosen already',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await page.getByRole('strong').getByText('Compilers').waitFor()
    await page.getByRole('button', { name: 'Choose on the hosted page' }).click()
    await page.getByRole('button', { name: 'Navy' }).click()
    await heading(page, 'Hello, Grace Hopper').waitFor()
    await page.getByRole('strong').getByText('Navy').waitFor()
  },
  elsewhere,
)

visitRealm('a person is greeted after a reload although the service is down', async ({ page, open, realm }) => {
  await open()
  await signIn(page, grace)
  await heading(page, 'Hello, Grace Hopper').waitFor()
  await realm.script({ status: 503, count: 99 })
  await page.reload()
  await heading(page, 'No fresh token').waitFor()
  await page.getByText('You are Grace Hopper, as far as this browser remembers.').waitFor()
})
