// The session as a store: who is told what and when, whatever listeners do.
import assert from 'node:assert/strict';
import { LIFETIME } from './support/realm.mjs';
import { arrive, becomes, eventually, signOut, snapshot } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };
const BROKEN = 'the listener is broken';

// ---------------------------------------------------------------------------------------------- the contract

visit('a listener is called at once, with the snapshot of now', {}, async ({ realm, open }) => {
  const page = await open();
  await arrive(page, realm.person);
  const found = await page.evaluate(() => {
    const notified = [];
    const stop = lr.session.subscribe((each) => notified.push(each));
    return [notified.length, notified[0] === lr.session.snapshot, typeof stop];
  });
  assert.deepEqual(found, [1, true, 'function']);
});

visit(
  'a snapshot is frozen to its depths, and the same object until something changes',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open();
    await arrive(page, realm.person);
    const find = () =>
      page.evaluate(() => {
        const soft = [];
        const look = (value, path) => {
          if (typeof value !== 'object' || value === null) return;
          if (!Object.isFrozen(value)) soft.push(path);
          for (const [name, member] of Object.entries(value)) look(member, `${path}.${name}`);
        };
        look(lr.session.snapshot, 'snapshot');
        return {
          soft,
          isSame: (globalThis.kept ??= lr.session.snapshot) === lr.session.snapshot,
          told: told.length,
        };
      });
    const first = await find();
    assert.deepEqual([first.soft, first.isSame], [[], true]);

    // None of these changes anything real.
    await page.evaluate(async (person) => {
      await lr.session.token();
      await lr.login({ ...person, password: 'wrong' });
      lr.session.explain();
      document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
      dispatchEvent(new Event('focus'));
      dispatchEvent(new Event('online'));
      dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
      dispatchEvent(new StorageEvent('storage', { key: 'something/else', newValue: 'x' }));
      lr.session.subscribe(() => {})();
    }, realm.person);
    await pass(60);
    assert.deepEqual(await find(), first);

    await pass(LIFETIME * 0.8);
    await eventually(async () => (await find()).isSame, false);
    assert.deepEqual((await find()).soft, []);
  },
);

visit(
  'what a listener does to its snapshot changes nothing',
  { mayThrow: /read only|not extensible|frozen/i },
  async ({ realm, open }) => {
    const page = await open();
    await page.evaluate(() => {
      lr.session.subscribe((each) => {
        if (each.user) each.user.email = 'eve@example.com';
      });
    });
    await arrive(page, realm.person);
    assert.equal((await snapshot(page)).user.email, realm.person.email);
  },
);

visit('every change is told once, to each, in the order of the changes', {}, async ({ realm, open }) => {
  const page = await open();
  await page.evaluate(() => {
    globalThis.notified = { one: [], two: [] };
    for (const [name, list] of Object.entries(notified))
      lr.session.subscribe(({ state }) => list.push([name, state]));
  });
  await becomes(page, { state: 'signed_out' });
  await page.evaluate(() => Object.values(notified).forEach((list) => list.splice(0)));
  await arrive(page, realm.person);
  await signOut(page);
  await arrive(page, realm.person);
  const { one, two } = await page.evaluate(() => notified);
  const states = ['signed_in', 'signed_out', 'signed_in'];
  assert.deepEqual([one.map(([, state]) => state), two.map(([, state]) => state)], [states, states]);
});

visit('whoever stopped listening hears nothing more, and may stop twice', {}, async ({ realm, open }) => {
  const page = await open();
  await becomes(page, { state: 'signed_out' });
  await page.evaluate(() => {
    globalThis.notified = 0;
    const listener = () => (notified += 1);
    // The same function twice is two listeners, as a store has it.
    const [one, two] = [lr.session.subscribe(listener), lr.session.subscribe(listener)];
    one();
    one();
    globalThis.stop = two;
  });
  await arrive(page, realm.person);
  assert.equal(await page.evaluate(() => notified), 3, 'each at once, and one of the change');
  await page.evaluate(() => stop());
  await signOut(page);
  assert.equal(await page.evaluate(() => notified), 3);
});

visit('what is no function is refused by name', { script: 'in Rust the compiler refuses it' }, async ({ open }) => {
  const page = await open();
  const found = await page.evaluate(() =>
    [undefined, null, 42, 'text', {}, Symbol('s'), []].map((listener) => {
      try {
        lr.session.subscribe(listener);
        return 'accepted';
      } catch (error) {
        return error instanceof LoginRocketError && error.code;
      }
    }),
  );
  assert.deepEqual(new Set(found), new Set(['invalid_params']));
});

