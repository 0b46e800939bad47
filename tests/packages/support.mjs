// What the tests of the package share: where things are, a small web server, a browser.
import { createServer } from 'node:http';
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { promisify } from 'node:util';

function variable(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run these tests with \`cargo xtask test --only package\``);
  return value;
}

/** An empty folder in which the tarball was installed with npm. */
export const consumer = variable('LOGINROCKET_INSTALLED');
/** The package as it is installed there. */
export const installed = join(consumer, 'node_modules/loginrocket-wasm');
/** The emulator's ready line. */
export const emulator = JSON.parse(variable('LOGINROCKET_EMULATOR'));
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

const kinds = { '.js': 'text/javascript', '.html': 'text/html' };

/** Serves the installed package under `/pkg/` and the given pages, each `{ body, csp }`, on a loopback origin. */
export async function serve(pages) {
  const server = createServer(async (request, response) => {
    const page = pages[request.url];
    try {
      const body = page?.body ?? (await readFile(join(installed, request.url.replace(/^\/pkg\//, ''))));
      response.setHeader('Content-Type', kinds[extname(request.url)] ?? 'text/html');
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

/** Starts the browser that the tests were given. */
export function startBrowser() {
  const { chromium } = createRequire(join(variable('LOGINROCKET_TOOLS'), 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: variable('CHROME'),
    // Chromium's sandbox cannot be used by root, which is what a container's tests run as.
    chromiumSandbox: process.getuid?.() !== 0,
  });
}
