// `fetch`, to the end of the answer. What comes back may be a real answer, one of another realm, a polyfill's, or no
// answer at all, so it is recognised by its members. Whatever a browser throws or rejects with means the same: no
// answer.

import { attempt } from './guard'
import { bare } from './members'
import { trait } from './plain'
import { decoder as makeDecoder, type Decoder } from './utf8'
import { Body } from './wire/inputs'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** More bytes than any answer of the service has. */
const MAX_BYTES = 1 << 20

export interface Exchange {
  /** Comes to the answer: its status and its body; to `null` if it is none, and rejects without one. */
  reply: Promise<Reply | null>
  /** Stops what still comes in. */
  stop(): void
}

type Headings = [
  contentType: string | null,
  requestId: string | null,
  retryAfter: string | null,
  retryAt: number | null,
  resetAt: number | null,
  date: number | null,
]

export interface Reply {
  status: number
  isHiddenRedirect: boolean
  /** What they say of the body, of the request, of how long to wait and of the time. */
  headers: Headings
  body: Body
  text: string
  /** Why it was not read to its end. */
  cause: string | undefined
}

type Read = [body: Body, text: string, thrown?: unknown]

/** Made when it is needed first: to make one costs more than to use it. */
let decoder: Decoder | undefined

type Piece = Uint8Array<ArrayBuffer> | ArrayBuffer

/** Pieces as one. */
const joined = (pieces: Piece[], length: number): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(new Uint8Array(piece), at)
    at += piece.byteLength
  }
  return whole
}

/** What reads a body at once, where there is no stream of the web: in polyfills, in Node's own clients, in what a test puts there. */
const wholeOf = (answer: Response): (() => Promise<unknown>) | undefined => {
  const has = (name: 'arrayBuffer' | 'text' | 'json') => typeof trait(answer, name) === 'function'
  if (has('arrayBuffer')) return () => answer.arrayBuffer()
  if (has('text')) return () => answer.text()
  return has('json') ? async () => JSON.stringify(await answer.json()) ?? '' : undefined
}

/** Reads a body piece by piece, so that an endless answer does not fill the memory before its size is known; null if it has none. */
const readBody = async (answer: Response): Promise<Read | null> => {
  const pieces: Piece[] = []
  let length = 0
  try {
    const body = trait(answer, 'body') as Response['body'] | undefined
    if (body === null) return [Body.Text, '']
    const reader = typeof trait(body, 'getReader') === 'function' ? body!.getReader() : undefined
    const whole = reader ? undefined : wholeOf(answer)
    if (!reader && !whole) return null
    for (let isOver = false; !isOver; ) {
      const { done, value } = bare(reader ? await reader.read() : { done: false, value: await whole!() })
      if (typeof value === 'string' && whole) return [value.length > MAX_BYTES ? Body.TooLarge : Body.Text, value]
      isOver = !reader || done === true
      if (done === true) continue
      // What is no bytes is nothing that a body can hold.
      const piece = value as Piece | undefined
      if (typeof piece?.byteLength !== 'number') return [Body.Cut, '', 'its body holds no bytes']
      length += piece.byteLength
      if (length > MAX_BYTES) return [Body.TooLarge, '']
      pieces.push(piece)
    }
  } catch (thrown) {
    // A body that someone has read already is as good as cut.
    return [Body.Cut, '', thrown]
  }
  try {
    decoder ??= makeDecoder()
    // Most come as one.
    return [Body.Text, decoder.decode(pieces.length === 1 ? pieces[0] : joined(pieces, length))]
  } catch {
    return [Body.NotUtf8, '']
  }
}

/** What something thrown says, but for what may be a query or a body in it: both can hold secrets. */
export const causeOf = (thrown: unknown): string | undefined =>
  thrown === undefined ? undefined : attempt(() => /^[^?{\n]{0,200}/.exec(`${thrown as Error}`)![0])

/** Dates in epoch seconds (RFC 9110 §5.6.7). Engines take other texts for dates as well, each its own, but read all alike what ends
 * with the one zone that HTTP knows. */
const headersOf = (answer: Response): Headings => {
  const date = (value: string | null) => (value?.endsWith(' GMT') ? Date.parse(value) / 1000 : null)
  try {
    const { headers } = answer
    const read = (name: string) => {
      const value = headers.get(name)
      return typeof value === 'string' ? value : null
    }
    const retryAfter = read('retry-after')
    const [resetAt, now] = [date(read('ratelimit-reset')), date(read('date'))]
    return [read('content-type'), read('x-request-id'), retryAfter, date(retryAfter), resetAt, now]
  } catch {
    return [null, null, null, null, null, null]
  }
}

/** Members of an init without which a request is as good: Cloudflare's workers refuse some by their date, and a `fetch` the signals of
 * another DOM. */
const DISPENSABLE = ['cache', 'credentials', 'referrerPolicy', 'signal'] as const
const refused = new Set<(typeof DISPENSABLE)[number]>()

/** Leaves out what is refused, if that is why it threw: then nothing was sent. Gives whether there was anything. */
const leaveOut = (url: string, init: RequestInit, thrown: unknown): boolean => {
  const said = attempt(() => `${thrown as Error}`) ?? ''
  const found = DISPENSABLE.filter(
    (name) =>
      name in init &&
      /^(Type)?Error:/.test(said) &&
      said.includes(name) &&
      attempt(() => new Request(url, bare({ [name]: init[name] }))) === undefined,
  )
  for (const name of found) {
    refused.add(name)
    delete init[name]
  }
  return found.length > 0
}

/** Headers in every form in which someone may look for them: as the class, and as members for what knows another such class. */
const headersFor = (headers: Record<string, string>): HeadersInit =>
  attempt(() => Object.assign(new Headers(headers), headers)) ?? headers

/** Sends a request, by `fetch` or what is put in its place. */
export const exchange = (
  custom: Fetch | undefined,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string | undefined,
  keepalive: boolean,
): Exchange => {
  // Not everything that has `fetch` can end it.
  const controller = attempt(() => new AbortController())
  // Ending what is over would make an exception, with its stack, for nobody.
  let isOver = false
  const send = async (): Promise<Reply | null> => {
    // An object without a prototype, of which the platform would read more.
    const init = bare({
      method,
      // Browsers take a plain object sooner; an app's function may change them, most easily as `Headers`.
      headers: custom ? headersFor(headers) : headers,
      credentials: 'omit',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
    }) as RequestInit
    // Only GET can be answered from a cache; with `no-store` on another method, browsers send a preflight before each request.
    if (method === 'GET') init.cache = 'no-store'
    if (keepalive) init.keepalive = true
    if (controller) init.signal = controller.signal
    if (body !== undefined) init.body = body
    for (const name of refused) delete init[name]
    let answer: Response | undefined
    while (!answer) {
      try {
        answer = await (custom ? custom(url, init) : fetch(url, init))
        if (!answer) return null
      } catch (thrown) {
        if (controller?.signal.aborted || !leaveOut(url, init, thrown)) throw thrown
      }
    }
    const status = trait(answer, 'status')
    const read = typeof status === 'number' ? await readBody(answer) : null
    if (!read) return null
    const [kind, text, thrown] = read
    // What was not read to its end still comes in, and would keep its connection.
    if (kind !== Body.Text) attempt(() => controller?.abort())
    isOver = true
    return {
      status: status as number,
      isHiddenRedirect: trait(answer, 'type') === 'opaqueredirect',
      headers: headersOf(answer),
      body: kind,
      text,
      cause: causeOf(thrown),
    }
  }
  return { reply: send(), stop: () => isOver || attempt(() => controller?.abort()) }
}
