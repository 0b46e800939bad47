// The session as the store of an app, in React, Vue, Svelte and Solid, each as it is developed and as it is shipped.
// The apps under apps/ have no adapter but the few lines of their session.js, where there is one.
import assert from 'node:assert/strict';
import { arrive, isIn, leave, listeners, renders, submit } from './support/steps.mjs';
import { visit } from './support/visit.mjs';

const apps = { React: 'react/main.jsx', Vue: 'vue/main.js', Svelte: 'svelte/main.js', Solid: 'solid/main.js' };

for (const [framework, entry] of Object.entries(apps)) {
  for (const mode of ['development', 'production']) {
    const define = (name, run) => visit(`${framework}, ${mode}: ${name}`, { entry, mode }, run);

    define('a person signs in with the form, is there after a reload, and signs out', async ({ realm, open }) => {
      const page = await open();
      await isIn(page, 'signed_out');
      await submit(page, { ...realm.person, password: 'wrong' });
      await page.getByRole('alert').filter({ hasText: 'Login failed' }).waitFor();
      await submit(page, realm.person);
      await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
      const [{ name }] = await realm.accounts();
      await page.getByText(`${name}, until `).waitFor();

      await page.reload();
      await page.getByRole('heading', { name: 'Ada Lovelace' }).waitFor();
      await leave(page);
      await page.getByRole('button', { name: 'Sign in' }).waitFor();
    });

    define('it renders once for each change, and never for what changes nothing', async ({ realm, open }) => {
      const page = await open();
      await isIn(page, 'signed_out');
      const before = await page.evaluate(() => app.renders.count);
      await arrive(page, realm.person);
      assert.equal(await renders(page, before + 1), before + 1);

      await page.evaluate(async () => {
        const { session } = app.lr;
        session.explain();
        session.subscribe(() => {})();
        for (const options of [undefined, { minValiditySeconds: 60 }]) await session.token(options);
      });
      for (const refreshes of [1, 2]) {
        const shown = await page.locator('time').innerText();
        // The new token is another one only if it expires later.
        await realm.advance(60);
        await page.evaluate(() => app.lr.session.refresh());
        await page.locator('time').filter({ hasNotText: shown }).waitFor();
        assert.equal(await renders(page, before + 1 + refreshes), before + 1 + refreshes);
      }
    });

    define('a sign-out in one tab is seen in the other', async ({ realm, open }) => {
      const one = await open();
      await arrive(one, realm.person);
      const other = await open();
      await isIn(other, 'signed_in');
      await leave(other);
      await isIn(one, 'signed_out');
      assert.equal(await one.evaluate(() => app.lr.session.snapshot.signOutReason), 'elsewhere');
    });

    define('it listens once, and lets go of the session when it is taken away', async ({ realm, open }) => {
      const page = await open();
      await arrive(page, realm.person);
      assert.equal(await listeners(page), 1);
      const count = await page.evaluate(() => {
        app.unmount();
        return app.renders.count;
      });
      assert.equal(await listeners(page), 0);
      await page.evaluate(() => app.lr.session.signOut());
      assert.equal(await page.evaluate(() => app.lr.session.snapshot.state), 'signed_out');
      assert.equal(await renders(page, count), count);
    });
  }
}
