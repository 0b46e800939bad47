// Links of mails that lead into the demo, and sign-ups that end in one. The journey over a real mail, for a new
// password, is in journey.test.mjs.

import assert from 'node:assert/strict'
import { newPerson } from './support/people.mjs'
import { answer } from './support/service.mjs'
import { failure, heading, signUp } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('a link to confirm an e-mail does so on a click, not by being opened', async ({ page, open }) => {
  const sent = await answerAndKeep(page, '**/v2/email/verify', 200, { result: 'okay' })
  await open('#/verify-email?token=tve:sample123456')
  await heading(page, 'Confirm your e-mail').waitFor()
  assert.equal(new URL(page.url()).hash, '#/verify-email')
  assert.deepEqual(sent, [])

  await page.getByRole('button', { name: 'Confirm' }).click()
  await heading(page, 'E-mail confirmed').waitFor()
  assert.deepEqual(sent, [{ token: 'tve:sample123456' }])
  await page.getByRole('link', { name: 'Continue' }).click()
  await heading(page, 'Sign in').waitFor()
})

visit('a link to confirm an e-mail that the service does not know is refused in its words', async ({ page, open }) => {
  await open('#/verify-email?token=tve:sample123456')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await failure(page).getByText('validation_failed').waitFor()
})

visit('an invitation goes along with the sign-up', async ({ page, open }) => {
  const sent = await answerAndKeep(page, '**/v2/signup', 200, { result: 'okay' })
  await open('#/signup?invitation=nvt_sample123456')
  await signUp(page, newPerson())
  await heading(page, 'Check your mail').waitFor()
  assert.equal(sent[0].invitation, 'nvt_sample123456')
})

visit('what was left empty is not sent', async ({ page, open }) => {
  const sent = await answerAndKeep(page, '**/v2/signup', 200, { result: 'okay' })
  const { email, password } = newPerson()
  await open('#/signup')
  await signUp(page, { firstName: '', lastName: '', email, password })
  await page.getByText(`on its way to ${email}`).waitFor()
  assert.deepEqual(sent, [{ email, password }])
})

visit('several reasons of a refusal are told one by one', async ({ page, open }) => {
  const errors = ['Password is too short', 'Last name is missing']
  await answerAndKeep(page, '**/v2/signup', 422, { result: 'error', error: errors.join(' '), errors })
  await open('#/signup')
  await signUp(page, newPerson())
  await failure(page).waitFor()
  assert.deepEqual(await failure(page).getByRole('listitem').allTextContents(), errors)
})

/** Answers the calls that a pattern matches and collects what they carried. */
async function answerAndKeep(page, pattern, status, body) {
  const sent = []
  await page.route(pattern, (route) => {
    sent.push(route.request().postDataJSON())
    return answer(route, status, body)
  })
  return sent
}
