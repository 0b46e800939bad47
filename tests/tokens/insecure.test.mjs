// An app on plain http, where browsers have no WebCrypto and no locks: tokens cannot be verified, and all else works.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { arrive, outcome, signOut, snapshot, token } from '../session/support/steps.mjs';
import { useBrowser, visit } from '../session/support/visit.mjs';
import { given } from '../support/browser.mjs';
import { tokenOf, verify } from './support/steps.mjs';

// The browser of all tests, which takes a name that does not sound like this machine for it.
useBrowser(() => {
  const { chromium } = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: given('CHROME'),
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--host-resolver-rules=MAP app.test 127.0.0.1'],
  });
});

const settings = { allowed_origins: ['http://app.test:*'] };

/** Opens the app on an origin that is not secure. */
async function openInsecure({ context, address }, options) {
  const page = await context.newPage();
  await page.goto(address(options).replace('127.0.0.1', 'app.test'));
  await page.waitForFunction(() => globalThis.lr);
  assert.deepEqual(await page.evaluate(() => [isSecureContext, typeof crypto.subtle]), [false, 'undefined']);
  return page;
}

visit('a token cannot be verified there, which is said without a request', { settings }, async (world) => {
  const { realm } = world;
  const page = await openInsecure(world);
  const jwt = await tokenOf(page, realm.person);
  assert.equal(await verify(page, jwt), 'crypto_unavailable');
  assert.equal(await realm.keyRequestCount(), 0);
  // What needs no key is found out all the same.
  assert.equal(await verify(page, 'none'), 'malformed_token');
  assert.equal(await page.evaluate((given) => lr.decodeToken(given).claims.email, jwt), realm.person.email);
  const answer = await page.evaluate((given) => lr.verifyToken(given), jwt);
  assert.deepEqual([answer.retryable, answer.retryAfterSeconds], [false, undefined]);
});

visit('everything else works there', { settings }, async (world) => {
  const { realm } = world;
  const page = await openInsecure(world, { storage: 'local' });
  await arrive(page, realm.person);
  assert.equal((await token(page)).verified, false);
  assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
  await page.reload();
  await page.waitForFunction(() => globalThis.lr?.session.snapshot.state === 'signed_in');
  assert.equal(await outcome(page), 'okay');
  await signOut(page);
  assert.equal((await snapshot(page)).signOutReason, 'here');
});

visit('a redirect is not taken over there, because nobody can tell who sent it', { settings }, async (world) => {
  const { realm } = world;
  const page = await openInsecure(world);
  const jwt = await tokenOf(page, realm.person);
  await signOut(page);
  const adoption = await page.evaluate(
    (given) => lr.session.adoptRedirect(`${location.origin}/app.html?token=${given}`),
    jwt,
  );
  assert.equal(adoption.code, 'crypto_unavailable');
  assert.equal((await snapshot(page)).state, 'signed_out');
});
