// One session in several tabs, in all that a person sees of it.

import assert from 'node:assert/strict'
import { ada, grace, newPerson } from './support/people.mjs'
import { arriveSignedIn, freshness, heading, kept, signIn } from './support/steps.mjs'
import { visit, visitRealm } from './support/visit.mjs'

visit('a second tab has the same session, without a sign-in', async (browser) => {
  const { page } = browser
  const person = newPerson()
  await arriveSignedIn(browser, person)
  await page.getByText('It has the same session.').waitFor()
  const second = await openSecond(page)
  await heading(second, `Hello, ${person.name}`).waitFor()
})

visit('a sign-out in one tab is seen in the other at once, and said', async (browser) => {
  const { page } = browser
  await arriveSignedIn(browser, newPerson())
  const second = await openSecond(page)
  await heading(second, 'Hello').waitFor()
  await second.getByRole('button', { name: 'Sign out' }).click()
  await second.getByRole('status').getByText('You are signed out.').waitFor()
  await page.getByRole('status').getByText('You signed out in another tab.').waitFor()
  await heading(page, 'Sign in').and(page.locator(':focus')).waitFor()
  assert.equal(await kept(page), undefined)
})

visit('a sign-in in one tab is seen in the other at once, and said', async ({ page, context, open }) => {
  await open()
  await heading(page, 'Sign in').waitFor()
  const second = await context.newPage()
  await open('', second)
  await signIn(second, ada)
  await heading(second, `Hello, ${ada.name}`).waitFor()
  await heading(page, `Hello, ${ada.name}`).waitFor()
  await page.getByRole('status').getByText('You signed in in another tab.').waitFor()
  assert.equal(await second.locator('#notice').textContent(), '')
})

visit('somebody else who signs in in one tab is who the other shows', async (browser) => {
  const { page, context, open } = browser
  await arriveSignedIn(browser, newPerson())
  const second = await context.newPage()
  await open('', second)
  await second.getByRole('button', { name: 'Sign out' }).click()
  await signIn(second, ada)
  await heading(page, `Hello, ${ada.name}`).waitFor()
  assert.equal(await page.title(), `Hello, ${ada.name} – LoginRocket demo`)
  await page.getByRole('definition').getByText(ada.email).first().waitFor()
})

visitRealm('another account in one tab is the account of the other', async ({ page, open }) => {
  await open()
  await signIn(page, grace)
  await page.getByText('Account Compilers').waitFor()
  const second = await openSecond(page)
  await second.getByText('Account Compilers').waitFor()

  await second.getByRole('button', { name: 'Switch to Navy' }).click()
  await second.getByRole('status').getByText('You work in Navy now, in every tab.').waitFor()
  await second.getByRole('button', { name: 'Switch to Compilers' }).and(second.locator(':focus')).waitFor()
  await page.getByText('Account Navy').waitFor()
  await page.getByRole('definition').getByText('Navy').waitFor()
  await freshness(page, 'fresh').waitFor()

  await page.reload()
  await page.getByText('Account Navy').waitFor()
})

visit('an invitation stops waiting when the person signs out elsewhere', async (browser) => {
  const { page, open, context } = browser
  await arriveSignedIn(browser, newPerson())
  const second = await context.newPage()
  await open('', second)
  await open('#/signup?invitation=nvt_sample123456')
  await heading(page, 'You are invited').waitFor()
  await second.getByRole('button', { name: 'Sign out' }).click()
  await heading(page, 'Create an account').waitFor()
})

visit('a tab of its own storage does not follow the others', async ({ page, context, open }) => {
  await open('?storage=session')
  await signIn(page, ada)
  await heading(page, 'Hello').waitFor()
  await page.getByText('It begins without this session').waitFor()
  const second = await openSecond(page)
  await heading(second, 'Sign in').waitFor()
  await page.reload()
  await heading(page, 'Hello').waitFor()
  assert.equal(context.pages().length, 2)
  assert.equal(await page.evaluate(() => localStorage.length), 0)
})

visit('a session that is kept for the page ends with it; the choice is the person’s', async ({ page, open }) => {
  await open()
  await heading(page, 'Sign in').waitFor()
  await page.getByLabel('The session is kept for').selectOption('this page')
  await page.waitForURL(/\?storage=memory/)
  await signIn(page, ada)
  await heading(page, 'Hello').waitFor()
  assert.equal(await page.evaluate(() => localStorage.length + sessionStorage.length), 0)
  await page.reload()
  await heading(page, 'Sign in').waitFor()
  assert.equal(await page.getByLabel('The session is kept for').inputValue(), 'memory')
})

async function openSecond(page) {
  const [second] = await Promise.all([
    page.waitForEvent('popup'),
    page.getByRole('link', { name: 'Open a second tab' }).click(),
  ])
  return second
}
