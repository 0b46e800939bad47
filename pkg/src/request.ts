// A request of the app's own, in whatever form it gives it to `fetch`: read once and made a finished `Request`, so that what is
// judged is what is sent, whatever becomes of the page or of what the app gave while it waits.

import { LoginRocketError, noRequest } from './errors'
import { attempt } from './guard'
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

export interface AppRequest {
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

/** Reads the arguments of `fetch`. Throws what `fetch` rejects with where they are no request. */
export const appRequest = (given: unknown, init: unknown): AppRequest => {
  if (typeof attempt(() => Request) !== 'function') throw noRequest()
  const isRequest = typeof attempt(() => (given as Request).clone) === 'function'
  const options = membersOf(init) as RequestInit
  // They may be an iterator, which is read now.
  if (options.headers !== undefined) options.headers = new Headers(options.headers)
  const { body = null } = options
  const first = new Request(given as RequestInfo, options)
  const { url } = first
  const origin = originOf(url)
  const hasStream = body !== null && isStream(body)
  // Some browsers do not show whether a request has a body.
  const isEmpty = first.body === null || (first.body === undefined && /^(?:GET|HEAD)$/.test(first.method))
  // Without a stream it can be made once more.
  const isRepeatable = isEmpty || (body !== null && !hasStream)
  // The one that was judged is sent first.
  let ready: Request | undefined = first
  const signal = attempt(() => options.signal ?? first.signal)
  // The type of a body of the app's own is not among them: each time that a form is sent it has another one.
  const headers = new Headers(options.headers ?? (body === null ? first.headers : isRequest ? (given as Request).headers : undefined))
  return {
    items: [
      origin ?? null,
      origin !== undefined && origin === attempt(() => location.origin),
      first.headers.has('authorization'),
      isRepeatable,
      attempt(() => signal!.aborted) === true,
    ],
    signal: typeof attempt(() => signal!.addEventListener) === 'function' ? signal! : undefined,
    async send(token) {
      const request = ready ?? new Request(isRequest ? (given as Request) : url, options)
      ready = undefined
      if (request.url !== url) throw new TypeError('the request leads elsewhere by now')
      const { referrer, referrerPolicy, method } = request
      const own = new Headers(headers)
      if (token) {
        for (const each of [request.headers, own]) each.set('authorization', `Bearer ${token}`)
        // A request without CORS, for one, takes none.
        if (request.headers.get('authorization') !== own.get('authorization')) throw cannotCarry()
      }
      // What wraps `fetch` may look at either argument, or make another request of both. Of a request any option makes `fetch`
      // forget the referrer and its policy (Fetch standard, "Request constructor").
      const all = bare({ ...options, referrer, referrerPolicy, method, headers: own }) as RequestInit
      // Both arguments together would read it twice.
      if (hasStream) delete all.body
      return fetch(request, all)
    },
  }
}

const cannotCarry = () =>
  new LoginRocketError("a request with mode 'no-cors' cannot carry the token: leave the mode out", 'invalid_params')

/** Lets go of an answer that nobody will read; where it cannot be cancelled it is read by nobody. */
export const discard = (answer: Response | undefined): void => {
  attempt(() => answer?.body?.cancel().catch(() => {}))
}
