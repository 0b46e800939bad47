// A storage that is full, blocked, wiped, broken or full of somebody else's things: signing in works all the same, nobody
// is signed out by it, and `explain()` says what is wrong.
import assert from 'node:assert/strict';
import { ada } from './support/realm.mjs';
import { arrive, becomes, eventually, explain, outcome, signOut, snapshot, stored } from './support/steps.mjs';
import { useBrowser, visit } from './support/visit.mjs';

useBrowser();

const local = { storage: 'local' };

/** Signs in and out, which has to work whatever the storage does. */
async function liveThrough(page, person) {
  await arrive(page, person);
  assert.equal((await snapshot(page)).state, 'signed_in');
  assert.equal(await outcome(page), 'okay');
  assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
  await signOut(page);
  assert.equal((await snapshot(page)).signOutReason, 'here');
  await arrive(page, person);
  assert.equal((await snapshot(page)).state, 'signed_in');
}

// ---------------------------------------------------------------------------------------------- full, blocked

visit('a full storage is no obstacle, and is named', {}, async ({ realm, open, origin }) => {
  const before = async (page) => {
    await page.goto(`${origin}/empty.html`);
    await page.evaluate(() => {
      // Down to the last character: no entry has room.
      for (let size = 1 << 20, number = 0; size >= 1;) {
        try {
          localStorage.setItem(`filling/${(number += 1)}`, 'x'.repeat(size));
        } catch {
          size = Math.floor(size / 2);
        }
      }
    });
  };
  const page = await open(local, { before });
  await becomes(page, { state: 'signed_out' });
  await liveThrough(page, realm.person);
  assert.deepEqual((await explain(page)).storage, { kind: 'local', problem: 'full' });
});

for (const [storage, area] of [
  ['local', 'localStorage'],
  ['session', 'sessionStorage'],
]) {
  visit(`a blocked ${area} is no obstacle, and is named`, {}, async ({ realm, open }) => {
    const before = (page) =>
      page.addInitScript((name) => {
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException('The operation is insecure.', 'SecurityError');
          },
        });
      }, area);
    const page = await open({ storage }, { before });
    await becomes(page, { state: 'signed_out' });
    await liveThrough(page, realm.person);
    assert.deepEqual((await explain(page)).storage, { kind: storage, problem: 'blocked' });
  });
}

visit('a page that lost its storage while it is open stays as it is', {}, async ({ realm, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  await page.evaluate(() => {
    Storage.prototype.getItem =
      Storage.prototype.setItem =
      Storage.prototype.removeItem =
        () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        };
  });
  await liveThrough(page, realm.person);
  assert.equal((await explain(page)).storage.problem, 'blocked');
});

visit(
  'a frame without an origin, where nothing can be kept or shared, signs a person in',
  {},
  async ({ realm, open }) => {
    const page = await open(local, {
      path: '/framed.html',
      // A page without an origin may load nothing that does not say so, and the realm lists no such origin.
      before: async (opened) => {
        await opened.route('**/*.{js,wasm}', async (route) => readable(route, await route.fetch()));
        await opened.route(`${realm.url}**`, async (route) => {
          const url = new URL(route.request().url());
          const headers = { ...route.request().headers(), host: url.host };
          delete headers.origin;
          url.hostname = '127.0.0.1';
          await readable(route, await route.fetch({ url: url.href, headers }));
        });
      },
    });
    const frame = page.frames()[1];
    await frame.waitForFunction(() => globalThis.lr);
    assert.equal(await frame.evaluate(() => globalThis.origin), 'null');
    await becomes(frame, { state: 'signed_out' });
    await liveThrough(frame, realm.person);
    assert.deepEqual((await explain(frame)).storage, { kind: 'local', problem: 'blocked' });
  },
);

function readable(route, response) {
  return route.fulfill({ response, headers: { ...response.headers(), 'access-control-allow-origin': '*' } });
}

// ---------------------------------------------------------------------------------------------- wiped

for (const [how, wipe] of [
  ['cleared', () => localStorage.clear()],
  ['emptied entry by entry', () => Object.keys(localStorage).forEach((key) => localStorage.removeItem(key))],
]) {
  visit(
    `a storage that another tab ${how} signs nobody out, and is written again`,
    {},
    async ({ realm, context, open, origin }) => {
      const pages = [await open(local), await open(local)];
      await arrive(pages[0], realm.person);
      await becomes(pages[1], { state: 'signed_in' });
      const entries = await stored(pages[0]);
      const cleaner = await context.newPage();
      await cleaner.goto(`${origin}/empty.html`);
      await cleaner.evaluate(wipe);
      await eventually(() => stored(cleaner), entries);
      for (const page of pages) {
        assert.equal((await snapshot(page)).state, 'signed_in');
        assert.equal(await outcome(page), 'okay');
      }
      const late = await open(local);
      await becomes(late, { state: 'signed_in' });
    },
  );
}

