// What a person sees when a call does not do what was asked.

import assert from 'node:assert/strict'
import { ada, newPerson } from './support/people.mjs'
import { answer, answerWith, hold, LOGIN, sampleToken, SESSION, VERIFY_LOGIN } from './support/service.mjs'
import { arriveSignedIn, failure, freshness, heading, kept, passwordField, signIn } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('a wrong password shows the service’s text, keeps the e-mail and moves the focus to the error', async ({ page, open }) => {
  await open()
  await signIn(page, { email: ada.email, password: 'wrong-as-can-be' })
  const told = failure(page)
  await told.getByText('Login failed').waitFor()
  await told.getByText('validation_failed · status 422').waitFor()
  await told.and(page.locator(':focus')).waitFor()
  assert.equal(await page.getByLabel('E-mail or username').inputValue(), ada.email)
  const description = await page.getByLabel('E-mail or username').getAttribute('aria-describedby')
  assert.equal(await told.getAttribute('id'), description)

  await signIn(page, ada)
  await heading(page, `Hello, ${ada.name}`).waitFor()
})

visit('a dead server is told in a sentence, and the next try goes through', async ({ page, open }) => {
  await open()
  await page.route(LOGIN, (route) => route.abort('connectionrefused'))
  await signIn(page, ada)
  const told = failure(page)
  await told.getByText('LoginRocket could not be reached.').waitFor()
  await told.getByText('network_error').waitFor()

  await page.unroute(LOGIN)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await heading(page, `Hello, ${ada.name}`).waitFor()
})

visit('a hung server ends in a timeout, with the form ready again', async ({ page, open }) => {
  await open('?timeoutMs=300')
  await hold(page, LOGIN)
  await signIn(page, ada)
  const told = failure(page)
  await told.getByText('LoginRocket took too long to answer.').waitFor()
  assert.ok(await page.getByRole('button', { name: 'Sign in', exact: true }).isEnabled())
})

visit('a form is busy while its call runs and cannot be sent twice', async ({ page, open }) => {
  await open()
  const call = await hold(page, LOGIN)
  await signIn(page, ada)
  await call.first
  const form = page.getByRole('form', { name: 'Sign in' })
  assert.equal(await form.getAttribute('aria-busy'), 'true')
  const button = page.getByRole('button', { name: 'Sign in', exact: true })
  assert.equal(await button.getAttribute('aria-busy'), 'true')
  assert.ok(await button.isDisabled())
  assert.ok(await passwordField(page).isDisabled())
  assert.equal(await page.locator('#progress').textContent(), 'Signing in…')
  await form.evaluate((element) => {
    element.requestSubmit()
    element.requestSubmit()
  })
  await call.release()
  await heading(page, `Hello, ${ada.name}`).waitFor()
  assert.equal(call.count(), 1)
})

visit('whoever leaves a form takes its call along', async ({ page, open }) => {
  // Longer than the test: the call must end by being cancelled, not by timing out.
  await open('?timeoutMs=600000')
  const call = await hold(page, LOGIN)
  await signIn(page, ada)
  await call.first
  const cancelled = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/v2/login'))
  await page.getByRole('link', { name: 'Create an account' }).click()
  await cancelled
  await heading(page, 'Create an account').waitFor()
  assert.equal(await kept(page), undefined)
})

visit('a rate limit tells how long to wait', async ({ page, open }) => {
  await open()
  await answerWith(page, LOGIN, 429, {}, {
    'retry-after': '30',
    'access-control-expose-headers': 'retry-after',
  })
  await signIn(page, ada)
  await failure(page).getByText('You can try again in 30 seconds.').waitFor()
  await failure(page).getByText('rate_limited · status 429').waitFor()
})

visit('a session that the service has ended leads to the sign-in form, with a notice', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  await answerWith(page, SESSION, 403, {})
  await page.reload()
  await page.getByRole('status').getByText('Your session has ended.').waitFor()
  await heading(page, 'Sign in').waitFor()
  assert.equal(await kept(page), undefined)

  await page.unroute(SESSION)
  await page.reload()
  await heading(page, 'Sign in').waitFor()
})

visit('a refusal of the account alone does not cost the session', async (browser) => {
  const { page } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  await page.route(SESSION, (route) => {
    const refused = new URL(route.request().url()).searchParams.has('account')
    return refused ? answer(route, 403, {}) : route.continue()
  })
  await page.reload()
  await heading(page, `Hello, ${person.name}`).waitFor()
})

for (const [what, cause] of [
  ['a server error', (route) => answer(route, 503, {})],
  ['a rate limit', (route) => answer(route, 429, {})],
  ['no network', (route) => route.abort('internetdisconnected')],
  ['a captive portal', portal],
]) {
  visit(`${what} on reload keeps the session, and its token comes by itself afterwards`, async (browser) => {
    const { page } = browser
    const person = newPerson()
    await arriveSignedIn(browser, person)
    await page.route(SESSION, cause)
    await page.reload()
    await page.getByRole('alert').getByText('You stay signed in').waitFor()
    await freshness(page, 'stale').waitFor()
    assert.notEqual(await kept(page), undefined)

    await page.unroute(SESSION)
    await heading(page, `Hello, ${person.name}`).waitFor()
  })
}

