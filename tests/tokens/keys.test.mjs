// The realm's keys: when they are asked for, what is made of them, and what is done without them.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { makeRealm } from '../session/support/realm.mjs';
import { eventually, signIn } from '../session/support/steps.mjs';
import { useBrowser, visit } from '../session/support/visit.mjs';
import { claims, makeKey, read } from './support/jose.mjs';
import { tokenOf, verify, verifyAll } from './support/steps.mjs';

useBrowser();

/** How long keys are used without asking again, a missing one is missing, and a failure is believed, in seconds. */
const FRESH = 600;
const MISS = 60;
const PAUSE = 10;

/** For how long keys outlast an outage. */
const DAY = 24 * 3600;

/** For tests in which tokens are not to expire. */
const lasting = { jwt_minutes: 3 * 24 * 60 };

const jwks = { path: '/connect/jwks' };
const publish = (realm, ...keys) => realm.script({ ...jwks, body: { keys } });

/** Makes the client of a page anew, which then knows no key. */
const renew = (page) =>
  page.evaluate(() => {
    lr.session.dispose();
    globalThis.lr = new LoginRocket(options);
  });

/** A failure without its sentences. */
const failure = (page, token) =>
  page.evaluate(
    (jwt) => lr.verifyToken(jwt).then(({ code, retryable, retryAfterSeconds }) => [code, retryable, retryAfterSeconds]),
    token,
  );

// ---------------------------------------------------------------------------------------------- rotation

visit('a new key is found without a reload, the old one stays good', { clock: 'stopped' }, async (world) => {
  const { realm, open, pass } = world;
  const page = await open();
  const old = await tokenOf(page, realm.person);
  assert.equal(await verify(page, old), 'okay');
  const kid = await realm.rotateKeys();
  const fresh = await tokenOf(page, realm.person);
  assert.equal(read(fresh).header.kid, kid);
  await pass(MISS - 1);
  assert.deepEqual(await failure(page, fresh), ['unknown_key', true, 1]);
  assert.equal(await realm.keyRequestCount(), 1);
  await pass(1);
  assert.deepEqual([await verify(page, fresh), await verify(page, old)], ['okay', 'okay']);
  assert.equal(await realm.keyRequestCount(), 2);
});

visit(
  'a key that was taken away is trusted no longer than keys are fresh',
  { clock: 'stopped', settings: lasting },
  async ({ realm, open, pass }) => {
    const page = await open();
    const jwt = await tokenOf(page, realm.person);
    assert.equal(await verify(page, jwt), 'okay');
    await realm.rotateKeys({ drop_old: true });
    await pass(FRESH - 1);
    assert.equal(await verify(page, jwt), 'okay');
    assert.equal(await realm.keyRequestCount(), 1);
    await pass(1);
    assert.deepEqual(await failure(page, jwt), ['unknown_key', true, MISS]);
    assert.equal(await realm.keyRequestCount(), 2);
  },
);

visit('a key that was taken away is gone as soon as a new one is found', { clock: 'stopped' }, async (world) => {
  const { realm, open, pass } = world;
  const page = await open();
  const old = await tokenOf(page, realm.person);
  assert.equal(await verify(page, old), 'okay');
  await realm.rotateKeys({ drop_old: true });
  await pass(MISS);
  assert.equal(await verify(page, await tokenOf(page, realm.person)), 'okay');
  assert.equal(await verify(page, old), 'unknown_key');
});

// ---------------------------------------------------------------------------------------------- outage

const exposed = { 'access-control-expose-headers': 'retry-after, ratelimit-reset' };

/** What stands in the way of the keys, and for how many seconds it is believed. */
const outages = {
  'an error': [{ status: 503 }, PAUSE],
  'an error that says how long it lasts': [{ status: 503, headers: { 'retry-after': '120', ...exposed } }, 120],
  'a limit': [{ status: 429, headers: { 'retry-after': '37', ...exposed } }, 37],
  'a short limit': [{ status: 429, headers: { 'retry-after': '1', ...exposed } }, PAUSE],
  'a limit that cannot be read': [{ status: 429, headers: { 'retry-after': '37' } }, PAUSE],
  'a refusal': [{ status: 403, body: {} }, PAUSE],
  'a page that does not exist': [{ status: 404, body: { keys: [] } }, PAUSE],
  'a page of a portal': [{ status: 200, html: true }, PAUSE],
  'a page instead of an error': [{ html: true }, PAUSE],
  'no answer': [{ cut: true }, PAUSE],
  'half an answer': [{ truncate: 40 }, PAUSE],
  'an answer that may not be read': [{ without_cors: true }, PAUSE],
  'nothing': [{ status: 204 }, PAUSE],
  'another document': [{ body: { result: 'okay' } }, PAUSE],
  'a list': [{ body: [] }, PAUSE],
  'no key at all': [{ body: { keys: [] } }, PAUSE],
  'keys that are none': [{ body: { keys: [null, 7, {}, { kid: 7 }] } }, PAUSE],
  'a number of keys': [{ body: { keys: 7 } }, PAUSE],
  'broken JSON': [{ body: '{"keys":[' }, PAUSE],
};

