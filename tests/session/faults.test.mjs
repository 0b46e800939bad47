// The ways in which a call gets no good answer: what it comes to, that it ends in its time, and that the next one works.
import assert from 'node:assert/strict';
import { arrive, becomes, explain, snapshot } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const json = { 'Content-Type': 'application/json' };
const login = { path: '/v2/login', method: 'POST', count: 1 };

/** Signs in; gives what that comes to, without what is secret. */
const signIn = (page, person, options) =>
  page.evaluate(
    async ([given, how]) => {
      const { next, code, retryable, status, requestId, retryAfterSeconds } = await lr.login(given, how);
      return { next, code, retryable, status, requestId, retryAfterSeconds };
    },
    [person, options],
  );

visit('every fault has its own code, and the next call works again', {}, async ({ realm, open }) => {
  const page = await open();
  const cases = [
    // Twice: on a connection that it used before, a browser tries again by itself.
    [{ cut: true, count: 2 }, 'network_error'],
    [{ without_cors: true }, 'network_error'],
    [{ truncate: 10 }, 'network_error'],
    [{ html: true, status: 200 }, 'not_json'],
    [{ html: true, status: 502 }, 'server_error'],
    [{ body: '', headers: json }, 'empty_reply'],
    [{ body: '{"result":', headers: json }, 'malformed_json'],
    [{ body: [1], headers: json }, 'not_an_object'],
    [{ status: 302, headers: { Location: '/v2/login' } }, 'redirected'],
    [{ status: 307, headers: { Location: 'http://127.0.0.1:9/' } }, 'redirected'],
    [{ status: 400 }, 'client_error'],
    [{ status: 403 }, 'access_denied'],
    [{ status: 404 }, 'not_found'],
    [{ status: 409, body: { result: 'error', error: 'Taken', errors: ['Taken'] } }, 'conflict'],
    [{ status: 429 }, 'rate_limited'],
    [{ status: 500 }, 'server_error'],
    [{ status: 503 }, 'server_error'],
  ];
  for (const [rule, code] of cases) {
    await realm.script({ ...login, ...rule });
    assert.equal((await signIn(page, realm.person)).code, code, JSON.stringify(rule));
    await realm.unscript();
  }
  await arrive(page, realm.person);
});

visit('a body that no service of this kind sends is told apart', {}, async ({ realm, context, open }) => {
  const page = await open();
  const answer = (body) => ({
    status: 200,
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
    body,
  });
  for (const [body, code] of [
    [Buffer.from([0x7b, 0xff, 0x7d]), 'invalid_encoding'],
    [Buffer.from('{"a":"\u{e9}'.slice(0, 7), 'latin1'), 'invalid_encoding'],
    [Buffer.alloc((1 << 20) + 1, ' '), 'reply_too_large'],
  ]) {
    await context.route('**/v2/login', (route) => route.fulfill(answer(body)));
    assert.equal((await signIn(page, realm.person)).code, code);
    await context.unroute('**/v2/login');
  }
  await arrive(page, realm.person);
});

visit('a call that hangs ends in its time, and one with a signal when that says so', {}, async ({ realm, open }) => {
  const page = await open();
  await realm.script({ ...login, hang: true, count: 3 });
  assert.equal((await signIn(page, realm.person, { timeoutMs: 100 })).code, 'timeout');
  const codes = await page.evaluate(async (person) => {
    const controller = new AbortController();
    const going = lr.login(person, { signal: controller.signal });
    const done = lr.login(person, { signal: AbortSignal.abort() });
    controller.abort();
    return [(await going).code, (await done).code];
  }, realm.person);
  assert.deepEqual(codes, ['aborted', 'aborted']);
  await realm.unscript();
  await arrive(page, realm.person);
  assert.equal((await explain(page)).waiting, 0);
});

visit('a slow answer within the time is an answer', {}, async ({ realm, open }) => {
  const page = await open();
  await realm.script({ ...login, delay_ms: 50 });
  assert.equal((await signIn(page, realm.person)).next, 'done');
});

visit('a signup whose answer is lost says that nobody knows, and may have been done', {}, async ({ realm, open }) => {
  const page = await open();
  for (const [rule, timeoutMs] of [
    [{ process: true, hang: true }, 200],
    [{ process: true, truncate: 10 }, 10_000],
    [{ process: true, without_cors: true }, 10_000],
  ]) {
    await realm.script({ path: '/v2/signup', method: 'POST', count: 1, ...rule });
    const person = { email: `${timeoutMs}-${Object.keys(rule)[1]}@example.com`, password: 'a good password' };
    const lost = await page.evaluate(
      ([given, how]) => lr.signup(given, how).then(({ code, retryable }) => [code, retryable]),
      [person, { timeoutMs }],
    );
    assert.deepEqual(lost, ['outcome_unknown', false], JSON.stringify(rule));
    assert.equal((await signIn(page, person)).next, 'done');
  }
});

visit('how long to wait and the request id are told where a page may read them', {}, async ({ realm, open }) => {
  const page = await open();
  const exposed = {
    'X-Request-ID': 'rq_sample123456',
    'Access-Control-Expose-Headers': 'Retry-After, Ratelimit-Reset, X-Request-ID',
  };
  await realm.script({ ...login, status: 429, headers: { ...exposed, 'Retry-After': '7' } });
  const limited = await signIn(page, realm.person);
  assert.deepEqual([limited.retryAfterSeconds, limited.requestId], [7, 'rq_sample123456']);
  await realm.script({ ...login, status: 429, headers: { 'Retry-After': '7' } });
  assert.equal((await signIn(page, realm.person)).retryAfterSeconds, undefined);
});

visit('what is no date of HTTP says nothing of how long to wait', {}, async ({ realm, open }) => {
  const page = await open();
  const waits = async (retryAfter) => {
    const exposed = { 'Access-Control-Expose-Headers': 'Retry-After' };
    await realm.script({ ...login, status: 429, headers: { ...exposed, 'Retry-After': retryAfter } });
    return (await signIn(page, realm.person)).retryAfterSeconds;
  };
  const { now } = await realm.time();
  const at = new Date((now + 300) * 1000);
  const date = at.toUTCString();
  for (const other of [at.toISOString(), date.replace('GMT', 'CET'), date.replace(' GMT', ''), `${date} x`, 'x GMT', '-1', '1.5']) {
    assert.equal(await waits(other), undefined, other);
  }
  const seconds = await waits(date);
  assert.ok(seconds > 0 && seconds <= 300, `${seconds}`);
});

visit('a second factor is due before anybody is signed in, and ends that', {}, async ({ realm, context, open }) => {
  const page = await open();
  const due = { result: 'totp_required', token: 'tmf:sample' };
  await realm.script({ ...login, status: 200, headers: json, body: due });
  assert.equal((await signIn(page, realm.person)).next, 'verify');
  await becomes(page, { state: 'verify' });
  const refused = await page.evaluate(() => lr.verifyLogin({ token: 'tmf:sample', code: '000000' }).then(({ code }) => code));
  assert.equal(refused, 'validation_failed');
  assert.equal((await snapshot(page)).state, 'verify');
  await arrive(page, realm.person);
  assert.equal((await snapshot(page)).state, 'signed_in');
  assert.equal(context.pages().length, 1);
});
