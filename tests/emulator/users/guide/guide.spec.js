// What the guide shows of Playwright.
import { expect, test } from 'loginrocket-emulator/playwright'

test('a token that expired is replaced', async ({ page, emulator, moveClocks }) => {
  await page.clock.install()
  await page.addInitScript((url) => { window.loginrocketUrl = url }, emulator.url)
  await page.goto('/')
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password').fill('engine-of-1843')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByText('Hello, Ada Lovelace.')).toBeVisible()
  await page.getByRole('button', { name: 'Orders' }).click()
  await expect(page.getByText('3 orders')).toBeVisible()
  // Seven hours: the token is over, the session is not.
  await moveClocks(7 * 3_600_000)
  await page.getByRole('button', { name: 'Orders' }).click()
  await expect(page.getByText('3 orders')).toBeVisible()
})
