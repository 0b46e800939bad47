// The sockets: what comes in by HTTP, and faults that only a real connection can have.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import { EmulatorError } from './errors'
import { mostBytes, type Answer, type Asked, type Host } from './host'

/** How long a head and a body may take together. */
const REQUEST_LIMIT_MS = 30_000

export const isLoopback = (address: string): boolean => /^127\./.test(address) || address === '::1'

/** Listens; a port that cannot be had is told in a sentence. */
export const bind = (host: string, port: number, flag: string): Promise<Server> => {
  if (!isIP(host)) return Promise.reject(new EmulatorError(`${host}: expected an IP address or \`localhost\``))
  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS, headersTimeout: REQUEST_LIMIT_MS, noDelay: true })
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const sentence =
        error.code === 'EADDRINUSE'
          ? `port ${port} on ${host} is in use; choose another with ${flag}, or ${flag} 0 for any free one`
          : `cannot listen on ${host}, port ${port}: ${error.message}`
      reject(new EmulatorError(sentence, { cause: error }))
    })
    server.listen({ host, port, exclusive: true }, () => resolve(server))
  })
}

/** The URL of a server that listens. */
export const rootOf = (host: string, server: Server): { root: string; port: number } => {
  const { port } = server.address() as AddressInfo
  return { root: `http://${host.includes(':') ? `[${host}]` : host}:${port}/`, port }
}

/** The body, no more than one byte beyond the limit; what comes after that is thrown away, so that the sender hears the answer. */
const read = (request: IncomingMessage, most: number): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let length = 0
    const done = (): void => resolve(Buffer.concat(parts).subarray(0, most + 1))
    request.on('data', (part: Buffer) => {
      if (length > most) return
      parts.push(part)
      length += part.length
      if (length > most) done()
    })
    request.once('end', done)
    request.once('error', reject)
    request.once('close', () => reject(new EmulatorError('the sender went away')))
  })

const pairs = (raw: readonly string[]): [string, string][] => {
  const found: [string, string][] = []
  for (let at = 0; at + 1 < raw.length; at += 2) found.push([raw[at] ?? '', raw[at + 1] ?? ''])
  return found
}

const send = async (response: ServerResponse, { status, headers, body, delayMs, ending }: Answer): Promise<void> => {
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  if (ending === 'hang') return
  if (ending === 'cut') {
    response.destroy()
    return
  }
  const names = new Map<string, string[]>()
  for (const [name, value] of headers) names.set(name, [...(names.get(name) ?? []), value])
  for (const [name, values] of names) response.setHeader(name, values)
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length)
  response.statusCode = status
  if (ending === 'whole') {
    response.end(body)
    return
  }
  // What was written has to be on its way before the connection breaks.
  response.write(body.subarray(0, ending.breaksAfter), () => response.destroy())
}

/** Has the realms answer what comes in. */
export const serve = (server: Server, host: Host, core: boolean): void => {
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const answer = async (): Promise<void> => {
      const path = request.url ?? '/'
      const body = await read(request, mostBytes(path))
      const asked: Asked = {
        core,
        method: request.method ?? 'GET',
        path,
        headers: pairs(request.rawHeaders),
        body,
        address: request.socket.remoteAddress ?? '',
      }
      await send(response, await host.answer(asked))
    }
    answer().catch((error: unknown) => {
      if (response.headersSent || response.destroyed) {
        response.destroy()
        return
      }
      // A sender that went away hears nothing of it; whoever waits is told.
      response.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' })
      response.end(error instanceof EmulatorError ? `${error.message}\n` : 'the emulator failed\n')
    })
  })
}
