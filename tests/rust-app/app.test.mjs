// The Rust front end in a browser: a person signs in, stays so, and reads why not.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { given, startBrowser } from '../support/browser.mjs';

const folder = given('LOGINROCKET_RUST_APP');
const { loginrocket } = JSON.parse(given('LOGINROCKET_EMULATOR'));

const page = '<!doctype html><title>Rust app</title><script type="module">import init from "/rust-app.js"; init()</script>';
const kinds = { '.js': 'text/javascript', '.wasm': 'application/wasm' };
const server = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  const body = pathname === '/' ? page : await readFile(join(folder, pathname)).catch(() => null);
  response.writeHead(body ? 200 : 404, { 'Content-Type': kinds[extname(pathname)] ?? 'text/html' }).end(body);
});
let browser;

before(async () => {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await new Promise((resolve) => server.close(resolve).closeAllConnections());
});

/** Opens the app for a service, in a browser profile of its own. */
async function open(url) {
  const context = await browser.newContext();
  const tab = await context.newPage();
  await tab.goto(`http://127.0.0.1:${server.address().port}/?${url}`);
  return tab;
}

async function signIn(tab, password) {
  await tab.getByLabel('E-mail').fill('ada@example.com');
  await tab.getByLabel('Password').fill(password);
  await tab.getByRole('button', { name: 'Sign in' }).click();
}

const status = (tab, text) => tab.getByRole('status').filter({ hasText: text }).waitFor();

test('a person signs in with typed calls, stays signed in over a reload, and signs out in every tab', async () => {
  const tab = await open(loginrocket);
  await status(tab, 'signed out');
  await signIn(tab, 'engine-of-1843');
  await status(tab, 'signed in as Ada Lovelace');
  await tab.reload();
  await status(tab, 'signed in as Ada Lovelace');
  const other = await tab.context().newPage();
  await other.goto(tab.url());
  await status(other, 'signed in as Ada Lovelace');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await status(tab, 'signed out');
  await tab.context().close();
});

test('a refusal is shown in the service’s own words', async () => {
  const tab = await open(loginrocket);
  await signIn(tab, 'not the password');
  await status(tab, 'Login failed');
  await tab.context().close();
});

test('a URL that cannot be used says why', async () => {
  const tab = await open('not-a-url');
  await status(tab, /^the url must be absolute/);
  await tab.context().close();
});
