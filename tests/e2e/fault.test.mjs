// The fault switch and the countdown: what becomes of a session while the service does badly, and while time passes.

import assert from 'node:assert/strict'
import { grace } from './support/people.mjs'
import { LIFETIME } from './support/realm.mjs'
import { freshness, heading, kept, signIn } from './support/steps.mjs'
import { visitRealm } from './support/visit.mjs'

visitRealm('the token counts down, and a refresh sets it back', async ({ page, open, pass }) => {
  await arrive({ page, open })
  const whole = await left(page)
  assert.ok(whole > LIFETIME - 60 && whole <= LIFETIME, `${whole} s`)
  await pass(300)
  await reads(page, (seconds) => seconds <= whole - 300)
  const share = await page.getByRole('progressbar').evaluate((bar) => bar.value)
  assert.ok(share > 0.4 && share <= 0.5, `${share}`)

  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByRole('status').getByText('The service answered with a new token.').waitFor()
  await reads(page, (seconds) => seconds > LIFETIME - 60)
})

visitRealm('the session refreshes by itself when it says so, and disturbs nobody', async ({ page, open, pass, realm }) => {
  await arrive({ page, open })
  await page.getByText('Refreshes by itself in').waitFor()
  await watchAnnouncements(page)
  await page.getByRole('link', { name: 'Open a second tab' }).focus()
  await pass(LIFETIME * 0.6)
  assert.equal(await realm.refreshCount(), 0)
  await pass(LIFETIME * 0.26)
  await reads(page, (seconds) => seconds > LIFETIME - 60)
  assert.equal(await realm.refreshCount(), 1)
  await page.getByRole('link', { name: 'Open a second tab' }).and(page.locator(':focus')).waitFor()
  assert.deepEqual(await page.evaluate(() => globalThis.announced), [])
})

visitRealm('a service that is down leaves the session stale, and it comes back by itself', async ({ page, open, pass }) => {
  await arrive({ page, open })
  await choose(page, 'is down')
  await page.getByText('From now on LoginRocket answers 503.').waitFor()
  await freshness(page, 'fresh').waitFor()

  // The session's own refresh, and then one that the person asks for.
  await pass(LIFETIME * 0.86)
  await freshness(page, 'stale').waitFor()
  await page.getByRole('alert').getByText('server_error').waitFor()
  await page.getByText(/Tries again by itself/).waitFor()
  await pass(LIFETIME)
  await page.getByRole('timer').filter({ hasText: 'expired' }).waitFor()
  await heading(page, `Hello, ${grace.name}`).waitFor()
  assert.notEqual(await kept(page), undefined)

  await choose(page, 'answers')
  await page.getByText('From now on LoginRocket answers again.').waitFor()
  await pass(300)
  await freshness(page, 'fresh').waitFor()
  await page.getByRole('alert').waitFor({ state: 'hidden' })
  await reads(page, (seconds) => seconds > LIFETIME - 60)
})

visitRealm('a fault outlives a reload, and so does the session', async ({ page, open, pass }) => {
  await arrive({ page, open })
  await choose(page, 'is down')
  await page.getByText('From now on LoginRocket answers 503.').waitFor()
  await page.reload()
  await heading(page, 'No fresh token').waitFor()
  await page.getByRole('radio', { name: 'is down', checked: true }).waitFor()
  await freshness(page, 'stale').waitFor()
  assert.notEqual(await kept(page), undefined)

  await choose(page, 'answers')
  await page.getByText('From now on LoginRocket answers again.').waitFor()
  await pass(60)
  await heading(page, `Hello, ${grace.name}`).waitFor()
})

visitRealm('the arrow keys lead to one fault, whatever was on the way', async ({ page, open, realm }) => {
  await arrive({ page, open })
  await page.getByRole('radio', { name: 'answers' }).focus()
  for (let step = 0; step < 3; step += 1) await page.keyboard.press('ArrowDown')
  await page.getByText('From now on LoginRocket says nothing').waitFor()
  assert.deepEqual((await realm.rules()).map(({ hang }) => hang), [true])
})

visitRealm('a service that was down once is asked again before the next refresh is due', async (world) => {
  const { page, open, pass, realm } = world
  await arrive({ page, open })
  await realm.script({ status: 503, count: 1 })
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await freshness(page, 'stale').waitFor()
  await page.getByText('Tries again by itself in').waitFor()
  await pass(310)
  await freshness(page, 'fresh').waitFor()
  await page.getByRole('alert').waitFor({ state: 'hidden' })
  assert.equal(await realm.refreshCount(), 2)
})

