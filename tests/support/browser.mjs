// The browser of every test that needs one. What is given from outside, by whoever starts the tests:
//   LOGINROCKET_TOOLS  the folder whose node_modules holds playwright-core
//   CHROME             the browser to start

import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What the environment holds under a name. */
export function given(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: “cargo xtask test” sets it`)
  return value
}

/** Starts the browser; playwright-core itself keeps it from going over the network for its own purposes. */
export function startBrowser(args = []) {
  const { chromium } = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('playwright-core')
  return chromium.launch({
    executablePath: given('CHROME'),
    args,
    // Chromium refuses its sandbox to root, which is what a container's tests run as.
    chromiumSandbox: process.getuid?.() !== 0,
  })
}

/** Starts it with a profile in a folder and an extension in another one; gives what Playwright calls a context. */
export function startBrowserWith(profile, extension) {
  const { chromium } = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('playwright-core')
  return chromium.launchPersistentContext(profile, {
    executablePath: given('CHROME'),
    chromiumSandbox: process.getuid?.() !== 0,
    headless: true,
    // Playwright's own headless mode knows no extensions, and browsers of the kind that people have do not want to be told
    // of them by the command line.
    ignoreDefaultArgs: ['--disable-extensions'],
    args: [
      '--headless=new',
      '--disable-features=DisableLoadExtensionCommandLineSwitch',
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
    ],
  })
}