visit('a storage that the page itself cleared signs nobody out', {}, async ({ realm, open }) => {
  const page = await open(local);
  await arrive(page, realm.person);
  await page.evaluate(() => localStorage.clear());
  assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
  assert.equal((await snapshot(page)).state, 'signed_in');
});

visit(
  'a storage that was cleared after a sign-out brings nobody back',
  {},
  async ({ realm, context, open, origin }) => {
    const pages = [await open(local), await open(local)];
    await arrive(pages[0], realm.person);
    await becomes(pages[1], { state: 'signed_in' });
    await signOut(pages[0]);
    await becomes(pages[1], { state: 'signed_out' });
    const cleaner = await context.newPage();
    await cleaner.goto(`${origin}/empty.html`);
    await cleaner.evaluate(() => localStorage.clear());
    // What the tabs write, they write on hearing of it. They have done so once they are told of the next change.
    const notified = pages.map((page) =>
      page.evaluate(() =>
        new Promise((resolve) => addEventListener('storage', resolve, { once: true })).then(() => {}),
      ),
    );
    await cleaner.evaluate(() => localStorage.setItem('next', '1'));
    await Promise.all(notified);
    for (const page of pages) assert.equal((await snapshot(page)).state, 'signed_out');
    const late = await open(local);
    await becomes(late, { state: 'signed_out' });
  },
);

// ---------------------------------------------------------------------------------------------- unreadable

const strange = {
  'an empty text': '',
  'no JSON': '{"session":"kss_sam',
  null: 'null',
  'a number': '42',
  'a list': '["kss_sample123456"]',
  'an empty object': '{}',
  'a session that is no text': '{"v":"1","session":{"id":1},"account":[]}',
  'an empty session': '{"v":"0","session":"","account":""}',
  "another library's value": '{"access_token":"x","expires_in":3600}',
  'a value of a later version': '{"v":"999","session":{"id":"kss_sample123456"},"account":"org_sample123456"}',
  'a megabyte': 'x'.repeat(1 << 20),
  'half a surrogate pair': '\ud800',
};

visit('what cannot be read under the key is nobody signed in, and no obstacle', {}, async ({ realm, open }) => {
  const first = await open(local);
  await arrive(first, realm.person);
  const [key] = Object.keys(await stored(first));
  await first.close();
  for (const [what, value] of Object.entries(strange)) {
    const page = await open(local, {
      before: (opened) =>
        // Once: a reload finds what the app wrote.
        opened.addInitScript(
          ([name, text]) => {
            if (!sessionStorage.getItem('strange')) localStorage.setItem(name, text);
            sessionStorage.setItem('strange', '1');
          },
          [key, value],
        ),
    });
    await becomes(page, { state: 'signed_out' });
    assert.equal((await explain(page)).storage.problem, 'unreadable', what);
    await arrive(page, realm.person);
    await page.reload();
    await page.waitForFunction(() => globalThis.lr);
    await becomes(page, { state: 'signed_in' });
    assert.equal((await explain(page)).storage.problem, undefined, `${what}: it was replaced`);
    await page.close();
  }
});

visit('what cannot be read and is put under the key by another tab signs nobody out', {}, async (world) => {
  const { realm, context, open, origin } = world;
  const page = await open(local);
  await arrive(page, realm.person);
  const [key] = Object.keys(await stored(page));
  await page.evaluate((name) => {
    globalThis.reads = 0;
    const { getItem } = Storage.prototype;
    Storage.prototype.getItem = function (wanted) {
      if (wanted === name) globalThis.reads += 1;
      return getItem.call(this, wanted);
    };
  }, key);
  const other = await context.newPage();
  await other.goto(`${origin}/empty.html`);
  for (const [what, value] of Object.entries(strange)) {
    const before = await page.evaluate(() => globalThis.reads);
    await other.evaluate(([name, text]) => localStorage.setItem(name, text), [key, value]);
    await eventually(() => page.evaluate((count) => globalThis.reads > count, before), true);
    assert.equal((await snapshot(page)).state, 'signed_in', what);
    assert.equal(await outcome(page), 'okay', what);
  }
});

visit(
  'tabs do not write over what they cannot read: it may be a later version’s',
  {},
  async ({ realm, context, open, origin }) => {
    const pages = [await open(local), await open(local)];
    await arrive(pages[0], realm.person);
    await becomes(pages[1], { state: 'signed_in' });
    const [key] = Object.keys(await stored(pages[0]));
    const other = await context.newPage();
    await other.goto(`${origin}/empty.html`);
    await other.evaluate(
      ([name, text]) => {
        globalThis.changes = 0;
        addEventListener('storage', () => (changes += 1));
        localStorage.setItem(name, text);
      },
      [key, strange['a value of a later version']],
    );
    for (const page of pages) {
      assert.equal(await page.evaluate(() => lr.session.refresh().then(({ result }) => result)), 'okay');
      assert.equal((await snapshot(page)).state, 'signed_in');
    }
    // Everything that was written until now is told before this.
    await pages[0].evaluate(() => localStorage.setItem('last', '1'));
    await eventually(() => other.evaluate(() => localStorage.getItem('last')), '1');
    await eventually(() => other.evaluate(() => globalThis.changes), 1);
    assert.equal((await stored(other))[key], strange['a value of a later version']);
  },
);

