// The package on pages without tools, under their policies, and in workers, in every engine.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { emulator, person } from '../packages/support.mjs';
import { serveFolder } from '../packages/apps/support/site.mjs';
import { leave, submit, untilState } from './support/app.mjs';
import { inEveryEngine } from './support/engines.mjs';

const connect = `connect-src 'self' ${new URL(emulator.loginrocket).origin}`;
const strict = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  'img-src data:',
  connect,
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');
const policies = {
  '/plain/?strict': strict,
  '/external/?strict': strict,
  '/workers/?blocked': `default-src 'none'; script-src 'self'; ${connect}`,
};

let site;

before(async () => {
  site = await serveFolder('.', (path, query) => {
    const policy = policies[path + query];
    const [, encoding] = /^\?in=(.+)/.exec(query) ?? [];
    return {
      // A frame without an origin of its own may read scripts only where they say so.
      'Access-Control-Allow-Origin': '*',
      ...(policy && { 'Content-Security-Policy': policy }),
      ...(encoding && { 'Content-Type': `text/html; charset=${encoding}` }),
    };
  });
});

after(() => site?.close());

async function useForm(page, { email, password, name }) {
  await untilState(page, 'signed_out');
  await submit(page, { email, password });
  assert.equal(await untilState(page, 'signed_in'), name);
  await leave(page);
  await untilState(page, 'signed_out');
}

for (const [row, path] of [
  ['Module script, no tool', '/plain/'],
  ['`./external`, no tool', '/external/'],
  ['Strict policy with Trusted Types', '/plain/?strict'],
  ['Strict policy with Trusted Types, `./external`', '/external/?strict'],
]) {
  inEveryEngine(row, async ({ open }) => {
    await useForm(await open(site.origin + path), { ...person, name: 'Ada Lovelace' });
  });
}

// A classic script is read as the page around it is, unless its server says otherwise. jQuery is beside it.
inEveryEngine('Classic script', async ({ open }) => {
  const stranger = { email: `jose-${crypto.randomUUID()}@example.com`, password: 'a good password' };
  const body = JSON.stringify({ ...stranger, first_name: 'José', last_name: '山田' });
  const headers = { 'Content-Type': 'application/json' };
  assert.ok((await fetch(`${emulator.loginrocket}v2/signup`, { method: 'POST', headers, body })).ok);
  for (const encoding of ['windows-1252', 'Shift_JIS']) {
    const page = await open(`${site.origin}/classic/?in=${encoding}`);
    await useForm(page, { ...stranger, name: 'José 山田' });
    const seen = await page.evaluate(() => {
      const { AccessDenied, LoginRocketError } = LoginRocket;
      const isClass = new AccessDenied('message', 'access_denied') instanceof LoginRocketError;
      return [document.characterSet, LoginRocket.name, isClass, typeof jQuery.fn.jquery];
    });
    assert.deepEqual(seen, [encoding, 'LoginRocket', true, 'string']);
  }
});

for (const [row, kind] of [
  ['Dedicated worker', 'inDedicatedWorker'],
  ['Shared worker', 'inSharedWorker'],
  ['Service worker', 'inServiceWorker'],
]) {
  inEveryEngine(row, async ({ open }) => {
    const page = await open(`${site.origin}/workers/`);
    const name = await page.evaluate(
      async ([ask, given]) => (await import('/workers/main.js'))[ask](given),
      [kind, person],
    );
    assert.equal(name, 'Ada Lovelace');
  });
}

inEveryEngine('WebAssembly blocked: an error that names the directive', async ({ open }) => {
  const page = await open(`${site.origin}/workers/?blocked`);
  const told = await page.evaluate(async () => {
    const lib = await import('/node_modules/loginrocket-wasm/dist/index.js');
    const external = await import('/node_modules/loginrocket-wasm/dist/external.js');
    const facts = (error) => [
      error instanceof lib.LoginRocketError,
      lib.isLoginRocketError(error),
      error.code,
      error.message,
    ];
    const seen = [];
    for (let i = 0; i < 2; i++) {
      try {
        new lib.LoginRocket();
      } catch (error) {
        seen.push(facts(error));
      }
    }
    await external.init().catch((error) => seen.push(facts(error)));
    return seen;
  });
  assert.equal(told.length, 3);
  for (const [, known, code, message] of told) {
    assert.deepEqual([known, code], [true, 'wasm_blocked']);
    assert.match(message, /'wasm-unsafe-eval'.*script-src/);
  }
  assert.deepEqual(told.map(([own]) => own), [true, true, false]);
});

inEveryEngine('Sandboxed frame: no storage, no origin', async ({ open }) => {
  const page = await open(`${site.origin}/workers/`);
  const told = await page.evaluate((given) => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.src = '/sandboxed/';
    document.body.append(frame);
    return new Promise((resolve) => {
      addEventListener('message', async ({ data, ports: [port] }) => {
        if (data.ready) frame.contentWindow.postMessage(given, '*');
        if (data.told) resolve(data.told);
        if (!data.send) return;
        const answer = await fetch(...data.send);
        const { status, headers } = answer;
        port.postMessage({ text: await answer.text(), status, type: headers.get('content-type') });
      });
    });
  }, person);
  assert.deepEqual(told, {
    origin: 'null',
    // No realm admits an origin that is none; what a browser says of that is the same as of a dead host.
    code: 'network_error',
    next: 'done',
    state: 'signed_in',
    name: 'Ada Lovelace',
    storage: { kind: 'local', problem: 'blocked' },
  });
});
