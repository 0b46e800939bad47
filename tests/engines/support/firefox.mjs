// Firefox, by WebDriver BiDi, which the browser itself speaks: Playwright cannot drive the one that people have.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { given } from '../../support/browser.mjs';

export const name = 'Firefox';

/** Starts it; pages share one profile. `host` is a name that shall lead to this machine. */
export async function start({ host } = {}) {
  const puppeteer = createRequire(join(given('LOGINROCKET_APPS'), 'package.json'))('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: given('FIREFOX'),
    headless: true,
    extraPrefsFirefox: host ? { 'network.dns.localDomains': host } : {},
  });
  return {
    async open(url) {
      const page = await browser.newPage();
      await page.goto(url);
      return {
        evaluate: (run, argument) => page.evaluate(run, argument),
        async goto(to) {
          // Who goes somewhere looks there; a page in the background is hidden.
          await page.bringToFront();
          await page.goto(to);
        },
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
