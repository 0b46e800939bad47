// Sends a request with `fetch` and reads the whole answer. The answer may be a real `Response`, one of another frame or of a
// polyfill, or no answer at all. So it is recognised by its members. Whatever a browser throws or rejects with means the same: there
// was no answer.

import { attempt } from './guard'
import { bare } from './members'
import { trait } from './plain'
import { decoder as makeDecoder, type Decoder } from './utf8'
import { Body } from './wire/inputs'

export type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** The most bytes that an answer may have. The service's own answers are smaller. */
const MAX_BYTES = 1 << 20

export interface Exchange {
  /** Resolves with the answer, or with `null` if what came is no answer. Rejects if nothing came. */
  reply: Promise<Reply | null>
  /** Aborts the request. */
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
  /** The values of the headers that the engine needs. */
  headers: Headings
  body: Body
  text: string
  /** Why the body was not read to its end. */
  cause: string | undefined
}

type Read = [body: Body, text: string, thrown?: unknown]

/** Made at the first use and kept: making a decoder costs more than using it. */
let decoder: Decoder | undefined

type Piece = Uint8Array<ArrayBuffer> | ArrayBuffer

/** The pieces as one array. */
const joined = (pieces: Piece[], length: number): Uint8Array<ArrayBuffer> => {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(new Uint8Array(piece), at)
    at += piece.byteLength
  }
  return whole
}

/** A function that reads a body at once, for answers without a web stream: those of polyfills, of Node's own clients, of tests. */
const wholeOf = (answer: Response): (() => Promise<unknown>) | undefined => {
  const has = (name: 'arrayBuffer' | 'text' | 'json') => typeof trait(answer, name) === 'function'
  if (has('arrayBuffer')) return () => answer.arrayBuffer()
  if (has('text')) return () => answer.text()
  return has('json') ? async () => JSON.stringify(await answer.json()) ?? '' : undefined
}

/** Reads a body piece by piece, so that an endless answer does not fill the memory. Null if the answer has no body that can be read. */
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
      // A body can hold only bytes.
      const piece = value as Piece | undefined
      if (typeof piece?.byteLength !== 'number') return [Body.Cut, '', 'its body holds no bytes']
      length += piece.byteLength
      if (length > MAX_BYTES) return [Body.TooLarge, '']
      pieces.push(piece)
    }
  } catch (thrown) {
    // A body that was read before throws as well, and counts as cut.
    return [Body.Cut, '', thrown]
  }
  try {
    decoder ??= makeDecoder()
    // Most bodies come in one piece.
    return [Body.Text, decoder.decode(pieces.length === 1 ? pieces[0] : joined(pieces, length))]
  } catch {
    return [Body.NotUtf8, '']
  }
}

/** The text of a thrown value, cut before anything that may be a query or a body: both can hold secrets. */
export const causeOf = (thrown: unknown): string | undefined =>
  thrown === undefined ? undefined : attempt(() => /^[^?{\n]{0,200}/.exec(`${thrown as Error}`)![0])

/** The headers that the engine needs, with dates in epoch seconds (RFC 9110 §5.6.7). `Date.parse` reads other forms of a date
 * differently in each browser. A date that ends in `GMT`, the only zone of HTTP, is read the same by all. */
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

/** Members of an init that a request can do without. Cloudflare's workers refuse some of them, depending on their compatibility date.
 * A `fetch` may refuse the signal of another DOM. */
const DISPENSABLE = ['cache', 'credentials', 'referrerPolicy', 'signal'] as const
const refused = new Set<(typeof DISPENSABLE)[number]>()

/** Removes the refused members, if they are why `fetch` threw: then nothing was sent. Returns whether there were any. */
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

/** Headers in two forms at once: an instance of `Headers`, and its members for code that knows another class of that name. */
const headersFor = (headers: Record<string, string>): HeadersInit =>
  attempt(() => Object.assign(new Headers(headers), headers)) ?? headers

/** Sends a request with `fetch`, or with the app's own function in its place. */
export const exchange = (
  custom: Fetch | undefined,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string | undefined,
  keepalive: boolean,
): Exchange => {
  // Some runtimes have `fetch`, but no `AbortController`.
  const controller = attempt(() => new AbortController())
  // Aborting a finished request would make an exception, with its stack, that nobody needs.
  let isOver = false
  const send = async (): Promise<Reply | null> => {
    // Without a prototype: the platform would also read members of `Object.prototype`.
    const init = bare({
      method,
      // Browsers read a plain object faster. An app's function may want to change headers, which is easier with `Headers`.
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
    // The rest of a body that was not read to its end would still come in and keep the connection busy.
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
