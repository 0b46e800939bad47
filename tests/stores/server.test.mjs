// The apps rendered on a server, where the session stays unknown: the page says so, and nothing is left behind that
// grows with every request or keeps the process alive. React also takes such a page over in the browser.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInNode } from '../packages/support.mjs';
import { bundleForServer } from './support/build.mjs';
import { arrive, isIn, listeners } from './support/steps.mjs';
import { visit } from './support/visit.mjs';

/** Renders an app some times; ends when the process does so by itself. */
async function renderInNode(entry) {
  const file = await bundleForServer(entry);
  return runInNode(
    `
      const { lr, render } = await import(${JSON.stringify(pathToFileURL(file))});
      const pages = [await render(), await render(), await render()];
      const { state, listeners } = lr.session.explain();
      console.log(JSON.stringify({ pages, state, listeners }));
    `,
    'module',
  );
}

const apps = { React: 'react/server.jsx', Vue: 'vue/server.js', Svelte: 'svelte/server.js', Solid: 'solid/server.js' };

for (const [framework, entry] of Object.entries(apps)) {
  test(`${framework} renders the unknown session on a server, and leaves no listener there`, async () => {
    const { pages, listeners, state } = await renderInNode(entry);
    assert.equal(state, 'loading');
    assert.equal(new Set(pages).size, 1);
    assert.match(pages[0], /loading/);
    assert.doesNotMatch(pages[0], /<form|<h1/);
    assert.equal(listeners, 0);
  });
}

const [markup] = (await renderInNode(apps.React)).pages;

for (const mode of ['development', 'production']) {
  const app = { entry: 'react/hydrate.jsx', mode, markup };

  visit(`React, ${mode}: a page from a server is taken over, then shows the session`, app, async ({ realm, open }) => {
    const page = await open();
    const main = await page.locator('main').elementHandle();
    await arrive(page, realm.person);
    assert.ok(await main.evaluate((element) => element.isConnected), 'what the server sent is still there');
    assert.equal(await listeners(page), 1);

    const signedIn = await open();
    await isIn(signedIn, 'signed_in');
    await signedIn.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
  });
}