visitRealm('a service that wants a pause gets it, whatever the person does', async ({ page, open, pass, realm }) => {
  await arrive({ page, open })
  await choose(page, 'wants a pause')
  await page.getByText('From now on LoginRocket answers 429').waitFor()
  const refresh = page.getByRole('button', { name: 'Refresh token' })
  await refresh.click()
  await page.getByRole('alert').getByText('You can try again in 20 seconds.').waitFor()
  await page.getByText('LoginRocket asked to be left alone').waitFor()

  await choose(page, 'answers')
  await page.getByText('From now on LoginRocket answers again.').waitFor()
  await pass(10)
  await refresh.click()
  await page.getByRole('alert').getByText(/You can try again in (9|10) seconds\./).waitFor()
  assert.equal(await realm.refreshCount(), 1)

  await pass(11)
  await refresh.click()
  await page.getByRole('status').getByText('The service answered with a new token.').waitFor()
  await page.getByRole('alert').waitFor({ state: 'hidden' })
  await freshness(page, 'fresh').waitFor()
  assert.equal(await realm.refreshCount(), 2)
})

visitRealm('a service that says nothing is waited for, but not for ever', async ({ page, open, pass }) => {
  await arrive({ page, open })
  await choose(page, 'says nothing')
  await page.getByText('From now on LoginRocket says nothing').waitFor()
  await page.getByRole('button', { name: 'Refresh token' }).click()
  await page.getByText('Asking LoginRocket…').waitFor()
  await pass(11)
  await page.getByRole('alert').getByText('timeout', { exact: true }).waitFor()
  await heading(page, `Hello, ${grace.name}`).waitFor()
  assert.notEqual(await kept(page), undefined)
})

visitRealm(
  'without a network the view says so, and forgets it when there is one',
  async ({ page, context, open }) => {
    await arrive({ page, open })
    await context.setOffline(true)
    await freshness(page, 'offline').waitFor()
    await page.getByRole('alert').getByText('You are offline. You stay signed in').waitFor()
    await page.getByText('as soon as there is a network').waitFor()
    await context.setOffline(false)
    await freshness(page, 'fresh').waitFor()
    await page.getByRole('alert').waitFor({ state: 'hidden' })
  },
  // The browser fetches the icon when it likes.
  { mayFail: /favicon\.svg$/ },
)

visitRealm('a session that the service ends leads to the sign-in form, in every tab', async (world) => {
  const { page, context, open, pass, realm } = world
  await arrive({ page, open })
  const second = await context.newPage()
  await open('', second)
  await heading(second, 'Hello').waitFor()
  await realm.endSessions()
  await pass(LIFETIME * 0.86)
  for (const tab of [page, second]) {
    await heading(tab, 'Sign in').waitFor()
    await tab.getByRole('status').getByText('Your session has ended. Please sign in again.').waitFor()
  }
  assert.equal(await kept(page), undefined)
})

async function arrive({ page, open }) {
  await open()
  await signIn(page, grace)
  await heading(page, `Hello, ${grace.name}`).waitFor()
}

function choose(page, name) {
  return page.getByRole('radio', { name }).check()
}

/** The seconds that the countdown shows. */
async function left(page) {
  return seconds(await page.getByRole('timer').textContent())
}

/** Waits until the countdown shows what is expected. */
async function reads(page, isExpected) {
  const text = page.getByRole('timer')
  for (;;) {
    const shown = await text.textContent()
    if (isExpected(seconds(shown))) return
    await page.waitForFunction((last) => document.querySelector('[role="timer"]').textContent !== last, shown)
  }
}

/** `9 min 58 s` → `598`. */
function seconds(text) {
  const size = { h: 3600, min: 60, s: 1 }
  const parts = [...text.matchAll(/(\d+) (h|min|s)/g)]
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * size[unit], 0)
}

/** Collects what a screen reader would read aloud by itself. */
function watchAnnouncements(page) {
  return page.evaluate(() => {
    globalThis.announced = []
    const observer = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target.nodeType === Node.TEXT_NODE ? target.parentElement : target
        const region = element?.closest('[role="alert"], [role="status"]') ?? null
        if (region !== null) globalThis.announced.push(region.textContent)
      }
    })
    observer.observe(document.body, { subtree: true, childList: true, characterData: true })
  })
}
