// What an app, an adapter or a page may give and do: whatever it is, it reaches no other caller, and the next call works.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

/** A page that hangs says nothing any more. */
const LIMIT = { timeout: 60_000 }

/** Built-ins that throw: where they are, and their names. */
const BUILT_INS = [
  ['JSON', 'parse'], ['JSON', 'stringify'], ['Object', 'freeze'], ['Object', 'keys'], ['Object', 'values'], ['Object', 'entries'],
  ['Object', 'hasOwn'], ['Object', 'fromEntries'], ['Object', 'getPrototypeOf'], ['Object', 'create'], ['Reflect', 'ownKeys'],
  ['Array', 'isArray'], ['Array', 'from'], ['Array.prototype', Symbol.iterator], ['Map.prototype', Symbol.iterator],
  ['Set.prototype', Symbol.iterator], ['Date', 'now'], ['Performance.prototype', 'now'], ['Math', 'ceil'], ['Math', 'min'],
  ['Math', 'random'], ['globalThis', 'setTimeout'], ['globalThis', 'clearTimeout'], ['globalThis', 'fetch'],
  ['globalThis', 'Headers'], ['globalThis', 'Request'], ['globalThis', 'URL'], ['globalThis', 'AbortController'],
  ['globalThis', 'BroadcastChannel'], ['globalThis', 'TextDecoder'], ['globalThis', 'Uint8Array'], ['globalThis', 'Map'],
  ['globalThis', 'Set'], ['Promise', 'resolve'], ['Promise.prototype', 'then'], ['Promise.prototype', 'catch'],
  ['Map.prototype', 'get'], ['Map.prototype', 'set'], ['Map.prototype', 'delete'], ['Map.prototype', 'forEach'],
  ['Set.prototype', 'add'], ['Set.prototype', 'delete'], ['Array.prototype', 'push'], ['Array.prototype', 'shift'],
  ['Array.prototype', 'map'], ['Array.prototype', 'filter'], ['Array.prototype', 'slice'], ['Array.prototype', 'includes'],
  ['Array.prototype', 'every'], ['Array.prototype', 'some'], ['String.prototype', 'slice'], ['String.prototype', 'charCodeAt'],
  ['RegExp.prototype', 'test'], ['TextDecoder.prototype', 'decode'], ['TextEncoder.prototype', 'encodeInto'],
  ['Headers.prototype', 'get'], ['Headers.prototype', 'set'], ['ReadableStream.prototype', 'getReader'],
  ['ReadableStreamDefaultReader.prototype', 'read'], ['EventTarget.prototype', 'addEventListener'],
  ['EventTarget.prototype', 'removeEventListener'], ['AbortController.prototype', 'abort'], ['Storage.prototype', 'getItem'],
  ['Storage.prototype', 'setItem'], ['Storage.prototype', 'removeItem'], ['LockManager.prototype', 'request'],
  ['LockManager.prototype', 'query'], ['BroadcastChannel.prototype', 'postMessage'], ['BroadcastChannel.prototype', 'close'],
  ['SubtleCrypto.prototype', 'importKey'], ['SubtleCrypto.prototype', 'verify'],
]

/** Breaks a built-in of a page, once and then for longer, while clients do all that they can; what hung, and what comes next. */
const breakIn = async ({ lib, url, person, where, name }) => {
  const { defineProperty, getOwnPropertyDescriptor } = Object
  const { setTimeout, clearTimeout, Promise } = globalThis
  const holder = where.split('.').reduce((at, step) => at[step], globalThis)
  const own = getOwnPropertyDescriptor(holder, name)
  // Nothing of this may need what is broken.
  const outcome = (make) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, 8_000, 'hangs')
      const settle = async () => {
        try {
          const answer = await make()
          resolve(answer.next ?? answer.code ?? answer.result)
        } catch (error) {
          resolve(`${error}`)
        }
        clearTimeout(timer)
      }
      settle()
    })
  const mend = () => defineProperty(holder, name, own)
  let isOnce
  const fail = () => {
    if (isOnce) mend()
    throw new Error('a built-in that is broken')
  }
  const broken = new Proxy(own.value, { apply: fail, construct: fail })
  const older = new lib.LoginRocket({ url, storage: 'local' })
  const { token } = await older.login(person)
  const events = () => {
    for (const type of ['visibilitychange', 'resume']) document.dispatchEvent(new Event(type))
    for (const type of ['offline', 'online', 'pagehide', 'pageshow']) dispatchEvent(new Event(type))
    dispatchEvent(new StorageEvent('storage', { storageArea: localStorage, key: null }))
    return {}
  }
  const attempts = [
    () => older.login(person),
    () => older.session.token(),
    () => older.session.refresh(),
    () => older.verifyToken(token),
    () => new lib.LoginRocket({ url, storage: 'local', tokenOrigins: ['https://api.example.com'] }).login(person),
    () => older.session.fetch('/'),
    () => older.updateProfile({ first_name: 'Ada' }, { signal: new AbortController().signal }),
    events,
    () => older.session.adoptRedirect(`${location.href}?token=${token}`),
    () => [older.session.snapshot, older.session.explain(), older.hosted.loginUrl(), older.decodeToken(token)],
    () => older.session.signOut(),
  ]
  const [hung, nexts, states] = [[], [], []]
  let seen
  older.session.subscribe(({ state }) => (seen = state))
  for (isOnce of [true, false]) {
    for (const [index, attempt] of [...attempts.entries()]) {
      defineProperty(holder, name, { ...own, value: broken })
      // Whatever it comes to, it comes to something.
      const found = await outcome(attempt)
      mend()
      if (found === 'hangs') hung.push(index)
    }
    const fresh = new lib.LoginRocket({ url })
    for (const client of [older, fresh]) nexts.push(await outcome(() => client.login(person, { timeoutMs: 5_000 })))
    states.push(seen, older.session.snapshot.state, await outcome(() => older.session.token()), await outcome(() => fresh.verifyToken(token)))
  }
  return { hung, nexts, states }
}