visit('the methods need no this', {}, async ({ realm, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  const found = await page.evaluate(async () => {
    const { subscribe, token, refresh, switchAccount, fetch, signOut, explain, dispose } = lr.session;
    const { account } = lr.session.snapshot;
    const { state } = explain();
    subscribe(() => {})();
    return [
      lr.session === lr.session,
      state,
      (await token()).result,
      (await refresh()).result,
      (await switchAccount(account.id)).result,
      (await fetch('/empty.html')).status,
      (await signOut()).result,
      dispose(),
      (await token()).code,
    ];
  });
  assert.deepEqual(found, [true, 'signed_in', 'okay', 'okay', 'okay', 200, 'okay', undefined, 'disposed']);
});

// ---------------------------------------------------------------------------------------------- bad listeners

visit(
  'a listener that throws is reported, and keeps nothing from the others',
  { mayThrow: new RegExp(BROKEN), script: 'in Rust a listener cannot throw' },
  async (world) => {
    const { realm, open } = world;
    const page = await open();
    await becomes(page, { state: 'signed_out' });
    await page.evaluate((text) => {
      globalThis.reported = [];
      globalThis.notified = [];
      addEventListener('error', ({ error }) => reported.push(error));
      addEventListener('unhandledrejection', () => reported.push('a rejection'));
      globalThis.error = new Error(text);
      globalThis.stop = lr.session.subscribe(() => {
        throw globalThis.error;
      });
      lr.session.subscribe(({ state }) => notified.push(state));
    }, BROKEN);
    await arrive(page, realm.person);
    await signOut(page);
    const count = () =>
      page.evaluate(() => [reported.length, reported.every((each) => each === globalThis.error)]);
    await eventually(count, [3, true]);
    assert.deepEqual(await page.evaluate(() => notified), ['signed_out', 'signed_in', 'signed_out']);
    await page.evaluate(() => stop());
    await arrive(page, realm.person);
    await becomes(page, { state: 'signed_in' });
    assert.deepEqual(await count(), [3, true]);
  },
);

visit('a listener may ask for a token', {}, async ({ realm, open }) => {
  const page = await open();
  await page.evaluate(() => {
    globalThis.found = new Promise((resolve) => {
      lr.session.subscribe(({ state }) => {
        if (state === 'signed_in')
          resolve(Promise.all([lr.session.token(), lr.session.token(), lr.session.refresh()]));
      });
    });
  });
  await arrive(page, realm.person);
  assert.deepEqual(await page.evaluate(() => found.then((all) => all.map(({ result }) => result))), [
    'okay',
    'okay',
    'okay',
  ]);
});

visit(
  'a listener may sign out; all hear of both, in order, and nobody of a state that is past',
  {},
  async ({ realm, open }) => {
    const page = await open();
    await becomes(page, { state: 'signed_out' });
    await page.evaluate(() => {
      globalThis.notified = { before: [], after: [] };
      const note = (list) => (each) => list.push([each.state, each === lr.session.snapshot]);
      lr.session.subscribe(note(notified.before));
      lr.session.subscribe(({ state }) => {
        if (state === 'signed_in') void lr.session.signOut();
      });
      lr.session.subscribe(note(notified.after));
    });
    await arrive(page, realm.person);
    await becomes(page, { state: 'signed_out', signOutReason: 'here' });
    const { before, after } = await page.evaluate(() => notified);
    assert.deepEqual(
      before.map(([state]) => state),
      ['signed_out', 'signed_in', 'signed_out'],
    );
    // Who comes after the one that signed out may hear of the outcome alone.
    assert.deepEqual([after[0][0], after.at(-1)], ['signed_out', ['signed_out', true]]);
  },
);

visit('a listener may bring new listeners and stop others', {}, async ({ realm, open }) => {
  const page = await open();
  await becomes(page, { state: 'signed_out' });
  await page.evaluate(() => {
    globalThis.notified = [];
    let stopLater;
    const stopFirst = lr.session.subscribe(({ state }) => {
      notified.push(`first ${state}`);
      if (state !== 'signed_in') return;
      stopFirst();
      stopLater();
      lr.session.subscribe((each) => notified.push(`new ${each.state}`));
    });
    stopLater = lr.session.subscribe(({ state }) => notified.push(`later ${state}`));
  });
  await arrive(page, realm.person);
  await signOut(page);
  assert.deepEqual(await page.evaluate(() => notified), [
    'first signed_out',
    'later signed_out',
    'first signed_in',
    'new signed_in',
    'new signed_out',
  ]);
});

visit('a listener may dispose of the client; nobody hears anything more', {}, async ({ realm, open }) => {
  const page = await open(local);
  await becomes(page, { state: 'signed_out' });
  await page.evaluate(() => {
    globalThis.notified = [];
    lr.session.subscribe(({ state }) => {
      notified.push(`first ${state}`);
      if (state === 'signed_in') lr.session.dispose();
    });
    lr.session.subscribe(({ state }) => notified.push(`second ${state}`));
  });
  await arrive(page, realm.person);
  const notified = await page.evaluate(() => globalThis.notified);
  assert.deepEqual(notified.slice(0, 3), ['first signed_out', 'second signed_out', 'first signed_in']);
  assert.ok(notified.length <= 4);
  const other = await open(local);
  await becomes(other, { state: 'signed_in' });
  await signOut(other);
  await becomes(other, { state: 'signed_out' });
  assert.equal((await page.evaluate(() => globalThis.notified)).length, notified.length);
  assert.equal(await page.evaluate(() => lr.session.token().then(({ code }) => code)), 'disposed');
});
