// Chromium, by Playwright.
import { startBrowser } from '../../support/browser.mjs';

export const name = 'Chromium';

/** Starts it; pages share one profile. `host` is a name that shall lead to this machine. */
export async function start({ host } = {}) {
  const browser = await startBrowser(host ? [`--host-resolver-rules=MAP ${host} 127.0.0.1`] : []);
  const context = await browser.newContext();
  return {
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return {
        evaluate: (run, argument) => page.evaluate(run, argument),
        goto: (to) => page.goto(to),
        close: () => page.close(),
      };
    },
    close: () => browser.close(),
  };
}
