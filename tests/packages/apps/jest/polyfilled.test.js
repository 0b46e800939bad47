// The usual set-up files of Jest with jsdom: codecs from Node, a polyfill of one that does not know `fatal`, a mock of fetch.
const node = require('node:util')
const { LoginRocket } = require('loginrocket-wasm')

const { LOGINROCKET_URL, EMAIL, PASSWORD } = process.env
const person = { email: EMAIL, password: PASSWORD }
const client = (more) => new LoginRocket({ url: LOGINROCKET_URL, environment: 'browser', ...more })

/** As polyfills are that were written for one encoding and one way. */
class Lenient {
  constructor(label, options) {
    if (options?.fatal) throw new Error("Failed to construct 'TextDecoder': the 'fatal' option is unsupported.")
    this.own = new node.TextDecoder()
  }
  decode(bytes) {
    return this.own.decode(bytes)
  }
}

/** One that takes the option and forgets it. */
class Forgetful extends Lenient {
  constructor() {
    super()
  }
}

afterEach(() => {
  for (const name of ['TextDecoder', 'TextEncoder', 'fetch']) delete globalThis[name]
})

for (const [name, codecs] of [
  ['none', {}],
  ['those of Node', { TextEncoder: node.TextEncoder, TextDecoder: node.TextDecoder }],
  ['a decoder that refuses `fatal`', { TextEncoder: node.TextEncoder, TextDecoder: Lenient }],
  ['a decoder that forgets `fatal`', { TextDecoder: Forgetful }],
]) {
  test(`with codecs, ${name}, and a polyfill of fetch a person is signed in at the service`, async () => {
    Object.assign(globalThis, codecs)
    // It goes by the XMLHttpRequest of jsdom.
    const { fetch } = require('whatwg-fetch')
    const lr = client({ fetch })
    expect(await lr.login({ ...person, password: 'not the password' })).toMatchObject({ code: 'validation_failed', status: 422 })
    expect(await lr.login(person)).toMatchObject({ next: 'done' })
    expect(lr.session.snapshot.user.name).toBe('Ada Lovelace')
    expect(await lr.session.signOut()).toEqual({ result: 'okay' })
  })
}

test('with jest-fetch-mock a test says what the service answers', async () => {
  Object.assign(globalThis, { TextEncoder: node.TextEncoder, TextDecoder: node.TextDecoder })
  const mock = require('jest-fetch-mock')
  mock.enableMocks()
  mock.mockResponseOnce(JSON.stringify({ result: 'okay' }))
  mock.mockResponseOnce('{}', { status: 429, headers: { 'Retry-After': '30' } })
  mock.mockRejectOnce(new TypeError('of the test'))
  expect(await client().forgotPassword(person)).toMatchObject({ result: 'okay' })
  expect(await client().login(person)).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 30 })
  expect(await client().login(person)).toMatchObject({ code: 'network_error', message: expect.stringContaining('TypeError: of the test') })
})
