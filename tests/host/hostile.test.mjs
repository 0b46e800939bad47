// What an app, an adapter or a page may give and do: whatever it is, it reaches no other caller, and the next call works.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

/** Built-ins that throw once: where they are, and their names. */
const BUILT_INS = [
  ['JSON', 'parse'], ['JSON', 'stringify'], ['Object', 'freeze'], ['Object', 'keys'], ['Object', 'values'], ['Object', 'entries'],
  ['Object', 'hasOwn'], ['Object', 'fromEntries'], ['Object', 'getPrototypeOf'], ['Reflect', 'ownKeys'], ['Array', 'isArray'],
  ['Array', 'from'], ['Date', 'now'], ['Performance.prototype', 'now'], ['Math', 'ceil'], ['Math', 'min'], ['globalThis', 'setTimeout'],
  ['globalThis', 'clearTimeout'], ['globalThis', 'fetch'], ['globalThis', 'Headers'], ['globalThis', 'Request'],
  ['globalThis', 'URL'], ['globalThis', 'AbortController'], ['globalThis', 'TextDecoder'], ['globalThis', 'Uint8Array'],
  ['Promise', 'resolve'], ['Promise.prototype', 'then'], ['Map.prototype', 'get'], ['Map.prototype', 'set'], ['Map.prototype', 'delete'],
  ['Set.prototype', 'add'], ['Set.prototype', 'delete'], ['Array.prototype', 'push'], ['Array.prototype', 'shift'],
  ['Array.prototype', 'map'], ['Array.prototype', 'filter'], ['Array.prototype', 'slice'], ['Array.prototype', 'includes'],
  ['String.prototype', 'slice'], ['String.prototype', 'charCodeAt'], ['TextDecoder.prototype', 'decode'],
  ['TextEncoder.prototype', 'encodeInto'], ['Headers.prototype', 'get'], ['ReadableStream.prototype', 'getReader'],
  ['EventTarget.prototype', 'addEventListener'], ['EventTarget.prototype', 'removeEventListener'],
  ['AbortController.prototype', 'abort'],
]

for (const [where, name] of BUILT_INS) {
  test(`${where}.${name} that throws once leaves every client able to sign in`, async () => {
    const found = await inPage(
      async ({ lib, url, person, where, name }) => {
        const holder = where.split('.').reduce((at, step) => at[step], globalThis)
        const own = Object.getOwnPropertyDescriptor(holder, name)
        const { defineProperty } = Object
        const older = new lib.LoginRocket({ url, timeoutMs: 3_000 })
        await older.login(person)
        const outcome = (make) => {
          try {
            return Promise.race([make(), new Promise((_, fail) => setTimeout(fail, 8_000, new Error('hangs')))])
          } catch (error) {
            return Promise.reject(error)
          }
        }
        let thrown = 0
        const broken = new Proxy(own.value, {
          apply() {
            restore()
            throw new Error('a built-in that is broken')
          },
          construct() {
            restore()
            throw new Error('a built-in that is broken')
          },
        })
        const restore = () => {
          thrown += 1
          defineProperty(holder, name, own)
        }
        const attempts = [
          () => older.login(person),
          () => older.session.token(),
          () => new lib.LoginRocket({ url, storage: 'local', tokenOrigins: ['https://api.example.com'] }).login(person),
          () => older.session.fetch('/'),
          () => older.updateProfile({ first_name: 'Ada' }, { signal: new AbortController().signal }),
        ]
        const hung = []
        for (const [index, attempt] of attempts.entries()) {
          defineProperty(holder, name, { ...own, value: broken })
          // Whatever it comes to, it comes to something.
          await outcome(attempt).catch((error) => error?.message === 'hangs' && hung.push(index))
          defineProperty(holder, name, own)
        }
        const fresh = new lib.LoginRocket({ url })
        const nexts = []
        for (const client of [older, fresh]) {
          const answer = await outcome(() => client.login(person)).catch(({ message }) => ({ next: message }))
          nexts.push(answer.next ?? answer.code)
        }
        return { hung, nexts, thrown }
      },
      { where, name },
    )
    assert.deepEqual([found.hung, found.nexts], [[], ['done', 'done']])
  })
}

