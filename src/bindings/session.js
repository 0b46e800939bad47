// The object that is `lr.session`: methods that need no `this`, over the exported class that stays inside. It decides
// nothing.

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
  return Object.freeze(facade)
}

/** Freezes an object and all in it. */
export function frozen(value) {
  for (const member of Object.values(value)) if (typeof member === 'object') frozen(member)
  return Object.freeze(value)
}

/** Reports what a listener threw, as the browser reports what an event's listener throws. */
export function report(thrown) {
  if (typeof reportError === 'function') return reportError(thrown)
  setTimeout(() => {
    throw thrown
  })
}
