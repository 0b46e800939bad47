// The package in Node, by both module systems, as a server that renders pages or a test runner loads it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulator, person, runInNode } from './support.mjs';

const exported = [
  'AccessDenied', 'LoginRocket', 'LoginRocketError', 'RateLimited', 'RecordNotFound', 'default', 'isLoginRocketError', 'unwrap',
];

/** A program that loads the package in the given way and tells what it found. */
const program = (load) => `
  const compiled = [];
  WebAssembly.Module = new Proxy(WebAssembly.Module, {
    construct(target, args) { compiled.push(args.length); return new target(...args); },
  });
  (async () => {
    const lib = ${load};
    const afterImport = compiled.length;
    const first = new lib.LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)} });
    const second = new lib.default({ url: first.lrUrl });
    const afterTwoClients = compiled.length;
    const answer = await second.login(${JSON.stringify(person)});
    let misuse;
    try { new lib.LoginRocket({ url: 'no url' }) } catch (error) { misuse = error }
    console.log(JSON.stringify({
      exported: Object.keys(lib).sort(),
      afterImport,
      afterTwoClients,
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

  test(`${way} compiles nothing, and any number of clients compile each module once`, async () => {
    const found = await runInNode(program(load), kind);
    // The module, and the one that unpacks it.
    assert.deepEqual([found.afterImport, found.afterTwoClients], [0, 2]);
  });
}

test('without WebAssembly importing still works and making a client says what is missing', async () => {
  const found = await runInNode(
    `
      delete globalThis.WebAssembly;
      const lib = await import('loginrocket-wasm');
      const codes = [];
      for (let i = 0; i < 2; i++) {
        try { new lib.LoginRocket() } catch (error) { codes.push([error instanceof lib.LoginRocketError, error.code, error.cause !== undefined]) }
      }
      console.log(JSON.stringify(codes));
    `,
    'module',
  );
  assert.deepEqual(found, [[true, 'wasm_blocked', true], [true, 'wasm_blocked', true]]);
});

test('a browser without fetch is told so, unless the app brings one', async () => {
  const found = await runInNode(
    `
      const { fetch } = globalThis;
      delete globalThis.fetch;
      const { LoginRocket, LoginRocketError } = await import('loginrocket-wasm');
      const seen = [];
      try { new LoginRocket() } catch (error) { seen.push([error instanceof LoginRocketError, error.code, error.message]) }
      const lr = new LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)}, fetch });
      seen.push((await lr.login(${JSON.stringify(person)})).next);
      console.log(JSON.stringify(seen));
    `,
    'module',
  );
  assert.deepEqual(found[0].slice(0, 2), [true, 'unsupported_browser']);
  assert.match(found[0][2], /no fetch/);
  assert.equal(found[1], 'done');
});

test('a browser whose WebAssembly is too old for the module is told so', async () => {
  const found = await runInNode(
    `
      const { Module } = WebAssembly;
      WebAssembly.Module = function (bytes) { if (bytes.length > 8) throw new WebAssembly.CompileError('unknown type'); return new Module(bytes) };
      const { LoginRocket } = await import('loginrocket-wasm');
      try { new LoginRocket() } catch (error) { console.log(JSON.stringify([error.code, error.message, String(error.cause)])) }
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
