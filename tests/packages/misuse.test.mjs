// Mistakes that an app makes at run time: each is named, with what was probably meant, and sends nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNode, serve, startBrowser } from './support.mjs';

const program = (script) => `
  import { LoginRocket } from 'loginrocket-wasm';
  const sent = [];
  const fetch = async (url, init) => { sent.push(init.body ?? url); return new Response('{"result":"okay"}') };
  const options = { url: 'https://login.example.com', fetch, environment: 'browser' };
  const thrown = (run) => { try { run(); return 'nothing' } catch ({ code, message }) { return [code, message] } };
  const lr = new LoginRocket(options);
  ${script}
`;

test('an unknown option of a client is named with the nearest one', async () => {
  const found = await runInNode(
    program(`
      const made = (given) => thrown(() => new LoginRocket({ ...options, ...given }));
      console.log(JSON.stringify([
        made({ storge: 'local' }), made({ timeout: 5 }), made({ lang: 'en' }), made({ baseUrl: 'x' }), made({ TokenOrigins: [] }),
        made({ whatever_this_is: 1 }), made({ storge: undefined }), made({}),
      ]));
    `),
    'module',
  );
  const says = (name, hint) => ['invalid_option', `there is no option of that name: ${name}; ${hint}`];
  const names = 'url, locale, timeoutMs, agent, fetch, dangerouslyAllowInsecureUrl, storage, tokenOrigins, keepChallenge, keepProfile, verify, environment';
  assert.deepEqual(found, [
    says('storge', 'did you mean storage?'),
    says('timeout', 'did you mean timeoutMs?'),
    says('lang', `there are ${names}`),
    says('baseUrl', 'did you mean url?'),
    says('TokenOrigins', 'did you mean tokenOrigins?'),
    says('whatever_this_is', `there are ${names}`),
    says('storge', 'did you mean storage?'),
    'nothing',
  ]);
});

test('an API key is called that under whatever name it stands, or as one', async () => {
  const found = await runInNode(
    program(`
      const codes = [{ apiKey: 'ks_SAMPLEKEY123456' }, { ks_SAMPLEKEY123456: true }].map((given) => thrown(() => new LoginRocket({ ...options, ...given })));
      console.log(JSON.stringify(codes));
    `),
    'module',
  );
  for (const [code, message] of found) {
    assert.equal(code, 'api_key_in_browser');
    assert.doesNotMatch(message, /SAMPLEKEY/);
  }
});

test('an unknown option of any call is named, and nothing is sent', async () => {
  const found = await runInNode(
    program(`
      const answers = {
        login: await lr.login({}, { timeoutms: 5 }),
        logout: await lr.logout(null, { retries: 3 }),
        token: await lr.session.token({ minValidity: 60 }),
        refresh: await lr.session.refresh({ force: true }),
        switchAccount: await lr.session.switchAccount('org_sample123456', { timeout: 5 }),
        verifyToken: await lr.verifyToken('a.b.c', { leeway: 5 }),
        adoptRedirect: await lr.session.adoptRedirect('https://app.example.com/', { switchuser: true }),
        open: thrown(() => lr.hosted.loginUrl({ redirect_uri: 'https://app.example.com/' })),
        signal: await lr.login({}, new AbortController().signal),
      };
      console.log(JSON.stringify([answers, sent]));
    `),
    'module',
  );
  const [answers, sent] = found;
  assert.deepEqual(sent, []);
  const meant = { login: 'timeoutMs', token: 'minValiditySeconds', switchAccount: 'timeoutMs', verifyToken: 'leewaySeconds', adoptRedirect: 'switchUser' };
  for (const [name, hint] of Object.entries(meant)) {
    assert.equal(answers[name].code, 'invalid_option', name);
    assert.ok(answers[name].message.endsWith(`did you mean ${hint}?`), answers[name].message);
  }
  assert.match(answers.logout.message, /: retries; there are signal, timeoutMs, locale$/);
  assert.match(answers.refresh.message, /: force; there are signal, timeoutMs, locale$/);
  assert.deepEqual(answers.open[0], 'invalid_option');
  assert.ok(answers.open[1].endsWith('did you mean redirectUri?'), answers.open[1]);
  assert.match(answers.signal.message, /pass the options as an object, such as \{ signal, timeoutMs \}/);
});

