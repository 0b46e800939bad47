// A request of the app's own, in whatever form it gives it to `fetch`.
import { quietly } from './task.js'
import { urls } from './url.js'

export const errands = {
  /** Reads the arguments of `fetch`: the address and the headers once, so that what is judged is what is sent. */
  begin: (given, init) => {
    const isRequest = typeof quietly(() => given.clone) === 'function'
    const input = isRequest ? given : (quietly(() => String(given)) ?? given)
    // A request knows the page's base URL.
    const url = quietly(() => (isRequest ? input : new Request(input)).url)
    // They may have been an iterator, which is read now.
    const own = quietly(() => init.headers) ?? quietly(() => input.headers)
    // None where they cannot be read, which `fetch` refuses.
    return { input, init, url, headers: quietly(() => new Headers(own)), hasRead: own !== undefined }
  },
  /** The signal that ends it: an option of the call, else what a `Request` says. */
  signal: ({ input, init }) => {
    const given = quietly(() => init.signal)
    return given === undefined ? quietly(() => input.signal) : given
  },
  origin: ({ url }) => urls.origin(url),
  staysAtHome: ({ url }) => {
    const origin = urls.origin(url)
    return origin !== undefined && origin === quietly(() => location.origin)
  },
  isAuthorized: ({ headers }) => quietly(() => headers.has('authorization')) !== false,
  /** Whether it can be sent twice. */
  isRepeatable: ({ input, init }) => {
    const own = quietly(() => init.body)
    if (own != null) {
      return !quietly(() => typeof own.getReader === 'function' || typeof own[Symbol.asyncIterator] === 'function')
    }
    // What a `Request` holds is gone once it is sent. Some browsers do not show whether it holds anything.
    const body = quietly(() => input.body)
    return body === null || (body === undefined && [undefined, 'GET', 'HEAD'].includes(quietly(() => input.method)))
  },
  /** Options are not copied: they may be inherited, or an object's own business. */
  send: async ({ input, init, headers, hasRead }, token) => {
    if (!headers || !(token || hasRead)) return fetch(input, init)
    if (token) headers.set('authorization', `Bearer ${token}`)
    const request = new Request(input, init)
    // Any option makes `fetch` forget these two of a request (Fetch standard, "Request constructor").
    const { referrer, referrerPolicy } = request
    return fetch(request, { headers, referrer, referrerPolicy })
  },
  isUnauthorized: (response) => quietly(() => response.status) === 401,
  /** Lets go of an answer that nobody will read; where it cannot be cancelled it is read by nobody. */
  discard: (response) => quietly(() => response.body.cancel().catch(() => {})),
}
