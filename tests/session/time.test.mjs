// Time: refreshing ahead of expiry, sleep, wrong clocks, timers that do not fire.
import assert from 'node:assert/strict';
import { LIFETIME } from './support/realm.mjs';
import {
  arrive,
  becomes,
  eventually,
  explain,
  holdRefreshes,
  outcome,
  snapshot,
  token,
  waitsFor,
} from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const DAY = 24 * 3600;
const HOUR = 3600;
const local = { storage: 'local' };

/** When a token expires by the service's clock, as it says itself. */
const claims = ({ token: jwt }) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

// ---------------------------------------------------------------------------------------------- ahead of expiry

visit(
  'a token is replaced between 70 and 85 per cent of its time, and nobody has to ask',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    const { expiresAt } = await snapshot(page);
    const { nextWakeInSeconds } = await explain(page);
    assert.ok(
      nextWakeInSeconds > LIFETIME * 0.69 && nextWakeInSeconds < LIFETIME * 0.86,
      `${nextWakeInSeconds} s`,
    );
    await pass(LIFETIME * 0.69);
    assert.equal((await explain(page)).refreshing, undefined);
    assert.equal(await realm.refreshCount(), 0);
    await pass(LIFETIME * 0.17);
    await becomes(page, {
      state: 'signed_in',
      freshness: 'fresh',
      expiresAt: expiresAt + Math.round(LIFETIME * 0.86),
    });
    assert.equal(await realm.refreshCount(), 1);
    const { lastRefresh } = await explain(page);
    assert.deepEqual([lastRefresh.why, lastRefresh.code], ['due', 'okay']);
  },
);

visit('a session is kept alive by its schedule for hours', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  for (let round = 1; round <= 12; round += 1) {
    await pass(LIFETIME * 0.86);
    await eventually(() => realm.refreshCount(), round);
    await waitsFor(page, undefined);
    const { state, freshness } = await snapshot(page);
    assert.deepEqual([state, freshness], ['signed_in', 'fresh']);
  }
});

visit(
  'a service that hands out the same token again is not asked for ever',
  { clock: 'stopped', settings: { assumptions: { reuse_token: true } } },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    await pass(LIFETIME * 0.86);
    await eventually(() => realm.refreshCount(), 1);
    await waitsFor(page, undefined);
    // The schedule has stopped: no timer but that of the expiry is left, and that one asks for nothing.
    for (let minute = 0; minute < 5; minute += 1) await pass(LIFETIME);
    await becomes(page, { state: 'signed_in', freshness: 'stale' });
    assert.equal((await explain(page)).refreshing, undefined);
    assert.equal(await realm.refreshCount(), 1);
    assert.equal(await outcome(page), 'okay', 'but whoever needs one gets it');
  },
);

// ---------------------------------------------------------------------------------------------- sleep

visit(
  'after days of sleep a session is there with a new token, for one request',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open(local);
    await arrive(page, realm.person);
    const { user } = await snapshot(page);
    await pass(5 * DAY);
    const grant = await token(page);
    assert.equal(grant.result, 'okay');
    const { now } = await realm.time();
    assert.ok(claims(grant).exp > now + LIFETIME - 60, 'and it is new');
    await becomes(page, { state: 'signed_in', freshness: 'fresh', user });
    assert.equal(await realm.refreshCount(), 1);
  },
);

visit('after days of sleep of many tabs there is one request in all', { clock: 'stopped' }, async (world) => {
  const { realm, context, open, pass } = world;
  const pages = [await open(local), await open(local), await open(local)];
  await arrive(pages[0], realm.person);
  for (const page of pages) await becomes(page, { state: 'signed_in' }, pass);
  await realm.forget();
  // Time passes in one page after the other, so that one would hear of a token from its future.
  const release = await holdRefreshes(context);
  await pass(5 * DAY);
  await eventually(
    async () => (await Promise.all(pages.map(explain))).filter(({ refreshing }) => refreshing).length,
    3,
  );
  await release();
  for (const page of pages) await becomes(page, { state: 'signed_in', freshness: 'fresh' }, pass);
  for (const page of pages) assert.equal(await outcome(page), 'okay');
  assert.equal(await realm.refreshCount(), 1);
});

