// The page that an emulator has about itself, as a person uses it, of both hosts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectEmulator, native, startEmulator } from './support.mjs';
import { startBrowser } from '../support/browser.mjs';

const LIMIT_MS = 60_000;

let browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser?.close());

const hosts = {
  native: async () => ({ emulator: await connectEmulator(native.loginrocket), stop: async () => {} }),
  npm: async () => {
    const emulator = await startEmulator({ port: 0, corePort: 0 });
    return { emulator, stop: () => emulator.stop() };
  },
};

for (const [host, start] of Object.entries(hosts)) {
  /** Runs on the page of a realm of the test's own; nothing may be wrong on it. */
  const onPage = (name, run) =>
    test(`${host}: ${name}`, async () => {
      const { emulator, stop } = await start();
      const realm = await emulator.addRealm({ name: `page-${host}`, people: [{ email: 'ada@example.com' }] });
      const page = await browser.newPage();
      page.setDefaultTimeout(LIMIT_MS);
      const errors = [];
      page.on('pageerror', (error) => errors.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      try {
        await page.goto(`${new URL(emulator.url).origin}/_emulator/?realm=${realm.name}`);
        await run(page, realm, errors);
        assert.deepEqual(errors, []);
      } finally {
        await page.close();
        await realm.remove();
        await stop();
      }
    });

  onPage('its page adds a person, and says why it does not', async (page, realm, errors) => {
    const add = async (email) => {
      await page.getByLabel('E-mail').fill(email);
      await page.getByLabel('Password').fill('a-good-password');
      await page.getByLabel('First name').fill('Grace');
      await page.getByLabel('Address is verified').uncheck();
      await page.getByRole('button', { name: 'Add a person' }).click();
    };
    await add('grace@example.com');
    await page.getByRole('cell', { name: 'grace@example.com' }).waitFor();
    const grace = (await realm.people()).at(-1);
    assert.deepEqual([grace.email, grace.name, grace.email_verified], ['grace@example.com', 'Grace', false]);
    await add('ada@example.com');
    await page.getByRole('status').getByText('another person has this email').waitFor();
    // A browser tells of a refusal by itself.
    assert.match(errors.splice(0).join(), /409/);
  });

  onPage('its page shows the settings and changes them', async (page, realm) => {
    const form = page.locator('#settings-form');
    const choose = async (label, option) => {
      await form.getByRole('combobox', { name: label, exact: true }).selectOption({ label: option });
    };
    assert.equal(await form.getByRole('combobox', { name: 'Sign-up', exact: true }).inputValue(), '"open"');
    await choose('Sign-up', 'by invitation');
    await choose('Second factor', 'on');
    await choose('Tokens signed by', 'HS256');
    const reloaded = page.waitForEvent('load');
    await form.getByRole('button', { name: 'Change them' }).click();
    await reloaded;
    const { signup, totp, jwt_algo, org_mode } = await realm.settings();
    assert.deepEqual([signup, totp, jwt_algo, org_mode], ['invitation', true, 'hs256', 'single_user']);
    assert.equal(await form.getByRole('combobox', { name: 'Sign-up', exact: true }).inputValue(), '"invitation"');
  });

  onPage('every control of its page has a name, and headings order its parts', async (page) => {
    const nameless = await page.$$eval('input, select, button', (controls) =>
      controls.filter((control) => !(control.labels?.length || control.textContent.trim())).map((control) => control.outerHTML),
    );
    assert.deepEqual(nameless, []);
    const sections = await page.$$eval('main > section', (all) => all.map((section) => section.getAttribute('aria-labelledby')));
    const headings = await page.$$eval('main > section > h2', (all) => all.map((heading) => heading.id));
    assert.deepEqual(sections, headings);
    assert.ok(headings.includes('people') && headings.includes('settings'));
  });
}
