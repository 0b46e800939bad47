// What follows on a 401 to `lr.session.fetch`: one refresh, and one more try if there is reason to hope.
import assert from 'node:assert/strict';
import { authorizationOf, call, get } from './support/backend.mjs';
import { arrive, becomes, eventually, snapshot, token, waitsFor } from './support/steps.mjs';
import { useBrowser } from './support/visit.mjs';

useBrowser();

call('a 401 leads to one refresh and one more try', { clock: 'stopped' }, async ({ realm, open, api, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  const old = (await token(page)).token;
  api.refuse(old);
  await pass(60);
  assert.equal(await get(page, '/api/x', { method: 'PUT', body: 'the body', headers: { 'x-app': '1' } }), 200);
  assert.equal(await realm.refreshCount(), 1);
  const [first, second] = api.requests;
  assert.equal(api.requests.length, 2);
  assert.equal(first.authorization, `Bearer ${old}`);
  assert.equal(second.authorization, await authorizationOf(page));
  assert.notEqual(second.authorization, first.authorization);
  const { method, body, headers } = second;
  assert.deepEqual([method, body, headers['x-app']], ['PUT', 'the body', '1']);
});

call('a second 401 is the answer', { clock: 'stopped' }, async ({ realm, open, api, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  await pass(60);
  api.answerWith((response) => response.writeHead(401, { 'content-type': 'text/plain' }).end('who are you?'));
  const found = await page.evaluate(async () => {
    const response = await lr.session.fetch('/api/x');
    return [response.status, await response.text()];
  });
  assert.deepEqual(found, [401, 'who are you?']);
  assert.equal(api.requests.length, 2);
  assert.equal(await realm.refreshCount(), 1);
  assert.equal((await snapshot(page)).state, 'signed_in', 'the backend does not end sessions');
});

call(
  'a 401 is the answer where the token did not change',
  { clock: 'stopped', settings: { assumptions: { reuse_token: true } } },
  async ({ realm, open, api, pass }) => {
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    api.refuse((await token(page)).token);
    const found = await page.evaluate(async () => {
      const response = await lr.session.fetch('/api/x');
      return [response.status, await response.json()];
    });
    assert.deepEqual(found, [401, { isRefused: true }]);
    assert.equal(api.requests.length, 1);
    assert.equal(await realm.refreshCount(), 1);
  },
);

call(
  'a 401 is the answer where no new token can be had',
  { clock: 'stopped' },
  async ({ realm, open, api, pass }) => {
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    api.refuse((await token(page)).token);
    await realm.script({ status: 503 });
    assert.equal(await get(page, '/api/x'), 401);
    assert.equal(api.requests.length, 1);
    assert.equal((await snapshot(page)).state, 'signed_in');
  },
);

call('a 401 is the answer where the session is over', { clock: 'stopped' }, async ({ realm, open, api, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  await pass(60);
  api.refuse((await token(page)).token);
  await realm.endSessions();
  assert.equal(await get(page, '/api/x'), 401);
  assert.equal(api.requests.length, 1);
  await becomes(page, { state: 'signed_out', signOutReason: 'expired' });
});

call('twenty 401s at once are one refresh', { clock: 'stopped' }, async ({ realm, open, api, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  await pass(60);
  const old = (await token(page)).token;
  api.refuse(old);
  const statuses = await page.evaluate(() =>
    Promise.all(
      Array.from({ length: 20 }, (_, number) => lr.session.fetch(`/api/${number}`).then(({ status }) => status)),
    ),
  );
  assert.deepEqual(statuses, Array(20).fill(200));
  assert.equal(await realm.refreshCount(), 1);
  assert.ok(api.requests.length <= 40);
  assert.equal(new Set(api.requests.map(({ authorization }) => authorization)).size, 2);
});

call(
  'a 401 that comes late, when there is another token already, is tried with that one',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, api, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    let release;
    api.answerWith((response, { url }) => {
      if (url === '/api/late' && !release) release = () => response.writeHead(401).end();
      else response.writeHead(200).end();
    });
    await page.evaluate(() => {
      globalThis.late = lr.session.fetch('/api/late').then(({ status }) => status);
    });
    await eventually(() => api.requests.length, 1);
    assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
    release();
    assert.equal(await page.evaluate(() => late), 200);
    assert.ok((await realm.refreshCount()) <= 2);
    assert.equal(api.requests.at(-1).authorization, await authorizationOf(page));
  },
);

call('bodies that can be sent twice are', { clock: 'stopped' }, async ({ realm, open, api, pass }) => {
  const page = await open();
  await arrive(page, realm.person);
  for (const kind of ['text', 'blob', 'bytes', 'query', 'form']) {
    await pass(60);
    api.refuse((await token(page)).token);
    const status = await page.evaluate((name) => {
      const form = new FormData();
      form.append('a', '1');
      const bodies = {
        text: 'a=1',
        blob: new Blob(['a=1']),
        bytes: new TextEncoder().encode('a=1'),
        query: new URLSearchParams('a=1'),
        form,
      };
      return lr.session
        .fetch('/api/x', { method: 'POST', body: bodies[name] })
        .then((response) => response.status);
    }, kind);
    assert.equal(status, 200, kind);
    const [first, second] = api.requests.splice(0);
    assert.ok(first.body.length >= 3, kind);
    const plain = ({ body }) => body.replaceAll(/-{2,}\w+/g, 'boundary');
    assert.equal(plain(second), plain(first), kind);
  }
});

call(
  'a body that is a stream is sent once',
  { script: 'the Rust host sends copies of a finished request', clock: 'stopped' },
  async ({ realm, context, open, pass, origin }) => {
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    // Over HTTP/1.1 browsers send no streams; so the answer comes from here, and the connection is never asked.
    let sent = 0;
    await context.route(`${origin}/api/stream`, (route) => {
      sent += 1;
      return route.fulfill({ status: 401, body: 'no' });
    });
    const found = await page.evaluate(async () => {
      const body = new Blob(['some text']).stream();
      const response = await lr.session.fetch('/api/stream', { method: 'POST', body, duplex: 'half' });
      return [response.status, await response.text()];
    });
    assert.deepEqual(found, [401, 'no']);
    assert.equal(sent, 1);
  },
);

call(
  'a Request with a body is sent whole or not again',
  { clock: 'stopped' },
  async ({ realm, open, api, pass }) => {
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    api.refuse((await token(page)).token);
    const status = await page.evaluate(() =>
      lr.session
        .fetch(new Request('/api/x', { method: 'POST', body: 'the body' }))
        .then((response) => response.status),
    );
    assert.deepEqual(
      api.requests.map(({ body }) => body),
      Array(api.requests.length).fill('the body'),
    );
    assert.equal(status, api.requests.length === 2 ? 200 : 401);
  },
);

call(
  'after a 401, too, a call can be aborted while it waits for its token',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, api, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    api.refuse((await token(page)).token);
    await realm.script({ hang: true, count: 1 });
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
    assert.equal(api.requests.length, 1);
  },
);

call(
  'a 401 to what cannot be sent again is told without waiting for a token',
  { script: 'the Rust host sends copies of a finished request', clock: 'stopped' },
  async (world) => {
    const { realm, context, open, pass, origin } = world;
    const page = await open();
    await arrive(page, realm.person);
    await pass(60);
    await realm.script({ hang: true, count: 1 });
    await context.route(`${origin}/api/stream`, (route) => route.fulfill({ status: 401 }));
    const status = await page.evaluate(() => {
      const body = new Blob(['some text']).stream();
      return lr.session
        .fetch('/api/stream', { method: 'POST', body, duplex: 'half' })
        .then((response) => response.status);
    });
    assert.equal(status, 401);
  },
);
