// A request of the app's own, in whatever form it comes. It is read once and made a finished `Request`, so what is
// judged is what is sent, whatever happens to the page while it waits. Without the class `Request` it goes by its
// parts, and is not sent if it would lead elsewhere by then.

import { LoginRocketError } from './errors'
import { attempt, global } from './guard'
import { bare } from './members'
import { membersOf, originOf } from './plain'

/** What the engine is told of a request. */
export type Items = [
  origin: string | null,
  isSameOrigin: boolean,
  isAuthorized: boolean,
  isRepeatable: boolean,
  isAborted: boolean,
]

export interface AuthorizedFetch {
  items: Items
  /** The signal that ends it: an option of the call, else what a `Request` says. */
  signal: AbortSignal | undefined
  /** Sends it, with a token if there is one. */
  send(token: string | null): Promise<Response>
}

/** Whether something is gone once it is sent. */
const isStream = (body: unknown): boolean => {
  const methods = () => [(body as ReadableStream).getReader, (body as ReadableStream)[Symbol.asyncIterator]]
  return attempt(methods)?.some((method) => typeof method === 'function') !== false
}

/** Headers; where a runtime has no class for them, as older versions of jsdom, members. */
type Head = Headers | Record<string, string>

const has = (name: 'Request' | 'Headers') => typeof global(name) === 'function'

/** A copy of headers, which may be an iterator. */
const headOf = (own: unknown): Head =>
  has('Headers')
    ? new Headers(own as HeadersInit)
    : Object.fromEntries(attempt(() => [...(own as [string, string][])]) ?? Object.entries(own ?? {}))

const isAuthorized = (head: Head): boolean =>
  has('Headers')
    ? (head as Headers).has('authorization')
    : Object.keys(head).some((name) => name.toLowerCase() === 'authorization')

/** What is asked of a `Request`. */
type Parts = Pick<Request, 'url' | 'method' | 'body' | 'signal'> & { headers: Head }

/** The same of a request that cannot be made, because there is no class for it, as in jsdom. */
const partsOf = (from: RequestInfo, options: RequestInit): Parts => {
  const { url, method, body, headers, signal } = (typeof from === 'string' ? {} : from) as Partial<Request>
  return {
    url: url ?? new URL(from as string, global('document', 'baseURI')).href,
    method: options.method ?? method ?? 'GET',
    body: (options.body ?? body ?? null) as Request['body'],
    headers: headOf(options.headers ?? headers),
    signal: signal!,
  }
}

/** Whether it is of the page's own origin; in a shell with a scheme of its own only the page's address has one. */
const isOwn = (url: string, origin: string | undefined): boolean =>
  attempt(() => {
    const { origin: own, protocol } = location
    return origin === undefined ? protocol !== 'file:' && /:\/\/./.test(own) && url.startsWith(`${own}/`) : origin === own
  }) === true

/** Reads the arguments of `fetch`. Throws what `fetch` rejects with where they are no request. */
export const authorizedFetch = (given: unknown, init: unknown): AuthorizedFetch => {
  const isWhole = has('Request')
  const isRequest = typeof attempt(() => (given as Request).clone) === 'function'
  const input = isRequest ? (given as Request) : `${given as string}`
  const options = membersOf(init) as RequestInit
  // They may be an iterator, which is read now.
  if (options.headers !== undefined) options.headers = headOf(options.headers)
  const { body = null } = options
  const make = (from: RequestInfo) => (isWhole ? new Request(from, options) : partsOf(from, options))
  const first = make(input)
  const { url } = first
  const origin = originOf(url)
  const hasStream = body !== null && isStream(body)
  // Some browsers do not show whether a request has a body.
  const isEmpty = first.body === null || (first.body === undefined && /^(?:GET|HEAD)$/.test(first.method))
  // Without a stream it can be made once more.
  const isRepeatable = isEmpty || (body !== null && !hasStream)
  // The one that was judged is sent first.
  let ready = isWhole ? first : undefined
  const signal = attempt(() => options.signal ?? first.signal)
  // The type of a body of the app's own is not among them: each time that a form is sent it has another one.
  const headers = headOf(options.headers ?? (body === null ? first.headers : isRequest ? (given as Request).headers : undefined))
  return {
    items: [origin ?? null, isOwn(url, origin), isAuthorized(first.headers), isRepeatable, attempt(() => signal!.aborted) === true],
    signal: typeof attempt(() => signal!.addEventListener) === 'function' ? signal! : undefined,
    async send(token) {
      const request = ready ?? make(isWhole && !isRequest ? url : input)
      ready = undefined
      if (request.url !== url) throw new TypeError('the request leads elsewhere by now')
      const own = headOf(headers)
      const value = `Bearer ${token}`
      if (!isWhole) {
        if (token && options.mode === 'no-cors') throw cannotCarry()
        if (token && has('Headers')) (own as Headers).set('authorization', value)
        else if (token) (own as Record<string, string>).authorization = value
        return fetch(input, bare({ ...options, headers: own }))
      }
      const { referrer, referrerPolicy, method, headers: inner } = request as Request
      if (token) {
        for (const each of [inner, own as Headers]) each.set('authorization', value)
        // A request without CORS, for one, takes none.
        if (inner.get('authorization') !== value) throw cannotCarry()
      }
      // What wraps `fetch` may look at either argument, or make another request of both. Of a request any option makes `fetch`
      // forget the referrer and its policy (Fetch standard, "Request constructor").
      const all = bare({ ...options, referrer, referrerPolicy, method, headers: own }) as RequestInit
      // Both arguments together would read it twice.
      if (hasStream) delete all.body
      return fetch(request as Request, all)
    },
  }
}

const cannotCarry = () =>
  new LoginRocketError("a request with mode 'no-cors' cannot carry the token: leave the mode out", 'invalid_params')

/** Lets go of an answer that nobody will read; where it cannot be cancelled it is read by nobody. */
export const discard = (answer: Response | undefined): void => {
  attempt(() => answer?.body?.cancel().catch(() => {}))
}
