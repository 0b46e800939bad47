// The client's option `verify`: which tokens the session gives out, and what it says of them.
import assert from 'node:assert/strict';
import { call, get } from '../session/support/backend.mjs';
import { LIFETIME } from '../session/support/realm.mjs';
import { arrive, becomes, eventually, outcome, signIn, snapshot, token } from '../session/support/steps.mjs';
import { useBrowser, visit } from '../session/support/visit.mjs';
import { claims, makeKey, read } from './support/jose.mjs';
import { verify } from './support/steps.mjs';

useBrowser();

const jwks = { path: '/connect/jwks' };
const login = { path: '/v2/login', method: 'POST' };

/** What `token()` says of the token now. */
async function verdict(page) {
  const { code, result, verified } = await token(page);
  return [code ?? result, verified];
}

/** Hides WebCrypto, as an origin does that is not secure. */
const withoutCrypto = {
  before: (page) =>
    page.addInitScript(() => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })),
};

/** An answer that signs somebody in with a token that the realm did not sign, but whose header names the realm's key. */
async function forge(page, realm) {
  const { keys } = await page.evaluate((url) => fetch(`${url}connect/jwks`).then((jwks) => jwks.json()), realm.url);
  const eve = await makeKey(keys[0].kid);
  const payload = claims();
  return {
    result: 'full_login',
    session: payload.sid,
    account: payload.orgs[0].oid,
    token: await eve.sign(payload),
  };
}

// ---------------------------------------------------------------------------------------------- good ones

for (const [option, verified, requests] of [
  [undefined, false, 0],
  ['off', false, 0],
  ['lazy', true, 1],
  ['strict', true, 1],
]) {
  visit(`a token of the realm is given out with verify: ${option}`, {}, async ({ realm, open }) => {
    const page = await open({ verify: option });
    await arrive(page, realm.person);
    assert.deepEqual(await verdict(page), ['okay', verified]);
    const answers = await page.evaluate(() => Promise.all(Array.from({ length: 50 }, () => lr.session.token())));
    assert.deepEqual(new Set(answers.map((answer) => answer.verified)), new Set([verified]));
    assert.equal(await realm.keyRequestCount(), requests);
    const refreshed = await page.evaluate(() => lr.session.refresh());
    assert.deepEqual([refreshed.result, refreshed.verified], ['okay', verified]);
    const [{ id }] = await realm.accounts();
    const switched = await page.evaluate((account) => lr.session.switchAccount(account), id);
    assert.deepEqual([switched.result, switched.verified, switched.account], ['okay', verified, id]);
    assert.equal(await realm.keyRequestCount(), requests);
  });
}

visit('a token is verified once, however often it is asked for', {}, async ({ realm, open }) => {
  const page = await open(
    { verify: 'strict' },
    {
      before: (fresh) =>
        fresh.addInitScript(() => {
          globalThis.verified = 0;
          const { verify } = SubtleCrypto.prototype;
          SubtleCrypto.prototype.verify = function (...given) {
            globalThis.verified += 1;
            return verify.apply(this, given);
          };
        }),
    },
  );
  await arrive(page, realm.person);
  await token(page);
  for (let i = 0; i < 5; i += 1) assert.deepEqual(await verdict(page), ['okay', true]);
  assert.equal(await page.evaluate(() => verified), 1);
});

visit('a token that another tab brought is verified here, too', {}, async ({ realm, open }) => {
  const local = { storage: 'local', verify: 'strict' };
  const first = await open(local);
  const second = await open(local);
  await arrive(first, realm.person);
  await becomes(second, { state: 'signed_in' });
  assert.deepEqual(await verdict(second), ['okay', true]);
});

visit('an option that is none is refused by name', { script: 'about values that only a script can give' }, async ({ open }) => {
  const page = await open();
  const codes = await page.evaluate(() =>
    ['sometimes', 'Strict', '', true, 1, {}].map((verify) => {
      try {
        return new LoginRocket({ ...options, verify }) && 'accepted';
      } catch ({ code }) {
        return code;
      }
    }),
  );
  assert.deepEqual(new Set(codes), new Set(['invalid_option']));
});

// ---------------------------------------------------------------------------------------------- wrong ones

for (const option of ['lazy', 'strict']) {
  call(`a forged token is never given out with verify: ${option}`, {}, async ({ realm, open, api }) => {
    const page = await open({ verify: option });
    const body = await forge(page, realm);
    await realm.script({ ...login, body, count: 1 });
    await arrive(page, realm.person);
    assert.deepEqual(await verdict(page), ['invalid_signature', undefined]);
    assert.deepEqual(await get(page, '/api/x'), {
      name: 'LoginRocketError',
      code: 'invalid_signature',
      isTyped: true,
    });
    assert.deepEqual(api.requests, []);
    // The session of a person whom the realm knows goes on as ever.
    await arrive(page, realm.person);
    assert.deepEqual(await verdict(page), ['okay', true]);
    assert.equal(await get(page, '/api/x'), 200);
  });

  visit(`a forged token of a refresh is never given out with verify: ${option}`, {}, async ({ realm, open }) => {
    const page = await open({ verify: option });
    await arrive(page, realm.person);
    const { session, account } = await page.evaluate(() => lr.getSession());
    const body = { ...(await forge(page, realm)), session, account };
    await realm.script({ body, count: 1 });
    const refreshed = await page.evaluate(() => lr.session.refresh().then(({ code, result }) => code ?? result));
    assert.equal(refreshed, 'invalid_signature');
    assert.equal((await snapshot(page)).state, 'signed_in');
  });
}

