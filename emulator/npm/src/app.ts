// The app listener: static folders under an origin of their own, so that a page's calls to the realm are truly cross-origin, under
// a policy as strict as a careful site would send.

import { createReadStream } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { extname, join, sep } from 'node:path'
import { EmulatorError } from './errors'

/** A folder and the path it is served under, which ends with a slash only if it is `/`. */
export interface Mount {
  readonly path: string
  readonly dir: string
}

export const mountOf = (text: string): Mount => {
  const at = text.indexOf('=')
  if (at < 0) throw new EmulatorError(`--app ${text}: expected PATH=DIR, such as /=www`)
  const path = text.slice(0, at)
  if (!path.startsWith('/')) throw new EmulatorError(`--app ${text}: the path has to begin with a slash`)
  return { path: path.replace(/\/+$/, '') || '/', dir: text.slice(at + 1) }
}

export const checkMount = async ({ path, dir }: Mount): Promise<void> => {
  const found = await stat(dir).catch(() => undefined)
  if (!found?.isDirectory()) throw new EmulatorError(`${dir} (for --app ${path}) is not a folder`)
}

const TYPES: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.cjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css',
  '.cts': 'application/typescript',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.mts': 'application/typescript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'application/typescript',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}

const message = (response: ServerResponse, status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) }).end(text)
}

/** The rest of a path below a mount, beginning with a slash; empty for the mount itself. */
const below = (path: string, mount: string): string | undefined => {
  if (mount === '/') return path
  if (!path.startsWith(mount)) return undefined
  const rest = path.slice(mount.length)
  return rest === '' || rest.startsWith('/') ? rest : undefined
}

/** The file that a path names in a folder. A symbolic link is followed to elsewhere in the folder, and no further. */
const find = async (dir: string, path: string): Promise<string | undefined> => {
  try {
    const folder = await realpath(dir)
    let file = join(folder, path)
    if ((await stat(file)).isDirectory()) file = join(file, 'index.html')
    const real = await realpath(file)
    return real.startsWith(folder.endsWith(sep) ? folder : folder + sep) && (await stat(real)).isFile() ? real : undefined
  } catch {
    return undefined
  }
}

/** Serves folders beside a LoginRocket URL. `demo` tells the page about the demo person. */
export const serveApp = (server: Server, mounts: readonly Mount[], loginrocket: string, demo: boolean): void => {
  // The longest path first: `/pkg` goes before `/`.
  const sorted = [...mounts].sort((one, other) => other.path.length - one.path.length)
  const origin = new URL(loginrocket).origin
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; " +
    `connect-src 'self' ${origin}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; ` +
    "require-trusted-types-for 'script'"
  // The demo person of the built-in seed. A documented constant, not a secret.
  const person = demo ? { email: 'ada@example.com', password: 'engine-of-1843' } : null
  const description = JSON.stringify({ loginrocket, inbox: `${loginrocket}_emulator/`, person })

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('cache-control', 'no-cache')
    if (request.method !== 'GET' && request.method !== 'HEAD') return message(response, 405, 'only GET and HEAD\n')
    const path = (request.url ?? '/').replace(/[?#].*$/s, '')
    if (path === '/emulator.json') return message(response, 200, description, 'application/json')
    let decoded: string
    try {
      decoded = decodeURIComponent(path)
    } catch {
      return message(response, 404, 'not found\n')
    }
    if (decoded.includes('\0') || decoded.split(/[/\\]/).some((segment) => segment.startsWith('.'))) return message(response, 404, 'not found\n')
    for (const mount of sorted) {
      const rest = below(decoded, mount.path)
      if (rest === undefined) continue
      if (rest === '') {
        // A folder without its slash would resolve the page's relative links one level too high.
        response.writeHead(308, { location: `${path}/` }).end()
        return
      }
      const file = await find(mount.dir, rest)
      if (!file) break
      response.setHeader('content-type', TYPES[extname(file).toLowerCase()] ?? 'application/octet-stream')
      response.setHeader('content-length', (await stat(file)).size)
      if (request.method === 'HEAD') response.end()
      else createReadStream(file).on('error', () => response.destroy()).pipe(response)
      return
    }
    message(response, 404, 'not found\n')
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    answer(request, response).catch(() => response.destroy())
  })
}