visit('an answer that is about no session does not cost the session', async (browser) => {
  const { page } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  await answerWith(page, SESSION, 200, { result: 'okay' })
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByRole('alert').getByText('unexpected_status').waitFor()
  await heading(page, `Hello, ${person.name}`).waitFor()

  await page.reload()
  await heading(page, 'No fresh token').waitFor()
  await page.getByRole('alert').getByText('unexpected_status').waitFor()
  assert.notEqual(await kept(page), undefined)

  await page.unroute(SESSION)
  await heading(page, `Hello, ${person.name}`).waitFor()
})

visit('a failed refresh leaves what is known, marked as stale', async (browser) => {
  const { page } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  await answerWith(page, SESSION, 500, {})
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByRole('alert').getByText('server_error · status 500').waitFor()
  await freshness(page, 'stale').waitFor()
  await heading(page, `Hello, ${person.name}`).waitFor()

  await page.unroute(SESSION)
  await page.getByText('Holding back').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByRole('alert').waitFor({ state: 'hidden' })
})

visit('a late answer does not bring a signed-out session back', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  const call = await hold(page, SESSION)
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await call.first
  await page.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Sign in').waitFor()
  await call.release().catch(() => {})
  assert.equal(await kept(page), undefined)
  await page.reload()
  await heading(page, 'Sign in').waitFor()
})

visit('whoever leaves during a refresh finds the session as it was', async (browser) => {
  const { page, open } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  const call = await hold(page, SESSION)
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await call.first
  await open('#/verify-email?token=tve:sample123456')
  await heading(page, 'Confirm your e-mail').waitFor()
  await page.getByRole('link', { name: 'LoginRocket demo' }).click()
  await heading(page, `Hello, ${person.name}`).waitFor()
  assert.equal(await page.getByRole('alert').count(), 0)
})

visit('signing out works without the service', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  await page.route(SESSION, (route) => route.abort())
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByText('the service could not be told').waitFor()
  await heading(page, 'Sign in').waitFor()
  assert.equal(await kept(page), undefined)
})

visit('a second factor is asked for, and a wrong code can be corrected', async ({ page, open }) => {
  await open()
  await answerWith(page, LOGIN, 200, { result: 'totp_required', token: 'tmf:sample123456' })
  await page.route(VERIFY_LOGIN, (route) => {
    const sent = route.request().postDataJSON()
    assert.equal(sent.token, 'tmf:sample123456')
    return sent.code === '123456'
      ? answer(route, 200, {
          result: 'full_login',
          session: 'kss_sample123456',
          account: 'org_sample123456',
          token: sampleToken({ sub: 'usr_sample123456', name: 'Ada Lovelace' }),
        })
      : answer(route, 422, { result: 'error', error: 'Verification failed', errors: ['Verification failed'] })
  })
  await signIn(page, ada)
  await heading(page, 'Enter your code').waitFor()
  const code = page.getByRole('textbox', { name: 'Code' })
  await code.fill('000000')
  await code.press('Enter')
  await failure(page).getByText('Verification failed').waitFor()
  await code.fill('123 456')
  await code.press('Enter')
  await heading(page, 'Hello, Ada Lovelace').waitFor()
})

for (const [condition, title, text] of [
  ['no_account_selected', 'One more step', 'have not chosen yet'],
  ['must_complete_profile', 'Complete your profile', 'your profile lacks something'],
  ['must_read_the_terms', 'One more step', 'the service wants something else first'],
]) {
  visit(`a session with the condition ${condition} says what is missing`, async ({ page, open }) => {
    await open()
    await answerWith(page, LOGIN, 200, {
      result: 'conditional_login',
      session: 'kss_sample123456',
      account: null,
      conditions: [condition],
    })
    await signIn(page, ada)
    await heading(page, title).waitFor()
    await page.getByText(text).waitFor()
    await page.getByText(condition).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
  })
}

visit(
  'without the emulator’s answer the page says how to start it',
  async ({ page, open }) => {
    await page.route('**/emulator.json', (route) => route.abort())
    await open()
    await heading(page, 'The emulator does not answer').waitFor()
    await page.unroute('**/emulator.json')
    await page.getByRole('link', { name: 'Try again' }).click()
    await heading(page, 'Sign in').waitFor()
  },
  { mayFail: /emulator\.json$/ },
)

visit(
  'without the package the page says how to build it',
  async ({ page, open }) => {
    await page.route('**/pkg/**', (route) => route.fulfill({ status: 404, body: '' }))
    await open()
    await heading(page, 'The package is not there').waitFor()
    await page.getByText('cargo xtask pack').waitFor()
  },
  { mayFail: /\/pkg\// },
)

visit('an option that the package refuses is told, not swallowed', async ({ page, open }) => {
  await open('?timeoutMs=-1')
  await heading(page, 'The demo cannot start').waitFor()
  await page.getByText('invalid_option').waitFor()
})

/** A network that answers everything with its own page. */
function portal(route) {
  return route.fulfill({
    status: 200,
    contentType: 'text/html',
    headers: { 'access-control-allow-origin': '*' },
    body: '<!doctype html><title>Welcome</title><p>Accept our terms.</p>',
  })
}