test('on a server an unknown option is what the calls say', async () => {
  const found = await runInNode(
    program(`
      const server = new LoginRocket({ ...options, environment: 'server', storge: 'local' });
      const { code, message } = await server.login({});
      console.log(JSON.stringify([code, message]));
    `),
    'module',
  );
  assert.deepEqual(found, ['invalid_option', 'there is no option of that name: storge; did you mean storage?']);
});

test('a method needs no client before the dot, and is a method all the same', async () => {
  const found = await runInNode(
    program(`
      const { login, verifyEmail, decodeToken, session: { signOut } } = lr;
      const seen = {};
      seen.detached = [(await login({ email: 'a' })).result, (await verifyEmail({ token: 't' })).result, decodeToken('x').code, (await signOut()).result];
      seen.isOfTheClass = typeof LoginRocket.prototype.login === 'function' && 'login' in lr && !Object.keys(lr).includes('login');

      // A spy on the class, on an object, and a method of a subclass that calls the one it overrides.
      const original = LoginRocket.prototype.login;
      LoginRocket.prototype.login = async function (...given) { return { ...(await original.apply(this, given)), spied: 'class' } };
      seen.onTheClass = [(await lr.login({})).spied, (await login({})).spied];
      LoginRocket.prototype.login = original;
      lr.login = async () => ({ spied: 'object' });
      seen.onTheObject = (await lr.login({})).spied;
      delete lr.login;
      seen.after = (await lr.login({})).result;

      class Counting extends LoginRocket {
        calls = 0;
        async login(params) { this.calls += 1; return { ...(await super.login(params)), calls: this.calls } }
      }
      const counting = new Counting(options);
      const { login: counted } = counting;
      await counted({});
      seen.overridden = (await counting.login({})).calls;
      seen.wrapped = (await new Proxy(counting, {}).login({})).calls;
      console.log(JSON.stringify(seen));
    `),
    'module',
  );
  assert.deepEqual(found, {
    detached: ['okay', 'okay', 'malformed_token', 'okay'],
    isOfTheClass: true,
    onTheClass: ['class', 'class'],
    onTheObject: 'object',
    after: 'okay',
    overridden: 2,
    wrapped: 3,
  });
});

const page = `<!doctype html><form id="form"><input name="email" value="ada@example.com"></form><button id="out">Out</button>
<script type="module">
  import { LoginRocket } from '/pkg/dist/index.js';
  const sent = [];
  const fetch = async (url, init) => { sent.push(init.body ?? url); return new Response('{"result":"okay"}') };
  globalThis.lr = new LoginRocket({ url: 'https://login.example.com', fetch });
  globalThis.sent = sent;
</script>`;

test('a form, an event and an element are no parameters, and the form’s data is', async () => {
  const site = await serve({ '/': { body: page } });
  const browser = await startBrowser();
  try {
    const tab = await browser.newPage();
    await tab.goto(site.origin);
    await tab.waitForFunction(() => globalThis.lr);
    const found = await tab.evaluate(async () => {
      const form = document.querySelector('#form');
      const submitted = new Promise((resolve) => {
        form.addEventListener('submit', async (event) => {
          event.preventDefault();
          resolve(await lr.login(event));
        });
      });
      form.requestSubmit();
      const answers = [await lr.login(form), await submitted, await lr.signup(document), await lr.login(form.elements[0])];
      const before = sent.length;
      const good = await lr.login(new FormData(form));
      return { answers, before, good, sent };
    });
    for (const { code, message } of found.answers) {
      assert.equal(code, 'invalid_params');
      assert.match(message, /pass new FormData\(form\)/);
    }
    assert.deepEqual([found.before, found.good.result, found.sent], [0, 'okay', ['{"email":"ada@example.com"}']]);
  } finally {
    await browser.close();
    await site.close();
  }
});

test('a method that takes options may be a listener itself', async () => {
  const site = await serve({ '/': { body: page } });
  const browser = await startBrowser();
  try {
    const tab = await browser.newPage();
    await tab.goto(site.origin);
    await tab.waitForFunction(() => globalThis.lr);
    const codes = await tab.evaluate(async () => {
      const done = [];
      const out = document.querySelector('#out');
      for (const method of [lr.session.refresh, lr.session.token, lr.session.signOut]) {
        out.addEventListener('click', (event) => done.push(method(event)), { once: true });
      }
      out.click();
      return (await Promise.all(done)).map(({ code, result }) => code ?? result);
    });
    assert.deepEqual(codes, ['not_signed_in', 'not_signed_in', 'okay']);
  } finally {
    await browser.close();
    await site.close();
  }
});
