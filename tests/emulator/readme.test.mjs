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

test('pkg/README.md: the calls are made as they are shown', async () => {
  const { emulator, stop } = await inProduction();
  try {
    const run = new AsyncFunction('lr', 'email', 'password', `${await example('pkg/README.md', 'The calls')}\nreturn answer`);
    const lr = new LoginRocket({ url: SAMPLE, timeoutMs: 600_000 });
    assert.equal((await run(lr, person.email, person.password)).next, 'done');
    assert.equal((await run(lr, person.email, 'not it')).code, 'validation_failed');
    await emulator.settings({ totp: true });
    const eve = { email: 'eve@example.com', password: 'a-good-password', totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' };
    await emulator.addPerson(eve);
    assert.equal((await run(lr, eve.email, eve.password)).next, 'verify');
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

/** A page whose requests to the sample URL a realm of its own answers, and which runs an example. */
const pageWith = async (code) => {
  const emulator = await createEmulator();
  const page = await browser.newPage();
  await page.route(`${SAMPLE.toLowerCase()}**`, async (route) => {
    const request = route.request();
    const body = request.postDataBuffer();
    const { host: _, ...headers } = await request.allHeaders();
    const to = request.url().replace(SAMPLE.toLowerCase(), emulator.url);
    const response = await emulator.fetch(to, { method: request.method(), headers, ...(body && { body: new Uint8Array(body) }) });
    await route.fulfill({ status: response.status, headers: Object.fromEntries(response.headers), body: Buffer.from(await response.arrayBuffer()) });
  });
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.evaluate(
    async ([code, url]) => {
      const { LoginRocket } = await import('/sdk.js');
      /** A busy machine takes longer than a client waits by itself. */
      globalThis.Patient = class extends LoginRocket {
        constructor(options) {
          super({ ...options, timeoutMs: 600_000 });
        }
      };
      globalThis.lr = new Patient({ url, storage: 'local' });
      globalThis.orders = [];
      const { fetch } = globalThis;
      globalThis.fetch = async (...given) => {
        const response = await fetch(...given);
        if (new URL(response.url).pathname === '/api/orders') orders.push((await response.clone().text()).slice(0, 10));
        return response;
      };
      globalThis.example = (names) => {
        const run = new (async () => {}).constructor(...Object.keys(names), code);
        return run(...Object.values(names));
      };
    },
    [code, SAMPLE],
  );
  return { page, emulator };
};

test('README.md: the example signs in, tells the session, fetches with a token, and says what went wrong', async () => {
  const { page, emulator } = await pageWith(await example('README.md', 'Use'));
  const [good, bad] = await page.evaluate(async (ada) => {
    const run = async (password) => {
      const called = [];
      const name = (what) => (given) => called.push([what, typeof given]);
      const names = Object.fromEntries(['showApp', 'showSignIn', 'showCodeForm', 'showError'].map((what) => [what, name(what)]));
      await example({ LoginRocket: Patient, email: ada.email, password, ...names }).catch(() => {});
      // What it hears later belongs to later.
      return [...called];
    };
    const good = [await run(ada.password), [...orders]];
    await lr.session.signOut();
    return [good, await run('not it')];
  }, person);
  assert.deepEqual(good[0].at(-1), ['showApp', 'object']);
  assert.deepEqual(good[1], ['Bearer eyJ']);
  assert.deepEqual(bad.find(([what]) => what === 'showError'), ['showError', 'string']);
  await page.close();
  await emulator.stop();
});

test('pkg/README.md: the session is told, fetches with a token, and is signed out', async () => {
  const { page, emulator } = await pageWith(await example('pkg/README.md', 'The session'));
  const found = await page.evaluate(async (ada) => {
    await lr.login(ada);
    const states = [];
    await example({ lr, render: ({ state }) => states.push(state) });
    return [states[0], states.at(-1), orders];
  }, person);
  assert.deepEqual(found, ['signed_in', 'signed_out', ['Bearer eyJ']]);
  assert.deepEqual(await emulator.sessions(), []);
  await page.close();
  await emulator.stop();
});
