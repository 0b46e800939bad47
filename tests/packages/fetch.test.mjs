// The client on a `fetch` that is not a browser's: what refuses an option, what answers with something made by hand, and what
// is said when there is no answer. `tests/packages/apps/fetches` has those that people use, by name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulator, person, runInNode } from './support.mjs';

const okay = { result: 'full_login', session: 'kss_sample', token: 'a.b.c' };

/** A program in which `client(fetch)` has that in the place of the global; what it shows is printed. */
const program = (script) =>
  runInNode(
    `
      const { LoginRocket } = await import('loginrocket-wasm');
      const url = ${JSON.stringify(emulator.loginrocket)};
      const person = ${JSON.stringify(person)};
      const okay = ${JSON.stringify(okay)};
      const client = (fetch) => new LoginRocket({ url, fetch });
      console.log(JSON.stringify(await (async () => { ${script} })()));
    `,
    'module',
  );

test('an answer made by hand is read by the methods that it has', async () => {
  const found = await program(`
    const text = JSON.stringify(okay);
    const seen = [];
    for (const body of [
      { json: async () => okay },
      { text: async () => text },
      { arrayBuffer: async () => new TextEncoder().encode(text).buffer },
      { body: 'a stream of another kind', text: () => text },
      { body: null },
      { text: async () => ' '.repeat(2 ** 20) + text },
      { arrayBuffer: async () => 7 },
      {},
    ]) {
      const { next, code, message } = await client(async () => ({ status: 200, ...body })).login(person);
      seen.push([next ?? code, /must give a Response/.test(message)]);
    }
    return seen;
  `);
  assert.deepEqual(found, [
    ['done', false],
    ['done', false],
    ['done', false],
    ['done', false],
    ['empty_reply', false],
    ['reply_too_large', false],
    ['network_error', false],
    ['invalid_option', true],
  ]);
});

test('what a platform refuses of a request is left out, and what says nothing is not said', async () => {
  const found = await program(`
    const own = fetch;
    const seen = [];
    // As Cloudflare's workers did until the end of 2024.
    const refuse = (init) => {
      if (init && 'cache' in init) throw new Error("The 'cache' field on 'RequestInitializerDict' is not implemented.");
    };
    globalThis.Request = class extends Request { constructor(input, init) { refuse(init); super(input, init) } };
    globalThis.fetch = async (input, init) => {
      seen.push([init.method, 'cache' in init, 'keepalive' in init, init.credentials, init.redirect, init.referrerPolicy]);
      refuse(init);
      return own(input, init);
    };
    const lr = new LoginRocket({ url });
    const { session } = await lr.login(person);
    const ends = [(await lr.getSession({ session })).next, (await lr.getSession({ session })).next];
    return [seen, ends];
  `);
  const [seen, ends] = found;
  const sent = (method, hasCache) => [method, hasCache, false, 'omit', 'manual', 'no-referrer'];
  assert.deepEqual(seen, [sent('POST', false), sent('GET', true), sent('GET', false), sent('GET', false)]);
  assert.deepEqual(ends, ['done', 'done']);
});

test("a signal of another DOM's, which the fetch of the runtime refuses, is left out", async () => {
  const found = await program(`
    // As a DOM has it that is imitated.
    globalThis.AbortController = class { signal = Object.assign(new EventTarget(), { aborted: false }); abort() {} };
    return [(await new LoginRocket({ url }).login(person)).next];
  `);
  assert.deepEqual(found, ['done']);
});

test('a request that failed is not sent again because of what its failure is called', async () => {
  const found = await program(`
    let count = 0;
    const failing = (error) => async () => { count += 1; throw error };
    for (const text of ['the cache is full', 'signal lost', 'credentials of the proxy']) {
      await client(failing(new TypeError(text))).signup(person);
      await client(failing(new Error(text))).getSession({ session: 'kss_sample' });
    }
    return count;
  `);
  assert.equal(found, 6);
});

