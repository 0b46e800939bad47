// `verifyToken` and `decodeToken`: what they make of tokens that a realm signed, and of what it did not.
import assert from 'node:assert/strict';
import { LIFETIME, ada, makeRealm } from '../session/support/realm.mjs';
import { arrive, token } from '../session/support/steps.mjs';
import { useBrowser, visit } from '../session/support/visit.mjs';
import { claims, makeKey, read, signWithSecret, write } from './support/jose.mjs';
import { foundTokenOf, tokenOf, verify, verifyAll } from './support/steps.mjs';

useBrowser();

/** A realm where everything that a token can say is said. */
const everything = {
  seed: {
    accounts: [
      { id: 'org_sample123456', name: 'Engines', reference: 'customer-1843', custom: { seats: 5 } },
      { id: 'org_sample234567', name: 'Looms' },
    ],
  },
  people: [
    {
      ...ada,
      id: 'usr_sample123456',
      username: 'countess',
      email_verified: true,
      locale: 'en',
      reference: 'person-1815',
      custom: { plan: 'gold' },
      memberships: [
        { id: 'mb_sample123456', account: 'Engines', permissions: ['ar:owner', 'ar:admin'] },
        { id: 'mb_sample234567', account: 'Looms', permissions: ['weave'] },
      ],
    },
  ],
};

/** What the official SDKs make of its token (protocol.md#shape-of-the-official-sdks), but for times and for what holds one another. */
const expected = (realm) => ({
  user: {
    object: 'user',
    id: 'usr_sample123456',
    realm_id: realm.id,
    username: 'countess',
    first_name: 'Ada',
    last_name: 'Lovelace',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    email_verification: 'verified',
    reference: 'person-1815',
    custom: { plan: 'gold' },
  },
  engines: {
    object: 'membership',
    id: 'mb_sample123456',
    permissions: ['ar:owner', 'ar:admin'],
    selected: true,
    user_id: 'usr_sample123456',
    org_id: 'org_sample123456',
    org: {
      object: 'org',
      id: 'org_sample123456',
      realm_id: realm.id,
      name: 'Engines',
      reference: 'customer-1843',
      custom: { seats: 5 },
    },
  },
  looms: {
    object: 'membership',
    id: 'mb_sample234567',
    permissions: ['weave'],
    selected: false,
    user_id: 'usr_sample123456',
    org_id: 'org_sample234567',
    org: {
      object: 'org',
      id: 'org_sample234567',
      realm_id: realm.id,
      name: 'Looms',
      reference: undefined,
      custom: undefined,
    },
  },
});

// ---------------------------------------------------------------------------------------------- what it says

visit('a token is mapped as the official SDKs map it', { ...everything, script: 'the Rust host gives the payload as it is' }, async ({ realm, open }) => {
  const page = await open();
  const jwt = await tokenOf(page, { ...realm.person, account: 'org_sample123456' });
  const verified = await page.evaluate((given) => lr.verifyToken(given), jwt);
  const { payload } = read(jwt);
  const { user, engines } = expected(realm);
  const whole = { ...user, memberships: [engines] };
  assert.deepEqual(verified, {
    result: 'okay',
    trusted: true,
    session: {
      object: 'session',
      id: payload.sid,
      created_at: payload.iat,
      expires_at: payload.exp,
      token: jwt,
      user_id: 'usr_sample123456',
      user: whole,
    },
    user: whole,
    memberships: [engines],
    account: engines.org,
    claims: payload,
  });
  assert.match(payload.sid, /^kss_/);
  assert.equal(payload.exp, payload.iat + LIFETIME);
});

visit(
  'a token of the server API can name every account, of which the first is the current one',
  { script: 'the Rust host gives the payload as it is', ...everything, settings: { jwt_scopes: ['ar.orgs'] } },
  async ({ realm, open }) => {
    const page = await open();
    const session = { user_id: 'usr_sample123456' };
    const { token: jwt } = await realm.core('POST', 'sessions', { session });
    const { memberships, account, user } = await page.evaluate((given) => lr.verifyToken(given), jwt);
    const { engines, looms } = expected(realm);
    const none = { selected: false };
    assert.deepEqual(memberships, [{ ...engines, ...none }, { ...looms, ...none }]);
    assert.deepEqual(user.memberships, memberships);
    assert.deepEqual(account, engines.org);
    assert.equal(await verify(page, jwt, { account: 'org_sample123456' }), 'okay');
    assert.equal(await verify(page, jwt, { account: 'org_sample234567' }), 'wrong_account');
  },
);

