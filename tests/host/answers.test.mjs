// What clients are given that nobody should be given, and what becomes of clients where they do not belong.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

test('an API key is found wherever in the options it is', async () => {
  const found = await inPage(async ({ lib, url }) => {
    const key = ['ks', 'SAMPLEKEYSAMPLEKEYSAMP'].join('_')
    const deep = (levels) => (levels ? { inner: deep(levels - 1) } : key)
    const cycle = { list: [] }
    cycle.list.push(cycle, { key })
    const form = new FormData()
    form.set('key', key)
    const inside = {
      text: key, list: [[key]], 'five levels': deep(5), 'forty levels': deep(40), map: new Map([['key', key]]), 'key of a map': new Map([[key, 1]]),
      set: new Set([[key]]), 'text object': new String(key), 'text object in a map': new Map([['a', { b: new String(key) }]]),
      headers: new Headers({ key }), 'search parameters': new URLSearchParams({ key }), form, cycle, symbol: { [Symbol('key')]: key },
      hidden: Object.defineProperty({}, 'key', { value: key, enumerable: false }), getter: { get key() { return key } },
      '__proto__': JSON.parse(`{"__proto__":{"key":"${key}"}}`), 'no prototype': Object.assign(Object.create(null), { key }),
    }
    const given = Object.entries(inside).map(([name, value]) => [name, { url, extra: value }])
    given.push(['the options are a map', new Map([['key', key]])], ['an own __proto__', JSON.parse(`{"url":"${url}","__proto__":{"key":"${key}"}}`)])
    for (const name of ['locale', 'agent', 'tokenOrigins', 'verify', 'environment', 'timeoutMs', 'signal']) given.push([name, { url, [name]: { key } }])
    const codeOf = (options) => {
      try {
        return new lib.LoginRocket(options) && 'made'
      } catch ({ code }) {
        return code
      }
    }
    // What uses itself up by being read is left alone, and a great deal of something takes no time.
    let isRead = false
    const once = { *[Symbol.iterator]() { isRead = true } }[Symbol.iterator]()
    const harmless = codeOf({ url, once, bytes: new Uint8Array(1e7), endless: { *[Symbol.iterator]() { for (;;) yield 1 } }, window })
    return { codes: given.map(([name, options]) => [name, codeOf(options)]), harmless, isRead }
  })
  for (const [name, code] of found.codes) assert.equal(code, 'api_key_in_browser', name)
  assert.deepEqual([found.harmless, found.isRead], ['invalid_option', false])
})

test('a copy of a client says what it is, and what stands in front of one has its methods', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url })
    await lr.login(person)
    // As libraries copy objects: the same class, and the members it shows.
    const copy = (object) => {
      const made = Object.create(Object.getPrototypeOf(object))
      for (const name of Object.keys(object)) made[name] = object[name]
      return made
    }
    const said = { copy: [], proxy: [], heir: [] }
    for (const [kind, other] of [['copy', copy(lr)], ['proxy', new Proxy(lr, {})], ['heir', Object.create(lr)]]) {
      const methods = Object.getOwnPropertyNames(lib.LoginRocket.prototype).filter((name) => typeof Object.getOwnPropertyDescriptor(lib.LoginRocket.prototype, name).value === 'function' && name !== 'constructor')
      for (const name of methods) {
        const { code, message } = await other[name]({})
        said[kind].push(`${name} ${code} ${/copy or a proxy/.test(message)}`)
      }
      for (const name of ['session', 'lrUrl', 'locale']) {
        try {
          said[kind].push(`${name} ${other[name]}`)
        } catch ({ code, message }) {
          said[kind].push(`${name} ${code} ${/copy or a proxy/.test(message)}`)
        }
      }
    }
    let cloned
    try {
      cloned = structuredClone(lr) && 'cloned'
    } catch ({ name }) {
      cloned = name
    }
    await lr.login(person)
    const session = copy(lr.session)
    const before = session.snapshot.state
    await lr.session.signOut()
    const { login } = lr
    return { said, cloned, states: [before, session.snapshot.state, session.snapshot === lr.session.snapshot], detached: (await login(person)).result }
  })
  const [methods, properties] = [13, 3]
  for (const [kind, all] of Object.entries(found.said)) {
    assert.equal(all.length, methods + properties, kind)
    // A method stays the client's, whatever stands in front of that; a copy has none of its own.
    const works = kind === 'copy' ? 0 : methods
    for (const one of all.slice(0, works)) assert.doesNotMatch(one, /invalid_option/, kind)
    for (const one of all.slice(works)) assert.match(one, /^\w+ invalid_option true$/, kind)
  }
  assert.deepEqual([found.cloned, found.detached], ['DataCloneError', 'full_login'])
  assert.deepEqual(found.states, ['signed_in', 'signed_out', true])
})

