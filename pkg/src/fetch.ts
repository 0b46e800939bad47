// `fetch`, to the end of the answer. What comes back may be a real answer, one of another realm, a polyfill's, or nothing
// of the kind: it is known by its members. Whatever a browser throws or rejects with, it says the same: no answer.

import { attempt } from './guard'
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
  /** Content type, request id, and the two that say how long to wait. */
  headers: [string | null, string | null, string | null, string | null]
  body: Body
  text: string
}

type Read = [body: Body, text: string]

/** A decoder that has come to the end of a text, and can begin another: to make one costs more than to use it. */
let idle: TextDecoder | undefined

/** What the bytes of a body come to: `add` takes a piece and gives what it is already known to be, `end` says what it is. */
const gather = () => {
  const decoder = idle ?? new TextDecoder('utf-8', { fatal: true })
  idle = undefined
  let text = ''
  let bytes = 0
  const decoded = (piece?: Uint8Array<ArrayBuffer> | ArrayBuffer): Read | undefined => {
    try {
      text += piece ? decoder.decode(piece, { stream: true }) : decoder.decode()
    } catch {
      return [Body.NotUtf8, '']
    }
    return undefined
  }
  return {
    add(piece: Uint8Array<ArrayBuffer> | ArrayBuffer): Read | undefined {
      // What is no bytes is nothing that a body can hold.
      if (typeof piece?.byteLength !== 'number') return [Body.Cut, '']
      bytes += piece.byteLength
      return bytes > MAX_BYTES ? [Body.TooLarge, ''] : decoded(piece)
    },
    // Decoding fails where the last character is incomplete.
    end(): Read {
      const failed = decoded()
      if (!failed) idle = decoder
      return failed ?? [Body.Text, text]
    },
  }
}

const readBody = async (answer: Response): Promise<Read> => {
  try {
    const { body } = answer
    if (body === null) return [Body.Text, '']
    const { add, end } = gather()
    // Polyfills of `fetch` have no stream.
    if (!body) return add(await answer.arrayBuffer()) ?? end()
    const reader = body.getReader()
    // Piece by piece, so that an endless answer does not fill the memory before its size is known.
    for (;;) {
      const { done, value } = await reader.read()
      const read = done === true ? end() : add(value as Uint8Array<ArrayBuffer>)
      if (read) return read
    }
  } catch {
    // A body that someone has read already is as good as cut.
    return [Body.Cut, '']
  }
}

const headersOf = ({ headers }: Response): Reply['headers'] => {
  const header = (name: string) => {
    const value = attempt(() => headers.get(name))
    return typeof value === 'string' ? value : null
  }
  return [header('content-type'), header('x-request-id'), header('retry-after'), header('ratelimit-reset')]
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
    const init: RequestInit = {
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
    }
    if (body !== undefined) init.body = body
    const answer = await (custom ? custom(url, init) : fetch(url, init))
    const status = attempt(() => answer.status)
    if (typeof status !== 'number') return null
    const [kind, text] = await readBody(answer)
    // What was not read to its end still comes in, and would keep its connection.
    if (kind !== Body.Text) attempt(() => controller?.abort())
    isOver = true
    return {
      status,
      isHiddenRedirect: attempt(() => answer.type) === 'opaqueredirect',
      headers: headersOf(answer),
      body: kind,
      text,
    }
  }
  return { reply: send(), stop: () => isOver || controller?.abort() }
}
