// Many tabs of one browser, and many browsers. The tabs are real; the million pages are `tests/engine_fleet.rs`, which
// runs before and whose table is taken over here.
import { setTimeout as sleep } from 'node:timers/promises';
import { bundle } from '../harness/bundle.mjs';
import { readFleet } from '../harness/fleet.mjs';
import { startService } from '../harness/service.mjs';
import { serve } from '../harness/site.mjs';
import { contenders } from '../contenders/list.mjs';
import { fallAsleep, openIn } from './storm.mjs';

const TABS = { full: [1, 2, 5, 10, 20], quick: [1, 5] };

/** After this long without another request the tabs are taken to be done. */
const QUIET_MS = 1000;

export async function measure({ browser, isQuick }) {
  const shared = contenders.filter(({ isShared }) => isShared);
  const files = shared.map(async ({ file }) => [`/${file}.js`, await bundle(`contenders/${file}.js`)]);
  const site = await serve(Object.fromEntries(await Promise.all(files)));
  const rows = [];
  try {
    for (const tabs of isQuick ? TABS.quick : TABS.full) {
      for (const contender of shared) rows.push(await wakeUp({ browser, site, tabs, ...contender }));
    }
  } finally {
    await site.close();
  }
  return { rows, fleet: process.env.LOGINROCKET_FLEET && readFleet(process.env.LOGINROCKET_FLEET) };
}

/** Opens the tabs one after the other, lets all sleep until the token has expired, and asks for one in each at once. */
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
    for (let seen = -1; seen !== refreshes.count();) {
      seen = refreshes.count();
      await sleep(QUIET_MS);
    }
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
