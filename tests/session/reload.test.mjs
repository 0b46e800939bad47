// What is left of a session after a reload, in a duplicated tab and in a new one, for each kind of storage.
import assert from 'node:assert/strict';
import { adaOfTwo } from './support/realm.mjs';
import { arrive, becomes, eventually, outcome, signIn, signOut, snapshot, stored } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

/** Reloads, and waits for the app. */
async function reload(page) {
  await page.reload();
  await page.waitForFunction(() => globalThis.lr);
}

/** The states that the app was told of since it was loaded. */
const toldStates = (page) => page.evaluate(() => told.map(({ state }) => state));

/** Opens the same address in a tab that the page makes, which gets a copy of its `sessionStorage` as a duplicated one. */
async function duplicate(page) {
  const [copy] = await Promise.all([page.waitForEvent('popup'), page.evaluate(() => void open(location.href))]);
  await copy.waitForFunction(() => globalThis.lr);
  return copy;
}

visit('a session in memory ends with the page, and leaves nothing behind', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  assert.equal((await snapshot(page)).state, 'signed_in');
  assert.deepEqual([await stored(page), await stored(page, 'sessionStorage')], [{}, {}]);
  await reload(page);
  await becomes(page, { state: 'signed_out', signOutReason: 'never_signed_in' });
  assert.equal(await realm.refreshCount(), 0);
});

for (const [storage, area] of [
  ['session', 'sessionStorage'],
  ['local', 'localStorage'],
]) {
  visit(
    `a session in “${storage}” is the same after a reload, person and account`,
    {},
    async ({ realm, open }) => {
      const page = await open({ storage });
      await arrive(page, realm.person);
      const { user, account, membership } = await snapshot(page);
      assert.equal(user.email, realm.person.email);
      assert.ok(account.id && membership.id);
      await reload(page);
      await becomes(page, { state: 'signed_in', freshness: 'fresh', user, account, membership });
      assert.deepEqual(await toldStates(page), ['loading', 'signed_in'], 'it was never shown as signed out');
      assert.equal(await realm.refreshCount(), 1);
      assert.equal(await outcome(page), 'okay');
      assert.equal(await realm.refreshCount(), 1, 'the token is there already');
    },
  );

  visit(
    `“${storage}” holds session id and account under one key, and nothing else`,
    {},
    async ({ realm, open }) => {
      const page = await open({ storage });
      const given = await page.evaluate((person) => lr.login(person), realm.person);
      await eventually(async () => Object.keys(await stored(page, area)).length, 1);
      const [entry] = Object.values(await stored(page, area));
      assert.ok(entry.includes(given.session) && entry.includes(given.account));
      assert.ok(!entry.includes(given.token));
      assert.ok(entry.length < given.session.length + given.account.length + 80, 'there is room for nothing more');
      const other = area === 'localStorage' ? 'sessionStorage' : 'localStorage';
      assert.deepEqual(await stored(page, other), {});
    },
  );

  visit(`a sign-out from “${storage}” lasts over a reload`, {}, async ({ realm, open }) => {
    const page = await open({ storage });
    const { session } = await page.evaluate((person) => lr.login(person), realm.person);
    await signOut(page);
    await reload(page);
    await becomes(page, { state: 'signed_out' });
    assert.ok(!JSON.stringify(await stored(page, area)).includes(session));
    assert.equal(await realm.refreshCount(), 0, 'nobody asks about a session that is over');
  });
}

visit(
  'a duplicated tab has the session of its tab in “session”, and of a page in memory nothing',
  {},
  async (world) => {
    const { realm, open } = world;
    for (const [storage, state] of [
      ['session', 'signed_in'],
      ['memory', 'signed_out'],
    ]) {
      const page = await open({ storage });
      await arrive(page, realm.person);
      const copy = await duplicate(page);
      await becomes(copy, { state });
      await becomes(page, { state: 'signed_in' });
    }
  },
);

