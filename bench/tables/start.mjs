// How long it takes to get a client: by an import in an open page, and by opening a page that imports it. Each sample has a
// browser context of its own with nothing cached, and the clients take turns.
import { bundle } from '../harness/bundle.mjs';
import { clients, PLAIN, signedIn } from '../harness/clients.mjs';
import { pageWith, serve } from '../harness/site.mjs';
import { alternate, ratio, summary } from '../harness/statistics.mjs';
import { stubFetch } from '../harness/stub.mjs';
import { openContext } from '../harness/visitor.mjs';
import { REFERENCE } from '../contenders/list.mjs';
import { measurePhases } from './phases.mjs';

const ROUNDS = { full: 15, quick: 3 };

/** Slow 4G as Lighthouse has it: the round trip in milliseconds, the rates in bytes a second. */
const SLOW_4G = {
  offline: false,
  latency: 150,
  downloadThroughput: (1.6 * 1024 * 1024) / 8,
  uploadThroughput: (750 * 1024) / 8,
};

export const conditions = [
  { id: 'import', words: 'import → ready', how: importInto },
  { id: 'importSlowCpu', words: 'import → ready, CPU × 4', how: importInto, cpu: 4 },
  { id: 'firstCall', words: 'import → first answer, service stubbed', how: importAndCall },
  { id: 'navigation', words: 'navigation → ready', how: navigate },
  { id: 'navigationSlowCpu', words: 'navigation → ready, CPU × 4', how: navigate, cpu: 4 },
  { id: 'navigationSlow4g', words: 'navigation → ready, slow 4G', how: navigate, network: SLOW_4G },
];

export async function measure({ browser, isQuick }) {
  const all = await clients();
  const pages = {};
  for (const name of all.names) {
    const entry = all.entry(name);
    pages[`/open-${entry}.js`] = await bundle({
      contents: `import { make } from './entries/${entry}.js';
        make(location.origin).then((client) => { globalThis.client = client; globalThis.readyMs = performance.now(); })`,
    });
    pages[`/open-${entry}.html`] = pageWith(`/open-${entry}.js`);
  }
  const site = await serve({ ...all.files, ...pages });
  try {
    const rows = [];
    const takeUnder = (condition) => (name) =>
      sample(browser, condition, { site, script: all.script(name), entry: all.entry(name) });
    // The first page pays for what the browser starts only once.
    await alternate(all.names, 1, takeUnder(conditions[0]));
    for (const condition of conditions) {
      const take = takeUnder(condition);
      const samples = await alternate(all.names, isQuick ? ROUNDS.quick : ROUNDS.full, take);
      const reference = summary(samples[REFERENCE]);
      for (const name of all.names) {
        const ms = summary(samples[name]);
        rows.push({ condition: condition.id, client: name, ms, ratio: ratio(ms, reference) });
      }
    }
    return {
      reference: REFERENCE,
      least: PLAIN,
      network: SLOW_4G,
      rows,
      phases: await measurePhases({ browser, isQuick }),
    };
  } finally {
    await site.close();
  }
}

async function sample(browser, { how, ...condition }, what) {
  const { context, page } = await openContext(browser, condition);
  try {
    return await how(page, what);
  } finally {
    await context.close();
  }
}

async function importInto(page, { site, script }) {
  await page.goto(site.origin);
  return page.evaluate(async (path) => {
    const start = performance.now();
    const { make } = await import(path);
    globalThis.client = await make(location.origin);
    return performance.now() - start;
  }, script);
}

async function importAndCall(page, { site, script }) {
  await page.goto(site.origin);
  await page.evaluate(stubFetch, { bodies: [signedIn()] });
  return page.evaluate(async (path) => {
    const start = performance.now();
    const { make } = await import(path);
    const client = await make(location.origin, { isStubbed: true });
    const { result } = await client.login({ email: 'ada@example.com', password: 'sample' });
    if (result !== 'full_login') throw new Error(`the first answer was ${result}`);
    return performance.now() - start;
  }, script);
}

async function navigate(page, { site, entry }) {
  await page.goto(`${site.origin}/open-${entry}.html`);
  await page.waitForFunction(() => globalThis.readyMs);
  return page.evaluate(() => globalThis.readyMs);
}
