// Other places and habits: a worker, a page that only reads, one that never looks, one that changes the realm.
import assert from 'node:assert/strict';
import { LIFETIME, ada, makeRealm } from './support/realm.mjs';
import { arrive, becomes, eventually, explain, outcome, signOut, snapshot, stored } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };

/** Starts the worker in a page, with a client of these options; gives how to talk to it. */
async function startWorker(page, options) {
  const tell = (message) =>
    page.evaluate(
      (said) =>
        new Promise((resolve) => {
          globalThis.worker ??= new Worker('/worker.js', { type: 'module' });
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = ({ data }) => resolve(data);
          worker.postMessage(said, [port2]);
        }),
      message,
    );
  assert.equal(await tell({ options }), 'made');
  return {
    call: (method, given) => tell({ of: 'client', method, given }),
    session: (method, given) => tell({ of: 'session', method, given }),
  };
}

visit(
  'a worker has a session, which is kept in memory as it has no localStorage',
  {},
  async ({ realm, context, origin }) => {
    const page = await context.newPage();
    await page.goto(`${origin}/empty.html`);
    const worker = await startWorker(page, { url: realm.url, storage: 'local' });
    await eventually(async () => (await worker.session('snapshot')).state, 'signed_out');
    assert.equal((await worker.call('login', realm.person)).next, 'done');
    assert.equal((await worker.session('snapshot')).user.email, ada.email);
    assert.equal((await worker.session('token')).result, 'okay');
    assert.equal((await worker.session('refresh')).result, 'okay');
    const { storage, tabs, visible } = await worker.session('explain');
    assert.deepEqual(
      [storage, tabs, visible],
      [{ kind: 'local', problem: 'blocked' }, { lock: true, channel: true }, true],
    );
    assert.equal((await worker.session('signOut')).result, 'okay');
    assert.equal((await worker.session('snapshot')).signOutReason, 'here');
  },
);

visit('a page that only reads snapshots finds out, too', {}, async ({ realm, context, open, origin }) => {
  const first = await open(local);
  await arrive(first, realm.person);
  await first.close();
  const page = await context.newPage();
  await page.goto(`${origin}/empty.html`);
  await page.evaluate(
    async (options) => {
      const { LoginRocket } = await import('/host.js');
      globalThis.lr = new LoginRocket(options);
    },
    { url: realm.url, ...local },
  );
  await becomes(page, { state: 'signed_in', freshness: 'fresh' });
});

visit(
  'a page that never looks at its session keeps it all the same',
  {},
  async ({ realm, context, open, origin }) => {
    const page = await context.newPage();
    await page.goto(`${origin}/empty.html`);
    const load = () =>
      page.evaluate(
        async (options) => {
          const { LoginRocket } = await import('/host.js');
          globalThis.client = new LoginRocket(options);
        },
        { url: realm.url, ...local },
      );
    await load();
    assert.equal(
      await page.evaluate((person) => client.login(person).then(({ next }) => next), realm.person),
      'done',
    );
    const other = await open(local);
    await becomes(other, { state: 'signed_in' });
    await other.close();
    await page.reload();
    await load();
    const answer = await page.evaluate(() => client.getSession().then(({ next, code }) => next ?? code));
    assert.equal(answer, 'done', 'a call without a session id finds it');
  },
);

visit(
  'an app of before, which keeps session id and token itself, makes its own requests alone',
  { clock: 'stopped' },
  async (world) => {
    const { realm, context, origin, pass } = world;
    const page = await context.newPage();
    await page.goto(`${origin}/empty.html`);
    const answer = await page.evaluate(
      async ([url, person]) => {
        const { LoginRocket } = await import('/host.js');
        globalThis.client = new LoginRocket({ url });
        const { session } = await client.login(person);
        return (await client.getSession({ session })).next;
      },
      [realm.url, realm.person],
    );
    assert.equal(answer, 'done');
    for (let round = 0; round < 4; round += 1) await pass(LIFETIME);
    assert.deepEqual(
      (await realm.requests()).map(({ method, path }) => `${method} ${path}`),
      ['POST /v2/login', 'GET /v2/session'],
    );
  },
);

/** Whether the database of the adapter holds anything; it is asked behind whatever is being written. */
const hasEntry = () =>
  new Promise((resolve) => {
    indexedDB.open('app', 1).onsuccess = ({ target: { result: database } }) => {
      database.transaction('entries').objectStore('entries').count().onsuccess = ({ target }) => {
        database.close();
        resolve(target.result > 0);
      };
    };
  });

visit(
  'a call that is made at once after loading uses the stored session',
  {},
  async ({ realm, context, open, origin }) => {
    for (const adapter of [undefined, 'indexedDb']) {
      const options = adapter ? { adapter } : local;
      const first = await open(options);
      await arrive(first, realm.person);
      // A page that closes takes what is not written yet with it.
      if (adapter) await first.waitForFunction(hasEntry);
      await first.close();
      const page = await context.newPage();
      await page.goto(`${origin}/empty.html`);
      const answer = await page.evaluate(
        async ([{ adapter: name, ...rest }, url]) => {
          const { LoginRocket } = await import('/host.js');
          const adapters = await import('/adapters.js');
          const client = new LoginRocket({ url, ...rest, ...(name && { storage: adapters[name]() }) });
          return client.updateProfile({ first_name: 'Augusta' }).then(({ next, code }) => next ?? code);
        },
        [options, realm.url],
      );
      assert.equal(answer, 'done', adapter ?? 'local');
      await page.close();
    }
  },
);

