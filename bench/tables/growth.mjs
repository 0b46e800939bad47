// How requests, processor time and memory grow with the number of callers, listeners and stored sessions. Tabs are in the table
// of scale.
import { bundle } from '../harness/bundle.mjs';
import { startService } from '../harness/service.mjs';
import { serve } from '../harness/site.mjs';
import { countPages, keepMemory } from './memory.mjs';
import { meter } from './scale.mjs';
import { fallAsleep, openIn } from './storm.mjs';
import { contenders, OURS, REFERENCE, TWIN } from '../contenders/list.mjs';

const COUNTS = { full: [1, 10, 100, 1_000, 10_000], quick: [1, 100, 10_000] };

/** Each caller of the axios client is a request. The browser or the system refuses more than this at once. */
const MOST_REQUESTS = 1_000;

export async function measure({ browser, isQuick }) {
  const counts = isQuick ? COUNTS.quick : COUNTS.full;
  const three = contenders.filter(({ name }) => [OURS, REFERENCE, TWIN].includes(name));
  const files = three.map(async ({ file }) => [`/${file}.js`, await bundle(`contenders/${file}.js`)]);
  const site = await serve(Object.fromEntries(await Promise.all(files)));
  try {
    const callers = [];
    for (const { name, file } of three) {
      for (const count of counts.filter((each) => name !== REFERENCE || each <= MOST_REQUESTS)) {
        callers.push({
          client: name,
          ...(await visit({ browser, site, file, count, run: callAtOnce, isAsleep: true })),
        });
      }
    }
    const listeners = [];
    // The axios client by itself has none.
    for (const { name, file } of three.filter(({ name }) => name !== REFERENCE)) {
      for (const count of counts)
        listeners.push({ client: name, ...(await visit({ browser, site, file, count, run: tellAll })) });
    }
    const { file } = three.find(({ name }) => name === OURS);
    const accounts = [];
    for (const count of counts.filter((each) => each <= 1_000))
      accounts.push(await restore({ browser, site, file, count }));
    return { callers, listeners, accounts };
  } finally {
    await site.close();
  }
}

/** The cost of something that happens that many times in a signed-in page. */
async function visit({ browser, site, file, count, run, isAsleep = false }) {
  const service = await startService();
  const context = await browser.newContext();
  try {
    if (isAsleep) await context.clock.install();
    const page = await context.newPage();
    await page.addInitScript(keepMemory);
    await page.goto(site.origin);
    await openIn(page, file, service, true);
    // A token of the same second would not be a change.
    if (!isAsleep) service.advance(60);
    let answered;
    const all = async () => {
      if (isAsleep) await fallAsleep(context, service);
      answered = await page.evaluate(run, count);
    };
    return { count, ...(await costOf({ context, page, service, run: all })), answered };
  } finally {
    await context.close();
    await service.close();
  }
}

/** The cost of opening a page that finds its session among stored ones of that many other realms. */
async function restore({ browser, site, file, count }) {
  const service = await startService();
  const context = await browser.newContext();
  try {
    const first = await context.newPage();
    await first.goto(site.origin);
    await openIn(first, file, service, true);
    await first.evaluate(storeOthers, count - 1);
    await first.close();
    const page = await context.newPage();
    await page.addInitScript(keepMemory);
    await page.goto(site.origin);
    return { count, ...(await costOf({ context, page, service, run: () => openIn(page, file, service, false) })) };
  } finally {
    await context.close();
    await service.close();
  }
}

async function costOf({ context, page, service, run }) {
  const refreshes = service.watch(context);
  const { taskMs, heapBytes } = await meter(context, page);
  const [cpu, heap] = [await taskMs(), await heapBytes()];
  const start = performance.now();
  await run();
  const ms = performance.now() - start;
  const cost = { ms, taskMs: (await taskMs()) - cpu };
  return {
    requests: refreshes.count(),
    ...cost,
    heapGrowthBytes: (await heapBytes()) - heap,
    wasmPages: await page.evaluate(countPages),
  };
}

// What follows runs in the page.

async function callAtOnce(count) {
  const answers = await Promise.all(Array.from({ length: count }, () => globalThis.contender.ask()));
  return answers.filter(Boolean).length;
}

/** Adds listeners and makes one change. Gives how many listeners were told of it. */
async function tellAll(count) {
  const { session } = globalThis.contender;
  let told = 0;
  for (let number = 0; number < count; number += 1) session.subscribe(() => (told += 1));
  const answer = await session.refresh();
  if (answer?.code) throw new Error(`nothing changed: ${answer.code}`);
  // Each was also called when it subscribed.
  return told - count;
}

/** Stores copies of this realm's entry under the names of other realms. */
function storeOthers(count) {
  const [key, value] = Object.entries({ ...localStorage }).find(([name]) => name.startsWith('loginrocket'));
  for (let number = 0; number < count; number += 1) localStorage.setItem(`${key}-${number}`, value);
}
