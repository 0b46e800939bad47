// In a page of Angular, whose zone waits until nothing is pending before it calls the page stable: tests, server rendering and
// service workers wait for that.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { emulator, person, serve, startBrowser } from '../support.mjs';
import { apps } from './support/tool.mjs';

let browser;
let site;

before(async () => {
  const manifest = createRequire(join(apps, 'zone/package.json')).resolve('zone.js/package.json');
  const zone = await readFile(join(dirname(manifest), 'bundles/zone.umd.js'));
  const page = `<!doctype html><title>t</title><script src="/zone.js"></script>
    <script type="module">
      import * as lib from '/pkg/dist/index.js'
      globalThis.lib = lib
    </script>`;
  site = await serve({ '/zone.js': { body: zone }, '/': { body: page } });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.close();
});

/** Runs a function in a page with a zone as Angular's is, `inner`, whose pending tasks `pending()` counts. */
async function inZone(run, given) {
  const page = await browser.newPage();
  try {
    await page.goto(site.origin);
    await page.waitForFunction(() => globalThis.lib);
    return await page.evaluate(
      ([source, given]) => {
        const pending = new Set();
        const of = (task) => task.type === 'macroTask' && task;
        const inner = Zone.current.fork({
          name: 'app',
          onScheduleTask: (outer, _, target, task) => (of(task) && pending.add(task), outer.scheduleTask(target, task)),
          onInvokeTask: (outer, _, target, task, self, args) => {
            pending.delete(task);
            return outer.invokeTask(target, task, self, args);
          },
          onCancelTask: (outer, _, target, task) => (pending.delete(task), outer.cancelTask(target, task)),
        });
        return new Function(`return (${source})`)()({ lib, inner, pending: () => [...pending].map(({ source }) => source), ...given });
      },
      [run.toString(), { url: emulator.loginrocket, person, ...given }],
    );
  } finally {
    await page.close();
  }
}

test('no timer of a call or a session keeps a zone from being stable', { timeout: 60_000 }, async () => {
  const found = await inZone(async ({ lib, inner, pending, url, person }) => {
    const counts = [];
    const lr = inner.run(() => new lib.LoginRocket({ url, storage: 'local' }));
    inner.run(() => lr.session.subscribe(() => {}));
    counts.push(pending());
    const login = inner.run(() => lr.login(person, { timeoutMs: 60_000 }));
    const during = pending();
    counts.push((await login).next, pending());
    counts.push((await inner.run(() => lr.session.refresh())).result, pending(), lr.session.explain().nextWakeInSeconds > 0);
    return { counts, during };
  });
  // The timers of a call and of a session are no work of the page's. zone.js does not count requests, but by a plugin of its own.
  assert.deepEqual(found.during, []);
  assert.deepEqual(found.counts, [[], 'done', [], 'okay', [], true]);
});

test('a listener is called in the zone in which it was given, whoever changes the session', { timeout: 60_000 }, async () => {
  const found = await inZone(async ({ lib, inner, url, person }) => {
    const seen = new Set();
    const lr = new lib.LoginRocket({ url });
    inner.run(() => lr.session.subscribe(({ state }) => seen.add(`${state} ${Zone.current.name}`)));
    await Zone.root.run(() => lr.login(person));
    return [...seen].sort();
  });
  assert.deepEqual(found, ['signed_in app', 'signed_out app']);
});
