// What the guide shows of Vitest.
import { LoginRocket } from 'loginrocket-wasm'
import { useEmulator } from 'loginrocket-emulator/vitest'
import { expect, test } from 'vitest'

const emulator = useEmulator()

test('a wrong password is refused', async () => {
  const lr = new LoginRocket({ url: emulator.url, fetch: emulator.fetch, environment: 'browser' })
  const { code } = await lr.login({ email: 'ada@example.com', password: 'not the password' })
  expect(code).toBe('validation_failed')
})

test('a session ends when the service ends it', async () => {
  const lr = new LoginRocket({ url: emulator.url, fetch: emulator.fetch, environment: 'browser' })
  await lr.login({ email: 'ada@example.com', password: 'engine-of-1843' })
  expect(lr.session.snapshot.state).toBe('signed_in')
  await emulator.script({ path: '/v2/session', status: 403 })
  await lr.session.refresh()
  expect(lr.session.snapshot).toMatchObject({ state: 'signed_out', signOutReason: 'expired' })
})