visit(
  'what a token does not say is null or missing, as in the official SDKs',
  { script: 'the Rust host gives the payload as it is', people: [{ email: ada.email, password: ada.password }] },
  async ({ realm, open }) => {
    const page = await open();
    await arrive(page, realm.person);
    const { session } = await page.evaluate(() => lr.getSession());
    const { user_id } = await realm.core('GET', `sessions/${session}`);
    // Without the scope `ar.orgs`, the server API names no account.
    const { token: jwt } = await realm.core('POST', 'sessions', { session: { user_id } });
    const { user, memberships, account } = await page.evaluate((given) => lr.verifyToken(given), jwt);
    assert.deepEqual(user, {
      object: 'user',
      id: user_id,
      realm_id: realm.id,
      username: null,
      first_name: null,
      last_name: null,
      name: ada.email,
      email: ada.email,
      email_verification: 'none',
      reference: undefined,
      custom: undefined,
    });
    assert.ok(!('memberships' in user), 'a token that names no accounts has no list of them');
    assert.deepEqual([memberships, account], [[], undefined]);
    assert.equal(await verify(page, jwt, { account: 'org_sample123456' }), 'wrong_account');
  },
);

visit('of several accounts the selected one is current', { script: 'the Rust host gives the payload as it is' }, async ({ realm, open }) => {
  const page = await open();
  const key = await makeKey();
  await realm.script({ path: '/connect/jwks', body: { keys: [key.jwk] } });
  const org = { mid: 'mb_sample123456', oid: 'org_sample123456' };
  const orgs = [org, { ...org, oid: 'org_sample234567', name: 'Looms', selected: true }];
  const { account, memberships } = await page.evaluate(
    (jwt) => lr.verifyToken(jwt, { account: 'org_sample234567' }),
    await key.sign({ ...claims(), orgs }),
  );
  assert.equal(account.id, 'org_sample234567');
  assert.deepEqual(
    memberships.map(({ permissions, selected }) => [permissions, selected]),
    [
      [[], false],
      [[], true],
    ],
  );
});

// ---------------------------------------------------------------------------------------------- untrusted

visit('what a token says can be read without a request, and is not trusted', { ...everything, script: 'the Rust host gives the payload as it is' }, async (world) => {
  const { realm, open, context } = world;
  const page = await open();
  const jwt = await tokenOf(page, { ...realm.person, account: 'org_sample123456' });
  await realm.forget();
  await context.setOffline(true);
  const decoded = await page.evaluate((given) => lr.decodeToken(given), jwt);
  const { user, engines } = expected(realm);
  assert.equal(decoded.trusted, false);
  assert.deepEqual(decoded.user, { ...user, memberships: [engines] });
  assert.deepEqual(decoded.account, engines.org);
  assert.deepEqual(decoded.claims, read(jwt).payload);
  assert.deepEqual(await realm.requests(), []);
});

visit('claims of a token that is not trusted may be anything', { script: 'the Rust host gives the payload as it is' }, async ({ realm, open }) => {
  const page = await open();
  const strange = [
    {},
    { sub: 7, orgs: 'none', email_verified: 'yes', exp: {} },
    { orgs: [null, 7, 'x', [], { perm: 'all', selected: 'yes' }] },
    { orgs: { oid: 'org_sample123456' } },
    { sub: null, preferred_username: null, orgs: null },
    JSON.parse('{ "__proto__": { "trusted": true }, "constructor": 7, "toString": 7 }'),
  ];
  for (const payload of strange) {
    const decoded = await page.evaluate((jwt) => lr.decodeToken(jwt), write({ alg: 'none' }, payload));
    assert.deepEqual([decoded.result, decoded.trusted], ['okay', false], JSON.stringify(payload));
    assert.equal(decoded.user.email_verification, 'none');
    for (const { permissions, selected } of decoded.memberships)
      assert.deepEqual([permissions, selected], [[], false]);
  }
  assert.deepEqual(await realm.requests(), []);
});

/** What is no token, as expressions of a page. */
const garbage = [
  'undefined',
  'null',
  '42',
  '{}',
  '[]',
  'Symbol("x")',
  '() => "x"',
  '""',
  '"."',
  '".."',
  '"..."',
  '"a.b.c"',
  '"tpw:sample123456"',
  '"kss_sample123456"',
  '"e30.W10.c2ln"',
  '"e30.bnVsbA.c2ln"',
  '"e30.e30.c2ln="',
  '"e30. e30.c2ln"',
  '"e30.e30.c2ln.e30"',
  '"e30.e30.c2\\u0131n"',
  '"\\ud800.\\udfff.\\u0000"',
  '".".repeat(1e6)',
  '"e".repeat(1e6)',
  'new String("e30.e30.c2ln")',
  'new Proxy({}, { get() { throw new Error("none of your business") } })',
];

