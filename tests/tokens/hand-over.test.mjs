// To the hosted pages and back: signing in there, and finishing there what the API began.
import assert from 'node:assert/strict';
import { ada, adaOfTwo } from '../session/support/realm.mjs';
import { arrive, becomes, signIn, snapshot } from '../session/support/steps.mjs';
import { useBrowser } from '../session/support/visit.mjs';
import { adopted, adoption, comeBack, goThrough, journey, leaveFor, loaded, logInThere, nothing } from './support/journey.mjs';

useBrowser();

const email = (page) => page.evaluate(() => lr.session.snapshot.user?.email);

/** Where a tab has been within the app, as the browser remembers it. */
const been = (page) => page.evaluate(() => navigation.entries().map(({ url }) => url));

// ---------------------------------------------------------------------------------------------- signing in

journey('who signs in on the hosted page comes back signed in, to where they were', {}, async (world) => {
  const { realm, land, origin } = world;
  const here = `${origin}/app.html?view=grid&q=a%20b+c#/inbox?x=1`;
  const page = await land(here);
  assert.deepEqual(await adoption(page), nothing);
  await leaveFor(page, 'login');
  await logInThere(page, realm.person);
  assert.deepEqual(await comeBack(page, origin), adopted);
  assert.equal(page.url(), here);
  const { state, user, freshness } = await snapshot(page);
  assert.deepEqual([state, user.email, freshness], ['signed_in', ada.email, 'fresh']);
  const { url } = await page.evaluate(() => adoption);
  assert.equal(url, here);
  assert.equal(await realm.refreshCount(), 0, 'the token that came is the session’s token');
});

journey('a token is nowhere in the history, and going back does not bring it back', {}, async (world) => {
  const { realm, land, origin } = world;
  const page = await land('/app.html#/first');
  await leaveFor(page, 'login');
  await logInThere(page, realm.person);
  await comeBack(page, origin);
  for (const url of await been(page)) assert.ok(!url.includes('token='), 'no entry of the history holds a token');
  // Away and back once more, over the entry that had it.
  await page.goto(`${origin}/empty.html`);
  await page.goBack();
  assert.deepEqual(await adoption(page), nothing);
  assert.equal(page.url(), `${origin}/app.html#/first`);
  await page.reload();
  assert.deepEqual(await adoption(page), nothing);
  await becomes(page, { state: 'signed_in' });
});

journey('the state of the history entry stays', {}, async ({ realm, land, origin }) => {
  const page = await land();
  await page.addInitScript(() => {
    if (location.search.includes('token=')) history.replaceState({ scroll: 7 }, '');
  });
  await leaveFor(page, 'login');
  await logInThere(page, realm.person);
  assert.deepEqual(await comeBack(page, origin), adopted);
  assert.deepEqual(await page.evaluate(() => history.state), { scroll: 7 });
});

journey('a person whom the hosted page knows comes straight back', {}, async ({ realm, land, origin }) => {
  // An app that keeps nothing: after a reload it knows nobody, and the hosted page does.
  const page = await land('/app.html', { storage: 'memory' });
  await leaveFor(page, 'login');
  await logInThere(page, realm.person);
  await comeBack(page, origin);
  await page.reload();
  await loaded(page);
  await becomes(page, { state: 'signed_out' });
  await goThrough(page, 'login');
  assert.deepEqual(await comeBack(page, origin), adopted);
  assert.equal(await email(page), ada.email);
  // Unless it is told to ask again.
  await leaveFor(page, 'login', { prompt: 'login' });
  await page.getByRole('button', { name: 'Log in' }).waitFor();
});

journey('signing up on the hosted page signs in here', {}, async ({ land, origin }) => {
  const page = await land();
  await leaveFor(page, 'signup');
  await page.getByLabel('E-mail').fill('grace@example.com');
  await page.getByLabel('New password').fill('another good password');
  await page.getByRole('button', { name: 'Sign up' }).click();
  assert.deepEqual(await comeBack(page, origin), adopted);
  assert.equal(await email(page), 'grace@example.com');
});

journey('other tabs of the app follow', {}, async ({ realm, land, origin }) => {
  const other = await land();
  await becomes(other, { state: 'signed_out' });
  const page = await land();
  await leaveFor(page, 'login');
  await logInThere(page, realm.person);
  await comeBack(page, origin);
  await becomes(other, { state: 'signed_in' });
  assert.equal(await email(other), ada.email);
  assert.equal(await other.evaluate(() => lr.session.token().then(({ result }) => result)), 'okay');
});

const invitation = { kind: 'org', email: 'grace@example.com', account: 'Engines', token: 'nvt_sample123456', invited: true };

journey(
  'an invitation that the app never heard of ends in it, signed in',
  { settings: { signup: 'invitation' }, seed: { accounts: [{ name: 'Engines' }], invitations: [invitation] } },
  async ({ realm, land, origin }) => {
    const page = await land();
    // What the link in the mail leads to; it says nothing of where to go afterwards.
    await page.goto(`${realm.url}signup?invitation=nvt_sample123456`);
    await page.getByLabel('New password').fill('another good password');
    await page.getByRole('button', { name: 'Sign up' }).click();
    assert.deepEqual(await comeBack(page, origin), adopted);
    assert.equal(page.url(), `${origin}/`);
    const { user, account } = await snapshot(page);
    assert.deepEqual([user.email, account.name], ['grace@example.com', 'Engines']);
  },
);

