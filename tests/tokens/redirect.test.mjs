// `adoptRedirect`: what it takes over, what it does not, and what it leaves alone. Anybody can send anybody a link.
import assert from 'node:assert/strict';
import { LIFETIME, ada, makeRealm } from '../session/support/realm.mjs';
import { arrive, becomes, eventually, signIn, signOut, snapshot, stored } from '../session/support/steps.mjs';
import { useBrowser } from '../session/support/visit.mjs';
import { claims, makeKey, read, signWithSecret } from './support/jose.mjs';
import { adopted, adoption, journey, nothing, tokenElsewhere } from './support/journey.mjs';

useBrowser();

const eve = { email: 'eve@example.com', password: 'an even better password' };
const people = [ada, eve];

const email = (page) => page.evaluate(() => lr.session.snapshot.user?.email);

/** Takes over what is in a URL; gives the answer. */
const adopt = (page, url, options) =>
  page.evaluate(([where, how]) => lr.session.adoptRedirect(where, how), [url, options]);

/** Loads the app in a page with a token. */
async function follow(page, origin, token) {
  await page.goto(`${origin}/app.html?token=${token}`);
  const outcome = await adoption(page);
  assert.equal(page.url(), `${origin}/app.html`);
  return outcome;
}

// ---------------------------------------------------------------------------------------------- every page load

journey('without a token nothing is done, and nothing is asked', {}, async ({ realm, land, origin }) => {
  const page = await land();
  await becomes(page, { state: 'signed_out' });
  for (const where of [
    '/app.html',
    '/app.html?token=tpw:sample123456',
    '/app.html?token=tpw%3Asample123456&x=1',
    '/app.html?token=nvt_sample123456#/signup',
    '/app.html?token=',
    '/app.html?token',
    '/app.html?account=org_sample123456&session=kss_sample123456',
    '/app.html#/callback?token=e30.e30.c2ln',
    '/app.html?mytoken=e30.e30.c2ln',
  ]) {
    await page.goto('about:blank');
    await page.goto(origin + where);
    assert.deepEqual(await adoption(page), nothing, where);
    assert.equal(page.url(), origin + where, 'what is the app’s own stays');
  }
  assert.deepEqual(await realm.requests(), []);
});

journey('of the address only the hosted page’s own parameters are taken', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const { payload } = read(token);
  const page = await land('/app.html?first=%20+%7E&token=old.old.old&&account=org_sample123456&' +
    `session=${payload.sid}&tokens=2&token=${token}&last#/in%20box?token=mine`);
  assert.deepEqual(await adoption(page), adopted);
  assert.equal(page.url(), `${origin}/app.html?first=%20+%7E&&tokens=2&last#/in%20box?token=mine`);
});

