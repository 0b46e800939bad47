// The emulator in a page: no server, no socket, one module beside one script. In every engine that is installed; who starts the tests
// says which are not.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packages, person } from './support.mjs';
import { engines } from '../engines/support/engines.mjs';

const files = {
  '/emulator/browser.js': ['loginrocket-emulator/dist/browser.js', 'text/javascript'],
  '/emulator/realms.wasm': ['loginrocket-emulator/dist/realms.wasm', 'application/wasm'],
  '/sdk.js': ['loginrocket-wasm/dist/index.js', 'text/javascript'],
};

const scripts = {
  '/worker.js': `
    import { createEmulator } from '/emulator/browser.js';
    import { LoginRocket } from '/sdk.js';
    const emulator = await createEmulator();
    const lr = new LoginRocket({ url: emulator.url, fetch: emulator.fetch, timeoutMs: 600_000 });
    postMessage((await lr.login(${JSON.stringify(person)})).result);`,
  // A page that is controlled by it needs no option for the emulator at all.
  '/service-worker.js': `
    import { createEmulator } from '/emulator/browser.js';
    const emulator = createEmulator();
    addEventListener('install', (event) => event.waitUntil(emulator.then(() => skipWaiting())));
    addEventListener('activate', (event) => event.waitUntil(clients.claim()));
    addEventListener('fetch', (event) => {
      if (event.request.url.startsWith('http://localhost:4400/')) {
        event.respondWith(emulator.then(({ handle }) => handle(event.request)));
      }
    });`,
};

let server;
let origin;
before(async () => {
  server = createServer(async ({ url }, response) => {
    const [file, type] = files[url] ?? [];
    response.setHeader('content-type', type ?? (scripts[url] ? 'text/javascript' : 'text/html'));
    response.end(file ? await readFile(join(packages, file)) : (scripts[url] ?? '<!doctype html><title>t</title>'));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${server.address().port}/`;
});
after(() => server?.close());

for (const engine of engines) {
  test(`${engine.name}: a page and a worker sign a person in at realms of their own`, async () => {
    const browser = await engine.start();
    try {
      const page = await browser.open(origin);
      const inPage = await page.evaluate(async (ada) => {
        const { createEmulator, startEmulator } = await import('/emulator/browser.js');
        const { LoginRocket } = await import('/sdk.js');
        const emulator = await createEmulator();
        const lr = new LoginRocket({ url: emulator.url, fetch: emulator.fetch, timeoutMs: 600_000 });
        const found = [(await lr.login(ada)).result];
        await lr.forgotPassword({ email: ada.email });
        found.push((await emulator.mails())[0].kind);
        const snapshot = await emulator.snapshot();
        await emulator.endSessions();
        await emulator.restore(snapshot);
        found.push((await emulator.sessions()).length);
        await emulator.script({ path: '/v2/login', count: 1, cut: true });
        found.push((await lr.login(ada)).code);
        await emulator.stop();
        found.push(await emulator.people().catch((error) => error.name));
        return [...found, await startEmulator().catch((error) => error.message)];
      }, person);
      assert.deepEqual(inPage.slice(0, 5), ['full_login', 'password_reset', 1, 'network_error', 'EmulatorError']);
      assert.match(inPage[5], /needs Node/);
      const inWorker = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const worker = new Worker('/worker.js', { type: 'module' });
            worker.onmessage = ({ data }) => resolve(data);
            worker.onerror = (error) => resolve(String(error.message));
          }),
      );
      assert.equal(inWorker, 'full_login');
    } finally {
      await browser.close();
    }
  });
}

test('Chromium: a service worker answers a page that knows of no emulator', async () => {
  const browser = await engines.find(({ name }) => name === 'Chromium').start();
  try {
    const page = await browser.open(origin);
    const found = await page.evaluate(async (ada) => {
      await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
      if (!navigator.serviceWorker.controller) {
        await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve));
      }
      const { LoginRocket } = await import('/sdk.js');
      const lr = new LoginRocket({ url: 'http://localhost:4400/', timeoutMs: 600_000 });
      const { result } = await lr.login(ada);
      const { people } = await (await fetch('http://localhost:4400/_emulator/people')).json();
      return [result, people[0].sessions];
    }, person);
    assert.deepEqual(found, ['full_login', 1]);
  } finally {
    await browser.close();
  }
});
