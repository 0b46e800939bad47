// Fifty callers with an expired session, against everything that a service can say: one request, the wait that it asks for
// is kept, the session stays, and everyone is answered.
import assert from 'node:assert/strict';
import { LIFETIME, adaOfTwo } from './support/realm.mjs';
import {
  arrive,
  becomes,
  eventually,
  explain,
  inBackground,
  outcome,
  show,
  snapshot,
  waitsFor,
} from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const CALLERS = 50;
const local = { storage: 'local' };

/** Headers of another origin that a page may read. */
const readable = { 'access-control-expose-headers': 'retry-after, ratelimit-reset' };

/** Lets fifty callers ask; `answers` waits for what each is told. */
async function storm(page, options) {
  await page.evaluate(
    ([callers, given]) => {
      globalThis.storm = Promise.all(Array.from({ length: callers }, () => lr.session.token(given)));
    },
    [CALLERS, options],
  );
}

const answers = (page) =>
  page.evaluate(() => globalThis.storm.then((all) => all.map(({ code, result }) => code ?? result)));

/** All fifty were told the same. */
async function assertAllTold(page, what) {
  assert.deepEqual(await answers(page), Array(CALLERS).fill(what));
}

/** A page whose token has expired, without its schedule having asked yet: the callers come first. */
async function openExpired({ realm, open, pass }, options = local) {
  const page = await open(options);
  await arrive(page, realm.person);
  // A hidden page has no schedule.
  await show(page, false);
  await pass(LIFETIME + 1);
  assert.equal(await realm.refreshCount(), 0);
  return page;
}

visit('fifty callers against 200 are one request, and all get the token', { clock: 'stopped' }, async (world) => {
  const { realm, pass } = world;
  const page = await openExpired(world);
  await storm(page);
  const tokens = await page.evaluate(() =>
    globalThis.storm.then((all) => [...new Set(all.map(({ token }) => token))]),
  );
  assert.equal(tokens.length, 1);
  await assertAllTold(page, 'okay');
  await becomes(page, { state: 'signed_in', freshness: 'fresh' });
  await pass(60);
  assert.equal(await realm.refreshCount(), 1);
});

visit('what one of fifty callers does to its answer changes no other one', { clock: 'stopped' }, async (world) => {
  const page = await openExpired(world);
  await page.evaluate(() => {
    const spoil = (answer) => Object.assign(answer, { token: '', result: 'error' });
    globalThis.storm = Promise.all([
      lr.session.token().then(spoil),
      ...Array.from({ length: 49 }, () => lr.session.token()),
    ]);
  });
  assert.deepEqual(await answers(page), ['error', ...Array(CALLERS - 1).fill('okay')]);
  const distinct = await page.evaluate(() => globalThis.storm.then((all) => new Set(all).size));
  assert.equal(distinct, CALLERS);
});

visit(
  'fifty callers against 429 with Retry-After are one request, and the next comes when it may',
  { clock: 'stopped' },
  async (world) => {
    const { realm, pass } = world;
    const page = await openExpired(world);
    await realm.script({ status: 429, headers: { 'retry-after': '90', ...readable }, count: 1 });
    await storm(page);
    await assertAllTold(page, 'rate_limited');
    assert.deepEqual(
      await page.evaluate(() =>
        globalThis.storm.then((all) => [...new Set(all.map((each) => each.retryAfterSeconds))]),
      ),
      [90],
    );
    await becomes(page, { state: 'signed_in', freshness: 'stale' });

    // The realm would answer by now. Nobody asks it, however many want to.
    for (const seconds of [1, 30, 58]) {
      await pass(seconds);
      await storm(page);
      await assertAllTold(page, 'rate_limited');
      await page.evaluate(() => lr.session.refresh());
      assert.equal(await realm.refreshCount(), 1);
    }
    const { wait } = await explain(page);
    assert.deepEqual([wait.code, wait.seconds <= 1], ['rate_limited', true]);
    await pass(1);
    await storm(page);
    await assertAllTold(page, 'okay');
    assert.equal(await realm.refreshCount(), 2);
    await becomes(page, { state: 'signed_in', freshness: 'fresh' });
  },
);

