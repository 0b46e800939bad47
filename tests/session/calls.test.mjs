// The eleven calls and the session: what they bring goes into it, what they need comes from it.
import assert from 'node:assert/strict';
import { ada, adaOfTwo } from './support/realm.mjs';
import { arrive, becomes, outcome, signIn, signOut, snapshot, token } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };
const seed = 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U';

/** Calls a method; gives what is next, its result or its code, whichever there is first. */
function call(page, method, params) {
  return page.evaluate(
    ([name, given]) => lr[name](given).then((answer) => answer.code ?? answer.next ?? answer.result),
    [method, params],
  );
}

/** Makes a session that the page knows nothing of, as another device would. */
async function sessionElsewhere(realm, open, newContext) {
  const page = await open({}, { context: await newContext() });
  return page.evaluate((person) => lr.login(person), realm.person);
}

// ---------------------------------------------------------------------------------------------- into the session

visit('login signs in: person, account and membership are there when it resolves', {}, async ({ realm, open }) => {
  const page = await open();
  await becomes(page, { state: 'signed_out', signOutReason: 'never_signed_in' });
  const found = await page.evaluate(async (person) => {
    await lr.login(person);
    return lr.session.snapshot;
  }, realm.person);
  assert.deepEqual([found.state, found.freshness], ['signed_in', 'fresh']);
  const { id, name, email, emailVerified, firstName, lastName } = found.user;
  assert.match(id, /^usr_/);
  assert.deepEqual(
    [name, email, emailVerified, firstName, lastName],
    ['Ada Lovelace', ada.email, false, 'Ada', 'Lovelace'],
  );
  assert.match(found.account.id, /^org_/);
  assert.match(found.membership.id, /^mb_/);
  assert.ok(Array.isArray(found.membership.permissions));
  assert.ok(Number.isInteger(found.expiresAt));
  assert.equal(found.signOutReason, undefined);
});

visit('a login that fails changes nothing, whether somebody is signed in or not', {}, async ({ realm, open }) => {
  const page = await open();
  await becomes(page, { state: 'signed_out' });
  const wrong = { ...realm.person, password: 'wrong' };
  assert.equal(await signIn(page, wrong), 'validation_failed');
  assert.equal((await snapshot(page)).signOutReason, 'never_signed_in');
  await arrive(page, realm.person);
  const before = await snapshot(page);
  assert.equal(await signIn(page, wrong), 'validation_failed');
  assert.deepEqual(await snapshot(page), before);
  assert.equal(await outcome(page), 'okay');
});

visit(
  'a second factor is due, then the person is signed in',
  { settings: { totp: true }, people: [{ ...ada, totp_seed: seed }] },
  async (world) => {
    const { realm, open } = world;
    const page = await open(local);
    const first = await page.evaluate((person) => lr.login(person), realm.person);
    assert.equal(first.next, 'verify');
    const { state, user, account } = await snapshot(page);
    assert.deepEqual([state, user, account], ['verify', undefined, undefined]);
    assert.equal(await outcome(page), 'not_signed_in');
    assert.equal(await call(page, 'verifyLogin', { token: first.token, code: '000000' }), 'validation_failed');
    assert.equal((await snapshot(page)).state, 'verify', 'a wrong code can be tried again');
    assert.equal(await call(page, 'verifyLogin', { token: first.token, code: await realm.code() }), 'done');
    await becomes(page, { state: 'signed_in', freshness: 'fresh' });
    assert.ok(!JSON.stringify(await page.evaluate(() => ({ ...localStorage }))).includes(first.token));
  },
);

visit(
  'a sign-in that waits for its second factor can be left',
  { settings: { totp: true }, people: [{ ...ada, totp_seed: seed }] },
  async (world) => {
    const { realm, open } = world;
    const page = await open(local);
    assert.equal(await signIn(page, realm.person), 'verify');
    await signOut(page);
    await becomes(page, { state: 'signed_out', signOutReason: 'here' });
    assert.equal((await realm.signOuts()).length, 0, 'there is no session to end');
  },
);

