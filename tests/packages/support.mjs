// What the tests of the package share: where things are, a small web server, the browser of all tests.
import { createServer } from 'node:http';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';
import { given } from '../support/browser.mjs';

export { startBrowser } from '../support/browser.mjs';

/** An empty folder in which the tarball was installed with npm. */
export const consumer = given('LOGINROCKET_INSTALLED');
/** The package as it is installed there. */
export const installed = join(consumer, 'node_modules/loginrocket-wasm');
/** The emulator's ready line. */
export const emulator = JSON.parse(given('LOGINROCKET_EMULATOR'));
/** The person whom every new emulator knows. */
export const person = { email: 'ada@example.com', password: 'engine-of-1843' };

/** Runs a script with Node in the consumer's folder; gives what it printed, as JSON. */
export async function runInNode(script, kind) {
  const { stdout } = await promisify(execFile)(process.execPath, [`--input-type=${kind}`, '--eval', script], {
    cwd: consumer,
    timeout: 30_000,
  });
  return JSON.parse(stdout);
}

const kinds = { '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm', '.json': 'application/json' };

/** Serves the installed package under `/pkg/` and the given pages, each `{ body, csp }`, on a loopback origin. */
export async function serve(pages) {
  const server = createServer(async (request, response) => {
    // What a page does with its query is its own affair.
    const { pathname } = new URL(request.url, 'http://localhost');
    const page = pages[pathname];
    try {
      const body = page?.body ?? (await readFile(join(installed, pathname.replace(/^\/pkg\//, ''))));
      response.setHeader('Content-Type', kinds[extname(pathname)] ?? 'text/html');
      if (page?.csp) response.setHeader('Content-Security-Policy', page.csp);
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
