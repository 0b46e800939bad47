// Each page of the guide is an app, and does what the page says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { ada, adaOfTwo, makeRealm } from '../session/support/realm.mjs';
import { appOf, call, direct, send, visit, write } from './support.mjs';

const credentials = { 'E-mail': ada.email, Password: ada.password };
const newcomer = { 'First name': 'Grace', 'Last name': 'Hopper', 'E-mail': 'grace@example.com', Password: 'a-good-password' };
/** A call of somebody who is in no page here. */
async function post(realm, path, params) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(new URL(`v2/${path}`, direct(realm)), { method: 'POST', body: JSON.stringify(params), headers });
  return response.json();
}

const hello = (page) => page.getByText('Hello, Ada Lovelace.').waitFor();

for (const app of [undefined, 'plain']) {
  visit(`first sign-in, ${app ?? 'React'}: reload, another tab, sign-out`, { guide: 'first-sign-in', app }, async ({ page, context, origin }) => {
    await page.goto(origin);
    await send(page, { ...credentials, Password: 'not the password' }, 'Sign in');
    await page.getByRole('alert').getByText('Login failed').waitFor();
    assert.equal(await page.getByLabel('E-mail').inputValue(), ada.email, 'the address stays');
    await send(page, credentials, 'Sign in');
    await hello(page);
    await page.reload();
    await hello(page);
    const other = await context.newPage();
    await other.goto(origin);
    await hello(other);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByLabel('E-mail').waitFor();
  });
}

visit('moving: getSession carries a signed-in person over', { guide: 'first-sign-in' }, async ({ page, realm, origin }) => {
  const { session } = await post(realm, 'login', realm.person);
  await call(page, origin, realm, 'getSession', { session });
  await page.goto(origin);
  await hello(page);
});

for (const [email_verification, then] of [
  ['none', 'Welcome, Grace Hopper.'],
  ['required', 'Look into your mail: we sent you a link.'],
  ['preverify', 'Look into your mail: your invitation is there.'],
]) {
  visit(`sign-up, verification ${email_verification}`, { guide: 'sign-up', seed: { settings: { email_verification } } }, async ({ page, realm, origin }) => {
    await page.goto(origin);
    if (email_verification !== 'preverify') {
      await send(page, { ...newcomer, Password: 'short' }, 'Sign up');
      await page.getByRole('listitem').waitFor();
    }
    await send(page, newcomer, 'Sign up');
    await page.getByText(then).waitFor();
    if (email_verification !== 'preverify') return;
    await page.goto(`${origin}/signup?invitation=${encodeURIComponent(await realm.mailedToken(newcomer['E-mail']))}`);
    await send(page, newcomer, 'Sign up');
    await page.getByText('Welcome, Grace Hopper.').waitFor();
  });
}

visit('verify the address: the page that waits, and the link of the mail', { guide: 'verify-email', seed: { settings: { email_verification: 'required' } } }, async ({ page, context, realm, origin }) => {
  await call(page, origin, realm, 'signup', { email: newcomer['E-mail'], password: newcomer.Password });
  await page.goto(origin);
  await page.getByText('Follow the link in it.').waitFor();
  const link = await context.newPage();
  await link.goto(`${origin}/verify-email?token=${encodeURIComponent(await realm.mailedToken(newcomer['E-mail']))}`);
  await link.getByRole('button', { name: 'Verify my address' }).click();
  await link.getByText('Your address is verified.').waitFor();
  await link.getByRole('link', { name: 'Go on' }).click();
  await link.getByText('grace@example.com is verified.').waitFor();
  await page.bringToFront();
  await page.getByText('grace@example.com is verified.').waitFor();
});

visit('verify the address: confirmed on another device', { guide: 'verify-email', seed: { settings: { email_verification: 'required' } } }, async ({ page, realm, origin }) => {
  await call(page, origin, realm, 'signup', { email: newcomer['E-mail'], password: newcomer.Password });
  await page.goto(origin);
  // It waits before the link is followed, or its first request would find the address verified already.
  const done = page.getByRole('button', { name: 'I have done that' });
  await done.waitFor();
  const token = await realm.mailedToken(newcomer['E-mail']);
  const answer = await post(realm, 'email/verify', { token });
  assert.equal(answer.result, 'okay');
  await done.click();
  await page.getByText('grace@example.com is verified.').waitFor();
});

