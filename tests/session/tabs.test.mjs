// Several tabs of one browser, which share a session: what reaches whom, and how often the service is asked.
import assert from 'node:assert/strict';
import { LIFETIME, ada, adaOfTwo } from './support/realm.mjs';
import {
  arrive,
  ask,
  becomes,
  eventually,
  explain,
  holdRefreshes,
  outcome,
  outcomes,
  signIn,
  signOut,
  snapshot,
  stored,
  token,
  waitsFor,
} from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };
const twoAccounts = { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] };

/** Opens that many tabs. */
async function openTabs(open, count, options = local, how) {
  const pages = [];
  for (let number = 0; number < count; number += 1) pages.push(await open(options, how));
  return pages;
}

/** What the pages' refreshes wait for, sorted. */
async function waits(pages) {
  return (await Promise.all(pages.map(explain))).map(({ refreshing }) => refreshing).sort();
}

/** Waits until all pages are like that; `pass` as in `becomes`. */
async function allBecome(pages, members, pass) {
  for (const page of pages) await becomes(page, members, pass);
}

// ---------------------------------------------------------------------------------------------- one request

visit(
  'ten tabs whose token has expired, and that all ask at once, are one request',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, open, pass } = world;
    const pages = await openTabs(open, 10);
    await arrive(pages[0], realm.person);
    await allBecome(pages, { state: 'signed_in', freshness: 'fresh' }, pass);
    await realm.forget();
    const release = await holdRefreshes(context);
    await pass(LIFETIME + 1);
    await Promise.all(pages.map((page) => ask(page)));
    // The answer is held back until every tab waits: one for it, the others for the lock.
    await eventually(() => waits(pages), ['answer', ...Array(9).fill('lock')]);
    await release();
    for (const page of pages) assert.deepEqual(await outcomes(page), ['okay']);
    assert.equal(await realm.refreshCount(), 1);
    const tokens = new Set((await Promise.all(pages.map((page) => token(page)))).map((grant) => grant.token));
    assert.equal(tokens.size, 1);
    // Nothing is planned before the new token is due, so nothing more can come.
    await pass(LIFETIME / 2);
    assert.equal(await realm.refreshCount(), 1);
  },
);

visit(
  'ten tabs that are opened on a stored session, and that all wait for its token, are one request',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, open, pass } = world;
    const first = await open(local);
    await arrive(first, realm.person);
    await first.close();
    const release = await holdRefreshes(context);
    const pages = await openTabs(open, 10);
    await eventually(() => waits(pages), ['answer', ...Array(9).fill('lock')]);
    await release();
    await allBecome(pages, { state: 'signed_in', freshness: 'fresh' }, pass);
    assert.equal(await realm.refreshCount(), 1);
  },
);

// ---------------------------------------------------------------------------------------------- news

visit('a sign-in in one tab signs the others in, without a request of theirs', {}, async ({ realm, open }) => {
  const pages = await openTabs(open, 3);
  await allBecome(pages, { state: 'signed_out' });
  await arrive(pages[1], realm.person);
  await allBecome(pages, { state: 'signed_in', freshness: 'fresh' });
  const people = await Promise.all(pages.map(async (page) => (await snapshot(page)).user.email));
  assert.deepEqual(people, [ada.email, ada.email, ada.email]);
  assert.equal(await realm.refreshCount(), 0);
});

visit('a sign-out in one tab is one in all, and is told to the service once', {}, async ({ realm, open }) => {
  const pages = await openTabs(open, 4);
  await arrive(pages[0], realm.person);
  await allBecome(pages, { state: 'signed_in' });
  assert.equal((await signOut(pages[2])).result, 'okay');
  await becomes(pages[2], { state: 'signed_out', signOutReason: 'here' });
  for (const page of [pages[0], pages[1], pages[3]]) {
    await becomes(page, { state: 'signed_out', signOutReason: 'elsewhere', user: undefined, account: undefined });
    assert.equal(await outcome(page), 'not_signed_in');
  }
  assert.equal((await realm.signOuts()).length, 1);
  assert.equal(await realm.sessionCount(), 0);
});

