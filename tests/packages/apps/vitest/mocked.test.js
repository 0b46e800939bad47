import createFetchMock from 'vitest-fetch-mock'
import { expect, test, vi } from 'vitest'
import { LoginRocket } from 'loginrocket-wasm'

const { LOGINROCKET_URL, EMAIL, PASSWORD } = process.env

test('with vitest-fetch-mock a test says what the service answers', async () => {
  const mock = createFetchMock(vi)
  mock.enableMocks()
  mock.mockResponseOnce(JSON.stringify({ result: 'full_login', session: 'kss_sample', token: 'a.b.c' }))
  mock.mockRejectOnce(new TypeError('of the test'))
  const lr = new LoginRocket({ url: LOGINROCKET_URL })
  const person = { email: EMAIL, password: PASSWORD }
  expect(await lr.login(person)).toMatchObject({ next: 'done' })
  expect(await lr.login(person)).toMatchObject({ code: 'network_error', message: expect.stringContaining('TypeError: of the test') })
})
