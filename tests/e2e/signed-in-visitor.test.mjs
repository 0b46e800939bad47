// Links that reach somebody who is signed in already, and what the demo keeps across a reload or a detour.

import assert from 'node:assert/strict'
import { emulator } from './support/environment.mjs'
import { ada, newestMail, newPerson } from './support/people.mjs'
import { answer, answerWith, hold, LOGIN } from './support/service.mjs'
import { arriveSignedIn, failure, heading, kept, passwordField, signIn, signUp } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

const INVITED = '#/signup?invitation=nvt_sample123456'

visit('an invitation waits for a signed-in person to sign out', async (browser) => {
  const { page, open } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  const sent = await collect(page, '**/v2/signup')
  // Once as a new document, of which only the session's id is known, and then in the same one.
  await open(`?again${INVITED}`)
  await heading(page, 'You are invited').waitFor()
  await page.getByText(`You are signed in as ${person.email}; sign out to accept this invitation.`).waitFor()
  await page.getByRole('link', { name: 'Stay signed in' }).click()
  await heading(page, `Hello, ${person.name}`).waitFor()

  await open(`?again${INVITED}`)
  await page.getByRole('button', { name: 'Sign out and accept' }).click()
  await heading(page, 'Create an account').waitFor()
  await signUp(page, newPerson())
  await heading(page, 'Check your mail').waitFor()
  assert.equal(sent[0].invitation, 'nvt_sample123456')
})

