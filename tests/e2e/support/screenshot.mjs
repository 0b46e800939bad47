// Takes the README's picture again: node tests/e2e/support/screenshot.mjs, with the environment of the tests.

import { fileURLToPath } from 'node:url'
import { startBrowser } from '../../support/browser.mjs'
import { emulator } from './environment.mjs'
import { heading } from './steps.mjs'

const browser = await startBrowser()
const page = await browser.newPage({
  colorScheme: 'light',
  deviceScaleFactor: 1.5,
  locale: 'en',
  viewport: { width: 1040, height: 660 },
})
await page.goto(emulator.app)
await page.getByRole('button', { name: 'Sign in as Grace' }).click()
await heading(page, 'Hello').waitFor()
await page.getByRole('button', { name: /^Switch to/ }).waitFor()
await page.getByRole('radio', { name: 'answers', checked: true }).waitFor()
await page.getByText('verified', { exact: true }).first().waitFor()
// The heading took the focus, and with it the page.
await page.evaluate(() => scrollTo(0, 0))
await page.screenshot({ path: fileURLToPath(new URL('../../../docs/images/demo.png', import.meta.url)) })
await browser.close()
