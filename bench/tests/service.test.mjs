import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LIFETIME, RETRY_AFTER, startService } from '../harness/service.mjs';

const service = await startService();
after(() => service.close());

/** What each contender asks for when it wants a token, and where in the answer the token is. */
const refreshes = {
  loginrocket: ['GET', '/v2/session?session=kss_sample123456', ({ token }) => token],
  'oidc-client-ts': ['POST', '/oauth/token', (answer) => answer.access_token],
  'keycloak-js': ['POST', '/realms/app/protocol/openid-connect/token', (answer) => answer.access_token],
  supabase: ['POST', '/token?grant_type=refresh_token', (answer) => answer.access_token],
  firebase: ['POST', '/securetoken.googleapis.com/v1/token?key=sample', (answer) => answer.id_token],
};

const signIns = [
  '/v2/login',
  '/token?grant_type=password',
  '/api/auth/sign-in/email',
  '/identitytoolkit.googleapis.com/v1/accounts:signInWithPassword?key=sample',
];

const ask = (method, path) => fetch(`${service.origin}${path}`, { method });

const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

for (const [name, [method, path, tokenOf]] of Object.entries(refreshes)) {
  test(`${name} gets a token that lasts, and later a later one`, async () => {
    service.become('ok');
    const first = claims(tokenOf(await (await ask(method, path)).json()));
    assert.equal(first.exp - first.iat, LIFETIME);
    service.advance(LIFETIME);
    const later = claims(tokenOf(await (await ask(method, path)).json()));
    assert.ok(later.iat >= first.iat + LIFETIME);
  });

  test(`${name} is refused with the time to wait, and by an outage`, async () => {
    service.become('limited');
    const limited = await ask(method, path);
    assert.deepEqual([limited.status, limited.headers.get('retry-after')], [429, `${RETRY_AFTER}`]);
    assert.ok(limited.headers.get('access-control-expose-headers').includes('retry-after'));
    service.become('unavailable');
    assert.equal((await ask(method, path)).status, 503);
  });
}

test('only refreshes can be made to fail', async () => {
  for (const state of ['limited', 'unavailable', 'silent']) {
    service.become(state);
    for (const path of signIns) assert.equal((await ask('POST', path)).status, 200, `${path}, ${state}`);
  }
});

test('a request without a route is counted, so that a wrong run is noticed', async () => {
  const before = service.strangers();
  assert.equal((await ask('GET', '/somewhere/else')).status, 404);
  assert.equal(service.strangers(), before + 1);
});
