// A stand-in for the package, for what the real one never does: answering a call that was cancelled, or throwing. It
// answers when the test says so: each method's calls wait in `globalThis.calls`. Its session is what the test says.

const SOURCE = `
  const calls = (globalThis.calls = [])
  const method = (name) => () => new Promise((resolve, reject) => calls.push({ name, resolve, reject }))
  const listeners = new Set()
  let snapshot = { state: 'signed_out', freshness: 'fresh', signOutReason: 'never_signed_in' }
  globalThis.become = (next) => {
    snapshot = next
    for (const listener of listeners) listener(snapshot)
  }
  const signOut = method('signOut')
  const session = {
    get snapshot() {
      return snapshot
    },
    subscribe(listener) {
      listeners.add(listener)
      listener(snapshot)
      return () => listeners.delete(listener)
    },
    explain: () => ({ ...snapshot, storage: {}, tabs: {}, failuresInARow: 0 }),
    token: async () => ({ result: 'okay', token: 'not.a.token' }),
    refresh: method('refresh'),
    adoptRedirect: async () => ({ result: 'okay', adopted: false }),
    signOut() {
      globalThis.become({ state: 'signed_out', freshness: 'fresh', signOutReason: 'here' })
      return signOut()
    },
  }
  const malformed = { result: 'error', code: 'malformed_token' }
  export class LoginRocket {
    static VERSION = 'stand-in'
    login = method('login')
    session = session
    hosted = { open: method('open') }
    decodeToken = () => malformed
    verifyToken = async () => malformed
  }
`

/** Puts the stand-in in the package's place, for pages opened from now on. */
export function replacePackage(page) {
  return page.route('**/pkg/dist/index.js', (route) => route.fulfill({ contentType: 'text/javascript', body: SOURCE }))
}

/** Makes the session another one, as a call does before it is answered. */
export function become(page, snapshot) {
  return page.evaluate((next) => globalThis.become(next), snapshot)
}

/** Settles the oldest call of a method that waits, and lets the page do all that follows from it. */
export async function settle(page, name, how, value) {
  await page.waitForFunction((wanted) => globalThis.calls.some((call) => call.name === wanted), name)
  await page.evaluate(
    async ([wanted, settle, given]) => {
      const index = globalThis.calls.findIndex((call) => call.name === wanted)
      const [call] = globalThis.calls.splice(index, 1)
      call[settle](settle === 'reject' ? new Error(given) : given)
      await new Promise((done) => setTimeout(done))
    },
    [name, how, value],
  )
}

/** The answer to a sign-in. The token cannot be read; the page then knows no name. */
export const FULL_LOGIN = {
  result: 'full_login',
  next: 'done',
  session: 'kss_sample123456',
  account: 'org_sample123456',
  token: 'not.a.token',
}

/** The session that it makes. */
export const SIGNED_IN = { state: 'signed_in', freshness: 'fresh' }
