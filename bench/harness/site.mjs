// The app's own origin: a page, and scripts as a production server would send them, compressed beforehand.
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { compress } from './bundle.mjs';

const kinds = { '.js': 'text/javascript', '.html': 'text/html', '.wasm': 'application/wasm' };

const blank = '<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title></html>';

/** A page that starts a script as soon as it can. */
export const pageWith = (script) =>
  Buffer.from(blank.replace('</html>', `<script type="module" src="${script}"></script></html>`));

/** Serves the files, each under its path, and an empty page at `/`. */
export async function serve(files) {
  const ready = new Map();
  for (const [path, bytes] of Object.entries({ '/': Buffer.from(blank), ...files })) {
    ready.set(path, { bytes, ...compress(bytes) });
  }
  const server = createServer((request, response) => {
    const path = request.url.split('?')[0];
    const file = ready.get(path);
    if (!file) {
      response.writeHead(404).end();
      return;
    }
    const encoding = ['br', 'gzip'].find((name) => request.headers['accept-encoding']?.includes(name));
    response.writeHead(200, {
      'content-type': kinds[extname(path)] ?? 'text/html',
      ...(encoding && { 'content-encoding': encoding }),
      'cache-control': 'no-store',
      // An isolated page gets a clock with a resolution of five microseconds.
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(encoding ? file[encoding] : file.bytes);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
