// The client on a `fetch` of somebody else's, by name: a person is signed in, and a wrong password is what the service says it is.
import { LoginRocket, unwrap } from 'loginrocket-wasm'

const [which, email, password] = process.argv.slice(2)
const url = process.env.LOGINROCKET_URL
const realm = 'https://login.example.com'
const okay = { result: 'full_login', session: 'kss_sample', token: 'a.b.c' }
const no = { result: 'error', error: 'Login failed', errors: ['Login failed'] }

/** What a mock answers to the right password, and to another. */
const wanted = (body) => (JSON.parse(body).password === password ? [200, okay] : [422, no])

const clients = {
  'node-fetch 2': async () => ({ url, fetch: (await import('node-fetch-2')).default }),
  'node-fetch 3': async () => ({ url, fetch: (await import('node-fetch')).default }),
  'cross-fetch': async () => ({ url, fetch: (await import('cross-fetch')).default }),
  undici: async () => ({ url, fetch: (await import('undici')).fetch }),
  'node-fetch 2 as the global': async () => {
    const own = await import('node-fetch-2')
    const { Headers, Request, Response } = own.default
    Object.assign(globalThis, { fetch: own.default, Headers, Request, Response })
    return { url }
  },
  'fetch-mock': async () => {
    const mock = (await import('fetch-mock')).default.mockGlobal()
    mock.post(`${realm}/v2/login`, ({ options }) => {
      const [status, body] = wanted(options.body)
      return { status, body }
    })
    return { url: realm }
  },
  nock: async () => {
    const { default: nock } = await import('nock')
    nock(realm).persist().post('/v2/login').reply((_, body) => wanted(JSON.stringify(body)))
    return { url: realm }
  },
  "undici's mock": async () => {
    const { MockAgent, fetch, setGlobalDispatcher } = await import('undici')
    const agent = new MockAgent()
    setGlobalDispatcher(agent)
    const reply = ({ body }) => {
      const [statusCode, data] = wanted(body)
      return { statusCode, data }
    }
    agent.get(realm).intercept({ path: '/v2/login', method: 'POST' }).reply(reply).persist()
    return { url: realm, fetch }
  },
}

const lr = new LoginRocket(await clients[which]())
const wrong = await lr.login({ email, password: 'not the password' })
const right = unwrap(await lr.login({ email, password }))
console.log(wrong.code, wrong.status, right.next)
// Some keep their connections.
process.exit(0)
