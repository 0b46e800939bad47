// `lr.session.fetch`: who gets the token and who never does, and how it fails.
import assert from 'node:assert/strict';
import { startApi } from './support/api.mjs';
import { authorizationOf, call, get } from './support/backend.mjs';
import { LIFETIME } from './support/realm.mjs';
import { arrive, becomes, signOut, waitsFor } from './support/steps.mjs';
import { useBrowser } from './support/visit.mjs';

useBrowser();

// ---------------------------------------------------------------------------------------------- who gets it

call('the page’s own origin gets the token, however it is named', {}, async ({ realm, open, api, origin }) => {
  const page = await open();
  await arrive(page, realm.person);
  const wanted = await authorizationOf(page);
  const statuses = await page.evaluate(
    async (own) => [
      (await lr.session.fetch('/api/text')).status,
      (await lr.session.fetch(`${own}/api/absolute`)).status,
      (await lr.session.fetch(new URL('/api/url', own))).status,
      (await lr.session.fetch(new Request('/api/request'))).status,
      (await lr.session.fetch('api/relative', { method: 'POST', body: 'x', headers: { 'x-app': '1' } })).status,
    ],
    origin,
  );
  assert.deepEqual(statuses, [200, 200, 200, 200, 200]);
  assert.deepEqual(
    api.requests.map(({ url, authorization }) => [url, authorization]),
    ['text', 'absolute', 'url', 'request', 'relative'].map((path) => [`/api/${path}`, wanted]),
  );
  const { method, body, headers } = api.requests.at(-1);
  assert.deepEqual([method, body, headers['x-app']], ['POST', 'x', '1']);
});

call('an origin that is listed gets the token, any other one never', {}, async ({ realm, open, api }) => {
  const other = await startApi();
  try {
    const page = await open({ tokenOrigins: [api.origin] });
    await arrive(page, realm.person);
    assert.equal(await get(page, `${api.origin}/listed`), 200);
    assert.equal(api.requests.at(-1).authorization, await authorizationOf(page));

    const { port } = new URL(api.origin);
    for (const address of [
      `${other.origin}/other-port`,
      `http://localhost:${port}/other-host`,
      `http://127.0.0.1:${new URL(other.origin).port}/?${api.origin}`,
    ]) {
      assert.equal(await get(page, address), 200, address);
    }
    for (const { authorization } of [...other.requests, ...api.requests.slice(1)])
      assert.equal(authorization, undefined);
    assert.equal(other.requests.length + api.requests.length, 4);
  } finally {
    await other.close();
  }
});

call('where a request goes is judged by where it goes', {}, async ({ realm, open, api }) => {
  const page = await open();
  await arrive(page, realm.person);
  await page.evaluate(async (elsewhere) => {
    // Something that says another address each time it is asked.
    let asked = 0;
    await lr.session.fetch({ toString: () => ((asked += 1) === 1 ? '/api/first' : `${elsewhere}/later`) });
    // A page whose relative addresses lead elsewhere.
    const base = document.createElement('base');
    base.href = `${elsewhere}/base/`;
    document.head.append(base);
    await lr.session.fetch('relative');
    await lr.session.fetch(new Request('request'));
    await lr.session.fetch('/from-root');
  }, api.origin);
  const { host } = new URL(api.origin);
  for (const { headers, authorization, url } of api.requests) {
    if (url !== '/api/first') assert.deepEqual([headers.host, authorization], [host, undefined], url);
  }
  assert.deepEqual(api.requests.map(({ url }) => url).slice(-3), [
    '/base/relative',
    '/base/request',
    '/from-root',
  ]);
});

call('headers that can be read once are sent', {}, async ({ realm, open, api }) => {
  const page = await open();
  await arrive(page, realm.person);
  const status = await page.evaluate(() =>
    lr.session
      .fetch('/api/x', { headers: new Map([['x-app', '1']]).entries() })
      .then((response) => response.status),
  );
  assert.equal(status, 200);
  const [{ headers, authorization }] = api.requests;
  assert.deepEqual([headers['x-app'], authorization], ['1', await authorizationOf(page)]);
});

call('what is no request to a server gets none', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const texts = await page.evaluate(async () => {
    const blob = URL.createObjectURL(new Blob(['a blob']));
    const read = async (address) => (await lr.session.fetch(address)).text();
    return [await read('data:text/plain,some%20data'), await read(blob)];
  });
  assert.deepEqual(texts, ['some data', 'a blob']);
});