visit(
  'a profile to complete is a condition, and updateProfile clears it',
  { settings: { name_field: 'required' }, people: [{ email: ada.email, password: ada.password }] },
  async (world) => {
    const { realm, open } = world;
    const page = await open(local);
    assert.equal(await signIn(page, realm.person), 'complete_profile');
    await becomes(page, { state: 'conditional', conditions: ['must_complete_profile'], next: 'complete_profile' });
    assert.equal(await outcome(page), 'no_token');
    assert.equal(await call(page, 'updateProfile', { first_name: 'Ada', last_name: 'Lovelace' }), 'done');
    await becomes(page, { state: 'signed_in', conditions: undefined, next: undefined });
    assert.equal((await snapshot(page)).user.name, 'Ada Lovelace');
  },
);

visit(
  'an account to select is a condition, and getSession with the account clears it',
  { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async (world) => {
    const { realm, open } = world;
    const page = await open(local);
    assert.equal(await signIn(page, realm.person), 'select_account');
    const [engines, looms] = await realm.accounts();
    assert.equal(await call(page, 'getSession', { account: engines.id }), 'done');
    await becomes(page, { state: 'signed_in', account: { id: engines.id, name: 'Engines' } });
    assert.equal(await call(page, 'getSession', { account: looms.id }), 'done');
    await becomes(page, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } });
    assert.equal(await call(page, 'getSession'), 'done');
    await becomes(page, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } });
  },
);

visit('signup signs in', {}, async ({ open }) => {
  const page = await open();
  const answer = await call(page, 'signup', {
    email: 'grace@example.com',
    password: 'a-good-password',
    first_name: 'Grace',
  });
  assert.equal(answer, 'done');
  await becomes(page, { state: 'signed_in' });
  assert.equal((await snapshot(page)).user.email, 'grace@example.com');
});

visit(
  'a signup that first verifies the e-mail signs nobody in',
  { settings: { email_verification: 'preverify' } },
  async (world) => {
    const { realm, open } = world;
    const page = await open();
    await becomes(page, { state: 'signed_out' });
    const before = await snapshot(page);
    assert.equal(await call(page, 'signup', { email: 'grace@example.com', password: 'a-good-password' }), 'verify_email');
    assert.deepEqual(await snapshot(page), before);
    assert.equal(await outcome(page), 'not_signed_in');
  },
);

visit(
  'verifyEmail signs nobody in, and out neither',
  { settings: { email_verification: 'optional' } },
  async ({ realm, open }) => {
    const [page, other] = [await open(), await open()];
    const person = { email: 'grace@example.com', password: 'a-good-password' };
    assert.equal(await call(page, 'signup', person), 'done');
    const before = await snapshot(page);
    assert.equal(before.user.emailVerified, false);
    assert.equal(await call(other, 'verifyEmail', { token: await realm.mailedToken(person.email) }), 'okay');
    assert.equal((await snapshot(other)).state, 'signed_out');
    assert.deepEqual(await snapshot(page), before);
    await page.evaluate(() => lr.session.refresh());
    assert.equal((await snapshot(page)).user.emailVerified, true, 'the next token says so');
  },
);

visit('resetPassword signs in, and a session that it ended is over', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const other = await open();
  await becomes(other, { state: 'signed_out' });
  assert.equal(await call(other, 'forgotPassword', { email: realm.person.email }), 'okay');
  assert.equal((await snapshot(other)).state, 'signed_out');
  const mailed = await realm.mailedToken();
  assert.equal(await call(other, 'resetPassword', { token: mailed, password: 'difference-1822' }), 'done');
  await becomes(other, { state: 'signed_in' });
  assert.equal(await page.evaluate(() => lr.session.refresh().then(({ code }) => code)), 'access_denied');
  await becomes(page, { state: 'signed_out', signOutReason: 'expired' });
});

