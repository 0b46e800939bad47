// `lr.session.fetch` where a page changes while it waits, or what it is given says another thing than it is, or somebody has put
// a function of their own in the place of `fetch`: what is judged is what is sent, with the token, or nothing is sent.
import assert from 'node:assert/strict';
import { call, authorizationOf } from './support/backend.mjs';
import { LIFETIME } from './support/realm.mjs';
import { arrive, holdRefreshes, waitsFor } from './support/steps.mjs';
import { useBrowser } from './support/visit.mjs';

useBrowser();

call('a base that comes while a request waits leads nothing elsewhere', { clock: 'stopped' }, async (world) => {
  const { realm, context, open, api, pass } = world;
  const page = await open();
  await arrive(page, realm.person);
  const release = await holdRefreshes(context);
  await pass(LIFETIME + 1);
  await page.evaluate((elsewhere) => {
    const all = ['/api/root', 'api/relative', new Request('api/request'), new URL('/api/url', location.href)];
    globalThis.waiting = Promise.all(all.map(async (given) => new URL((await lr.session.fetch(given)).url).origin === location.origin));
    const base = document.createElement('base');
    base.href = `${elsewhere}/`;
    document.head.append(base);
  }, api.origin);
  await waitsFor(page, 'answer');
  await release();
  assert.deepEqual(await page.evaluate(() => waiting), [true, true, true, true]);
  const token = await authorizationOf(page);
  assert.deepEqual(api.requests.map(({ authorization }) => authorization), [token, token, token, token]);
});

call('a request that says another address than its own is judged by its own', {}, async ({ realm, open, api, origin }) => {
  const page = await open();
  await arrive(page, realm.person);
  await page.evaluate(async ([elsewhere, here]) => {
    class Lying extends Request {
      get url() {
        return `${here}/api/lie`;
      }
    }
    const own = new Request(`${elsewhere}/own`);
    Object.defineProperty(own, 'url', { value: `${here}/api/lie` });
    await lr.session.fetch(own);
    await lr.session.fetch(new Lying(`${elsewhere}/class`));
    const other = new Request(`${here}/api/here`);
    Object.defineProperty(other, 'url', { value: `${elsewhere}/lie` });
    await lr.session.fetch(other);
  }, [api.origin, origin]);
  const token = await authorizationOf(page);
  assert.deepEqual(
    api.requests.map(({ url, authorization }) => [url, authorization]),
    [['/own', undefined], ['/class', undefined], ['/api/here', token]],
  );
});

/** What stands in the place of `fetch`, given the one before it. */
const WRAPPERS = {
  'looks at the first argument': '(own) => (input) => own(input)',
  'looks at the second argument': '(own) => (input, init) => own(input.url ?? input, init)',
  'makes one request of both': '(own) => (input, init) => own(new Request(input, init))',
  'makes a request to look at it': '(own) => (input, init) => { new Request(input, init).headers.get("x"); return own(input, init) }',
  'clones': '(own) => (input, init) => { if (input.clone) input.clone(); return own(input, init) }',
  'adds a header to the options': '(own) => (input, init = {}) => { const headers = new Headers(init.headers); headers.set("x-app", "1"); return own(input, { ...init, headers }) }',
  'adds a header to a request': '(own) => (input, init) => { if (input instanceof Request) { input.headers.set("x-app", "1"); return own(input) } return own(input, init) }',
  'copies headers into an object': '(own) => (input, init = {}) => own(input, Object.assign({}, init, { headers: Object.fromEntries(new Headers(init.headers)) }))',
  'makes a request anew': '(own) => async (input) => { const { url, method, headers } = input; const body = method === "GET" ? undefined : await input.clone().arrayBuffer(); return own(url, { method, headers, body }) }',
  'waits and retries': '(own) => async (input, init) => { await null; const copy = input.clone(); return own(copy, init) }',
};

for (const [what, source] of Object.entries(WRAPPERS)) {
  call(`the token and the body arrive where a wrapper of fetch ${what}`, { script: 'the Rust host sends a finished request, as fetch takes it' }, async ({ realm, open, api }) => {
    const page = await open();
    await arrive(page, realm.person);
    const wanted = await authorizationOf(page);
    const statuses = await page.evaluate(async (wrap) => {
      globalThis.fetch = new Function(`return ${wrap}`)()(fetch);
      const form = new FormData();
      form.set('name', 'Ada');
      const sent = [
        ['/api/get'],
        ['/api/post', { method: 'POST', body: 'a text', headers: { 'content-type': 'text/plain' } }],
        ['/api/form', { method: 'POST', body: form }],
        [new Request('/api/request', { headers: { 'x-app': '2' } })],
      ];
      const statuses = [];
      for (const given of sent) statuses.push((await lr.session.fetch(...given)).status);
      return statuses;
    }, source);
    assert.deepEqual(statuses, [200, 200, 200, 200]);
    assert.deepEqual(
      api.requests.map(({ method, url, authorization }) => [method, url, authorization]),
      [['GET', '/api/get'], ['POST', '/api/post'], ['POST', '/api/form'], ['GET', '/api/request']].map((one) => [...one, wanted]),
    );
    const [, text, form] = api.requests;
    assert.equal(text.body, 'a text');
    const [, boundary] = /boundary=(\S+)/.exec(form.headers['content-type']);
    assert.ok(form.body.startsWith(`--${boundary}`) && form.body.includes('Ada'), 'the form arrives as it was');
  });
}

call('the body of a request arrives, once, and its options with it', {}, async ({ realm, open, api }) => {
  const page = await open();
  await arrive(page, realm.person);
  const found = await page.evaluate(async () => {
    const request = new Request('/api/x', { method: 'PUT', body: 'whole', headers: { 'content-type': 'text/plain' } });
    const { status } = await lr.session.fetch(request);
    const stream = new Blob(['streamed']).stream();
    const kind = await lr.session.fetch('/api/stream', { method: 'POST', body: stream, duplex: 'half' }).then(({ status }) => status, ({ name }) => name);
    return [status, request.bodyUsed, kind];
  });
  // A stream needs HTTP/2, which this backend does not speak; what the browser says of that is its own.
  assert.deepEqual(found.slice(0, 2), [200, true]);
  const [{ method, body, authorization }] = api.requests;
  assert.deepEqual([method, body, authorization], ['PUT', 'whole', await authorizationOf(page)]);
});

call('a request may be given as the options of another one', {}, async ({ realm, open, api, origin }) => {
  const page = await open();
  await arrive(page, realm.person);
  const status = await page.evaluate(async (here) => {
    const options = new Request(`${here}/api/other`, { method: 'DELETE', headers: { 'x-app': '1' } });
    return (await lr.session.fetch('/api/x', options)).status;
  }, origin);
  const [{ method, url, headers, authorization }] = api.requests;
  assert.deepEqual([status, method, url, headers['x-app'], authorization], [200, 'DELETE', '/api/x', '1', await authorizationOf(page)]);
});

call('a request that cannot carry the token is not sent, and says so', { script: 'in Rust it is a TypeError' }, async ({ realm, open, api }) => {
  const page = await open({ tokenOrigins: [api.origin] });
  await arrive(page, realm.person);
  const found = await page.evaluate((elsewhere) => {
    const name = (promise) => promise.then(() => 'sent', ({ code, message }) => [code, message]);
    return name(lr.session.fetch(`${elsewhere}/x`, { mode: 'no-cors' }));
  }, api.origin);
  assert.equal(found[0], 'invalid_params');
  assert.match(found[1], /no-cors/);
  assert.deepEqual(api.requests, []);
});