call('an Authorization of one’s own is kept, in every form that it can have', {}, async ({ realm, open, api }) => {
  const page = await open();
  await arrive(page, realm.person);
  await page.evaluate(async () => {
    const own = 'Basic c2FtcGxl';
    await lr.session.fetch('/api/record', { headers: { authorization: own } });
    await lr.session.fetch('/api/case', { headers: { AUTHORIZATION: own } });
    await lr.session.fetch('/api/list', { headers: [['Authorization', own]] });
    await lr.session.fetch('/api/headers', { headers: new Headers({ Authorization: own }) });
    await lr.session.fetch(new Request('/api/request', { headers: { Authorization: own } }));
    await lr.session.fetch(new Request('/api/both'), { headers: { Authorization: own } });
  });
  assert.deepEqual(new Set(api.requests.map(({ authorization }) => authorization)), new Set(['Basic c2FtcGxl']));
  assert.equal(api.requests.length, 6);
});

call('what brings its own Authorization is left alone after a 401', {}, async ({ realm, open, api }) => {
  const page = await open();
  await arrive(page, realm.person);
  api.answerWith((response) => response.writeHead(401).end());
  assert.equal(await get(page, '/api/x', { headers: { Authorization: 'Basic c2FtcGxl' } }), 401);
  assert.equal(api.requests.length, 1);
  assert.equal(await realm.refreshCount(), 0);
});

call('while nobody is signed in requests go out without a token', {}, async ({ realm, open, api }) => {
  const page = await open();
  await becomes(page, { state: 'signed_out' });
  assert.equal(await get(page, '/api/public'), 200);
  await arrive(page, realm.person);
  await signOut(page);
  assert.equal(await get(page, '/api/public'), 200);
  assert.deepEqual(
    api.requests.map(({ authorization }) => authorization),
    [undefined, undefined],
  );
});

call(
  'a request that is made while the page is still loading waits for what it finds',
  {},
  async ({ realm, open, api }) => {
    const first = await open({ storage: 'local' });
    await arrive(first, realm.person);
    const page = await first.context().newPage();
    await page.goto(first.url().replace('/app.html', '/empty.html'));
    const status = await page.evaluate(
      async (options) => {
        const { LoginRocket } = await import('/host.js');
        const client = new LoginRocket(options);
        return [client.session.snapshot.state, (await client.session.fetch('/api/x')).status];
      },
      await first.evaluate(() => options),
    );
    assert.deepEqual(status, ['loading', 200]);
    assert.match(api.requests.at(-1).authorization, /^Bearer /);
  },
);

call('what the app gives is not changed', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const found = await page.evaluate(async () => {
    const headers = { 'x-app': '1' };
    const init = Object.freeze({ headers: Object.freeze(headers), method: 'POST', body: 'x' });
    const request = new Request('/api/x');
    await lr.session.fetch('/api/x', init);
    await lr.session.fetch(request);
    return [Object.keys(headers), request.headers.has('authorization')];
  });
  assert.deepEqual(found, [['x-app'], false]);
});

// ---------------------------------------------------------------------------------------------- fails like fetch

call(
  'a signal that is aborted already, or later, ends the call as with fetch',
  {},
  async ({ realm, open, api }) => {
    const page = await open();
    await arrive(page, realm.person);
    api.answerWith(() => {});
    const found = await page.evaluate(async () => {
      const name = (promise) =>
        promise.then(
          () => 'answered',
          (error) => error.name ?? error,
        );
      const late = new AbortController();
      const early = name(lr.session.fetch('/api/early', { signal: AbortSignal.abort() }));
      const waiting = name(lr.session.fetch('/api/late', { signal: late.signal }));
      const reasoned = new AbortController();
      const withReason = name(lr.session.fetch('/api/reason', { signal: reasoned.signal }));
      const inRequest = new AbortController();
      const asRequest = name(lr.session.fetch(new Request('/api/request', { signal: inRequest.signal })));
      await new Promise((resolve) => setTimeout(resolve));
      late.abort();
      reasoned.abort('enough');
      inRequest.abort();
      return Promise.all([early, waiting, withReason, asRequest]);
    });
    assert.deepEqual(found, ['AbortError', 'AbortError', 'enough', 'AbortError']);
    assert.ok(!api.requests.some(({ url }) => url === '/api/early'));
  },
);

