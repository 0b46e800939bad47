// `lr.session.fetch` of the npm package where a runtime has no class for requests, of which one could be finished and judged.
import assert from 'node:assert/strict';
import { call, authorizationOf } from './support/backend.mjs';
import { LIFETIME } from './support/realm.mjs';
import { arrive, holdRefreshes, waitsFor } from './support/steps.mjs';
import { useBrowser } from './support/visit.mjs';

useBrowser();

call('without a class for requests one goes by its parts, with the token, or not at all', { clock: 'stopped' }, async (world) => {
  const { realm, context, open, api, pass } = world;
  const page = await open({ tokenOrigins: [api.origin] });
  await arrive(page, realm.person);
  const token = await authorizationOf(page);
  const found = await page.evaluate(async (elsewhere) => {
    delete globalThis.Request;
    globalThis.outcomeOf = (promise) => promise.then(({ status }) => status, ({ name, code }) => code ?? name);
    const options = { method: 'POST', body: 'whole', headers: [['X-App', '1']] };
    const sent = await outcomeOf(lr.session.fetch('/api/x', options));
    return [sent, await outcomeOf(lr.session.fetch(`${elsewhere}/x`, { mode: 'no-cors' })), await outcomeOf(lr.session.fetch('//'))];
  }, api.origin);
  assert.deepEqual(found, [200, 'invalid_params', 'TypeError']);
  const [{ method, url, body, headers, authorization }] = api.requests;
  assert.deepEqual([method, url, body, headers['x-app'], authorization], ['POST', '/api/x', 'whole', '1', token]);
  const release = await holdRefreshes(context);
  await pass(LIFETIME + 1);
  await page.evaluate((elsewhere) => {
    globalThis.waiting = outcomeOf(lr.session.fetch('/api/late'));
    const base = document.createElement('base');
    base.href = `${elsewhere}/`;
    document.head.append(base);
  }, api.origin);
  await waitsFor(page, 'answer');
  await release();
  assert.equal(await page.evaluate(() => waiting), 'TypeError');
  assert.equal(api.requests.length, 1);
});
