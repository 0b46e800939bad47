// `fetch`, to the end of the answer. What comes back may be a real answer, one of another realm, a polyfill's, or nothing
// of the kind: it is known by its members. Whatever a browser throws or rejects with, it says the same: no answer.

import { attempt } from './guard'
import { bare } from './members'
import { trait } from './plain'
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

export interface Reply {
  status: number
  isHiddenRedirect: boolean
  /** Content type, request id, the two that say how long to wait, and by which clock. */
  headers: [string | null, string | null, string | null, string | null, string | null]
  body: Body
  text: string
}

type Read = [body: Body, text: string]

/** To make one costs more than to use it. */
let decoder: TextDecoder | undefined

type Piece = Uint8Array<ArrayBuffer> | ArrayBuffer

/** Pieces as one. */
const joined = (pieces: Piece[], length: number): Uint8Array => {
  const whole = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    whole.set(new Uint8Array(piece), at)
    at += piece.byteLength
  }
  return whole
}

/** Reads a body piece by piece, so that an endless answer does not fill the memory before its size is known. */
const readBody = async (answer: Response): Promise<Read> => {
  const pieces: Piece[] = []
  let length = 0
  try {
    const body = trait(answer, 'body') as Response['body'] | undefined
    if (body === null) return [Body.Text, '']
    // Polyfills of `fetch` have no stream.
    const reader = body ? body.getReader() : undefined
    for (let isOver = false; !isOver; ) {
      const { done, value } = bare(reader ? await reader.read() : { done: false, value: await answer.arrayBuffer() })
      isOver = !reader || done === true
      if (done === true) continue
      // What is no bytes is nothing that a body can hold.
      const piece = value as Piece | undefined
      if (typeof piece?.byteLength !== 'number') return [Body.Cut, '']
      length += piece.byteLength
      if (length > MAX_BYTES) return [Body.TooLarge, '']
      pieces.push(piece)
    }
  } catch {
    // A body that someone has read already is as good as cut.
    return [Body.Cut, '']
  }
  try {
    decoder ??= new TextDecoder('utf-8', bare({ fatal: true }))
    // Most come as one.
    return [Body.Text, decoder.decode(pieces.length === 1 ? pieces[0] : joined(pieces, length))]
  } catch {
    return [Body.NotUtf8, '']
  }
}

const HEADERS = ['content-type', 'x-request-id', 'retry-after', 'ratelimit-reset', 'date']

const headersOf = (answer: Response): Reply['headers'] => {
  const read = (name: string) => {
    const value = answer.headers.get(name)
    return typeof value === 'string' ? value : null
  }
  return attempt(
    () => HEADERS.map(read),
    () => [null, null, null, null, null],
  ) as Reply['headers']
}

/** Sends a request, by `fetch` or what is put in its place. */
export const exchange = (
  custom: Fetch | undefined,
  method: string,
  url: string,
  headers: Record<string, string>,
  body: string | undefined,
  keepalive: boolean,
): Exchange => {
  let controller: AbortController | undefined
  // Ending what is over would make an exception, with its stack, for nobody.
  let isOver = false
  const send = async (): Promise<Reply | null> => {
    controller = new AbortController()
    // An object without a prototype, of which the platform would read more.
    const init = bare({
      method,
      // Browsers take a plain object sooner; an app's function may change them, most easily as `Headers`.
      headers: custom ? new Headers(headers) : headers,
      keepalive,
      // Only GET can be answered from a cache; with `no-store` on another method, browsers send a preflight before each request.
      cache: method === 'GET' ? 'no-store' : 'default',
      credentials: 'omit',
      redirect: 'manual',
      referrerPolicy: 'no-referrer',
      signal: controller.signal,
    }) as RequestInit
    if (body !== undefined) init.body = body
    const answer = await (custom ? custom(url, init) : fetch(url, init))
    const status = trait(answer, 'status')
    if (typeof status !== 'number') return null
    const [kind, text] = await readBody(answer)
    // What was not read to its end still comes in, and would keep its connection.
    if (kind !== Body.Text) attempt(() => controller?.abort())
    isOver = true
    return {
      status,
      isHiddenRedirect: trait(answer, 'type') === 'opaqueredirect',
      headers: headersOf(answer),
      body: kind,
      text,
    }
  }
  return { reply: send(), stop: () => isOver || attempt(() => controller?.abort()) }
}