visit(
  'a sleep longer than the session ends it, since the service says so',
  { clock: 'stopped', settings: { session_minutes: 60 } },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open(local);
    await arrive(page, realm.person);
    await pass(3 * DAY);
    await becomes(page, { state: 'signed_out', signOutReason: 'expired', user: undefined });
    assert.equal(await outcome(page), 'not_signed_in');
    await pass(3 * DAY);
    assert.equal(
      await realm.refreshCount(),
      2,
      'with the account, and once more without it; then nobody asks any more',
    );
  },
);

visit(
  'a monotonic clock that stood still in sleep does not make an old token a good one',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, open } = world;
    const page = await open();
    await arrive(page, realm.person);
    const first = await token(page);
    // The wall clock moves; no timer fires, and `performance.now()` stays what it was.
    await realm.advance(2 * HOUR);
    const before = await page.evaluate(() => performance.now());
    await context.clock.setSystemTime((await page.evaluate(() => Date.now())) + 2 * HOUR * 1000);
    assert.ok((await page.evaluate(() => performance.now())) - before < 60_000);
    const second = await token(page);
    assert.equal(second.result, 'okay');
    assert.notEqual(second.token, first.token);
    assert.equal(await realm.refreshCount(), 1);
  },
);

visit('a monotonic clock that fails for a moment makes no token old', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const first = await token(page);
  await page.evaluate(() => {
    globalThis.now = performance.now;
    performance.now = () => {
      throw new Error('this clock is broken');
    };
  });
  const second = await token(page);
  await page.evaluate(() => {
    performance.now = globalThis.now;
  });
  const third = await token(page);
  assert.deepEqual([second.token, third.token], [first.token, first.token]);
  assert.equal(await realm.refreshCount(), 0);
});

// ---------------------------------------------------------------------------------------------- timers

visit('timers that never fire keep nobody from a good token', {}, async ({ realm, context, open }) => {
  // A browser under pressure: what is to run later than now never does.
  await context.addInitScript(() => {
    const { setTimeout } = globalThis;
    let advanced = 0;
    const { now } = Date;
    Date.now = () => now() + advanced;
    globalThis.sleepFor = (ms) => {
      advanced += ms;
    };
    globalThis.setTimeout = (work, ms, ...more) => (ms > 0 ? 0 : setTimeout(work, 0, ...more));
    globalThis.setInterval = () => 0;
  });
  const page = await open();
  await arrive(page, realm.person);
  const first = await token(page);
  await realm.advance(HOUR);
  await page.evaluate((ms) => sleepFor(ms), HOUR * 1000);
  assert.equal(await realm.refreshCount(), 0);
  const second = await token(page);
  assert.equal(second.result, 'okay');
  assert.notEqual(second.token, first.token);
  assert.equal(await realm.refreshCount(), 1);
});

visit('a timer that fires much too early asks for nothing', {}, async ({ realm, context, open }) => {
  await context.addInitScript(() => {
    const { setTimeout } = globalThis;
    globalThis.fired = 0;
    globalThis.setTimeout = (work, ms, ...more) =>
      ms > 20_000 && globalThis.fired < 100
        ? setTimeout(
            () => {
              globalThis.fired += 1;
              work();
            },
            0,
            ...more,
          )
        : setTimeout(work, ms, ...more);
  });
  const page = await open();
  await arrive(page, realm.person);
  // The timer of a call that is over may have to come first.
  await eventually(() => page.evaluate(() => globalThis.fired), 100, 30_000);
  assert.equal(await realm.refreshCount(), 0);
  assert.equal((await snapshot(page)).freshness, 'fresh');
});

// ---------------------------------------------------------------------------------------------- wrong clocks

