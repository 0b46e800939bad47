// What a page has put into `Object.prototype`, as a merge of hostile JSON does, is no option, parameter, claim or member of an
// answer; and what it has put in the place of the language's own functions is noticed.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

const LIMIT = { timeout: 60_000 }

/** Whatever is looked up anywhere: options, what they hold, claims, members of answers, of what the platform is given, of our own. */
const NAMES = [
  // Options of a client, a call, a wait, a token, a hosted page, an adoption.
  'url', 'locale', 'timeoutMs', 'agent', 'fetch', 'dangerouslyAllowInsecureUrl', 'storage', 'tokenOrigins', 'verify', 'environment',
  'signal', 'aborted', 'addEventListener', 'minValiditySeconds', 'leewaySeconds', 'account', 'prompt', 'invitation', 'force',
  'redirectUri', 'session', 'switchUser', 'getItem', 'setItem', 'removeItem', 'href', 'toJSON',
  // Parameters.
  'email', 'password', 'token', 'first_name', 'params', 'username',
  // Claims.
  'sub', 'sid', 'iat', 'exp', 'nbf', 'iss', 'name', 'email_verified', 'preferred_username', 'given_name', 'family_name', 'ref', 'cs',
  'rid', 'orgs', 'oid', 'mid', 'perm', 'selected', 'kid', 'alg', 'crit',
  // Answers of the service and of `fetch`.
  'result', 'error', 'errors', 'code', 'next', 'retryable', 'status', 'body', 'headers', 'type', 'ok', 'conditions', 'source', 'message',
  'serviceErrors', 'requestId', 'retryAfterSeconds', 'done', 'held', 'data', 'key', 'keys',
  // What the platform is given: descriptors, and options of its own.
  'value', 'get', 'set', 'writable', 'enumerable', 'configurable', 'fatal', 'ignoreBOM', 'stream', 'mode', 'steal', 'ifAvailable', 'method',
  'credentials', 'cache', 'redirect', 'referrer', 'referrerPolicy', 'integrity', 'keepalive', 'duplex', 'priority', 'use', 'key_ops', 'ext',
  'd', 'hash', 'once', 'passive', 'capture',
  // Ours.
  'settle', 'fail', 'stop', 'request', 'release', 'sent', 'response', 'isStopped', 'seen', 'listener', 'instance', 'items', 'Zone', '0', '1', '2', '7',
]

/** What JSON can hold. */
const VALUES = { text: 'https://evil.example', number: 1e9, yes: true, object: { evil: 1 }, list: ['https://evil.example'], none: null }

/** All that can be asked of a client; only what is always the same. */
const JOURNEY = `async ({ lib, url, person, token }) => {
  const seen = []
  const read = (name, answer) => {
    const { result, code, next, trusted, adopted } = Object.assign(Object.create(null), answer)
    seen.push([name, result, code, next, trusted, adopted, Object.entries(answer).map(([name, value]) => [name, typeof value])])
  }
  const lr = new lib.LoginRocket({ url, tokenOrigins: ['https://api.example.com'] })
  const states = []
  const stop = lr.session.subscribe((snapshot) => states.push([snapshot.state, Object.keys(snapshot)]))
  read('login', await lr.login({ email: person.email, password: person.password }, {}))
  read('wrong', await lr.login({ email: person.email }))
  read('token', await lr.session.token({}))
  read('fetch', { result: await (await lr.session.fetch('/echo', {})).text() })
  read('verify', await lr.verifyToken(token, {}))
  const late = new lib.LoginRocket({ url })
  const { now } = Date
  Date.now = () => now() + 86_400_000
  try { read('expired', await late.verifyToken(token, {})) } finally { Date.now = now }
  read('decode', lr.decodeToken('e30.e30.c2ln'))
  seen.push(lr.hosted.loginUrl({}), lr.hosted.profileUrl())
  read('adopt', await lr.session.adoptRedirect('https://a.example/', {}))
  read('explain', lr.session.explain())
  const { user, account, membership } = lr.session.snapshot
  seen.push([Object.keys(user), account && Object.keys(account), membership && Object.keys(membership)])
  read('sign out', await lr.session.signOut())
  stop()
  lr.session.dispose()
  return JSON.stringify([seen, states])
}`

/** Makes a page in which a journey can be told from any other: the service is a stub, so that hundreds take no time. */
const STAGE = `async ({ lib, url, person }) => {
  const real = fetch
  const lr = new lib.LoginRocket({ url })
  const { token } = await lr.login(person)
  const jwks = await (await real(url + 'connect/jwks')).text()
  const login = await (await real(url + 'v2/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(person) })).text()
  const sends = []
  globalThis.fetch = async (input, init) => {
    const request = input instanceof Request ? input : undefined
    const address = String(request ? request.url : input)
    const answer = (text, status = 200) =>
      new Response(text, Object.assign(Object.create(null), { status, headers: { 'content-type': 'application/json' } }))
    if (address.endsWith('/echo')) return answer([request.method, request.headers.get('authorization') ? 'token' : 'no token', await request.text()].join())
    if (address.includes('jwks')) return answer(jwks)
    sends.push([init.method, init.body])
    const isRight = init.body === undefined || init.body.includes(JSON.stringify(person.password))
    return isRight ? answer(login) : answer('{"errors":["no"]}', 422)
  }
  return { token, sends, login }
}`

