// Exceptions that the host makes and catches itself. The first one of a page costs more than all the rest of a client, because of its
// stack: where nothing is wrong there is none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inPage, useBrowser } from './support.mjs'

useBrowser()

/** Gives what is thrown in a page from now on, whether or not it is caught: by whom, and what it says. */
async function exceptionsOf(page) {
  const session = await page.context().newCDPSession(page)
  const thrown = []
  session.on('Debugger.paused', ({ reason, data, callFrames: [{ functionName, url }] }) => {
    if (reason === 'exception') thrown.push(`${functionName} in ${url}: ${data.description}`)
    void session.send('Debugger.resume')
  })
  await session.send('Debugger.enable')
  await session.send('Debugger.setPauseOnExceptions', { state: 'all' })
  return thrown
}

test('nothing is thrown inside where nothing is wrong', async () => {
  let thrown
  const results = await inPage(
    async ({ lib, url, person }) => {
      const lr = new lib.LoginRocket({ url, storage: 'local', tokenOrigins: ['https://api.example.com'], timeoutMs: 9_000 })
      const states = [lr.session.snapshot.state]
      const end = lr.session.subscribe(({ state }) => states.push(state))
      const login = await lr.login(person)
      const { token } = await lr.session.token({ minValiditySeconds: 10 })
      const results = [login, await lr.verifyToken(token), lr.decodeToken(token), await lr.getSession(), await lr.session.signOut()]
      end()
      return [...results.map(({ result }) => result), lr.hosted.loginUrl().length > 0, states.at(-1)]
    },
    {},
    async (page) => (thrown = await exceptionsOf(page)),
  )
  assert.deepEqual(results, ['full_login', 'okay', 'okay', 'full_login', 'okay', true, 'signed_out'])
  assert.deepEqual(thrown, [])
})