visit('a Retry-After as a date, and a Ratelimit-Reset, are kept too', { clock: 'stopped' }, async (world) => {
  const { realm, pass } = world;
  const page = await openExpired(world);
  for (const name of ['retry-after', 'ratelimit-reset']) {
    const before = await realm.refreshCount();
    const { now } = await realm.time();
    await realm.script({
      status: 429,
      headers: { [name]: new Date((now + 40) * 1000).toUTCString(), ...readable },
      count: 1,
    });
    await storm(page);
    await assertAllTold(page, 'rate_limited');
    await pass(38);
    assert.equal(await outcome(page), 'rate_limited', name);
    await pass(3);
    assert.equal(await outcome(page), 'okay', name);
    assert.equal(await realm.refreshCount(), before + 2, name);
    await pass(LIFETIME + 60);
  }
});

visit('a wait that the service asked one tab for is kept by its siblings', { clock: 'stopped' }, async (world) => {
  const { realm, open, pass } = world;
  const page = await openExpired(world);
  // In the foreground it would ask at once, as a new tab that has no token.
  const sibling = await open(local, inBackground);
  await realm.script({ status: 429, headers: { 'retry-after': '60', ...readable }, count: 1 });
  await storm(page);
  await assertAllTold(page, 'rate_limited');
  await eventually(async () => (await explain(sibling)).wait?.code, 'rate_limited');
  await storm(sibling);
  await assertAllTold(sibling, 'rate_limited');
  assert.equal(await realm.refreshCount(), 1);
  await pass(60);
  assert.equal(await outcome(sibling), 'okay');
});

visit('fifty callers against 503 are one request, and the session stays', { clock: 'stopped' }, async (world) => {
  const { realm, pass } = world;
  const page = await openExpired(world);
  await realm.script({ status: 503 });
  await storm(page);
  await assertAllTold(page, 'server_error');
  assert.equal(await realm.refreshCount(), 1);
  await becomes(page, { state: 'signed_in', freshness: 'stale' });
  await realm.unscript();
  await pass(31);
  assert.equal(await outcome(page), 'okay');
  assert.equal(await realm.refreshCount(), 2);
});

visit(
  'a refresh that failed while the token is good is made up for, and nobody has to ask',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    await realm.script({ status: 503, count: 1 });
    assert.equal(await page.evaluate(() => lr.session.refresh().then(({ code }) => code)), 'server_error');
    assert.equal((await snapshot(page)).freshness, 'stale');
    assert.equal(await outcome(page), 'okay', 'the token is as good as before');
    // Within five minutes, which is before it is due.
    await pass(310);
    await becomes(page, { state: 'signed_in', freshness: 'fresh' });
    assert.equal(await realm.refreshCount(), 2);
  },
);

visit(
  'fifty callers against a service that never answers wait for no longer than they said',
  { clock: 'stopped' },
  async (world) => {
    const { realm, pass } = world;
    const page = await openExpired(world);
    await realm.script({ hang: true });
    await storm(page, { timeoutMs: 3_000 });
    await waitsFor(page, 'answer');
    await pass(3);
    await assertAllTold(page, 'timeout');
    await storm(page);
    assert.equal((await explain(page)).waiting, CALLERS);
    await pass(15);
    await assertAllTold(page, 'timeout');
    assert.equal(await realm.refreshCount(), 1);
    await pass(15);
    await waitsFor(page, undefined);
    await becomes(page, { state: 'signed_in', freshness: 'stale' });
    assert.equal((await explain(page)).waiting, 0);
    await realm.unscript();
    await pass(31);
    assert.equal(await outcome(page), 'okay');
  },
);

visit('one of fifty callers who gives up takes nothing from the others', { clock: 'stopped' }, async (world) => {
  const { realm, context } = world;
  const page = await openExpired(world);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  await context.route('**/v2/session*', async (route) => {
    await held;
    await route.continue();
  });
  await storm(page);
  const code = await page.evaluate(() => {
    const controller = new AbortController();
    const answer = lr.session.token({ signal: controller.signal });
    controller.abort();
    return answer.then((given) => given.code);
  });
  assert.equal(code, 'aborted');
  release();
  await assertAllTold(page, 'okay');
  assert.equal(await realm.refreshCount(), 1);
});

