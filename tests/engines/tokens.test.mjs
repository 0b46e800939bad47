// Tokens and hosted pages in every engine: each has a WebCrypto and an address bar of its own.
import assert from 'node:assert/strict';
import { emulator } from '../packages/support.mjs';
import { call, visit } from './support/visit.mjs';

visit('Verify a token, refuse a forged one, follow new keys', {}, async ({ realm, arrive }) => {
  const page = await arrive();
  const verified = () =>
    page.evaluate(async (person) => {
      const { token } = await lr.login(person);
      const good = await lr.verifyToken(token);
      const [header, payload, signature] = token.split('.');
      const forged = await lr.verifyToken([header, payload, signature.split('').reverse().join('')].join('.'));
      const read = lr.decodeToken(token);
      return [good.trusted, good.user?.name ?? good.code, forged.result, typeof forged.code, read.trusted, read.user.name];
    }, realm.person);
  const expected = [true, 'Ada Lovelace', 'error', 'string', false, 'Ada Lovelace'];
  assert.deepEqual(await verified(), expected);
  const rotated = await fetch(`${emulator.inbox}keys?realm=${realm.name}`, { method: 'POST' });
  assert.ok(rotated.ok);
  // A client that has just looked for keys does not look again at once.
  await page.reload();
  assert.deepEqual(await verified(), expected);
});

visit('Adopt the session of a redirect', {}, async ({ realm, arrive, origin }) => {
  const page = await arrive();
  const token = await page.evaluate(async (person) => {
    const other = new lib.LoginRocket({ url: lr.lrUrl });
    return (await other.login(person)).token;
  }, realm.person);
  await page.goto(`${origin}/workers/?token=${token}&kept=1`);
  const seen = await page.evaluate(async (url) => {
    const lib = await import('/node_modules/loginrocket-wasm/dist/index.js');
    const client = new lib.LoginRocket({ url });
    const { adopted, message } = await client.session.adoptRedirect();
    return [adopted ?? message, location.search, client.session.snapshot.user?.name];
  }, realm.url);
  assert.deepEqual(seen, [true, '?kept=1', 'Ada Lovelace']);
});