test('a getter of any option that throws fails its call, and is never thrown at once', async () => {
  const wrong = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url })
    const { token } = await lr.login(person)
    const { session, hosted } = lr
    const call = ['signal', 'timeoutMs', 'locale']
    const page = ['prompt', 'invitation', 'force', 'redirectUri', 'session', 'account']
    const asked = [
      ...['login', 'verifyLogin', 'getSession', 'logout', 'forgotPassword', 'resetPassword', 'updatePassword', 'updateProfile', 'signup', 'requestInvitation', 'verifyEmail'].map((name) => [name, call, (options) => lr[name]({}, options)]),
      ['verifyToken', ['leewaySeconds', 'account'], (options) => lr.verifyToken(token, options)],
      ['token', [...call, 'minValiditySeconds'], session.token], ['refresh', call, session.refresh],
      ['switchAccount', call, (options) => session.switchAccount('org_sample', options)],
      ['adoptRedirect', ['switchUser'], (options) => session.adoptRedirect('https://a.example/', options)],
      ...['login', 'profile'].map((name) => [`open ${name}`, page, (options) => hosted.open(name, options)]),
    ]
    const wrong = []
    for (const [name, options, ask] of asked) {
      const all = [Proxy.revocable({}, {}), ...options]
      all[0].revoke()
      for (const option of all) {
        const given = typeof option === 'string' ? { get [option]() { throw new Error('no') } } : option.proxy
        let code
        try {
          const promise = ask(given)
          code = promise instanceof Promise ? (await promise).code : 'no promise'
        } catch (error) {
          code = `throws ${error}`
        }
        if (code !== 'invalid_option') wrong.push([name, String(option), code])
      }
    }
    for (const given of [{ get headers() { throw new Error('no') } }, { get signal() { throw new Error('no') } }, { get method() { throw new Error('no') } }]) {
      try {
        const promise = session.fetch('/', given)
        await promise.then(() => wrong.push(['fetch', 'sent']), ({ message }) => message === 'no' || wrong.push(['fetch', message]))
      } catch (error) {
        wrong.push(['fetch', `throws ${error}`])
      }
    }
    return wrong
  })
  assert.deepEqual(wrong, [])
})

test('in a worker a session is its own, and nobody is led to another page from there', async () => {
  const found = await inPage(async ({ url, person }) => {
    const source = `const run = async ({ data: { entry, url, person } }) => {
      const { LoginRocket } = await import(entry)
      const lr = new LoginRocket({ url })
      const { next } = await lr.login(person)
      const { code, message } = await lr.hosted.open('logout')
      postMessage([next, lr.session.snapshot.state, code, message])
    }
    onmessage = run`
    const worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })), { type: 'module' })
    worker.postMessage({ entry: `${location.origin}/index.js`, url, person })
    return new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)))
  })
  assert.deepEqual(found.slice(0, 3), ['done', 'signed_in', 'unsupported_browser'])
  assert.match(found[3], /no page here/)
})