visit('whoever has given up already makes no request', { clock: 'stopped' }, async (world) => {
  const { realm } = world;
  const page = await openExpired(world);
  const codes = await page.evaluate(() => {
    const signal = AbortSignal.abort();
    const all = [
      lr.session.token({ signal }),
      lr.session.refresh({ signal }),
      lr.session.switchAccount('org_sample123456', { signal }),
    ];
    return Promise.all(all.map((each) => each.then(({ code }) => code)));
  });
  assert.deepEqual(codes, ['aborted', 'aborted', 'aborted']);
  assert.equal((await explain(page)).refreshing, undefined);
  assert.equal(await realm.refreshCount(), 0);
});

visit(
  'whoever asks again and again makes no more than six requests a minute',
  { clock: 'stopped' },
  async (world) => {
    const { realm, pass, open } = world;
    const page = await open();
    await arrive(page, realm.person);
    const codes = [];
    for (let second = 0; second < 20; second += 1) {
      await pass(2);
      codes.push(await page.evaluate(() => lr.session.refresh().then(({ code, result }) => code ?? result)));
    }
    // With an account it begins five times, which leaves room for asking once more without it.
    assert.deepEqual(codes, [...Array(5).fill('okay'), ...Array(15).fill('refresh_limited')]);
    assert.equal(await realm.refreshCount(), 5);
    const { retryAfterSeconds } = await page.evaluate(() => lr.session.refresh());
    assert.ok(retryAfterSeconds > 0 && retryAfterSeconds <= 60);
    await pass(retryAfterSeconds);
    assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
  },
);

visit(
  'a session that is refused, with its account and without, is over for fifty callers and in all tabs',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await openExpired(world);
    await realm.endSessions();
    const sibling = await open(local, inBackground);
    await storm(page);
    await assertAllTold(page, 'access_denied');
    await becomes(page, { state: 'signed_out', signOutReason: 'expired', user: undefined });
    await becomes(sibling, { state: 'signed_out', signOutReason: 'expired' }, pass);
    assert.equal(await outcome(page), 'not_signed_in');
    const asked = (await realm.refreshes()).map(({ params }) => params.account !== undefined);
    assert.deepEqual(asked, [true, false]);
  },
);

visit('an account that is refused is left, and the session goes on', { clock: 'stopped' }, async (world) => {
  const { realm } = world;
  const page = await openExpired(world);
  const { user, account } = await snapshot(page);
  await realm.script({ status: 403, count: 1 });
  await storm(page);
  await assertAllTold(page, 'okay');
  await becomes(page, { state: 'signed_in', freshness: 'fresh', user, account });
  assert.equal(await realm.refreshCount(), 2);
});

visit(
  'where an account has to be selected, one that is refused leads to selecting another',
  { clock: 'stopped', settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open(local);
    const [engines, looms] = await realm.accounts();
    await page.evaluate(([person, account]) => lr.login({ ...person, account }), [realm.person, engines.id]);
    await becomes(page, { state: 'signed_in' });
    await pass(LIFETIME / 2);
    await realm.script({ status: 403, count: 1 });
    assert.equal(await page.evaluate(() => lr.session.refresh().then(({ code }) => code)), 'no_token');
    await becomes(page, { state: 'conditional', conditions: ['no_account_selected'], next: 'select_account' });
    await pass(1);
    const grant = await page.evaluate((id) => lr.session.switchAccount(id), looms.id);
    assert.equal(grant.account, looms.id);
    await becomes(page, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } });
  },
);

for (const foreign of ['conditional', 'forbidden', 'ignored']) {
  visit(
    `a switch to an account where the person has no place leaves everything as it is (${foreign})`,
    {
      clock: 'stopped',
      settings: { org_mode: 'multi_user', assumptions: { foreign_account: foreign } },
      people: [adaOfTwo],
    },
    async ({ realm, open }) => {
      const page = await open(local);
      const [engines] = await realm.accounts();
      await page.evaluate(([person, account]) => lr.login({ ...person, account }), [realm.person, engines.id]);
      await becomes(page, { state: 'signed_in', account: { id: engines.id, name: 'Engines' } });
      const before = await snapshot(page);
      const code = await page.evaluate(() =>
        lr.session.switchAccount('org_sample123456').then((answer) => answer.code),
      );
      assert.equal(code, 'account_unavailable');
      assert.deepEqual(await snapshot(page), before);
      assert.equal(await outcome(page), 'okay');
    },
  );
}
