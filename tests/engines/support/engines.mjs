// The engines, and tests that run in each of them. LOGINROCKET_ENGINES names those that are installed; who starts the tests
// says which are not.
import { after } from 'node:test';
import { given } from '../../support/browser.mjs';
import { runs } from '../../packages/places.mjs';
import * as chromium from './chromium.mjs';
import * as firefox from './firefox.mjs';
import * as webkit from './webkit.mjs';

const installed = given('LOGINROCKET_ENGINES').split(',');

/** Those that are installed. */
export const engines = [chromium, firefox, webkit].filter(({ name }) => installed.includes(name));

/**
 * Defines a test for each engine, which is a row of the table of where the package runs. `run` gets `open(url)`, which gives a page in
 * a new tab: `evaluate(run, argument)`, `goto(url)`, `close()`. With `options` each test gets a browser of its own.
 */
export function inEveryEngine(row, run, { only = engines, options } = {}) {
  for (const engine of only) {
    runs('page', row, engine.name, async () => {
      const browser = options ? await engine.start(options) : await shared(engine);
      const pages = [];
      const open = async (url) => {
        const page = await browser.open(url);
        pages.push(page);
        return page;
      };
      try {
        await run({ open });
      } finally {
        for (const page of pages) await page.close();
        if (options) await browser.close();
      }
    });
  }
}

const browsers = new Map();

/** One browser of an engine for a file of tests: starting it takes longer than most of them. */
async function shared(engine) {
  if (!browsers.has(engine)) browsers.set(engine, engine.start());
  return browsers.get(engine);
}

after(async () => {
  for (const browser of browsers.values()) await (await browser).close();
});
