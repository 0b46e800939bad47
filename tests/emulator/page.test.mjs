// The emulator in a page: no server, no socket, one module beside one script.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { packages, person } from './support.mjs';
import { startBrowser } from '../support/browser.mjs';

const files = {
  '/emulator/browser.js': ['loginrocket-emulator/dist/browser.js', 'text/javascript'],
  '/emulator/realms.wasm': ['loginrocket-emulator/dist/realms.wasm', 'application/wasm'],
  '/sdk.js': ['loginrocket-wasm/dist/index.js', 'text/javascript'],
};

let server;
let browser;
before(async () => {
  server = createServer(async ({ url }, response) => {
    const [file, type] = files[url] ?? [];
    response.setHeader('content-type', type ?? 'text/html');
    response.end(file ? await readFile(join(packages, file)) : '<!doctype html><title>t</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

test('a page signs a person in at a realm of its own', async () => {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  const found = await page.evaluate(async (ada) => {
    const { createEmulator, startEmulator } = await import('/emulator/browser.js');
    const { LoginRocket } = await import('/sdk.js');
    const emulator = await createEmulator();
    const answer = await new LoginRocket({ url: emulator.url, fetch: emulator.fetch, timeoutMs: 600_000 }).login(ada);
    const refusal = await startEmulator().catch((error) => error.message);
    const sessions = (await emulator.sessions()).length;
    await emulator.stop();
    return [answer.result, sessions, refusal];
  }, person);
  assert.deepEqual(found.slice(0, 2), ['full_login', 1]);
  assert.match(found[2], /needs Node/);
});
