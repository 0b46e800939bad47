// The entry `loginrocket-wasm/external`, whose module is loaded: from where, once, and what is said when it does not come.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { emulator, installed, person, runInNode, serve, startBrowser } from './support.mjs';

const signIn = `
  const signIn = async () => {
    const answer = await new lib.LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)} }).login(${JSON.stringify(person)});
    return answer.next ?? answer.code;
  };
  const failure = (promise) => promise.then(() => 'no failure', (error) => [error instanceof lib.LoginRocketError, error.code, error.message, String(error.cause)]);
`;

let browser;
let site;

before(async () => {
  const wasm = await readFile(join(installed, 'dist/loginrocket.wasm'));
  // Another version: a byte of a constant differs, so that it compiles and starts all the same.
  const other = Buffer.from(wasm);
  other[other.length - 1] ^= 1;
  site = await serve({
    '/page.html': { body: '<!doctype html><title>t</title>' },
    '/no-wasm.html': { body: '<!doctype html><title>t</title>', csp: "script-src 'self'" },
    '/fallback.wasm': { body: '<!doctype html><title>the page of an app for whatever is not there</title>' },
    '/other.wasm': { body: other },
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Runs the body of a function in a page, with `lib` imported there; also tells what the page loaded. */
async function inPage(body, path = '/page.html') {
  const page = await browser.newPage();
  const loaded = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto(site.origin + path);
  const script = `(async () => { const lib = await import('/pkg/dist/external.js'); ${signIn} ${body} })()`;
  const result = await page.evaluate(script).finally(() => page.close());
  return { result, wasm: loaded.filter((path) => path.endsWith('.wasm')) };
}

test('init loads the module from beside the entry, once for all who ask', async () => {
  const { result, wasm } = await inPage(`
    const first = lib.init();
    const second = lib.init();
    await Promise.all([first, second, lib.init('/fallback.wasm')]);
    await lib.init();
    return [first === second, await signIn()];
  `);
  assert.deepEqual(result, [true, 'done']);
  assert.deepEqual(wasm, ['/pkg/dist/loginrocket.wasm']);
});

test('importing loads nothing, and a client made too early says what to call', async () => {
  const { result, wasm } = await inPage(`
    try { new lib.LoginRocket() } catch (error) { return [error instanceof lib.LoginRocketError, error.code, error.message] }
  `);
  assert.deepEqual(result.slice(0, 2), [true, 'not_initialized']);
  assert.match(result[2], /await init\(\).*loginrocket-wasm\/external/);
  assert.deepEqual(wasm, []);
});

test('what does not load is told with its cause and is not remembered', async () => {
  const { result } = await inPage(`
    const failures = [];
    const bad = ['/missing.wasm', '/fallback.wasm', '/other.wasm', new Uint8Array(8), 7, Promise.reject(new Error('of mine'))];
    bad.push(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)), new Response('', { status: 503 }));
    for (const source of bad) failures.push(await failure(lib.init(source)));
    await lib.init();
    return [failures, await signIn()];
  `);
  const [failures, next] = result;
  for (const [typed, code, message] of failures) {
    assert.deepEqual([typed, code], [true, 'wasm_not_loaded']);
    assert.match(message, /loginrocket\.wasm/);
  }
  const causes = failures.map(([, , , cause]) => cause);
  assert.match(causes[1], /integrity|fetch/i);
  assert.match(causes[2], /integrity|fetch/i);
  assert.deepEqual(causes.slice(5), ['Error: of mine', 'TypeError: this is another module', 'Error: the answer has the status 503']);
  assert.equal(next, 'done');
});

test("a policy without 'wasm-unsafe-eval' gives the error that names it", async () => {
  const { result } = await inPage('return failure(lib.init());', '/no-wasm.html');
  assert.deepEqual(result.slice(0, 2), [true, 'wasm_blocked']);
  assert.match(result[2], /'wasm-unsafe-eval'.*script-src/);
});

for (const [name, source] of [
  ['an address', "'/pkg/dist/loginrocket.wasm'"],
  ['a URL', "new URL('/pkg/dist/loginrocket.wasm', location.href)"],
  ['the answer of fetch, on its way', "fetch('/pkg/dist/loginrocket.wasm')"],
  ['an answer without a type', "new Response(await (await fetch('/pkg/dist/loginrocket.wasm')).arrayBuffer())"],
  ['the bytes', "(await fetch('/pkg/dist/loginrocket.wasm')).arrayBuffer()"],
  ['the module', "WebAssembly.compileStreaming(fetch('/pkg/dist/loginrocket.wasm'))"],
]) {
  test(`init takes ${name}`, async () => {
    const { result } = await inPage(`await lib.init(${source}); return signIn();`);
    assert.equal(result, 'done');
  });
}

test('in Node init takes the bytes of the exported file, and without them says that there are none', async () => {
  const found = await runInNode(
    `
      import { readFile } from 'node:fs/promises';
      import * as lib from 'loginrocket-wasm/external';
      ${signIn}
      const without = await failure(lib.init());
      await lib.init(readFile(new URL(import.meta.resolve('loginrocket-wasm/loginrocket.wasm'))));
      console.log(JSON.stringify([without[1], await signIn()]));
    `,
    'module',
  );
  assert.deepEqual(found, ['wasm_not_loaded', 'done']);
});

test('on a server a client may be made before init, and its calls say until then what to call', async () => {
  const found = await runInNode(
    `
      import { readFile } from 'node:fs/promises';
      import * as lib from 'loginrocket-wasm/external';
      const lr = new lib.LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)} });
      const seen = [lr.session.snapshot.state];
      const signIn = async () => {
        const { next, code } = await lr.login(${JSON.stringify(person)});
        seen.push(next ?? code);
      };
      await signIn();
      await lib.init(readFile(new URL(import.meta.resolve('loginrocket-wasm/loginrocket.wasm'))));
      await signIn();
      console.log(JSON.stringify(seen));
    `,
    'module',
  );
  assert.deepEqual(found, ['loading', 'not_initialized', 'done']);
});

test('two copies in one program work side by side and know each other by their errors', async () => {
  const found = await runInNode(
    `
      import { readFile } from 'node:fs/promises';
      import * as lib from 'loginrocket-wasm';
      import * as external from 'loginrocket-wasm/external';
      await external.init(readFile(new URL(import.meta.resolve('loginrocket-wasm/loginrocket.wasm'))));
      const of = (copy) => { try { new copy.LoginRocket({ url: 'no url', environment: 'browser' }) } catch (error) { return error } };
      const url = ${JSON.stringify(emulator.loginrocket)};
      const nexts = await Promise.all([lib, external].map(async (copy) => (await new copy.LoginRocket({ url }).login(${JSON.stringify(person)})).next));
      console.log(JSON.stringify([
        nexts, lib.isLoginRocketError(of(external)), external.isLoginRocketError(of(lib)), of(external) instanceof lib.LoginRocketError,
        Object.keys(external).filter((name) => !(name in lib)), Object.keys(lib).filter((name) => !(name in external)),
      ]));
    `,
    'module',
  );
  assert.deepEqual(found, [['done', 'done'], true, true, false, ['init'], []]);
});