visit('whoever is signed in has no use for the sign-up form', async (browser) => {
  const { page, open } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  await open('#/signup')
  await heading(page, `Hello, ${person.name}`).waitFor()
  await page.waitForURL(/#\/$/)
})

visit('whoever is signed in can ask for a new password too', async (browser) => {
  const { page, open } = browser
  await arriveSignedIn(browser, newPerson())
  await open('#/forgot')
  await heading(page, 'Forgot your password?').waitFor()
})

visit('a link for another person’s password ends the session that it replaces', async (browser) => {
  const { page, open } = browser
  const [first, second] = [newPerson(), { ...newPerson(), firstName: 'Mary', name: 'Mary Hopper' }]
  await arriveSignedIn(browser, second)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await page.getByLabel('E-mail or username').fill(second.email)
  await page.getByRole('button', { name: 'Send the link' }).click()
  await heading(page, 'Check your mail').waitFor()
  const { link } = await newestMail(second.email)

  await arriveSignedIn(browser, first)
  const { session } = await kept(page)
  await open(link)
  await passwordField(page, 'New password').fill(`second-${second.password}`)
  const ended = page.waitForResponse((response) => response.request().method() === 'DELETE')
  await page.getByRole('button', { name: 'Set password' }).click()
  await heading(page, `Hello, ${second.name}`).waitFor()
  assert.equal((await ended).status(), 200)

  const url = new URL('v2/session', emulator.loginrocket)
  url.searchParams.set('session', session)
  assert.equal((await fetch(url, { headers: { accept: 'application/json' } })).status, 403)
})

visit('an invitation survives a reload', async ({ page, open }) => {
  const sent = await collect(page, '**/v2/signup')
  await open(INVITED)
  await heading(page, 'Create an account').waitFor()
  assert.equal(new URL(page.url()).hash, '#/signup')
  await page.reload()
  await signUp(page, newPerson())
  await heading(page, 'Check your mail').waitFor()
  assert.equal(sent[0].invitation, 'nvt_sample123456')
})

visit(
  'a link of a mail survives a demo that cannot start',
  async ({ page, open }) => {
    await page.route('**/emulator.json', (route) => route.abort())
    await open('#/reset?token=tpw:sample123456')
    await heading(page, 'The emulator does not answer').waitFor()
    await page.unroute('**/emulator.json')
    await page.getByRole('link', { name: 'Try again' }).click()
    await heading(page, 'Set a new password').waitFor()
  },
  { mayFail: /emulator\.json$/ },
)

visit('links to the beginning work at the beginning', async ({ page, open }) => {
  const brand = page.getByRole('banner').getByRole('link', { name: 'LoginRocket demo' })
  await open('#/')
  await answerWith(page, LOGIN, 200, { result: 'totp_required', token: 'tmf:sample123456' })
  await signIn(page, ada)
  await heading(page, 'Enter your code').waitFor()
  await page.getByRole('button', { name: 'Start again' }).click()
  await heading(page, 'Sign in').and(page.locator(':focus')).waitFor()

  await signIn(page, ada)
  await heading(page, 'Enter your code').waitFor()
  await brand.click()
  await heading(page, 'Enter your code').and(page.locator(':focus')).waitFor()
  await page.getByRole('button', { name: 'Start again' }).click()
  await heading(page, 'Sign in').waitFor()

  // A sign-in that was accepted and led nowhere, as the service may invent.
  await answerWith(page, LOGIN, 200, { result: 'okay' })
  await signIn(page, ada)
  await heading(page, 'Done').waitFor()
  await page.getByRole('link', { name: 'Continue' }).click()
  await heading(page, 'Sign in').waitFor()
})

visit('what a person has typed to say who they are goes along', async ({ page, open }) => {
  const who = page.getByLabel('E-mail or username')
  await open()
  await who.fill('grace')
  await page.getByRole('link', { name: 'Forgot password?' }).click()
  await heading(page, 'Forgot your password?').waitFor()
  assert.equal(await who.inputValue(), 'grace')
  await who.fill('grace@example.com')
  await page.getByRole('link', { name: 'Back to sign in' }).click()
  await heading(page, 'Sign in').waitFor()
  assert.equal(await who.inputValue(), 'grace@example.com')

  await signIn(page, ada)
  await heading(page, `Hello, ${ada.name}`).waitFor()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()
  assert.equal(await who.inputValue(), '', 'the next person at this device does not read it')
})

visit('Ada has to wait while somebody else is signing in', async ({ page, open }) => {
  await open()
  const call = await hold(page, LOGIN)
  await signIn(page, { email: 'grace@example.com', password: 'wrong-as-can-be' })
  await call.first
  assert.ok(await page.getByRole('button', { name: 'Sign in as Ada' }).isDisabled())
  await call.release()
  await failure(page).waitFor()
  assert.equal(await page.getByLabel('E-mail or username').inputValue(), 'grace@example.com')
  assert.ok(await page.getByRole('button', { name: 'Sign in as Ada' }).isEnabled())
})

visit('a refusal marks what has to be filled in, until it is sent again', async ({ page, open }) => {
  await open()
  const password = passwordField(page)
  await signIn(page, { email: ada.email, password: 'wrong-as-can-be' })
  await failure(page).waitFor()
  assert.equal(await password.getAttribute('aria-invalid'), 'true')
  const call = await hold(page, LOGIN)
  await signIn(page, ada)
  await call.first
  assert.equal(await password.getAttribute('aria-invalid'), null)
})

visit('the back button returns neither to a sent form nor to a link of a mail', async (browser) => {
  const { page, open } = browser
  // The empty page that a browser starts with leaves no entry in the history.
  await page.goto('data:text/html,before')
  const before = page.url()
  await arriveSignedIn(browser, newPerson())
  await page.goBack()
  assert.equal(page.url(), before)
  await open('#/reset?token=tpw:sample123456')
  await heading(page, 'Set a new password').waitFor()
  await page.goBack()
  assert.equal(page.url(), before)
})

visit('a browser that forbids storage can sign in, until the reload', async ({ page, open }) => {
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, 'localStorage', {
      get() {
        throw new DOMException('forbidden', 'SecurityError')
      },
    })
  })
  await open()
  await signIn(page, ada)
  await heading(page, `Hello, ${ada.name}`).waitFor()
  await page.reload()
  await heading(page, 'Sign in').waitFor()
})

/** Accepts the calls that a pattern matches, and collects what they carried. */
async function collect(page, pattern) {
  const sent = []
  await page.route(pattern, (route) => {
    sent.push(route.request().postDataJSON())
    return answer(route, 200, { result: 'okay' })
  })
  return sent
}