visit(
  'a tab whose storage failed once follows the others again',
  { people: [ada, { ...ada, email: 'bob@example.com' }] },
  async (world) => {
    const { realm, open } = world;
    const [page, other] = [await open(local), await open(local)];
    await becomes(other, { state: 'signed_out' });
    await page.evaluate(() => {
      const { setItem } = Storage.prototype;
      Storage.prototype.setItem = function (...all) {
        Storage.prototype.setItem = setItem;
        throw new DOMException('There is no room.', 'QuotaExceededError');
      };
    });
    await arrive(page, realm.person);
    assert.equal((await explain(page)).storage.problem, 'full');
    await arrive(other, { ...realm.person, email: 'bob@example.com' });
    await eventually(async () => (await snapshot(page)).user?.email, 'bob@example.com');
    await signOut(other);
    await becomes(page, { state: 'signed_out', signOutReason: 'elsewhere' });
  },
);

// ---------------------------------------------------------------------------------------------- channel

visit('what another version says in the channel changes nothing', {}, async ({ realm, context, open, origin }) => {
  const names = (page) => page.evaluate(() => globalThis.channelNames);
  const page = await open(local, {
    before: (opened) =>
      opened.addInitScript(() => {
        globalThis.channelNames = [];
        globalThis.BroadcastChannel = class extends BroadcastChannel {
          constructor(name) {
            super(name);
            channelNames.push(name);
          }
        };
      }),
  });
  const [channel] = await names(page);
  const other = await context.newPage();
  await other.goto(`${origin}/empty.html`);
  await other.evaluate((name) => {
    globalThis.speaker = new BroadcastChannel(name);
    globalThis.overheard = new Promise((resolve) => {
      speaker.onmessage = ({ data }) => resolve(data);
    });
  }, channel);
  await arrive(page, realm.person);
  const before = await snapshot(page);
  await page.evaluate((name) => {
    globalThis.notified = 0;
    new BroadcastChannel(name).onmessage = () => (notified += 1);
  }, channel);
  const messages = await other.evaluate(async () => {
    const text = await overheard;
    const message = JSON.parse(text);
    const lacking = Object.keys(message).map((name) => JSON.stringify({ ...message, [name]: undefined }));
    const strange = Object.keys(message).flatMap((name) =>
      ['', '-1', 'x', 2, null, [], {}].map((value) => JSON.stringify({ ...message, [name]: value })),
    );
    const said = [
      null,
      undefined,
      42,
      '',
      'signed_out',
      text.slice(0, 20),
      '[]',
      '{}',
      'null',
      {},
      new Map(),
      new Uint8Array(1 << 20),
    ];
    for (const each of [...said, ...lacking, ...strange]) speaker.postMessage(each);
    return said.length + lacking.length + strange.length;
  });
  await eventually(() => page.evaluate(() => globalThis.notified), messages);
  assert.deepEqual(await snapshot(page), before);
  assert.equal(await outcome(page), 'okay');
  assert.equal(await realm.refreshCount(), 0);
});

// ---------------------------------------------------------------------------------------------- adapters

for (const [adapter, atFirst, afterwards] of [
  ['broken', 'failed', 'failed'],
  ['rejecting', 'failed', 'failed'],
  ['revoked', undefined, 'failed'],
  // It takes what it is given, as far as it says.
  ['rubbish', 'unreadable', undefined],
]) {
  visit(`an adapter that is ${adapter} is no obstacle, and is named`, {}, async ({ realm, open }) => {
    const page = await open({ adapter });
    await becomes(page, { state: 'signed_out' });
    assert.equal((await explain(page)).storage.problem, atFirst);
    await page.evaluate(() => globalThis.breakAdapter?.());
    await liveThrough(page, realm.person);
    assert.equal((await explain(page)).storage.problem, afterwards);
  });
}

visit(
  'an adapter that never answers is waited for at the start, and not at a sign-in',
  { clock: 'stopped' },
  async (world) => {
    const { realm, open, pass } = world;
    const page = await open({ adapter: 'silent' });
    assert.equal((await snapshot(page)).state, 'loading');
    await pass(2);
    await becomes(page, { state: 'signed_out' });
    assert.deepEqual((await explain(page)).storage, { kind: 'custom', problem: 'slow' });

    const impatient = await open({ adapter: 'silent' });
    assert.equal((await snapshot(impatient)).state, 'loading');
    // No time passes: whoever waits for the adapter waits for ever.
    await liveThrough(impatient, realm.person);
    await pass(2);
    assert.equal((await snapshot(impatient)).state, 'signed_in', 'what it did not say in time changes nothing');
  },
);