visit('what is no token is a malformed one, to both, without a request', { script: 'about values that only a script can give' }, async ({ realm, open }) => {
  const page = await open();
  for (const what of garbage) {
    const codes = await page.evaluate(`(async () => {
      const given = (0, ${what});
      return [lr.decodeToken(given).code, (await lr.verifyToken(given)).code];
    })()`);
    assert.deepEqual(codes, ['malformed_token', 'malformed_token'], what);
  }
  assert.deepEqual(await page.evaluate(async () => [lr.decodeToken().code, (await lr.verifyToken()).code]), [
    'malformed_token',
    'malformed_token',
  ]);
  assert.deepEqual(await realm.requests(), []);
});

// ---------------------------------------------------------------------------------------------- options

visit('options that are none are refused by name', { script: 'about values that only a script can give' }, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const { token: jwt } = await token(page);
  const refused = [
    '{ leewaySeconds: -1 }',
    '{ leewaySeconds: 1.5 }',
    '{ leewaySeconds: "5" }',
    '{ leewaySeconds: NaN }',
    '{ leewaySeconds: Infinity }',
    '{ account: 42 }',
    '{ account: {} }',
  ];
  const accepted = ['undefined', 'null', '{}', '{ leewaySeconds: undefined, account: undefined }', '{ leewaySeconds: 0 }'];
  const judge = (options) =>
    page.evaluate(`lr.verifyToken(${JSON.stringify(jwt)}, (${options})).then(({ code, result }) => code ?? result)`);
  for (const options of refused) assert.equal(await judge(options), 'invalid_option', options);
  for (const options of accepted) assert.equal(await judge(options), 'okay', options);
});

visit('a token is good to the end of its time and the leeway', { clock: 'stopped' }, async (world) => {
  const { realm, open, pass } = world;
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  await pass(LIFETIME - 1);
  assert.equal(await verify(page, jwt, { leewaySeconds: 0 }), 'okay');
  await pass(1);
  assert.equal(await verify(page, jwt, { leewaySeconds: 0 }), 'token_expired');
  assert.equal(await verify(page, jwt), 'okay');
  await pass(4);
  assert.equal(await verify(page, jwt), 'okay');
  await pass(1);
  assert.equal(await verify(page, jwt), 'token_expired');
  assert.equal(await verify(page, jwt, { leewaySeconds: 6 }), 'okay');
});

visit(
  'a token of the future is good from as long before its time as the leeway says',
  { clock: { aheadSeconds: -60 } },
  async ({ realm, open, pass }) => {
    const page = await open();
    const jwt = await foundTokenOf(page, realm.person);
    assert.equal(await verify(page, jwt), 'token_not_yet_valid');
    assert.equal(await verify(page, jwt, { leewaySeconds: 59 }), 'token_not_yet_valid');
    assert.equal(await verify(page, jwt, { leewaySeconds: 60 }), 'okay');
    await pass(55);
    assert.equal(await verify(page, jwt), 'okay');
  },
);

visit(
  'a device whose clock is behind needs no leeway once the service has told the time',
  { clock: { aheadSeconds: -60 } },
  async ({ realm, open, pass }) => {
    const page = await open();
    const jwt = await tokenOf(page, realm.person);
    assert.equal(await verify(page, jwt), 'okay');
    await pass(LIFETIME + 5);
    assert.equal(await verify(page, jwt), 'token_expired');
  },
);

visit(
  'a token for one account is not one for another',
  { settings: { org_mode: 'multi_user' }, ...everything },
  async ({ realm, open }) => {
    const page = await open();
    const jwt = await tokenOf(page, { ...realm.person, account: 'org_sample234567' });
    assert.equal(await verify(page, jwt, { account: 'org_sample234567' }), 'okay');
    assert.equal(await verify(page, jwt, { account: 'org_sample123456' }), 'wrong_account');
    assert.equal(await verify(page, jwt, { account: '' }), 'wrong_account');
  },
);

// ---------------------------------------------------------------------------------------------- forged

