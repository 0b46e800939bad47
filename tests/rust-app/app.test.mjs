// The Rust front end in a browser: a person signs in, and reads why not.
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

async function signIn(url, password) {
  const tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${server.address().port}/?${url}`);
  await tab.getByLabel('E-mail').fill('ada@example.com');
  await tab.getByLabel('Password').fill(password);
  await tab.getByRole('button', { name: 'Sign in' }).click();
  const status = tab.getByRole('status').filter({ hasNotText: 'signed out' });
  const text = await status.textContent();
  await tab.close();
  return text;
}

test('a person signs in with typed calls', async () => {
  assert.match(await signIn(loginrocket, 'engine-of-1843'), /^signed in to org_/);
});

test('a refusal is shown in the service’s own words', async () => {
  assert.match(await signIn(loginrocket, 'not the password'), /Login failed/);
});

test('a URL that cannot be used says why', async () => {
  assert.match(await signIn('not-a-url', 'x'), /^the url must be absolute/);
});
