// What the tests of the script host share: where it is, a small web server, the emulator.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { given } from '../support/browser.mjs'

export { startBrowser } from '../support/browser.mjs'

/** The folder with `index.js`, `engine.wasm` and `glue.js`. */
export const folder = given('LOGINROCKET_HOST')
/** The emulator's ready line. */
export const emulator = JSON.parse(given('LOGINROCKET_EMULATOR'))
/** The person whom every new emulator knows. */
export const person = { email: 'ada@example.com', password: 'engine-of-1843' }

/** Serves an empty page and the script. */
export async function serve() {
  const server = createServer(async (request, response) => {
    const isScript = request.url === '/index.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html')
    response.end(isScript ? await readFile(join(folder, 'index.js')) : '<!doctype html><title>t</title>')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}