visit('what the realm did not sign is refused, each by its name', {}, async ({ realm, open }) => {
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  const { header, payload } = read(jwt);
  const { keys } = await page.evaluate((url) => fetch(`${url}connect/jwks`).then((jwks) => jwks.json()), realm.url);
  const [{ n, x5c }] = keys;
  const [head, body, signature] = jwt.split('.');
  const eve = await makeKey(header.kid);
  const tampered = Buffer.from(JSON.stringify({ ...payload, sub: 'usr_sample123456' })).toString('base64url');
  const v1 = { tk: 'kss_sample123456', uid: 'usr_sample123456', aud: realm.id, exp: payload.exp, iat: payload.iat };
  for (const [code, forged] of Object.entries({
    'okay': jwt,
    'invalid_signature': `${head}.${tampered}.${signature}`,
    'invalid_signature #2': await eve.sign({ ...payload }),
    'invalid_signature #3': `${head}.${body}.`,
    'invalid_signature #4': `${head}.${body}.${signature.slice(0, -2)}`,
    'unsupported_algorithm': write({ ...header, alg: 'none' }, payload, ''),
    'unsupported_algorithm #2': await signWithSecret(x5c[0], payload, { kid: header.kid }),
    'unsupported_algorithm #3': await signWithSecret(n, payload, { kid: header.kid }),
    'unsupported_header': await eve.sign(payload, { jwk: eve.jwk }),
    'unsupported_header #2': await eve.sign(payload, { jku: 'https://eve.example.com/' }),
    'missing_key_id': await eve.sign(payload, { kid: undefined }),
    'unknown_key': await eve.sign(payload, { kid: 'jky_sample234567' }),
    'v1_token': await signWithSecret('jsk_sample', v1),
    'malformed_token': `${jwt}.${signature}`,
    'malformed_token #2': ` ${jwt}`,
    'malformed_token #3': `${jwt}\n`,
    'malformed_token #4': `Bearer ${jwt}`,
  })) {
    assert.equal(await verify(page, forged), code.split(' ')[0], code);
  }
  assert.equal(await realm.keyRequestCount(), 2, 'one of this test’s own, one of the page');
});

visit('why a token was refused is told without the token', { clock: 'stopped' }, async ({ realm, open, pass }) => {
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  await pass(LIFETIME + 60);
  const parts = jwt.split('.');
  for (const given of [jwt, `${jwt.slice(0, -8)}AAAAAAAA`, `${parts[0]}.${parts[1]}`, `${jwt}x.y`]) {
    const told = await page.evaluate(async (forged) => {
      const failure = await lr.verifyToken(forged);
      const decoded = lr.decodeToken(`${forged}!`);
      const thrown = [failure, decoded].map((answer) => {
        try {
          return unwrap(answer);
        } catch (error) {
          return [String(error), error.stack, JSON.stringify({ ...error })];
        }
      });
      return JSON.stringify([failure, decoded, thrown]);
    }, given);
    for (const part of parts) assert.ok(!told.includes(part));
  }
});

visit('a token that was refused can be thrown', { script: 'Rust has no exceptions' }, async ({ realm, open }) => {
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  const thrown = await page.evaluate(async (forged) => {
    const failure = await lr.verifyToken(forged);
    try {
      unwrap(failure);
    } catch (error) {
      return [error.name, error.code, isLoginRocketError(error), failure.result, failure.retryable];
    }
  }, `${jwt.slice(0, -8)}AAAAAAAA`);
  assert.deepEqual(thrown, ['LoginRocketError', 'invalid_signature', true, 'error', false]);
});

// ---------------------------------------------------------------------------------------------- requests

visit('fifty tokens at once cost one request, and the next none', {}, async ({ realm, open }) => {
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  await realm.forget();
  assert.deepEqual(await verifyAll(page, Array(50).fill(jwt)), { okay: 50 });
  const requests = await realm.keyRequests();
  assert.deepEqual(
    requests.map(({ method }) => method),
    ['GET'],
    'without a preflight',
  );
  assert.deepEqual(await verifyAll(page, Array(50).fill(jwt)), { okay: 50 });
  assert.equal(await realm.keyRequestCount(), 1);
});

visit('the keys of one realm are nothing to another', {}, async ({ realm, open }) => {
  const other = await makeRealm();
  try {
    const page = await open();
    const own = await tokenOf(page, realm.person);
    assert.equal(await verify(page, own), 'okay');
    await page.evaluate((url) => (lr.lrUrl = url), other.url);
    assert.equal(await verify(page, own), 'unknown_key');
    const theirs = await tokenOf(page, other.person);
    assert.equal(await verify(page, theirs), 'okay');
    await page.evaluate((url) => (lr.lrUrl = url), realm.url);
    assert.equal(await verify(page, theirs), 'unknown_key');
    assert.equal(await verify(page, own), 'okay');
  } finally {
    await other.remove();
  }
});

visit('without a URL there are no keys to verify with', {}, async ({ realm, open }) => {
  const page = await open();
  const jwt = await tokenOf(page, realm.person);
  await page.evaluate(() => (lr.lrUrl = null));
  assert.equal(await verify(page, jwt), 'missing_url');
  assert.equal(await page.evaluate((given) => lr.decodeToken(given).result, jwt), 'okay');
});
