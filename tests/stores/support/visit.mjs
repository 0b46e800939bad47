// A test of an app in tabs of Chromium, in a realm and a browser profile of its own. What holds for every app at all
// times is checked at its end: nothing thrown that nobody caught, and not a word of complaint in the console.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve, startBrowser } from '../../packages/support.mjs';
import { makeRealm } from '../../session/support/realm.mjs';
import { bundle } from './build.mjs';

/** A test that takes longer hangs. */
const LIMIT_MS = 60_000;

const pages = {};
let browser;
let site;

before(async () => {
  site = await serve(pages);
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/**
 * Defines a test of the app that starts with the file `entry`, built for `mode`; the page comes with the `markup` of
 * the app, as from a server. `run` gets the realm and `open()`, which opens the app in a tab; `app` is there what the
 * bundle exports.
 */
export function visit(name, { entry, mode, markup = '' }, run) {
  test(name, { timeout: LIMIT_MS }, async () => {
    const path = await publish(entry, mode, markup);
    const realm = await makeRealm();
    const context = await browser.newContext();
    context.setDefaultTimeout(10_000);
    await context.addInitScript((url) => {
      globalThis.loginrocketUrl = url;
    }, realm.url);
    const complaints = watch(context);
    const open = async () => {
      const page = await context.newPage();
      await page.goto(site.origin + path);
      await page.waitForFunction(() => globalThis.app);
      return page;
    };
    try {
      await run({ realm, open });
      assert.deepEqual(complaints, []);
    } catch (error) {
      // What a framework complains of says more than what then did not happen.
      throw complaints.length > 0 ? new Error(complaints.join('\n'), { cause: error }) : error;
    } finally {
      await context.close();
      await realm.remove();
    }
  });
}

async function publish(entry, mode, markup) {
  const path = `/${entry}.${mode}${markup && '.rendered'}`;
  pages[`${path}.js`] ??= { body: await bundle(entry, mode) };
  pages[`${path}-start.js`] = { body: `import * as app from '${path}.js'; globalThis.app = app;` };
  pages[`${path}.html`] = {
    body: `<!doctype html><html lang="en"><title>App</title><link rel="icon" href="data:,">
      <div id="app">${markup}</div><script type="module" src="${path}-start.js"></script>`,
  };
  return `${path}.html`;
}

/** Warnings, errors and uncaught exceptions; not what the browser itself says of an answer like 422. */
function watch(context) {
  const complaints = [];
  context.on('console', (message) => {
    const ofBrowser = message.text().startsWith('Failed to load resource');
    if (['warning', 'error', 'assert'].includes(message.type()) && !ofBrowser) complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  return complaints;
}
