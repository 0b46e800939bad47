// Set-up for Vitest: one emulator for a file, and for each test a realm as new.

import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createEmulator } from 'loginrocket-emulator'
import type { EmulatorOptions, LocalEmulator, Snapshot } from './types'

export type { EmulatorOptions, LocalEmulator }

/**
 * Gives each test of the file the default realm as it was when the file began. Call it at the top of a file, or in a set-up file;
 * what it returns is usable from `beforeEach` on. `prepare` is run once, before the first test: whom and what it adds every test
 * finds again.
 */
export const useEmulator = (options: EmulatorOptions = {}, prepare?: (emulator: LocalEmulator) => unknown): LocalEmulator => {
  let emulator: LocalEmulator | undefined
  let snapshot: Snapshot | undefined
  beforeAll(async () => {
    emulator = await createEmulator(options)
    await prepare?.(emulator)
    snapshot = await emulator.snapshot()
  })
  beforeEach(async () => {
    if (snapshot) await emulator?.restore(snapshot)
  })
  afterAll(() => emulator?.stop())
  const current = (): LocalEmulator => {
    if (emulator) return emulator
    throw new Error('the emulator is there from the first beforeEach on: use it in tests and hooks, not while the file is read')
  }
  // Whoever takes it apart in a test gets the members of the emulator that is there then.
  return new Proxy({} as LocalEmulator, {
    get: (_, name) => Reflect.get(current(), name),
    has: (_, name) => Reflect.has(current(), name),
  })
}
