// Handlers for Mock Service Worker: a production URL is answered by an emulated realm.

import { http, HttpResponse, type HttpHandler } from 'msw'
import type { EmulatedRealm } from './types'

/**
 * Handlers that have a realm answer everything that is sent to a LoginRocket URL, such as
 * `https://example.e1.loginrocket.com/`. Give them to `setupServer` or `setupWorker`.
 */
export const handlers = (url: string | URL, realm: Pick<EmulatedRealm, 'url' | 'fetch'>): HttpHandler[] => {
  const root = new URL('/', url)
  return [
    http.all(`${root.origin}/*`, async ({ request }) => {
      const asked = new URL(request.url)
      const to = new URL(asked.pathname.slice(1) + asked.search, realm.url)
      const { method, headers } = request
      const bodiless = method === 'GET' || method === 'HEAD'
      try {
        // Where it came from decides nothing here: the page asks the production URL, and CORS is the browser's affair with that.
        const sent = new Headers(headers)
        for (const name of ['origin', 'host', 'content-length']) sent.delete(name)
        const body = bodiless ? undefined : new Uint8Array(await request.arrayBuffer())
        const response = await realm.fetch(to.href, { method, headers: sent, signal: request.signal, ...(body && { body }) })
        const readable = new Headers(response.headers)
        readable.set('access-control-allow-origin', headers.get('origin') ?? '*')
        readable.set('access-control-expose-headers', 'Retry-After, Ratelimit-Limit, Ratelimit-Remaining, Ratelimit-Reset, X-Request-ID')
        return new Response(response.body, { status: response.status, headers: readable })
      } catch {
        // A scripted fault: to the page it is a network that failed.
        return HttpResponse.error()
      }
    }),
  ]
}
