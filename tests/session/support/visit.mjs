// A test in a realm and a browser of its own, with what holds for every page at all times checked at its end: no
// uncaught exception, no secret in the console, in a snapshot or in what `explain()` says, no token in a storage.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { serve, startBrowser } from '../../packages/support.mjs';
import { makeRealm } from './realm.mjs';

const FILES = ['app.html', 'app.js', 'adapters.js', 'worker.js'];

/** Which host the pages have: that of the npm package, or the Rust host in the same shape, from this folder. */
export const rustHost = process.env.LOGINROCKET_RUST_HOST;

/** The host that is tested, whichever it is, as one module. */
const host = () =>
  rustHost
    ? Promise.all(['host.js', 'rust_host.js', 'rust_host_bg.wasm'].map((name) => fileOf(name, join(rustHost, name))))
    : [['/host.js', { body: "export * from '/pkg/dist/index.js'" }]];

const fileOf = async (name, place) => [`/${name}`, { body: await readFile(place) }];

/** A test that takes longer hangs. */
const LIMIT_MS = 60_000;

let browser;
let site;

/**
 * The pages of the tests, beside the app, which is at the root, too: an empty one of the same origin, and the app in a frame
 * without an origin.
 */
const extra = {
  '/empty.html': { body: '<!doctype html><title>Empty</title>' },
  '/framed.html': {
    body: `<!doctype html><title>Framed</title><iframe sandbox="allow-scripts"></iframe>
      <script>document.querySelector('iframe').src = '/app.html' + location.hash</script>`,
  },
};

/** Starts what the tests of a file share; to be called once in each. `start` starts another browser than usual. */
export function useBrowser(start = startBrowser) {
  before(async () => {
    const files = FILES.map((name) => fileOf(name, new URL(`page/${name}`, import.meta.url)));
    const pages = Object.fromEntries([...(await Promise.all(files)), ...(await host())]);
    site = await serve({ ...extra, ...pages, '/': pages['/app.html'] });
    browser = await start();
  });
  after(async () => {
    await browser?.close();
    await site?.close();
  });
}

/**
 * Defines a test. `run` gets
 *
 * - `realm`, made with the given `settings`, `people` and what else there is in its `seed`; its Login URL is the app's
 *   origin;
 * - `context`, and `newContext()` for another browser, so to speak;
 * - `open(options, { context, path, before })`, which opens the app in a new tab, its client made with these options;
 *   `before` gets the page before anything is loaded;
 * - `address(options, path)`, where the app is for these options, and its `origin`;
 * - `pass(seconds)`, where `clock: 'stopped'` was asked for: page and realm then have one clock, which moves only so.
 *   Timers that come due meanwhile fire once, at the end, as after a sleep. A lock that was held stays so until a
 *   moment has passed. `clock: { aheadSeconds }` is the same with
 *   the page's clock ahead of the realm's, or behind; with `clock: 'running'` time passes by itself, too.
 *
 * `script` says why a test is about the npm package alone: about values that only a script can give, for one.
 *
 * `mayThrow` matches the uncaught exceptions that the test provokes.
 */
export function visit(name, { settings, people, seed, clock, mayThrow, script } = {}, run) {
  if (rustHost && script) return;
  test(name, { timeout: LIMIT_MS }, async () => {
    const realm = await makeRealm({ settings, people, login_urls: [`${site.origin}/`], ...seed });
    const watch = watchOver(realm, mayThrow);
    const contexts = [];
    const newContext = async () => {
      const context = await browser.newContext({ locale: 'en' });
      context.setDefaultTimeout(10_000);
      contexts.push(context);
      watch.follow(context);
      return context;
    };
    try {
      const context = await newContext();
      const pass = clock && (await takeClocks(realm, context, clock));
      const address = (options = {}, path = '/app.html') =>
        `${site.origin}${path}#${encodeURIComponent(JSON.stringify({ url: realm.url, ...options }))}`;
      const open = async (options, { context: other = context, path, before: prepare } = {}) => {
        const page = await other.newPage();
        await prepare?.(page);
        await page.goto(address(options, path));
        await page.waitForFunction(() => globalThis.lr || !location.pathname.startsWith('/app'));
        return page;
      };
      await run({ realm, context, newContext, open, address, origin: site.origin, pass });
      for (const each of contexts) await watch.check(each);
    } finally {
      for (const each of contexts) await each.close();
      await realm.remove();
    }
  });
}

async function takeClocks(realm, context, clock) {
  const now = Math.floor(Date.now() / 1000);
  const time = (now + (clock.aheadSeconds ?? 0)) * 1000;
  await context.clock.install({ time });
  if (clock !== 'running') {
    await realm.freeze(now);
    await context.clock.pauseAt(time);
  }
  return async (seconds) => {
    await realm.advance(seconds);
    await context.clock.fastForward(Math.round(seconds * 1000));
  };
}

function watchOver(realm, mayThrow) {
  const secrets = new Set();
  const tokens = new Set();
  const said = [];
  const thrown = [];
  const answers = [];

  const collect = async (response) => {
    // An answer that was cut, or whose page is gone, has told nobody anything.
    const answer = await response.json().catch(() => ({}));
    for (const secret of [answer?.session, answer?.token]) if (secret) secrets.add(secret);
    if (answer?.token) tokens.add(answer.token);
  };

  return {
    follow(context) {
      context.on('console', (message) => {
        // The browser itself names the address of a request whose answer the page may not read, and the service wants
        // the session in that address.
        if (!message.text().startsWith('Access to fetch at')) said.push(message.text());
      });
      context.on('weberror', (error) => thrown.push(String(error.error())));
      context.on('request', (request) => {
        const token = URL.canParse(request.url()) && new URL(request.url()).searchParams.get('token');
        // One that a hosted page hands over.
        if (token) tokens.add(token);
      });
      context.on('response', (response) => {
        if (response.url().startsWith(realm.url)) answers.push(collect(response));
      });
    },

    async check(context) {
      await Promise.all(answers);
      assert.deepEqual(
        thrown.filter((text) => !mayThrow?.test(text)),
        [],
        'nothing was thrown that nobody caught',
      );
      for (const page of context.pages()) {
        for (const frame of page.frames()) await assertKeptSecret(frame, secrets, tokens);
      }
      for (const text of [...said, ...thrown]) assertNoneIn(text, [...secrets, ...tokens], 'the console');
    },
  };
}

async function assertKeptSecret(frame, secrets, tokens) {
  const { shown, stored } = await frame.evaluate(() => {
    const { lr, told } = globalThis;
    const shown = lr ? [lr.session.snapshot, lr.session.explain(), lr.session, lr, told] : [];
    const read = (storage) => {
      try {
        return { ...globalThis[storage] };
      } catch {
        return {};
      }
    };
    return {
      shown: JSON.stringify(shown) + shown.map(String).join(),
      stored: JSON.stringify([read('localStorage'), read('sessionStorage')]),
    };
  });
  assertNoneIn(shown, [...secrets, ...tokens], 'what everyone may see');
  assertNoneIn(stored, tokens, 'a storage');
}

function assertNoneIn(text, secrets, where) {
  for (const secret of secrets) assert.ok(!text.includes(secret), `${where} holds no secret`);
}