visit(
  'an invitation that is asked for changes nothing',
  { settings: { signup: 'invitation' } },
  async ({ realm, open }) => {
    const page = await open();
    await arrive(page, realm.person);
    const before = await snapshot(page);
    assert.equal(await call(page, 'requestInvitation', { email: 'grace@example.com' }), 'okay');
    assert.deepEqual(await snapshot(page), before);
  },
);

// ---------------------------------------------------------------------------------------------- from the session

visit('getSession without a session asks about the tracked one, with its account', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const { account } = await snapshot(page);
  for (const params of [undefined, null, {}]) assert.equal(await call(page, 'getSession', params), 'done');
  const asked = await realm.refreshes();
  assert.deepEqual(
    asked.map(({ params }) => params.account),
    [account.id, account.id, account.id],
  );
  assert.ok(asked.every(({ status, user }) => status === 200 && user === realm.person.email));
});

visit(
  'the token that getSession brings is the one that token() gives',
  { clock: 'stopped' },
  async ({ realm, open, pass }) => {
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    const brought = await page.evaluate(() => lr.getSession().then((answer) => answer.token));
    assert.equal((await token(page)).token, brought);
    assert.equal(await realm.refreshCount(), 1);
  },
);

visit('logout without a session signs out, here and in all tabs', {}, async ({ realm, open }) => {
  const [page, other] = [await open(local), await open(local)];
  await arrive(page, realm.person);
  await becomes(other, { state: 'signed_in' });
  assert.equal(await call(page, 'logout'), 'okay');
  await becomes(page, { state: 'signed_out', signOutReason: 'here' });
  await becomes(other, { state: 'signed_out', signOutReason: 'elsewhere' });
  assert.equal((await realm.signOuts()).length, 1);
  assert.equal(await realm.sessionCount(), 0);
});

visit(
  'updateProfile without a session changes the person, and what is shown of them',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const [page, other] = [await open(local), await open(local)];
    await arrive(page, realm.person);
    await becomes(other, { state: 'signed_in' }, pass);
    await pass(60);
    assert.equal(await call(page, 'updateProfile', { first_name: 'Augusta' }), 'done');
    assert.equal((await snapshot(page)).user.firstName, 'Augusta');
    const { user } = await snapshot(page);
    await becomes(other, { user }, pass);
  },
);

visit(
  'updateProfile leaves the account as it is where there are several',
  { clock: 'stopped', settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async (world) => {
    const { realm, open, pass } = world;
    const [page, other] = [await open(local), await open(local)];
    const [, looms] = await realm.accounts();
    assert.equal(await call(page, 'login', { ...realm.person, account: looms.id }), 'done');
    await becomes(other, { state: 'signed_in' }, pass);
    await pass(60);
    const answer = await call(page, 'updateProfile', { first_name: 'Augusta' });
    assert.ok(['done', 'select_account'].includes(answer), answer);
    for (const each of [page, other]) {
      await becomes(each, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } }, pass);
      assert.equal(await outcome(each), 'okay');
    }
    await page.reload();
    await page.waitForFunction(() => globalThis.lr);
    await becomes(page, { state: 'signed_in', account: { id: looms.id, name: 'Looms' } });
  },
);

