// What docs/guide/tokens.md and docs/guide/hosted-pages.md show, as it stands there, in Chromium with an emulator.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { serve, startBrowser } from '../packages/support.mjs';
import { ada, adaOfTwo, makeRealm } from '../session/support/realm.mjs';

/** The JavaScript under a heading, in the order in which it stands there. */
async function samples(name) {
  const text = await readFile(new URL(`../../docs/${name}.md`, import.meta.url), 'utf8');
  const under = {};
  for (const section of text.split('\n## ').slice(1)) {
    const [heading] = section.split('\n', 1);
    const code = [...section.matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code);
    if (code.length > 0) under[heading] = code;
  }
  return under;
}

const tokens = await samples('guide/tokens');
const hosted = await samples('guide/hosted-pages');

const person = { email: ada.email, password: ada.password };

let browser;
let site;
/** The realm's URL. */
let url;
before(async () => {
  browser = await startBrowser();
  site = await serve({ '/app': { body: '<!doctype html><title>app</title>' } });
  ({ url } = await makeRealm({ login_urls: [`${site.origin}/`] }));
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** A page with a client; `run` runs code there with these names, and gives what it called. */
async function visit(context, query = '') {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${site.origin}/app${query}`);
  await prepare(page);
  return page;
}

async function prepare(page, realm = url) {
  await page.evaluate(async (url) => {
    const { LoginRocket, unwrap } = await import('/pkg/dist/index.js');
    globalThis.lr = new LoginRocket({ url, storage: 'local' });
    globalThis.run = async (code, given) => {
      const called = [];
      const names = ['refuse', 'welcome', 'show', 'showError', 'askWhether', 'confirmed'];
      const calls = Object.fromEntries(
        names.map((name) => [name, (...values) => called.push([name, ...values]) > 0]),
      );
      const scope = { LoginRocket, unwrap, url, ...calls, ...given };
      const Body = (async () => {}).constructor;
      await new Body(...Object.keys(scope), code)(...Object.values(scope));
      return called;
    };
  }, realm);
}

const run = (page, code, given = {}) =>
  page.evaluate(([code, given]) => globalThis.run(code, given), [code, given]);

/** Signs in through the API; gives the token. */
const signIn = (page) =>
  page.evaluate(async (person) => (await lr.login(person)).token, person);

/** A context of its own for each test. */
const visiting = (name, work) =>
  test(name, { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ locale: 'en' });
    try {
      await work(context);
    } finally {
      await context.close();
    }
  });

/** Signs in with the hosted form that is shown. */
async function fillIn(page) {
  await page.fill('[name=email]', person.email);
  await page.fill('[name=password]', person.password);
  await page.click('button[type=submit], form button');
}

visiting('tokens are verified as shown', async (context) => {
  const page = await visit(context);
  const jwt = await signIn(page);
  const [plain, forAccount] = tokens.Verify;
  const [[called, name, account, permissions]] = await run(page, plain, { jwt });
  assert.deepEqual([called, name, permissions], ['welcome', 'Ada Lovelace', ['ar:owner', 'ar:admin']]);
  assert.match(account, /^org_/);
  assert.deepEqual(await run(page, plain, { jwt: jwt.replace(/[^.]*$/, 'c2ln') }), [['refuse', 'invalid_signature']]);
  assert.deepEqual(await run(page, forAccount, { jwt }), [['refuse', 'this is for another account']]);
});

visiting('a token is decoded as shown', async (context) => {
  const page = await visit(context);
  const jwt = await signIn(page);
  const [[called, text]] = await run(page, tokens.Decode[0], { jwt });
  assert.equal(called, 'show');
  assert.match(text, /^signed in until \w{3} \w{3} \d/);
});

visiting('the session verifies its tokens as shown', async (context) => {
  const page = await visit(context);
  const code = `${tokens["The session's tokens"][0]}\nshow(verified, token.split('.').length)`;
  assert.deepEqual(await run(page, code, person), [['show', true, 3]]);
});

visiting('signing in on the hosted page comes back as shown', async (context) => {
  const page = await visit(context, '?list=1#top');
  await run(page, hosted['Sign in there'][0]);
  await page.waitForURL(`${url}login?**`);
  await fillIn(page);
  await page.waitForURL(`${site.origin}/app?**`);
  assert.match(page.url(), /[?&]token=ey/);
  await prepare(page);
  assert.deepEqual(await run(page, hosted['Come back'][0]), []);
  assert.equal(page.url(), `${site.origin}/app?list=1#top`);
  assert.equal(await page.evaluate(() => lr.session.snapshot.user.name), 'Ada Lovelace');
});

visiting('a link to the hosted page is made as shown', async (context) => {
  const page = await visit(context);
  const link = await page.evaluate(async (code) => {
    const link = document.createElement('a');
    await globalThis.run(code, { link });
    return link.href;
  }, hosted['Sign in there'][1]);
  assert.equal(new URL(link).searchParams.get('redirect_uri'), `${site.origin}/inbox`);
});

visiting('a router of its own gets the URL without the token as shown', async (context) => {
  const page = await visit(context);
  const jwt = await signIn(page);
  const replaced = await page.evaluate(
    async ([code, url]) => {
      const router = { replace: (url) => (router.url = url) };
      await globalThis.run(code, { url, router });
      return router.url;
    },
    [hosted['Come back'][1], `https://app.example.com/cb?x=1&token=${jwt}#y`],
  );
  assert.equal(replaced, 'https://app.example.com/cb?x=1#y');
});

visiting("somebody else's token is asked about as shown", async (context) => {
  const other = await visit(await browser.newContext());
  const email = `charles-${Date.now()}@example.com`;
  const jwt = await other.evaluate(
    async (email) => (await lr.signup({ email, password: 'difference-of-1822', first_name: 'Charles' })).token,
    email,
  );
  await other.context().close();

  const page = await visit(context);
  await signIn(page);
  await page.goto(`${site.origin}/app?token=${jwt}`);
  await prepare(page);
  const [code] = hosted["Somebody else's token"];
  const [[called, question]] = await run(page, code);
  assert.deepEqual([called, question], ['confirmed', 'Continue as Charles?']);
  assert.equal(await page.evaluate(() => lr.session.snapshot.user.email), email);
  assert.equal(page.url(), `${site.origin}/app`);
});

visiting('a sign-in is finished on the hosted pages as shown', async (context) => {
  const several = await makeRealm({
    settings: { org_mode: 'multi_user' },
    people: [adaOfTwo],
    login_urls: [`${site.origin}/`],
  });
  const page = await visit(context);
  await prepare(page, several.url);
  await run(page, hosted['Finish a sign-in there'][0], person);
  await page.waitForURL(`${several.url}accounts?**`);
  await page.getByText('Looms').click();
  await page.waitForURL(`${site.origin}/app?**`);
  await prepare(page, several.url);
  await run(page, hosted['Come back'][0]);
  const { state, account } = await page.evaluate(() => lr.session.snapshot);
  assert.deepEqual([state, account.name], ['signed_in', 'Looms']);
});

visiting('the profile is opened without a second sign-in, and signing out reaches the pages, as shown', async (context) => {
  const page = await visit(context);
  await signIn(page);
  const [profile, logout] = hosted['The profile, and signing out'];
  await run(page, profile);
  await page.waitForURL(`${url}profile?**`);
  assert.equal(await page.inputValue('[name=email]'), person.email);
  await page.goto(`${site.origin}/app`);
  await prepare(page);
  await page.waitForFunction(() => lr.session.snapshot.state === 'signed_in');
  // Over the page that signs out and straight back to the same address.
  await Promise.all([page.waitForEvent('domcontentloaded'), run(page, logout)]);
  await page.goto(`${url}login`);
  assert.ok(await page.isVisible('[name=password]'), 'the hosted pages ask again');
  await page.goto(`${site.origin}/app`);
  await prepare(page);
  assert.equal(await page.evaluate(() => lr.session.snapshot.state), 'signed_out');
});