visit('a sign-out in a tab reaches the tab that was duplicated from it', {}, async ({ realm, open }) => {
  const page = await open({ storage: 'session' });
  await arrive(page, realm.person);
  const copy = await duplicate(page);
  await becomes(copy, { state: 'signed_in' });
  await signOut(copy);
  await becomes(page, { state: 'signed_out', signOutReason: 'elsewhere' });
  await reload(page);
  await becomes(page, { state: 'signed_out' });
});

visit('a new tab is signed in with “local” alone', {}, async ({ realm, open }) => {
  for (const [storage, state] of [
    ['memory', 'signed_out'],
    ['session', 'signed_out'],
    ['local', 'signed_in'],
  ]) {
    const page = await open({ storage });
    await arrive(page, realm.person);
    const other = await open({ storage });
    await becomes(other, { state });
    await becomes(page, { state: 'signed_in' });
    await Promise.all([page.close(), other.close()]);
  }
});

for (const adapter of ['synchronous', 'indexedDb']) {
  visit(`an adapter of one's own (${adapter}) keeps a session over a reload`, {}, async ({ realm, open }) => {
    const page = await open({ adapter });
    await becomes(page, { state: 'signed_out', signOutReason: 'never_signed_in' });
    await arrive(page, realm.person);
    const { user, account } = await snapshot(page);
    await reload(page);
    await becomes(page, { state: 'signed_in', user, account });
    assert.deepEqual(await toldStates(page), ['loading', 'signed_in']);
    const { storage } = await page.evaluate(() => lr.session.explain());
    assert.deepEqual(storage, { kind: 'custom' });
    await signOut(page);
    await reload(page);
    await becomes(page, { state: 'signed_out' });
  });
}

visit(
  'the account that was switched to is selected after a reload, since the service does not remember it',
  { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async ({ realm, open }) => {
    const page = await open({ storage: 'local' });
    assert.equal(await signIn(page, realm.person), 'select_account');
    await becomes(page, { state: 'conditional', conditions: ['no_account_selected'], next: 'select_account' });
    const [, looms] = await realm.accounts();
    const switched = await page.evaluate((id) => lr.session.switchAccount(id), looms.id);
    assert.equal(switched.account, looms.id);
    await reload(page);
    await becomes(page, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } });
    assert.deepEqual((await realm.refreshes()).at(-1).params.account, looms.id);
  },
);

visit(
  'a session that has conditions still has them after a reload',
  { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async ({ realm, open }) => {
    const page = await open({ storage: 'local' });
    assert.equal(await signIn(page, realm.person), 'select_account');
    await reload(page);
    await becomes(page, { state: 'conditional', conditions: ['no_account_selected'], next: 'select_account' });
    assert.equal(await outcome(page), 'no_token');
  },
);

visit(
  'a session that the service cannot be asked about is stale after a reload, not over',
  {},
  async ({ realm, open }) => {
    const page = await open({ storage: 'local' });
    await arrive(page, realm.person);
    await realm.script({ status: 503, count: 1 });
    await reload(page);
    // It goes on trying by itself: the first back-off is two seconds at most.
    await becomes(page, { state: 'signed_in', freshness: 'fresh' });
    assert.equal((await snapshot(page)).user.email, realm.person.email);
    const history = await page.evaluate(() =>
      told.map(({ state, freshness, user }) => [state, freshness, Boolean(user)]),
    );
    assert.deepEqual(history, [
      ['loading', 'fresh', false],
      ['signed_in', 'stale', false],
      ['signed_in', 'fresh', true],
    ]);
  },
);

visit('a session that was ended at the service meanwhile is over after a reload', {}, async ({ realm, open }) => {
  const page = await open({ storage: 'local' });
  await arrive(page, realm.person);
  await realm.endSessions();
  await reload(page);
  await becomes(page, { state: 'signed_out', signOutReason: 'expired' });
  await reload(page);
  await becomes(page, { state: 'signed_out' });
  assert.equal(await realm.refreshCount(), 2, 'with the account, and once more without it; never again');
});
