// The examples of both READMEs of the SDK, to the letter, on realms without a socket: in Node at the production URL that they name, by
// the handlers for MSW, and in a page, whose requests to that URL a realm answers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { createEmulator, installed, LoginRocket, packages, person } from './support.mjs';
import { startBrowser } from '../support/browser.mjs';

const SAMPLE = 'https://SAMPLE.e2.loginrocket.com/';
const AsyncFunction = (async () => {}).constructor;

/** The first example below a heading, without what imports the SDK. */
const example = async (file, heading) => {
  const page = await readFile(new URL(`../../${file}`, import.meta.url), 'utf8');
  const [, code] = /```js\n([^]*?)```/.exec(page.slice(page.indexOf(`\n## ${heading}\n`)));
  return code.replace("import { LoginRocket } from 'loginrocket-wasm'\n", '');
};

/** Has Node's requests to the sample URL answered by a realm. */
const inProduction = async () => {
  const load = (name) => import(pathToFileURL(createRequire(join(installed, 'x.js')).resolve(name)));
  const { setupServer } = await load('msw/node');
  const { handlers } = await load('loginrocket-emulator/msw');
  const emulator = await createEmulator();
  const server = setupServer(...handlers(SAMPLE, emulator));
  server.listen({ onUnhandledRequest: 'error' });
  return { emulator, stop: () => Promise.all([server.close(), emulator.stop()]) };
};

test('README.md: the example signs in, asks for a code, and says what went wrong', async () => {
  const { emulator, stop } = await inProduction();
  try {
    const code = await example('README.md', 'Use');
    const called = [];
    const name = (what) => (given) => called.push([what, typeof given]);
    const names = ['useToken', 'askForCode', 'showError', 'openHostedPages'];
    const run = new AsyncFunction('LoginRocket', 'email', 'password', ...names, code);
    const signIn = (password) => run(LoginRocket, person.email, password, ...names.map(name));
    await signIn(person.password);
    await signIn('not it');
    await emulator.settings({ org_mode: 'multi_user' });
    await signIn(person.password);
    await emulator.settings({ org_mode: 'single_user', totp: true });
    const eve = { email: 'eve@example.com', password: person.password, totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' };
    await emulator.addPerson(eve);
    await run(LoginRocket, eve.email, eve.password, ...names.map(name));
    assert.deepEqual(called, [['useToken', 'string'], ['showError', 'string'], ['openHostedPages', 'object'], ['askForCode', 'string']]);
  } finally {
    await stop();
  }
});

test('pkg/README.md: the calls are made as they are shown', async () => {
  const { stop } = await inProduction();
  try {
    const run = new AsyncFunction('LoginRocket', 'password', `${await example('pkg/README.md', 'The calls')}\nreturn answer`);
    assert.equal((await run(LoginRocket, person.password)).next, 'done');
    assert.equal((await run(LoginRocket, 'not it')).code, 'validation_failed');
  } finally {
    await stop();
  }
});

let server;
let browser;
before(async () => {
  server = createServer(async ({ url, headers }, response) => {
    if (url === '/sdk.js') {
      response.setHeader('content-type', 'text/javascript').end(await readFile(join(packages, 'loginrocket-wasm/dist/index.js')));
    } else if (url === '/api/orders') {
      response.end(headers.authorization ?? '');
    } else {
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>t</title>');
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  server?.close();
});

/** A page whose requests to `url` a realm of its own answers. */
const pageAt = async (url) => {
  const emulator = await createEmulator();
  const page = await browser.newPage();
  await page.route(`${url.toLowerCase()}**`, async (route) => {
    const request = route.request();
    const body = request.postDataBuffer();
    const { host: _, ...headers } = await request.allHeaders();
    const to = request.url().replace(new URL(url).origin + '/', emulator.url);
    const response = await emulator.fetch(to, { method: request.method(), headers, ...(body && { body: new Uint8Array(body) }) });
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  return { page, emulator };
};

test('pkg/README.md: the session is told, fetches with a token, and is signed out', async () => {
  const { page, emulator } = await pageAt(SAMPLE);
  const code = await example('pkg/README.md', 'The session');
  const found = await page.evaluate(
    async ([code, url, ada]) => {
      const { LoginRocket } = await import('/sdk.js');
      const first = new LoginRocket({ url, storage: 'local', timeoutMs: 600_000 });
      await first.login(ada);
      const states = [];
      const sent = [];
      const { fetch } = globalThis;
      globalThis.fetch = async (...given) => {
        const response = await fetch(...given);
        if (new URL(response.url).pathname === '/api/orders') sent.push(await response.clone().text());
        return response;
      };
      const run = new (async () => {}).constructor('LoginRocket', 'render', code);
      await run(LoginRocket, ({ state }) => states.push(state));
      return [states.at(-1), sent.map((text) => text.slice(0, 10)), first.session.snapshot.state];
    },
    [code, SAMPLE, person],
  );
  assert.deepEqual(found, ['signed_out', ['Bearer eyJ'], 'signed_out']);
  assert.deepEqual(await emulator.sessions(), []);
  await emulator.stop();
});

test('pkg/README.md: a token is verified, and the hosted pages are led to', async () => {
  const { page, emulator } = await pageAt('http://localhost:4400/');
  const code = await example('pkg/README.md', 'Tokens');
  const [trusted, name, led] = await page.evaluate(
    async ([code, url, ada]) => {
      const { LoginRocket } = await import('/sdk.js');
      const lr = new LoginRocket({ url, timeoutMs: 600_000 });
      const { token: jwt } = await lr.login(ada);
      let led;
      const run = new (async () => {}).constructor('lr', 'jwt', 'location', `${code}\nreturn token`);
      const { trusted, user } = await run(lr, jwt, { assign: (to) => (led = String(to)) });
      return [trusted, user.name, led];
    },
    [code, emulator.url, person],
  );
  assert.deepEqual([trusted, name], [true, 'Ada Lovelace']);
  assert.ok(led.startsWith(`${emulator.url}login`));
  await emulator.stop();
});