call('without being asked to, a session takes the realm’s word', {}, async ({ realm, open, api }) => {
  const page = await open();
  const body = await forge(page, realm);
  await realm.script({ ...login, body, count: 1 });
  await arrive(page, realm.person);
  assert.deepEqual(await verdict(page), ['okay', false]);
  assert.equal(await get(page, '/api/x'), 200);
  assert.equal(api.requests[0].authorization, `Bearer ${body.token}`);
});

// ---------------------------------------------------------------------------------------------- unknown

call('while the keys cannot be had, lazy gives a token out unverified, strict does not', { clock: 'stopped' }, async (world) => {
  const { realm, open, api, pass } = world;
  await realm.script({ ...jwks, status: 503 });
  const lazy = await open({ verify: 'lazy' });
  const strict = await open({ verify: 'strict' });
  for (const page of [lazy, strict]) await arrive(page, realm.person);
  assert.deepEqual(await verdict(lazy), ['okay', false]);
  assert.equal(await get(lazy, '/api/lazy'), 200);
  const { code, retryable, retryAfterSeconds } = await token(strict);
  assert.deepEqual([code, retryable, retryAfterSeconds], ['keys_unavailable', true, 10]);
  assert.deepEqual(await get(strict, '/api/strict'), {
    name: 'LoginRocketError',
    code: 'keys_unavailable',
    isTyped: true,
  });
  assert.deepEqual(
    api.requests.map(({ url }) => url),
    ['/api/lazy'],
  );
  for (const page of [lazy, strict]) assert.equal((await snapshot(page)).state, 'signed_in');
  await realm.unscript();
  await pass(10);
  for (const page of [lazy, strict]) assert.deepEqual(await verdict(page), ['okay', true]);
});

visit('a key that is too new to be known is one that cannot be had', { clock: 'stopped' }, async (world) => {
  const { realm, open, pass } = world;
  const lazy = await open({ verify: 'lazy' });
  const strict = await open({ verify: 'strict' });
  for (const page of [lazy, strict]) {
    await arrive(page, realm.person);
    assert.deepEqual(await verdict(page), ['okay', true]);
  }
  await realm.rotateKeys();
  for (const page of [lazy, strict]) await page.evaluate(() => lr.session.refresh());
  assert.deepEqual(await verdict(lazy), ['okay', false]);
  assert.deepEqual(await verdict(strict), ['unknown_key', undefined]);
  await pass(60);
  for (const page of [lazy, strict]) assert.deepEqual(await verdict(page), ['okay', true]);
});

visit('keys that never come hold nobody up for ever', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  await realm.script({ ...jwks, hang: true });
  const page = await open({ verify: 'strict', timeoutMs: 3000 });
  assert.equal(await signIn(page, realm.person), 'done');
  assert.equal((await snapshot(page)).state, 'signed_in', 'who signs in does not wait for keys');
  await page.evaluate(() => {
    globalThis.waiting = lr.session.token().then(({ code }) => code);
  });
  await eventually(() => realm.keyRequestCount(), 1);
  await pass(3);
  assert.equal(await page.evaluate(() => waiting), 'keys_unavailable');
});

visit('without WebCrypto lazy gives a token out unverified, strict does not', {}, async ({ realm, open }) => {
  const lazy = await open({ verify: 'lazy' }, withoutCrypto);
  const strict = await open({ verify: 'strict' }, withoutCrypto);
  for (const page of [lazy, strict]) await arrive(page, realm.person);
  assert.deepEqual(await verdict(lazy), ['okay', false]);
  assert.deepEqual(await verdict(strict), ['crypto_unavailable', undefined]);
  assert.equal(await realm.keyRequestCount(), 0);
});

// ---------------------------------------------------------------------------------------------- wrong clocks

const YEARS = 5 * 365 * 24 * 3600;

for (const [aheadSeconds, code] of [
  [YEARS, 'token_expired'],
  [-YEARS, 'token_not_yet_valid'],
]) {
  visit(
    `a device whose clock is off by ${aheadSeconds / 365 / 24 / 3600} years has verified tokens`,
    { clock: { aheadSeconds } },
    async ({ realm, open, pass }) => {
      const page = await open({ verify: 'strict' });
      await arrive(page, realm.person);
      assert.deepEqual(await verdict(page), ['okay', true]);
      const { token: jwt } = await token(page);
      assert.equal(await verify(page, jwt), 'okay', 'the service has told the time');
      assert.equal(await verify(await open(), jwt), code, 'where it has not, there is only the device’s clock');
      await pass(LIFETIME + 1);
      assert.equal(await outcome(page), 'okay');
      assert.deepEqual(await verdict(page), ['okay', true]);
      const { payload } = read((await token(page)).token);
      assert.equal(payload.exp - payload.iat, LIFETIME);
    },
  );
}