call(
  'a call that waits for its token can be aborted; the refresh goes on',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, api, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    await realm.script({ hang: true, count: 1 });
    await pass(LIFETIME + 1);
    await page.evaluate(() => {
      globalThis.controller = new AbortController();
      globalThis.waiting = lr.session.fetch('/api/x', { signal: controller.signal }).then(
        () => 'answered',
        ({ name }) => name,
      );
    });
    await waitsFor(page, 'answer');
    await page.evaluate(() => controller.abort());
    assert.equal(await page.evaluate(() => waiting), 'AbortError');
    await waitsFor(page, 'answer');
    assert.deepEqual(api.requests, []);
  },
);

call(
  'a call whose token cannot be had is rejected by name, and never sent',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, api, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    await realm.script({ status: 503 });
    await pass(LIFETIME + 1);
    assert.deepEqual(await get(page, '/api/x'), { name: 'LoginRocketError', code: 'server_error', isTyped: true });
    assert.deepEqual(api.requests, []);
  },
);

call(
  'a backend that cannot be reached, and an address that is none, are fetch’s own errors',
  {},
  async ({ realm, open }) => {
    const page = await open({ tokenOrigins: ['http://127.0.0.1:9'] });
    await arrive(page, realm.person);
    for (const address of ['http://127.0.0.1:9/x', 'http://[', 'nonsense:x']) {
      const { name, isTyped } = await get(page, address);
      assert.deepEqual([name, isTyped], ['TypeError', false], address);
    }
  },
);

call('an answer is handed on while it still comes in', {}, async ({ realm, open, api }) => {
  const page = await open({ tokenOrigins: [api.origin] });
  await arrive(page, realm.person);
  let finish;
  api.answerWith((response) => {
    response.writeHead(200, { 'content-type': 'text/plain' });
    response.write('first ');
    finish = () => response.end('second');
  });
  const first = await page.evaluate(async (address) => {
    const response = await lr.session.fetch(address);
    globalThis.reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    return (await reader.read()).value;
  }, `${api.origin}/stream`);
  assert.equal(first, 'first ');
  finish();
  assert.deepEqual(await page.evaluate(async () => [(await reader.read()).value, (await reader.read()).done]), [
    'second',
    true,
  ]);
});

call('a request keeps its own word on the referrer, with a token and without', {}, async ({ realm, open, api, origin }) => {
  const page = await open();
  await arrive(page, realm.person);
  const headers = { 'x-app': '1' };
  for (const referrerPolicy of ['no-referrer', 'origin']) {
    await get(page, `${api.origin}/without`, { headers, referrerPolicy });
    await get(page, '/api/with', { headers, referrerPolicy });
  }
  const told = api.requests.map(({ headers, authorization }) => [headers.referer, Boolean(authorization)]);
  assert.deepEqual(told, [
    [undefined, false],
    [undefined, true],
    [`${origin}/`, false],
    [`${origin}/`, true],
  ]);
});

call('a request is not sent again as who signed in meanwhile', { clock: 'stopped' }, async ({ realm, open, api, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  const first = await authorizationOf(page);
  let release;
  const asked = new Promise((resolve) => {
    api.answerWith((response) => {
      release = () => response.writeHead(401).end();
      resolve();
    });
  });
  const sending = get(page, '/api/diary', { method: 'POST', body: 'mine' });
  await asked;
  await signOut(page);
  await pass(60);
  await page.evaluate(() => lr.signup({ email: 'eve@example.com', password: 'another good password' }));
  await becomes(page, { state: 'signed_in' });
  release();
  assert.equal(await sending, 401);
  assert.deepEqual(api.requests.map(({ authorization }) => authorization), [first]);
});

call('a list of origins that holds something else is refused by name', { script: 'in Rust they are texts' }, async ({ open }) => {
  const page = await open();
  const codes = await page.evaluate(() => {
    const hostile = new Proxy(['https://a'], {
      get(list, member) {
        if (member === '0') throw new Error('none of your business');
        return list[member];
      },
    });
    const lists = [['nonsense'], [42], 'https://api.example.com', ['data:x'], [null], {}, hostile];
    const origins = ['http://api.example.com', 'https://api.example.com/path', 'https://me@api.example.com', 'ftp://a'];
    return [...lists, ...origins.map((origin) => [origin])].map((tokenOrigins) => {
      try {
        return new LoginRocket({ ...options, tokenOrigins }) && 'accepted';
      } catch ({ code }) {
        return code;
      }
    });
  });
  assert.deepEqual(new Set(codes), new Set(['invalid_option']));
});
