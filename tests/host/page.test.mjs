// The engine with its script host, in a page and against the emulator.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

test('a person signs in, and a call without a session is about the one there is', async () => {
  const { login, again, wrong } = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url })
    const wrong = await lr.login({ ...person, password: 'wrong' })
    const login = await lr.login(person)
    return { wrong, login, again: await lr.getSession() }
  })
  assert.deepEqual([wrong.code, wrong.retryable, wrong.status], ['validation_failed', false, 422])
  assert.match(wrong.error, /Login failed/)
  assert.deepEqual([login.result, login.next, again.result, again.next], ['full_login', 'done', 'full_login', 'done'])
  assert.equal(again.session, login.session)
})

test('a call without an answer ends in its time, and a cancelled one at once', async () => {
  const codes = await inPage(async ({ lib, url, person }) => {
    const hangs = (_, { signal }) =>
      new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
    const lr = new lib.LoginRocket({ url, fetch: hangs, timeoutMs: 50 })
    const late = await lr.login(person)
    const controller = new AbortController()
    const pending = lr.login(person, { signal: controller.signal, timeoutMs: 60_000 })
    controller.abort()
    const cancelled = await pending
    const before = await lr.login(person, { signal: AbortSignal.abort() })
    return [late, cancelled, before].map(({ code }) => code)
  })
  assert.deepEqual(codes, ['timeout', 'aborted', 'aborted'])
})

test('a call that hangs ends in its time when one before it was quick', async () => {
  const code = await inPage(async ({ lib, url, person }) => {
    let hangs = false
    const stub = (_, { signal }) =>
      hangs
        ? new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)))
        : Promise.resolve(new Response('{"result":"okay"}'))
    const lr = new lib.LoginRocket({ url, fetch: stub, timeoutMs: 200 })
    await lr.login(person)
    hangs = true
    // The timer of the first call is still set, and comes before the time of this one.
    return (await lr.login(person)).code
  })
  assert.equal(code, 'timeout')
})

test('what is no signal sends nothing, and a session that is named is named once', async () => {
  const { codes, bodies } = await inPage(async ({ lib, url, person }) => {
    const bodies = []
    const lr = new lib.LoginRocket({
      url: new URL(url),
      fetch(input, init) {
        bodies.push(init.body)
        return fetch(input, init)
      },
    })
    await lr.login(person)
    bodies.length = 0
    const throwing = { get signal() { throw new Error('no') } }
    const answers = [lr.login(person, { signal: new AbortController() }), lr.login(person, throwing), lr.login(person, 7)]
    const codes = (await Promise.all(answers)).map(({ code }) => code)
    await lr.updateProfile({ account: 'org_other', first_name: 'Ada' })
    await lr.updateProfile({ 'session[]': 'kss_other', first_name: 'Ada' })
    return { codes, bodies }
  })
  assert.deepEqual(codes, ['invalid_option', 'invalid_option', 'invalid_option'])
  const [named, listed] = bodies
  assert.deepEqual([named.match(/"account"/g).length, JSON.parse(named).account, 'session' in JSON.parse(named)], [1, 'org_other', true])
  assert.deepEqual([bodies.length, listed], [2, '{"session[]":"kss_other","first_name":"Ada"}'])
})

test('an answer that is not read to its end is let go, and what a page inherits is none of it', async () => {
  const { isAborted, refused } = await inPage(async ({ lib, url, person }) => {
    let isAborted = false
    let body = new Uint8Array(2 ** 20 + 1)
    const lr = new lib.LoginRocket({
      url,
      async fetch(_, { signal }) {
        signal.addEventListener('abort', () => (isAborted = true))
        return new Response(body, { status: typeof body === 'string' ? 422 : 200 })
      },
    })
    await lr.login(person)
    body = '{}'
    Object.assign(Object.prototype, { error: 'of the page', retryable: false })
    try {
      return { isAborted, refused: (await lr.login(person)).error }
    } finally {
      delete Object.prototype.error
      delete Object.prototype.retryable
    }
  })
  assert.equal(isAborted, true)
  assert.notEqual(refused, 'of the page')
})

test('whatever an app has in the place of fetch, a call gives a code and the next one works', async () => {
  const codes = await inPage(async ({ lib, url, person }) => {
    const fetches = [
      () => { throw new Error('no') },
      () => Promise.reject('no'),
      () => 7,
      () => ({ status: 200, body: { getReader: () => { throw 0 } } }),
      () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }),
      () => new Response('{"result":', { headers: { 'Content-Type': 'application/json' } }),
      () => new Response('[]'),
      () => new Response(new Uint8Array([0xff])),
      () => new Response(new Uint8Array(2 ** 20 + 1)),
      () => new Response(null, { status: 503 }),
    ]
    let next
    const lr = new lib.LoginRocket({ url, fetch: (...given) => (next ?? fetch)(...given) })
    const codes = []
    for (next of fetches) codes.push((await lr.login(person)).code)
    next = undefined
    codes.push((await lr.login(person)).next)
    return codes
  })
  assert.deepEqual(codes, [
    'network_error',
    'network_error',
    'invalid_option',
    'network_error',
    'not_json',
    'malformed_json',
    'not_an_object',
    'invalid_encoding',
    'reply_too_large',
    'server_error',
    'done',
  ])
})

