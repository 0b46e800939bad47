// The thirteen defects of the official client that protocol.md#official-defects lists, each by its number, on the
// published package. Where a later part of the package answers a defect, the test says so and proves what is there
// today.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { installed } from './support.mjs';

const file = join(installed, 'dist/index.js');
const { LoginRocket, LoginRocketError, AccessDenied, unwrap } = await import(pathToFileURL(file));

/** A client whose requests are answered by the given function; they are kept in `requests`. */
function client(respond, options) {
  const requests = [];
  const lr = new LoginRocket({
    url: 'https://login.example.com',
    fetch: async (url, init) => {
      requests.push({ url, ...init });
      return respond(requests.length, init);
    },
    ...options,
  });
  return { lr, requests };
}
const json = (status, body, headers) => new Response(JSON.stringify(body), { status, headers });
const hang = (_count, { signal }) => new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));

test('defect 1: the source of a failure is a literal name in the minified file', async () => {
  assert.ok((await readFile(file, 'utf8')).split('\n').length < 20, 'the file is minified');
  const names = {};
  for (const status of [403, 404, 429, 500]) names[status] = (await client(() => json(status, {})).lr.login({})).source;
  assert.deepEqual(names, { 403: 'AccessDenied', 404: 'RecordNotFound', 429: 'RateLimited', 500: 'LoginRocketError' });
  assert.equal(new AccessDenied('x', 'access_denied').name, 'AccessDenied');
});

test('defect 2: failures are told apart, keep what the service said, and can be caught by class', async () => {
  const { lr } = client(() => json(403, { result: 'error', errors: ['Ended elsewhere'] }, { 'X-Request-ID': 'rq_sample' }));
  const failure = await lr.getSession({ session: 'kss_sample' });
  assert.deepEqual(
    [failure.code, failure.status, failure.requestId, failure.serviceErrors],
    ['access_denied', 403, 'rq_sample', ['Ended elsewhere']],
  );
  assert.throws(() => unwrap(failure), AccessDenied);
  assert.throws(() => unwrap(failure), LoginRocketError);
});

test('defect 3: status, request id and the time to wait reach the caller', async () => {
  const { lr } = client(() => json(429, {}, { 'Retry-After': '17', 'X-Request-ID': 'rq_sample' }));
  const { status, retryAfterSeconds, requestId, retryable } = await lr.login({});
  assert.deepEqual([status, retryAfterSeconds, requestId, retryable], [429, 17, 'rq_sample', true]);
});

test('defect 4: the timeout is the caller’s, a call can be cancelled, and a lost outcome is named', async () => {
  const { lr, requests } = client(hang, { timeoutMs: 20 });
  assert.equal((await lr.login({})).code, 'timeout');
  assert.equal((await lr.signup({}, { timeoutMs: 10 })).code, 'outcome_unknown');
  assert.ok(requests.every(({ signal }) => signal.aborted), 'nothing is left running');
  const controller = new AbortController();
  const call = lr.login({}, { signal: controller.signal, timeoutMs: 600_000 });
  controller.abort();
  assert.equal((await call).code, 'aborted');
});

test('defect 5: an answer that is no JSON object is a failure, never a string or null', async () => {
  for (const [body, code] of [['', 'empty_reply'], ['<html>', 'not_json'], ['null', 'not_an_object'], ['{bad', 'not_json']]) {
    for (const status of [200, 422]) {
      const answer = await client(() => new Response(body, { status })).lr.login({});
      assert.deepEqual([answer.result, answer.code, answer.source], ['error', code, 'LoginRocketError']);
    }
  }
});

test('defect 6: there is one failure channel: every method resolves', async () => {
  const broken = [
    new LoginRocket(),
    new LoginRocket({ url: 'http://example.com' }),
    client(() => json(504, {})).lr,
    client(() => Promise.reject(new TypeError('offline'))).lr,
    client(() => null).lr,
    client(() => { throw undefined; }).lr,
  ];
  for (const lr of broken) {
    for (const params of [undefined, {}, 'text', { a: 1n }]) {
      const answer = await lr.login(params);
      assert.equal(answer.result, 'error');
      assert.equal(typeof answer.code, 'string');
    }
  }
});