visit('an account switch in one tab is one in all', twoAccounts, async ({ realm, open }) => {
  const pages = await openTabs(open, 4);
  const [engines, looms] = await realm.accounts();
  assert.equal(
    await pages[0].evaluate(
      ([person, account]) => lr.login({ ...person, account }).then(({ next }) => next),
      [realm.person, engines.id],
    ),
    'done',
  );
  await allBecome(pages, { state: 'signed_in', account: { id: engines.id, name: 'Engines' } });
  const grant = await pages[3].evaluate((id) => lr.session.switchAccount(id), looms.id);
  assert.equal(grant.account, looms.id);
  await allBecome(pages, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } });
  for (const page of pages) assert.equal((await token(page)).account, looms.id);
  assert.equal(await realm.refreshCount(), 1, 'the others got the token from the one that switched');
});

visit('a condition that is cleared in one tab is cleared in all', twoAccounts, async ({ realm, open }) => {
  const pages = await openTabs(open, 3);
  assert.equal(await signIn(pages[0], realm.person), 'select_account');
  await allBecome(pages, { state: 'conditional', next: 'select_account' });
  const [engines] = await realm.accounts();
  await pages[1].evaluate((id) => lr.session.switchAccount(id), engines.id);
  await allBecome(pages, { state: 'signed_in', account: { id: engines.id, name: 'Engines' } });
});

visit(
  'a session that the service ended is over in all tabs, after one of them was told',
  {},
  async ({ realm, open }) => {
    const pages = await openTabs(open, 3);
    await arrive(pages[0], realm.person);
    await allBecome(pages, { state: 'signed_in' });
    await realm.endSessions();
    assert.equal(await pages[1].evaluate(() => lr.session.refresh().then(({ code }) => code)), 'access_denied');
    await allBecome(pages, { state: 'signed_out', signOutReason: 'expired' });
    assert.equal(await realm.refreshCount(), 2, 'with the account, and once more without it');
  },
);

visit(
  'another person who signs in in one tab is who all tabs show',
  { people: [ada, { ...ada, email: 'bob@example.com' }] },
  async (world) => {
    const { realm, open } = world;
    const pages = await openTabs(open, 3);
    await arrive(pages[0], realm.person);
    await allBecome(pages, { state: 'signed_in' });
    await arrive(pages[1], { ...realm.person, email: 'bob@example.com' });
    for (const page of pages) {
      await eventually(async () => (await snapshot(page)).user?.email, 'bob@example.com');
    }
  },
);

visit('two tabs that sign in at once agree on one session', {}, async ({ realm, open }) => {
  const pages = await openTabs(open, 2);
  await Promise.all(pages.map((page) => arrive(page, realm.person)));
  const claims = async (page) => {
    const grant = await token(page);
    return grant.token && JSON.parse(Buffer.from(grant.token.split('.')[1], 'base64url')).sid;
  };
  await eventually(async () => new Set(await Promise.all(pages.map(claims))).size, 1);
  const entries = Object.values(await stored(pages[0]));
  assert.ok(entries.length === 1 && entries[0].includes(await claims(pages[0])), 'the one that the store holds');
});

visit('another browser knows nothing of all that', {}, async ({ realm, open, newContext }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  const elsewhere = await open(local, { context: await newContext() });
  await becomes(elsewhere, { state: 'signed_out', signOutReason: 'never_signed_in' });
});

// ---------------------------------------------------------------------------------------------- the lock

/** Of two tabs that both refresh, the one that holds the lock and has sent its request, and the one that waits. */
async function holderAndNext(realm, one, other) {
  await eventually(() => waits([one, other]), ['answer', 'lock']);
  await eventually(() => realm.refreshCount(), 1);
  return (await explain(one)).refreshing === 'answer' ? [one, other] : [other, one];
}

