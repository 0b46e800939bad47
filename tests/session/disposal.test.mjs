// What is left of a session that is disposed of: nothing, and nobody is signed out by it.
import assert from 'node:assert/strict';
import { arrive, becomes, eventually, signOut } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };

/** Counts what the package holds on to, from before anything is loaded: the tests' own tools listen, too. */
function keepBooks(page) {
  return page.addInitScript(() => {
    const isPackage = () => /\/pkg\/dist\/|\/rust_host/.test(new Error().stack);
    const open = { listeners: 0, timers: new Set(), channels: new Set(), requests: new Set() };
    globalThis.books = () => ({
      listeners: open.listeners,
      timers: open.timers.size,
      channels: open.channels.size,
      requests: open.requests.size,
    });

    const listeners = new WeakMap();
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const names = (target) => listeners.get(target) ?? listeners.set(target, new Map()).get(target);
    EventTarget.prototype.addEventListener = function (name, listener, ...more) {
      const known = names(this ?? globalThis);
      const all = known.get(name) ?? known.set(name, new Set()).get(name);
      if (listener && isPackage() && !all.has(listener)) {
        all.add(listener);
        open.listeners += 1;
      }
      return addEventListener.call(this ?? globalThis, name, listener, ...more);
    };
    EventTarget.prototype.removeEventListener = function (name, listener, ...more) {
      if (
        names(this ?? globalThis)
          .get(name)
          ?.delete(listener)
      )
        open.listeners -= 1;
      return removeEventListener.call(this ?? globalThis, name, listener, ...more);
    };

    for (const [start, stop] of [
      ['setTimeout', 'clearTimeout'],
      ['setInterval', 'clearInterval'],
    ]) {
      const { [start]: begin, [stop]: end } = globalThis;
      globalThis[start] = (work, ...more) => {
        const timer = begin(
          () => {
            if (start === 'setTimeout') open.timers.delete(timer);
            work();
          },
          ...more,
        );
        if (isPackage()) open.timers.add(timer);
        return timer;
      };
      globalThis[stop] = (timer) => {
        open.timers.delete(timer);
        end(timer);
      };
    }

    globalThis.BroadcastChannel = class extends BroadcastChannel {
      constructor(name) {
        super(name);
        open.channels.add(this);
      }

      close() {
        open.channels.delete(this);
        super.close();
      }
    };

    const { fetch } = globalThis;
    globalThis.fetch = async (...all) => {
      const request = {};
      open.requests.add(request);
      try {
        return await fetch(...all);
      } finally {
        open.requests.delete(request);
      }
    };
  });
}

/** How many locks the page's origin holds or waits for. */
const locks = (page) =>
  page.evaluate(() => navigator.locks.query().then(({ held, pending }) => held.length + pending.length));

for (const options of [{}, { storage: 'session' }, local, { adapter: 'indexedDb' }]) {
  const kind = options.adapter ?? options.storage ?? 'memory';
  visit(`what is disposed of lets go of everything (${kind})`, {}, async ({ realm, open }) => {
    const page = await open(options, { before: keepBooks });
    await arrive(page, realm.person);
    const books = () => page.evaluate(() => globalThis.books());
    // A refresh that hangs: a request, its time limit, and the lock.
    await realm.script({ hang: true });
    await page.evaluate(() => {
      globalThis.unanswered = lr.session.refresh();
      globalThis.waiting = lr.session.refresh();
    });
    await eventually(() => realm.refreshCount(), 1);
    const busy = await books();
    assert.ok(busy.timers > 0 && busy.listeners > 0 && busy.requests === 1, 'the books see what there is');

    await page.evaluate(() => lr.session.dispose());
    assert.equal(await page.evaluate(() => unanswered.then(({ code }) => code)), 'disposed');
    const idle = { listeners: 0, timers: 0, channels: 0, requests: 0 };
    await eventually(books, idle);
    assert.equal(await locks(page), 0);
    await page.evaluate(() => {
      lr.session.dispose();
      lr.session.subscribe(() => {});
      lr.session.explain();
    });
    assert.deepEqual(await books(), idle);
    assert.equal((await page.evaluate(() => lr.session.explain())).disposed, true);
    await realm.unscript();
  });
}

visit('after a sign-out, too, nothing runs but what listens', {}, async ({ realm, open }) => {
  const page = await open(local, { before: keepBooks });
  await arrive(page, realm.person);
  await signOut(page);
  await eventually(async () => {
    const { timers, requests } = await page.evaluate(() => globalThis.books());
    return [timers, requests];
  }, [0, 0]);
  assert.equal(await locks(page), 0);
});

visit('what is disposed of signs nobody out, and answers by name', {}, async ({ realm, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  const found = await page.evaluate(async () => {
    lr.session.dispose();
    const settled = async (promise) => {
      const { code, result } = await promise;
      return code ?? result;
    };
    return [
      lr.session.snapshot.state,
      await settled(lr.session.token()),
      await settled(lr.session.refresh()),
      await settled(lr.session.switchAccount('org_sample123456')),
      await settled(lr.session.signOut()),
    ];
  });
  assert.deepEqual(found, ['signed_in', 'disposed', 'disposed', 'disposed', 'disposed']);
  assert.equal(await realm.sessionCount(), 1);
  await page.reload();
  await page.waitForFunction(() => globalThis.lr);
  await becomes(page, { state: 'signed_in' });
});

visit(
  'a client that is made, disposed of and made again, as StrictMode does, is one client',
  {},
  async ({ realm, open }) => {
    const page = await open(local, { before: keepBooks });
    await arrive(page, realm.person);
    await page.evaluate(() => lr.session.dispose());
    await eventually(() => page.evaluate(() => globalThis.books().listeners), 0);
    await realm.forget();
    const alone = await page.evaluate(async () => {
      // An effect that runs, is cleaned up, and runs again.
      const effect = () => {
        const client = new LoginRocket(options);
        const states = [];
        const stop = client.session.subscribe(({ state }) => states.push(state));
        return { client, states, cleanUp: () => (stop(), client.session.dispose()) };
      };
      const first = effect();
      first.cleanUp();
      globalThis.second = effect();
      await second.client.session.token();
      return { first: first.states, second: second.states, books: books() };
    });
    assert.deepEqual(alone.first, ['loading']);
    assert.deepEqual(alone.second, ['loading', 'signed_in']);
    assert.equal(await realm.refreshCount(), 1);
    assert.ok(alone.books.channels <= 1, 'there is one to listen to');
  },
);