journey('calls at once share one result, and later ones have nothing to do', { people }, async (world) => {
  const { realm, land, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land(`/app.html?token=${token}`, { adopts: false });
  const found = await page.evaluate(async () => {
    const first = lr.session.adoptRedirect();
    const hidden = !location.href.includes('token=');
    const second = lr.session.adoptRedirect();
    const answers = await Promise.all([first, second, lr.session.adoptRedirect(location)]);
    const later = await lr.session.adoptRedirect();
    return { hidden, answers, later: [later.result, later.adopted] };
  });
  assert.equal(found.hidden, true, 'at once, not after the keys have come');
  for (const answer of found.answers) assert.deepEqual([answer.result, answer.adopted], ['okay', true]);
  assert.deepEqual(found.later, ['okay', false]);
  assert.equal(await realm.keyRequestCount(), 1);
});

journey('a result holds no secret', { people }, async ({ realm, land, newContext, address }) => {
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const { payload } = read(token);
  const page = await land();
  await arrive(page, realm.person);
  const answers = await page.evaluate(async (url) => {
    const own = `${location.origin}/app.html`;
    return JSON.stringify([
      await lr.session.adoptRedirect(`${own}?token=${url.slice(0, -9)}AAAAAAAAA`),
      await lr.session.adoptRedirect(`${own}?token=${url}`),
      await lr.session.adoptRedirect(null, { switchUser: true }),
    ]);
  }, token);
  for (const secret of [token, payload.sid, token.slice(0, -9)]) assert.ok(!answers.includes(secret));
  assert.match(answers, /invalid_signature.*another_user.*adopted":true/);
});

// ---------------------------------------------------------------------------------------------- somebody else

for (const [how, meanwhile] of Object.entries({
  'in the same page': async (page, { token }) => {
    const { code, user } = await adopt(page, `http://any.example.com/?token=${token}`);
    return { code, user: user?.email };
  },
  'with a new load of the page': (page, { origin, token }) => follow(page, origin, token),
  'when only the id of the session is known, and the service cannot say whose it is': async (page, world) => {
    await world.realm.script({ status: 503 });
    const found = await follow(page, world.origin, world.token);
    assert.equal((await snapshot(page)).state, 'signed_in');
    await world.realm.unscript();
    return found;
  },
  'when the service is not to be reached': async (page, world) => {
    await world.context.route('**/v2/session*', (route) => route.abort());
    const found = await follow(page, world.origin, world.token);
    assert.equal((await snapshot(page)).state, 'signed_in');
    await world.context.unroute('**/v2/session*');
    return found;
  },
})) {
  journey(`who is signed in is not switched by a link, ${how}`, { people }, async (world) => {
    const { realm, land, newContext, address } = world;
    const token = await tokenElsewhere(realm, newContext, address, eve);
    const page = await land();
    await arrive(page, realm.person);
    const other = await land();
    await becomes(other, { state: 'signed_in' });
    const kept = await stored(page);
    assert.deepEqual(await meanwhile(page, { ...world, token }), { code: 'another_user', user: eve.email });
    assert.deepEqual(await stored(page), kept, 'nothing of it is stored');
    await page.evaluate(() => lr.session.refresh());
    await eventually(() => email(page), ada.email);
    assert.equal(await email(other), ada.email);
    const { token: mine } = await page.evaluate(() => lr.session.token());
    assert.equal(read(mine).payload.email, ada.email);
  });
}

journey('who says so takes the other person’s place, in all tabs', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land();
  await arrive(page, realm.person);
  const other = await land();
  await becomes(other, { state: 'signed_in' });
  assert.deepEqual(await follow(page, origin, token), { code: 'another_user', user: eve.email });
  const { result, adopted: isAdopted } = await adopt(page, undefined, { switchUser: true });
  assert.deepEqual([result, isAdopted], ['okay', true]);
  assert.equal(await email(page), eve.email);
  await eventually(() => email(other), eve.email);
  await page.reload();
  await eventually(() => email(page), eve.email);
  assert.equal(await realm.sessionCount(), 2, 'the other session lives on at the service');
});

journey('an offer does not outlive the sign-out of who was there', { people }, async (world) => {
  const { realm, land, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land();
  await arrive(page, realm.person);
  assert.equal((await adopt(page, `/?token=${token}`)).code, 'another_user');
  await signOut(page);
  // Who sits there by then may be somebody else again.
  assert.equal((await adopt(page, undefined, { switchUser: true })).adopted, false);
  assert.equal((await snapshot(page)).state, 'signed_out');
});

journey('an offer outlives another look for a token', { people }, async (world) => {
  const { realm, land, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land();
  await arrive(page, realm.person);
  assert.equal((await adopt(page, `/?token=${token}`)).code, 'another_user');
  // A part of the app that is shown again while the person thinks about it.
  const again = await adopt(page);
  assert.deepEqual([again.result, again.adopted], ['okay', false]);
  const { adopted: isAdopted } = await adopt(page, undefined, { switchUser: true });
  assert.equal(isAdopted, true);
  assert.equal(await email(page), eve.email);
});

journey('the same person with a new session takes it over', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, realm.person);
  const page = await land();
  await arrive(page, realm.person);
  const before = await stored(page);
  assert.deepEqual(await follow(page, origin, token), adopted);
  assert.equal(await email(page), ada.email);
  assert.notDeepEqual(await stored(page), before);
  assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
});

journey('a newer token of the same session takes its place, an older one does not', { clock: 'stopped' }, async (world) => {
  const { realm, land, pass } = world;
  const page = await land();
  const { token: old, session } = await page.evaluate((person) => lr.login(person), realm.person);
  await pass(60);
  const { token: fresh } = await page.evaluate((id) => lr.getSession({ session: id }), session);
  await page.evaluate(() => lr.session.signOut());
  assert.ok(read(fresh).payload.iat > read(old).payload.iat);
  await arrive(page, realm.person);
  const { token: first } = await page.evaluate(() => lr.session.token());
  await pass(60);
  const { token: second } = await page.evaluate(() => lr.session.refresh());
  assert.notEqual(second, first);
  await adopt(page, `/?token=${first}`);
  assert.equal((await page.evaluate(() => lr.session.token())).token, second);
});

// ---------------------------------------------------------------------------------------------- wrong ones

journey('a token that is not to be trusted signs nobody in, and leaves the address bar', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const foreign = await makeRealm({ people: [eve] });
  try {
    const good = await tokenElsewhere(realm, newContext, address, eve);
    const { header, payload } = read(good);
    const key = await makeKey(header.kid);
    const strangers = await land('/app.html', { url: foreign.url, storage: 'memory' });
    const theirs = await strangers.evaluate((person) => lr.login(person).then(({ token }) => token), eve);
    await strangers.close();
    const page = await land();
    for (const isSignedIn of [false, true]) {
      if (isSignedIn) await arrive(page, realm.person);
      for (const [code, token] of Object.entries({
        invalid_signature: await key.sign(payload),
        unsupported_algorithm: await signWithSecret('secret', payload, { kid: header.kid }),
        unknown_key: theirs,
        missing_key_id: await key.sign(payload, { kid: undefined }),
        malformed_token: 'a.b.c',
        v1_token: await signWithSecret('jsk_sample', { tk: 'kss_sample123456', uid: 'usr_sample123456' }),
      })) {
        assert.equal((await follow(page, origin, token)).code, code);
        await becomes(page, isSignedIn ? { state: 'signed_in' } : { state: 'signed_out' });
        if (isSignedIn) await eventually(() => email(page), ada.email);
      }
    }
  } finally {
    await foreign.remove();
  }
});

