// A web server for what is deployed as it is: files.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { emulator, installed } from '../../support.mjs';
import { apps } from './tool.mjs';

const kinds = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

/** What the examples call the realm, as the docs do; tools that know variables get it by one. */
export const SAMPLE = 'https://SAMPLE.e2.loginrocket.com/';

/** What stands in pages for the digest of the script that they load, which every build changes. */
const DIGEST = 'sha384-DIGEST';

const digests = JSON.parse(await readFile(join(installed, 'dist/integrity.json'), 'utf8'));

/** A file below a folder of the apps, with the emulator's address and a digest in the places of the samples. */
async function fileOf(folder, path) {
  const file = normalize(path).replace(/\/$/, '/index.html');
  const content = await readFile(join(apps, folder, file));
  const kind = kinds[extname(file)] ?? 'application/octet-stream';
  // What is installed is served to the letter, or it would not have its digest any more.
  if (!kind.startsWith('text/') || file.includes('node_modules')) return { kind, content };
  const text = content.toString().replaceAll(SAMPLE, emulator.loginrocket).replaceAll(DIGEST, digests['loginrocket.global.js']);
  return { kind, content: text };
}

/** Serves a folder of the apps; `headers` gives those of a path and a query. */
export async function serveFolder(folder, headers = () => {}) {
  const server = createServer(async (request, response) => {
    const { pathname, search } = new URL(request.url, 'http://localhost');
    const path = decodeURIComponent(pathname);
    try {
      const { kind, content } = await fileOf(folder, path);
      response.writeHead(200, { 'Content-Type': kind, ...headers(path, search) }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://localhost:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
