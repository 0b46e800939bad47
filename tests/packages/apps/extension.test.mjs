// The package in the background page of a browser extension (manifest version 3).
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBrowserWith } from '../../support/browser.mjs';
import { runs } from '../places.mjs';
import { emulator, installed, person } from '../support.mjs';
import { SAMPLE } from './support/site.mjs';
import { apps } from './support/tool.mjs';

/** The extension with the package and for the emulated realm, and a profile of its own. */
async function pack(folder) {
  const extension = join(folder, 'extension');
  await cp(join(apps, 'extension'), extension, { recursive: true });
  await cp(join(installed, 'dist'), join(extension, 'loginrocket-wasm'), { recursive: true });
  for (const name of ['manifest.json', 'background.js']) {
    const file = join(extension, name);
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(SAMPLE, emulator.loginrocket));
  }
  return extension;
}

runs('page', 'Background page of an extension', 'Chromium', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'extension-'));
  const context = await startBrowserWith(join(folder, 'profile'), await pack(folder));
  try {
    context.setDefaultTimeout(15_000);
    const background = context.serviceWorkers()[0] ?? (await context.waitForEvent('serviceworker'));
    const popup = await context.newPage();
    await popup.goto(new URL('popup.html', background.url()).href);
    const shows = (name) => popup.getByRole('heading', { level: 1, name }).waitFor();
    await shows('Nobody');

    await popup.getByLabel('E-mail').fill(person.email);
    await popup.getByLabel('Password').fill('not the password');
    await popup.getByRole('button', { name: 'Sign in' }).click();
    await popup.getByRole('alert').filter({ hasText: /./ }).waitFor();

    await popup.getByLabel('Password').fill(person.password);
    await popup.getByRole('button', { name: 'Sign in' }).click();
    await shows('Ada Lovelace');
    await popup.reload();
    await shows('Ada Lovelace');

    await popup.getByRole('button', { name: 'Sign out' }).click();
    await shows('Nobody');
    const kept = await background.evaluate(() => chrome.storage.session.get());
    assert.doesNotMatch(JSON.stringify(kept), /kss_/);
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
});
