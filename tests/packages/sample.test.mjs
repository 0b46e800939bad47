// The Playwright sample of docs/reference/emulator.md, as it stands there, on an app made with the package.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { emulator, serve, startBrowser } from './support.mjs';

/** An app with a sign-up form, which takes its LoginRocket URL from `window.loginrocket`. */
const app = `
  import { LoginRocket } from '/pkg/dist/index.js';
  const lr = new LoginRocket({ url: window.loginrocket });
  const form = document.querySelector('form');
  form?.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { session } = await lr.signup(new FormData(form));
    sessionStorage.session = session;
  });
  if (!form) document.body.textContent = (await lr.getSession({ session: sessionStorage.session })).next === 'done' ? 'signed in' : 'no';
`;
const page = (body) => ({ body: `<!doctype html><title>t</title><body>${body}<script type="module" src="/app.js"></script>` });
const form = '<form><label>E-mail <input name="email"></label><label>Password <input name="password"></label><button>Sign up</button></form>';

/** The body of the sample's test. */
async function sample() {
  const docs = await readFile(new URL('../../docs/reference/emulator.md', import.meta.url), 'utf8');
  const [, body] = /```ts\ntest\('sign up.*\n([^]*?)\n}\)\n```/.exec(docs);
  return body.replaceAll('http://127.0.0.1:4400/', emulator.loginrocket);
}

test('the sample signs up, reads the mail, follows the link and is signed in', async () => {
  const site = await serve({ '/app.js': { body: app }, '/signup': page(form), '/': page('') });
  const browser = await startBrowser();
  try {
    const context = await browser.newContext({ baseURL: site.origin });
    context.setDefaultTimeout(15_000);
    // The part of Playwright's assertions that the sample uses; the test runner itself is no dependency here.
    const expect = (locator) => ({ toBeVisible: () => locator.waitFor() });
    const AsyncFunction = (async () => {}).constructor;
    const run = new AsyncFunction('page', 'request', 'expect', await sample());
    await run(await context.newPage(), context.request, expect);
    const { realms } = await (await fetch(`${emulator.loginrocket}_emulator/realms`)).json();
    assert.equal(realms.length, 1, 'the sample takes its realm away');
  } finally {
    await browser.close();
    await site.close();
  }
});
