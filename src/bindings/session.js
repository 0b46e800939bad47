// The object that is `lr.session`: methods that need no `this`, over the exported class that stays inside. It decides
// nothing.
import { quietly } from '../browser/web.js'

const METHODS = ['token', 'refresh', 'switchAccount', 'fetch', 'signOut', 'explain', 'dispose']

export function facade(session) {
  const facade = {
    get snapshot() {
      return session.snapshot
    },
    subscribe(listener) {
      const subscription = session.subscribe(listener)
      return () => session.unsubscribe(subscription)
    },
  }
  for (const method of METHODS) facade[method] = session[method].bind(session)
  facade.adoptRedirect = adoption(session)
  return Object.freeze(facade)
}

function adoption(session) {
  let adopting
  return (place, options) => {
    const own = place === undefined || place === null || place === globalThis.location
    const landing = session.land(own ? href(globalThis) : place)
    // Who asks while it goes on, such as an effect that runs twice, hears the same.
    if (!landing && !options?.switchUser && adopting) return adopting
    // At once, so that the token is in no address bar while anything else happens.
    if (landing && own) replace(landing[1])
    const begun = session.adopt(landing?.[0], options?.switchUser === true, landing?.[1])
    const end = () => {
      if (adopting === begun) adopting = undefined
    }
    begun.then(end, end)
    return (adopting = begun)
  }
}

const href = ({ location }) => location?.href

// A page whose address cannot be changed, such as a sandboxed one, keeps what is in it.
const replace = (url) => quietly(() => history.replaceState(history.state, '', url))

/** The object that is `lr.hosted`. */
export function pages(session) {
  const hosted = {
    accountUrl: (account, options) => session.hostedUrl('account', { ...options, account }),
    open: (page, options) => session.openHosted(page, options),
  }
  for (const page of ['login', 'signup', 'profile', 'accounts', 'logout']) {
    hosted[`${page}Url`] = (options) => session.hostedUrl(page, options)
  }
  return Object.freeze(hosted)
}

/** Leaves for another page, where there is a page; it may have replaced what does so. */
export const leave = (url) => {
  quietly(() => location.assign(url))
}

/** An object from its JSON, frozen with all in it. */
export const frozen = (json) => JSON.parse(json, (_, value) => Object.freeze(value))

/** Reports what a listener threw, as the browser reports what an event's listener throws. */
function report(thrown) {
  if (typeof reportError === 'function') return reportError(thrown)
  setTimeout(() => {
    throw thrown
  })
}

/** Calls a listener, which may throw; so may what a page has put in the place of `reportError`. */
export const hear = (listener, snapshot) => {
  quietly(() => listener(snapshot), (thrown) => quietly(() => report(thrown)))
}