test('nothing of Object.prototype is an option, a parameter, a claim or a member of an answer', LIMIT, async () => {
  const wrong = await inPage(
    new Function('all', `return (async (all) => {
      const stage = await (${STAGE})(all)
      const journey = () => (${JOURNEY})({ ...all, token: stage.token })
      const usual = await journey()
      const usualSends = JSON.stringify(stage.sends)
      const wrong = []
      for (const name of all.names) {
        for (const [kind, value] of Object.entries(all.values)) {
          stage.sends.length = 0
          const { defineProperty } = Object
          const descriptor = Object.assign(Object.create(null), { value, writable: true, configurable: true, enumerable: true })
          let found
          defineProperty(Object.prototype, name, descriptor)
          try { found = await journey() } catch (error) { found = 'throws ' + error.message } finally { delete Object.prototype[name] }
          if (found !== usual || JSON.stringify(stage.sends) !== usualSends) wrong.push([name, kind, found.slice(0, 400)])
        }
      }
      return { wrong, usual }
    })(all)`),
    { names: NAMES, values: VALUES },
  )
  for (const what of [/signed_in/, /"GET,token,"/, /"verify","okay",null,null,true/, /"expired","error","token_expired"/]) assert.match(wrong.usual, what)
  assert.deepEqual(wrong.wrong, [])
})

test('what is inherited from a class of the app’s own is an option, and what a built-in has is none', async () => {
  const found = await inPage(async ({ lib, url, person }) => {
    class Options {
      get url() { return url }
      get timeoutMs() { return 5_000 }
    }
    class Store extends Map {
      getItem(key) { return this.get(key) }
      setItem(key, value) { this.set(key, value) }
      removeItem(key) { this.delete(key) }
    }
    const storage = new Store()
    const lr = new lib.LoginRocket(Object.assign(new Options(), { storage }))
    const { next } = await lr.login(person)
    Array.prototype.timeoutMs = 'no number'
    Map.prototype.storage = 'no storage'
    try {
      return [next, storage.size, (await lr.login(person, [])).next, new lib.LoginRocket(new Map()).session.explain().storage.kind]
    } finally {
      delete Array.prototype.timeoutMs
      delete Map.prototype.storage
    }
  })
  assert.deepEqual(found, ['done', 1, 'done', 'memory'])
})

/** What old libraries put in the place of the language's functions, in our words: Prototype.js, MooTools, core-js 2, and worse. */
const LIBRARIES = {
  'Array.from of array-likes alone': "Array.from = (list) => { const all = []; for (let at = 0; at < (list?.length ?? 0); at += 1) all[at] = list[at]; return all }",
  'a map that keeps nothing': 'Array.prototype.map = () => []',
  'a filter that keeps nothing': 'Array.prototype.filter = () => []',
  'lists that cannot be walked': 'Array.prototype[Symbol.iterator] = function* () {}',
  'an isArray of its own lists alone': 'Array.isArray = () => false',
  'a hasOwn that knows nothing': 'Object.hasOwn = () => false',
  'entries of nothing': 'Object.entries = () => []',
  'an ownKeys of nothing': 'Reflect.ownKeys = () => []',
  'a fromEntries of nothing': 'Object.fromEntries = () => ({})',
  'a Uint8Array.of that throws': "Uint8Array.of = () => { throw new Error('of another library') }",
  'a URL without an origin': 'globalThis.URL = class { constructor(text) { this.href = text } }',
  'lists with a toJSON': "Array.prototype.toJSON = function () { return '[' + this.join() + ']' }",
  'texts with a toJSON': "String.prototype.toJSON = function () { return '\"' + this + '\"' }",
  'numbers with a toJSON': 'Number.prototype.toJSON = function () { return String(this) }',
  'keys of all that is inherited': 'Object.keys = (object) => { const all = []; for (const key in object) all.push(key); return all }',
  'a find, a reverse and entries of its own': 'Array.prototype.find = () => null; Array.prototype.reverse = function () { return this.slice() }; Array.prototype.entries = function () { return this }',
}

for (const [what, source] of Object.entries(LIBRARIES)) {
  test(`in a page with ${what} an option works or is refused by name`, async () => {
    const found = await inPage(
      async ({ lib, url, person, source }) => {
        let sent = 'not sent'
        const own = fetch
        globalThis.fetch = (input, init) => {
          if (input?.url !== 'https://api.example.com/') return own(input, init)
          sent = input.headers.has('authorization') ? 'token' : 'no token'
          return Promise.resolve(new Response())
        }
        new Function(source)()
        try {
          const lr = new lib.LoginRocket({ url, tokenOrigins: ['https://api.example.com'], verify: 'strict', storage: 'local' })
          const { next, code } = await lr.login(person)
          await lr.session.fetch('https://api.example.com/')
          return `${next ?? code} ${sent}`
        } catch ({ code, message }) {
          return `${code} ${message}`
        }
      },
      { source },
    )
    if (!/^(?:done token|unsupported_browser .*changed functions of the language)/.test(found)) assert.fail(found)
  })
}

test('a library that comes later and changes what JSON writes fails the calls by name, and hangs none', async () => {
  const codes = await inPage(async ({ lib, url, person }) => {
    const lr = new lib.LoginRocket({ url })
    Array.prototype.toJSON = function () { return '[' + this.join() + ']' }
    const codes = [(await lr.login(person)).code, (await lr.login(person)).code]
    delete Array.prototype.toJSON
    return [...codes, (await lr.login(person)).next]
  })
  assert.deepEqual(codes, ['internal_error', 'unsupported_browser', 'done'])
})
