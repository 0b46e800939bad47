// What the session says of itself, on the page and in a bug report.

import assert from 'node:assert/strict'
import { newPerson } from './support/people.mjs'
import { arriveSignedIn, openExplanation } from './support/steps.mjs'
import { visit } from './support/visit.mjs'

visit('the session explains itself, and keeps up with what happens', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  await openExplanation(page)
  const panel = page.getByRole('group').filter({ hasText: 'Why?' })
  await panel.getByText('signed_in, fresh').waitFor()
  await panel.getByText('lock, channel').waitFor()
  await panel.getByText('none yet').waitFor()
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await panel.getByText(/^asked: okay, \d+ s ago$/).waitFor()
  await panel.getByText('1 in the last minute').waitFor()
})

visit(
  'the explanation can be copied, and holds no secret',
  async (browser) => {
    const { page } = browser
    const person = newPerson()
    await arriveSignedIn(browser, person)
    await openExplanation(page)
    await page.getByRole('button', { name: 'Copy for a bug report' }).click()
    await page.getByText('Copied. There is no secret in it.').waitFor()
    const text = await page.evaluate(() => navigator.clipboard.readText())
    assert.equal(JSON.parse(text).state, 'signed_in')
    const secrets = await browser.secrets()
    assert.ok(secrets.size >= 2, 'a session id and a token')
    for (const secret of [...secrets, person.password]) assert.ok(!text.includes(secret))
  },
  { permissions: ['clipboard-read', 'clipboard-write'] },
)

visit('a browser that allows no copying is told of', async (browser) => {
  const { page } = browser
  await page.addInitScript(() => {
    Object.defineProperty(navigator, 'clipboard', { value: { writeText: () => Promise.reject(new Error('forbidden')) } })
  })
  await arriveSignedIn(browser, newPerson())
  await openExplanation(page)
  await page.getByRole('button', { name: 'Copy for a bug report' }).click()
  await page.getByText('The browser does not allow that.').waitFor()
})