journey('a token that is over signs nobody in', { clock: 'stopped', people }, async (world) => {
  const { realm, land, origin, newContext, address, pass } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land();
  await pass(LIFETIME + 5);
  assert.equal((await follow(page, origin, token)).code, 'token_expired');
  await becomes(page, { state: 'signed_out' });
});

journey('a leeway that is none is refused by name', { script: 'about values that only a script can give' }, async ({ land }) => {
  const page = await land();
  assert.equal((await adopt(page, '/', { leewaySeconds: 'much' })).code, 'invalid_option');
});

journey('a device whose clock is behind may be given leeway', { clock: { aheadSeconds: -30 }, people }, async (world) => {
  const { realm, land, newContext, address } = world;
  const url = `/?token=${await tokenElsewhere(realm, newContext, address, eve)}`;
  const page = await land();
  assert.equal((await adopt(page, url)).code, 'token_not_yet_valid');
  await becomes(page, { state: 'signed_out' });
  assert.equal((await adopt(page, url, { leewaySeconds: 60 })).adopted, true);
  await becomes(page, { state: 'signed_in' });
});

journey('a token without a session is none to take over', {}, async ({ realm, land }) => {
  const page = await land();
  const key = await makeKey();
  await realm.script({ path: '/connect/jwks', body: { keys: [key.jwk] } });
  for (const [code, sid] of [
    ['missing_claim', undefined],
    ['missing_claim', ''],
  ]) {
    const token = await key.sign({ ...claims(), sid });
    assert.equal((await adopt(page, `/?token=${token}`)).code, code, sid);
  }
  assert.equal((await snapshot(page)).state, 'signed_out');
});

journey('what was signed out here is not signed in again by its own token', {}, async ({ realm, land, origin }) => {
  const page = await land();
  const token = await page.evaluate((person) => lr.login(person).then((answer) => answer.token), realm.person);
  await signOut(page);
  const { code } = await adopt(page, `${origin}/?token=${token}`);
  assert.equal(code, 'not_signed_in');
  assert.deepEqual(
    await snapshot(page).then(({ state, signOutReason }) => [state, signOutReason]),
    ['signed_out', 'here'],
  );
});

