// Many tabs of one browser, and many browsers. The tabs are real. The million pages are those of `tests/engine_fleet.rs`, which runs
// before; its table is taken over.
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../harness/bundle.mjs';
import { readFleet } from '../harness/fleet.mjs';
import { startService } from '../harness/service.mjs';
import { serve } from '../harness/site.mjs';
import { contenders } from '../contenders/list.mjs';
import { fallAsleep, openIn } from './storm.mjs';

const TABS = { full: [1, 2, 5, 10, 20], quick: [1, 5] };

/** How many tabs open at once. */
const RESTORED = { full: [2, 20], quick: [5] };

/** The states in which a browser can bring its tabs back. */
export const ages = [
  { id: 'fresh', words: 'the token would still be good' },
  { id: 'expired', words: 'the token has expired' },
];

/** The tabs are done when this long no further request came. */
const QUIET_MS = 1000;

export async function measure({ browser, isQuick }) {
  const shared = contenders.filter(({ isShared }) => isShared);
  const files = shared.map(async ({ file }) => [`/${file}.js`, await bundle(`contenders/${file}.js`)]);
  const site = await serve(Object.fromEntries(await Promise.all(files)));
  const rows = [];
  const restored = [];
  try {
    for (const tabs of isQuick ? TABS.quick : TABS.full) {
      for (const contender of shared) rows.push(await wakeUp({ browser, site, tabs, ...contender }));
    }
    for (const { id: age } of ages) {
      for (const tabs of isQuick ? RESTORED.quick : RESTORED.full) {
        for (const contender of shared) restored.push(await openAtOnce({ browser, site, tabs, age, ...contender }));
      }
    }
  } finally {
    await site.close();
  }
  return { rows, restored, fleet: process.env.LOGINROCKET_FLEET && readFleet(process.env.LOGINROCKET_FLEET) };
}

/** Opens the tabs one after the other, lets all sleep until the token has expired, and then asks for one in all at once. */
async function wakeUp({ browser, site, tabs, name, file }) {
  const service = await startService();
  const context = await browser.newContext();
  try {
    await context.clock.install();
    const refreshes = service.watch(context);
    const pages = [];
    for (let number = 0; number < tabs; number += 1) {
      const page = await context.newPage();
      await page.goto(site.origin);
      await openIn(page, file, service, number === 0);
      pages.push(page);
    }
    const opening = refreshes.count();
    const costs = await Promise.all(pages.map((page) => meter(context, page)));
    const before = await Promise.all(costs.map(({ taskMs }) => taskMs()));
    await fallAsleep(context, service);
    const start = performance.now();
    const answers = await Promise.all(
      pages.map((page) => page.evaluate(() => globalThis.contender.ask().catch(() => false))),
    );
    const ms = performance.now() - start;
    await quiet(refreshes);
    const after = await Promise.all(costs.map(({ taskMs }) => taskMs()));
    const heaps = await Promise.all(costs.map(({ heapBytes }) => heapBytes()));
    return {
      contender: name,
      tabs,
      opening,
      requests: refreshes.count() - opening,
      answered: answers.filter(Boolean).length,
      ms,
      taskMsPerTab: after.reduce((sum, value, at) => sum + value - before[at], 0) / tabs,
      heapBytesPerTab: heaps.reduce((sum, value) => sum + value, 0) / tabs,
    };
  } catch (error) {
    return { contender: name, tabs, failed: String(error.message).split('\n')[0] };
  } finally {
    await context.close();
    await service.close();
  }
}

/**
 * A browser brings all tabs back at once. A person had signed in, and no tab is left that knows the token. Each tab starts as its app
 * does, and wants one token.
 */
async function openAtOnce({ browser, site, tabs, age, name, file }) {
  const service = await startService();
  const context = await browser.newContext();
  try {
    await context.clock.install();
    const first = await context.newPage();
    await first.goto(site.origin);
    await openIn(first, file, service, true);
    await first.close();
    if (age === 'expired') await fallAsleep(context, service);
    const refreshes = service.watch(context);
    const pages = await Promise.all(Array.from({ length: tabs }, () => context.newPage()));
    await Promise.all(pages.map((page) => page.goto(site.origin)));
    const start = performance.now();
    const answers = await Promise.all(
      pages.map(async (page) => {
        await openIn(page, file, service, false);
        return page.evaluate(() => {
          const { ask, firstToken = ask } = globalThis.contender;
          return firstToken().catch(() => false);
        });
      }),
    );
    const ms = performance.now() - start;
    await quiet(refreshes);
    return {
      contender: name,
      tabs,
      age,
      requests: refreshes.count(),
      answered: answers.filter(Boolean).length,
      ms,
    };
  } catch (error) {
    return { contender: name, tabs, age, failed: String(error.message).split('\n')[0] };
  } finally {
    await context.close();
    await service.close();
  }
}

/** Waits until no more requests come. */
async function quiet(refreshes) {
  for (let seen = -1; seen !== refreshes.count(); ) {
    seen = refreshes.count();
    await sleep(QUIET_MS);
  }
}

/** What a page has cost so far. */
export async function meter(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable');
  const metric = async (wanted) => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === wanted).value;
  };
  return {
    /** Processor time of the page's main thread. */
    taskMs: async () => (await metric('TaskDuration')) * 1000,
    /** What is still alive of JavaScript's memory. */
    heapBytes: async () => {
      await session.send('HeapProfiler.collectGarbage');
      return metric('JSHeapUsedSize');
    },
  };
}