for (const [what, hours] of [
  ['three hours ahead', 3],
  ['three hours behind', -3],
  ['a year behind', -365 * 24],
  ['a year ahead', 365 * 24],
]) {
  visit(
    `a device whose clock is ${what} gets good tokens, and no more requests than others`,
    { clock: { aheadSeconds: hours * HOUR } },
    async (world) => {
      const { realm, open, pass } = world;
      const page = await open();
      await arrive(page, realm.person);
      assert.equal((await snapshot(page)).freshness, 'fresh');
      assert.equal(await outcome(page), 'okay');
      assert.equal(await realm.refreshCount(), 0, 'the token is not thought to have expired');
      for (let round = 1; round <= 4; round += 1) {
        await pass(LIFETIME * 0.86);
        await eventually(() => realm.refreshCount(), round);
        await waitsFor(page, undefined);
        const { now } = await realm.time();
        assert.ok(
          claims(await token(page)).exp > now,
          'whoever asks gets one that is good by the service’s clock',
        );
      }
      assert.equal(await realm.refreshCount(), 4);
      const { skewSeconds } = await explain(page);
      assert.ok(Math.abs(skewSeconds + hours * HOUR) <= 2, `a skew of ${skewSeconds} s`);
    },
  );
}

for (const [what, seconds] of [
  ['set forward', 2 * HOUR],
  ['set back', -2 * HOUR],
]) {
  visit(
    `a clock that is ${what} while somebody is signed in ends nothing`,
    { clock: 'stopped' },
    async ({ realm, context, open, pass }) => {
      const page = await open();
      await arrive(page, realm.person);
      await pass(10);
      await context.clock.setSystemTime((await page.evaluate(() => Date.now())) + seconds * 1000);
      assert.equal(await outcome(page), 'okay');
      assert.equal((await snapshot(page)).state, 'signed_in');
      assert.ok((await realm.refreshCount()) <= 1, `${await realm.refreshCount()} requests`);
    },
  );
}

// ---------------------------------------------------------------------------------------------- how long it lasts

visit('a token lasts for as long as the caller needs it', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  const first = await token(page, { minValiditySeconds: LIFETIME / 2 });
  await pass(LIFETIME * 0.6);
  assert.equal((await token(page)).token, first.token, 'it is good enough for whoever does not say');
  const second = await token(page, { minValiditySeconds: LIFETIME / 2 });
  const { now } = await realm.time();
  assert.ok(claims(second).exp - now >= LIFETIME / 2);
  assert.equal(await realm.refreshCount(), 1);
});

visit(
  'a token that lasts longer than any does not exist, and nobody is signed out for it',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    for (let time = 0; time < 20; time += 1) {
      const answer = await token(page, { minValiditySeconds: LIFETIME * 10 });
      assert.deepEqual([answer.result, answer.code, answer.retryable], ['error', 'no_fresh_token', false]);
    }
    assert.equal(
      await realm.refreshCount(),
      0,
      'a token that was made just now lasts no longer if it is made again',
    );
    assert.equal((await snapshot(page)).state, 'signed_in');
    assert.equal(await outcome(page), 'okay');
    await pass(LIFETIME * 0.5);
    assert.equal(await outcome(page, { minValiditySeconds: LIFETIME * 10 }), 'no_fresh_token');
    assert.equal(await realm.refreshCount(), 1, 'of an older one that is not known before it was tried');
    assert.equal((await snapshot(page)).state, 'signed_in');
  },
);

visit('a length of time that is none is misuse, and tells so', { script: 'about values that only a script can give' }, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const codes = await page.evaluate(() =>
    Promise.all(
      [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', {}].map((minValiditySeconds) =>
        lr.session.token({ minValiditySeconds }).then(({ code }) => code),
      ),
    ),
  );
  assert.deepEqual(new Set(codes), new Set(['invalid_option']));
  assert.equal(await outcome(page, { minValiditySeconds: 2 ** 53 }), 'no_fresh_token', 'a number, if a large one');
  assert.equal(await outcome(page, { minValiditySeconds: 0 }), 'okay');
  assert.equal(await realm.refreshCount(), 0);
});
