// The documentation's site works under a path of any server, without asking another one for anything; and can be read from a folder.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { given, startBrowser } from '../support/browser.mjs';
import { serve } from './support.mjs';

const site = join(given('LOGINROCKET_DOCS'), 'site');
const UNDER = '/some/where/';

let browser;
let server;
before(async () => {
  browser = await startBrowser();
  server = await serve(async (path) => {
    if (!path.startsWith(UNDER)) throw Object.assign(new Error(path), { status: 410 });
    const name = path.slice(UNDER.length) || 'index.html';
    return { body: await readFile(join(site, name)), kind: /\.\w+$/.exec(name)?.[0] };
  });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A page of the site; what it asks for and does not get, or asks elsewhere for, is `missing`. */
async function open(name, options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const missing = [];
  page.on('response', (response) => response.status() >= 400 && missing.push(response.url()));
  page.on('request', (request) => !/^(data:|file:)/.test(request.url()) && !request.url().startsWith(server.origin) && missing.push(request.url()));
  page.on('pageerror', (error) => missing.push(error.message));
  await page.goto(name, { waitUntil: 'networkidle' });
  return { page, missing };
}

test('the site works under a path, with search, and asks nobody else', { timeout: 60_000 }, async () => {
  const { page, missing } = await open(`${server.origin}${UNDER}`);
  await page.getByRole('link', { name: 'the first sign-in', exact: true }).click();
  await page.getByRole('heading', { name: 'The first sign-in', level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('searchbox').fill('captive portal');
  await page.getByRole('option', { name: 'The ten rules' }).click();
  await page.waitForURL(`${server.origin}${UNDER}**/session-rules.html#**`);
  await page.reload({ waitUntil: 'networkidle' });
  await page.getByRole('heading', { name: 'Session rules', level: 1 }).waitFor();
  assert.deepEqual(missing, []);
  await page.context().close();
});

test('the site can be read from its folder', { timeout: 60_000 }, async () => {
  const { page } = await open(pathToFileURL(join(site, 'index.html')).href);
  await page.getByRole('link', { name: 'the first sign-in', exact: true }).click();
  await page.getByRole('heading', { name: 'The first sign-in', level: 1 }).waitFor();
  const isStyled = await page.evaluate(() => getComputedStyle(document.body).margin === '0px');
  assert.ok(isStyled);
  await page.context().close();
});

test('no page of the site is wider than a narrow screen', { timeout: 60_000 }, async () => {
  const { page } = await open(`${server.origin}${UNDER}`, { viewport: { width: 360, height: 700 }, javaScriptEnabled: false });
  const links = await page.getByRole('main').getByRole('link').evaluateAll((all) => all.map(({ href }) => href));
  const pages = new Set(links.map((link) => link.split('#')[0]).filter((link) => link.startsWith(server.origin)));
  assert.ok(pages.size > 25, `${pages.size}`);
  for (const each of pages) {
    await page.goto(each, { waitUntil: 'load' });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(wide <= 0, `${each}: ${wide}`);
  }
  await page.context().close();
});
