// Failures as exceptions: `unwrap`, the classes, and recognising them across copies of the package.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNode } from './support.mjs';

/** A program in which `answering(status, body)` is a client of a service that answers so. */
const program = (script) => `
  import { createRequire } from 'node:module';
  import * as lib from 'loginrocket-wasm';
  const answering = (status, body) => new lib.LoginRocket({
    url: 'https://login.example.com',
    fetch: async () => new Response(JSON.stringify(body), { status, headers: { 'Retry-After': '30', 'X-Request-ID': 'rq_sample' } }),
  });
  const caught = async (promise) => { try { return ['no error', lib.unwrap(await promise)] } catch (error) { return error } };
  const params = { email: 'ada@example.com', password: 'a secret password' };
  ${script}
`;

test('unwrap gives a success and throws the class of a failure with what is known of it', async () => {
  const found = await runInNode(
    program(`
      const seen = {};
      seen.success = await caught(answering(200, { result: 'okay' }).logout({ session: 'kss_sample' }));
      for (const [status, body] of [[403, {}], [429, {}], [404, {}], [503, {}], [422, { result: 'error', error: 'No. Twice.', errors: ['No.', 'Twice.'], session: 'kss_sample' }]]) {
        const error = await caught(answering(status, body).login(params));
        seen[status] = {
          name: error.name, own: error.constructor === lib[error.name], base: error instanceof lib.LoginRocketError, native: error instanceof Error,
          message: error.message, ...JSON.parse(JSON.stringify(error)),
        };
      }
      console.log(JSON.stringify(seen));
    `),
    'module',
  );
  assert.deepEqual(found.success, ['no error', { result: 'okay' }]);
  const names = { 403: 'AccessDenied', 429: 'RateLimited', 404: 'RecordNotFound', 503: 'LoginRocketError', 422: 'LoginRocketError' };
  const codes = { 403: 'access_denied', 429: 'rate_limited', 404: 'not_found', 503: 'server_error', 422: 'validation_failed' };
  for (const status of [403, 429, 404, 503, 422]) {
    const { message, errors, ...known } = found[status];
    assert.deepEqual(known, {
      name: names[status],
      own: true,
      base: true,
      native: true,
      code: codes[status],
      status,
      retryable: status === 429 || status === 503,
      retryAfterSeconds: 30,
      requestId: 'rq_sample',
    });
    assert.ok(message.length > 5 && errors.length > 0);
  }
  assert.equal(found[422].message, 'No. Twice.');
  assert.deepEqual(found[422].errors, ['No.', 'Twice.']);
});

test('unwrap throws for a refusal that lacks the usual members, and for sources that nobody knows', async () => {
  const found = await runInNode(
    program(`
      const seen = [];
      for (const body of [{}, { errors: ['Taken'] }, { result: 'conflict', error: 'Taken' }]) {
        const answer = await answering(409, body).signup(params);
        const error = await caught(answer);
        seen.push([error.name, error.code, answer.error, answer.errors]);
      }
      for (const source of ['toString', 'constructor', '__proto__']) {
        seen.push((await caught({ result: 'error', error: 'x', source })).name);
      }
      console.log(JSON.stringify(seen));
    `),
    'module',
  );
  const GENERIC = 'An unexpected error occurred; please wait a minute and try again.';
  assert.deepEqual(found, [
    ['LoginRocketError', 'conflict', GENERIC, [GENERIC]],
    ['LoginRocketError', 'conflict', 'Taken', ['Taken']],
    ['LoginRocketError', 'conflict', 'Taken', ['Taken']],
    'LoginRocketError', 'LoginRocketError', 'LoginRocketError',
  ]);
});

test('a client shows nothing of the module behind it', async () => {
  const found = await runInNode(
    program(`
      const lr = answering(200, { result: 'okay' });
      console.log(JSON.stringify([
        JSON.stringify(lr), Object.keys(lr), lib.LoginRocket.name, typeof lr.free, (await lr.logout()).result, { ...lr },
      ]));
    `),
    'module',
  );
  // The hosted pages are functions, so that whatever clones objects refuses a client instead of making an empty object of it.
  assert.deepEqual(found, ['{"hosted":{}}', ['hosted'], 'LoginRocket', 'undefined', 'okay', { hosted: {} }]);
});

test('two copies of the package recognise each other’s errors', async () => {
  const found = await runInNode(
    program(`
      const other = createRequire(import.meta.url + '/../')('loginrocket-wasm');
      const misuse = (copy) => { try { new copy.LoginRocket({ url: 'no url', environment: 'browser' }) } catch (error) { return error } };
      const thrown = misuse(other);
      console.log(JSON.stringify([
        other.LoginRocketError !== lib.LoginRocketError,
        thrown instanceof lib.LoginRocketError,
        lib.isLoginRocketError(thrown),
        other.isLoginRocketError(misuse(lib)),
        [new Error('x'), null, undefined, 'text', {}, { code: 'timeout' }].some(lib.isLoginRocketError),
      ]));
    `),
    'module',
  );
  assert.deepEqual(found, [true, false, true, true, false]);
});

test('no error and no failure holds what was sent', async () => {
  const found = await runInNode(
    program(`
      const { inspect } = await import('node:util');
      const session = 'kss_sampleSecret', shown = [];
      for (const status of [403, 500]) {
        const lr = answering(status, { result: 'error', error: 'No', errors: ['No'] });
        for (const call of [lr.login({ ...params, session }), lr.getSession({ session }), lr.logout({ session })]) {
          const error = await caught(call);
          shown.push(inspect(await call, { depth: 9, showHidden: true }), inspect(error, { depth: 9, showHidden: true }), error.stack, JSON.stringify(lr), inspect(lr));
        }
      }
      console.log(JSON.stringify(shown));
    `),
    'module',
  );
  assert.equal(found.length, 30);
  for (const text of found) assert.doesNotMatch(text, /kss_|secret password|login\.example\.com/);
});
