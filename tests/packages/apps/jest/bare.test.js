// As a new project of Jest with jsdom is: no TextDecoder, no TextEncoder, no fetch, and nothing that belongs to it.
const { LoginRocket } = require('loginrocket-wasm')

const options = { url: 'https://login.example.com', environment: 'browser' }
const claims = { sub: 'usr_sample', sid: 'kss_sample', name: 'Zoë', iat: Date.now() / 1000 | 0, exp: Date.now() / 1000 + 3600 | 0 }
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const answer = { result: 'full_login', session: 'kss_sample', token: `${part({ alg: 'RS256' })}.${part(claims)}.c2ln` }

const { Headers } = globalThis

afterEach(() => {
  delete globalThis.fetch
  globalThis.Headers = Headers
})

/** A header, of whatever the headers are. */
const read = (headers, name) => (headers && 'get' in headers ? headers.get(name) : headers?.[name]) ?? undefined

test('nothing of the web is there', () => {
  const names = ['fetch', 'Request', 'Response', 'TextDecoder', 'TextEncoder']
  expect(names.filter((name) => name in globalThis)).toEqual([])
})

test('a client without fetch is told that, by name', () => {
  expect(() => new LoginRocket(options)).toThrow(expect.objectContaining({ code: 'unsupported_browser', message: expect.stringContaining('no fetch') }))
})

for (const [name, body, headersClass] of [
  ['bytes', { arrayBuffer: async () => new Uint8Array(Buffer.from(JSON.stringify(answer))).buffer }, Headers],
  ['a text', { text: async () => JSON.stringify(answer) }, Headers],
  ['JSON, without the class of headers', { json: async () => answer }],
]) {
  test(`an answer that a test makes by hand, of ${name}, signs a person in and brings the token`, async () => {
    // Older ones have not even that.
    globalThis.Headers = headersClass
    globalThis.fetch = jest.fn(async () => ({ ok: true, status: 200, ...body }))
    const lr = new LoginRocket(options)
    expect(await lr.login({ email: 'zoë@example.com', password: 'ünsicher 🚀' })).toMatchObject({ next: 'done' })
    expect(JSON.parse(fetch.mock.calls[0][1].body)).toEqual({ email: 'zoë@example.com', password: 'ünsicher 🚀' })
    expect(lr.session.snapshot.user.name).toBe('Zoë')
    for (const given of [undefined, { 'X-Kept': '1' }, [['X-Kept', '1']]]) {
      await lr.session.fetch('/orders', { method: 'POST', headers: given })
      const [url, { method, headers }] = fetch.mock.calls.at(-1)
      expect([url, method, read(headers, 'authorization'), read(headers, 'X-Kept')]).toEqual([
        '/orders',
        'POST',
        `Bearer ${answer.token}`,
        given && '1',
      ])
    }
    await lr.session.fetch('https://elsewhere.example.com/')
    expect(read(fetch.mock.calls.at(-1)[1]?.headers, 'authorization')).toBeUndefined()
    await lr.session.fetch('/own', { headers: { Authorization: 'mine' } })
    expect(read(fetch.mock.calls.at(-1)[1].headers, 'Authorization')).toBe('mine')
  })
}

test('an answer that cannot be read is called that, and one that is no UTF-8, too', async () => {
  globalThis.fetch = async () => ({ ok: true, status: 200 })
  expect(await new LoginRocket(options).login({})).toMatchObject({ code: 'invalid_option', message: expect.stringContaining('Response') })
  globalThis.fetch = async () => ({ ok: true, status: 200, arrayBuffer: async () => Uint8Array.of(123, 34, 255, 34, 125).buffer })
  expect(await new LoginRocket(options).login({})).toMatchObject({ code: 'invalid_encoding' })
})
