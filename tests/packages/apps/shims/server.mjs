// A server that imitates a DOM for what it renders, with one client for all visitors, as a module has it. Told which imitation, and
// how it becomes global, it prints what the first visitor and the second one get.
const [, , imitation, way, email, password] = process.argv
const url = 'https://app.example.com/'

const imitations = {
  jsdom: async () => new (await import('jsdom')).JSDOM('<!doctype html>', { url }).window,
  'happy-dom': async () => new (await import('happy-dom')).Window({ url }),
  linkedom: async () => (await import('linkedom')).parseHTML('<!doctype html><html><body></body></html>'),
  domino: async () => (await import('@mixmark-io/domino')).default.createWindow('<!doctype html>', url),
}

const names = ['window', 'self', 'document', 'navigator', 'location', 'history', 'localStorage', 'sessionStorage']
const define = (name, descriptor) => {
  try {
    Object.defineProperty(globalThis, name, descriptor)
  } catch {
    // Node has one that cannot be replaced.
  }
}

const ways = {
  assigned: (window) => names.forEach((name) => define(name, { value: window[name], writable: true, configurable: true })),
  'as getters': (window) => names.forEach((name) => define(name, { get: () => window[name], configurable: true })),
  // Looks like the platform's own where only its text and its descriptor are looked at.
  'as bound getters for good': (window) => names.forEach((name) => define(name, { get: (() => window[name]).bind(null) })),
  'with all descriptors': (window) => {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(window))) if (!(name in globalThis)) define(name, descriptor)
    for (const name of names) if (!globalThis[name]) define(name, { value: window[name] })
  },
  'with the scope of a worker': (window) => {
    class WorkerGlobalScope {
      static [Symbol.hasInstance] = () => true
    }
    define('WorkerGlobalScope', { value: WorkerGlobalScope.bind(null), writable: true, configurable: true })
    ways.assigned(window)
  },
}

const window = await imitations[imitation]()
ways[way](window)
const { LoginRocket } = await import('loginrocket-wasm')
const lr = new LoginRocket({ url: process.env.LOGINROCKET_URL, storage: 'local' })

const first = await lr.login({ email, password })
const second = [
  lr.session.snapshot.state,
  (await lr.session.token()).code,
  (await lr.getSession()).result,
  (await lr.session.adoptRedirect(`${url}?token=${first.token}`)).adopted,
  (await lr.hosted.open('profile')).code,
  typeof document,
]
let stored = ''
try {
  stored = JSON.stringify({ ...globalThis.localStorage })
} catch {
  // Some have none.
}
console.log(JSON.stringify({ next: first.next, second, leaks: stored.includes('kss_') }))
process.exit()
