// Where there is no browser: importing, making a client and reading it work, a session is nobody's, and nothing keeps the
// process alive.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emulator, person, runInNode } from '../packages/support.mjs';

const LIMIT = { timeout: 60_000 };

/** The package in either kind of module, bound to `LoginRocket`, `LoginRocketError`. */
const kinds = {
  module: `import { LoginRocket, LoginRocketError } from 'loginrocket-wasm';`,
  commonjs: `const { LoginRocket, LoginRocketError } = require('loginrocket-wasm');`,
};

const url = JSON.stringify(emulator.loginrocket);

/** Runs a script that makes `lr`, and gives what its expression is; `runInNode` fails if the process does not end. */
const onServer = (expression, { kind = 'module', options = `{ url: ${url} }` } = {}) =>
  runInNode(
    `${kinds[kind]}
     (async () => {
       const lr = new LoginRocket(${options});
       console.log(JSON.stringify(await (${expression})));
     })();`,
    kind,
  );

for (const kind of Object.keys(kinds)) {
  test(`a server reads a session that is loading, and is done (${kind})`, LIMIT, async () => {
    const found = await onServer(
      `(() => {
        const notified = [];
        const stop = lr.session.subscribe((each) => notified.push(each === lr.session.snapshot));
        const { snapshot } = lr.session;
        stop();
        return [snapshot, Object.isFrozen(snapshot), snapshot === lr.session.snapshot, lr.session === lr.session, notified];
      })()`,
      { kind },
    );
    assert.deepEqual(found, [{ state: 'loading', freshness: 'fresh' }, true, true, true, [true]]);
  });
}

for (const storage of ['memory', 'session', 'local']) {
  test(`nothing is left that keeps the process alive (${storage})`, LIMIT, async () => {
    const [before, after, state] = await onServer(
      `(async () => {
        const turn = () => new Promise((resolve) => setImmediate(resolve));
        await turn();
        const none = process.getActiveResourcesInfo();
        for (let number = 0; number < 10; number += 1) {
          new LoginRocket({ url: ${url}, storage: '${storage}' }).session.subscribe(() => {});
        }
        await turn();
        return [none, process.getActiveResourcesInfo(), lr.session.snapshot.state];
      })()`,
      { options: `{ url: ${url}, storage: '${storage}' }` },
    );
    assert.deepEqual(after, before);
    assert.equal(state, 'loading');
  });
}

test('a server that never looks at the session pays nothing for it', LIMIT, async () => {
  assert.deepEqual(await onServer(`['made', lr.lrUrl]`), ['made', `${emulator.loginrocket}v2/`]);
});

test('whoever wants a token on a server is told at once', LIMIT, async () => {
  const found = await onServer(
    `(async () => {
      const answers = [lr.session.token(), lr.session.refresh(), lr.session.switchAccount('org_sample123456')];
      // Whatever takes a timer or the network is not “at once”.
      const late = new Promise((resolve) => setImmediate(resolve, { code: 'late' }));
      return Promise.all(answers.map((answer) => Promise.race([answer, late]).then(({ result, code }) => [result, code])));
    })()`,
  );
  for (const [result, code] of found) assert.deepEqual([result, code], ['error', 'not_signed_in']);
});

test('a sign-in on a server answers whoever called, and is nobody else’s', LIMIT, async () => {
  const found = await onServer(
    `(async () => {
      const answer = await lr.login(${JSON.stringify(person)});
      const other = await lr.getSession();
      return [answer.next, lr.session.snapshot.state, other.result, typeof other.code];
    })()`,
  );
  assert.deepEqual(found, ['done', 'loading', 'error', 'string']);
});

test('the calls take a session id on a server as they always did', LIMIT, async () => {
  const found = await onServer(
    `(async () => {
      const { session } = await lr.login(${JSON.stringify(person)});
      const { next } = await lr.getSession({ session });
      const { result } = await lr.logout({ session });
      return [next, result, lr.session.snapshot.state];
    })()`,
  );
  assert.deepEqual(found, ['done', 'okay', 'loading']);
});

test('fetch on a server goes out as it is', LIMIT, async () => {
  const found = await onServer(`lr.session.fetch(${url} + 'connect/jwks').then(({ status }) => status)`);
  assert.equal(found, 200);
});

test('a sign-out on a server changes nothing for anyone, and a client can be disposed of', LIMIT, async () => {
  const found = await onServer(
    `(async () => {
      const { result } = await lr.session.signOut();
      await lr.logout();
      const { state } = lr.session.snapshot;
      lr.session.dispose();
      lr.session.dispose();
      return [typeof result, state, (await lr.session.token()).code, lr.session.explain().disposed];
    })()`,
  );
  assert.deepEqual(found, ['string', 'loading', 'disposed', true]);
});

test('what a server explains has the shape that it has in a browser', LIMIT, async () => {
  const found = await onServer('lr.session.explain()');
  assert.equal(found.state, 'loading');
  assert.deepEqual(found.storage, { kind: 'memory' });
  assert.equal(found.disposed, false);
  for (const member of [
    'version',
    'freshness',
    'tabs',
    'visible',
    'online',
    'requestsInLastMinute',
    'listeners',
    'waiting',
  ]) {
    assert.ok(member in found, member);
  }
});

test('on a server nobody is led to a hosted page, and the failure says what to do', LIMIT, async () => {
  const found = await onServer(
    `(async () => {
      const answers = [];
      for (const page of ['login', 'logout', 'profile']) answers.push(await lr.hosted.open(page));
      return [answers.map(({ result, code }) => [result, code]), answers[0].message, lr.hosted.loginUrl()];
    })()`,
  );
  const [answers, message, loginUrl] = found;
  for (const answer of answers) assert.deepEqual(answer, ['error', 'unsupported_browser']);
  assert.match(message, /redirect to lr\.hosted\.loginUrl\(\)/);
  assert.match(loginUrl, /\/login$/);
});

test('a session of one person keeps no process alive, and a call that hangs does so until its time', LIMIT, async () => {
  const found = await onServer(
    `(async () => {
      const store = new Map();
      const storage = {
        getItem: async (key) => store.get(key),
        setItem: async (key, value) => store.set(key, value),
        removeItem: async (key) => store.delete(key),
      };
      const one = new LoginRocket({ url: ${url}, environment: 'browser', storage });
      one.session.subscribe(() => {});
      const { next } = await one.login(${JSON.stringify(person)});
      const { nextWakeInSeconds } = one.session.explain();
      // Nothing but the time of the call would keep the process alive for this.
      const hanging = new LoginRocket({ url: ${url}, environment: 'browser', timeoutMs: 200, fetch: () => new Promise(() => {}) });
      const { code } = await hanging.login({});
      return [next, nextWakeInSeconds > 60, one.session.snapshot.state, code];
    })()`,
  );
  assert.deepEqual(found, ['done', true, 'signed_in', 'timeout']);
});
