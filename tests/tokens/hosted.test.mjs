// `lr.hosted`: the URLs of the hosted pages, which the realm then really serves, and leaving for them.
import assert from 'node:assert/strict';
import { adaOfTwo } from '../session/support/realm.mjs';
import { arrive, becomes, eventually, snapshot } from '../session/support/steps.mjs';
import { useBrowser, visit } from '../session/support/visit.mjs';

useBrowser();

/** A text with everything in it that means something in a URL. */
const HOSTILE = 'a b+c&d=e?f#g/h%41;i=é"<☃>\'';

/** Answers with nothing, so that the browser stays where it is. */
const stay = (route) => route.fulfill({ status: 204 });

/** The URL that an expression of a page gives, taken apart. */
async function parts(page, expression) {
  const { origin, pathname, searchParams, hash } = new URL(await page.evaluate(expression));
  return { origin, pathname, query: [...searchParams], hash };
}

// ---------------------------------------------------------------------------------------------- the URLs

visit('every hosted page has its URL, with what it takes', {}, async ({ realm, open }) => {
  const page = await open();
  const back = new URL(`https://app.example.com/cb?next=${encodeURIComponent(HOSTILE)}&x=1#/top?y=2`).href;
  const given = {
    [`loginUrl()`]: ['/login', []],
    [`loginUrl({ redirectUri: back })`]: ['/login', [['redirect_uri', back]]],
    [`loginUrl({ redirectUri: new URL(back) })`]: ['/login', [['redirect_uri', back]]],
    [`loginUrl({ account: hostile, prompt: 'login', redirectUri: back })`]: [
      '/login',
      [
        ['account', HOSTILE],
        ['prompt', 'login'],
        ['redirect_uri', back],
      ],
    ],
    [`loginUrl({ account: '' })`]: ['/login', [['account', '']]],
    [`loginUrl({ session: 'kss_sample123456' })`]: ['/login', []],
    [`signupUrl()`]: ['/signup', []],
    [`signupUrl({ invitation: hostile, redirectUri: back })`]: [
      '/signup',
      [
        ['invitation', HOSTILE],
        ['redirect_uri', back],
      ],
    ],
    [`profileUrl()`]: ['/profile', []],
    [`profileUrl({ account: hostile, session: 'kss_sample123456', redirectUri: back })`]: [
      '/profile',
      [
        ['account', HOSTILE],
        ['redirect_uri', back],
        ['session', 'kss_sample123456'],
      ],
    ],
    [`accountsUrl()`]: ['/accounts', []],
    [`accountsUrl({ force: false })`]: ['/accounts', []],
    [`accountsUrl({ force: true, session: 'kss_sample123456', redirectUri: back })`]: [
      '/accounts',
      [
        ['force', '1'],
        ['redirect_uri', back],
        ['session', 'kss_sample123456'],
      ],
    ],
    [`accountUrl('org_sample123456')`]: ['/accounts/org_sample123456', []],
    [`accountUrl('../logout?x#y')`]: ['/accounts/..%2Flogout%3Fx%23y', []],
    [`accountUrl('org_sample123456', { session: hostile, redirectUri: back })`]: [
      '/accounts/org_sample123456',
      [
        ['redirect_uri', back],
        ['session', HOSTILE],
      ],
    ],
    [`logoutUrl()`]: ['/logout', []],
    [`logoutUrl({ session: 'kss_sample123456', redirectUri: back })`]: [
      '/logout',
      [
        ['redirect_uri', back],
        ['session', 'kss_sample123456'],
      ],
    ],
    [`loginUrl({ redirectUri: 'com.example.app:/signed-in' })`]: ['/login', [['redirect_uri', 'com.example.app:/signed-in']]],
    [`loginUrl({ redirectUri: 'MyApp://signed-in?kept=1' })`]: ['/login', [['redirect_uri', 'MyApp://signed-in?kept=1']]],
    [`loginUrl(null)`]: ['/login', []],
    [`loginUrl({ account: null, prompt: undefined, redirectUri: null })`]: ['/login', []],
  };
  await page.evaluate(([text, url]) => Object.assign(globalThis, { hostile: text, back: url }), [HOSTILE, back]);
  const { origin } = new URL(realm.url);
  for (const [expression, [pathname, query]] of Object.entries(given)) {
    const found = await parts(page, `lr.hosted.${expression}`);
    found.query.sort();
    assert.deepEqual(found, { origin, pathname, query, hash: '' }, expression);
  }
});

