// `fetch`, to the end of the answer. What comes back may be a real answer, one of another realm, a polyfill's, or nothing
// of the kind: it is known by its members. Whatever a browser throws or rejects with, it says the same: no answer.
import { quietly, task } from './task.js'

// The members of `Headers`, in their order.
const HEADERS = ['content-type', 'x-request-id', 'retry-after', 'ratelimit-reset']

// The kinds of `Body`, in their order.
const EMPTY = 0
const OBJECT = 1
const OTHER_JSON = 2
const NOT_JSON = 3
const NOT_UTF8 = 4
const TOO_LARGE = 5
const CUT = 6

/** What a text is as a body: its kind, and the object that it holds. */
export const parsed = (text) => {
  if (!text.trim()) return [EMPTY]
  try {
    const value = JSON.parse(text)
    return value && typeof value === 'object' && !Array.isArray(value) ? [OBJECT, value] : [OTHER_JSON]
  } catch {
    return [NOT_JSON]
  }
}

/** Reads a body to its end, or to where it stops being an answer; whoever made the request ends it then. */
const read = async (answer, most) => {
  try {
    const { body } = answer
    if (body === null) return [EMPTY]
    const decoder = new TextDecoder('utf-8', { fatal: true })
    let text = ''
    let bytes = 0
    const add = (piece) => {
      // What is no bytes is nothing that a body can hold.
      if (typeof piece.byteLength !== 'number') return [CUT]
      bytes += piece.byteLength
      if (bytes > most) return [TOO_LARGE]
      try {
        text += decoder.decode(piece, { stream: true })
      } catch {
        return [NOT_UTF8]
      }
    }
    if (body) {
      const reader = body.getReader()
      // Piece by piece, so that an endless answer does not fill the memory before its size is known.
      for (;;) {
        const { done, value } = await reader.read()
        if (done === true) break
        const broken = add(value)
        if (broken) return broken
      }
    } else {
      // Polyfills of `fetch` have no stream.
      const broken = add(await answer.arrayBuffer())
      if (broken) return broken
    }
    try {
      // Fails where the last character is incomplete.
      decoder.decode()
    } catch {
      return [NOT_UTF8]
    }
    return parsed(text)
  } catch {
    // A body that someone has read already is as good as cut.
    return [CUT]
  }
}

export const http = {
  /**
   * Sends a request, by `fetch` or what is put in its place. Comes to null without an answer, to undefined if what comes
   * is none, and to status, whether it is a hidden redirect, the named headers, kind of body, and the object in it.
   */
  send: (custom, method, url, headers, body, keepalive, most) =>
    task((done) => {
      const controller = new AbortController()
      const init = {
        method,
        headers,
        body,
        keepalive,
        // Other methods are never answered by a cache, and a browser that is told so asks for leave before each of them.
        cache: method === 'GET' ? 'no-store' : 'default',
        credentials: 'omit',
        redirect: 'manual',
        referrerPolicy: 'no-referrer',
        signal: controller.signal,
      }
      const exchange = async () => {
        const answer = await (custom ? custom(url, init) : fetch(url, init))
        const status = quietly(() => answer.status)
        if (typeof status !== 'number') return undefined
        const isHidden = quietly(() => answer.type) === 'opaqueredirect'
        const heads = HEADERS.map((name) => quietly(() => answer.headers.get(name)))
        return [status, isHidden, ...heads, ...(await read(answer, most))]
      }
      exchange().then(done, () => done(null))
      return () => controller.abort()
    }),
}
