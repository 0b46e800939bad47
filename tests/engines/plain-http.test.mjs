// Plain http on a host that is not loopback, where browsers have neither WebCrypto nor locks: everything but verifying
// signatures works, and that says why it does not.
import assert from 'node:assert/strict';
import { engines } from './support/engines.mjs';
import { call, visit } from './support/visit.mjs';

// WebKitGTK's driver knows no way to give a name to this machine, and addresses of loopback are secure in every browser.
const only = engines.filter(({ name }) => name !== 'WebKit');

visit('Plain http origin', { host: 'app.example.test', only }, async ({ realm, arrive }) => {
  const page = await arrive();
  const has = await page.evaluate(() => [isSecureContext, Boolean(crypto.subtle), Boolean(navigator.locks)]);
  assert.deepEqual(has, [false, false, false]);
  const second = await arrive();

  assert.deepEqual(await call(page, ['login', realm.person]), ['done']);
  await second.evaluate(() => until('signed_in'));
  const verified = await page.evaluate(async () => {
    const { token } = await lr.session.token();
    const { code, message } = await lr.verifyToken(token);
    return [code, message];
  });
  assert.equal(verified[0], 'crypto_unavailable');
  assert.match(verified[1], /https/);
  await page.reload();
  await page.evaluate(() => until('signed_in'));
  await second.evaluate(() => lr.session.signOut());
  await page.evaluate(() => until('signed_out'));
});