visit('parameters that call back into the client harm nobody', { script: 'in Rust they are data' }, async ({ realm, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  const codes = await page.evaluate(async () => {
    const tricks = [
      {
        get first_name() {
          return lr.session.explain().version;
        },
      },
      {
        get first_name() {
          void lr.session.token();
          return 'Augusta';
        },
      },
      {
        get first_name() {
          lr.locale = 'es';
          return 'Augusta';
        },
      },
      {
        get first_name() {
          lr.lrUrl = lr.lrUrl;
          return 'Augusta';
        },
      },
      {
        first_name: {
          toJSON() {
            void lr.session.refresh();
            return 'Augusta';
          },
        },
      },
      {
        get first_name() {
          void lr.session.signOut();
          return 'Augusta';
        },
      },
    ];
    const codes = [];
    for (const params of tricks) {
      const { code, next, result } = await lr.updateProfile(params);
      codes.push(code ?? next ?? result);
    }
    return codes;
  });
  assert.ok(
    codes.every((code) => typeof code === 'string'),
    String(codes),
  );
  assert.deepEqual(codes.slice(0, 5), Array(5).fill('done'));
  await becomes(page, { state: 'signed_out', signOutReason: 'here' });
  await arrive(page, realm.person);
  assert.equal(await outcome(page), 'okay', 'and the client still works');
});

visit(
  'updatePassword without a session changes the password, and the session stays',
  {},
  async ({ realm, open }) => {
    const page = await open();
    await arrive(page, realm.person);
    const params = { current_password: realm.person.password, password: 'difference-1822' };
    assert.equal(await call(page, 'updatePassword', params), 'okay');
    assert.equal((await snapshot(page)).state, 'signed_in');
    assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
    await signOut(page);
    assert.equal(await signIn(page, realm.person), 'validation_failed');
    await arrive(page, { ...realm.person, password: 'difference-1822' });
  },
);

visit('a form without a session gets the tracked one', { script: 'in Rust parameters are no forms' }, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const answer = await page.evaluate(() => {
    const form = new FormData();
    form.append('first_name', 'Augusta');
    return lr.updateProfile(form).then(({ next, code }) => code ?? next);
  });
  assert.equal(answer, 'done');
  assert.equal((await snapshot(page)).user.firstName, 'Augusta');
});

visit(
  'while nobody is signed in they fail as they always did, and nobody is signed in by it',
  {},
  async ({ realm, open }) => {
    const page = await open();
    await becomes(page, { state: 'signed_out' });
    const before = await snapshot(page);
    for (const [method, params] of [
      ['getSession', undefined],
      ['logout', undefined],
      ['updateProfile', { first_name: 'Augusta' }],
      ['updatePassword', { current_password: 'x', password: 'a-good-password' }],
    ]) {
      const { result, code } = await page.evaluate(([name, given]) => lr[name](given), [method, params]);
      assert.equal(result, 'error', method);
      assert.equal(typeof code, 'string', method);
      // Signing out is what the person wanted all the same.
      if (method !== 'logout') assert.deepEqual(await snapshot(page), before, method);
    }
    assert.equal((await snapshot(page)).state, 'signed_out');
    assert.equal(await realm.sessionCount(), 0);
  },
);

// ---------------------------------------------------------------------------------------------- with a session

visit('an app that keeps the session id itself goes on as before', {}, async ({ realm, open, newContext }) => {
  const kept = await sessionElsewhere(realm, open, newContext);
  const page = await open();
  await becomes(page, { state: 'signed_out' });
  const answer = await page.evaluate((session) => lr.getSession({ session }), kept.session);
  assert.equal(answer.session, kept.session);
  assert.equal(answer.next, 'done');
  await becomes(page, { state: 'signed_in' });
  assert.equal(await call(page, 'updateProfile', { session: kept.session, first_name: 'Augusta' }), 'done');
  assert.equal(await call(page, 'logout', { session: kept.session }), 'okay');
  await becomes(page, { state: 'signed_out', signOutReason: 'here' });
  assert.equal(await call(page, 'getSession', { session: kept.session }), 'access_denied');
});

visit(
  'another session that is ended by its id leaves the tracked one as it is',
  {},
  async ({ realm, open, newContext }) => {
    const other = await sessionElsewhere(realm, open, newContext);
    const page = await open(local);
    await arrive(page, realm.person);
    const before = await snapshot(page);
    assert.equal(await call(page, 'logout', { session: other.session }), 'okay');
    assert.deepEqual(await snapshot(page), before);
    assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
    assert.equal(await realm.sessionCount(), 1);
  },
);

visit('a refused call about another session does not end the tracked one', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const before = await snapshot(page);
  assert.equal(await call(page, 'getSession', { session: 'kss_sample123456' }), 'access_denied');
  assert.equal(await call(page, 'logout', { session: 'kss_sample123456' }), 'access_denied');
  assert.deepEqual(await snapshot(page), before);
});
