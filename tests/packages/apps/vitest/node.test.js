import { expect, test } from 'vitest'
import { LoginRocket } from 'loginrocket-wasm'

const { LOGINROCKET_URL, EMAIL, PASSWORD } = process.env

test('a person is signed in', async () => {
  const lr = new LoginRocket({ url: LOGINROCKET_URL })
  const answer = await lr.login({ email: EMAIL, password: PASSWORD })
  expect(answer).toMatchObject({ result: 'full_login', next: 'done' })
})

test('a service that fails is one that the test writes', async () => {
  const fetch = async () => new Response('{}', { status: 429, headers: { 'Retry-After': '30' } })
  const lr = new LoginRocket({ url: LOGINROCKET_URL, fetch })
  expect(await lr.login({ email: EMAIL, password: PASSWORD })).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 30 })
})
