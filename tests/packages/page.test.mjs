// The package on a page without a bundler, under the policies that such pages have.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { emulator, person, serve, startBrowser } from './support.mjs';
import { makeRealm } from '../session/support/realm.mjs';

const script = (body) => `<!doctype html><title>t</title><script type="module" src="/${body}.js"></script>`;

const signIn = `
  import { LoginRocket } from '/pkg/dist/index.js';
  const lr = new LoginRocket({ url: ${JSON.stringify(emulator.loginrocket)} });
  const answer = await lr.login(${JSON.stringify(person)});
  (globalThis.postMessage && !globalThis.document ? (text) => postMessage(text) : (text) => { document.title = text })(answer.next ?? answer.code);
`;

const makeClient = `
  import { LoginRocket, LoginRocketError } from '/pkg/dist/index.js';
  try { new LoginRocket(); document.title = 'made' }
  catch (error) { document.title = [error instanceof LoginRocketError, error.code, error.message].join('|') }
`;

const inWorker = `
  new Worker('/sign-in.js', { type: 'module' }).onmessage = ({ data }) => { document.title = 'worker ' + data };
`;

const connect = `connect-src ${new URL(emulator.loginrocket).origin}`;

let browser;
let site;
let problems;

before(async () => {
  site = await serve({
    '/sign-in.js': { body: signIn },
    '/make-client.js': { body: makeClient },
    '/in-worker.js': { body: inWorker },
    '/plain.html': { body: script('sign-in') },
    '/strict.html': {
      body: script('sign-in'),
      csp: `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ${connect}; require-trusted-types-for 'script'`,
    },
    '/no-wasm.html': { body: script('make-client'), csp: `default-src 'none'; script-src 'self'; ${connect}` },
    '/worker.html': { body: script('in-worker') },
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await site?.close();
});

/** Opens a page and waits for the title that its script sets in the end. */
async function titleOf(path) {
  const page = await browser.newPage();
  problems = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  await page.goto(site.origin + path);
  await page.waitForFunction(() => document.title !== 't', null, { timeout: 15_000 }).catch(() => {});
  const title = await page.title();
  await page.close();
  return title;
}

/** What a page without a favicon always complains of is none of the package's. */
const complaints = () => problems.filter((text) => !text.includes('404'));

test('a plain module script signs a person in', async () => {
  assert.equal(await titleOf('/plain.html'), 'done', problems.join('\n'));
  assert.deepEqual(complaints(), []);
});

test('a strict policy with Trusted Types is enough for it', async () => {
  assert.equal(await titleOf('/strict.html'), 'done', problems.join('\n'));
});

test('a module worker signs a person in', async () => {
  assert.equal(await titleOf('/worker.html'), 'worker done', problems.join('\n'));
});

test("a policy without 'wasm-unsafe-eval' gives a typed error that names it", async () => {
  const title = await titleOf('/no-wasm.html');
  assert.match(title, /^true\|wasm_blocked\|.*'wasm-unsafe-eval'.*script-src/);
});

test('calls after the first need no preflight of their own', async () => {
  const realm = await makeRealm();
  const page = await browser.newPage();
  try {
    await page.goto(`${site.origin}/plain.html`);
    await page.evaluate(async ([url, person]) => {
      const { LoginRocket } = await import('/pkg/dist/index.js');
      const lr = new LoginRocket({ url });
      for (let call = 0; call < 5; call++) await lr.forgotPassword({ email: person.email });
    }, [realm.url, person]);
    const sent = (await realm.log()).map(({ method }) => method);
    assert.deepEqual(sent, ['OPTIONS', ...Array(5).fill('POST')]);
  } finally {
    await page.close();
    await realm.remove();
  }
});
