// What the tests of the script host share: where it is, a small web server, the emulator.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { after, before } from 'node:test'
import { given, startBrowser } from '../support/browser.mjs'


/** The folder in which the package is made. */
const made = given('LOGINROCKET_MADE')
/** The module. */
export const module = join(made, 'wasm/loginrocket_wasm_bg.wasm')
/** What is around it. */
export const glue = join(made, 'src/glue.js')
/** The published script. */
export const script = fileURLToPath(new URL('../../pkg/dist/index.js', import.meta.url))
/** The emulator's ready line. */
export const emulator = JSON.parse(given('LOGINROCKET_EMULATOR'))
/** The person whom every new emulator knows. */
export const person = { email: 'ada@example.com', password: 'engine-of-1843' }

/** Serves an empty page and the script. */
async function serve() {
  const server = createServer(async (request, response) => {
    const isScript = request.url === '/index.js'
    response.setHeader('Content-Type', isScript ? 'text/javascript; charset=utf-8' : 'text/html')
    response.end(isScript ? await readFile(script) : '<!doctype html><title>t</title>')
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  }
}

let browser
let site

/** Starts what the tests of a file share; to be called once in each. */
export function useBrowser() {
  before(async () => {
    site = await serve()
    browser = await startBrowser()
  })
  after(async () => {
    await browser?.close()
    await site?.close()
  })
}

/**
 * Runs a function in a fresh page that has the package as `lib`, and the memory of every instance in `memories`; `watch` is given the
 * page before.
 */
export async function inPage(run, given = {}, watch = undefined) {
  const page = await browser.newPage()
  try {
    await page.goto(site.origin)
    await watch?.(page)
    return await page.evaluate(
      async ([source, all]) => {
        const memories = []
        const Own = WebAssembly.Instance
        WebAssembly.Instance = function (...sources) {
          const instance = new Own(...sources)
          memories.push(instance.exports.memory)
          return instance
        }
        const lib = await import('/index.js')
        const makes = new Function(`return (${source})`)()
        return makes({ lib, memories, ...all })
      },
      [run.toString(), { url: emulator.loginrocket, person, ...given }],
    )
  } finally {
    await page.close()
  }
}
