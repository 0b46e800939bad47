// What was secret ends: after a session is over, nothing of it is found in the module's memory, in any policy, by whatever it
// ended. The memory is searched for pieces, because a block that was used again holds only some of what was there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeRealm } from '../session/support/realm.mjs'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

const grace = {
  email: 'grace@example.com',
  password: 'compiler-of-1952',
  first_name: 'Grace',
  last_name: 'Hopper',
  memberships: [{ account: 'Compilers' }],
}
const ada = {
  email: 'ada@example.com',
  password: 'engine-of-1843',
  first_name: 'Ada',
  last_name: 'Lovelace',
  memberships: [{ account: 'Engines' }, { account: 'Looms' }],
}

/** What every run in a page begins with. */
const tools = `
  const PIECE = 16
  const encoder = new TextEncoder()
  const find = (memory, bytes) => {
    for (let at = memory.indexOf(bytes[0]); at >= 0; at = memory.indexOf(bytes[0], at + 1)) {
      if (bytes.every((byte, index) => memory[at + index] === byte)) return true
    }
    return false
  }
  const isThere = (text) => memories.some(({ buffer }) => find(new Uint8Array(buffer), encoder.encode(text)))
  const decode = (part) => new TextDecoder().decode(Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0)))
  const pieces = (text) => Array.from({ length: Math.ceil(text.length / PIECE) }, (_, index) => text.slice(index * PIECE, (index + 1) * PIECE)).filter((piece) => piece.length > 11)
  /** Pieces of a token, by what they are of. */
  const ofToken = (name, token) => {
    const [, payload, signature] = token.split('.')
    return { [name + ' payload']: pieces(payload), [name + ' claims']: pieces(decode(payload)), [name + ' signature']: pieces(signature) }
  }
  /** Of the secrets those that are found, and how many pieces of each. What the module itself says is in its memory before. */
  const found = (secrets, before = new Set()) => {
    const seen = {}
    for (const [name, all] of Object.entries(secrets)) {
      const there = [all].flat().filter((text) => !before.has(text) && isThere(text))
      if (there.length) seen[name] = there.length
    }
    return seen
  }
  /** Signs in without a client, which would keep what it got. */
  const signIn = async (url, person) => {
    const answer = await fetch(url + 'v2/login', { method: 'POST', body: JSON.stringify(person), headers: { 'Content-Type': 'application/json' } })
    return answer.json()
  }
  /** What of a person's token the module itself says: found in its memory before it has seen one. */
  const known = async (url, person) => {
    const { token } = await signIn(url, person)
    return new Set(Object.values(ofToken('', token)).flat().filter(isThere))
  }
  const until = async (lr, state) => {
    while (lr.session.snapshot.state !== state) await new Promise((resolve) => { const stop = lr.session.subscribe(() => setTimeout(() => { stop(); resolve() })) })
  }
`

/** Runs it in a page of a realm of its own, with two people. */
async function inRealm(run, given = {}) {
  const realm = await makeRealm({ settings: { org_mode: 'multi_user' }, people: [ada, grace] })
  try {
    const accounts = (await realm.accounts()).map(({ id }) => id)
    const people = [ada, grace].map(({ email, password }) => ({ email, password }))
    people[0].account = accounts[0]
    people[1].account = (await realm.accounts(grace.email))[0].id
    return await inPage(
      async (world) => {
        const { lib, memories, tools, run, url, people } = world
        const make = new Function('memories', `${tools}; return { isThere, ofToken, found, signIn, known, until, decode }`)
        const helpers = make(memories)
        new lib.LoginRocket({ url })
        world.before = await helpers.known(url, people[0])
        return new Function(`return (${run})`)()(world, helpers)
      },
      { url: realm.url, people, accounts, tools, run: run.toString(), ...given },
    )
  } finally {
    await realm.remove()
  }
}

/** What a run gives: whether the session was found while it was there, so that the search is known to find, and what is left. */
const CLEAN = { during: true, after: {} }

