// Signing out while something is under way: it waits for nobody, and no late answer undoes it.
import assert from 'node:assert/strict';
import { arrive, becomes, eventually, signOut, snapshot } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };

visit('a login that is answered after a sign-out signs nobody in', {}, async ({ realm, context, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  let release;
  await context.route('**/v2/login', (route) => {
    release = () => route.continue();
  });
  await page.evaluate((person) => {
    globalThis.late = lr.login(person).then(({ next }) => next);
  }, realm.person);
  await eventually(() => Boolean(release), true);
  await signOut(page);
  await release();
  assert.equal(await page.evaluate(() => late), 'done', 'the call itself is answered');
  assert.deepEqual((({ state, signOutReason }) => [state, signOutReason])(await snapshot(page)), [
    'signed_out',
    'here',
  ]);
});

visit('a refresh that is answered after a sign-out brings nobody back', {}, async ({ realm, context, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  let release;
  await context.route('**/v2/session*', (route) => {
    if (route.request().method() !== 'GET') return route.continue();
    release = () => route.continue().catch(() => {});
  });
  await page.evaluate(() => {
    globalThis.late = lr.session.refresh().then(({ code }) => code);
    globalThis.alsoLate = lr.getSession().then(({ next, code }) => code ?? next);
  });
  await eventually(() => Boolean(release), true);
  await signOut(page);
  await release();
  assert.equal(await page.evaluate(() => late), 'not_signed_in');
  await becomes(page, { state: 'signed_out', signOutReason: 'here' });
});

visit('a sign-out does not wait for the service', {}, async ({ realm, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  await realm.script({ method: 'DELETE', hang: true });
  const found = await page.evaluate(() => {
    globalThis.told = [];
    globalThis.signingOut = lr.session.signOut();
    return [lr.session.snapshot.state, lr.session.snapshot.signOutReason];
  });
  assert.deepEqual(found, ['signed_out', 'here']);
  const other = await open(local);
  await becomes(other, { state: 'signed_out' });
  // And whoever wants to can sign in again meanwhile.
  await arrive(page, realm.person);
  assert.equal((await snapshot(page)).state, 'signed_in');
});

visit('a sign-out before the page is left reaches the service', {}, async ({ realm, open }) => {
  for (const leave of [
    () => {
      void lr.session.signOut();
      location.href = '/empty.html';
    },
    () => {
      void lr.logout();
      location.reload();
    },
  ]) {
    const page = await open(local);
    await arrive(page, realm.person);
    assert.equal(await realm.sessionCount(), 1);
    await Promise.all([page.waitForNavigation(), page.evaluate(leave)]);
    await eventually(() => realm.sessionCount(), 0);
  }
});

visit('a sign-out of nobody is no error', {}, async ({ realm, open }) => {
  const page = await open(local);
  await becomes(page, { state: 'signed_out' });
  assert.equal((await signOut(page)).result, 'okay');
  assert.equal((await realm.requests()).length, 0);
});
