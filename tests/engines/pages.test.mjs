// The package on pages without tools, under their policies, and in workers, in every engine.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { emulator, person } from '../packages/support.mjs';
import { serveFolder } from '../packages/apps/support/site.mjs';
import { leave, submit, untilState } from './support/app.mjs';
import { inEveryEngine } from './support/engines.mjs';

const connect = `connect-src 'self' ${new URL(emulator.loginrocket).origin}`;
const policies = {
  '/plain/?strict': `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; ${connect}; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types 'none'`,
  '/slim/?strict': `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; img-src data:; ${connect}; require-trusted-types-for 'script'; trusted-types 'none'`,
  '/workers/?blocked': `default-src 'none'; script-src 'self'; ${connect}`,
};

let site;

before(async () => {
  site = await serveFolder('.', (path, query) => {
    const policy = policies[path + query];
    // A frame without an origin of its own may read scripts only where they say so.
    return { 'Access-Control-Allow-Origin': '*', ...(policy && { 'Content-Security-Policy': policy }) };
  });
});

after(() => site?.close());

for (const [row, path] of [
  ['Module script, no tool', '/plain/'],
  ['Classic script', '/classic/'],
  ['`./slim`, no tool', '/slim/'],
  ['Strict policy with Trusted Types', '/plain/?strict'],
  ['Strict policy with Trusted Types, `./slim`', '/slim/?strict'],
]) {
  inEveryEngine(row, async ({ open }) => {
    const page = await open(site.origin + path);
    await untilState(page, 'signed_out');
    await submit(page, person);
    assert.equal(await untilState(page, 'signed_in'), 'Ada Lovelace');
    await leave(page);
    await untilState(page, 'signed_out');
  });
}

for (const [row, kind] of [
  ['Dedicated worker', 'inDedicatedWorker'],
  ['Shared worker', 'inSharedWorker'],
  ['Service worker', 'inServiceWorker'],
]) {
  inEveryEngine(row, async ({ open }) => {
    const page = await open(`${site.origin}/workers/`);
    const name = await page.evaluate(async ([ask, given]) => (await import('/workers/main.js'))[ask](given), [kind, person]);
    assert.equal(name, 'Ada Lovelace');
  });
}

inEveryEngine('WebAssembly blocked: an error that names the directive', async ({ open }) => {
  const page = await open(`${site.origin}/workers/?blocked`);
  const told = await page.evaluate(async () => {
    const lib = await import('/node_modules/loginrocket-wasm/dist/index.js');
    const slim = await import('/node_modules/loginrocket-wasm/dist/slim.js');
    const facts = (error) => [error instanceof lib.LoginRocketError, lib.isLoginRocketError(error), error.code, error.message];
    const seen = [];
    for (let i = 0; i < 2; i++) {
      try {
        new lib.LoginRocket();
      } catch (error) {
        seen.push(facts(error));
      }
    }
    await slim.init().catch((error) => seen.push(facts(error)));
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
  const seen = await page.evaluate(async ([url, given]) => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    const script = `
      import { LoginRocket } from '${location.origin}/node_modules/loginrocket-wasm/dist/index.js';
      let blocked = 'no';
      try { localStorage.length } catch (error) { blocked = error.name }
      const answer = new Response(JSON.stringify({ result: 'full_login', session: 'kss_sample', token: ['e30', btoa(JSON.stringify({ iat: Date.now() / 1000 | 0, exp: Date.now() / 1000 + 600 | 0, sub: 'usr_sample123456' })), 'x'].join('.') }));
      const real = new LoginRocket({ url: ${JSON.stringify(url)} });
      const lr = new LoginRocket({ url: ${JSON.stringify(url)}, storage: 'local', fetch: async () => answer });
      const call = await real.login(${JSON.stringify(given)});
      const { next } = await lr.login(${JSON.stringify(given)});
      parent.postMessage([blocked, origin, call.code, next, lr.session.snapshot.state, lr.session.explain().storage], '*');
    `;
    frame.srcdoc = `<script type="module">${script}</` + 'script>';
    const told = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)));
    document.body.append(frame);
    return told;
  }, [emulator.loginrocket, person]);
  const [blocked, origin, code, next, state] = seen;
  assert.deepEqual([blocked, origin, next, state], ['SecurityError', 'null', 'done', 'signed_in']);
  // No realm admits an origin that is none; what a browser says of that is the same as of a dead host.
  assert.equal(code, 'network_error');
});