visit('what is none is refused by name', { script: 'about values that only a script can give' }, async ({ open }) => {
  const page = await open();
  const refused = {
    invalid_option: [
      `loginUrl({ redirectUri: '/signed-in' })`,
      `loginUrl({ redirectUri: 'javascript:alert(1)' })`,
      `loginUrl({ redirectUri: 'data:text/html,x' })`,
      `loginUrl({ redirectUri: 'javascript://x/%0aalert(1)' })`,
      `loginUrl({ redirectUri: 'java' + String.fromCharCode(9) + 'script:/alert(1)' })`,
      `loginUrl({ redirectUri: 'file:///signed-in' })`,
      `loginUrl({ redirectUri: 'localhost:3000/signed-in' })`,
      `loginUrl({ redirectUri: 'mailto:ada@example.com' })`,
      `loginUrl({ redirectUri: 'https://' })`,
      `loginUrl({ redirectUri: 42 })`,
      `loginUrl({ redirectUri: {} })`,
      `loginUrl({ account: 42 })`,
      `loginUrl({ prompt: 'none' })`,
      `loginUrl({ prompt: true })`,
      `signupUrl({ invitation: {} })`,
      `profileUrl({ session: 42 })`,
      `profileUrl({ account: [] })`,
      `accountUrl()`,
      `accountUrl('')`,
      `accountUrl(42)`,
      `accountUrl(null, { account: 'org_sample123456' })`,
      `loginUrl(new Proxy({ account: '' }, { get() { throw new Error('none of your business') } }))`,
    ],
  };
  for (const [code, expressions] of Object.entries(refused)) {
    for (const expression of expressions) {
      const found = await page.evaluate(`(() => {
        try { return lr.hosted.${expression} } catch (error) {
          return [error instanceof LoginRocketError, error.code]
        }
      })()`);
      assert.deepEqual(found, [true, code], expression);
    }
  }
  const missing = await page.evaluate(() => {
    lr.lrUrl = null;
    try {
      return lr.hosted.loginUrl();
    } catch ({ code }) {
      return code;
    }
  });
  assert.equal(missing, 'missing_url');
});

visit('the hosted pages are one object, whose functions need no this', { script: 'about objects of the script host' }, async ({ open }) => {
  const page = await open();
  const found = await page.evaluate(() => {
    const { hosted } = lr;
    const { loginUrl, accountUrl } = hosted;
    const same = lr.hosted === hosted && Object.isFrozen(hosted) && typeof loginUrl() === 'string';
    lr.lrUrl = 'https://sample.e2.loginrocket.com/';
    return [same, loginUrl(), accountUrl('org_sample123456')];
  });
  assert.deepEqual(found, [
    true,
    'https://sample.e2.loginrocket.com/login',
    'https://sample.e2.loginrocket.com/accounts/org_sample123456',
  ]);
});

// ---------------------------------------------------------------------------------------------- the pages