visit(
  'whatever stands in the way of the keys leaves a token unverified, and nothing else undone',
  { clock: 'stopped', settings: lasting },
  async ({ realm, open, pass }) => {
    const page = await open();
    for (const [what, [rule, seconds]] of Object.entries(outages)) {
      await renew(page);
      await realm.script({ ...jwks, ...rule });
      const jwt = await tokenOf(page, realm.person);
      assert.deepEqual(await failure(page, jwt), ['keys_unavailable', true, seconds], what);
      assert.equal(await signIn(page, realm.person), 'done', what);
      await realm.unscript();
      await realm.forget();
      await pass(seconds - 1);
      assert.deepEqual(await failure(page, jwt), ['keys_unavailable', true, 1], what);
      assert.equal(await realm.keyRequestCount(), 0, `${what}: it is left alone meanwhile`);
      await pass(1);
      assert.equal(await verify(page, jwt), 'okay', what);
      assert.equal(await realm.keyRequestCount(), 1, what);
    }
  },
);

visit('keys that never come are waited for as long as a call may take', { clock: 'stopped' }, async (world) => {
  const { realm, open, pass } = world;
  const page = await open({ timeoutMs: 7000 });
  await realm.script({ ...jwks, hang: true });
  const jwt = await tokenOf(page, realm.person);
  await page.evaluate((given) => {
    globalThis.codes = [];
    for (let i = 0; i < 50; i += 1) lr.verifyToken(given).then(({ code }) => codes.push(code));
  }, jwt);
  await eventually(() => realm.keyRequestCount(), 1);
  await pass(6.9);
  assert.deepEqual(await page.evaluate(() => codes), []);
  assert.equal(await signIn(page, realm.person), 'done', 'who signs in does not wait for keys');
  await pass(0.2);
  await eventually(() => page.evaluate(() => codes.length), 50);
  assert.deepEqual(await page.evaluate(() => [...new Set(codes)]), ['keys_unavailable']);
  assert.equal(await realm.keyRequestCount(), 1);
});

visit(
  'keys outlast an outage of the service for a day',
  { clock: 'stopped', settings: lasting },
  async ({ realm, open, pass }) => {
    const page = await open();
    const jwt = await tokenOf(page, realm.person);
    assert.equal(await verify(page, jwt), 'okay');
    await realm.script({ ...jwks, status: 503 });
    await pass(FRESH);
    assert.equal(await verify(page, jwt), 'okay');
    assert.equal(await realm.keyRequestCount(), 2);
    await pass(DAY - FRESH - 1);
    assert.equal(await verify(page, jwt), 'okay');
    await pass(PAUSE);
    assert.equal(await verify(page, jwt), 'keys_unavailable');
  },
);

visit('an outage is not a storm', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  await realm.script({ ...jwks, status: 503 });
  for (let second = 0; second < 60; second += 5) {
    assert.deepEqual(await verifyAll(page, Array(50).fill(jwt)), { keys_unavailable: 50 });
    await pass(5);
  }
  assert.equal(await realm.keyRequestCount(), 6);
});

// ---------------------------------------------------------------------------------------------- forged storms

visit(
  'a thousand tokens with key ids that were made up cost two requests a minute',
  { clock: 'stopped' },
  async ({ realm, open, pass }) => {
    const page = await open();
    const jwt = await tokenOf(page, realm.person);
    const eve = await makeKey();
    await realm.forget();
    for (let batch = 0; batch < 20; batch += 1) {
      const forged = Array.from({ length: 49 }, (_, i) => eve.sign(claims(), { kid: `jky_sample${batch}x${i}` }));
      const tokens = [...(await Promise.all(forged)), jwt];
      assert.deepEqual(await verifyAll(page, tokens), { unknown_key: 49, okay: 1 });
      await pass(3);
    }
    assert.equal(await realm.keyRequestCount(), 1);
    assert.equal(await verify(page, await eve.sign()), 'unknown_key');
    assert.equal(await realm.keyRequestCount(), 2);
  },
);

// ---------------------------------------------------------------------------------------------- what is a key

visit('a key that is for something else is not used', {}, async ({ realm, open }) => {
  const key = await makeKey();
  const page = await open();
  await publish(realm, { ...key.jwk, key_ops: ['encrypt'] });
  assert.equal(await verify(page, await key.sign()), 'unusable_key');
});