test('defect 7: URLs are normalised or refused by name, and a blank one is not ignored', () => {
  assert.equal(new LoginRocket({ url: ' https://a.example/v2// ' }).lrUrl, 'https://a.example/v2/');
  const environment = 'browser';
  for (const url of ['https://a.example/v2?x=1', 'https://a.example#h', 'a.example']) {
    assert.throws(() => new LoginRocket({ url, environment }), { code: 'invalid_url' });
  }
  const lr = new LoginRocket({ url: 'https://a.example' });
  lr.lrUrl = '';
  assert.throws(() => lr.lrUrl, { code: 'missing_url' });
});

test('defect 8: what the service says with a 403 is kept, in the language that was asked for', async () => {
  const { lr, requests } = client(
    (_count, { headers }) => json(403, { result: 'error', errors: [headers.get('accept-language') === 'es' ? 'Terminada' : 'Ended'] }),
    { locale: 'es' },
  );
  assert.deepEqual((await lr.getSession({ session: 'kss_sample' })).serviceErrors, ['Terminada']);
  assert.equal(requests[0].headers.get('accept-language'), 'es');
});

test('defect 9: results say what comes next, a second factor included; the session itself is a later part', async () => {
  const next = async (body) => (await client(() => json(200, body)).lr.login({})).next;
  assert.equal(await next({ result: 'full_login', session: 'kss_1', token: 'a.b.c' }), 'done');
  assert.equal(await next({ result: 'anything', token: 'tmf:sample' }), 'verify');
  assert.equal(await next({ result: 'conditional_login', session: 'kss_1', conditions: ['no_account_selected'] }), 'select_account');
  assert.equal(await next({ result: 'conditional_login', session: 'kss_1', conditions: ['must_complete_profile'] }), 'complete_profile');
  assert.equal(await next({ result: 'conditional_login', session: 'kss_1', conditions: ['brand_new'] }), 'other');
});

test('defect 10: what changes after a call was made does not reach it, and a locale can be one call’s own', async () => {
  const { lr, requests } = client(() => json(200, { result: 'okay' }), { locale: 'es' });
  const params = { email: 'ada@example.com' };
  const call = lr.forgotPassword(params);
  lr.locale = 'ja';
  lr.lrUrl = 'https://elsewhere.example';
  params.email = 'eve@example.com';
  await call;
  assert.deepEqual(
    [requests[0].headers.get('accept-language'), requests[0].url, requests[0].body],
    ['es', 'https://login.example.com/v2/password/forgot', '{"email":"ada@example.com"}'],
  );
  await Promise.all([lr.login({}, { locale: 'en' }), lr.login({})]);
  assert.deepEqual(requests.slice(1).map(({ headers }) => headers.get('accept-language')), ['en', 'ja']);
});

test('defect 11: no referrer, no cache, no cookies, and no failure holds the address with the session id', async () => {
  const { lr, requests } = client(() => json(500, {}));
  const failure = await lr.getSession({ session: 'kss_sample' });
  const { referrerPolicy, cache, credentials, redirect } = requests[0];
  assert.deepEqual([referrerPolicy, cache, credentials, redirect], ['no-referrer', 'no-store', 'omit', 'manual']);
  assert.match(requests[0].url, /session=kss_sample/, 'the API wants it there');
  assert.doesNotMatch(JSON.stringify(failure), /kss_|example\.com/);
});

test('defect 12: the size of the file is known; its budget is held by `cargo xtask check`', async (context) => {
  const bytes = await readFile(file);
  context.diagnostic(`raw ${bytes.length}, gzip ${gzipSync(bytes).length}, brotli ${brotliCompressSync(bytes).length}`);
  assert.doesNotMatch(bytes.toString('latin1'), /\b(require|import)\s*\(\s*['"]/, 'it loads nothing else');
});

test('defect 13: null means no account on GET and DELETE, and is sent where there is a body', async () => {
  const { lr, requests } = client(() => json(200, { result: 'okay' }));
  await lr.getSession({ session: 'kss_sample', account: null });
  await lr.updateProfile({ session: 'kss_sample', username: null });
  assert.equal(requests[0].url, 'https://login.example.com/v2/session?session=kss_sample');
  assert.equal(requests[1].body, '{"session":"kss_sample","username":null}');
});