test('an answer that comes in pieces, or without a stream, is read as one', async () => {
  const texts = await inPage(async ({ lib, url, person }) => {
    const bytes = new TextEncoder().encode('{"result":"error","error":"né 日 🚀"}')
    const stream = (pieces) =>
      new ReadableStream({
        start(controller) {
          for (const piece of pieces) controller.enqueue(piece)
          controller.close()
        },
      })
    const answers = [
      () => new Response(stream([...bytes].map((byte) => Uint8Array.of(byte))), { status: 422 }),
      () => ({ status: 422, headers: new Headers(), body: stream([bytes.buffer.slice(0, 30), bytes.buffer.slice(30)]) }),
      () => ({ status: 422, headers: new Headers(), arrayBuffer: async () => bytes.buffer }),
    ]
    const texts = []
    for (const answer of answers) texts.push((await new lib.LoginRocket({ url, fetch: async () => answer() }).login(person)).error)
    return texts
  })
  assert.deepEqual(texts, Array(3).fill('né 日 🚀'))
})

test('claims are read as UTF-8, whatever the browser has for base64', async () => {
  const names = await inPage(async ({ lib, url }) => {
    const part = (claims) =>
      btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(claims))))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '')
    const lr = new lib.LoginRocket({ url })
    const read = () =>
      ['Ada', 'né 日 🚀', '>>>???'].map((name) => lr.decodeToken([part({}), part({ name }), part({})].join('.')).user.name)
    const { fromBase64 } = Uint8Array
    const own = fromBase64 ? read() : undefined
    delete Uint8Array.fromBase64
    try {
      return [own ?? read(), read()]
    } finally {
      if (fromBase64) Uint8Array.fromBase64 = fromBase64
    }
  })
  assert.deepEqual(names, Array(2).fill(['Ada', 'né 日 🚀', '>>>???']))
})

test('options and parameters that cannot be meant are refused by name', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const thrown = (options) => {
      try {
        new lib.LoginRocket(options)
      } catch (error) {
        return [error instanceof lib.LoginRocketError, error.code]
      }
    }
    const lr = new lib.LoginRocket({ url })
    const cycle = {}
    cycle.cycle = cycle
    const calls = [lr.login('ada'), lr.login(cycle), lr.login(person, { timeoutMs: -1 }), new lib.LoginRocket().login()]
    return {
      thrown: [
        thrown({ url: 'ftp://example.com' }), thrown({ url: 7 }), thrown({ url, timeoutMs: 0.5 }), thrown({ url, fetch: 7 }),
        thrown(url), thrown({ url, agent: { key: 'ko_SAMPLEKEY' } }), thrown({ get url() { throw new Error('no') } }),
      ],
      codes: (await Promise.all(calls)).map(({ code }) => code),
    }
  })
  assert.deepEqual(found.thrown, [
    [true, 'invalid_url'],
    [true, 'invalid_url'],
    [true, 'invalid_option'],
    [true, 'invalid_option'],
    [true, 'invalid_option'],
    [true, 'api_key_in_browser'],
    [true, 'invalid_option'],
  ])
  assert.deepEqual(found.codes, ['invalid_params', 'invalid_params', 'invalid_option', 'missing_url'])
})

test('no password is ever in the memory, and no token or session once nobody holds them', async () => {
  const { during, after } = await inPage(async ({ lib, memories, url, person }) => {
    const encoder = new TextEncoder()
    const isThere = (text) => {
      const bytes = encoder.encode(text)
      return memories.some(({ buffer }) => {
        const memory = new Uint8Array(buffer)
        for (let at = memory.indexOf(bytes[0]); at >= 0; at = memory.indexOf(bytes[0], at + 1)) {
          if (bytes.every((byte, index) => memory[at + index] === byte)) return true
        }
        return false
      })
    }
    const lr = new lib.LoginRocket({ url })
    const { session, token } = await lr.login(person)
    const during = { password: isThere(person.password), session: isThere(session), memories: memories.length }
    await lr.logout({})
    const parts = token.split('.')
    const after = { password: isThere(person.password), session: isThere(session), token: parts.some(isThere) }
    return { during, after }
  })
  // That the session is found while it is tracked says that the search finds what is there.
  assert.deepEqual(during, { password: false, session: true, memories: 1 })
  assert.deepEqual(after, { password: false, session: false, token: false })
})
