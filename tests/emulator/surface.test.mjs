// What every emulator can be told and asked, whichever way one has it: without a socket, served by Node, or running elsewhere.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { clientOf, connectEmulator, createEmulator, native, person, startEmulator } from './support.mjs';

const ways = {
  'without a socket': createEmulator,
  'served by Node': () => startEmulator({ port: 0, corePort: 0 }),
  'running elsewhere': () => connectEmulator(native.loginrocket),
};

const seed = { name: 'unused', people: [person] };
let last = 0;

for (const [way, make] of Object.entries(ways)) {
  describe(`an emulator ${way}`, () => {
    let emulator;
    let realm;
    const own = async (change = {}) => {
      last += 1;
      return emulator.addRealm({ ...seed, name: `surface-${last}`, ...change });
    };
    const login = (to, params = person) => clientOf(to).login(params);

    before(async () => {
      emulator = await make();
      realm = await own();
    });
    after(async () => {
      await realm.remove();
      await emulator.stop?.();
    });

    test('signs a person in through the SDK, at its own URL and at a realm’s', async () => {
      assert.equal((await login(emulator)).result, 'full_login');
      assert.equal((await login(realm)).result, 'full_login');
      assert.equal((await login(realm, { ...person, password: 'wrong' })).code, 'validation_failed');
    });

    test('tells its addresses, its key and its realm, and the Core API takes them', async () => {
      const response = await emulator.fetch(`${emulator.coreUrl}v2/users`, {
        headers: { 'authrocket-api-key': emulator.apiKey, 'authrocket-realm': emulator.realm },
      });
      assert.equal((await response.json()).collection[0].email, person.email);
      assert.equal((await emulator.fetch(`${emulator.coreUrl}v2/users`)).status, 403);
    });

    test('puts a mail into the inbox with link and token, before the call is answered', async () => {
      await clientOf(realm).forgotPassword({ email: person.email });
      const [mail] = await realm.mails({ to: person.email });
      assert.equal(mail.kind, 'password_reset');
      assert.ok(mail.link.includes(mail.token) && mail.token.startsWith('tpw:'));
      await realm.clearMails();
      assert.deepEqual(await realm.mails(), []);
    });

    test('adds people, shows them, and shows the code of a second factor', async () => {
      const eve = await realm.addPerson({ email: 'eve@example.com', password: 'a-good-password', totp_seed: 'MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U' });
      assert.match(await realm.totp(eve), /^\d{6}$/);
      assert.equal(await realm.totp('eve@example.com'), await realm.totp(eve));
      assert.equal((await realm.people()).at(-1).second_factor, true);
      await assert.rejects(realm.addPerson({ email: 'eve@example.com' }), { name: 'EmulatorError', status: 409, message: /another person has this email/ });
      await assert.rejects(realm.addPerson({ emial: 'x@example.com' }), /emial/);
    });

    test('ends sessions and lists those that are left', async () => {
      await login(realm);
      assert.ok((await realm.sessions(person.email)).length > 0);
      await realm.endSessions(person.email);
      assert.deepEqual(await realm.sessions(person.email), []);
    });

    test('moves its clock, in milliseconds', async () => {
      await realm.clock.freeze(new Date('2026-01-01T00:00:00Z'));
      await realm.clock.advance(60_000);
      assert.equal(await realm.clock.now(), Date.parse('2026-01-01T00:01:00Z'));
      await realm.clock.set(1_700_000_000_000);
      assert.equal(await realm.clock.now(), 1_700_000_000_000);
      await realm.clock.resume();
      await realm.clock.reset();
      assert.ok(Math.abs((await realm.clock.now()) - Date.now()) < 3_600_000);
    });

    test('scripts the next answer, and takes a rule back', async () => {
      const rule = await realm.script({ path: '/v2/login', status: 503, headers: { 'retry-after': '7' } });
      const failure = await login(realm);
      assert.deepEqual([failure.code, failure.retryAfterSeconds], ['server_error', 7]);
      await rule.remove();
      assert.equal((await login(realm)).result, 'full_login');
      await realm.script({ path: '/v2/login', count: 1, cut: true });
      assert.equal((await login(realm)).code, 'network_error');
      await realm.script({ path: '/v2/login', count: 1, truncate: 10 });
      assert.equal((await login(realm)).result, 'error');
      await realm.script({ status: 500 });
      await realm.clearScript();
      assert.equal((await login(realm)).result, 'full_login');
    });

    test('an answer that never comes can be called off', async () => {
      await realm.script({ path: '/v2/login', count: 1, hang: true });
      const controller = new AbortController();
      const call = clientOf(realm).login(person, { signal: controller.signal });
      const usedUp = async () => (await realm.requests({ path: '/v2/login' })).at(-1)?.script;
      while (!(await usedUp()));
      controller.abort();
      assert.equal((await call).code, 'aborted');
    });

    test('logs requests with secrets masked', async () => {
      await realm.clearRequests();
      await login(realm);
      const [request] = await realm.requests();
      assert.deepEqual([request.path, request.user, request.status, request.params.password], ['/v2/login', person.email, 200, '…']);
    });

    test('changes settings and leaves the others', async () => {
      assert.equal((await realm.settings({ signup: 'closed' })).signup, 'closed');
      assert.equal((await realm.settings()).jwt_minutes, 360);
      await assert.rejects(realm.settings({ sigunp: 'open' }), /sigunp/);
      await realm.reset();
      assert.equal((await realm.settings()).signup, 'open');
    });

    test('rotates keys', async () => {
      const keys = async () => (await (await realm.fetch(`${realm.url}connect/jwks`)).json()).keys.map((key) => key.kid);
      await keys();
      const kid = await realm.rotateKeys();
      assert.equal((await keys()).length, 2);
      assert.ok((await keys()).includes(kid));
      await realm.rotateKeys({ dropOld: true });
      assert.equal((await keys()).length, 1);
    });

    test('takes a realm away and brings it back', async () => {
      const snapshot = await realm.snapshot();
      await realm.addPerson({ email: 'later@example.com' });
      await realm.restore(JSON.parse(JSON.stringify(snapshot)));
      assert.ok(!(await realm.people()).some(({ email }) => email === 'later@example.com'));
      await assert.rejects(realm.restore({ ...snapshot, version: '0.0.9' }), /version 0\.0\.9/);
    });

    test('eight workers, each with a realm of its own, do not meet', async () => {
      const work = async () => {
        const mine = await own();
        await mine.settings({ jwt_minutes: 5 });
        await mine.addPerson({ email: `${mine.name}@example.com`, password: 'a-good-password' });
        const answer = await login(mine, { email: `${mine.name}@example.com`, password: 'a-good-password' });
        const people = (await mine.people()).map(({ email }) => email);
        await mine.remove();
        return [answer.result, people.length, people.at(-1) === `${mine.name}@example.com`];
      };
      const results = await Promise.all(Array.from({ length: 8 }, work));
      assert.deepEqual(results, Array(8).fill(['full_login', 2, true]));
    });

    test('lists ten thousand people while logins go on', async () => {
      const people = Array.from({ length: 10_000 }, (_, number) => ({ id: `usr_${number}`, username: `person-${number}`, memberships: [] }));
      const large = await own({ people: [person, ...people] });
      let listed = false;
      const list = large.people().then((people) => {
        listed = true;
        return people;
      });
      // The list is begun first, and the login is answered all the same before or after it.
      const answer = await login(realm);
      assert.equal(answer.result, 'full_login');
      assert.equal((await list).length, 10_001);
      assert.ok(listed);
      await large.remove();
    });
  });
}