journey('a session that ended at the service is over as soon as it is asked', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  await realm.endSessions();
  const page = await land();
  assert.deepEqual(await follow(page, origin, token), adopted, 'only the service knows');
  await page.evaluate(() => lr.session.refresh());
  await becomes(page, { state: 'signed_out', signOutReason: 'expired' });
});

journey('a redirect is verified whatever the session does', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const { header, payload } = read(await tokenElsewhere(realm, newContext, address, eve));
  const key = await makeKey(header.kid);
  for (const verify of ['off', 'lazy', 'strict']) {
    const page = await land('/app.html', { verify });
    assert.equal((await follow(page, origin, await key.sign(payload))).code, 'invalid_signature', verify);
    await realm.script({ path: '/connect/jwks', status: 503 });
    const found = await follow(page, origin, await key.sign(payload));
    assert.equal(found.code, 'keys_unavailable', `${verify}: not to be verified is not good enough`);
    await realm.unscript();
    await page.close();
  }
});

journey('a token that could not be judged is tried again', { clock: 'stopped', people }, async (world) => {
  const { realm, land, origin, newContext, address, pass } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land();
  await realm.script({ path: '/connect/jwks', status: 503 });
  assert.equal((await follow(page, origin, token)).code, 'keys_unavailable');
  await realm.unscript();
  assert.equal((await adopt(page)).code, 'keys_unavailable', 'the service is left alone for a while');
  await pass(10);
  const { result, adopted: isAdopted, url } = await adopt(page);
  assert.deepEqual([result, isAdopted, url], ['okay', true, undefined]);
  assert.equal(await email(page), eve.email);
  assert.equal((await adopt(page)).adopted, false, 'once');
});

// ---------------------------------------------------------------------------------------------- meanwhile

for (const [what, act] of Object.entries({
  'signs in': (page, person) => signIn(page, person),
  'signs out': (page) => signOut(page),
})) {
  journey(`who ${what} while the keys come is not overridden`, { people }, async (world) => {
    const { realm, land, context, newContext, address } = world;
    const token = await tokenElsewhere(realm, newContext, address, eve);
    const page = await land('/app.html', { storage: 'memory' });
    if (what === 'signs out') await arrive(page, realm.person);
    const held = [];
    await context.route('**/connect/jwks', (route) => held.push(route));
    await page.evaluate((url) => {
      globalThis.begun = lr.session.adoptRedirect(url);
    }, `/?token=${token}`);
    await eventually(() => held.length, 1);
    await act(page, realm.person);
    const before = await snapshot(page);
    await held[0].continue();
    const answer = await page.evaluate(() => begun);
    // The link's token is gone, whosever it was.
    assert.equal(answer.code, 'not_signed_in');
    assert.deepEqual(await snapshot(page), before);
  });
}

journey('a client that is disposed of takes nothing over', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land();
  const code = await page.evaluate((url) => {
    lr.session.dispose();
    return lr.session.adoptRedirect(url).then((answer) => answer.code);
  }, `${origin}/?token=${token}`);
  assert.equal(code, 'disposed');
});