visit(
  'two tabs with “session” are two sessions, of two people if they like',
  { people: [ada, { ...ada, email: 'bob@example.com' }] },
  async (world) => {
    const { realm, open } = world;
    const pages = [await open({ storage: 'session' }), await open({ storage: 'session' })];
    await arrive(pages[0], realm.person);
    await arrive(pages[1], { ...realm.person, email: 'bob@example.com' });
    const who = () => Promise.all(pages.map(async (page) => (await snapshot(page)).user?.email));
    assert.deepEqual(await who(), [ada.email, 'bob@example.com']);
    for (const page of pages) {
      assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
    }
    assert.deepEqual(await who(), [ada.email, 'bob@example.com']);
    await signOut(pages[0]);
    await becomes(pages[0], { state: 'signed_out', signOutReason: 'here' });
    assert.equal(await outcome(pages[1]), 'okay');
    await pages[1].reload();
    await pages[1].waitForFunction(() => globalThis.lr);
    await becomes(pages[1], { state: 'signed_in' });
  },
);

visit('tabs that share an adapter of one’s own share a session', {}, async ({ realm, open }) => {
  const pages = [await open({ adapter: 'indexedDb' }), await open({ adapter: 'indexedDb' })];
  await becomes(pages[1], { state: 'signed_out' });
  await arrive(pages[0], realm.person);
  await becomes(pages[1], { state: 'signed_in', freshness: 'fresh' });
  assert.equal(await realm.refreshCount(), 0);
  await signOut(pages[1]);
  await becomes(pages[0], { state: 'signed_out', signOutReason: 'elsewhere' });
});

visit(
  'a client that is pointed at another realm has that one’s session, and finds the first again',
  {},
  async ({ realm, open }) => {
    const other = await makeRealm({ people: [{ ...ada, email: 'grace@example.com' }] });
    try {
      const page = await open(local);
      await arrive(page, realm.person);
      const go = (url) =>
        page.evaluate((address) => {
          lr.lrUrl = address;
          return lr.session.snapshot.state;
        }, url);
      assert.notEqual(await go(other.url), 'signed_in', 'nobody is signed in there');
      await becomes(page, { state: 'signed_out', user: undefined });
      assert.equal(await outcome(page), 'not_signed_in');
      await arrive(page, other.person);
      assert.equal((await snapshot(page)).user.email, 'grace@example.com');
      await go(realm.url);
      await becomes(page, { state: 'signed_in', freshness: 'fresh' });
      assert.equal((await snapshot(page)).user.email, ada.email);
      assert.equal(Object.keys(await stored(page)).length, 2);
      const tabOfFirst = await open(local);
      await becomes(tabOfFirst, { state: 'signed_in' });
      await signOut(page);
      await becomes(tabOfFirst, { state: 'signed_out' });
      assert.equal(await other.sessionCount(), 1);
    } finally {
      await other.remove();
    }
  },
);

visit(
  'what a realm answers after the client left it stays out of the next realm',
  {},
  async ({ realm, context, open }) => {
    const other = await makeRealm();
    try {
      const page = await open(local);
      await becomes(page, { state: 'signed_out' });
      let release;
      await context.route(`${realm.url}v2/login`, (route) => {
        release = () => route.continue();
      });
      await page.evaluate((person) => {
        globalThis.late = lr.login(person);
      }, realm.person);
      await eventually(() => Boolean(release), true);
      await page.evaluate((url) => {
        lr.lrUrl = url;
      }, other.url);
      await becomes(page, { state: 'signed_out' });
      await release();
      const { next, session } = await page.evaluate(() => late);
      assert.equal(next, 'done', 'the call itself is answered');
      assert.equal(await outcome(page), 'not_signed_in');
      assert.equal((await snapshot(page)).state, 'signed_out');
      assert.ok(!JSON.stringify(await stored(page)).includes(session));
      assert.deepEqual(await other.requests(), []);
    } finally {
      await other.remove();
    }
  },
);

visit('what a slow store is told of a realm is not written for the next one', {}, async ({ realm, open }) => {
  const other = await makeRealm();
  try {
    const page = await open({ adapter: 'gated' });
    await page.evaluate(() => gate.open());
    await becomes(page, { state: 'signed_out' });
    await page.evaluate(() => gate.close());
    const { session } = await page.evaluate((person) => lr.login(person), realm.person);
    await page.evaluate((url) => {
      lr.lrUrl = url;
      gate.open();
    }, other.url);
    await becomes(page, { state: 'signed_out' });
    const entries = await stored(page);
    const holders = Object.keys(entries).filter((key) => entries[key].includes(session));
    assert.deepEqual(
      holders.map((key) => key.includes(new URL(realm.url).host)),
      [true],
    );
    assert.deepEqual(await other.requests(), []);
  } finally {
    await other.remove();
  }
});

visit(
  'a client without an address says so, and gets along once it has one',
  {},
  async ({ realm, context, origin }) => {
    const page = await context.newPage();
    await page.goto(`${origin}/empty.html`);
    const found = await page.evaluate(async (url) => {
      const { LoginRocket } = await import('/host.js');
      globalThis.lr = new LoginRocket({ storage: 'local' });
      const { code } = await lr.session.token();
      lr.lrUrl = url;
      return code;
    }, realm.url);
    assert.equal(found, 'missing_url');
    await becomes(page, { state: 'signed_out' });
    await arrive(page, realm.person);
    assert.equal((await snapshot(page)).state, 'signed_in');
    assert.equal((await explain(page)).storage.problem, undefined);
  },
);