for (const [how, end] of [
  ['is closed', (page) => page.close()],
  ['goes elsewhere', (page, origin) => page.goto(`${origin}/empty.html`)],
  ['reloads', (page) => page.reload()],
]) {
  visit(`a tab that ${how} while it holds the lock leaves it to the next`, { clock: 'stopped' }, async (world) => {
    const { realm, open, pass, origin } = world;
    const [first, second] = await openTabs(open, 2);
    await arrive(first, realm.person);
    await allBecome([first, second], { state: 'signed_in', freshness: 'fresh' }, pass);
    await realm.forget();
    await realm.script({ hang: true, count: 1 });
    await pass(LIFETIME + 1);
    await Promise.all([ask(first), ask(second)]);
    const [holder, waiting] = await holderAndNext(realm, first, second);
    await end(holder, origin);
    assert.deepEqual(await outcomes(waiting), ['okay']);
    await becomes(waiting, { state: 'signed_in', freshness: 'fresh' }, pass);
  });
}

visit('a tab that crashes while it holds the lock leaves it to the next', { clock: 'stopped' }, async (world) => {
  const { realm, context, open, pass } = world;
  const [first, second] = await openTabs(open, 2);
  await arrive(first, realm.person);
  await allBecome([first, second], { state: 'signed_in', freshness: 'fresh' }, pass);
  await realm.forget();
  await realm.script({ hang: true, count: 1 });
  await pass(LIFETIME + 1);
  await Promise.all([ask(first), ask(second)]);
  const [holder, waiting] = await holderAndNext(realm, first, second);
  const crashed = holder.waitForEvent('crash');
  const devtools = await context.newCDPSession(holder);
  // The browser answers nobody who asked a page to crash.
  devtools.send('Page.crash').catch(() => {});
  await crashed;
  await holder.close();
  assert.deepEqual(await outcomes(waiting), ['okay']);
});

visit(
  'a tab whose refresh hangs is waited for a while; then the next one asks by itself',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const [first, second] = await openTabs(open, 2);
    await arrive(first, realm.person);
    await allBecome([first, second], { state: 'signed_in', freshness: 'fresh' }, pass);
    await realm.forget();
    await realm.script({ hang: true, count: 1 });
    await pass(LIFETIME + 1);
    await Promise.all([ask(first), ask(second)]);
    const [, waiting] = await holderAndNext(realm, first, second);
    for (let waited = 0; (await explain(waiting)).refreshing === 'lock' && waited < 10; waited += 1) await pass(1);
    // And whoever hung hears of the token, too.
    for (const page of [first, second]) assert.deepEqual(await outcomes(page), ['okay']);
    await allBecome([first, second], { state: 'signed_in', freshness: 'fresh' }, pass);
    assert.equal(await realm.refreshCount(), 2);
  },
);

visit(
  'a lock that is never given back is waited for a while, not for ever',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, open, pass, origin } = world;
    const page = await open(local);
    await arrive(page, realm.person);

    // The name of the lock is known from who holds it.
    await realm.script({ hang: true, count: 1 });
    await page.evaluate(() => void lr.session.refresh());
    await waitsFor(page, 'answer');
    const names = await page.evaluate(() =>
      // Beside it is the one that many hold, by which siblings find who has a token.
      navigator.locks.query().then(({ held }) => held.filter(({ mode }) => mode === 'exclusive').map(({ name }) => name)),
    );
    assert.equal(names.length, 1);
    const robber = await context.newPage();
    await robber.goto(`${origin}/empty.html`);
    await robber.evaluate(
      (name) =>
        new Promise((stolen) =>
          navigator.locks.request(name, { steal: true }, () => (stolen(), new Promise(() => {}))),
        ),
      names[0],
    );
    // The refresh that hangs ends by its cap; then the lock is the other page's alone.
    await pass(31);
    await waitsFor(page, undefined);
    await pass(LIFETIME);

    await ask(page, { timeoutMs: 60_000 });
    await waitsFor(page, 'lock');
    const before = await realm.refreshCount();
    for (let waited = 0; (await explain(page)).refreshing === 'lock' && waited < 30; waited += 1) await pass(1);
    assert.deepEqual(await outcomes(page), ['okay']);
    assert.equal(await realm.refreshCount(), before + 1);
  },
);