// ---------------------------------------------------------------------------------------------- finishing there

journey(
  'a second factor that is due here can be given there',
  { settings: { totp: true }, people: [{ ...ada, totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' }] },
  async ({ realm, land, origin }) => {
    const page = await land();
    assert.equal(await signIn(page, realm.person), 'verify');
    assert.equal((await snapshot(page)).state, 'verify');
    await leaveFor(page, 'login');
    await logInThere(page, realm.person);
    await page.getByLabel('Six digits from your authenticator app').fill(await realm.code());
    await page.getByRole('button', { name: 'Verify' }).click();
    assert.deepEqual(await comeBack(page, origin), adopted);
    assert.equal((await snapshot(page)).state, 'signed_in');
  },
);

journey(
  'a profile that is missing something is completed there, without a second password',
  { settings: { name_field: 'required' }, people: [{ email: ada.email, password: ada.password }] },
  async ({ realm, land, origin }) => {
    const page = await land();
    assert.equal(await signIn(page, realm.person), 'complete_profile');
    await leaveFor(page, 'profile');
    await page.getByLabel('First name').fill('Ada');
    await page.getByLabel('Last name').fill('Lovelace');
    await page.getByRole('button', { name: 'Save' }).click();
    assert.deepEqual(await comeBack(page, origin), adopted);
    const { state, user } = await snapshot(page);
    assert.deepEqual([state, user.name], ['signed_in', 'Ada Lovelace']);
    assert.equal(await realm.sessionCount(), 1, 'it is the session that began here');
  },
);

journey(
  'an account is chosen there, without a second password',
  { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async ({ realm, land, origin }) => {
    const page = await land();
    assert.equal(await signIn(page, realm.person), 'select_account');
    await leaveFor(page, 'accounts');
    await page.getByRole('button', { name: 'Looms' }).click();
    assert.deepEqual(await comeBack(page, origin), adopted);
    assert.equal((await snapshot(page)).account.name, 'Looms');
    assert.equal(await realm.sessionCount(), 1);
    // Another one later, by name and in every tab.
    const other = await land();
    await becomes(other, { state: 'signed_in' });
    const engines = (await realm.accounts()).find(({ name }) => name === 'Engines');
    await goThrough(page, 'account', { account: engines.id });
    assert.deepEqual(await comeBack(page, origin), adopted);
    assert.equal((await snapshot(page)).account.name, 'Engines');
    await becomes(other, { account: { id: engines.id, name: 'Engines' } });
    assert.equal(await realm.sessionCount(), 1);
  },
);

journey('a profile that is changed there is changed here', {}, async ({ realm, land, origin }) => {
  const page = await land();
  await arrive(page, realm.person);
  await leaveFor(page, 'profile');
  await page.getByLabel('First name').fill('Augusta');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.deepEqual(await comeBack(page, origin), adopted);
  assert.equal((await snapshot(page)).user.name, 'Augusta Lovelace');
  assert.equal(await realm.sessionCount(), 1);
});

// ---------------------------------------------------------------------------------------------- signing out

journey('signing out there signs out here, in all tabs and at the service', {}, async ({ realm, land, origin }) => {
  const other = await land();
  const page = await land();
  await arrive(page, realm.person);
  await becomes(other, { state: 'signed_in' });
  await goThrough(page, 'logout');
  assert.deepEqual(await adoption(page), nothing);
  await becomes(page, { state: 'signed_out' });
  await becomes(other, { state: 'signed_out', signOutReason: 'elsewhere' });
  assert.equal(await realm.sessionCount(), 0);
  // The hosted pages know nobody any more, either.
  await leaveFor(page, 'login');
  await page.getByRole('button', { name: 'Log in' }).waitFor();
});

journey('the hosted page is told the session only where it takes one', {}, async ({ realm, land, context }) => {
  const page = await land();
  const { session } = await page.evaluate((person) => lr.login(person), realm.person);
  const went = [];
  await context.route(`${realm.url}**`, (route) => {
    // The app that is left may be asking for a token meanwhile.
    if (!route.request().isNavigationRequest()) return route.continue();
    went.push(new URL(route.request().url()));
    return route.fulfill({ body: '<!doctype html><title>Hosted</title>', contentType: 'text/html' });
  });
  const [{ id: account }] = await realm.accounts();
  for (const [hosted, options, takes] of [
    ['login', {}, false],
    ['signup', {}, false],
    ['profile', {}, true],
    ['accounts', {}, true],
    ['account', { account }, true],
  ]) {
    await leaveFor(page, hosted, options);
    const url = went.at(-1);
    assert.equal(url.searchParams.get('session'), takes ? session : null, hosted);
    await page.goBack();
    await loaded(page);
  }
});