test('getters that throw, lie or come back are read once, and their call alone fails', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url })
    let reads = 0
    const inner = []
    const nasty = [
      { get signal() { throw new Error('no') } },
      { get signal() { reads += 1; return reads > 1 ? 7 : null } },
      { get timeoutMs() { inner.push(lr.login(person)); return 5_000 } },
      { get locale() { lr.session.explain(); inner.push(lr.session.token()); throw new Error('no') } },
      { get signal() { return { aborted: false, get addEventListener() { throw new Error('no') } } } },
      { get signal() { return { aborted: false, addEventListener() { throw new Error('no') }, removeEventListener: 7 } } },
      Proxy.revocable({}, {}).proxy,
    ]
    const { proxy, revoke } = Proxy.revocable({ aborted: false, addEventListener() {}, removeEventListener() {} }, {})
    nasty.push({ signal: proxy })
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    nasty.push({ signal: revoked.proxy }, revoked.proxy)
    const answers = nasty.map((options) => lr.login(person, options))
    revoke()
    const params = [
      { get email() { throw new Error('no') } },
      { ...person, get extra() { inner.push(lr.login(person)); return 'x' } },
      { toJSON() { throw new Error('no') } },
      revoked.proxy,
    ].map((given) => lr.login(given))
    const codes = (list) => Promise.all(list).then((all) => all.map(({ next, code, result }) => next ?? code ?? result))
    return { options: await codes(answers), params: await codes(params), inner: await codes(inner), reads, last: (await lr.login(person)).next }
  })
  assert.deepEqual(found.options, [
    'invalid_option', 'done', 'done', 'invalid_option', 'invalid_option', 'done', 'done', 'done', 'invalid_option', 'invalid_option',
  ])
  assert.deepEqual(found.params, ['invalid_params', 'done', 'invalid_params', 'invalid_params'])
  assert.deepEqual([new Set(found.inner).has('internal_error'), found.reads, found.last], [false, 1, 'done'])
})

test('what a client is made with is read once, and what cannot be read is refused', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const reads = {}
    const counted = { url, timeoutMs: 5_000, storage: 'memory', verify: 'off', environment: 'browser', tokenOrigins: ['https://api.example.com'] }
    const options = {}
    for (const name in counted) {
      reads[name] = 0
      Object.defineProperty(options, name, { enumerable: true, get: () => ((reads[name] += 1), counted[name]) })
    }
    const lr = new lib.LoginRocket(options)
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const codes = [{ get url() { throw 0 } }, { url, get storage() { throw 0 } }, revoked.proxy, { url, environment: 'moon' }].map((given) => {
      try {
        return new lib.LoginRocket(given) && 'made'
      } catch ({ code }) {
        return code
      }
    })
    return { reads, codes, next: (await lr.login(person)).next }
  })
  assert.deepEqual(new Set(Object.values(found.reads)), new Set([1]))
  assert.deepEqual(found.codes, ['invalid_option', 'invalid_option', 'invalid_option', 'invalid_option'])
  assert.equal(found.next, 'done')
})

test('an adapter that throws, lies or comes back holds nobody up', async () => {
  const states = await inPage(async ({ lib, url, person }) => {
    let lr
    const thenable = { get then() { throw new Error('no') } }
    const calling = { then() { throw new Error('no') } }
    const twice = { then(resolve, reject) { resolve('x'); reject(new Error('no')); throw new Error('no') } }
    const adapters = [
      () => { throw new Error('no') },
      () => thenable,
      () => calling,
      () => twice,
      () => ({ then: 7 }),
      () => Promise.reject(undefined),
      () => { lr?.session.explain(); void lr?.session.token(); return lr?.lrUrl && null },
    ]
    const states = []
    for (const ask of adapters) {
      lr = undefined
      const client = new lib.LoginRocket({ url, storage: { getItem: ask, setItem: ask, removeItem: ask } })
      lr = client
      const { next } = await client.login(person)
      states.push([next, client.session.snapshot.state, (await client.session.token()).result])
    }
    return states
  })
  for (const state of states) assert.deepEqual(state, ['done', 'signed_in', 'okay'])
})

test('a synchronous store is written when a call returns, whoever calls from where', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url, storage: 'local' })
    const count = () => Object.keys(localStorage).filter((key) => key.startsWith('loginrocket:')).length
    const seen = []
    lr.session.subscribe(({ state }) => {
      if (state === 'signed_in') seen.push(count())
    })
    await lr.login(person)
    const before = count()
    void lr.session.signOut()
    return { seen, before, after: localStorage.getItem(Object.keys(localStorage)[0] ?? '') }
  })
  assert.deepEqual([found.seen[0], found.before], [1, 1])
  assert.doesNotMatch(found.after ?? '', /kss_/)
})
