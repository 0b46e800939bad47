// The guide's page on server rendering: its app of Next.js, to the letter, as it is deployed.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { test } from 'node:test';
import { filesOf } from '../../../xtask/docs/blocks.mjs';
import { given } from '../../support/browser.mjs';
import { emulator, person, startBrowser } from '../support.mjs';
import { SAMPLE } from './support/site.mjs';
import { apps, run, serveWith } from './support/tool.mjs';

const APP = 'next-guide';

/** What `create-next-app` has beside the pages. */
const LAYOUT = `
export const metadata = { title: 'Guide', icons: 'data:,' }
export default function Layout({ children }) {
  return <html lang="en"><body>{children}</body></html>
}
`;

/** Writes the page's files without their types, which `check` compiles: Next.js would want compiler and types installed. */
async function writeApp() {
  const { transform } = createRequire(join(given('LOGINROCKET_TOOLS'), 'package.json'))('esbuild');
  const page = await readFile(new URL('../../../docs/guide/server-rendering.md', import.meta.url), 'utf8');
  assert.ok(page.includes(SAMPLE));
  const files = { 'app/layout.jsx': LAYOUT };
  for (const [file, code] of Object.entries(filesOf(page.replaceAll(SAMPLE, emulator.loginrocket)))) {
    const loader = extname(file).slice(1);
    const { code: plain } = await transform(code, { loader, jsx: 'preserve' });
    files[file.replace(/\.ts(x?)$/, '.js$1')] = plain;
  }
  for (const [file, code] of Object.entries(files)) {
    const path = join(apps, APP, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, code);
  }
}

test('the guide’s Next.js app guards a page, signs in, and stays signed in', { timeout: 180_000 }, async () => {
  await writeApp();
  await run(APP, ['next', 'build']);
  const site = await serveWith(APP, (port) => ['next', 'start', '--hostname', 'localhost', '--port', String(port)]);
  const browser = await startBrowser();
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    const complaints = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      if (['warning', 'error'].includes(message.type())) complaints.push(message.text());
    });
    const answer = await page.goto(`${site.origin}/orders`);
    assert.match(await answer.text(), /<p>One moment …<\/p>/, 'what the server renders for everybody');
    await page.getByLabel('E-mail').fill(person.email);
    await page.getByLabel('Password').fill(person.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    const orders = page.getByRole('heading', { name: 'Orders of Ada Lovelace' });
    await orders.waitFor();
    await page.reload();
    await orders.waitFor();
    await page.goto(site.origin);
    await page.getByText('Hello, Ada Lovelace.').waitFor();
    await page.getByRole('link', { name: 'Orders' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('E-mail').waitFor();
    assert.deepEqual(complaints, []);
  } finally {
    await browser.close();
    await site.close();
  }
});
