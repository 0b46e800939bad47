// What happens to a page: the network goes and comes, it is hidden, kept in the back-forward cache. A headless browser
// freezes no page, whatever it is told; what a frozen page does, it does when it comes back from that cache, too.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { given } from '../support/browser.mjs';
import { LIFETIME } from './support/realm.mjs';
import {
  arrive,
  ask,
  becomes,
  eventually,
  explain,
  inBackground,
  outcome,
  show,
  signOut,
  snapshot,
  stored,
  token,
  waitsFor,
} from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

// The browser of all tests, with what Playwright turns off: the back-forward cache, which every reader's browser has.
useBrowser(() => {
  const { chromium } = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('playwright-core');
  return chromium.launch({
    executablePath: given('CHROME'),
    chromiumSandbox: process.getuid?.() !== 0,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
  });
});

const local = { storage: 'local' };

// ---------------------------------------------------------------------------------------------- network

visit(
  'without a network a session is offline, not over, and fresh when it is back',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, open, pass } = world;
    const page = await open(local);
    await arrive(page, realm.person);
    const { user } = await snapshot(page);
    await context.setOffline(true);
    await becomes(page, { state: 'signed_in', freshness: 'offline', user });
    assert.equal((await explain(page)).online, false);
    assert.equal(await outcome(page), 'okay', 'the token is still good');
    await pass(LIFETIME + 1);
    assert.equal(await outcome(page), 'network_error');
    assert.equal((await snapshot(page)).state, 'signed_in');
    assert.equal(await realm.refreshCount(), 0);
    await context.setOffline(false);
    await becomes(page, { state: 'signed_in', user });
    // Those who lost the network together do not come back together: within five seconds.
    await pass(5);
    await becomes(page, { state: 'signed_in', freshness: 'fresh', user });
    assert.equal(await realm.refreshCount(), 1);
  },
);

visit(
  'without a network there is an attempt now and then, in case the browser is wrong',
  { clock: 'stopped' },
  async ({ realm, context, open, pass }) => {
    const page = await open();
    await arrive(page, realm.person);
    const failed = [];
    page.on('requestfailed', (request) => failed.push(request.url()));
    await context.setOffline(true);
    await becomes(page, { freshness: 'offline' });
    const rounds = 6;
    for (let round = 0; round < rounds; round += 1) {
      await pass(LIFETIME);
      await waitsFor(page, undefined);
    }
    assert.ok(failed.length > 0 && failed.length <= rounds, `${failed.length} attempts in ${rounds} lives of a token`);
    assert.equal((await snapshot(page)).freshness, 'offline');
  },
);

visit(
  'a sign-out without a network is one here and in all tabs, and says that the service was not told',
  {},
  async (world) => {
    const { realm, context, open } = world;
    const pages = [await open(local), await open(local)];
    await arrive(pages[0], realm.person);
    await becomes(pages[1], { state: 'signed_in' });
    await context.setOffline(true);
    const answer = await signOut(pages[0]);
    assert.deepEqual([answer.result, answer.code], ['error', 'network_error']);
    await becomes(pages[0], { state: 'signed_out', signOutReason: 'here' });
    await becomes(pages[1], { state: 'signed_out', signOutReason: 'elsewhere' });
    await context.setOffline(false);
    const late = await open(local);
    await becomes(late, { state: 'signed_out' });
  },
);

for (const [what, rule, code] of [
  ['the page of a captive portal', { html: true, status: 200 }, 'not_json'],
  ['an answer that a page may not read', { without_cors: true }, 'network_error'],
  ['a connection that is cut', { cut: true }, 'network_error'],
  ['an answer that is broken off', { truncate: 20 }, 'network_error'],
  ['JSON that is none', { body: '{"result":' }, 'malformed_json'],
  ['an answer without a token', { body: { result: 'full_login' } }, 'unexpected_status'],
  ['a 500', { status: 500 }, 'server_error'],
  ['a 404', { status: 404 }, 'not_found'],
  ['a 400', { status: 400 }, 'client_error'],
  ['a 422', { status: 422 }, 'validation_failed'],
]) {
  visit(`${what} ends nothing`, { clock: 'stopped' }, async ({ realm, open, pass }) => {
    const page = await open(local);
    await arrive(page, realm.person);
    const { user, account } = await snapshot(page);
    await realm.script(rule);
    await pass(LIFETIME + 1);
    const found = await outcome(page);
    assert.equal(typeof found, 'string');
    assert.notEqual(found, 'okay');
    if (!['an answer without a token', 'an answer that is broken off'].includes(what)) assert.equal(found, code);
    await becomes(page, { state: 'signed_in', freshness: 'stale', user, account });
    await realm.unscript();
    // Our own back-off keeps callers away for 30 seconds at most.
    await pass(31);
    assert.equal(await outcome(page), 'okay');
    await becomes(page, { state: 'signed_in', freshness: 'fresh', user, account });
  });
}

// ---------------------------------------------------------------------------------------------- visibility

visit('a hidden page asks for nothing until it is seen', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  await show(page, false);
  assert.equal((await explain(page)).visible, false);
  for (let round = 0; round < 6; round += 1) await pass(LIFETIME);
  await becomes(page, { state: 'signed_in', freshness: 'stale' });
  assert.equal(await realm.refreshCount(), 0);
  await show(page, true);
  await becomes(page, { state: 'signed_in', freshness: 'fresh' });
  assert.equal(await realm.refreshCount(), 1);
});

