// What only React does to a store: it makes components twice, and renders in pieces while the store goes on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNode } from '../packages/support.mjs';
import { listeners } from './support/steps.mjs';
import { visit } from './support/visit.mjs';

test('every member of the session is the same at each read: React would subscribe anew to another one', async () => {
  const changed = await runInNode(
    `
      import { LoginRocket } from 'loginrocket-wasm';
      const lr = new LoginRocket({ url: 'https://sample.e2.loginrocket.com/' });
      const methods = ['subscribe', 'token', 'refresh', 'switchAccount', 'fetch', 'signOut', 'explain', 'dispose'];
      const isSame = (name) => Boolean(lr.session[name]) && lr.session[name] === lr.session[name];
      console.log(JSON.stringify(['snapshot', ...methods].filter((name) => !isSame(name))));
    `,
    'module',
  );
  assert.deepEqual(changed, []);
});

visit(
  'StrictMode makes a component’s client twice, and only the second is alive',
  { entry: 'react/own-client.jsx', mode: 'development' },
  async ({ realm, open }) => {
    const page = await open();
    const state = page.getByRole('status');
    await state.filter({ hasText: 'signed_out' }).waitFor();
    const clients = () =>
      page.evaluate(() =>
        app.clients.map(({ session }) => session.explain()).map(({ disposed, listeners }) => ({ disposed, listeners })),
      );
    const gone = { disposed: true, listeners: 0 };
    assert.deepEqual(await clients(), [gone, { disposed: false, listeners: 1 }]);

    await page.evaluate((person) => app.clients[1].login(person), realm.person);
    await state.filter({ hasText: 'signed_in' }).waitFor();
    assert.equal(await page.evaluate(() => app.clients[0].session.token().then(({ code }) => code)), 'disposed');

    await page.evaluate(() => app.unmount());
    assert.deepEqual(await clients(), [gone, gone]);
  },
);

for (const mode of ['development', 'production']) {
  visit(
    `React, ${mode}: components rendered while the session changes show all the same session`,
    { entry: 'react/many.jsx', mode },
    async ({ realm, open }) => {
      const page = await open();
      await page.evaluate((person) => app.lr.login(person), realm.person);
      await page.evaluate(() => app.read(app.lr.session.signOut));
      await page.getByRole('status').first().waitFor();
      const states = (of) => page.evaluate((name) => [...app.states[name]], of);
      assert.deepEqual(await states('rendered'), ['signed_in', 'signed_out'], 'the session changed meanwhile');
      assert.deepEqual(await states('shown'), ['signed_out']);
      assert.equal(await listeners(page), 30);
    },
  );
}
