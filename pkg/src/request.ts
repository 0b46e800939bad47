// A request of the app, in any form that `fetch` takes. It is read once and becomes a finished `Request`. So the request that the
// engine judged is the one that is sent, whatever the page changes while it waits. Without the class `Request` it is kept in parts,
// and is not sent if its address would be another one by then.

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
  /** The signal that can end it: the option of the call, or else the signal of the `Request`. */
  signal: AbortSignal | undefined
  /** Sends it, with a token if there is one. */
  send(token: string | null): Promise<Response>
}

/** Whether a body can be read only once. */
const isStream = (body: unknown): boolean => {
  const methods = () => [(body as ReadableStream).getReader, (body as ReadableStream)[Symbol.asyncIterator]]
  return attempt(methods)?.some((method) => typeof method === 'function') !== false
}

/** Headers. A runtime without that class, such as an older version of jsdom, has them as members of an object. */
type Head = Headers | Record<string, string>

const has = (name: 'Request' | 'Headers') => typeof global(name) === 'function'

/** A copy of headers. They may come as an iterator, which can be read only once. */
const headOf = (own: unknown): Head =>
  has('Headers')
    ? new Headers(own as HeadersInit)
    : Object.fromEntries(attempt(() => [...(own as [string, string][])]) ?? Object.entries(own ?? {}))

const isAuthorized = (head: Head): boolean =>
  has('Headers')
    ? (head as Headers).has('authorization')
    : Object.keys(head).some((name) => name.toLowerCase() === 'authorization')

/** The parts of a `Request` that are read here. */
type Parts = Pick<Request, 'url' | 'method' | 'body' | 'signal'> & { headers: Head }

/** The same parts where there is no class `Request`, as in jsdom. */
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

/** Whether a URL is of the page's own origin. In a shell with its own URL scheme only `location` has an origin, not the URL. */
const isOwn = (url: string, origin: string | undefined): boolean =>
  attempt(() => {
    const { origin: own, protocol } = location
    return origin === undefined ? protocol !== 'file:' && /:\/\/./.test(own) && url.startsWith(`${own}/`) : origin === own
  }) === true

/** Reads the arguments of `fetch`. If they are no request, throws what `fetch` would reject with. */
export const authorizedFetch = (given: unknown, init: unknown): AuthorizedFetch => {
  const isWhole = has('Request')
  const isRequest = typeof attempt(() => (given as Request).clone) === 'function'
  const input = isRequest ? (given as Request) : `${given as string}`
  const options = membersOf(init) as RequestInit
  // Headers may come as an iterator, which can be read only once: now.
  if (options.headers !== undefined) options.headers = headOf(options.headers)
  const { body = null } = options
  const make = (from: RequestInfo) => (isWhole ? new Request(from, options) : partsOf(from, options))
  const first = make(input)
  const { url } = first
  const origin = originOf(url)
  const hasStream = body !== null && isStream(body)
  // Some browsers do not show whether a request has a body.
  const isEmpty = first.body === null || (first.body === undefined && /^(?:GET|HEAD)$/.test(first.method))
  // A body that was given as an option can be sent again, unless it is a stream. The body of a `Request` cannot.
  const isRepeatable = isEmpty || (body !== null && !hasStream)
  // The request that was judged is the first to be sent.
  let ready = isWhole ? first : undefined
  const signal = attempt(() => options.signal ?? first.signal)
  // Without the content type that `Request` derives from such a body: for a form it is different each time.
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
        // Some requests refuse the header, such as one with mode 'no-cors'.
        if (inner.get('authorization') !== value) throw cannotCarry()
      }
      // Code that wraps `fetch` may read either argument, or make another request of both, so both are complete. An option beside
      // a `Request` makes `fetch` reset the referrer and its policy (Fetch standard, "Request constructor"), so these are repeated.
      const all = bare({ ...options, referrer, referrerPolicy, method, headers: own }) as RequestInit
      // A stream in both arguments would be read twice.
      if (hasStream) delete all.body
      return fetch(request as Request, all)
    },
  }
}

const cannotCarry = () =>
  new LoginRocketError("a request with mode 'no-cors' cannot carry the token: leave the mode out", 'invalid_params')

/** Cancels an answer that nobody will read. If it cannot be cancelled, it is only left unread. */
export const discard = (answer: Response | undefined): void => {
  attempt(() => answer?.body?.cancel().catch(() => {}))
}
