// Flows that go on elsewhere and come back: a mail to follow, a code to look up, a page that is loaded again meanwhile.
import assert from 'node:assert/strict';
import { ada } from './support/realm.mjs';
import { arrive, becomes, eventually, outcome, show, signIn, signOut, snapshot, stored, waitsFor } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const seed = 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U';
const withSecondFactor = { settings: { totp: true }, people: [{ ...ada, totp_seed: seed }] };
const newcomer = { email: 'grace@example.com', password: 'compiler-of-1952' };

/** Makes a call; gives what is next, the result, or the code of the failure. */
const call = (page, name, params) =>
  page.evaluate(
    ([which, given]) => lr[which](given).then((answer) => answer.next ?? answer.code ?? answer.result),
    [name, params],
  );

async function reload(page) {
  await page.reload();
  await page.waitForFunction(() => globalThis.lr);
}

const waiting = { state: 'conditional', conditions: ['must_verify_email'], next: 'verify_email' };

// ---------------------------------------------------------------------------------------------- an address to verify

visit(
  'a sign-up whose address must be verified ends signed in by verifyEmail',
  { settings: { email_verification: 'required' } },
  async ({ realm, open }) => {
    const page = await open({ storage: 'local' });
    assert.equal(await call(page, 'signup', newcomer), 'verify_email');
    await becomes(page, waiting);
    assert.equal(await call(page, 'verifyEmail', { token: 'tve:unknown' }), 'validation_failed');
    assert.equal(await call(page, 'verifyEmail', { token: await realm.mailedToken(newcomer.email) }), 'okay');
    await becomes(page, { state: 'signed_in', conditions: undefined, next: undefined });
    assert.equal((await snapshot(page)).user.emailVerified, true);
  },
);

visit(
  'where an address may be verified, verifyEmail shows that at once',
  { settings: { email_verification: 'optional' } },
  async ({ realm, open }) => {
    const page = await open();
    assert.equal(await call(page, 'signup', newcomer), 'done');
    assert.equal((await snapshot(page)).user.emailVerified, false);
    assert.equal(await call(page, 'verifyEmail', { token: await realm.mailedToken(newcomer.email) }), 'okay');
    await eventually(async () => (await snapshot(page)).user.emailVerified, true);
  },
);

visit(
  'an address that is verified elsewhere is seen when the page is shown again, in every tab',
  { settings: { email_verification: 'required' } },
  async ({ realm, open, newContext }) => {
    const page = await open({ storage: 'local' });
    await call(page, 'signup', newcomer);
    await becomes(page, waiting);
    const other = await open({ storage: 'local' });
    await becomes(other, waiting);
    await show(page, false);
    // On the phone, which has no part in this browser.
    const phone = await open({}, { context: await newContext() });
    assert.equal(await call(phone, 'verifyEmail', { token: await realm.mailedToken(newcomer.email) }), 'okay');
    await show(page, true);
    await becomes(page, { state: 'signed_in' });
    await becomes(other, { state: 'signed_in' });
  },
);

visit(
  'a page that is shown again and again asks no more than its share',
  { settings: { email_verification: 'required' } },
  async ({ realm, open }) => {
    const page = await open();
    await call(page, 'signup', newcomer);
    for (let shown = 1; shown <= 12; shown += 1) {
      await show(page, false);
      await show(page, true);
      if (shown > 3) continue;
      await eventually(() => realm.refreshCount(), shown);
      await waitsFor(page, undefined);
    }
    assert.equal(await outcome(page), 'no_token');
    assert.ok((await realm.refreshCount()) <= 4);
  },
);

visit(
  'where addresses are verified first, a sign-up waits for its mail and goes on by it',
  { settings: { email_verification: 'preverify' } },
  async ({ realm, open }) => {
    const page = await open();
    assert.equal(await call(page, 'signup', { email: newcomer.email }), 'verify_email');
    await becomes(page, { state: 'signed_out' });
    const invitation = await realm.mailedToken(newcomer.email);
    assert.equal(await call(page, 'signup', { ...newcomer, invitation }), 'done');
    await becomes(page, { state: 'signed_in' });
  },
);

// ---------------------------------------------------------------------------------------------- a second factor

visit('a code alone completes the sign-in that this page began', withSecondFactor, async ({ realm, open }) => {
  const page = await open();
  assert.equal(await call(page, 'verifyLogin', { code: '000000' }), 'invalid_params');
  assert.equal(await signIn(page, realm.person), 'verify');
  assert.equal(await call(page, 'verifyLogin', { code: '000000' }), 'validation_failed');
  assert.equal(await call(page, 'verifyLogin', { code: await realm.code() }), 'done');
  await becomes(page, { state: 'signed_in' });
  assert.equal(await call(page, 'verifyLogin', { code: await realm.code() }), 'invalid_params');
});

for (const keepChallenge of [false, true]) {
  visit(
    `a second factor ${keepChallenge ? 'outlives' : 'does not outlive'} a reload ${keepChallenge ? 'with' : 'without'} keepChallenge`,
    withSecondFactor,
    async ({ realm, open }) => {
      const page = await open({ storage: 'local', keepChallenge });
      assert.equal(await signIn(page, realm.person), 'verify');
      await reload(page);
      if (!keepChallenge) {
        await becomes(page, { state: 'signed_out' });
        return;
      }
      assert.equal((await snapshot(page)).state, 'verify', 'it was never shown as signed out');
      assert.equal(await call(page, 'verifyLogin', { code: await realm.code() }), 'done');
      await becomes(page, { state: 'signed_in' });
      await eventually(() => stored(page, 'sessionStorage'), {});
    },
  );
}

visit('a sign-out leaves no challenge for the next reload', withSecondFactor, async ({ realm, open }) => {
  const page = await open({ keepChallenge: true });
  assert.equal(await signIn(page, realm.person), 'verify');
  assert.equal(Object.keys(await stored(page, 'sessionStorage')).length, 1);
  await signOut(page);
  assert.deepEqual(await stored(page, 'sessionStorage'), {});
  await reload(page);
  await becomes(page, { state: 'signed_out' });
});

visit('where storage is forbidden a challenge serves until the reload', withSecondFactor, async ({ realm, context, open }) => {
  await context.addInitScript(() => {
    Object.defineProperty(globalThis, 'sessionStorage', {
      get() {
        throw new DOMException('forbidden', 'SecurityError');
      },
    });
  });
  const page = await open({ keepChallenge: true });
  assert.equal(await signIn(page, realm.person), 'verify');
  assert.equal(await call(page, 'verifyLogin', { code: await realm.code() }), 'done');
});

// ---------------------------------------------------------------------------------------------- a person to greet

for (const keepProfile of [false, true]) {
  visit(
    `a page ${keepProfile ? 'greets' : 'does not greet'} after a reload while the service is down ${keepProfile ? 'with' : 'without'} keepProfile`,
    {},
    async ({ realm, open }) => {
      const page = await open({ storage: 'local', keepProfile });
      await arrive(page, realm.person);
      await eventually(async () => Object.keys(await stored(page)).length, 1);
      await realm.script({ status: 503, count: 99 });
      await reload(page);
      await becomes(page, { state: 'signed_in', freshness: 'stale' });
      const { user, account, expiresAt } = await snapshot(page);
      assert.deepEqual([user?.name, expiresAt], [keepProfile ? 'Ada Lovelace' : undefined, undefined]);
      assert.equal(account !== undefined, keepProfile);
      await signOut(page);
      assert.ok(!JSON.stringify(await stored(page)).includes('Lovelace'));
    },
  );
}