visit(
  'the realm serves a page at each of them',
  { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] },
  async ({ realm, context, open, origin }) => {
    const page = await open();
    const [{ id: account }] = await realm.accounts();
    const redirectUri = `${origin}/empty.html`;
    const session = await page.evaluate((person) => lr.login(person).then((answer) => answer.session), realm.person);
    const urls = await page.evaluate(
      ([own, org, back]) => {
        const { loginUrl, signupUrl, profileUrl, accountsUrl, accountUrl, logoutUrl } = lr.hosted;
        return {
          'Log in': [loginUrl(), loginUrl({ prompt: 'login', account: org, redirectUri: back }), profileUrl(), accountsUrl()],
          'Sign up': [signupUrl(), signupUrl({ redirectUri: back })],
          'Your profile': [profileUrl({ session: own }), profileUrl({ session: own, account: org, redirectUri: back })],
          'Choose an account': [accountsUrl({ session: own }), accountsUrl({ session: own, force: true, redirectUri: back })],
          Empty: [accountUrl(org, { session: own, redirectUri: back }), logoutUrl({ session: own, redirectUri: back })],
        };
      },
      [session, account, redirectUri],
    );
    for (const [title, addresses] of Object.entries(urls)) {
      for (const address of addresses) {
        // Without the cookie of the page before: each is to do by itself.
        await context.clearCookies();
        const visited = await context.newPage();
        const response = await visited.goto(address);
        const { pathname } = new URL(address);
        assert.equal(response.status(), 200, pathname);
        assert.match(await visited.title(), new RegExp(`^${title}`), pathname);
        await visited.close();
      }
    }
    assert.equal(await realm.sessionCount(), 0, 'the last one signed out');
  },
);

// ---------------------------------------------------------------------------------------------- leaving

visit('what is none is not left for', { script: 'about values that only a script can give' }, async ({ open }) => {
  const page = await open();
  const here = page.url();
  const found = await page.evaluate(async () => {
    const code = (answer) => [answer.result, answer.code];
    return [
      code(await lr.hosted.open('settings')),
      code(await lr.hosted.open()),
      code(await lr.hosted.open(42)),
      code(await lr.hosted.open('account')),
      code(await lr.hosted.open('login', { prompt: 'none' })),
      code(await lr.hosted.open('login', { redirectUri: '/here' })),
    ];
  });
  assert.deepEqual(found, [
    ['error', 'invalid_params'],
    ['error', 'invalid_params'],
    ['error', 'invalid_params'],
    ['error', 'invalid_option'],
    ['error', 'invalid_option'],
    ['error', 'invalid_option'],
  ]);
  assert.equal(page.url(), here);
});

visit('nobody’s session goes along where nobody is signed in', {}, async ({ realm, open, context }) => {
  const went = [];
  await context.route(`${realm.url}profile*`, (route) => {
    went.push(route.request().url());
    return stay(route);
  });
  const page = await open();
  await page.evaluate(() => {
    lr.hosted.open('profile');
  });
  await eventually(() => went, [`${realm.url}profile`]);
});

visit('a session that is only stored yet goes along', {}, async ({ realm, open, context, origin }) => {
  const first = await open({ storage: 'local' });
  const { session } = await first.evaluate((person) => lr.login(person), realm.person);
  const went = [];
  await context.route(`${realm.url}profile*`, (route) => {
    went.push(new URL(route.request().url()).searchParams.get('session'));
    return stay(route);
  });
  const page = await context.newPage();
  await page.goto(`${origin}/empty.html`);
  await page.evaluate(
    async (options) => {
      const { LoginRocket } = await import('/host.js');
      // At once, before it knows who is signed in.
      new LoginRocket(options).hosted.open('profile');
    },
    { url: realm.url, storage: 'local' },
  );
  await eventually(() => went, [session]);
});

visit('who leaves to sign out is signed out, though the service does not hear of it', {}, async (world) => {
  const { realm, open, context } = world;
  const page = await open({ storage: 'local' });
  const other = await open({ storage: 'local' });
  await arrive(page, realm.person);
  await becomes(other, { state: 'signed_in' });
  await context.route(`${realm.url}**`, stay);
  await page.evaluate(() => lr.hosted.open('logout'));
  assert.deepEqual(
    await snapshot(page).then(({ state, signOutReason }) => [state, signOutReason]),
    ['signed_out', 'here'],
  );
  await becomes(other, { state: 'signed_out', signOutReason: 'elsewhere' });
  assert.deepEqual(await page.evaluate(() => ({ ...localStorage })), await other.evaluate(() => ({ ...localStorage })));
});
