// Pages of apps in shells, which have them from a scheme of their own, a file, or an address that nobody serves.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import { once } from 'node:events';
import { extname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before } from 'node:test';
import { pathToFileURL } from 'node:url';
import { given, startBrowser } from '../support/browser.mjs';
import { runs } from '../packages/places.mjs';
import { makeRealm } from '../session/support/realm.mjs';
import { engines, inEveryEngine } from './support/engines.mjs';
import { openShell } from './support/shell.mjs';

const apps = given('LOGINROCKET_APPS');
const link = 'com.example.app:/signed-in';

let api;

before(async () => {
  // An app's own API, which tells what it was asked with.
  api = createServer(({ headers }, response) => {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', 'authorization');
    response.end(headers.authorization?.split('.')[0] ?? 'nobody');
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
});

after(() => api?.close());

/** A token as a hosted page sends it. Node itself does not know that names below `localhost` are this machine. */
async function tokenOf(url, person) {
  const { host, port } = new URL(url);
  const headers = { Host: host, 'Content-Type': 'application/json' };
  const sent = request({ host: '127.0.0.1', port, path: '/v2/login', method: 'POST', headers }).end(JSON.stringify(person));
  const [answer] = await once(sent, 'response');
  return (await json(answer)).token;
}

/** Runs with a realm that lists an origin and an app's own link; gives what the app is told. */
async function inRealm(origin, run) {
  const realm = await makeRealm({ settings: { allowed_origins: [origin] }, login_urls: [link] });
  try {
    const { url, person } = realm;
    const settings = { url, person, api: `http://127.0.0.1:${api.address().port}/`, redirectUri: link };
    await run(realm, { ...settings, link: `${link}?token=${await tokenOf(url, person)}` });
  } finally {
    await realm.remove();
  }
}

const BEARER = /^Bearer eyJ/;

/** What a page tells that has signed in. */
function assertSignedIn(told, { origin, url, own }) {
  const { notified, own: ownReceived, hosted, isSecure, ...others } = told;
  assert.deepEqual(others, {
    origin,
    next: 'done',
    name: 'Ada Lovelace',
    storage: { kind: 'local' },
    stored: true,
  });
  assert.match(notified, BEARER, 'its API has the token');
  if (own) assert.match(ownReceived, own);
  assert.equal(new URL(hosted).searchParams.get('redirect_uri'), link);
  assert.ok(hosted.startsWith(url));
}

const SIGNED_OUT = { name: 'Ada Lovelace', adopted: true, result: 'okay', stored: false };

// Schemes of Capacitor and Ionic on iOS, of Tauri, and of Electron: WebKit gives each to the app, as WKWebView does. Whether a
// shell has it counted among the secure ones is the shell's affair: without, there are no locks and no WebCrypto.
if (engines.some(({ name }) => name === 'WebKit')) {
  runs('page', 'Schemes of shells: `capacitor:`, `ionic:`, `tauri:`, `app:`', 'WebKit', async () => {
    for (const scheme of ['capacitor', 'ionic', 'tauri', 'app']) {
      const origin = `${scheme}://localhost`;
      await inRealm(origin, async ({ url }, task) => {
        const page = (step) => `${origin}/shell/index.html#${encodeURIComponent(JSON.stringify({ step, ...task }))}`;
        const pages = [page('signIn'), page('signOut')];
        const [first, ...others] = await openShell({ scheme, root: apps, pages, secure: true }, 3);
        assertSignedIn(first.told, { origin, url, own: BEARER });
        const of = (index) => others.find(({ page }) => page === index)?.told;
        assert.deepEqual(of(1), SIGNED_OUT);
        assert.deepEqual(of(0), { signOutReason: 'elsewhere' });
      });
    }
  });
}

// Files have no origin, and so no realm of the service's can list them; the emulator's can.
inEveryEngine(
  'Page of a file, listed as `null`',
  async ({ open }) => {
    await inRealm('null', async ({ url }, task) => {
      const address = pathToFileURL(join(apps, 'shell/index.html')).href;
      const [one, other] = [await open(address), await open(address)];
      const told = await one.evaluate((given) => perform('signIn', given), task);
      assertSignedIn(told, { origin: told.origin, url });
      assert.match(told.origin, /^(null|file:\/\/)$/);
      assert.deepEqual(await other.evaluate((given) => perform('signOut', given), task), SIGNED_OUT);
    });
  },
);

// Capacitor and Cordova on Android answer for this address themselves, in a WebView of Chromium's.
runs('page', 'WebView at `https://localhost`', 'Chromium', async () => {
  const origin = 'https://localhost';
  const browser = await startBrowser();
  try {
    // Chromium asks before a page from elsewhere reaches this machine, on which the realm is here alone.
    const context = await browser.newContext({ permissions: ['local-network-access'] });
    await context.route(`${origin}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      if (pathname.endsWith('/who')) {
        return route.fulfill({ body: route.request().headers().authorization?.split('.')[0] ?? 'nobody' });
      }
      const contentType = extname(pathname) === '.html' ? 'text/html' : 'text/javascript';
      return route.fulfill({ body: await readFile(join(apps, pathname)), contentType });
    });
    await inRealm(origin, async ({ url }, task) => {
      const open = async () => {
        const page = await context.newPage();
        await page.goto(`${origin}/shell/index.html`);
        return page;
      };
      const [one, other] = [await open(), await open()];
      assertSignedIn(await one.evaluate((given) => perform('signIn', given), task), { origin, url, own: BEARER });
      assert.deepEqual(await other.evaluate((given) => perform('signOut', given), task), SIGNED_OUT);
      await one.waitForFunction(() => document.title.includes('elsewhere'));
    });
  } finally {
    await browser.close();
  }
});
