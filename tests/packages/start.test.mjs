// A module that does not start: each failure names its own cause. `tests/packages/apps/older.test.mjs` has browsers that start
// none of this size at once, `tests/packages/page.test.mjs` a policy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulator, person, runInNode } from './support.mjs';

/** What making a client throws in Node, after a script. */
const thrownAfter = (script) =>
  runInNode(
    `
      const { LoginRocket, isLoginRocketError } = await import('loginrocket-wasm');
      const make = () => new LoginRocket({ url: 'https://login.example.com', environment: 'browser' });
      ${script}
      try { make(); console.log('[]') } catch (error) {
        console.log(JSON.stringify([isLoginRocketError(error), error.code, error.message, error.cause?.message]));
      }
    `,
    'module',
  );

test('without memory for another module it is that, and no old browser', async () => {
  const [known, code, message, cause] = await thrownAfter(`
    const others = [];
    // Each reserves more addresses than it uses, of which a process has so many.
    try { for (;;) others.push(new WebAssembly.Memory({ initial: 1 })) } catch {}
  `);
  assert.deepEqual([known, code], [true, 'out_of_memory']);
  assert.match(message, /memory.*frames/);
  assert.match(cause, /memory/i);
});

for (const [name, thrown, expected, words] of [
  ['a module that an engine cannot read', "new WebAssembly.CompileError('unknown opcode')", 'unsupported_browser', /older WebAssembly/],
  ['what is missing of WebAssembly', "new WebAssembly.LinkError('import is not a function')", 'unsupported_browser', /older WebAssembly/],
  ['what a page has made of it', "new TypeError('of the page')", 'internal_error', /did not start: TypeError: of the page/],
  ['a limit of the main thread', "new RangeError('disallowed on the main thread')", 'unsupported_browser', /loginrocket-wasm\/external/],
  ['memory, as Firefox says it', "new Error('out of memory')", 'out_of_memory', /memory/],
  ['nothing that can be written', '{ toString: null, valueOf: null }', 'internal_error', /did not start/],
]) {
  test(`a start that fails names ${name}`, async () => {
    const [known, code, message] = await thrownAfter(`
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function (module, imports) { if (imports) throw ${thrown}; return new Instance(module) };
    `);
    assert.deepEqual([known, code], [true, expected]);
    assert.match(message, words);
  });
}

test('a runtime without WebAssembly is told so by name, and one without URL as well', async () => {
  const [known, code, message] = await thrownAfter('delete globalThis.WebAssembly;');
  assert.deepEqual([known, code], [true, 'wasm_blocked']);
  assert.match(message, /no WebAssembly here: React Native \(Hermes\)/);
  const [, other, words] = await thrownAfter('delete globalThis.URL;');
  assert.deepEqual([other, words.includes('no URL here')], ['unsupported_browser', true]);
});

// React Native's engine has the language and some of the web: no WebAssembly, no document, no codecs, no streams.
test('in a runtime like React Native’s importing works, and a call says what is missing', async () => {
  const found = await runInNode(
    `
      import { readFile } from 'node:fs/promises';
      import { createContext, runInContext } from 'node:vm';
      const script = await readFile(new URL('./index.cjs', import.meta.resolve('loginrocket-wasm')), 'utf8');
      const module = { exports: {} };
      const context = createContext({ module, exports: module.exports, fetch, setTimeout, clearTimeout, URL, navigator: { product: 'ReactNative' } });
      runInContext('delete globalThis.WebAssembly', context);
      runInContext(script, context);
      const { LoginRocket } = module.exports;
      const lr = new LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)} });
      const { code, message } = await lr.login(${JSON.stringify(person)});
      console.log(JSON.stringify([lr.session.snapshot.state, code, message]));
    `,
    'module',
  );
  assert.deepEqual(found.slice(0, 2), ['loading', 'wasm_blocked']);
  assert.match(found[2], /no WebAssembly here: React Native \(Hermes\).*WebView/);
});

test('without codecs of its own a runtime has those of the package, for every letter', async () => {
  const found = await runInNode(
    `
      const { TextEncoder: Encoder, TextDecoder: Decoder } = globalThis;
      const client = await import('loginrocket-wasm');
      const texts = ['', 'plain', 'Zoë', '山田', '🚀', String.fromCharCode(0xfeff, 97), String.fromCharCode(0xd83d)];
      const names = [];
      for (const name of texts) {
        const answer = new Encoder().encode(JSON.stringify({ result: 'okay', name }));
        const fetch = async () => ({ status: 200, arrayBuffer: async () => answer.buffer });
        delete globalThis.TextEncoder; delete globalThis.TextDecoder;
        const lr = new client.LoginRocket({ url: 'https://login.example.com', fetch });
        names.push((await lr.forgotPassword({ email: name, session: name })).name);
        lr.locale = 'en';
        Object.assign(globalThis, { TextEncoder: Encoder, TextDecoder: Decoder });
      }
      const broken = [];
      for (const bytes of [[0xff], [0xc3], [0xe5, 0xb1], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
        delete globalThis.TextDecoder;
        const fetch = async () => ({ status: 200, arrayBuffer: async () => Uint8Array.from([123, ...bytes, 125]).buffer });
        broken.push((await new client.LoginRocket({ url: 'https://login.example.com', fetch }).login({})).code);
        Object.assign(globalThis, { TextDecoder: Decoder });
      }
      const marked = async () => ({ status: 200, arrayBuffer: async () => Uint8Array.from([0xef, 0xbb, 0xbf, 123, 125]).buffer });
      delete globalThis.TextDecoder;
      broken.push((await new client.LoginRocket({ url: 'https://login.example.com', fetch: marked }).forgotPassword({})).code);
      console.log(JSON.stringify([names, broken, texts]));
    `,
    'module',
  );
  const [names, broken, texts] = found;
  assert.deepEqual(names, texts);
  assert.deepEqual(broken.slice(0, 5), Array(5).fill('invalid_encoding'));
  assert.notEqual(broken[5], 'invalid_encoding');
  assert.notEqual(broken[5], 'malformed_json');
});
