// The package in Node, by both module systems, as a server that renders pages or a test runner loads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulator, person, runInNode } from './support.mjs';

const exported = [
  'AccessDenied', 'LoginRocket', 'LoginRocketError', 'RateLimited', 'RecordNotFound', 'default', 'isLoginRocketError', 'members', 'unwrap',
];

/** A program that loads the package in the given way and tells what it found. */
const program = (load) => `
  const compiled = [];
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct(target, args) { compiled.push(args.length); return new target(...args); },
  });
  (async () => {
    const lib = ${load};
    const counts = { import: compiled.length };
    const url = ${JSON.stringify(emulator.loginrocket)};
    const first = new lib.LoginRocket({ url, storage: 'local' });
    const second = new lib.default({ url });
    counts.construct = compiled.length;
    const { session, hosted } = first;
    const stop = session.subscribe(() => {});
    const seen = [session.snapshot, typeof hosted.loginUrl, session.explain().state];
    stop();
    counts.session = compiled.length;
    const answer = await second.login(${JSON.stringify(person)});
    counts.call = compiled.length;
    await first.login(${JSON.stringify(person)});
    new lib.LoginRocket({ url, environment: 'browser' });
    counts.all = compiled.length;
    let misuse;
    try { new lib.LoginRocket({ url: 'no url', environment: 'browser' }) } catch (error) { misuse = error }
    console.log(JSON.stringify({
      exported: Object.keys(lib).sort(),
      counts,
      seen,
      after: first.session.snapshot,
      version: lib.LoginRocket.VERSION,
      next: answer.next,
      code: answer.code,
      misuse: [misuse instanceof lib.LoginRocketError, misuse.name, misuse.code],
    }));
  })();
`;

for (const [way, load, kind] of [
  ['import', "await import('loginrocket-wasm')", 'module'],
  ['require', "require('loginrocket-wasm')", 'commonjs'],
]) {
  test(`${way} gives a client that signs a person in`, async () => {
    const found = await runInNode(program(load), kind);
    assert.deepEqual(found.exported, exported);
    assert.deepEqual([found.next, found.code], ['done', undefined]);
    assert.deepEqual(found.misuse, [true, 'LoginRocketError', 'invalid_url']);
    assert.match(found.version, /^\d+\.\d+\.\d+/);
  });

  test(`${way}: only the first call compiles, once for all clients, and the session of a server is nobody’s`, async () => {
    const { counts, seen, after } = await runInNode(program(load), kind);
    assert.deepEqual(counts, { import: 0, construct: 0, session: 0, call: 1, all: 1 });
    const [snapshot, loginUrl, state] = seen;
    assert.deepEqual([snapshot.state, loginUrl, state], ['loading', 'function', 'loading']);
    assert.deepEqual(after, snapshot, 'a sign-in on a server is not the session of all');
  });
}

/** Makes a client with options; gives the code that the constructor throws, or that a call of it resolves with. */
const codeOf = `
  const codeOf = async (lib, options) => {
    let lr;
    try { lr = new lib.LoginRocket(options) } catch (error) { return ['throws', error instanceof lib.LoginRocketError, error.code, error.message, String(error.cause)] }
    const { result, code, message, next } = await lr.login(${JSON.stringify(person)});
    return ['resolves', result === 'error', code ?? next, message];
  };
`;

test('what is wrong with a client, a server is told by its calls and a browser by the constructor', async () => {
  const found = await runInNode(
    `
      ${codeOf}
      const lib = await import('loginrocket-wasm');
      const seen = [];
      for (const options of [{ url: 'no url' }, { timeoutMs: 0 }, { environment: 'phone' }, 7]) {
        seen.push(await codeOf(lib, options));
        if (typeof options === 'object' && !options.environment) seen.push(await codeOf(lib, { ...options, environment: 'browser' }));
      }
      console.log(JSON.stringify(seen.map(([how, typed, code]) => [how, typed, code])));
    `,
    'module',
  );
  assert.deepEqual(found, [
    ['resolves', true, 'invalid_url'],
    ['throws', true, 'invalid_url'],
    ['resolves', true, 'invalid_option'],
    ['throws', true, 'invalid_option'],
    ['resolves', true, 'invalid_option'],
    ['resolves', true, 'invalid_option'],
  ]);
});

test('without WebAssembly importing still works, and a client or its calls say what is missing', async () => {
  const found = await runInNode(
    `
      ${codeOf}
      delete globalThis.WebAssembly;
      const lib = await import('loginrocket-wasm');
      const url = ${JSON.stringify(emulator.loginrocket)};
      const seen = [];
      for (const environment of ['browser', 'browser', 'server', 'server']) seen.push(await codeOf(lib, { url, environment }));
      console.log(JSON.stringify(seen));
    `,
    'module',
  );
  assert.deepEqual(found.map(([how, typed, code]) => [how, typed, code]), [
    ['throws', true, 'wasm_blocked'],
    ['throws', true, 'wasm_blocked'],
    ['resolves', true, 'wasm_blocked'],
    ['resolves', true, 'wasm_blocked'],
  ]);
  for (const [how, , , message, cause] of found) {
    assert.match(message, /no WebAssembly here/);
    if (how === 'throws') assert.match(cause, /WebAssembly is not defined/);
  }
});

test('a browser without fetch is told so, unless the app brings one', async () => {
  const found = await runInNode(
    `
      ${codeOf}
      const { fetch } = globalThis;
      delete globalThis.fetch;
      const lib = await import('loginrocket-wasm');
      const url = ${JSON.stringify(emulator.loginrocket)};
      const seen = [];
      for (const options of [{ environment: 'browser' }, { environment: 'server' }, { fetch }]) seen.push(await codeOf(lib, { url, ...options }));
      console.log(JSON.stringify(seen));
    `,
    'module',
  );
  assert.deepEqual(found.map((seen) => seen.slice(0, 3)), [
    ['throws', true, 'unsupported_browser'],
    ['resolves', true, 'unsupported_browser'],
    ['resolves', false, 'done'],
  ]);
  assert.match(found[0][3], /no fetch/);
});

test('a browser whose WebAssembly is too old for the module is told so', async () => {
  const found = await runInNode(
    `
      const { Module } = WebAssembly;
      WebAssembly.Module = function (bytes) { if (bytes.length > 8) throw new WebAssembly.CompileError('unknown type'); return new Module(bytes) };
      const { LoginRocket } = await import('loginrocket-wasm');
      try { new LoginRocket({ environment: 'browser' }) } catch (error) { console.log(JSON.stringify([error.code, error.message, String(error.cause)])) }
    `,
    'module',
  );
  assert.equal(found[0], 'unsupported_browser');
  assert.match(found[1], /older WebAssembly/);
  assert.match(found[2], /unknown type/);
});

test('without BigInt, FinalizationRegistry and WeakRef, which it needs not, a person is signed in', async () => {
  const found = await runInNode(
    `
      // Made before, since Node's own fetch needs them itself.
      const answer = new Response(JSON.stringify({ result: 'full_login', session: 'kss_sample', token: 'a.b.c' }));
      for (const name of ['BigInt', 'BigInt64Array', 'BigUint64Array', 'FinalizationRegistry', 'WeakRef']) delete globalThis[name];
      const { LoginRocket } = await import('loginrocket-wasm');
      const lr = new LoginRocket({ url: 'https://login.example.com', fetch: async () => answer });
      console.log(JSON.stringify((await lr.login(${JSON.stringify(person)})).next));
    `,
    'module',
  );
  assert.equal(found, 'done');
});