for (const [where, name] of BUILT_INS) {
  const text = typeof name === 'symbol' ? '[Symbol.iterator]' : `.${name}`
  test(`${where}${text} that throws leaves every client able to sign in`, LIMIT, async () => {
    const run = new Function('all', `return (${breakIn})({ ...all, name: all.name ?? Symbol.iterator })`)
    const found = await inPage(run, { where, name: typeof name === 'symbol' ? null : name })
    const after = ['signed_in', 'signed_in', 'okay', 'okay']
    assert.deepEqual(found, { hung: [], nexts: ['done', 'done', 'done', 'done'], states: [...after, ...after] })
  })
}

test('a key that could not be read once is read for the next token', async () => {
  const codes = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url })
    const { token } = await lr.login(person)
    const { importKey } = SubtleCrypto.prototype
    SubtleCrypto.prototype.importKey = () => Promise.reject(new Error('not now'))
    const first = await lr.verifyToken(token)
    SubtleCrypto.prototype.importKey = importKey
    return [first.code, (await lr.verifyToken(token)).result]
  })
  assert.deepEqual(codes, ['unusable_key', 'okay'])
})

test('locks, channels and WebCrypto that fail, reject or lie hold nobody up', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const no = () => { throw new Error('no') }
    const reject = () => Promise.reject(new Error('no'))
    const twice = (name, options, granted) => (granted(), granted(), Promise.resolve())
    const replaced = [
      [LockManager.prototype, { request: [no, reject, () => undefined, () => 7, twice, (...given) => given.at(-1)(null)] }],
      [LockManager.prototype, { query: [no, reject, () => undefined, () => ({}), () => ({ held: 7 }), () => ({ held: [null] })] }],
      [globalThis, { BroadcastChannel: [class { constructor() { no() } }, class {}, class { postMessage() { no() } close() { no() } set onmessage(_) { no() } }] }],
      [SubtleCrypto.prototype, { importKey: [no, reject, () => undefined, () => ({})], verify: [no, reject, () => undefined, () => 7] }],
    ]
    const found = []
    for (const [holder, members] of replaced) {
      for (const [name, all] of Object.entries(members)) {
        for (const value of all) {
          const own = Object.getOwnPropertyDescriptor(holder, name)
          Object.defineProperty(holder, name, { ...own, value })
          const [lr, careful] = [{}, { verify: 'lazy' }].map((more) => new lib.LoginRocket({ url, storage: 'local', ...more }))
          const { next, token } = await lr.login(person)
          const outcomes = [next, (await lr.session.refresh()).result, typeof (await lr.verifyToken(token)).result]
          outcomes.push((await careful.login(person)).next, typeof (await careful.session.token()).result)
          for (const client of [lr, careful]) client.session.dispose()
          Object.defineProperty(holder, name, own)
          found.push([name, String(value).slice(0, 40), outcomes.join()])
        }
      }
    }
    return found
  })
  for (const [name, how, outcomes] of found) assert.equal(outcomes, 'done,okay,string,done,string', `${name}: ${how}`)
})

test('a lock that is granted when nobody wants it any more is given back', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const asked = []
    const all = { query: async () => ({ held: [] }), request: (name, { mode }, granted) => new Promise(() => mode === 'exclusive' && asked.push(granted)) }
    Object.defineProperty(navigator, 'locks', { value: all })
    const lr = new lib.LoginRocket({ url, storage: 'local' })
    await lr.login(person)
    const refreshing = lr.session.refresh()
    const before = asked.length
    await lr.session.signOut()
    await refreshing
    const late = new Promise((resolve) => setTimeout(resolve, 5_000, 'held'))
    return [before, await Promise.race([Promise.all(asked.map((granted) => granted({}))).then(() => 'given back'), late])]
  })
  assert.deepEqual(found, [1, 'given back'])
})

test('what fails for one client leaves the waits of another alone', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    let answer
    const other = new lib.LoginRocket({ url, fetch: () => new Promise((resolve) => (answer = () => resolve(new Response('{"result":"okay"}')))) })
    const waiting = other.login(person)
    const lr = new lib.LoginRocket({ url })
    const own = JSON.parse
    JSON.parse = () => {
      JSON.parse = own
      throw new Error('no')
    }
    const { code } = await lr.login(person)
    answer()
    return [code, (await waiting).result, (await lr.login(person)).next]
  })
  assert.deepEqual(found, ['internal_error', 'okay', 'done'])
})

test('an engine that is given up leaves no secret in the memory', async () => {
  const found = await inPage(async ({ lib, memories, url, person }) => {
    const isThere = (text) => memories.some(({ buffer }) => new TextDecoder('latin1').decode(buffer).includes(text))
    const lr = new lib.LoginRocket({ url })
    const { session, token } = await lr.login(person)
    const before = isThere(session)
    const own = JSON.parse
    JSON.parse = () => {
      throw new Error('no')
    }
    const { code } = await lr.session.token()
    JSON.parse = own
    return [before, code, isThere(session), token.split('.').some(isThere)]
  })
  assert.deepEqual(found, [true, 'internal_error', false, false])
})

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
