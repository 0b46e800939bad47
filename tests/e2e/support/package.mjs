// A stand-in for the package, for what the real one never does: answering a call that was cancelled, or throwing. It
// answers when the test says so: each method's calls wait in `globalThis.calls`.

const SOURCE = `
  const calls = (globalThis.calls = [])
  const method = (name) => () => new Promise((resolve, reject) => calls.push({ name, resolve, reject }))
  export class LoginRocket {
    static VERSION = 'stand-in'
    login = method('login')
    getSession = method('getSession')
    logout = method('logout')
  }
`

/** Puts the stand-in in the package's place, for pages opened from now on. */
export function replacePackage(page) {
  return page.route('**/pkg/dist/index.js', (route) => route.fulfill({ contentType: 'text/javascript', body: SOURCE }))
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

/** The answer to a sign-in or a refresh. The token cannot be read; the page then knows no name. */
export const FULL_LOGIN = {
  result: 'full_login',
  next: 'done',
  session: 'kss_sample123456',
  account: 'org_sample123456',
  token: 'not.a.token',
}
