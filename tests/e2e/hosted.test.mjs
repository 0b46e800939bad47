// The demo and the hosted pages: there and back, and what comes of a link that somebody sent.

import assert from 'node:assert/strict'
import { emulator } from './support/environment.mjs'
import { ada, grace, newPerson } from './support/people.mjs'
import { answerWith, LOGIN, sampleToken } from './support/service.mjs'
import { arriveSignedIn, heading, kept, signIn } from './support/steps.mjs'
import { visit, visitRealm } from './support/visit.mjs'

/** What is done on the hosted page to log in. */
async function logInThere(page, { email, password }) {
  await page.getByLabel('E-mail or username').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

/** A token of a session that somebody has elsewhere. */
async function tokenElsewhere({ email, password }) {
  const answer = await fetch(new URL('v2/login', emulator.loginrocket), {
    method: 'POST',
    body: JSON.stringify({ email, password }),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
  })
  return (await answer.json()).token
}

const back = 'You are back from the hosted page, signed in.'

// The emulator's policy lets the page talk to its default realm alone, and a redirect goes past what a test replaces.
const elsewhere = { bypassCSP: true }

visit('a person signs in on the hosted page and is back in the demo', async ({ page, open }) => {
  await open()
  await page.getByRole('button', { name: 'Or use the hosted pages' }).click()
  await page.waitForURL(`${emulator.loginrocket}login?*`)
  await logInThere(page, ada)
  await heading(page, `Hello, ${ada.name}`).waitFor()
  await page.getByText(back).waitFor()
  assert.equal(page.url(), emulator.app)
  await page.reload()
  await heading(page, `Hello, ${ada.name}`).waitFor()
  assert.equal(await page.getByText(back).count(), 0)
})

visit('a person edits the profile on the hosted page without a second password', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  await page.getByRole('button', { name: 'Edit profile' }).click()
  await page.getByLabel('First name').fill('Amazing')
  await page.getByRole('button', { name: 'Save' }).click()
  await heading(page, 'Hello, Amazing Hopper').waitFor()
  assert.equal(new URL(page.url()).hash, '#/')
  await page.getByRole('definition').getByText('Amazing Hopper').waitFor()
})

visitRealm(
  'a second factor is given on the hosted page',
  async ({ page, open, realm }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'Enter your code').waitFor()
    await page.getByRole('button', { name: 'Or finish on the hosted page' }).click()
    await logInThere(page, grace)
    await page.getByLabel('Six digits').fill(await realm.code(grace))
    await page.getByRole('button', { name: 'Verify' }).click()
    await heading(page, `Hello, ${grace.name}`).waitFor()
  },
  { ...elsewhere, person: { ...grace, totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' }, settings: { totp: true } },
)

const nameless = { email: grace.email, password: grace.password }
const named = { person: nameless, settings: { name_field: 'required' } }

visitRealm(
  'a missing profile is completed on the hosted page',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'Complete your profile').waitFor()
    await page.getByRole('button', { name: 'Or finish on the hosted page' }).click()
    await page.getByLabel('First name').fill('Grace')
    await page.getByLabel('Last name').fill('Hopper')
    await page.getByRole('button', { name: 'Save' }).click()
    await heading(page, `Hello, ${grace.name}`).waitFor()
  },
  { ...elsewhere, ...named },
)

visitRealm(
  'a missing profile is completed in the demo',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'Complete your profile').waitFor()
    await page.getByLabel('First name').fill('Grace')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The service still asks for the same.').waitFor()
    await page.getByLabel('First name').fill('Grace')
    await page.getByLabel('Last name').fill('Hopper')
    await page.getByRole('button', { name: 'Save' }).click()
    await heading(page, `Hello, ${grace.name}`).waitFor()
    await page.getByText('Your profile is complete.').waitFor()
  },
  named,
)

visitRealm(
  'an account is chosen on the hosted page',
  async ({ page, open }) => {
    await open()
    await signIn(page, grace)
    await heading(page, 'One more step').waitFor()
    await page.getByRole('button', { name: 'Finish on the hosted page' }).click()
    await page.getByRole('button', { name: 'Navy' }).click()
    await heading(page, `Hello, ${grace.name}`).waitFor()
    await page.getByRole('definition').getByText('Navy').waitFor()
  },
  { ...elsewhere, settings: { org_mode: 'multi_user' } },
)

visit('a link of somebody else’s changes nobody without being asked', async (browser) => {
  const { page, open } = browser
  const person = { ...newPerson(), firstName: 'Mary', name: 'Mary Hopper' }
  await arriveSignedIn(browser, person)
  const { session: mine } = await kept(page)
  const token = await tokenElsewhere(ada)

  await open(`?token=${token}`)
  await heading(page, 'Is that you?').waitFor()
  await page.getByText(`signs in ${ada.email}, and you are signed in as ${person.email}`).waitFor()
  assert.equal((await kept(page)).session, mine)
  await page.getByRole('link', { name: 'Stay signed in' }).click()
  await heading(page, `Hello, ${person.name}`).waitFor()

  await open(`?token=${token}`)
  await page.getByRole('button', { name: `Go on as ${ada.name}` }).click()
  await heading(page, `Hello, ${ada.name}`).waitFor()
  await page.getByText(`You are ${ada.name} now, in every tab.`).waitFor()
})

visit('a link that cannot be trusted signs nobody in and says why', async ({ page, open }) => {
  const token = await tokenElsewhere(ada)
  await open(`?token=${token.slice(0, -8)}AAAAAAAA`)
  await heading(page, 'That link did not sign you in').waitFor()
  await page.getByText('invalid_signature').waitFor()
  await page.getByRole('link', { name: 'Continue' }).click()
  await heading(page, 'Sign in').waitFor()
})

visit('what the token says is judged, too', async (browser) => {
  const { page, open } = browser
  const verdict = page.locator('.verdict')
  await open()
  await signIn(page, ada)
  await verdict.getByText('verified', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()

  const token = sampleToken({ sub: 'usr_sample123456', name: 'Eve Sample' })
  const forged = { result: 'full_login', session: 'kss_sample123456', account: 'org_sample123456', token }
  await answerWith(page, LOGIN, 200, forged)
  await signIn(page, ada)
  await heading(page, 'Hello, Eve Sample').waitFor()
  await verdict.getByText('not verified: unknown_key').waitFor()
})
