// An app written for the official client, from its documented names alone, on both clients: only the import differs.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { emulator, installed } from './support.mjs';

const clients = {
  'the official client': './official.mjs',
  'this package': pathToFileURL(join(installed, 'dist/index.js')),
};

/** What the app does; it knows nothing of this package. Gives what its person saw. */
async function app({ LoginRocket, LoginRocketError }, url) {
  const seen = [];
  const say = (res) => seen.push(res.result === 'error' ? [res.error, res.errors.length, res.source] : res.result);
  const email = `drop-in-${crypto.randomUUID()}@example.com`;
  const loginrocket = new LoginRocket({ url, locale: 'en' });

  const signup = await loginrocket.signup({ email, password: 'a good password', first_name: 'Grace' });
  say(signup);
  say(await loginrocket.signup({ email, password: 'a good password' }));
  say(await loginrocket.login({ email, password: 'not the password' }));
  const login = await loginrocket.login({ email: email.toUpperCase(), password: 'a good password' });
  say(login);
  seen.push(JSON.parse(Buffer.from(login.token.split('.')[1], 'base64url')).given_name);

  const { session } = login;
  say(await loginrocket.getSession({ session, account: login.account }));
  say(await loginrocket.updateProfile({ session, last_name: 'Hopper', first_name: undefined }));
  say(await loginrocket.updatePassword({ session, current_password: 'wrong', password: 'another password' }));
  say(await loginrocket.updatePassword({ session, current_password: 'a good password', password: 'another password' }));
  // The other session ended with the old password.
  say(await loginrocket.getSession({ session: signup.session }));

  loginrocket.locale = 'es';
  say(await loginrocket.login({ email, password: 'a good password' }));
  loginrocket.locale = null;
  say(await loginrocket.forgotPassword({ email }));
  say(await loginrocket.resetPassword({ token: 'tpw:sample', password: 'x', password_confirmation: 'y' }));
  say(await loginrocket.verifyEmail({ token: 'tve:sample' }));
  say(await loginrocket.verifyLogin({ token: 'tmf:sample', code: '000000' }));
  say(await loginrocket.requestInvitation({ email }));
  say(await loginrocket.logout({ session }));
  say(await loginrocket.getSession({ session }));
  say(await loginrocket.logout());

  loginrocket.lrUrl = 'http://127.0.0.1:9';
  say(await loginrocket.login({ email, password: 'a good password' }));
  seen.push(loginrocket.lrUrl);
  try {
    seen.push(new LoginRocket().lrUrl);
  } catch (error) {
    seen.push(error instanceof LoginRocketError);
  }
  return seen;
}

test('the app shows its person the same with either client', async () => {
  const shown = {};
  for (const [name, module] of Object.entries(clients)) shown[name] = await app(await import(module), emulator.loginrocket);
  assert.deepEqual(shown['this package'], shown['the official client']);
  assert.equal(shown['this package'].length, 22);
  assert.deepEqual(shown['this package'].slice(0, 1), ['full_login']);
  assert.deepEqual(shown['this package'].at(-3), [
    'An unexpected error occurred; please wait a minute and try again.', 1, 'LoginRocketError',
  ]);
});