visit('a key is found by its components, or by its SPKI', {}, async ({ realm, open }) => {
  const key = await makeKey();
  const eve = await makeKey();
  const { jwk, kid, spki } = key;
  const { kty, n, e } = jwk;
  const page = await open();
  for (const published of [
    [jwk],
    [{ kid, kty, n, e }],
    [{ kid, n, e }],
    [{ ...jwk, x5c: [spki] }],
    [{ ...jwk, x5c: [eve.spki] }],
    [{ kid, alg: 'RS256', x5c: [spki] }],
    [{ kid, x5c: [spki, eve.spki] }],
    [{ ...jwk, key_ops: ['verify'], ext: 'no', unheard_of: 1 }],
    [null, 7, {}, { kid: 7 }, { ...eve.jwk, kid: 'jky_sample234567' }, jwk, eve.jwk],
  ]) {
    await renew(page);
    await realm.unscript();
    await publish(realm, ...published);
    assert.equal(await verify(page, await key.sign()), 'okay', JSON.stringify(published));
    assert.equal(await verify(page, await eve.sign()), 'invalid_signature', JSON.stringify(published));
  }
});

visit('a key that cannot be used is called so, and hides no other', {}, async ({ realm, open }) => {
  const kid = 'jky_sample234567';
  const good = await makeKey();
  const { jwk, spki } = await makeKey(kid);
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const curve = await makeKey(kid, 'ES256', {});
  const other = await makeKey(kid);
  const token = await good.sign(claims(), { kid });
  const page = await open();
  for (const broken of [
    curve.jwk,
    { ...curve.jwk, alg: 'RS256' },
    { kid, x5c: [curve.spki] },
    { kid, ...weak.export({ format: 'jwk' }) },
    { kid, x5c: [weak.export({ format: 'der', type: 'spki' }).toString('base64')] },
    { ...jwk, alg: 'RS512' },
    { ...jwk, alg: 'RSA-OAEP' },
    { ...jwk, alg: 7 },
    { ...jwk, use: 'enc' },
    { ...jwk, kty: 'oct' },
    { ...jwk, n: '' },
    { ...jwk, n: '!' },
    { ...jwk, n: jwk.n.slice(0, 100) },
    { ...jwk, e: '' },
    { ...jwk, n: undefined },
    { ...jwk, n: undefined, e: undefined },
    { kid },
    { kid, x5c: [] },
    { kid, x5c: [''] },
    { kid, x5c: ['!'] },
    { kid, x5c: [`MIIB${spki}`] },
    { kid, x5c: [7] },
    { kid, x5c: spki },
    { kid, kty: 'oct', k: 'c2VjcmV0' },
  ]) {
    await renew(page);
    await realm.unscript();
    await publish(realm, broken, good.jwk, other.jwk);
    assert.equal(await verify(page, token), 'unusable_key', JSON.stringify(broken));
    assert.equal(await verify(page, await good.sign()), 'okay', JSON.stringify(broken));
  }
});

// ---------------------------------------------------------------------------------------------- late replies

visit('an older reply never takes the place of a newer one', {}, async ({ realm, context, open }) => {
  const elsewhere = await makeRealm();
  try {
    const page = await open();
    const [old, fresh] = [await makeKey('jky_sample123456'), await makeKey('jky_sample234567')];
    const held = [];
    await context.route(`${realm.url}connect/jwks`, (route) => held.push(route));
    const answer = (route, key) =>
      route.fulfill({ json: { keys: [key.jwk] }, headers: { 'access-control-allow-origin': '*' } });
    const turnTo = (url) => page.evaluate((given) => (lr.lrUrl = given), url);

    const first = verify(page, await fresh.sign());
    await eventually(() => held.length, 1);
    await turnTo(elsewhere.url);
    assert.equal(await verify(page, await fresh.sign()), 'unknown_key');
    await turnTo(realm.url);
    const second = verify(page, await fresh.sign());
    await eventually(() => held.length, 2);
    await answer(held[1], fresh);
    assert.equal(await second, 'okay');
    await answer(held[0], old);
    assert.equal(await first, 'aborted', 'it was asked of a realm that was left meanwhile');
    assert.equal(await verify(page, await fresh.sign()), 'okay');
    assert.equal(await verify(page, await old.sign()), 'unknown_key');
  } finally {
    await elsewhere.remove();
  }
});

visit('who waits for keys when the client is disposed of waits no longer', {}, async ({ realm, open }) => {
  const page = await open();
  await realm.script({ ...jwks, hang: true });
  const jwt = await tokenOf(page, realm.person);
  await page.evaluate((given) => {
    globalThis.verifying = lr.verifyToken(given).then(({ code }) => code);
  }, jwt);
  await eventually(() => realm.keyRequestCount(), 1);
  await page.evaluate(() => lr.session.dispose());
  assert.equal(await page.evaluate(() => verifying), 'disposed');
});