for (const verify of ['off', 'lazy', 'strict']) {
  test(`verify ${verify}: after a sign-out nothing of a session is in memory, nor elsewhere`, async () => {
    const seen = await inRealm(
      async ({ lib, url, people: [person], before, verify }, { found, ofToken, isThere, until }) => {
        // Two tabs.
        const [lr, other] = [1, 2].map(() => new lib.LoginRocket({ url, verify, storage: 'local' }))
        other.session.subscribe(() => {})
        const { session, token } = await lr.login(person)
        await until(other, 'signed_in')
        await other.session.token()
        await lr.session.fetch('/')
        const newer = await lr.getSession({})
        const during = isThere(session)
        await lr.session.signOut()
        await until(other, 'signed_out')
        const secrets = { session, password: person.password, ...ofToken('token', token), ...ofToken('newer', newer.token) }
        return { during, after: found(secrets, before) }
      },
      { verify },
    )
    assert.deepEqual(seen, CLEAN)
  })

  test(`verify ${verify}: after a switch of the account nothing of the old token is in memory`, async () => {
    const seen = await inRealm(
      async ({ lib, url, people: [person], accounts, before, verify }, { found, ofToken, isThere, decode }) => {
        const lr = new lib.LoginRocket({ url, verify, storage: 'local' })
        const { session, token } = await lr.login(person)
        await lr.session.token()
        await lr.session.switchAccount(accounts[1])
        const now = (await lr.session.token()).token
        const old = ofToken('old', token)
        // What both say is no remnant of the one before.
        const says = now + decode(now.split('.')[1])
        for (const name in old) old[name] = old[name].filter((piece) => !says.includes(piece))
        const pieces = Object.values(old).map(({ length }) => length)
        return { during: isThere(session) && pieces.every(Boolean), after: found(old, before) }
      },
      { verify },
    )
    assert.deepEqual(seen, CLEAN)
  })

  test(`verify ${verify}: after dispose, or an end at the service, nothing of a session is in memory`, async () => {
    const seen = await inRealm(
      async ({ lib, url, people: [person, other], before, verify }, { found, ofToken, isThere }) => {
        const [over, ended] = [1, 2].map(() => new lib.LoginRocket({ url, verify }))
        const first = await over.login(person)
        const second = await ended.login(other)
        await Promise.all([over, ended].map((lr) => lr.session.token()))
        const during = isThere(first.session) && isThere(second.session)
        over.session.dispose()
        await new lib.LoginRocket({ url }).logout({ session: second.session })
        const { code } = await ended.session.refresh()
        const secrets = { password: person.password }
        for (const [name, { session, token }] of Object.entries({ disposed: first, ended: second })) {
          Object.assign(secrets, { [`${name} session`]: session }, ofToken(name, token))
        }
        return { during, code, after: found(secrets, before) }
      },
      { verify },
    )
    assert.deepEqual(seen, { ...CLEAN, code: 'access_denied' })
  })

  test(`verify ${verify}: an offered token of another person is gone with the session, or with their sign-in`, async () => {
    const seen = await inRealm(
      async ({ lib, url, people: [person, other], before, verify }, { found, ofToken, isThere, signIn }) => {
        const lr = new lib.LoginRocket({ url, verify })
        const own = await lr.login(person)
        const offered = await signIn(url, other)
        const address = `https://app.example.com/?token=${offered.token}`
        const asked = await lr.session.adoptRedirect(address)
        const during = isThere(own.session)
        await lr.session.signOut()
        const secrets = { own: own.session, session: offered.session, ...ofToken('own', own.token), ...ofToken('offered', offered.token) }
        const left = found(secrets, before)
        const again = await lr.login(person)
        await lr.session.adoptRedirect(address)
        await lr.session.adoptRedirect(null, { switchUser: true })
        const switched = found({ session: again.session, ...ofToken('again', again.token) }, before)
        delete switched['again claims']
        delete switched['again payload']
        await lr.session.signOut()
        return { during, code: asked.code, left, switched, after: found(secrets, before) }
      },
      { verify },
    )
    assert.deepEqual(seen, { ...CLEAN, code: 'another_user', left: {}, switched: {} })
  })

  test(`verify ${verify}: a token that could not be judged is gone with a sign-in, a sign-out and dispose`, async () => {
    const seen = await inRealm(
      async ({ lib, url, people: [person], before, verify }, { found, ofToken, signIn }) => {
        const { session, token } = await signIn(url, person)
        const secrets = { session, ...ofToken('token', token) }
        const address = `https://app.example.com/?token=${token}`
        const judge = async (end) => {
          let isOff = true
          const lr = new lib.LoginRocket({ url, verify, fetch: (...given) => (isOff ? Promise.reject(new TypeError('off')) : fetch(...given)) })
          const { code } = await lr.session.adoptRedirect(address)
          isOff = false
          await end(lr)
          return [code, found(secrets, before)]
        }
        return {
          out: await judge((lr) => lr.session.signOut()),
          over: await judge((lr) => lr.session.dispose()),
          in: await judge(async (lr) => { await lr.login(person); await lr.session.signOut() }),
        }
      },
      { verify },
    )
    for (const way of ['out', 'over', 'in']) assert.deepEqual([way, ...seen[way]], [way, 'keys_unavailable', {}])
  })
}

test('Resource Timing names the session until it is cleared, and nothing where it keeps nothing', async () => {
  const seen = await inRealm(async ({ lib, url, people: [person] }) => {
    const names = (session) => performance.getEntriesByType('resource').filter(({ name }) => name.includes(session)).length
    const signIn = async () => {
      const lr = new lib.LoginRocket({ url })
      const { session } = await lr.login(person)
      await lr.session.refresh()
      await lr.session.signOut()
      return names(session)
    }
    const kept = await signIn()
    performance.clearResourceTimings()
    const cleared = performance.getEntriesByType('resource').length
    performance.setResourceTimingBufferSize(0)
    return { isKept: kept > 0, cleared, without: await signIn() }
  })
  assert.deepEqual(seen, { isKept: true, cleared: 0, without: 0 })
})