journey('without a URL of the realm a redirect cannot be verified', { people }, async (world) => {
  const { realm, land, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land(`/app.html?token=${token}`, { url: undefined });
  assert.equal((await adoption(page)).code, 'missing_url');
  assert.ok(!page.url().includes('token='));
});

// ---------------------------------------------------------------------------------------------- where it looks

journey('a URL of one’s own is read in place of the address bar, which stays as it is', { people }, async (world) => {
  const { realm, land, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const here = `${origin}/app.html?q=1&token=${token}#/x`;
  const page = await land(here, { adopts: false, storage: 'memory' });
  const found = await page.evaluate(async (jwt) => {
    const given = `https://app.example.com/cb?a=1&token=${jwt}&account=org_sample123456#/y`;
    const answers = [];
    const own = `${location.origin}/elsewhere?b=1&token=${jwt}`;
    for (const url of [given, new URL(given), own]) {
      answers.push(await lr.session.adoptRedirect(url));
      await lr.session.signOut();
    }
    return { answers: answers.map(({ url, result, adopted, code }) => [code ?? result, adopted, url]), href: location.href };
  }, token);
  assert.equal(found.href, here);
  assert.deepEqual(found.answers[0], ['okay', true, 'https://app.example.com/cb?a=1#/y']);
  // The session is over by then; that it was read is what counts.
  assert.deepEqual(found.answers[1], ['not_signed_in', undefined, 'https://app.example.com/cb?a=1#/y']);
  assert.deepEqual(found.answers[2], ['not_signed_in', undefined, `${origin}/elsewhere?b=1`]);
});

journey('what is no place has no token in it', { script: 'about values that only a script can give' }, async ({ realm, land }) => {
  const page = await land();
  await becomes(page, { state: 'signed_out' });
  for (const what of ['42', '{}', '""', '"nonsense"', 'Symbol("x")', '() => 1', '[]', 'true', 'new Proxy({}, { get() { throw new Error("no") } })']) {
    const found = await page.evaluate(`lr.session.adoptRedirect(${what}).then(({ result, adopted }) => [result, adopted])`);
    assert.deepEqual(found, ['okay', false], what);
  }
  for (const options of ['null', '{ switchUser: "yes" }', '[]']) {
    const found = await page.evaluate(
      `lr.session.adoptRedirect("/", ${options}).then(({ result, adopted }) => [result, adopted])`,
    );
    assert.deepEqual(found, ['okay', false], options);
  }
  for (const options of ['42', '"yes"', '{ switchuser: true }']) {
    const code = await page.evaluate(`lr.session.adoptRedirect("/", ${options}).then((answer) => answer.code)`);
    assert.equal(code, 'invalid_option', options);
  }
  assert.deepEqual(await realm.requests(), []);
});

journey('where the address cannot be changed, the session is taken over all the same', { people }, async (world) => {
  const { realm, land, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  const page = await land('/app.html', { adopts: false, storage: 'memory' });
  const found = await page.evaluate(
    async ([path, jwt]) => {
      history.replaceState(null, '', `${path}?token=${jwt}`);
      history.replaceState = () => {
        throw new DOMException('no', 'SecurityError');
      };
      const { result, adopted } = await lr.session.adoptRedirect();
      return [result, adopted];
    },
    ['/app.html', token],
  );
  assert.deepEqual(found, ['okay', true]);
  assert.equal(await email(page), eve.email);
});

journey('a frame without an origin takes over what it was loaded with', { people }, async (world) => {
  const { realm, land, context, origin, newContext, address } = world;
  const token = await tokenElsewhere(realm, newContext, address, eve);
  // A page without an origin may load nothing that does not say so, and the realm lists no such origin.
  const readable = (route, response) =>
    route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
  await context.route('**/*.{js,wasm}', async (route) => readable(route, await route.fetch()));
  await context.route(`${realm.url}connect/jwks`, async (route) => {
    const url = new URL(route.request().url());
    const headers = { host: url.host, accept: 'application/json' };
    url.hostname = '127.0.0.1';
    await readable(route, await route.fetch({ url: url.href, headers }));
  });
  const page = await land('/app.html', { storage: 'memory' });
  await page.evaluate((source) => {
    const frame = document.createElement('iframe');
    frame.sandbox = 'allow-scripts';
    frame.src = source;
    document.body.append(frame);
  }, `/app.html?token=${token}#/x`);
  await eventually(() => page.frames().length, 2);
  const frame = page.frames()[1];
  await frame.waitForFunction(() => globalThis.adoption);
  assert.equal(await frame.evaluate(() => globalThis.origin), 'null');
  const { result, adopted: isAdopted, url } = await frame.evaluate(() => adoption);
  assert.deepEqual([result, isAdopted, url], ['okay', true, `${origin}/app.html#/x`]);
  assert.equal(await frame.evaluate(() => lr.session.snapshot.user.email), eve.email);
});
