// The session that outlives a call, in every engine: what tests/session proves in Chromium under faults and virtual time
// is here seen to stand on what each engine really has of storage, locks and channels.
import assert from 'node:assert/strict';
import { call, visit } from './support/visit.mjs';

visit('A reload finds the session', {}, async ({ realm, arrive }) => {
  const page = await arrive();
  assert.deepEqual(await call(page, ['login', realm.person]), ['done']);
  await page.reload();
  assert.equal((await page.evaluate(async () => (await until('signed_in')).user.name)), 'Ada Lovelace');
  const kept = await page.evaluate(() => JSON.stringify(localStorage));
  assert.match(kept, /kss_/);
  assert.doesNotMatch(kept, /eyJ/, 'no token is stored');
});

visit('Fifty callers are one request', {}, async ({ realm, arrive }) => {
  const page = await arrive();
  await call(page, ['login', realm.person]);
  await realm.forget();
  await page.reload();
  const results = await page.evaluate(async () => {
    const asked = Array.from({ length: 50 }, () => lr.session.token());
    return (await Promise.all(asked)).map(({ result }) => result);
  });
  assert.deepEqual(new Set(results), new Set(['okay']));
  assert.equal(await realm.refreshCount(), 1);
});

visit('Tabs share a sign-in, a token and a sign-out', {}, async ({ realm, arrive }) => {
  const first = await arrive();
  const second = await arrive();
  await call(first, ['login', realm.person]);
  assert.equal(await second.evaluate(async () => (await until('signed_in')).user.name), 'Ada Lovelace');
  const [one, other] = await Promise.all(
    [first, second].map((page) => page.evaluate(async () => (await lr.session.token()).token)),
  );
  assert.equal(one, other);
  assert.equal(await realm.refreshCount(), 0, 'the second tab was given the token');

  await second.evaluate(() => lr.session.signOut());
  const reason = await first.evaluate(async () => (await until('signed_out')).signOutReason);
  assert.equal(reason, 'elsewhere');
  assert.equal(await realm.sessionCount(), 0);
});

visit('A fault keeps the session, its end ends it', {}, async ({ realm, arrive }) => {
  const page = await arrive();
  await call(page, ['login', realm.person]);
  const refresh = () =>
    page.evaluate(async () => {
      const { code, result } = await lr.session.refresh();
      return [code ?? result, lr.session.snapshot.state];
    });
  await realm.script({ status: 503, count: 1 });
  assert.deepEqual(await refresh(), ['server_error', 'signed_in']);
  await page.reload();
  // What the page asks by itself would answer for what is asked below.
  await page.evaluate(() => until('signed_in'));
  await realm.endSessions();
  assert.deepEqual(await refresh(), ['access_denied', 'signed_out']);
});

visit('Storage that throws', {}, async ({ realm, arrive }) => {
  const page = await arrive();
  const seen = await page.evaluate(async ([url, person]) => {
    const refuse = () => {
      throw new DOMException('no storage here', 'SecurityError');
    };
    Object.defineProperty(globalThis, 'localStorage', { get: refuse });
    const client = new lib.LoginRocket({ url, storage: 'local' });
    const { next } = await client.login(person);
    return [next, client.session.snapshot.state, typeof client.session.explain().storage.problem];
  }, [realm.url, realm.person]);
  assert.deepEqual(seen, ['done', 'signed_in', 'string']);
});
