// Where the time from `import()` to a client goes. Each sample has a browser context of its own, as in the table of start. These
// samples are not those of that table, because noting the moments costs a little itself.
//
// The page notes moments, in the order in which they come:
//
//   begin       `import()` is called
//   arrived     the browser has the whole script, by its own resource timing
//   evaluating  the script's first statement runs, so it has been parsed
//   imported    `import()` has resolved
//   compile     `WebAssembly.Module` is called, so the bytes of the module are there
//   compiled    … has returned
//   start       `WebAssembly.Instance` is called
//   started     … has returned
//   ready       the client is made
//   read        its session was read for the first time
//
// A client without a module has no moments between `imported` and `ready`.
import { bundle } from '../harness/bundle.mjs';
import { clients } from '../harness/clients.mjs';
import { serve } from '../harness/site.mjs';
import { alternate, summary } from '../harness/statistics.mjs';
import { openContext } from '../harness/visitor.mjs';

const ROUNDS = { full: 15, quick: 3 };

export const speeds = [
  { id: 'fast', words: 'CPU × 1' },
  { id: 'slow', words: 'CPU × 4', cpu: 4 },
];

/** Each phase, with the moment at which it ends; it begins where the one before it ended. */
export const phases = [
  { id: 'arrive', end: 'arrived', words: 'the script arrives' },
  { id: 'parse', end: 'evaluating', words: 'it is parsed' },
  { id: 'evaluate', end: 'imported', words: 'it is evaluated' },
  { id: 'bytes', end: 'compile', words: "the module's bytes are there" },
  { id: 'compile', end: 'compiled', words: 'the module is compiled' },
  { id: 'imports', end: 'start', words: 'what it imports is made' },
  { id: 'instance', end: 'started', words: 'the instance starts' },
  { id: 'client', end: 'ready', words: 'the first client is made' },
  { id: 'read', end: 'read', words: 'its session is read' },
];

export async function measurePhases({ browser, isQuick }) {
  const all = await clients();
  const files = {};
  for (const name of all.names) {
    // It becomes the script's first statement.
    const code = await bundle({ contents: `export * from './entries/${all.entry(name)}.js'` });
    files[all.script(name)] = Buffer.concat([Buffer.from('globalThis.moments.evaluating=performance.now();'), code]);
  }
  const site = await serve({ ...all.files, ...files });
  try {
    const rows = [];
    const takeAt = (speed) => (name) => sample(browser, speed, { site, script: all.script(name) });
    await alternate(all.names, 1, takeAt(speeds[0]));
    for (const speed of speeds) {
      const samples = await alternate(all.names, isQuick ? ROUNDS.quick : ROUNDS.full, takeAt(speed));
      for (const client of all.names)
        rows.push({ speed: speed.id, client, ...summaries(samples[client].map(durations)) });
    }
    return rows;
  } finally {
    await site.close();
  }
}

async function sample(browser, { cpu }, { site, script }) {
  const { context, page } = await openContext(browser, { cpu });
  try {
    await page.goto(site.origin);
    await page.evaluate(noteMoments);
    return await page.evaluate(importInPhases, script);
  } finally {
    await context.close();
  }
}

/** How long each phase took that the client has, and all of them together. */
export function durations(moments) {
  const took = {};
  let before = moments.begin;
  for (const { id, end } of phases) {
    if (moments[end] === undefined) continue;
    took[id] = moments[end] - before;
    before = moments[end];
  }
  return { ...took, all: before - moments.begin };
}

function summaries(samples) {
  const ids = Object.keys(samples[0]);
  return { ms: Object.fromEntries(ids.map((id) => [id, summary(samples.map((sample) => sample[id]))])) };
}

// What follows runs in the page.

/** Notes when the module is compiled and started, whichever way a client takes. */
function noteMoments() {
  const moments = {};
  globalThis.moments = moments;
  const now = () => performance.now();
  const { compile, compileStreaming, instantiate } = WebAssembly;
  const noteClass = (name, begin, end) => {
    WebAssembly[name] = new Proxy(WebAssembly[name], {
      construct(target, given) {
        moments[begin] = now();
        const made = new target(...given);
        moments[end] = now();
        return made;
      },
    });
  };
  noteClass('Module', 'compile', 'compiled');
  noteClass('Instance', 'start', 'started');
  const notePromise = (real, begin, end) => async (...given) => {
    moments[begin] = now();
    const made = await real.apply(WebAssembly, given);
    moments[end] = now();
    return made;
  };
  WebAssembly.compile = notePromise(compile, 'compile', 'compiled');
  // The module is compiled while it arrives, so this is both.
  WebAssembly.compileStreaming = notePromise(compileStreaming, 'compile', 'compiled');
  WebAssembly.instantiate = notePromise(instantiate, 'start', 'started');
}

async function importInPhases(path) {
  const { moments } = globalThis;
  moments.begin = performance.now();
  const { make, read } = await import(path);
  moments.imported = performance.now();
  const client = await make(location.origin);
  moments.ready = performance.now();
  if (read) {
    read(client);
    moments.read = performance.now();
  }
  // The browser's own entry may come a moment later.
  for (;;) {
    const [entry] = performance.getEntriesByName(new URL(path, location.href).href, 'resource');
    if (entry) return { ...moments, arrived: entry.responseEnd };
    await new Promise((resolve) => setTimeout(resolve));
  }
}