const factor = { settings: { totp: true }, people: [{ ...ada, totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' }] };
visit('second factor: a wrong code, and the right one', { guide: 'second-factor', seed: factor }, async ({ page, realm, origin }) => {
  await page.goto(origin);
  await send(page, credentials, 'Sign in');
  await send(page, { Code: '000000' }, 'Go on');
  await page.getByRole('alert').getByText(/./).waitFor();
  await send(page, { Code: await realm.code() }, 'Go on');
  await hello(page);
});

visit('forgotten password: the mail, and the new password', { guide: 'forgotten-password' }, async ({ page, realm, origin }) => {
  await page.goto(origin);
  await send(page, { 'E-mail': ada.email }, 'Send me a link');
  await page.getByText('If we know this address, a mail is on its way.').waitFor();
  await page.goto(`${origin}/reset?token=${encodeURIComponent(await realm.mailedToken())}`);
  await send(page, { 'New password': 'short' }, 'Set it');
  await page.getByRole('listitem').waitFor();
  await send(page, { 'New password': 'difference-1822' }, 'Set it');
  await hello(page);
  assert.equal(page.url(), `${origin}/`);
});

visit('profile: another name, another password', { guide: 'profile' }, async ({ page, realm, origin }) => {
  await call(page, origin, realm, 'login', realm.person);
  await page.goto(origin);
  await send(page, { 'Last name': 'Byron' }, 'Change my profile');
  await page.getByText('Your profile is changed.').waitFor();
  await page.getByRole('heading', { name: 'Ada Byron' }).waitFor();
  await send(page, { 'Password now': 'not the password', 'New password': 'difference-1822' }, 'Change my password');
  await page.getByText('Current password does not match').waitFor();
  await send(page, { 'Password now': ada.password, 'New password': 'difference-1822' }, 'Change my password');
  await page.getByText('Your password is changed.').waitFor();
});

const two = { settings: { org_mode: 'multi_user' }, people: [adaOfTwo] };
const accounts = async (request, realm) => {
  assert.match(request.headers.authorization ?? '', /^Bearer ey/);
  return JSON.stringify(await realm.accounts());
};
visit('accounts: chosen on the hosted page, switched by a list', { guide: 'accounts', seed: two, answers: { '/api/accounts': accounts } }, async ({ page, realm, origin }) => {
  await call(page, origin, realm, 'login', realm.person);
  await page.goto(origin);
  await page.getByRole('button', { name: 'Choose where to work' }).click();
  await page.getByText('Looms').click();
  await page.getByRole('heading', { name: 'Looms' }).waitFor();
  assert.equal(page.url(), `${origin}/`);
  await page.getByRole('button', { name: 'Engines' }).click();
  await page.getByRole('heading', { name: 'Engines' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Engines' }).waitFor();
});

visit('route guard: a form in the place of what is guarded', { guide: 'route-guard' }, async ({ page, origin }) => {
  await page.goto(origin);
  await page.getByRole('link', { name: 'Orders' }).click();
  await send(page, credentials, 'Sign in');
  await page.getByRole('heading', { name: 'Orders of Ada Lovelace' }).waitFor();
  await page.getByRole('button', { name: 'Delete all of them' }).waitFor();
  assert.equal(page.url(), `${origin}/orders`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Password').waitFor();
});

/** Starts a server of a page in Node. Its keys come by an address that needs no name of the realm's to be resolved. */
async function startServer(guide, realm) {
  const folder = await write({ ...(await appOf(guide, 'node', realm)), 'package.json': '{"type":"module"}' }, `${guide}-node`);
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  const child = spawn(process.execPath, ['server.js'], { cwd: folder, env: { ...process.env, PORT: port, LOGINROCKET_URL: direct(realm) }, stdio: ['ignore', 'inherit', 'inherit'] });
  const origin = `http://127.0.0.1:${port}`;
  for (let up = false; !up; ) up = await fetch(origin).then(() => true, () => child.exitCode !== null);
  return { origin, ask: (path, init) => fetch(`${origin}${path}`, init), stop: () => child.kill() };
}

let api;
visit('your own API: a back end in Node takes the token of the page', {
  guide: 'your-own-api',
  answers: { '/api/me': async (request) => (await api.ask('/', { headers: { authorization: request.headers.authorization ?? '' } })).text() },
}, async ({ page, realm, origin }) => {
  api = await startServer('your-own-api', realm);
  try {
    await page.goto(origin);
    await send(page, credentials, 'Sign in');
    await page.getByText(/You are Ada Lovelace, usr_/).waitFor();
    assert.equal((await api.ask('/')).status, 401);
    const forged = [{ alg: 'none' }, { sub: 'usr_sample123456' }].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
    assert.equal((await api.ask('/', { headers: { authorization: `Bearer ${forged.join('.')}.` } })).status, 401);
  } finally {
    api.stop();
  }
});

test('server rendering: a back end renders by its cookie', { timeout: 60_000 }, async () => {
  const realm = await makeRealm();
  const server = await startServer('server-rendering', realm);
  try {
    assert.equal(await (await server.ask('/')).text(), 'Rendered for everybody');
    const { token } = await post(realm, 'login', realm.person);
    const hand = (headers) => server.ask('/session', { method: 'POST', headers });
    assert.equal((await hand({ authorization: `Bearer ${token}`, 'sec-fetch-site': 'cross-site' })).status, 401);
    const handed = await hand({ authorization: `Bearer ${token}`, 'sec-fetch-site': 'same-origin' });
    const cookie = handed.headers.get('set-cookie');
    assert.match(cookie, /HttpOnly; SameSite=Lax; Max-Age=\d+/);
    const headers = { cookie: cookie.split(';')[0] };
    assert.match(await (await server.ask('/', { headers })).text(), /^Rendered for usr_/);
    assert.match((await hand({ 'sec-fetch-site': 'same-origin' })).headers.get('set-cookie'), /^token=;.*Max-Age=0/);
  } finally {
    server.stop();
    await realm.remove();
  }
});

visit('content-security policy: a sign-in under the policy', {
  guide: 'content-security-policy',
  app: 'plain',
}, async ({ page, origin }) => {
  await page.goto(origin);
  await page.getByText('signed in').waitFor();
});
