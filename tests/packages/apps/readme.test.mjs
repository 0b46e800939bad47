// The first app of the package's README, to the letter, in an empty app of Vite and React.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { emulator, installed, person, startBrowser } from '../support.mjs';
import { SAMPLE } from './support/site.mjs';
import { apps, serveWith } from './support/tool.mjs';

test('who follows the README has a page that signs people in, in twenty lines', { timeout: 120_000 }, async () => {
  const readme = await readFile(join(installed, 'README.md'), 'utf8');
  const [, code] = /```tsx .*\n([^]*?)```/.exec(readme);
  assert.ok(code.trim().split('\n').length <= 20, code);
  assert.ok(code.includes(SAMPLE));
  await writeFile(join(apps, 'vite-8/newcomer/src/App.tsx'), code.replaceAll(SAMPLE, emulator.loginrocket));

  const site = await serveWith('vite-8/newcomer', (port) => ['vite', '--port', String(port), '--strictPort']);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(site.origin);
    const signIn = async (password) => {
      await page.getByLabel('E-mail').fill(person.email);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Sign in' }).click();
    };
    await signIn('not the password');
    await page.getByText('Login failed').waitFor();
    assert.equal(await page.getByLabel('E-mail').inputValue(), person.email);
    await signIn(person.password);
    await page.getByText('Hello, Ada Lovelace.').waitFor();
    await page.reload();
    await page.getByText('Hello, Ada Lovelace.').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
  } finally {
    await browser.close();
    await site.close();
  }
});