test('no answer is told with its cause, and without what may be secret in it', async () => {
  const found = await program(`
    const seen = [];
    const session = 'kss_sampleSecret';
    for (const thrown of [
      new TypeError('this class is not there'),
      new ReferenceError('Headers is not defined'),
      'a text',
      undefined,
      { toString() { throw new Error('no') } },
    ]) {
      const { code, message } = await client(() => { throw thrown }).getSession({ session });
      seen.push([code, message.split('; the cause was: ')[1] ?? null]);
    }
    // As other clients write it, with the address and the body.
    const telling = client(async (url, { body }) => { throw new Error('request to ' + url + ' failed: ' + body) });
    const told = [await telling.getSession({ session }), await telling.login(person), await telling.signup(person)];
    const token = await client(async () => { throw new TypeError('blocked') }).verifyToken(
      [{ alg: 'RS256', kid: 'a' }, { iss: 'https://authrocket.com', sub: 'usr_a', iat: 1, exp: 9e9 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.c2ln',
    );
    return [seen, told.map(({ code, message }) => [code, message]), [token.code, token.message]];
  `);
  const [seen, told, token] = found;
  assert.deepEqual(seen, [
    ['network_error', 'TypeError: this class is not there'],
    ['network_error', 'ReferenceError: Headers is not defined'],
    ['network_error', 'a text'],
    ['network_error', null],
    ['network_error', null],
  ]);
  assert.deepEqual(told.map(([code]) => code), ['network_error', 'network_error', 'outcome_unknown']);
  for (const [, message] of told) {
    assert.match(message, /the cause was: Error: request to http/);
    assert.doesNotMatch(message, /kss_|example\.com|engine-of/);
  }
  assert.equal(token[0], 'keys_unavailable');
  assert.match(token[1], /the cause was: TypeError: blocked/);
});

test('a body that was read before, or breaks off, is told with that as its cause', async () => {
  const found = await program(`
    const used = new Response('{}');
    await used.text();
    const breaking = new Response(new ReadableStream({ pull() { throw new TypeError('terminated') } }));
    const seen = [];
    for (const answer of [used, breaking]) seen.push((await client(async () => answer).login(person)).message);
    return seen;
  `);
  assert.match(found[0], /the cause was: TypeError.*(used|unusable|locked|disturbed)/i);
  assert.match(found[1], /the cause was: TypeError: terminated/);
});

test('the cause of one request is not told of another', async () => {
  const found = await program(`
    let ways = {};
    const lr = client((url) => new Promise((_, reject) => { ways[new URL(url).pathname.split('/').pop()] = reject }));
    const token = [{ alg: 'RS256', kid: 'a' }, { iss: 'https://authrocket.com', sub: 'usr_a', iat: 1, exp: 9e9 }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.c2ln';
    const asked = [lr.verifyToken(token), lr.login(person), lr.signup(person)];
    while (Object.keys(ways).length < 3) await new Promise(setImmediate);
    for (const [name, fail] of Object.entries(ways)) fail(new Error('of ' + name));
    const causeOf = ({ code, message }) => [code, message.split('; the cause was: ')[1] ?? null];
    const seen = (await Promise.all(asked)).map(causeOf);
    // Not asked for again so soon: what became of a call meanwhile is not why.
    ways = {};
    const again = lr.login(person);
    while (!ways.login) await new Promise(setImmediate);
    ways.login(new Error('of another login'));
    await again;
    return [...seen, causeOf(await lr.verifyToken(token))];
  `);
  assert.deepEqual(found, [
    ['keys_unavailable', 'Error: of jwks'],
    ['network_error', 'Error: of login'],
    ['outcome_unknown', 'Error: of signup'],
    ['keys_unavailable', null],
  ]);
});

test('an old cause is not told of a new failure', async () => {
  const found = await program(`
    const ways = [() => { throw new TypeError('the first') }, () => new Response('{}', { status: 200 }), () => { throw undefined }];
    const lr = client(async () => ways.shift()());
    const seen = [];
    while (ways.length) seen.push((await lr.login(person)).message ?? '');
    // What is only late has no cause but that.
    ways.push(() => { throw new TypeError('the first') }, () => new Promise(() => {}));
    for (const timeoutMs of [10_000, 20]) seen.push((await lr.signup(person, { timeoutMs })).message);
    return seen.map((message) => message.includes('the first'));
  `);
  assert.deepEqual(found, [true, false, false, true, false]);
});
