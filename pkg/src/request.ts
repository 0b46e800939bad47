// A request of the app's own, in whatever form it gives it to `fetch`.

import { attempt } from './guard'
import { originOf } from './plain'

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

/** Whether it can be sent twice: what a stream or a `Request` holds is gone once it is sent. */
const isRepeatable = (input: RequestInfo, init: RequestInit | undefined): boolean => {
  const own = attempt(() => init?.body) as unknown as Record<PropertyKey, unknown> | null | undefined
  if (own !== undefined && own !== null) {
    const isStream = () => [own.getReader, own[Symbol.asyncIterator]].some((method) => typeof method === 'function')
    return attempt(isStream) === false
  }
  const body = attempt(() => (input as Request).body)
  // Some browsers do not show whether a request has a body.
  const method = attempt(() => (input as Request).method)
  return body === null || (body === undefined && (method === undefined || method === 'GET' || method === 'HEAD'))
}

/** Where there is no class for requests or for headers, as in jsdom, there is no more to a request than its parts. */
const has = (name: 'Request' | 'Headers') => typeof globalThis[name] === 'function'

/** Whether it is of the page's own origin where only the page's address has one: in a shell with a scheme of its own. */
const isOfOwnScheme = (url: string | undefined): boolean =>
  attempt(() => {
    const { origin, protocol } = location
    return url !== undefined && protocol !== 'file:' && /:\/\/./.test(origin) && url.startsWith(`${origin}/`)
  }) === true

/** Headers, which may have been an iterator, read once. */
const readHeaders = (own: HeadersInit | undefined): Headers | Record<string, string> =>
  has('Headers')
    ? new Headers(own)
    : Object.fromEntries(own && Symbol.iterator in own ? (own as [string, string][]) : Object.entries(own ?? {}))

const isAuthorized = (headers: Headers | Record<string, string>): boolean =>
  has('Headers')
    ? (headers as Headers).has('authorization')
    : Object.keys(headers).some((name) => name.toLowerCase() === 'authorization')

/** Reads the arguments of `fetch`: the address and the headers once, so that what is judged is what is sent. */
export const appRequest = (given: unknown, init: RequestInit | undefined): AppRequest => {
  const isRequest = typeof attempt(() => (given as Request).clone) === 'function'
  const input = (isRequest ? given : (attempt(() => String(given)) ?? given)) as RequestInfo
  // A request knows the page's base URL.
  const read = () => (has('Request') ? new Request(input) : new URL(input as string, document.baseURI))
  const url = attempt(() => {
    const found = isRequest ? (input as Request) : read()
    return 'url' in found ? found.url : found.href
  })
  // They may have been an iterator, which is read now.
  const own = attempt(() => init?.headers) ?? attempt(() => (input as Request).headers)
  // None where they cannot be read, which `fetch` refuses.
  const headers = attempt(() => readHeaders(own))
  const option = attempt(() => init?.signal)
  const signal = option === undefined ? attempt(() => (input as Request).signal) : option
  const isSignal = typeof attempt(() => signal!.addEventListener) === 'function'
  const origin = url === undefined ? undefined : originOf(url)
  return {
    items: [
      origin ?? null,
      origin === undefined ? isOfOwnScheme(url) : origin === attempt(() => location.origin),
      attempt(() => isAuthorized(headers!)) !== false,
      isRepeatable(input, init),
      attempt(() => signal!.aborted) === true,
    ],
    signal: isSignal ? signal! : undefined,
    // Options are not copied: they may be inherited, or an object's own business.
    async send(token) {
      if (!headers || !(token || own !== undefined)) return fetch(input, init)
      const value = `Bearer ${token}`
      if (token && has('Headers')) (headers as Headers).set('authorization', value)
      else if (token) (headers as Record<string, string>).authorization = value
      if (!has('Request')) return fetch(input, { ...init, headers })
      const request = new Request(input, init)
      // Any option makes `fetch` forget these two of a request (Fetch standard, "Request constructor").
      const { referrer, referrerPolicy } = request
      return fetch(request, { headers, referrer, referrerPolicy })
    },
  }
}

/** Lets go of an answer that nobody will read; where it cannot be cancelled it is read by nobody. */
export const discard = (answer: Response | undefined): void => {
  attempt(() => answer?.body?.cancel().catch(() => {}))
}
