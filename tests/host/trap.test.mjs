// A module that fails: everybody who waits is told, nobody is stuck, and all clients go on with a fresh instance.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

// Nothing in a memory of nothing but ones leads anywhere: the next thing that the module does is a trap, or none that ends.
const TRAP = `const trap = () => memories.forEach(({ buffer }) => new Uint8Array(buffer).fill(255))`

test('a trap ends every wait of every client, and the next call of each works', async () => {
  const found = await inPage(async ({ lib, memories, url, person, source }) => {
    const trap = new Function('memories', `${source}; return trap`)(memories)
    const hangs = () => new Promise(() => {})
    const [whose, other, idle] = [{}, { fetch: hangs }, {}].map((more) => new lib.LoginRocket({ url, ...more }))
    await idle.login(person)
    const waiting = [other.login(person), other.getSession({ session: 'kss_sample123456' })]
    const fetched = other.session.fetch('/').catch((error) => error instanceof lib.LoginRocketError && error.code)
    trap()
    const first = await whose.login(person)
    const codes = (await Promise.all(waiting)).map(({ code }) => code)
    const again = [(await whose.login(person)).next, (await idle.login(person)).next]
    return { first, codes, again, fetched: await fetched, instances: memories.length }
  }, { source: TRAP })
  assert.deepEqual([found.first.result, found.first.code, found.first.source], ['error', 'internal_error', 'LoginRocketError'])
  assert.equal(found.first.retryable, false)
  assert.deepEqual(found.codes, ['internal_error', 'internal_error'])
  assert.deepEqual([found.again, found.fetched], [['done', 'done'], 'internal_error'])
  assert.equal(found.instances, 2)
})

test('after a trap a client has its options, its store and its listeners as before', async () => {
  const found = await inPage(async ({ lib, memories, url, person, source }) => {
    const trap = new Function('memories', `${source}; return trap`)(memories)
    const lr = new lib.LoginRocket({ url: 'https://elsewhere.example.com', storage: 'local', agent: 'an-app/1' })
    lr.lrUrl = url
    lr.locale = 'es'
    const states = []
    lr.session.subscribe(({ state }) => states.push(state))
    await lr.login(person)
    const { session } = lr
    trap()
    const lost = await session.token()
    const { result, token } = await lr.session.token()
    return { lost: lost.code, result, isToken: typeof token, states, url: lr.lrUrl, locale: lr.locale, isOne: session === lr.session }
  }, { source: TRAP })
  assert.deepEqual([found.lost, found.result, found.isToken], ['internal_error', 'okay', 'string'])
  assert.deepEqual(found.states.slice(-2), ['loading', 'signed_in'])
  assert.match(found.url, /\/v2\/$/)
  assert.deepEqual([found.url.includes('elsewhere'), found.locale, found.isOne], [false, 'es', true])
})

test('after a trap a client that was disposed of stays so, and a hosted page is still found', async () => {
  const found = await inPage(async ({ lib, memories, url, person, source }) => {
    const trap = new Function('memories', `${source}; return trap`)(memories)
    const [over, lr] = [new lib.LoginRocket({ url }), new lib.LoginRocket({ url })]
    over.session.dispose()
    trap()
    let thrown
    try {
      lr.hosted.loginUrl()
    } catch (error) {
      thrown = [error instanceof lib.LoginRocketError, error.code]
    }
    return { thrown, hosted: lr.hosted.loginUrl(), over: (await over.login(person)).code, made: new lib.LoginRocket({ url }).lrUrl }
  }, { source: TRAP })
  assert.deepEqual([found.thrown, found.over], [[true, 'internal_error'], 'disposed'])
  assert.match(found.hosted, /\/login$/)
  assert.match(found.made, /\/v2\/$/)
})
