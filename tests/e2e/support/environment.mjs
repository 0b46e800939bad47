// What the tests are given from outside, all of it by whoever starts them:
//   LOGINROCKET_EMULATOR  the JSON of the ready line of an emulator that serves the demo
//   LOGINROCKET_TOOLS     the folder whose node_modules holds playwright-core
//   CHROME                the browser to start

import { createRequire } from 'node:module'

function given(name) {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set; “cargo xtask test --only e2e” sets it`)
  return value
}

export const emulator = JSON.parse(given('LOGINROCKET_EMULATOR'))
if (!emulator.app) throw new Error('the emulator serves no app: start it with --app')

const { chromium } = createRequire(`${given('LOGINROCKET_TOOLS')}/`)('playwright-core')

/** Starts the browser, quiet: nothing of its own goes over the network. */
export function startBrowser() {
  const args = [
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
    '--disable-quic',
  ]
  // Chromium refuses its sandbox to root.
  if (process.getuid?.() === 0) args.push('--no-sandbox')
  return chromium.launch({ executablePath: given('CHROME'), args })
}
