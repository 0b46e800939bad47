// Requests without a socket: what a caller gives to `fetch`, as the realm takes it, and the realm's answer as a `Response`.

import { EmulatorError } from './errors'
import { mostBytes, type Answer, type Asked, type Host } from './host'
import type { Fetch } from './types'

/** Where an emulator without a socket seems to be. */
export interface Roots {
  readonly url: string
  readonly core: string
}

type Body = NonNullable<RequestInit['body']>

/** Bytes of a body, with the media type that goes with it. Shims of pages have classes of their own, so classes are not asked for. */
const bytesOf = async (body: Body): Promise<[Uint8Array, string | undefined]> => {
  if (typeof body === 'string') return [new TextEncoder().encode(body), 'text/plain;charset=UTF-8']
  if (Object.prototype.toString.call(body) === '[object URLSearchParams]') {
    return [new TextEncoder().encode(String(body)), 'application/x-www-form-urlencoded;charset=UTF-8']
  }
  if (ArrayBuffer.isView(body)) return [new Uint8Array(body.buffer, body.byteOffset, body.byteLength), undefined]
  const response = new Response(body)
  return [new Uint8Array(await response.arrayBuffer()), response.headers.get('content-type') ?? undefined]
}

const isRequest = (input: unknown): input is Request => typeof input === 'object' && input !== null && 'headers' in input && 'url' in input

const pairsOf = (headers: RequestInit['headers']): [string, string][] => {
  if (!headers) return []
  if (Array.isArray(headers)) return headers.map(([name, value]) => [name ?? '', value ?? ''])
  if (typeof (headers as Headers).forEach === 'function') {
    const pairs: [string, string][] = []
    ;(headers as Headers).forEach((value, name) => pairs.push([name, value]))
    return pairs
  }
  return Object.entries(headers as Record<string, string>).map(([name, value]) => [name, String(value)])
}

/** A request as the realm takes it, and what calls it off. */
const read = async (roots: Roots, input: string | URL | Request, init: RequestInit): Promise<[Asked, AbortSignal | undefined]> => {
  const request = isRequest(input) ? input : undefined
  const url = new URL(request ? request.url : String(input), roots.url)
  const core = url.origin === new URL(roots.core).origin
  if (!core && url.origin !== new URL(roots.url).origin) {
    throw new EmulatorError(`this emulator is at ${roots.url} and at ${roots.core}, and was asked for ${url.origin}`)
  }
  const method = (init.method ?? request?.method ?? 'GET').toUpperCase()
  const headers = pairsOf(init.headers ?? request?.headers).filter(([name]) => name.toLowerCase() !== 'host')
  const given = init.body ?? undefined
  const [bytes, type] = given !== undefined ? await bytesOf(given) : request ? [new Uint8Array(await request.arrayBuffer()), undefined] : [new Uint8Array(), undefined]
  if (type && !headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push(['content-type', type])
  const asked: Asked = {
    core,
    method,
    path: url.pathname + url.search,
    headers: [['host', url.host], ...headers],
    body: bytes.subarray(0, mostBytes(url.pathname) + 1),
    address: '127.0.0.1',
  }
  return [asked, init.signal ?? request?.signal ?? undefined]
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** How a broken connection looks to a caller of `fetch`. */
const broken = (): TypeError => new TypeError('fetch failed: the connection broke, as scripted')

/** Statuses with which a `Response` cannot have a body. */
const BODILESS = [101, 204, 205, 304]

const responseOf = async ({ status, headers, body, delayMs, ending }: Answer, method: string): Promise<Response> => {
  if (delayMs > 0) await wait(delayMs)
  if (ending === 'hang') return new Promise(() => {})
  if (ending === 'cut') throw broken()
  const init = { status, headers: headers.map(([name, value]) => [name, value] as [string, string]) }
  if (method === 'HEAD' || BODILESS.includes(status)) return new Response(null, init)
  if (ending === 'whole') return new Response(body, init)
  const part = body.subarray(0, ending.breaksAfter)
  let sent = false
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent) controller.error(broken())
      else controller.enqueue(part)
      sent = true
    },
  })
  return new Response(stream, init)
}

/** `fetch` to an emulator without a socket. */
export const fetchOf = (host: Host, roots: Roots): Fetch => {
  return async (input, init = {}) => {
    const [asked, signal] = await read(roots, input, init)
    const reason = (): unknown => signal?.reason ?? new DOMException('This operation was aborted', 'AbortError')
    if (signal?.aborted) throw reason()
    const answered = host.answer(asked).then((answer) => responseOf(answer, asked.method))
    if (!signal) return answered
    return new Promise((resolve, reject) => {
      const abort = (): void => reject(reason())
      signal.addEventListener('abort', abort, { once: true })
      answered.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
    })
  }
}