visit('a hidden page that needs a token gets one', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  await show(page, false);
  await pass(3 * 24 * 3600);
  assert.equal(await outcome(page), 'okay');
  assert.equal(await realm.refreshCount(), 1);
});

visit(
  'a hidden page whose session is looked at late still learns that its token expired',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, origin, pass } = world;
    const page = await context.newPage();
    await inBackground.before(page);
    await page.goto(`${origin}/empty.html`);
    await page.evaluate(
      async ([url, person]) => {
        const { LoginRocket } = await import('/host.js');
        globalThis.lr = new LoginRocket({ url });
        await lr.login(person);
        globalThis.told = [];
        lr.session.subscribe(({ freshness }) => told.push(freshness));
      },
      [realm.url, realm.person],
    );
    for (let minute = 0; minute <= LIFETIME / 60; minute += 1) await pass(60);
    await eventually(() => page.evaluate(() => told), ['fresh', 'stale']);
  },
);

visit('a tab that is opened in the background stays loading until it is seen', {}, async ({ realm, open }) => {
  const first = await open(local);
  await arrive(first, realm.person);
  await first.close();
  const page = await open(local, inBackground);
  await eventually(async () => (await explain(page)).visible, false);
  assert.equal((await snapshot(page)).state, 'loading');
  assert.equal(await realm.refreshCount(), 0);
  await show(page, true);
  await becomes(page, { state: 'signed_in', freshness: 'fresh' });
  assert.equal(await realm.refreshCount(), 1);
});

// ---------------------------------------------------------------------------------------------- frozen, cached

/** Goes to another page of the site and back, and makes sure that the page was kept, not loaded again. */
async function leaveAndReturn(page, origin, meanwhile) {
  await page.evaluate(() => {
    globalThis.isKept = true;
    addEventListener('pageshow', (event) => {
      globalThis.cameBack = event.persisted;
    });
  });
  await page.goto(`${origin}/empty.html`);
  await meanwhile?.();
  // The event that Playwright waits for after a navigation does not come from a page that is kept.
  await page.goBack({ waitUntil: 'commit' });
  await page.waitForFunction(() => globalThis.lr);
  assert.deepEqual(await page.evaluate(() => [globalThis.isKept, globalThis.cameBack]), [true, true]);
}

visit('a page that comes back from the back-forward cache is as it was', {}, async ({ realm, open, origin }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  const { user, account } = await snapshot(page);
  await leaveAndReturn(page, origin);
  await becomes(page, { state: 'signed_in', freshness: 'fresh', user, account });
  assert.equal(await outcome(page), 'okay');
  assert.equal(await realm.refreshCount(), 0);
});

visit(
  'a page in the back-forward cache learns of a sign-out when it comes back',
  {},
  async ({ realm, open, origin }) => {
    const page = await open(local);
    await arrive(page, realm.person);
    const other = await open(local);
    await becomes(other, { state: 'signed_in' });
    await leaveAndReturn(page, origin, () => signOut(other));
    await becomes(page, { state: 'signed_out', signOutReason: 'elsewhere' });
    assert.equal(await outcome(page), 'not_signed_in');
  },
);

visit(
  'a page in the back-forward cache learns of another person when it comes back',
  {},
  async ({ realm, open, origin }) => {
    const page = await open(local);
    await arrive(page, realm.person);
    const other = await open(local);
    await becomes(other, { state: 'signed_in' });
    const before = await stored(other);
    await leaveAndReturn(page, origin, async () => {
      await signOut(other);
      await arrive(other, realm.person);
    });
    assert.notDeepEqual(await stored(page), before);
    const current = async (each) => {
      const { token } = await each.evaluate(() => lr.session.token());
      return token && JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).sid;
    };
    const wanted = await current(other);
    await eventually(() => current(page), wanted);
  },
);

visit('a page that comes back after its token has expired gets a new one', {}, async ({ realm, open, origin }) => {
  // Playwright's clock does not reach a page that is kept. So the page's own goes on by that much on its way back, before
  // anyone else hears of it.
  const before = (opened) =>
    opened.addInitScript(
      (ms) => {
        const { now } = Date;
        let advanced = 0;
        Date.now = () => now() + advanced;
        addEventListener('pageshow', ({ persisted }) => {
          if (persisted) advanced += ms;
        });
      },
      (LIFETIME + 1) * 1000,
    );
  const page = await open(local, { before });
  await arrive(page, realm.person);
  const { token: old } = await token(page);
  await leaveAndReturn(page, origin, () => realm.advance(LIFETIME + 1));
  await eventually(() => realm.refreshCount(), 1);
  await becomes(page, { state: 'signed_in', freshness: 'fresh' });
  assert.notEqual((await token(page)).token, old);
  assert.equal(await realm.refreshCount(), 1);
});

visit(
  'a page that leaves while it refreshes holds up no other, and goes on when it comes back',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, origin, pass } = world;
    const page = await open(local);
    await arrive(page, realm.person);
    await realm.script({ hang: true, count: 1 });
    await pass(LIFETIME + 1);
    await ask(page);
    await waitsFor(page, 'answer');
    await eventually(() => realm.refreshCount(), 1);
    await page.goto(`${origin}/empty.html`);
    const other = await open(local);
    await becomes(other, { state: 'signed_in', freshness: 'fresh' }, pass);
    await pass(1);
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction(() => globalThis.lr);
    await becomes(page, { state: 'signed_in' }, pass);
    // Kept or loaded again: a browser need not keep a page that has a request under way.
    await pass(31);
    assert.equal(await outcome(page), 'okay');
  },
);