// ---------------------------------------------------------------------------------------------- more and less

visit('two clients in one page share a session like two tabs', {}, async ({ realm, open }) => {
  const page = await open(local);
  const other = () => page.evaluate(() => globalThis.other.session.snapshot);
  await page.evaluate(() => {
    globalThis.other = new LoginRocket(options);
  });
  await eventually(async () => (await other()).state, 'signed_out');
  await arrive(page, realm.person);
  await eventually(async () => [(await other()).state, (await other()).user?.email], ['signed_in', ada.email]);
  assert.equal(await realm.refreshCount(), 0);
  await page.evaluate(() => globalThis.other.session.signOut());
  await becomes(page, { state: 'signed_out', signOutReason: 'elsewhere' });
  assert.equal((await realm.signOuts()).length, 1);
});

visit('two clients of two realms in one page have nothing to do with each other', {}, async ({ realm, open }) => {
  const page = await open(local);
  await page.evaluate(() => {
    const url = new URL(options.url);
    url.hostname = `other-${url.hostname}`;
    globalThis.other = new LoginRocket({ ...options, url });
  });
  await arrive(page, realm.person);
  assert.equal(await page.evaluate(() => globalThis.other.session.snapshot.state), 'signed_out');
  const again = await open(local);
  await becomes(again, { state: 'signed_in' });
});

for (const [what, missing, tabs] of [
  ['BroadcastChannel', ['BroadcastChannel'], { lock: true, channel: false }],
  ['Web Locks', ['locks'], { lock: false, channel: true }],
  ['both', ['BroadcastChannel', 'locks'], { lock: false, channel: false }],
]) {
  const without = {
    before: (page) =>
      page.addInitScript((names) => {
        if (names.includes('BroadcastChannel')) delete globalThis.BroadcastChannel;
        if (names.includes('locks')) delete Navigator.prototype.locks;
      }, missing),
  };

  visit(`without ${what} tabs still share sign-in, account and sign-out`, twoAccounts, async ({ realm, open }) => {
    const pages = await openTabs(open, 3, local, without);
    assert.deepEqual((await explain(pages[0])).tabs, tabs);
    const [engines, looms] = await realm.accounts();
    await pages[0].evaluate(([person, account]) => lr.login({ ...person, account }), [realm.person, engines.id]);
    await allBecome(pages, {
      state: 'signed_in',
      freshness: 'fresh',
      account: { id: engines.id, name: 'Engines' },
    });
    await pages[1].evaluate((id) => lr.session.switchAccount(id), looms.id);
    await allBecome(pages, { state: 'signed_in', freshness: 'fresh', account: { id: looms.id, name: 'Looms' } });
    await signOut(pages[2]);
    await becomes(pages[2], { state: 'signed_out', signOutReason: 'here' });
    await allBecome(pages.slice(0, 2), { state: 'signed_out', signOutReason: 'elsewhere' });
  });

  visit(
    `without ${what} a tab still refreshes, and no more often than each for itself`,
    { clock: 'running' },
    async (world) => {
      const { realm, context, open, pass } = world;
      const pages = await openTabs(open, 3, local, without);
      await arrive(pages[0], realm.person);
      await allBecome(pages, { state: 'signed_in', freshness: 'fresh' });
      const before = await realm.refreshCount();
      // Time passes in one page after the other, so that one would hear of a token from its future.
      const release = await holdRefreshes(context);
      await pass(LIFETIME + 1);
      await Promise.all(pages.map((page) => ask(page)));
      await release();
      for (const page of pages) assert.deepEqual(await outcomes(page), ['okay']);
      await allBecome(pages, { state: 'signed_in', freshness: 'fresh' });
      await pass(LIFETIME / 2);
      assert.ok((await realm.refreshCount()) <= before + 3, `${await realm.refreshCount()} requests`);
    },
  );
}
