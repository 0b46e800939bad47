// The emulator that the tests are given: LOGINROCKET_EMULATOR holds the JSON of the ready line of one that serves the demo.
// The browser is that of all tests, ../../support/browser.mjs.

import { given } from '../../support/browser.mjs'

export const emulator = JSON.parse(given('LOGINROCKET_EMULATOR'))
if (!emulator.app) throw new Error('the emulator serves no app: start it with --app')
